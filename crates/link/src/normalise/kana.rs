//! Kana as names are read aloud, not as they are typed: ヤマザキ, やまざき and ﾔﾏｻﾞｷ are one.
//!
//! Source: 現代仮名遣い and the spellings of receipts (small kana written large, long vowels written three ways).

use super::WILDCARD;
use super::characters::is_dash;

/// Katakana, small kana large, ヂヅヴヰヱヲ as ジズブイエオ, long vowels one way; only kana and the wildcard stay.
///
/// ```
/// use kiban_link::normalise::{fold, kana_match_form};
/// let form = |text| kana_match_form(&fold(text));
/// assert_eq!(form("おおの"), form("オーノ"));
/// assert_eq!(form("ｷｮｳｺ"), form("キヨウコ"));
/// ```
pub fn kana_match_form(folded: &str) -> String {
    let mut form = String::with_capacity(folded.len());
    let mut previous: Option<char> = None;
    let mut chars = folded.chars().map(katakana).peekable();
    while let Some(c) = chars.next() {
        let c = if matches!(c, 'ヽ' | 'ヾ') { repeated(previous, c).unwrap_or(WILDCARD) } else { c };
        let c = match c {
            'ヴ' => {
                let voiced = match chars.peek() {
                    Some('ァ') => 'バ',
                    Some('ィ') => 'ビ',
                    Some('ェ') => 'ベ',
                    Some('ォ') => 'ボ',
                    // ヴュ is ビュ.
                    Some('ャ' | 'ュ' | 'ョ') => 'ビ',
                    _ => 'ブ',
                };
                if matches!(voiced, 'バ' | 'ベ' | 'ボ') || chars.peek() == Some(&'ィ') {
                    chars.next();
                }
                voiced
            }
            'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
                char::from_u32(c as u32 + 1).unwrap_or(c)
            }
            'ヵ' => 'カ',
            'ヶ' => 'ケ',
            'ヂ' => 'ジ',
            'ヅ' => 'ズ',
            'ヰ' => 'イ',
            'ヱ' => 'エ',
            'ヲ' => 'オ',
            'ヷ' => 'バ',
            'ヸ' => 'ビ',
            'ヹ' => 'ベ',
            'ヺ' => 'ボ',
            c if is_dash(c) => match previous.and_then(vowel) {
                Some('オ') => 'ウ',
                Some('エ') => 'イ',
                Some(vowel) => vowel,
                None => continue,
            },
            c => c,
        };
        // オオ is written オウ as often; so is what became オ above.
        let c = if c == 'オ' && previous.and_then(vowel) == Some('オ') { 'ウ' } else { c };
        if matches!(c, 'ァ'..='ヺ' | WILDCARD) {
            form.push(c);
            previous = Some(c);
        }
    }
    form
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        c => c,
    }
}

/// What a repeat mark stands for: ヽ the kana before it without its voiced mark, ヾ with one. `None` after no kana.
pub(super) fn repeated(previous: Option<char>, mark: char) -> Option<char> {
    let plain = previous.filter(|c| matches!(c, 'ア'..='ン')).map(unvoiced)?;
    let next = char::from_u32(plain as u32 + 1).filter(|c| unvoiced(*c) == plain);
    Some(if matches!(mark, 'ゞ' | 'ヾ') { next.unwrap_or(plain) } else { plain })
}

/// Whether two match forms differ in voiced marks only (ヤマザキ, ヤマサキ).
pub fn same_but_for_voicing(a: &[char], b: &[char]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| unvoiced(*a) == unvoiced(*b))
}

fn unvoiced(c: char) -> char {
    match c {
        'ガ' | 'ギ' | 'グ' | 'ゲ' | 'ゴ' | 'ザ' | 'ジ' | 'ズ' | 'ゼ' | 'ゾ' | 'ダ' | 'ヂ' | 'ヅ' | 'デ'
        | 'ド' | 'バ' | 'ビ' | 'ブ' | 'ベ' | 'ボ' => char::from_u32(c as u32 - 1).unwrap_or(c),
        'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ' => char::from_u32(c as u32 - 2).unwrap_or(c),
        c => c,
    }
}

/// The vowel a kana ends in.
pub(super) fn vowel(c: char) -> Option<char> {
    Some(match c {
        'ア' | 'カ' | 'サ' | 'タ' | 'ナ' | 'ハ' | 'マ' | 'ヤ' | 'ラ' | 'ワ' | 'ガ' | 'ザ' | 'ダ' | 'バ'
        | 'パ' => 'ア',
        'イ' | 'キ' | 'シ' | 'チ' | 'ニ' | 'ヒ' | 'ミ' | 'リ' | 'ギ' | 'ジ' | 'ビ' | 'ピ' => 'イ',
        'ウ' | 'ク' | 'ス' | 'ツ' | 'ヌ' | 'フ' | 'ム' | 'ユ' | 'ル' | 'グ' | 'ズ' | 'ブ' | 'プ' => {
            'ウ'
        }
        'エ' | 'ケ' | 'セ' | 'テ' | 'ネ' | 'ヘ' | 'メ' | 'レ' | 'ゲ' | 'ゼ' | 'デ' | 'ベ' | 'ペ' => {
            'エ'
        }
        'オ' | 'コ' | 'ソ' | 'ト' | 'ノ' | 'ホ' | 'モ' | 'ヨ' | 'ロ' | 'ゴ' | 'ゾ' | 'ド' | 'ボ' | 'ポ' => {
            'オ'
        }
        _ => return None,
    })
}
