//! Match forms to codes (符号化): every distinct text once, so that equality is a comparison of numbers.
//!
//! Statements are sorted by content before anything is numbered, so that the result does not depend on the order of the
//! input; statements a subject repeats are kept once.

use crate::PersonRecord;
use crate::compare::Field;
use crate::normalise::{Birth, Implausible, Name, Normalised, kana_to_roman, normalise};
use crate::settings::Settings;
use crate::statistics::{ImplausibleValue, Statistics};
use kiban_model::{Sex, SubjectId};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

mod dictionary;
mod frequency;
mod split;

pub(crate) use dictionary::Dictionary;
pub(crate) use frequency::{Count, Frequencies};

/// Codes of one name in one script; 0 is unknown.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NameCodes {
    pub(crate) family: u32,
    pub(crate) given: u32,
    pub(crate) whole: u32,
}

/// Codes of an address; 0 is unknown. `door` is locality and blocks together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AddressCodes {
    pub(crate) prefecture: u32,
    pub(crate) municipality: u32,
    pub(crate) locality: u32,
    pub(crate) blocks: u32,
    pub(crate) door: u32,
    pub(crate) postal_code: u32,
}

/// Codes of an insurance; 0 is unknown. `household` is insurer, symbol and number together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InsuranceCodes {
    pub(crate) insurer: u32,
    pub(crate) symbol: u32,
    pub(crate) number: u32,
    pub(crate) branch: u32,
    pub(crate) household: u32,
    pub(crate) personal: bool,
}

/// One distinct statement of one subject.
#[derive(Clone, Default)]
pub(crate) struct Row {
    pub(crate) subject: u32,
    pub(crate) provider: u32,
    pub(crate) written: NameCodes,
    pub(crate) kanji: NameCodes,
    pub(crate) kana: NameCodes,
    pub(crate) roman: NameCodes,
    /// Which Latin part is the family name is not known.
    pub(crate) roman_unordered: bool,
    pub(crate) birth: Option<Birth>,
    pub(crate) sex: Option<Sex>,
    pub(crate) address: AddressCodes,
    pub(crate) phones: Vec<u32>,
    pub(crate) insurance: InsuranceCodes,
    pub(crate) others: Vec<u32>,
    /// A test patient's: in the table for its subject only.
    pub(crate) aside: bool,
}

/// Everything linkage knows about the statements. Has no `Debug`: it identifies persons.
#[derive(Default)]
pub(crate) struct Table {
    /// By subject, then content.
    pub(crate) rows: Vec<Row>,
    /// Sorted.
    pub(crate) subjects: Vec<SubjectId>,
    /// First row of each subject, and the number of rows at the end.
    starts: Vec<u32>,
    pub(crate) kanji: Dictionary,
    pub(crate) kana: Dictionary,
    pub(crate) roman: Dictionary,
    sounds: Vec<u32>,
    pub(crate) places: Dictionary,
    pub(crate) numbers: Dictionary,
    pub(crate) frequencies: Frequencies,
}

impl Table {
    /// Position of a subject.
    pub(crate) fn subject(&self, id: SubjectId) -> Option<u32> {
        self.subjects.binary_search(&id).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The subject at a position.
    pub(crate) fn subject_id(&self, at: u32) -> SubjectId {
        self.subjects.get(at as usize).copied().unwrap_or(SubjectId(0))
    }

    /// The rows of the subject at a position.
    pub(crate) fn rows_of(&self, subject: u32) -> &[Row] {
        let at = subject as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(from, to)| self.rows.get(*from as usize..*to as usize)).unwrap_or(&[])
    }

    /// Whether two Latin names are one however they are romanised.
    pub(crate) fn sounds_alike(&self, a: u32, b: u32) -> bool {
        self.sound(a) != 0 && self.sound(a) == self.sound(b)
    }

    /// Number of the sound of a Latin name; 0 is unknown.
    pub(crate) fn sound(&self, roman: u32) -> u32 {
        self.sounds.get(roman as usize).copied().unwrap_or(0)
    }
}

/// Builds the table. What was set aside goes to `statistics`.
pub(crate) fn encode(records: &[PersonRecord], settings: &Settings, statistics: &mut Statistics) -> Table {
    let mut forms: Vec<(SubjectId, &str, Normalised)> =
        records.par_iter().map(|r| (r.subject, r.provider.as_str(), normalise(&r.identity))).collect();
    forms.par_sort_unstable();
    forms.dedup();
    split::split_names(&mut forms);
    for (subject, _, form) in &forms {
        let found = form.implausible.iter().map(|(field, reason)| ImplausibleValue {
            subject: *subject,
            field: *field,
            reason: *reason,
        });
        statistics.implausible.extend(found);
    }
    let mut table = Table::default();
    let mut providers: HashMap<&str, u32> = HashMap::new();
    // Only where someone is known by Latin letters alone do the readings of the others need a Latin form.
    let latin_only =
        forms.iter().any(|(_, _, f)| !f.names.roman.whole.is_empty() && f.names.kana.whole.is_empty());
    for (subject, provider, form) in &forms {
        if table.subjects.last() != Some(subject) {
            table.subjects.push(*subject);
            table.starts.push(u32::try_from(table.rows.len()).unwrap_or(u32::MAX));
        }
        let count = u32::try_from(providers.len()).unwrap_or(u32::MAX);
        let provider = *providers.entry(provider).or_insert(count);
        let subject = u32::try_from(table.subjects.len() - 1).unwrap_or(u32::MAX);
        let row = row(&mut table, subject, provider, form, latin_only);
        table.rows.push(row);
    }
    table.starts.push(u32::try_from(table.rows.len()).unwrap_or(u32::MAX));
    table.sounds = dictionary::sounds(&table.roman);
    statistics.statements = table.rows.len() as u64;
    statistics.subjects = table.subjects.len() as u64;
    table.settle(settings.largest_household, statistics);
    table
}

