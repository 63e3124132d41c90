//! Block numbers (丁目・番地・号) and the room, read off the raw text without allocating: nearly every record has its own.
//!
//! Never a place: what stands before the first block number is `place`'s. Source: 住居表示に関する法律 (1962) for the order
//! 街区符号・住居番号, and how people abbreviate it.

use super::characters::is_dash;

/// 丁目, 番地, 号 as far as given, and the room of a building. Has no `Debug`: it identifies a person.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blocks {
    /// The block numbers; `count` of them are given.
    pub numbers: [u16; 3],
    /// How many numbers are given.
    pub count: u8,
    /// Room number; 0 is unknown.
    pub room: u16,
}

impl Blocks {
    /// The numbers given.
    pub fn given(&self) -> &[u16] {
        self.numbers.get(..usize::from(self.count)).unwrap_or(&[])
    }
}

/// Cuts an address before its first block number: (prefecture to town, numbers and building). A postal code in front is
/// left out. An address in Latin letters that begins with the number comes back in Japanese order.
///
/// ```
/// use kiban_link::normalise::split_at_blocks;
/// assert_eq!(split_at_blocks("千代田区一番町１０−２"), ("千代田区一番町", "１０−２"));
/// assert_eq!(split_at_blocks("文京区本郷三丁目"), ("文京区本郷", "三丁目"));
/// assert_eq!(split_at_blocks("12 Main Street"), ("Main Street", "12"));
/// ```
pub fn split_at_blocks(raw: &str) -> (&str, &str) {
    let text = without_postal_code(raw.trim_start());
    let at = block_start(text);
    if at == 0
        && let Some((number, street)) = text.split_once(' ')
        && street.is_ascii()
        && street.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return (street, number);
    }
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn without_postal_code(text: &str) -> &str {
    let bare = text.strip_prefix('〒').unwrap_or(text).trim_start();
    if !bare.starts_with(|c| decimal(c).is_some()) {
        return bare;
    }
    let (mut digits, mut end) = (0, 0);
    for (at, c) in bare.char_indices().take(9) {
        match decimal(c) {
            Some(_) => digits += 1,
            None if digits == 3 && is_dash(c) => {}
            None => break,
        }
        end = at + c.len_utf8();
    }
    let rest = bare.get(end..).unwrap_or("");
    // Seven digits are a postal code where a place follows, not where a block number goes on.
    let place = rest.trim_start().starts_with(|c: char| decimal(c).is_none() && !is_dash(c) && c != '番');
    if digits == 7 && place { rest.trim_start() } else { bare }
}

/// Where the block numbers begin: a digit, or kanji numerals right before 丁目 or 番地. 一番町, 四条 and 北22条 are names.
fn block_start(text: &str) -> usize {
    let mut numerals: Option<usize> = None;
    let mut named_until = 0;
    for (at, c) in text.char_indices() {
        if decimal(c).is_some() {
            if at < named_until {
                continue;
            }
            let rest = text.get(at..).unwrap_or("");
            let after = rest.trim_start_matches(|c| decimal(c).is_some());
            if !names_a_place(after) {
                return numerals.unwrap_or(at);
            }
            named_until = at + rest.len() - after.len();
            numerals = None;
        } else if numeral(c).is_some() {
            numerals.get_or_insert(at);
        } else if let Some(start) = numerals.take() {
            let after = || text.get(at..).unwrap_or("");
            let counted = match c {
                '丁' => {
                    after().starts_with("丁目")
                        || after().chars().nth(1).is_some_and(|n| decimal(n).is_some())
                }
                '番' => !names_a_place(after()),
                '地' => after().starts_with("地割"),
                _ => false,
            };
            if counted {
                return start;
            }
        }
    }
    text.len()
}

/// What follows a number that belongs to the name of a place.
fn names_a_place(after: &str) -> bool {
    match after.chars().next() {
        Some('条' | '線') => true,
        Some('番') => after.chars().nth(1).is_some_and(|c| matches!(c, '町' | '丁' | '館' | '街')),
        _ => false,
    }
}

