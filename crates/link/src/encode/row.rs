//! One statement as numbers: a little more than a cache line, so that comparing two rows touches four lines and no text.

use crate::normalise::Birth;
use kiban_model::Sex;

/// Attributes (出生地, 職業 …) a statement may have besides the fields every person has.
pub(crate) const ATTRIBUTES: usize = 3;

/// One part of a name, as codes; 0 is unknown.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// As written, width folded.
    pub(crate) written: u32,
    /// Kanji in match form.
    pub(crate) kanji: u32,
    /// Kana in match form.
    pub(crate) kana: u32,
    /// Latin letters in match form.
    pub(crate) roman: u32,
}

/// What a row has besides its numbers, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(pub(crate) u8);

impl Flags {
    /// The name in this script is not split: all of it stands in the given name's place.
    pub(crate) const WHOLE_KANJI: Self = Self(1);
    pub(crate) const WHOLE_KANA: Self = Self(2);
    pub(crate) const WHOLE_ROMAN: Self = Self(4);
    /// Which Latin part is the family name is not known.
    pub(crate) const ROMAN_UNORDERED: Self = Self(8);
    /// The insurance is a person's, not a household's.
    pub(crate) const INSURED_PERSON: Self = Self(16);
    /// A test patient's: in the table for its subject only.
    pub(crate) const ASIDE: Self = Self(32);

    pub(crate) const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(crate) const fn put(&mut self, flag: Self, on: bool) {
        if on {
            self.0 |= flag.0;
        } else {
            self.0 &= !flag.0;
        }
    }
}

/// One distinct statement of one subject. Codes and numbers of 0 are unknown. Has no `Debug`: it identifies a person.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Position of the subject.
    pub(crate) subject: u32,
    pub(crate) provider: u32,
    pub(crate) family: Part,
    pub(crate) given: Part,
    /// Year 0 is unknown.
    pub(crate) birth: Birth,
    pub(crate) flags: Flags,
    pub(crate) sex: Option<Sex>,
    /// 1 to 47.
    pub(crate) prefecture: u8,
    /// Branch number of the insured (枝番), without leading zeros; 0 is unknown or the insured person's own 00.
    pub(crate) branch: u8,
    pub(crate) municipality: u32,
    /// What two addresses of one locality have in common.
    pub(crate) locality: u32,
    pub(crate) postal: u32,
    /// 丁目, 番地, 号.
    pub(crate) blocks: [u16; 3],
    pub(crate) room: u16,
    /// Digits, with a 1 before them so that leading zeros count.
    pub(crate) phone: u64,
    pub(crate) insurer: u32,
    pub(crate) symbol: u32,
    pub(crate) number: u64,
    pub(crate) identifier: u32,
    pub(crate) attributes: [u32; ATTRIBUTES],
    /// Subjects that state this telephone, this door, capped.
    pub(crate) phone_count: u16,
    pub(crate) door_count: u16,
    /// Position in the list of further values and 1; 0 for none.
    pub(crate) further: u32,
}

impl Row {
    /// The date of birth, if any of it is known.
    pub(crate) const fn birth(&self) -> Option<Birth> {
        if self.birth.year == 0 { None } else { Some(self.birth) }
    }

    /// The full date as a number; 0 if a part is unknown.
    pub(crate) const fn day_of_birth(&self) -> u32 {
        if self.birth.is_full() { self.birth.packed() } else { 0 }
    }

    /// The block numbers as one number, room excluded; 0 if there are none.
    pub(crate) const fn block_code(&self) -> u64 {
        let [a, b, c] = self.blocks;
        (a as u64) << 32 | (b as u64) << 16 | c as u64
    }

    /// Whether a door is known: a locality and a block number in it.
    pub(crate) const fn has_door(&self) -> bool {
        self.locality != 0 && self.block_code() != 0
    }

    /// Whether a household's insurance is known: a number, and the insurer or the symbol it belongs to.
    pub(crate) const fn has_insurance(&self) -> bool {
        self.number != 0 && (self.insurer != 0 || self.symbol != 0)
    }
}

/// What few statements have: second telephones, second identifying numbers, the family name before marriage.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Further {
    pub(crate) phones: Vec<u64>,
    pub(crate) identifiers: Vec<u32>,
    /// Another family name the statement itself gives (旧姓).
    pub(crate) maiden: Part,
}
