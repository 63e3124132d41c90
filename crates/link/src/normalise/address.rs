//! Addresses (住所) to prefecture, municipality, locality and block numbers; the building is dropped.
//!
//! `東京都千代田区大字丸の内一丁目９番地１　○○ビル３０１` and `千代田区丸ノ内1-9-1` are one. An address the table of municipalities
//! does not know (merged, foreign, misspelt) keeps its text as locality: nothing is invented and nothing is lost.

use super::characters::{fold, is_dash};
use super::kanji_match_form;
use kiban_model::region;

/// An address in match form. Empty or 0 is unknown. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// 2-digit prefecture code.
    pub prefecture: String,
    /// 5-digit municipality code, or the text up to 市, 区, 町 or 村 where the table does not know it.
    pub municipality: String,
    /// From the municipality to before the first block number, county (郡) and 大字 dropped.
    pub locality: String,
    /// 丁目, 番地, 号 as `1-9-1`; at most three.
    pub blocks: String,
    /// Postal code.
    pub postal_code: String,
}

/// Brings an address into match form.
pub fn normalise_address(text: &str) -> Address {
    let folded: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    if folded.is_empty() {
        return Address::default();
    }
    let prefecture = region::prefecture_of(&folded);
    let rest = prefecture
        .and_then(region::prefecture_name)
        .and_then(|name| folded.strip_prefix(name))
        .unwrap_or(&folded);
    // The table is in kanji: an address in Latin letters need not be looked up in all of it.
    let known = if folded.is_ascii() { None } else { region::municipality_of(&folded) };
    let rest = without_county(rest);
    let end = block_start(rest);
    let locality = kanji_match_form(rest.get(..end).unwrap_or(rest)).replace("大字", "").replace('字', "");
    let locality = locality.replace(['ノ', '之'], "ノ").replace(['ガ', 'が'], "ケ");
    let blocks = numbers(rest.get(end..).unwrap_or(""));
    let municipality = known.map_or_else(|| municipality_text(&locality), |m| m.code.to_owned());
    let prefecture = prefecture.or_else(|| known.map(|m| m.prefecture_code())).unwrap_or("").to_owned();
    Address { prefecture, municipality, locality, blocks: blocks.join("-"), postal_code: String::new() }
}

fn without_county(rest: &str) -> &str {
    let county =
        rest.char_indices().skip(1).take(5).find(|(_, c)| *c == '郡').map(|(at, c)| at + c.len_utf8());
    // 郡山市 and 郡上市 begin with the character, 大和郡山市 has it inside.
    match county.and_then(|at| rest.get(at..)) {
        Some(after)
            if !after.starts_with("山市") && after.chars().take(7).any(|c| matches!(c, '町' | '村')) =>
        {
            after
        }
        _ => rest,
    }
}

fn municipality_text(locality: &str) -> String {
    let end = locality.char_indices().skip(1).find(|(_, c)| matches!(c, '市' | '区' | '町' | '村'));
    end.and_then(|(at, c)| locality.get(..at + c.len_utf8())).unwrap_or("").to_owned()
}

/// Where the block numbers begin: the first digit, or kanji numerals right before 丁目, 番地, 番 or 号 (not 一番町).
fn block_start(rest: &str) -> usize {
    let mut run: Option<usize> = None;
    for (at, c) in rest.char_indices() {
        if c.is_ascii_digit() {
            return run.unwrap_or(at);
        }
        if kanji_digit(c).is_some() || matches!(c, '十' | '百') {
            run.get_or_insert(at);
            continue;
        }
        if let Some(start) = run.take() {
            let after = rest.get(at..).unwrap_or("");
            if after.starts_with("丁目")
                || after.starts_with("番地")
                || (c == '番' && !after.starts_with("番町"))
            {
                return start;
            }
        }
    }
    rest.len()
}

/// Up to three numbers joined by the words and dashes of block numbers; anything else ends them (a building follows).
fn numbers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while found.len() < 3 {
        let (value, after) = leading_number(rest);
        let Some(value) = value else { break };
        found.push(value.to_string());
        rest = after;
        let joined = ["丁目", "番地の", "番地ノ", "番地", "番", "号", "の", "ノ"]
            .iter()
            .find_map(|word| rest.strip_prefix(word));
        rest = joined.unwrap_or(rest);
        let dashed = rest.trim_start_matches(is_dash);
        if joined.is_none() && dashed.len() == rest.len() {
            break;
        }
        rest = dashed;
    }
    found
}

fn leading_number(text: &str) -> (Option<u32>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end > 0 {
        let (digits, rest) = text.split_at(end);
        return (digits.parse().ok(), rest);
    }
    let end =
        text.find(|c: char| kanji_digit(c).is_none() && !matches!(c, '十' | '百')).unwrap_or(text.len());
    let (numerals, rest) = text.split_at(end);
    (kanji_number(numerals), rest)
}

fn kanji_number(numerals: &str) -> Option<u32> {
    let (mut total, mut digit) = (0u32, None);
    for c in numerals.chars() {
        match c {
            '十' => total = total.checked_add(digit.take().unwrap_or(1) * 10)?,
            '百' => total = total.checked_add(digit.take().unwrap_or(1) * 100)?,
            c => digit = Some(digit.unwrap_or(0u32).checked_mul(10)?.checked_add(kanji_digit(c)?)?),
        }
        // No block has a number this large; digits kept below it cannot overflow above.
        if digit.is_some_and(|d| d > 99_999) {
            return None;
        }
    }
    (!numerals.is_empty()).then(|| total + digit.unwrap_or(0))
}

fn kanji_digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|d| d == c).and_then(|at| u32::try_from(at).ok())
}
