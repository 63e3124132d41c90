//! Names (氏名) in kanji, kana and Latin letters, family and given apart where the source separates them.
//!
//! Nothing is split by guessing here: a name without a space stays whole and is split later only along family and given
//! names that other records state apart (see `encode`).

use super::characters::{WILDCARD, fold};
use super::{kana_match_form, kanji_match_form, roman_match_form};

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
    /// A name of a test patient (テスト太郎): all names are set aside.
    pub test_patient: bool,
}

const HONORIFICS: [&str; 8] = ["様", "殿", "さま", "さん", "サマ", "サン", "氏", "ちゃん"];
const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "lady"];

/// Brings the three names of a statement into match forms. A Latin name in the field for kanji is read as Latin; a name in
/// kana there serves as reading too.
pub fn normalise_names(kanji: &str, kana: &str, roman: &str) -> Names {
    // Family first by definition of the field (U+3000) or by the writer's comma; a plain space says nothing.
    let ordered = |text: &str| text.contains(['\u{3000}', ',', '，', '^']);
    let sources = [ordered(roman), ordered(kanji), ordered(kana)];
    let (kanji, kana, roman) = (fold(kanji), fold(kana), fold(roman));
    let mut source = 0;
    let mut names = Names::default();
    let mut latin = parts(&roman);
    if is_latin(&kanji) {
        if latin.is_empty() {
            (latin, source) = (parts(&kanji), 1);
        }
    } else {
        let tokens = japanese_parts(&kanji);
        names.kanji = name(&tokens, kanji_match_form);
        names.written = name(&tokens, str::to_owned);
    }
    if is_latin(&kana) {
        if latin.is_empty() {
            (latin, source) = (parts(&kana), 2);
        }
    } else {
        names.kana = name(&japanese_parts(&kana), kana_match_form);
    }
    if names.kana.whole.is_empty() && !names.kanji.whole.is_empty() && names.kanji.whole.chars().all(is_kana)
    {
        names.kana = name(&japanese_parts(&kanji), kana_match_form);
    }
    names.roman = latin_name(&latin, sources.get(source).copied().unwrap_or(false));
    if [&names.kanji, &names.kana, &names.roman].into_iter().any(is_test) {
        return Names { test_patient: true, ..Names::default() };
    }
    names
}

fn name(tokens: &[String], form: fn(&str) -> String) -> Name {
    let tokens: Vec<String> =
        tokens.iter().map(|t| form(t)).filter(|t| t.chars().any(|c| c != WILDCARD)).collect();
    let whole = tokens.concat();
    match tokens.split_first() {
        Some((family, rest)) if !rest.is_empty() => {
            Name { family: family.clone(), given: rest.concat(), whole, unordered: false }
        }
        _ => Name { whole, ..Name::default() },
    }
}

fn latin_name(tokens: &[String], ordered: bool) -> Name {
    let tokens: Vec<String> = tokens.iter().map(|t| roman_match_form(t)).collect();
    let mut tokens: Vec<&str> = tokens.iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
    if tokens.len() > 1 {
        tokens.retain(|t| !TITLES.contains(t));
    }
    let split = tokens.split_first().filter(|(_, rest)| !rest.is_empty());
    let (family, given) =
        split.map_or_else(Default::default, |(family, rest)| ((*family).to_owned(), rest.concat()));
    let mut sorted = tokens.clone();
    sorted.sort_unstable();
    let unordered = !ordered && !given.is_empty();
    Name { family, given, whole: sorted.concat(), unordered }
}

/// Tokens with `?` and `*` for an unwritable character as the wildcard, honorifics dropped.
fn japanese_parts(folded: &str) -> Vec<String> {
    let masked: String = folded.chars().map(|c| if matches!(c, '?' | '*') { WILDCARD } else { c }).collect();
    let mut tokens = parts(&masked);
    if tokens.len() > 1 && tokens.last().is_some_and(|last| HONORIFICS.contains(&last.as_str())) {
        tokens.pop();
    }
    if let Some(last) = tokens.last_mut() {
        let bare =
            HONORIFICS.iter().take(4).find_map(|h| last.strip_suffix(h)).filter(|b| b.chars().count() > 1);
        if let Some(bare) = bare.map(str::to_owned) {
            *last = bare;
        }
    }
    tokens
}

fn parts(folded: &str) -> Vec<String> {
    folded
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '、' | '・' | '^' | '=' | '/' | '(' | ')' | '_')
        })
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_latin(folded: &str) -> bool {
    let mut letters = folded.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| (c as u32) < 0x250)
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ァ'..='ヶ' | 'ー')
}

/// Test patients of hospitals' systems: テスト 太郎, 試験患者, TEST.
fn is_test(name: &Name) -> bool {
    const WHOLE: [&str; 12] = [
        "テスト",
        "試験",
        "ダミー",
        "ダミイ",
        "サンプル",
        "練習",
        "test",
        "dummy",
        "sample",
        "テスト患者",
        "試験患者",
        "研修用",
    ];
    let starts = ["テスト", "ダミー", "ダミイ", "試験患者", "テスト患者", "testpatient"];
    WHOLE.iter().any(|w| name.family == *w || name.given == *w || name.whole == *w)
        || starts.iter().any(|s| name.whole.starts_with(s))
}
