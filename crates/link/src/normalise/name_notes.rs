//! What stands in a name's field beside the name: honorifics (敬称), a maiden name (旧姓), a newborn (児), a test patient.
//!
//! Each is recognised by words, never by frequency. Where a word may be a name too (君, 児, テスト), it counts only where it
//! stands alone or behind a name.

use super::Name;

/// The parts of a name's text that are not the name itself.
#[derive(Default)]
pub(super) struct Notes {
    /// The text without them.
    pub(super) bare: String,
    /// A former family name (旧姓).
    pub(super) maiden: String,
    /// A reading in brackets behind the name: 山田太郎(ヤマダタロウ).
    pub(super) reading: String,
    /// A child that has no name yet; what is left is its mother's.
    pub(super) newborn: bool,
}

/// Takes the notes out of a folded text.
pub(super) fn take_notes(folded: String) -> Notes {
    let mut notes = Notes::default();
    // One look tells that nearly every name is nothing but a name.
    if !folded.contains(begins_note) {
        notes.bare = folded;
        return notes;
    }
    let text = take_brackets(&folded, &mut notes);
    let text = take_maiden_words(&text, &mut notes);
    notes.bare = take_newborn(&text, &mut notes);
    notes
}

/// The characters that every note has one of.
pub(super) const fn begins_note(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '〔'
            | '【'
            | '<'
            | '→'
            | '⇒'
            | '旧'
            | 'ビ'
            | '児'
            | '赤'
            | '第'
            | 'B'
            | 'b'
            | 'N'
            | 'n'
    )
}

/// Brackets: a maiden name if they say so or stand between family and given name, a reading if they hold one; anything
/// else (母, 2人目, 同姓同名) is no name.
fn take_brackets(text: &str, notes: &mut Notes) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some((before, inside, after)) = bracket(rest) {
        bare.push_str(before);
        let marked =
            ["旧姓", "キュウセイ", "きゅうせい", "旧"].iter().find_map(|word| inside.strip_prefix(word));
        let marked = marked.or_else(|| strip_latin(inside, &["nee ", "née "]));
        let name = marked.unwrap_or(inside).trim_matches(|c: char| !c.is_alphabetic());
        let between = !bare.trim().is_empty() && starts_with_name(after);
        let in_kana = !name.is_empty() && name.chars().all(|c| is_reading(c) || c == ' ');
        // 山田(やまだ) 花子(はなこ): kana behind kanji is a reading, kana behind kana is not.
        let reading = in_kana && !bare.trim_end().ends_with(is_reading);
        if marked.is_some() || (between && !reading && is_family_name(name)) {
            name.clone_into(&mut notes.maiden);
        } else if reading {
            notes.reading.push(' ');
            notes.reading.push_str(name);
        }
        // Family and given name touch where the brackets stood.
        bare.push(' ');
        rest = after;
    }
    bare.push_str(rest);
    bare
}

fn bracket(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(['(', '[', '〔', '【', '<'])?;
    let (inside, after) = rest.split_once([')', ']', '〕', '】', '>']).unwrap_or((rest, ""));
    Some((before, inside.trim(), after))
}

/// Something of a name follows: not an honorific.
fn starts_with_name(after: &str) -> bool {
    let after = after.trim_start();
    after.starts_with(char::is_alphabetic) && !HONORIFICS.contains(&after)
}

/// Short, of one script, and no word that registers use for family or order.
fn is_family_name(name: &str) -> bool {
    const NOT_NAMES: [&str; 18] = [
        "父", "母", "夫", "妻", "本人", "長男", "次男", "二男", "三男", "長女", "次女", "二女", "三女", "男",
        "女", "双子", "同姓", "死亡",
    ];
    let letters = name.chars().count();
    (1..=8).contains(&letters)
        && name.chars().all(|c| c.is_alphabetic() || c == '々')
        && !NOT_NAMES.contains(&name)
}

fn is_reading(c: char) -> bool {
    matches!(c, 'ァ'..='ヾ' | 'ぁ'..='ゞ')
}

/// `山田→佐藤 花子`, `佐藤 花子 旧姓山田`, `Hanako Sato née Yamada`.
fn take_maiden_words(text: &str, notes: &mut Notes) -> String {
    if let Some((before, after)) = text.split_once(['→', '⇒']) {
        before.split_whitespace().next().unwrap_or("").clone_into(&mut notes.maiden);
        let given = before.split_whitespace().nth(1).filter(|_| after.split_whitespace().nth(1).is_none());
        // 山田 花子→佐藤: the given name stands before the arrow.
        return given.map_or_else(|| after.to_owned(), |given| format!("{after} {given}"));
    }
    let lower = text.to_lowercase();
    for word in ["旧姓", "née ", "nee "] {
        let Some(at) = lower.find(word).filter(|at| *at > 0 && lower.len() == text.len()) else { continue };
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + word.len()..)) else { continue };
        if word != "旧姓" && !before.ends_with(' ') {
            continue;
        }
        after.trim_matches(|c: char| !c.is_alphabetic()).clone_into(&mut notes.maiden);
        return before.to_owned();
    }
    text.to_owned()
}

fn strip_latin<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| {
        let (start, rest) = text.split_at_checked(word.len())?;
        (start.to_lowercase() == **word).then_some(rest)
    })
}

