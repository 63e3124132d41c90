//! Rows in, snapshot, rows out: what is committed is seen once, what is not committed is not seen, and a snapshot stays.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use kiban_law::{Admitted, Filing, admit_reference};
use kiban_model::tables::{Condition, Person, RowContext};
use kiban_model::{DateAsGiven, PersonId, Row, SubjectId};
use kiban_store::{ClinicalRecord, RetiredRecord, Store, StoreError};

fn day() -> DateAsGiven {
    DateAsGiven::from_day(2024, 6, 1).unwrap()
}

fn admitted<T>(value: T) -> Admitted<T> {
    let filing = Filing { filed_on: Some("2024-01-01".into()), published_on: Some("2024-01-01".into()) };
    admit_reference(value, Some(&filing), &day()).unwrap()
}

fn put(store: &Store, intake: &str, delivery: &str, rows: &[(i64, u64, Row)], retire: &[RetiredRecord]) {
    let mut work = store.begin(intake);
    for (subject, record_no, row) in rows {
        let context = RowContext {
            subject: SubjectId(*subject),
            provider: "p",
            delivery,
            file_no: 1,
            record_no: *record_no,
            source_kind: "test",
            recorded_at: Some(day()),
        };
        work.append(&admitted(ClinicalRecord { context, rows: std::slice::from_ref(row) })).unwrap();
    }
    work.commit(retire).unwrap();
}

fn condition(text: &str) -> Row {
    Condition { text: Some(text.into()), position: 1, ..Default::default() }.into()
}

fn count(store: &Store, snapshot: &str, sql: &str) -> String {
    let snapshot = store.snapshot(snapshot).unwrap();
    let answer = store.query(&snapshot, sql).unwrap();
    let batch = answer.batches.iter().find(|b| b.num_rows() > 0).expect("one row");
    arrow::util::display::array_value_to_string(batch.column(0), 0).unwrap()
}

#[test]
fn an_intake_repeated_after_a_crash_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let rows = [(1, 1, condition("a")), (2, 2, condition("b"))];
    put(&store, "d1-1", "d1", &rows, &[]);
    put(&store, "d1-1", "d1", &rows, &[]);
    // Begun and dropped: nothing of it is seen.
    let context = RowContext {
        subject: SubjectId(9),
        provider: "p",
        delivery: "d9",
        file_no: 1,
        record_no: 1,
        source_kind: "t",
        recorded_at: None,
    };
    store.begin("d9-1").append(&admitted(ClinicalRecord { context, rows: &[condition("never")] })).unwrap();
    store.put_person_map(1, &[(SubjectId(1), PersonId(10)), (SubjectId(2), PersonId(10))]).unwrap();
    store.put_person_map(1, &[(SubjectId(1), PersonId(10)), (SubjectId(2), PersonId(10))]).unwrap();
    store.take_snapshot("first", "2024-06-01", 1).unwrap();
    assert_eq!(count(&store, "first", "SELECT count(*) FROM condition"), "2");
    assert_eq!(count(&store, "first", "SELECT count(DISTINCT person_id) FROM condition"), "1");
}

