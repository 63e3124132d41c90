//! What stops a run, that nothing leaves then, and that no message carries a value.

use super::support::{Hospital, SECRET, policy, run};
use crate::{ProcessError, Pseudonyms, SinkError, Tables, TablesError, process};
use arrow::array::RecordBatch;
use kiban_model::tables::Person;

const POLICY: &str =
    "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.sex.keep = true\nvisit.start.keep = true\n";

fn hospital() -> Hospital {
    let mut hospital = Hospital::default();
    hospital.person(1, "F", "1970-01-01", "22101");
    hospital.visit(1, "2020-08-03");
    hospital
}

#[test]
fn rows_of_nobody_and_persons_twice_stop_the_run_before_anything_leaves() {
    let mut orphan = hospital();
    orphan.visit(2, "2020-08-03");
    let mut left = 0;
    let error = process(&policy(POLICY), &orphan, &mut Pseudonyms::new("p"), 1, &SECRET, &mut |_, _| {
        left += 1;
        Ok(())
    })
    .unwrap_err();
    assert!(matches!(error, ProcessError::PersonMissing { table: "visit" }) && left == 0, "{error}");
    let mut twice = hospital();
    twice.add(1, Person::default());
    assert!(matches!(run(&policy(POLICY), &twice, "p", 1).unwrap_err(), ProcessError::PersonRepeated));
}

#[test]
fn suppression_over_the_limit_names_what_would_help_and_emits_nothing() {
    let text = r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "month"
[protect]
quasi_identifiers = ["sex", "birth_date"]
k_anonymity = 3
suppression_limit = 0.1
"#;
    let mut hospital = Hospital::default();
    for id in 1..=6 {
        hospital.person(id, "F", &format!("1970-0{}-01", 1 + id % 3), "");
    }
    let mut pseudonyms = Pseudonyms::new("p");
    let error = process(&policy(text), &hospital, &mut pseudonyms, 1, &SECRET, &mut |_, _| {
        panic!("nothing may leave")
    })
    .unwrap_err();
    let ProcessError::SuppressionLimit { suppressed: 6, persons: 6, ref steps, .. } = error else {
        panic!("{error}")
    };
    // One step coarser, the six are one group of 1970; dropping the sex changes nothing.
    assert_eq!(
        steps.iter().map(|s| (s.column, s.suppressed, s.enough)).collect::<Vec<_>>(),
        [("birth_date", 0, true), ("sex", 6, false)]
    );
    assert!(pseudonyms.additions().is_empty());
    // And it is true: with that step, the run goes through.
    assert_eq!(run(&policy(&text.replace("month", "year")), &hospital, "p", 1).unwrap().1.persons_out, 6);
}

#[test]
fn too_few_pseudonyms_are_told_before_anything_leaves() {
    let mut hospital = Hospital::default();
    for id in 1..=10 {
        hospital.person(id, "F", "1970", "");
    }
    let numbered = format!("person.id = {{ digits = 1 }}\n{}", "person.sex.keep = true\n");
    let policy = policy(&format!("kind = \"pseudonymized\"\nfree_text = \"held-back\"\n{numbered}"));
    assert!(matches!(
        run(&policy, &hospital, "p", 1).unwrap_err(),
        ProcessError::PseudonymsExhausted { capacity: 9 }
    ));
    hospital.rows.pop();
    let (product, _) = run(&policy, &hospital, "p", 1).unwrap();
    assert_eq!(product.column("person", "id"), ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}

struct Broken(Hospital);
impl Tables for Broken {
    fn scan(
        &self,
        table: &str,
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        if table == "visit" {
            return Ok(Box::new(std::iter::once(Err(TablesError::new("the disk is gone")))));
        }
        let batches = self.0.scan(table)?;
        // A column of the canonical table is missing.
        Ok(Box::new(batches.map(|batch| batch.map(|b| b.project(&[0, 1]).unwrap()))))
    }
}

#[test]
fn a_store_that_fails_or_lies_stops_the_run() {
    let error = run(&policy(POLICY), &Broken(hospital()), "p", 1).unwrap_err();
    assert!(matches!(error, ProcessError::Schema { table: "person", .. }), "{error}");
    let mut pseudonyms = Pseudonyms::new("p");
    let sink_error = process(&policy(POLICY), &hospital(), &mut pseudonyms, 1, &SECRET, &mut |_, _| {
        Err(SinkError::new("full"))
    });
    assert!(matches!(sink_error, Err(ProcessError::Sink(_))));
    assert!(pseudonyms.additions().is_empty(), "a failed run leaves the map as it was");
}

#[test]
fn debug_shows_no_secret_pseudonym_or_person() {
    let mut pseudonyms = Pseudonyms::new("p");
    process(&policy(POLICY), &hospital(), &mut pseudonyms, 1, &SECRET, &mut |_, _| Ok(())).unwrap();
    let entry = pseudonyms.get(1).unwrap();
    let shown = format!("{pseudonyms:?} {entry:?}");
    assert!(!shown.contains(&entry.pseudonym) && !shown.contains(&entry.shift_key.to_string()), "{shown}");
}
