//! Statements to rows (符号化), one encoder a thread: each has its own dictionaries, which are joined when all is read.

use super::dictionary::Dictionary;
use super::outline::{self, Outline};
use super::places::Places;
use super::row::{Flags, Further, Part, Row};
use super::statement::Statement;
use super::tokens::{self, Column, NameDictionaries, Tokens};
use crate::compare::Field;
use crate::hash;
use crate::normalise::{self, Implausible, Name, Names};
use rayon::prelude::*;

/// The rows of a part of the statements, with the dictionaries their codes refer to.
#[derive(Default)]
pub(crate) struct Encoder {
    pub(super) rows: Vec<Row>,
    pub(super) further: Vec<Further>,
    pub(super) names: NameDictionaries,
    pub(super) places: Places,
    pub(super) numbers: Dictionary,
    pub(super) implausible: Vec<(u32, Field, Implausible)>,
    tokens: Tokens,
    /// Insurance symbols already read, and their codes.
    symbols: Dictionary,
    symbol_codes: Vec<u32>,
}

impl Encoder {
    /// Makes room for so many statements.
    pub(crate) fn reserve(&mut self, statements: usize) {
        self.rows.reserve_exact(statements);
    }

    /// How many statements were taken.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Moves the subjects of all rows up by `first`: rows of later parts of a table follow those of earlier ones.
    pub(crate) fn renumber(&mut self, first: u32) {
        self.rows.par_iter_mut().for_each(|row| row.subject = row.subject.saturating_add(first));
    }

    /// Reads one statement of the subject at a position.
    pub(crate) fn push(&mut self, subject: u32, statement: &Statement<'_>) {
        self.read(subject, statement, &Outline::of(statement));
    }

