//! The part of an address before its numbers: prefecture, municipality, town. Slow, so callers keep it per distinct text.
//!
//! A place the table of municipalities does not know (merged, foreign, misspelt) keeps its text as locality: nothing is
//! invented and nothing is lost. Source of the table: `kiban_model::region`.

use super::characters::fold;
use super::kanji_match_form;
use kiban_model::region::{self, Municipality};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Prefecture, municipality and town in match form. Empty is unknown. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 2-digit prefecture code.
    pub prefecture: String,
    /// 5-digit municipality code, or the text up to 市, 区, 町 or 村 where the table does not know it.
    pub municipality: String,
    /// From the municipality on, county (郡) and 大字 dropped.
    pub locality: String,
}

/// A municipality's name in match form, and the municipality.
type Named = (String, &'static Municipality);

/// Municipalities by the first character of their match form, longest name first, so that a ward wins over its city.
static BY_FIRST: LazyLock<HashMap<char, Vec<Named>>> = LazyLock::new(|| {
    let mut map: HashMap<char, Vec<Named>> = HashMap::new();
    for municipality in region::all() {
        let form = place_form(municipality.name);
        if let Some(first) = form.chars().next() {
            map.entry(first).or_default().push((form, municipality));
        }
    }
    for list in map.values_mut() {
        list.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }
    map
});

/// Prefectures: match form and code.
static PREFECTURES: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let mut list: Vec<(String, &str)> =
        region::all().iter().map(|m| (place_form(m.prefecture), m.prefecture_code())).collect();
    list.dedup();
    list
});

/// Reads the head of an address as [`super::split_at_blocks`] cuts it.
///
/// ```
/// use kiban_link::normalise::place;
/// let (a, b) = (place("茨城県龍ケ崎市大字若柴町字中"), place("竜ヶ崎市若柴町中"));
/// assert!(a == b && a.municipality == "08208");
/// ```
pub fn place(head: &str) -> Place {
    let form = place_form(head);
    if form.is_ascii() {
        return Place { locality: form, ..Place::default() };
    }
    let stated = PREFECTURES.iter().find_map(|(name, code)| Some((form.strip_prefix(name.as_str())?, *code)));
    let known = match stated {
        Some((rest, code)) => within(rest, code),
        None => anywhere(&form).or_else(|| shortened(&form)),
    };
    if let Some((name, municipality, town)) = known {
        return Place {
            prefecture: municipality.prefecture_code().to_owned(),
            municipality: municipality.code.to_owned(),
            locality: format!("{name}{town}"),
        };
    }
    let locality = without_county(stated.map_or(form.as_str(), |(rest, _)| rest)).to_owned();
    let prefecture = stated.map_or("", |(_, code)| code).to_owned();
    Place { prefecture, municipality: up_to_municipality(&locality).to_owned(), locality }
}

/// (name, municipality, what follows), of the longest name, in a prefecture; past a county or an island if need be.
fn within<'a>(rest: &'a str, prefecture: &str) -> Option<(&'static str, &'static Municipality, &'a str)> {
    let here = |text: &'a str| {
        let list = BY_FIRST.get(&text.chars().next()?)?;
        let (name, municipality) = list
            .iter()
            .find(|(name, m)| m.prefecture_code() == prefecture && text.starts_with(name.as_str()))?;
        Some((name.as_str(), *municipality, text.get(name.len()..)?))
    };
    here(rest).or_else(|| {
        let (at, c) = rest.char_indices().take(8).find(|(_, c)| matches!(c, '郡' | '島'))?;
        here(rest.get(at + c.len_utf8()..)?)
    })
}

