//! The pairs by SQL are those of a run, and what is left out is counted (LNK-01).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use kiban_app::link_sql::{PairsBySql, pairs_by_sql};
use kiban_link::Settings;
use kiban_link::kernel::Comparer;
use kiban_link::table::{Schema, TableEncoder, Wanted, link_table};
use std::sync::Arc;

const SCHEMA: &str = r#"
record_id = "id"
[columns]
full = "name"
kana = "kana"
born = "birth_date"
phone = "phone"
home = "address"
"#;

const FAMILIES: [(&str, &str, &str); 6] = [
    ("水沢", "ミズサワ", "岩手県奥州市水沢大手町3-1-"),
    ("由良", "ユラ", "和歌山県日高郡由良町里1220-"),
    ("日向", "ヒュウガ", "宮崎県日向市本町10-5-"),
    ("帯広", "オビヒロ", "北海道帯広市西五条南7-1-"),
    ("福江", "フクエ", "長崎県五島市福江町1-1-"),
    ("勝浦", "カツウラ", "千葉県勝浦市新官1343-"),
];
const MEMBERS: [(&str, &str, &str); 4] = [
    ("徹", "トオル", "1957-04-12"),
    ("文江", "フミエ", "1960-10-03"),
    ("直哉", "ナオヤ", "1988-01-25"),
    ("千尋", "チヒロ", "1988-01-25"),
];

/// Every member of every family twice; the second time something has changed or is not stated.
fn people() -> RecordBatch {
    let mut columns: [Vec<Option<String>>; 5] = Default::default();
    for (number, (family, family_kana, home)) in FAMILIES.iter().enumerate() {
        for (member, (given, given_kana, born)) in MEMBERS.iter().enumerate() {
            for again in [false, true] {
                let moved = again && member == 0;
                let married = again && member == 3;
                let family = if married { "大曲" } else { family };
                let family_kana = if married { "オオマガリ" } else { family_kana };
                let row = [
                    Some(format!("{family}　{given}")),
                    (!(again && member == 1)).then(|| format!("{family_kana} {given_kana}")),
                    Some((*born).to_owned()),
                    (!(again && member == 2)).then(|| format!("09{number}-2345-67{number}8")),
                    Some(if moved {
                        "大阪府堺市堺区南瓦町3-1".into()
                    } else {
                        format!("{home}{number}")
                    }),
                ];
                for (column, value) in columns.iter_mut().zip(row) {
                    column.push(value);
                }
            }
        }
    }
    let names = ["full", "kana", "born", "phone", "home"];
    let columns = columns.into_iter().map(|values| Arc::new(StringArray::from(values)) as ArrayRef);
    RecordBatch::try_from_iter(names.into_iter().zip(columns)).unwrap()
}

fn part(batch: &RecordBatch) -> Vec<TableEncoder> {
    let mut encoder = TableEncoder::new(&Schema::parse(SCHEMA).unwrap());
    encoder.push(batch).unwrap();
    vec![encoder]
}

fn by_sql(batch: &RecordBatch, settings: &Settings, partitions: usize) -> PairsBySql {
    let comparer = Arc::new(Comparer::learn(part(batch), settings, &|_| ()));
    pairs_by_sql(&comparer, settings, partitions).unwrap()
}

#[test]
fn the_pairs_and_their_weights_are_those_of_a_run() {
    let settings = Settings::default();
    let run = link_table(part(&people()), &settings, Wanted { pairs: true, ..Wanted::default() }, &|_| ());
    let pairs: Vec<(u32, u32, f64)> = run.pairs.iter().map(|pair| (pair.a, pair.b, pair.weight)).collect();
    assert!(pairs.len() >= FAMILIES.len() * MEMBERS.len());
    let found = by_sql(&people(), &settings, 1);
    assert_eq!(found.pairs, pairs);
    assert_eq!((found.compared, found.blocks_left_out), (run.statistics.pairs_compared, 0));
    assert_eq!(found, by_sql(&people(), &settings, 3));
}

#[test]
fn a_block_too_large_is_left_out_and_counted() {
    // A door and a telephone have eight rows or nearly, a person two.
    let settings = Settings { largest_block: 4, ..Settings::default() };
    let (all, few) = (by_sql(&people(), &Settings::default(), 2), by_sql(&people(), &settings, 2));
    assert!(few.blocks_left_out >= FAMILIES.len() as u64, "{}", few.blocks_left_out);
    assert!(few.compared < all.compared);
}

#[test]
fn an_empty_table_has_no_pairs() {
    assert_eq!(by_sql(&people().slice(0, 0), &Settings::default(), 2), PairsBySql::default());
}
