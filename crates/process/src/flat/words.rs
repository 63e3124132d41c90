//! From the bytes of a value to its number: looked up once a cell, for every cell of a table.

use crate::search::mix;

const FACTOR: u64 = 0xd1b5_4a32_d192_ed03;

/// Words, numbered as they were added.
#[derive(Debug, Default)]
pub(super) struct Words {
    slots: Vec<Slot>,
    text: Vec<u8>,
    len: u32,
}

/// A word: where it is, and enough of it that most need not be looked at there.
#[derive(Debug, Clone, Copy)]
struct Slot {
    ends: Ends,
    at: u32,
    number: u32,
}

/// The first and the last eight bytes and the length: all of a word of up to sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    head: u64,
    tail: u64,
    /// `u32::MAX` for an empty place.
    length: u32,
}

const EMPTY: Slot = Slot { ends: Ends { head: 0, tail: 0, length: u32::MAX }, at: 0, number: 0 };

/// The first eight bytes, or as many as there are, as a number.
fn head(word: &[u8]) -> u64 {
    match word.first_chunk::<8>() {
        Some(whole) => u64::from_le_bytes(*whole),
        None => word.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

impl Ends {
    fn of(word: &[u8], head: u64) -> Self {
        let tail = match word.last_chunk::<8>() {
            Some(last) if word.len() > 8 => u64::from_le_bytes(*last),
            _ => 0,
        };
        Self { head, tail, length: word.len() as u32 }
    }

    /// Spreads a word over 64 bits; what is between its ends only where there is something.
    fn hash(&self, word: &[u8]) -> u64 {
        let mut hash = mix(self.head ^ self.tail.rotate_left(32) ^ u64::from(self.length) << 56, FACTOR);
        if word.len() > 16 {
            for chunk in word.get(8..word.len() - 8).unwrap_or(&[]).chunks(8) {
                hash = mix(hash ^ head(chunk), FACTOR);
            }
        }
        hash
    }
}

impl Words {
    /// Adds a word; `false` if it is there already.
    pub(super) fn add(&mut self, word: &[u8]) -> bool {
        if self.find(word).is_some() {
            return false;
        }
        if self.slots.len() < (self.len as usize + 1) * 4 {
            let more = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![EMPTY; more]);
            for slot in old.into_iter().filter(|slot| slot.ends != EMPTY.ends) {
                let (at, length) = (slot.at as usize, slot.ends.length as usize);
                let hash = slot.ends.hash(self.text.get(at..at + length).unwrap_or(&[]));
                self.put(slot, hash);
            }
        }
        let ends = Ends::of(word, head(word));
        let at = self.text.len() as u32;
        self.text.extend_from_slice(word);
        self.put(Slot { ends, at, number: self.len }, ends.hash(word));
        self.len += 1;
        true
    }

    fn put(&mut self, slot: Slot, hash: u64) {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while let Some(place) = self.slots.get_mut(at) {
            if place.ends == EMPTY.ends {
                *place = slot;
                return;
            }
            at = (at + 1) & last;
        }
    }

    /// A word's number.
    pub(super) fn find(&self, word: &[u8]) -> Option<u32> {
        self.found(Ends::of(word, head(word)), word)
    }

    /// The number of a word within a text. Eight bytes at once are quicker than as many as there are, so what follows a short
    /// word is read too and cut off.
    pub(super) fn find_in(&self, text: &[u8], from: usize, to: usize) -> Option<u32> {
        let word = text.get(from..to)?;
        let head = match text.get(from..).and_then(<[u8]>::first_chunk::<8>) {
            Some(chunk) if word.len() < 8 => u64::from_le_bytes(*chunk) & ((1 << (word.len() * 8)) - 1),
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => head(word),
        };
        self.found(Ends::of(word, head), word)
    }

    fn found(&self, ends: Ends, word: &[u8]) -> Option<u32> {
        let last = self.slots.len().checked_sub(1)?;
        let mut at = ends.hash(word) as usize & last;
        loop {
            let slot = self.slots.get(at)?;
            if slot.ends == ends && (word.len() <= 16 || self.text.get(slot.at as usize..)?.starts_with(word))
            {
                return Some(slot.number);
            }
            if slot.ends == EMPTY.ends {
                return None;
            }
            at = (at + 1) & last;
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// 128 bits that stand for some texts in their order.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Fingerprint {
    one: u64,
    two: u64,
}

impl Fingerprint {
    /// Takes in the next text, so that "a", "bc" and "ab", "c" differ: a short one with its length above it, a long one with its
    /// length behind it.
    pub(super) fn add(&mut self, text: &[u8]) {
        if text.len() < 8 {
            return self.mix(head(text) | (text.len() as u64) << 56);
        }
        for chunk in text.chunks(8) {
            self.mix(head(chunk));
        }
        self.mix(text.len() as u64 ^ u64::MAX);
    }

    fn mix(&mut self, word: u64) {
        self.one = mix(self.one.rotate_left(23) ^ word, 0x9e6c_63d0_876a_3f35);
        self.two = mix(self.two.rotate_left(41) ^ word, 0xa076_1d64_78bd_642f);
    }

    /// All of it.
    pub(super) fn value(&self) -> u128 {
        u128::from(self.one) << 64 | u128::from(self.two)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn words_are_found_as_a_map_finds_them(
            words in prop::collection::vec("[ab]{0,20}", 0..60),
            asked in prop::collection::vec("[ab]{0,20}", 0..20),
        ) {
            let (mut ours, mut map) = (Words::default(), HashMap::new());
            for word in &words {
                let next = map.len() as u32;
                prop_assert_eq!(ours.add(word.as_bytes()), !map.contains_key(word));
                map.entry(word.clone()).or_insert(next);
            }
            for word in words.iter().chain(&asked) {
                let text = format!("{word};and what follows");
                prop_assert_eq!(ours.find(word.as_bytes()), map.get(word).copied());
                prop_assert_eq!(ours.find_in(text.as_bytes(), 0, word.len()), map.get(word).copied());
                prop_assert_eq!(ours.find_in(word.as_bytes(), 0, word.len()), map.get(word).copied());
            }
        }

        #[test]
        fn different_texts_have_different_fingerprints(
            one in prop::collection::vec("[ab]{0,20}", 0..4),
            two in prop::collection::vec("[ab]{0,20}", 0..4),
        ) {
            let of = |texts: &[String]| {
                let mut fingerprint = Fingerprint::default();
                texts.iter().for_each(|text| fingerprint.add(text.as_bytes()));
                fingerprint.value()
            };
            prop_assert_eq!(of(&one) == of(&two), one == two);
        }
    }
}
