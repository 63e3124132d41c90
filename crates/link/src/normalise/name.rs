//! Names (氏名) in kanji, kana and Latin letters, family and given apart where the source separates them.
//!
//! Nothing is split by guessing here: a name without a space stays whole and is split later only along family and given
//! names that other records state apart. What stands beside the name is taken out in `name_notes`.

use super::characters::{WILDCARD, fold};
use super::name_notes::{Notes, is_kana, is_test, take_notes, without_honorifics};
use super::{kana_match_form, kanji_match_form, roman_match_form};
use std::borrow::Cow;

/// One name in one script. An empty text is unknown.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Family name (姓).
    pub family: String,
    /// Given name (名), further given names joined to it.
    pub given: String,
    /// Everything, without spaces, in the order given; Latin names with their parts sorted.
    pub whole: String,
    /// Which part is the family name is not known: two Latin names without a comma or an ideographic space between.
    pub unordered: bool,
}

/// A former family name (旧姓), or the first half of a double one, in match forms. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormerFamilyName {
    /// In kanji.
    pub kanji: String,
    /// In kana.
    pub kana: String,
    /// In Latin letters.
    pub roman: String,
}

/// The names of one statement. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Names {
    /// Kanji as written, width folded.
    pub written: Name,
    /// Kanji in match form.
    pub kanji: Name,
    /// Kana in match form.
    pub kana: Name,
    /// Latin letters in match form.
    pub roman: Name,
    /// Given names between the first and the last of three or more Latin names (ミドルネーム).
    pub roman_middle: String,
    /// Former family name (旧姓), where the record states one.
    pub maiden: Option<FormerFamilyName>,
    /// A child without a name yet (新生児): the name that stood there is its mother's, only the family name is kept.
    pub newborn: bool,
    /// A name of a test patient (テスト太郎): all names are set aside.
    pub test_patient: bool,
}

/// Brings the three names of a statement into match forms. A Latin name in the field for kanji is read as Latin; a name in
/// kana there serves as reading too.
pub fn normalise_names(kanji: &str, kana: &str, roman: &str) -> Names {
    // Family first by definition of the field (U+3000) or by the writer's comma; a plain space says nothing.
    let ordered = |text: &str| text.contains(['\u{3000}', ',', '，', '^']);
    let sources = [ordered(roman), ordered(kanji), ordered(kana)];
    let [kanji, kana, roman] = [kanji, kana, roman].map(|text| take_notes(fold(text)));
    let mut names = Names { newborn: kanji.newborn || kana.newborn || roman.newborn, ..Names::default() };
    let mut latin = (roman.bare.as_str(), sources[0]);
    if is_latin(&kanji.bare) {
        if latin.0.is_empty() {
            latin = (&kanji.bare, sources[1]);
        }
    } else {
        let text = masked(&kanji.bare);
        let tokens = japanese_parts(&text);
        names.kanji = name(&tokens, kanji_match_form);
        names.written = name(&tokens, str::to_owned);
    }
    if is_latin(&kana.bare) {
        if latin.0.is_empty() {
            latin = (&kana.bare, sources[2]);
        }
    } else {
        names.kana = name(&japanese_parts(&masked(&kana.bare)), kana_match_form);
    }
    if names.kana.whole.is_empty() && !names.kanji.whole.is_empty() {
        let in_kana = names.kanji.whole.chars().all(is_kana);
        let reading = if in_kana { &kanji.bare } else { &kanji.reading };
        names.kana = name(&japanese_parts(&masked(reading)), kana_match_form);
    }
    let (roman_name, middle, double) = latin_name(latin.0, latin.1);
    (names.roman, names.roman_middle) = (roman_name, middle);
    names.maiden = former(&kanji, &kana, &roman, double);
    if is_test_patient(&names) {
        return Names { test_patient: true, ..Names::default() };
    }
    if names.newborn {
        for name in [&mut names.written, &mut names.kanji, &mut names.kana, &mut names.roman] {
            mothers(name);
        }
        names.roman_middle.clear();
    }
    names
}

/// A reading alone makes no test patient of 寺須 斗 (テス ト): the kanji must say so where there is one.
fn is_test_patient(names: &Names) -> bool {
    let by_kanji = names.kanji.whole.chars().any(|c| !is_kana(c) && c != WILDCARD);
    if by_kanji {
        is_test(&names.kanji)
    } else {
        [&names.kanji, &names.kana, &names.roman].into_iter().any(is_test)
    }
}

/// What a newborn has of its mother's name: the family name, where it stands apart or nothing else can be meant.
fn mothers(name: &mut Name) {
    if name.family.is_empty() && name.whole.chars().count() <= 2 && name.whole.chars().all(|c| !c.is_ascii())
    {
        name.family = std::mem::take(&mut name.whole);
    }
    // Which of two Latin names is the family name is not known.
    if name.unordered {
        name.family.clear();
    }
    *name = Name { family: std::mem::take(&mut name.family), ..Name::default() };
}