fn row(table: &mut Table, subject: u32, provider: u32, form: &Normalised, latin_only: bool) -> Row {
    let name = |dictionary: &mut Dictionary, name: &Name| NameCodes {
        family: dictionary.code(&name.family),
        given: dictionary.code(&name.given),
        whole: dictionary.code(&name.whole),
    };
    let romanised;
    let roman = if latin_only && form.names.roman.whole.is_empty() && !form.names.kana.whole.is_empty() {
        let kana = &form.names.kana;
        let (family, given) = (kana_to_roman(&kana.family), kana_to_roman(&kana.given));
        let mut parts = [family.as_str(), given.as_str()];
        // As Latin names are: parts sorted.
        parts.sort_unstable();
        let whole = if given.is_empty() { kana_to_roman(&kana.whole) } else { parts.concat() };
        romanised = Name { family, given, whole, unordered: false };
        &romanised
    } else {
        &form.names.roman
    };
    let address = &form.address;
    let insurance = &form.insurance;
    let numbered = |text: &str, dictionary: &mut Dictionary| dictionary.code(text);
    let door = if address.locality.is_empty() || address.blocks.is_empty() {
        String::new()
    } else {
        format!("{} {}", address.locality, address.blocks)
    };
    let household =
        if insurance.number.is_empty() || (insurance.insurer.is_empty() && insurance.symbol.is_empty()) {
            String::new()
        } else {
            format!("{} {} {}", insurance.insurer, insurance.symbol, insurance.number)
        };
    Row {
        subject,
        provider,
        written: name(&mut table.kanji, &form.names.written),
        kanji: name(&mut table.kanji, &form.names.kanji),
        kana: name(&mut table.kana, &form.names.kana),
        roman: name(&mut table.roman, roman),
        roman_unordered: roman.unordered,
        birth: form.birth,
        sex: form.sex,
        address: AddressCodes {
            prefecture: numbered(&address.prefecture, &mut table.places),
            municipality: numbered(&address.municipality, &mut table.places),
            locality: numbered(&address.locality, &mut table.places),
            blocks: numbered(&address.blocks, &mut table.places),
            door: numbered(&door, &mut table.places),
            postal_code: numbered(&address.postal_code, &mut table.places),
        },
        phones: form.phones.iter().map(|p| table.numbers.code(p)).collect(),
        insurance: InsuranceCodes {
            insurer: table.numbers.code(&insurance.insurer),
            symbol: table.numbers.code(&insurance.symbol),
            number: table.numbers.code(&insurance.number),
            branch: table.numbers.code(&insurance.branch),
            household: table.numbers.code(&household),
            personal: insurance.personal,
        },
        others: form.others.iter().map(|o| table.numbers.code(o)).collect(),
        aside: form.names.test_patient,
    }
}

impl Table {
    /// Numbers stated for more than `most` different persons (by given name and birth date) belong to none of them: they
    /// become missing. Then the frequencies are counted.
    fn settle(&mut self, most: usize, statistics: &mut Statistics) {
        let person = |row: &Row| {
            let name = if row.kana.given != 0 {
                (1, row.kana.given)
            } else {
                (2, row.kanji.given.max(row.kanji.whole))
            };
            (name, row.birth.map(Birth::packed))
        };
        let mut phones: HashMap<u32, HashSet<_>> = HashMap::new();
        let mut insurances: HashMap<u32, HashSet<_>> = HashMap::new();
        for row in &self.rows {
            for phone in &row.phones {
                phones.entry(*phone).or_default().insert(person(row));
            }
            if row.insurance.household != 0 {
                insurances.entry(row.insurance.household).or_default().insert(person(row));
            }
        }
        let mut aside = Vec::new();
        for row in &mut self.rows {
            let subject = self.subjects.get(row.subject as usize).copied().unwrap_or(SubjectId(0));
            let many = |persons: Option<&HashSet<_>>| persons.is_some_and(|p| p.len() > most);
            let before = row.phones.len();
            row.phones.retain(|phone| !many(phones.get(phone)));
            if row.phones.len() < before {
                aside.push(ImplausibleValue {
                    subject,
                    field: Field::Phone,
                    reason: Implausible::SharedByMany,
                });
            }
            if many(insurances.get(&row.insurance.household)) {
                row.insurance =
                    InsuranceCodes { insurer: row.insurance.insurer, ..InsuranceCodes::default() };
                aside.push(ImplausibleValue {
                    subject,
                    field: Field::Insurance,
                    reason: Implausible::SharedByMany,
                });
            }
        }
        statistics.implausible.extend(aside);
        self.frequencies = Frequencies::count(self);
    }
}