    /// Reads one statement each of subjects from a position on. Quickest by the thirty or so.
    pub(crate) fn push_all(&mut self, first: u32, statements: &[Statement<'_>]) {
        let mut outlines: Vec<Outline<'_>> = statements.iter().map(Outline::of).collect();
        outline::seek(&mut outlines, &self.tokens, &self.places);
        for (subject, (statement, outline)) in (first..).zip(statements.iter().zip(&outlines)) {
            self.read(subject, statement, outline);
        }
    }

    fn read(&mut self, subject: u32, statement: &Statement<'_>, outline: &Outline<'_>) {
        let mut row = Row { subject, sex: statement.sex, ..Row::default() };
        let mut further = Further::default();
        let at = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        row.provider = self.numbers.code(statement.provider);
        self.names(&mut row, &mut further, at, (statement, outline));
        match normalise::parse_birth(statement.birth) {
            Ok(birth) => row.birth = birth.unwrap_or_default(),
            Err(reason) => self.implausible.push((at, Field::BirthDate, reason)),
        }
        self.address(&mut row, at, (statement, outline));
        self.phones(&mut row, &mut further, at, statement);
        self.insurance(&mut row, at, statement);
        self.identifiers(&mut row, &mut further, at, statement);
        for (slot, text) in row.attributes.iter_mut().zip(statement.attributes) {
            if !text.is_empty() {
                *slot = self.numbers.code(&normalise::normalise_identifier(text));
            }
        }
        if further != Further::default() {
            self.further.push(further);
            row.further = u32::try_from(self.further.len()).unwrap_or(0);
        }
        self.rows.push(row);
    }

    fn names(
        &mut self,
        row: &mut Row,
        further: &mut Further,
        at: u32,
        (statement, outline): (&Statement<'_>, &Outline<'_>),
    ) {
        if !statement.family.is_empty() || !statement.given.is_empty() {
            return self.names_apart(row, further, at, statement);
        }
        let mut plain = statement.roman.is_empty();
        if plain && !statement.name.is_empty() {
            let read = |parts| self.tokens.two_parts(&mut self.names, Column::Kanji, parts);
            match outline.kanji.and_then(read) {
                Some((family, given)) => (row.family, row.given) = (family, given),
                None => plain = false,
            }
        }
        if plain && !statement.kana.is_empty() {
            let read = |parts| self.tokens.two_parts(&mut self.names, Column::Kana, parts);
            match outline.kana.and_then(read) {
                Some((family, given)) => (row.family.kana, row.given.kana) = (family.kana, given.kana),
                None => plain = false,
            }
        }
        if plain && row.family.kana != 0 && row.given.kana != 0 {
            return;
        }
        if plain && !(statement.name.is_empty() && statement.kana.is_empty()) {
            // One part may be its own reading: without the other the whole is not known in kana.
            return;
        }
        let names = normalise::normalise_names(statement.name, statement.kana, statement.roman);
        self.put_names(row, further, at, &names);
    }

    /// Names whose parts stand in columns of their own.
    fn names_apart(&mut self, row: &mut Row, further: &mut Further, at: u32, statement: &Statement<'_>) {
        let join = |family: &str, given: &str| match (family.is_empty(), given.is_empty()) {
            (false, false) => format!("{family}\u{3000}{given}"),
            _ => format!("{family}{given}"),
        };
        let kanji = join(statement.family, statement.given);
        let kana = join(statement.family_kana, statement.given_kana);
        let read = |parts| self.tokens.two_parts(&mut self.names, Column::Kanji, parts);
        if let Some((family, given)) = tokens::parts(&kanji).and_then(read)
            && kana.is_empty()
        {
            (row.family, row.given) = (family, given);
            return;
        }
        let names = normalise::normalise_names(&kanji, &kana, "");
        self.put_names(row, further, at, &names);
        // What stands in the column of the family name is one, even where it stands alone.
        for (flag, part) in [(Flags::WHOLE_KANJI, 0), (Flags::WHOLE_KANA, 1), (Flags::WHOLE_ROMAN, 2)] {
            if row.flags.has(flag) && statement.given.is_empty() {
                let pick = |p: &mut Part| match part {
                    0 => std::mem::take(&mut p.kanji),
                    1 => std::mem::take(&mut p.kana),
                    _ => std::mem::take(&mut p.roman),
                };
                let code = pick(&mut row.given);
                match part {
                    0 => {
                        (row.family.kanji, row.family.written) =
                            (code, std::mem::take(&mut row.given.written))
                    }
                    1 => row.family.kana = code,
                    _ => row.family.roman = code,
                }
            }
            row.flags.put(flag, false);
        }
        row.flags.put(Flags::ROMAN_UNORDERED, false);
    }

    fn put_names(&mut self, row: &mut Row, further: &mut Further, at: u32, names: &Names) {
        if names.test_patient {
            self.implausible.push((at, Field::GivenName, Implausible::TestPatient));
            row.flags.put(Flags::ASIDE, true);
            return;
        }
        let mut put = |dictionary: &mut Dictionary, name: &Name, flag: Flags| {
            let whole = name.family.is_empty() && !name.whole.is_empty();
            row.flags.put(flag, whole);
            let given = if whole { &name.whole } else { &name.given };
            (dictionary.code(&name.family), dictionary.code(given))
        };
        let dictionaries = &mut self.names;
        let (family, given) = put(&mut dictionaries.kanji, &names.kanji, Flags::WHOLE_KANJI);
        (row.family.kanji, row.given.kanji) = (family, given);
        let (family, given) = put(&mut dictionaries.kana, &names.kana, Flags::WHOLE_KANA);
        (row.family.kana, row.given.kana) = (family, given);
        let (family, given) = put(&mut dictionaries.roman, &names.roman, Flags::WHOLE_ROMAN);
        (row.family.roman, row.given.roman) = (family, given);
        let written = &names.written;
        row.family.written = dictionaries.kanji.code(&written.family);
        let rest = if written.family.is_empty() { &written.whole } else { &written.given };
        row.given.written = dictionaries.kanji.code(rest);
        row.flags.put(Flags::ROMAN_UNORDERED, names.roman.unordered);
        if let Some(former) = &names.maiden {
            let kanji = dictionaries.kanji.code(&former.kanji);
            let (kana, roman) =
                (dictionaries.kana.code(&former.kana), dictionaries.roman.code(&former.roman));
            further.maiden = Part { written: kanji, kanji, kana, roman };
        }
    }

    fn address(&mut self, row: &mut Row, at: u32, (statement, outline): (&Statement<'_>, &Outline<'_>)) {
        if !statement.address.is_empty() {
            self.places.read(row, &outline.head, outline.tail);
        } else if !statement.town.is_empty()
            || !statement.municipality.is_empty()
            || !statement.prefecture.is_empty()
        {
            self.places.read_apart(row, statement);
        }
        if let Some(code) = digits(statement.postal, 7) {
            // 000-0000 and 999-9999 are read below, with the other placeholders.
            if !matches!(code % 1_111_111, 0) {
                row.postal = code;
                return;
            }
        }
        if !statement.postal.is_empty() {
            match normalise::normalise_postal_code(statement.postal) {
                Ok(code) => row.postal = self.code(&code),
                Err(reason) => self.implausible.push((at, Field::Address, reason)),
            }
        }
    }

    /// A short number as itself, any other text by the dictionary; never both for one text.
    fn code(&mut self, text: &str) -> u32 {
        match text.parse::<u32>() {
            Ok(number) if !text.starts_with('0') && number < TEXT => number,
            _ if text.is_empty() => 0,
            _ if text.len() == 7 && text.bytes().all(|b| b.is_ascii_digit()) => text.parse().unwrap_or(0),
            _ => TEXT | self.numbers.code(text),
        }
    }

    fn phones(&mut self, row: &mut Row, further: &mut Further, at: u32, statement: &Statement<'_>) {
        for phone in statement.phones.iter().flat_map(|text| normalise::phone_numbers(text)) {
            match phone {
                Ok(0) => {}
                Ok(number) if row.phone == 0 => row.phone = number,
                Ok(number) if row.phone == number || further.phones.contains(&number) => {}
                Ok(number) => further.phones.push(number),
                Err(reason) => self.implausible.push((at, Field::Phone, reason)),
            }
        }
    }

    fn insurance(&mut self, row: &mut Row, at: u32, statement: &Statement<'_>) {
        if statement.insurer.is_empty() && statement.number.is_empty() {
            return;
        }
        if let Some(branch) = self.plain_insurance(row, statement) {
            row.branch = branch;
            return;
        }
        let (insurance, reason) = normalise::normalise_insurance(
            statement.insurer,
            statement.symbol,
            statement.number,
            statement.branch,
        );
        if let Some(reason) = reason {
            self.implausible.push((at, Field::Insurance, reason));
        }
        row.insurer = self.code(&insurance.insurer);
        row.symbol = self.code(&insurance.symbol);
        row.number = number_code(&insurance.number);
        row.branch = insurance.branch.parse().unwrap_or(0);
        row.flags.put(Flags::INSURED_PERSON, insurance.personal);
    }

    /// Insurance whose numbers are plain digits, as most is, with nothing in it to be thought about. A symbol in words is
    /// met again and again: it is read once.
    fn plain_insurance(&mut self, row: &mut Row, statement: &Statement<'_>) -> Option<u8> {
        let (insurer, number) = (plain_number(statement.insurer)?, plain_number(statement.number)?);
        let branch = u8::try_from(plain_number(statement.branch)?).ok()?;
        let length = number.checked_ilog10()? + 1;
        let repeated = number.is_multiple_of((10u32.pow(length) - 1) / 9);
        if insurer == 0 || (repeated && length >= 3) {
            return None;
        }
        row.symbol = match plain_number(statement.symbol) {
            Some(symbol) => symbol,
            None => self.symbol(statement.symbol),
        };
        row.insurer = insurer;
        row.number = 10u64.pow(length) + u64::from(number);
        row.flags.put(Flags::INSURED_PERSON, insurer / 1_000_000 == 39);
        Some(branch)
    }

    fn symbol(&mut self, text: &str) -> u32 {
        let at = self.symbols.code(text) as usize;
        if let Some(code) = self.symbol_codes.get(at) {
            return *code;
        }
        let code = self.code(&normalise::insurance_symbol(text));
        self.symbol_codes.resize(at, 0);
        self.symbol_codes.push(code);
        code
    }

    fn identifiers(&mut self, row: &mut Row, further: &mut Further, at: u32, statement: &Statement<'_>) {
        for (system, value) in &statement.identifiers {
            let value = normalise::normalise_identifier(value);
            if value.is_empty() {
                continue;
            }
            if normalise::is_placeholder(&value) {
                self.implausible.push((at, Field::OtherNumber, Implausible::Placeholder));
                continue;
            }
            let code = self.numbers.code(&format!("{system}|{value}"));
            if row.identifier == 0 {
                row.identifier = code;
            } else if row.identifier != code && !further.identifiers.contains(&code) {
                further.identifiers.push(code);
            }
        }
    }
}

/// Codes from here on are the dictionary's; below they are numbers themselves.
pub(super) const TEXT: u32 = 1 << 31;

/// Up to nine digits of either width as a number; 0 for an empty text.
fn plain_number(text: &str) -> Option<u32> {
    let mut value = 0;
    for (at, c) in text.chars().enumerate() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => return None,
        };
        value = (at < 9).then_some(value * 10 + digit)?;
    }
    Some(value)
}