/// Reads the numbers of an address's tail, and the room: a fourth number, or a number at the end of the building.
///
/// ```
/// use kiban_link::normalise::blocks;
/// let door = blocks("一丁目９番地１　○○ビル３０１号室");
/// assert_eq!((door.given(), door.room), (&[1, 9, 1][..], 301));
/// ```
pub fn blocks(tail: &str) -> Blocks {
    let mut found = Blocks::default();
    let tail = tail.trim_start();
    let mut rest = tail.strip_prefix('第').unwrap_or(tail);
    while let Some((value, after)) = number(rest) {
        let follows = after.trim_start();
        if follows.starts_with(['F', 'Ｆ', 'f', 'ｆ', '階']) {
            rest = "";
            break;
        }
        let is_room = follows.starts_with("号室") || follows.starts_with('室');
        let slot = found.numbers.get_mut(usize::from(found.count)).filter(|_| !is_room);
        let Some(slot) = slot else {
            found.room = room(value);
            return found;
        };
        *slot = u16::try_from(value).unwrap_or(u16::MAX);
        found.count += 1;
        rest = after;
        let Some(joined) = joined(after) else { break };
        rest = joined;
    }
    found.room = last_number(rest);
    // 地番 with a room behind it: no town has fifty 丁目.
    if let ([lot, branch, last], 3, 0) = (found.numbers, found.count, found.room)
        && lot >= 50
        && (101..=3_999).contains(&last)
        && (1..=30).contains(&(last % 100))
    {
        found = Blocks { numbers: [lot, branch, 0], count: 2, room: last };
    }
    found
}

/// After a word or dash that joins two block numbers.
fn joined(after: &str) -> Option<&str> {
    let text = after.trim_start();
    let mut chars = text.chars();
    let mut next = chars.next()?;
    let mut rest = text;
    let word = match next {
        '丁' | '番' | '号' | 'の' | 'ノ' | '之' | '地' => {
            rest = chars.as_str();
            let more: &[&str] = match next {
                '丁' => &["目"],
                '番' => &["地の", "地ノ", "地", "の", "ノ"],
                '号' => &["の", "ノ"],
                '地' => &["割"],
                _ => &[],
            };
            let longer = more.iter().find_map(|word| rest.strip_prefix(word));
            if next == '地' && longer.is_none() {
                return None;
            }
            rest = longer.unwrap_or(rest).trim_start();
            next = rest.chars().next().unwrap_or(' ');
            true
        }
        _ => false,
    };
    if is_dash(next) || matches!(next, '・' | '･' | '.' | '．') {
        return Some(
            rest.trim_start_matches(|c: char| is_dash(c) || matches!(c, '・' | '･' | '.' | '．' | ' ')),
        );
    }
    // 一 between digits is a dash that was converted.
    if let Some(digits) = rest.strip_prefix('一').filter(|r| r.starts_with(|c| decimal(c).is_some())) {
        return Some(digits);
    }
    word.then_some(rest)
}

/// The number a text begins with. Numerals in kanji only where nothing but block numbers can be meant (not 三田ビル).
fn number(text: &str) -> Option<(u32, &str)> {
    let mut value: Option<u32> = None;
    for (at, c) in text.char_indices() {
        match (decimal(c), value) {
            (Some(digit), _) => value = Some(value.unwrap_or(0).saturating_mul(10).saturating_add(digit)),
            (None, Some(value)) => return Some((value, text.get(at..).unwrap_or(""))),
            (None, None) => return kanji_number(text),
        }
    }
    value.map(|value| (value, ""))
}

fn kanji_number(text: &str) -> Option<(u32, &str)> {
    let (mut total, mut digit) = (0u32, None);
    let mut rest = text;
    for c in text.chars() {
        let Some(value) = numeral(c) else { break };
        match value {
            10 | 100 | 1000 => {
                total = total.saturating_add(digit.take().unwrap_or(1u32).saturating_mul(value))
            }
            value => digit = Some(digit.unwrap_or(0).saturating_mul(10).saturating_add(value)),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    let ends = rest.is_empty()
        || rest.starts_with(char::is_whitespace)
        || joined(rest).is_some()
        || rest.starts_with('室');
    (rest.len() < text.len() && ends).then(|| (total.saturating_add(digit.unwrap_or(0)), rest))
}

/// The number a building ends in: with 号室, 号 or 室 behind it, or three digits at least.
fn last_number(building: &str) -> u16 {
    if building.is_empty() {
        return 0;
    }
    let text = building.trim_end();
    // Behind the room may stand whose house it is: 301号室 山田方.
    let named = text.ends_with('方').then(|| text.split_once("号室")).flatten();
    let text = named.map_or(text, |(before, _)| before);
    let bare = text.trim_end_matches(['号', '室']);
    let marked = named.is_some() || bare.len() < text.len();
    let (mut value, mut scale, mut digits) = (0u32, 1u32, 0);
    for digit in bare.chars().rev().map_while(decimal) {
        value = value.saturating_add(digit.saturating_mul(scale));
        scale = scale.saturating_mul(10);
        digits += 1;
    }
    if marked || digits >= 3 { room(value) } else { 0 }
}

/// Rooms have four digits at most.
fn room(value: u32) -> u16 {
    u16::try_from(value).ok().filter(|room| *room <= 9_999).unwrap_or(0)
}

fn decimal(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// Value of a numeral in kanji: 0 to 9, or 10, 100, 1000.
pub(super) const fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '〇' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}
