//! How alike two texts are (Jaro 1989, Winkler 1990). The wildcard matches any one character.

use crate::normalise::WILDCARD;

/// Characters looked at: one bit each.
const LONGEST: usize = 64;

/// Jaro–Winkler similarity, 0 to 1. Texts longer than 64 characters are compared on their first 64. Allocates nothing.
pub(crate) fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    let a = a.get(..LONGEST).unwrap_or(a);
    let b = b.get(..LONGEST).unwrap_or(b);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    for (i, x) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let found = b.iter().enumerate().skip(from).take(i + reach + 1 - from);
        if let Some((j, _)) = found.into_iter().find(|(j, y)| taken_b >> j & 1 == 0 && same(*x, **y)) {
            taken_b |= 1 << j;
            taken_a |= 1 << i;
        }
    }
    let common = taken_a.count_ones();
    if common == 0 {
        return 0.0;
    }
    let moved = taken(a, taken_a).zip(taken(b, taken_b)).filter(|(x, y)| !same(*x, *y)).count();
    let common = f64::from(common);
    let jaro =
        (common / a.len() as f64 + common / b.len() as f64 + (common - moved as f64 / 2.0) / common) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| same(**x, **y)).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

/// The characters whose bit is set.
fn taken(text: &[char], mut bits: u64) -> impl Iterator<Item = char> + '_ {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        text.get(at as usize).copied()
    })
}

fn same(a: char, b: char) -> bool {
    a == b || a == WILDCARD || b == WILDCARD
}

/// Whether the texts are the same where neither has a wildcard, and at least one real character is the same.
pub(crate) fn same_under_wildcards(a: &[char], b: &[char]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| same(*a, *b))
        && a.iter().zip(b).any(|(a, b)| a == b && *a != WILDCARD)
}

/// Whether one replacement, insertion, deletion or exchange of neighbours makes one text the other. Equal texts count.
pub(crate) fn within_one_edit<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let room = short.len() - head;
    let tail = short.iter().rev().zip(long.iter().rev()).take(room).take_while(|(x, y)| x == y).count();
    let (left_short, left_long) = (room - tail, long.len() - head - tail);
    match (left_short, left_long) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => {
            let pair = |text: &[T], first: usize, other: &[T]| text.get(first) == other.get(first + 1);
            pair(short, head, long) && pair(long, head, short)
        }
        _ => false,
    }
}

/// Whether two numbers are within one edit of each other, digit by digit.
pub(crate) fn numbers_within_one_edit(a: u64, b: u64) -> bool {
    let digits = |mut number: u64| {
        let (mut digits, mut count) = ([0u8; 20], 0);
        while number > 0 {
            if let Some(slot) = digits.get_mut(count) {
                *slot = (number % 10) as u8;
            }
            number /= 10;
            count += 1;
        }
        (digits, count)
    };
    let ((a, a_count), (b, b_count)) = (digits(a), digits(b));
    within_one_edit(a.get(..a_count).unwrap_or(&a), b.get(..b_count).unwrap_or(&b))
}