fn former(kanji: &Notes, kana: &Notes, roman: &Notes, double: String) -> Option<FormerFamilyName> {
    let mut former = FormerFamilyName { roman: double, ..FormerFamilyName::default() };
    for stated in [&kanji.maiden, &kana.maiden, &roman.maiden].into_iter().filter(|stated| !stated.is_empty())
    {
        if is_latin(stated) {
            former.roman = roman_match_form(stated);
        } else if stated.chars().all(|c| matches!(c, 'ァ'..='ー' | 'ぁ'..='ゞ')) {
            former.kana = kana_match_form(stated);
        } else {
            former.kanji = kanji_match_form(stated);
        }
    }
    (former != FormerFamilyName::default()).then_some(former)
}

fn name(tokens: &[&str], form: fn(&str) -> String) -> Name {
    let tokens: Vec<String> =
        tokens.iter().map(|t| form(t)).filter(|t| t.chars().any(|c| c != WILDCARD)).collect();
    let whole = tokens.concat();
    let mut tokens = tokens.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(family), Some(mut given)) => {
            given.extend(tokens);
            Name { family, given, whole, unordered: false }
        }
        _ => Name { whole, ..Name::default() },
    }
}

/// The name, its middle names, and the first half of a family name with a hyphen.
fn latin_name(text: &str, ordered: bool) -> (Name, String, String) {
    const PARTICLES: [&str; 20] = [
        "van", "von", "de", "del", "della", "dela", "der", "den", "st", "di", "da", "dos", "das", "du", "la",
        "bin", "binti", "ibn", "al", "el",
    ];
    /// The first of them, which are no names of their own: Van Gogh Vincent, but Du Wei and Al Gore.
    const LEADING: usize = 9;
    // A comma ends the family name however many words it has; a family name has no other sign of its end.
    let (before, after) = text.split_once(',').unwrap_or(("", text));
    let family = words(before).concat();
    let double = before.split_once('-').map(|(first, _)| roman_match_form(first));
    let mut tokens: Vec<String> = Vec::new();
    let mut prefix = String::new();
    let given = words(after);
    for (at, word) in given.iter().enumerate() {
        prefix.push_str(word);
        let particle = PARTICLES.iter().position(|particle| particle == word);
        let joins = particle.is_some_and(|rank| at > 0 || (rank < LEADING && given.len() > 2));
        if !joins {
            tokens.push(std::mem::take(&mut prefix));
        }
    }
    tokens.extend(Some(prefix).filter(|rest| !rest.is_empty()));
    if !family.is_empty() {
        tokens.insert(0, family);
    }
    let double = double.or_else(|| {
        let first =
            after.split_whitespace().next().filter(|_| ordered && before.is_empty() && tokens.len() > 1)?;
        first.split_once('-').map(|(first, _)| roman_match_form(first))
    });
    let mut sorted = tokens.clone();
    sorted.sort_unstable();
    let whole = sorted.concat();
    let Some((family, rest)) = tokens.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return (Name { whole, ..Name::default() }, String::new(), String::new());
    };
    // Behind a family name the first is what people go by; without an order the outer two are.
    let (given, middle) = if ordered { rest.split_first() } else { rest.split_last() }
        .map_or_else(Default::default, |(given, middle)| (given.clone(), middle.concat()));
    let name = Name { family: family.clone(), given, whole, unordered: !ordered };
    (name, middle, double.unwrap_or_default())
}

/// Latin words in match form, without titles before and suffixes behind.
fn words(text: &str) -> Vec<String> {
    const TITLES: [&str; 19] = [
        "lord", "dame", "mr", "mrs", "ms", "mx", "miss", "dr", "prof", "sir", "lady", "rev", "jr", "sr",
        "ii", "iii", "iv", "md", "phd",
    ];
    let mut words: Vec<String> = parts(text).map(roman_match_form).filter(|t| !t.is_empty()).collect();
    if words.len() > 1 {
        words.retain(|word| !TITLES.contains(&word.as_str()));
    }
    words
}

/// Without what stands in a name but is none of it: digits (山田太郎2); `?` and `*` for an unwritable character are the
/// wildcard.
fn masked(bare: &str) -> Cow<'_, str> {
    let unwritable = |c| matches!(c, '?' | '*');
    if !bare.contains(|c: char| c.is_ascii_digit() || unwritable(c)) {
        return Cow::Borrowed(bare);
    }
    let kept = bare.chars().filter(|c| !c.is_ascii_digit());
    Cow::Owned(kept.map(|c| if unwritable(c) { WILDCARD } else { c }).collect())
}

/// Tokens, honorifics dropped.
fn japanese_parts(masked: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> = parts(masked).collect();
    without_honorifics(&mut tokens);
    tokens
}

fn parts(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '、' | '・' | '^' | '=' | '/' | '(' | ')' | '_')
        })
        .filter(|t| !t.is_empty())
}

fn is_latin(folded: &str) -> bool {
    let mut letters = folded.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| (c as u32) < 0x250)
}