/// `山田花子ベビー`, `山田 新生児`, `山田花子の児`, `Baby of Sato Hanako`.
fn take_newborn(text: &str, notes: &mut Notes) -> String {
    const LATIN: [&str; 7] =
        ["baby boy of ", "baby girl of ", "baby of ", "baby boy ", "baby girl ", "newborn ", "b/o "];
    const WORDS: [&str; 8] = ["ベビー", "ベイビー", "ベビ-", "ベビ", "ベビイ", "新生児", "赤ちゃん", "BABY"];
    const ALONE: [&str; 8] = ["児", "第1子", "第2子", "第一子", "第二子", "児1", "児2", "baby"];
    let text = text.trim();
    if let Some(mother) = strip_latin(text, &LATIN) {
        notes.newborn = true;
        return mother.to_owned();
    }
    let counted = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, 'A'..='D' | ' '));
    let suffix = WORDS.iter().chain(&["の児", "ノ児"]).find_map(|word| counted.strip_suffix(word));
    let alone =
        || ALONE.iter().find_map(|word| text.strip_suffix(word)).filter(|mother| mother.ends_with(' '));
    let first =
        || WORDS.iter().find_map(|word| text.strip_prefix(word)).filter(|mother| mother.starts_with(' '));
    if let Some(mother) = suffix.or_else(alone).or_else(first) {
        notes.newborn = true;
        return mother.trim().to_owned();
    }
    text.to_owned()
}

/// Honorifics that stand behind a name, with a space between.
pub(super) const HONORIFICS: [&str; 13] =
    ["様", "殿", "さま", "さん", "ちゃん", "くん", "氏", "先生", "女史", "サマ", "サン", "チャン", "クン"];
/// Those that may be written to the name: none that ends a name of its own.
const ATTACHED: [&str; 7] = ["様", "殿", "さま", "さん", "ちゃん", "先生", "女史"];

/// Drops honorifics. In katakana and 君 they may be a name (グエン チャン, 山田 君): only behind family and given name.
pub(super) fn without_honorifics(tokens: &mut Vec<&str>) {
    if tokens.len() > 1 && tokens.first() == Some(&"故") {
        tokens.remove(0);
    }
    if let Some(last) = tokens.last().copied() {
        let plain = HONORIFICS.iter().take(9).any(|h| *h == last) && tokens.len() > 1;
        let perhaps = (last == "君" || HONORIFICS.iter().skip(9).any(|h| *h == last)) && tokens.len() > 2;
        if plain || perhaps {
            tokens.pop();
        }
    }
    if let Some(last) = tokens.last_mut()
        && let Some(bare) =
            ATTACHED.iter().find_map(|h| last.strip_suffix(h)).filter(|b| b.chars().count() > 1)
    {
        *last = bare;
    }
}

/// Test patients of hospitals' systems: テスト 太郎, 試験患者, TEST, ZZZ. `name` is in match form.
pub(super) fn is_test(name: &Name) -> bool {
    const WORDS: [&str; 33] = [
        "テスト",
        "試験",
        "ダミー",
        "ダミイ",
        "サンプル",
        "デモ",
        "練習",
        "研修",
        "訓練",
        "架空",
        "見本",
        "模擬",
        "検証",
        "テスト患者",
        "試験患者",
        "研修用",
        "練習用",
        "試験用",
        "仮患者",
        "模擬患者",
        "テストカンジヤ",
        "シケン",
        "test",
        "testing",
        "dummy",
        "sample",
        "demo",
        "testpatient",
        "xxx",
        "xxxx",
        "zz",
        "zzz",
        "zzzz",
    ];
    const STARTS: [&str; 9] =
        ["テスト", "ダミー", "ダミイ", "サンプル", "デモ", "架空", "研修用", "練習用", "試験用"];
    const GOES_ON: [&str; 12] = [
        "タロウ",
        "ハナコ",
        "ジロウ",
        "イチロウ",
        "カンジヤ",
        "患者",
        "ヨウ",
        "ダンセイ",
        "ジヨセイ",
        "オトコ",
        "オンナ",
        "サン",
    ];
    let parts = [&name.family, &name.given, &name.whole];
    if !parts.iter().any(|part| part.starts_with(begins_test)) {
        return false;
    }
    if parts.iter().any(|part| WORDS.iter().any(|word| part.eq_ignore_ascii_case(word))) {
        return true;
    }
    // Hospitals put ZZ before the name so that tests come last in lists.
    let last_in_list = name.whole.strip_prefix("ZZ").is_some_and(|rest| !rest.is_ascii());
    // テスト太郎 is one; テストーニ and デモステネス are people.
    let begun = STARTS.iter().find_map(|word| name.whole.strip_prefix(word));
    let patient =
        ["試験患者", "模擬患者", "testpatient", "zzztest"].iter().any(|word| name.whole.starts_with(word));
    patient
        || last_in_list
        || begun.is_some_and(|rest| {
            !rest.starts_with(is_kana) || GOES_ON.iter().any(|word| rest.starts_with(word))
        })
}

/// The first characters of the words a test patient's name has.
const fn begins_test(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(
            c,
            'テ' | 'ダ' | 'サ' | 'デ' | 'シ' | '試' | '練' | '研' | '訓' | '架' | '見' | '模' | '検' | '仮'
        )
}

/// A katakana, or the mark of a long vowel.
pub(super) fn is_kana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}