/// Exactly so many digits with at most one dash after the third, as a number.
fn digits(text: &str, count: usize) -> Option<u32> {
    let mut value = 0u32;
    let mut seen = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => value = value.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            b'-' if at == 3 => continue,
            _ => return None,
        }
        seen += 1;
    }
    (seen == count).then_some(value)
}

/// A number as a number: up to 18 digits as they are, behind a 1; anything else by its hash, with the highest bit set.
fn number_code(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let digits = text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits => 10u64.pow(u32::try_from(text.len()).unwrap_or(18)) + number,
        _ => hash::text(text) | 1 << 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A blank behind the number is of no meaning, and sends the statement the long way.
        #[test]
        fn plain_insurance_is_read_as_any_other(
            insurer in "[0-9]{6,8}",
            symbol in "[0-9０-９公立令・ -]{0,6}",
            number in "[0-9０-９]{1,9}",
            branch in "[0-9０-９]{0,2}",
        ) {
            let longer = format!("{number} ");
            let statement = |number| Statement {
                insurer: &insurer, symbol: &symbol, number, branch: &branch, ..Statement::default()
            };
            let mut encoder = Encoder::default();
            for statement in [statement(&number), statement(&longer), statement(&number)] {
                encoder.push(0, &statement);
            }
            let of = |row: &Row| (row.insurer, row.symbol, row.number, row.branch, row.flags);
            let rows: Vec<_> = encoder.rows.iter().map(of).collect();
            prop_assert!(rows[0] == rows[1] && rows[1] == rows[2]);
        }
    }
}