/// Without a prefecture: only a name that is unique in Japan is taken.
fn anywhere(form: &str) -> Option<(&'static str, &'static Municipality, &str)> {
    let here = |text: &str| {
        let list = BY_FIRST.get(&text.chars().next()?)?;
        let mut found = list.iter().filter(|(name, _)| text.starts_with(name.as_str()));
        let (name, municipality) = found.next()?;
        let rival = found.next().is_some_and(|(other, _)| other.len() == name.len());
        (!rival).then_some((name.as_str(), *municipality, name.len()))
    };
    let after = without_county(form);
    let (name, municipality, length) =
        here(form).or_else(|| here(after).filter(|_| after.len() < form.len()))?;
    let text = if form.starts_with(name) { form } else { after };
    Some((name, municipality, text.get(length..)?))
}

/// A prefecture without its 都, 府 or 県 (東京千代田区), if one of its municipalities follows.
fn shortened(form: &str) -> Option<(&'static str, &'static Municipality, &str)> {
    PREFECTURES.iter().find_map(|(name, code)| {
        let short = name.strip_suffix(['都', '府', '県'])?;
        within(form.strip_prefix(short)?, code)
    })
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

fn up_to_municipality(locality: &str) -> &str {
    let end = locality.char_indices().skip(1).find(|(_, c)| matches!(c, '市' | '区' | '町' | '村'));
    end.and_then(|(at, c)| locality.get(..at + c.len_utf8())).unwrap_or("")
}

/// One spelling for a place: no spaces, variants as one, 大字 and 字 dropped, ノ and ケ for their many spellings, numbers
/// in names (北22条) in kanji. Latin letters small, without punctuation.
fn place_form(text: &str) -> String {
    let folded: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    if folded.is_ascii() {
        return folded.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    let text = kanji_match_form(&folded.replace(['ヵ', 'ゕ'], "ケ")).replace("大字", "").replace("小字", "");
    let mut form = String::with_capacity(text.len());
    let mut digits = 0u32;
    let mut any = false;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            digits = digits.saturating_mul(10).saturating_add(digit);
            any = true;
            continue;
        }
        if std::mem::take(&mut any) {
            push_kanji_number(&mut form, std::mem::take(&mut digits));
        }
        match c {
            '之' => form.push('ノ'),
            'ガ' => form.push('ケ'),
            'ッ' => form.push('ツ'),
            // 十文字町 keeps its name.
            '字' if !form.ends_with(['文', '十']) => {}
            c => form.push(c),
        }
    }
    if any {
        push_kanji_number(&mut form, digits);
    }
    // 第１地割: the number and what follows are the tail's.
    let end = form.trim_end_matches('第').len();
    form.truncate(end);
    form
}

/// As the names of streets write it: 二十二.
fn push_kanji_number(form: &mut String, number: u32) {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let mut push = |digit: u32, unit: Option<char>| {
        if digit > 1 || (digit == 1 && unit.is_none()) {
            form.extend(DIGITS.get(digit as usize));
        }
        form.extend(unit.filter(|_| digit > 0));
    };
    if number >= 1_000 {
        return form.push_str(&number.to_string());
    }
    push(number / 100, Some('百'));
    push(number / 10 % 10, Some('十'));
    push(number % 10, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_written_as_streets_write_them() {
        for (number, written) in
            [(1, "一"), (10, "十"), (12, "十二"), (22, "二十二"), (105, "百五"), (1_234, "1234")]
        {
            let mut form = String::new();
            push_kanji_number(&mut form, number);
            assert_eq!(form, written);
        }
    }

    #[test]
    fn every_municipality_is_found_with_and_without_its_prefecture() {
        let forms: Vec<String> = region::all().iter().map(|m| place_form(m.name)).collect();
        for (municipality, form) in region::all().iter().zip(&forms) {
            let full = place(&format!("{}{}中町", municipality.prefecture, municipality.name));
            assert_eq!(full.municipality, municipality.code);
            let short = place(&format!("{}中町", municipality.name));
            if forms.iter().filter(|other| *other == form).count() == 1 {
                assert_eq!(short.municipality, municipality.code, "{}", municipality.name);
                assert!(short == full);
            }
        }
    }
}