#[test]
fn a_snapshot_stays_while_records_retire_and_persons_split() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    put(&store, "d1-1", "d1", &[(1, 1, condition("old")), (2, 2, condition("kept"))], &[]);
    store.put_person_map(1, &[(SubjectId(1), PersonId(10)), (SubjectId(2), PersonId(10))]).unwrap();
    store.take_snapshot("before", "2024-06-01", 1).unwrap();
    let retire = [RetiredRecord { delivery: "d1".into(), file_no: 1, record_no: 1 }];
    put(&store, "d2-1", "d2", &[(1, 1, condition("new"))], &retire);
    // Only who changed: the first subject is whom the run before said.
    store.put_person_map(2, &[(SubjectId(2), PersonId(20))]).unwrap();
    store.take_snapshot("after", "2024-06-02", 2).unwrap();
    let texts = "SELECT string_agg(text, ',' ORDER BY text) FROM condition";
    assert_eq!(count(&store, "before", texts), "kept,old");
    assert_eq!(count(&store, "after", texts), "kept,new");
    assert_eq!(count(&store, "before", "SELECT count(DISTINCT person_id) FROM condition"), "1");
    assert_eq!(count(&store, "after", "SELECT count(DISTINCT person_id) FROM condition"), "2");
    // Fewer columns, the same rows: what stands is known without them.
    let snapshot = store.snapshot("after").unwrap();
    let rows = |scan: kiban_store::Scan| scan.map(|batch| batch.unwrap()).collect::<Vec<_>>();
    let few = rows(store.scan_columns(&snapshot, "condition", &["text", "no such column"]).unwrap());
    let all = rows(store.scan(&snapshot, "condition").unwrap());
    let texts = |batches: &[RecordBatch]| {
        batches.iter().map(|batch| batch.column_by_name("text").unwrap().clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&few), texts(&all));
    assert!(few[0].num_columns() < 8 && few[0].column_by_name("icd10").is_none());
    assert_eq!(few[0].column(0), all[0].column(0));
    // As dictionaries, the same texts.
    let reading = store.read(&snapshot).unwrap();
    let keyed = rows(reading.scan_coded("condition", &["text"]).unwrap());
    let plain = |batch: &RecordBatch| {
        let keyed = batch.column_by_name("text").unwrap().as_dictionary::<Int32Type>();
        let texts = keyed.values().as_string::<i32>();
        keyed.keys().iter().map(|key| texts.value(key.unwrap() as usize).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keyed.iter().flat_map(plain).collect::<Vec<_>>(), ["kept", "new"]);
    assert_eq!(keyed[0].column(0), all[0].column(0));
    assert!(matches!(store.take_snapshot("before", "2024-06-03", 2), Err(StoreError::SnapshotStands { .. })));
    assert_eq!(store.snapshots().unwrap(), ["after", "before"]);
    assert!(matches!(store.snapshot("../x"), Err(StoreError::SnapshotName)));
}

#[test]
fn a_person_is_the_latest_of_every_attribute() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let stated = |sex: Option<&str>, town: Option<&str>| -> Row {
        Person { sex: sex.map(str::to_owned), municipality: town.map(str::to_owned), ..Default::default() }
            .into()
    };
    put(
        &store,
        "d1-1",
        "d1",
        &[(1, 1, stated(Some("F"), Some("01101"))), (1, 2, stated(None, Some("13101")))],
        &[],
    );
    store.put_person_map(1, &[(SubjectId(1), PersonId(10))]).unwrap();
    store.take_snapshot("s", "2024-06-01", 1).unwrap();
    assert_eq!(count(&store, "s", "SELECT sex || municipality FROM person"), "F13101");
    assert_eq!(count(&store, "s", "SELECT count(*) FROM person_statement"), "2");
    // Somebody known from a diagnosis alone is a person too.
    put(&store, "d2-1", "d2", &[(2, 1, condition("a"))], &[]);
    store.put_person_map(2, &[(SubjectId(1), PersonId(10)), (SubjectId(2), PersonId(20))]).unwrap();
    store.take_snapshot("t", "2024-06-02", 2).unwrap();
    assert_eq!(count(&store, "t", "SELECT count(*) FROM person WHERE sex IS NULL"), "1");
    assert!(store.query(&store.snapshot("s").unwrap(), "DROP TABLE person").is_err());
    assert!(store.query(&store.snapshot("s").unwrap(), "CREATE TABLE x AS SELECT 1").is_err());
}

#[test]
fn rows_of_an_unlinked_subject_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    put(&store, "d1-1", "d1", &[(1, 1, condition("a"))], &[]);
    store.take_snapshot("s", "2024-06-01", 0).unwrap();
    let snapshot = store.snapshot("s").unwrap();
    assert!(
        store
            .scan(&snapshot, "condition")
            .unwrap()
            .any(|batch| matches!(batch, Err(StoreError::Unlinked { .. })))
    );
}
