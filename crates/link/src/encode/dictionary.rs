//! Every distinct text once, with its characters laid out for comparing.

use crate::hash::{self, Rolling};
use hashbrown::HashTable;

/// Texts by code. Code 0 is the empty text: unknown. Has no `Debug`: it identifies persons.
#[derive(Clone)]
pub(crate) struct Dictionary {
    slots: HashTable<Slot>,
    hashes: Vec<u64>,
    texts: String,
    text_ends: Vec<u32>,
    chars: Vec<char>,
    char_ends: Vec<u32>,
    rolling: Vec<Rolling>,
}

/// Where a text stands: all a look-up needs besides the text itself, in one place.
#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u64,
    start: u32,
    end: u32,
    code: u32,
}

/// A text that is looked for, and where it probably stands. Has no `Debug`: it identifies a person.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    pub(crate) text: &'a str,
    /// Code 0 where nothing is known but the hash.
    slot: Slot,
}

impl<'a> Sought<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, slot: Slot { hash: hash::text(text), ..Slot::default() } }
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            slots: HashTable::new(),
            hashes: vec![0],
            texts: String::new(),
            text_ends: vec![0],
            chars: Vec::new(),
            char_ends: vec![0],
            rolling: vec![Rolling::EMPTY],
        }
    }
}

impl Dictionary {
    /// The code of a text; a new one where it is met first.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        self.code_of(&Sought::new(text))
    }

    /// The same of a text that was looked for before.
    pub(crate) fn code_of(&mut self, sought: &Sought<'_>) -> u32 {
        let Sought { text, slot } = *sought;
        if text.is_empty() {
            return 0;
        }
        if slot.code != 0 && self.texts.get(slot.start as usize..slot.end as usize) == Some(text) {
            return slot.code;
        }
        let hash = slot.hash;
        if let Some(code) = self.known(hash, text) {
            return code;
        }
        // Texts of more than four thousand million bytes do not get here: the records would not fit in memory before.
        let code = u32::try_from(self.hashes.len()).unwrap_or(0);
        let start = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push_str(text);
        let end = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.text_ends.push(end);
        self.hashes.push(hash);
        self.slots.insert_unique(hash, Slot { hash, start, end, code }, |slot| slot.hash);
        let from = self.chars.len();
        self.chars.extend(text.chars());
        self.char_ends.push(u32::try_from(self.chars.len()).unwrap_or(u32::MAX));
        self.rolling.push(Rolling::of(self.chars.get(from..).unwrap_or(&[])));
        code
    }

    fn known(&self, hash: u64, text: &str) -> Option<u32> {
        let same = |slot: &Slot| {
            slot.hash == hash && self.texts.get(slot.start as usize..slot.end as usize) == Some(text)
        };
        self.slots.find(hash, same).map(|slot| slot.code)
    }

    /// Finds where a text probably stands, for [`Self::code_of`], and reads what that will read: the answer is the code and
    /// a byte of the text there. Look-ups that follow one another with nothing between wait for memory together; alone,
    /// each waits for itself.
    pub(crate) fn seek(&self, sought: &mut Sought<'_>) -> Option<(u32, u8)> {
        let hash = sought.slot.hash;
        sought.slot = *self.slots.find(hash, |slot| slot.hash == hash)?;
        Some((sought.slot.code, *self.texts.as_bytes().get(sought.slot.start as usize)?))
    }

    /// The code of a text already met, else 0.
    pub(crate) fn find(&self, text: &str) -> u32 {
        self.known(hash::text(text), text).unwrap_or(0)
    }

    /// The characters of a text.
    pub(crate) fn chars(&self, code: u32) -> &[char] {
        self.chars.get(range(&self.char_ends, code)).unwrap_or(&[])
    }

    /// A text.
    pub(crate) fn text(&self, code: u32) -> &str {
        self.texts.get(range(&self.text_ends, code)).unwrap_or("")
    }

    /// Its hash by which joined texts can be compared.
    pub(crate) fn rolling(&self, code: u32) -> Rolling {
        self.rolling.get(code as usize).copied().unwrap_or(Rolling::EMPTY)
    }

    /// The hash of a text: of its content, not of its code.
    pub(crate) fn hash(&self, code: u32) -> u64 {
        self.hashes.get(code as usize).copied().unwrap_or(0)
    }

    /// How many codes there are, 0 included.
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Every text, by code.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|code| self.text(u32::try_from(code).unwrap_or(0)))
    }

    /// Takes in another dictionary; the answer tells for each of its codes the code here.
    pub(crate) fn absorb(&mut self, other: &Self) -> Vec<u32> {
        other.texts().map(|text| self.code(text)).collect()
    }
}

fn range(ends: &[u32], code: u32) -> std::ops::Range<usize> {
    let at = code as usize;
    let from = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    from as usize..ends.get(at).copied().unwrap_or(from) as usize
}
