//! A table in a file (表の保存): what was stated and counted; what follows from it is made again when it is read.

use super::frequency::{Count, Frequencies, Sums};
use super::readings::{self, Readings};
use super::row::Further;
use super::{Dictionary, NameDictionaries, Table};
use crate::compare::Memory;
use crate::file::{Input, Output, plain};
use crate::lists::Lists;
use kiban_model::SubjectId;
use std::collections::HashMap;
use std::io::{Read, Result, Write};

plain!(Sums { total: f64, squares: f64 });

impl Table {
    /// Writes a table of which nothing is lent to an encoder. Every field is named, here and below: a new one must be thought of.
    pub(crate) fn write(&self, to: &mut Output<impl Write + Send>) -> Result<()> {
        let Self {
            rows,
            further,
            subjects,
            by_subject: _,
            new_subjects,
            grown: _,
            names,
            latin,
            latest_birth_year,
            sounds: _,
            sound_codes: _,
            places,
            numbers,
            frequencies,
            wildcards: _,
            readings,
            sorted: _,
            memory: _,
        } = self;
        to.list(rows)?;
        write_further(further, to)?;
        to.put(&(new_subjects.len() as u64))?;
        to.list(subjects)?;
        for dictionary in [&names.kanji, &names.kana, &names.roman, places, numbers] {
            to.texts(dictionary.texts().skip(1))?;
        }
        to.put(latin)?;
        to.put(latest_birth_year)?;
        let mut readings: Vec<(u32, u32)> = readings.0.iter().copied().collect();
        readings.sort_unstable();
        to.list(&readings)?;
        let Frequencies { family, given, attributes, locality, phone, door, insurance } = frequencies;
        for count in family.iter().chain(given).chain(attributes).chain([locality]) {
            to.list(count.by_code())?;
        }
        to.put(phone)?;
        to.put(door)?;
        to.put(insurance)
    }

    pub(crate) fn read(from: &mut Input<impl Read + Send>) -> Result<Self> {
        let rows = from.list()?;
        let further = read_further(from)?;
        let new: u64 = from.get()?;
        let subjects: Vec<SubjectId> = from.list()?;
        let [mut kanji, mut kana, mut roman, mut places, mut numbers] =
            [(); 5].map(|()| Dictionary::default());
        for dictionary in [&mut kanji, &mut kana, &mut roman, &mut places, &mut numbers] {
            from.texts(|text| {
                dictionary.code(text);
            })?;
        }
        let latin = from.get()?;
        let latest_birth_year = from.get()?;
        let readings = Readings(from.list()?.into_iter().collect());
        let mut count = || from.list().map(Count::of);
        let frequencies = Frequencies {
            family: [count()?, count()?, count()?],
            given: [count()?, count()?, count()?],
            attributes: [count()?, count()?, count()?],
            locality: count()?,
            phone: from.get()?,
            door: from.get()?,
            insurance: from.get()?,
        };
        let sorted = subjects.len().saturating_sub(usize::try_from(new).unwrap_or(usize::MAX));
        let positions = (0u32..).zip(&subjects).skip(sorted).map(|(at, subject)| (*subject, at));
        let mut table = Self {
            new_subjects: positions.collect(),
            rows,
            further,
            subjects,
            names: NameDictionaries { kanji, kana, roman },
            places,
            numbers,
            latin,
            latest_birth_year,
            readings,
            frequencies,
            by_subject: Lists::default(),
            grown: HashMap::default(),
            sounds: Vec::default(),
            sound_codes: Dictionary::default(),
            wildcards: Vec::default(),
            sorted: Vec::default(),
            memory: Memory::default(),
        };
        table.index_subjects();
        readings::complete_new(&mut table, &mut []);
        Ok(table)
    }
}

fn write_further(further: &[Further], to: &mut Output<impl Write + Send>) -> Result<()> {
    let lists = |phones: bool| {
        let length = |one: &Further| if phones { one.phones.len() } else { one.identifiers.len() };
        further.iter().map(|one| length(one) as u64).collect::<Vec<u64>>()
    };
    to.list(&lists(true))?;
    to.list(&further.iter().flat_map(|one| one.phones.iter().copied()).collect::<Vec<u64>>())?;
    to.list(&lists(false))?;
    to.list(&further.iter().flat_map(|one| one.identifiers.iter().copied()).collect::<Vec<u32>>())?;
    to.list(&further.iter().map(|one| one.maiden).collect::<Vec<_>>())
}

fn read_further(from: &mut Input<impl Read + Send>) -> Result<Vec<Further>> {
    let phone_counts: Vec<u64> = from.list()?;
    let mut phones = from.list::<u64>()?.into_iter();
    let identifier_counts: Vec<u64> = from.list()?;
    let mut identifiers = from.list::<u32>()?.into_iter();
    let take = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let counts = phone_counts.into_iter().zip(identifier_counts);
    let further = counts.zip(from.list()?).map(|((of_phones, of_identifiers), maiden)| Further {
        phones: phones.by_ref().take(take(of_phones)).collect(),
        identifiers: identifiers.by_ref().take(take(of_identifiers)).collect(),
        maiden,
    });
    Ok(further.collect())
}
