//! Reading the file of statements with truth, and judging clusters by it.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use kiban_link::{Linkage, PersonRecord};
use kiban_model::{DateAsGiven, Identity, Private, Sex, SubjectId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

/// Truth: the person of each subject.
pub(crate) type Persons = HashMap<SubjectId, i32>;

/// The shared file, by `KIBAN_SHARED_DATA` or beside the workspace.
pub(crate) fn shared_file() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("KIBAN_SHARED_DATA").map_or_else(beside, PathBuf::from);
    root.join("linkage/jp_persons_100k.parquet")
}

/// The statements of the persons numbered below `people`.
pub(crate) fn read(path: &Path, people: usize) -> Result<(Vec<PersonRecord>, Persons), Failure> {
    let file = std::fs::File::open(path)?;
    let (mut records, mut persons) = (Vec::new(), Persons::new());
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        add(&batch?, people, &mut records, &mut persons)?;
    }
    Ok((records, persons))
}

fn add(
    batch: &RecordBatch,
    people: usize,
    records: &mut Vec<PersonRecord>,
    persons: &mut Persons,
) -> Result<(), Failure> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| format!("no column {name}"));
    let number = |name: &str| -> Result<Vec<i32>, Failure> {
        let array = column(name)?.as_primitive_opt::<Int32Type>().ok_or("a column of numbers is not one")?;
        Ok(array.values().to_vec())
    };
    let texts = |name: &str| -> Result<Vec<Option<Private<String>>>, Failure> {
        let array = column(name)?.as_string_opt::<i32>().ok_or("a column of text is not one")?;
        Ok((0..array.len())
            .map(|at| array.is_valid(at).then(|| array.value(at)).and_then(Private::from_text))
            .collect())
    };
    let (ids, truth, institutions) = (number("rec_id")?, number("person_id")?, number("inst_id")?);
    let names = [
        "name_kanji",
        "name_kana",
        "birth_date",
        "sex",
        "insurer_no",
        "ins_symbol",
        "ins_number",
        "ins_branch",
        "postcode",
        "address",
        "phone",
    ];
    let mut columns =
        names.into_iter().map(texts).collect::<Result<Vec<_>, _>>()?.into_iter().map(Vec::into_iter);
    let mut next = || columns.next().ok_or("a column is missing");
    let (mut kanji, mut kana, mut birth, mut sex) = (next()?, next()?, next()?, next()?);
    let (mut insurer, mut symbol, mut insurance, mut branch) = (next()?, next()?, next()?, next()?);
    let (mut postal, mut address, mut phone) = (next()?, next()?, next()?);
    for ((id, person), institution) in ids.into_iter().zip(truth).zip(institutions) {
        let parse =
            |text: &str| DateAsGiven::parse_iso(text).or_else(|_| DateAsGiven::parse_japanese(text)).ok();
        let identity = Identity {
            name: kanji.next().flatten(),
            kana: kana.next().flatten(),
            birth_date: birth.next().flatten().and_then(|text| parse(text.expose())).map(Private::new),
            sex: sex.next().flatten().and_then(|text| Sex::parse(text.expose())),
            insurer: insurer.next().flatten(),
            insurance_symbol: symbol.next().flatten(),
            insurance_number: insurance.next().flatten(),
            insurance_branch: branch.next().flatten(),
            postal_code: postal.next().flatten(),
            address: address.next().flatten(),
            phones: phone.next().flatten().into_iter().collect(),
            ..Identity::default()
        };
        if usize::try_from(person).is_ok_and(|person| person < people) {
            let subject = SubjectId(i64::from(id) + 1);
            persons.insert(subject, person);
            records.push(PersonRecord { subject, provider: format!("institution-{institution}"), identity });
        }
    }
    Ok(())
}

/// How well clusters agree with the truth, over pairs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) exact_persons: f64,
}

fn pairs(sizes: impl Iterator<Item = u64>) -> f64 {
    sizes.map(|n| n as f64 * (n as f64 - 1.0) / 2.0).sum()
}

fn true_sizes(persons: &Persons) -> HashMap<i32, u64> {
    let mut sizes = HashMap::new();
    for person in persons.values() {
        *sizes.entry(*person).or_default() += 1;
    }
    sizes
}

/// Judges the clusters.
pub(crate) fn score(linkage: &Linkage, persons: &Persons) -> Score {
    let sizes = true_sizes(persons);
    let (mut right, mut exact) = (0.0, 0u64);
    for cluster in &linkage.clusters {
        let mut within: HashMap<i32, u64> = HashMap::new();
        for subject in &cluster.subjects {
            *within.entry(persons[subject]).or_default() += 1;
        }
        exact += u64::from(within.len() == 1 && within.iter().all(|(person, n)| sizes[person] == *n));
        right += pairs(within.into_values());
    }
    let precision = right / pairs(linkage.clusters.iter().map(|c| c.subjects.len() as u64));
    let recall = right / pairs(sizes.values().copied());
    Score {
        precision,
        recall,
        f1: 2.0 * precision * recall / (precision + recall),
        exact_persons: exact as f64 / sizes.len() as f64,
    }
}

/// Precision and recall of the scored pairs above a probability.
#[allow(dead_code, reason = "the test asks for less than the example")]
pub(crate) fn pair_quality(linkage: &Linkage, persons: &Persons, threshold: f64) -> (f64, f64) {
    let chosen: Vec<_> = linkage.pairs.iter().filter(|p| p.probability >= threshold).collect();
    let right = chosen.iter().filter(|p| persons[&p.a] == persons[&p.b]).count() as f64;
    (right / chosen.len() as f64, right / pairs(true_sizes(persons).into_values()))
}

/// Recall of the scored pairs above a probability.
#[allow(dead_code, reason = "the test asks for less than the example")]
pub(crate) fn pair_recall(linkage: &Linkage, persons: &Persons, threshold: f64) -> f64 {
    pair_quality(linkage, persons, threshold).1
}
