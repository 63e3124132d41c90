//! Lives counted from an index event: intervals survive, calendar dates do not, and the attackers know how to count (ANO-06).

use super::support::{Hospital, Product, date, no_files, policy, run};
use crate::Policy;
use kiban_model::DateAsGiven;
use kiban_model::tables::Condition;
use proptest::prelude::*;

fn of_index(without: &str, more: &str) -> String {
    format!(
        r#"
kind = "anonymized"
person.sex.keep = true
visit.start.keep = true
condition.start.keep = true
all.date.relative = "days"
[index]
of = "condition.start"
code = "icd10"
codes = ["E11", "e14.1"]
which = "first"
without = "{without}"
[protect]
quasi_identifiers = ["sex"]
k_anonymity = 2
suppression_limit = 0
{more}
"#
    )
}

fn day(n: i32) -> String {
    DateAsGiven::from_days_since_epoch(18_000 + n).unwrap().to_string()
}

/// A person with diagnoses of diabetes and visits, on days from 18,000 on.
fn person(hospital: &mut Hospital, id: i64, sex: &str, diagnoses: &[i32], visits: &[i32]) {
    hospital.person(id, sex, "1970", "");
    hospital
        .add(id, Condition { icd10: Some("I10".into()), start: date("2001-01-01"), ..Default::default() });
    for at in diagnoses {
        let icd10 = if at % 2 == 0 { "E11.9" } else { "E141" };
        hospital
            .add(id, Condition { icd10: Some(icd10.into()), start: date(&day(*at)), ..Default::default() });
    }
    for at in visits {
        hospital.visit(id, &day(*at));
    }
}

fn shown(product: &Product) -> Vec<Vec<String>> {
    let mut lives: Vec<Vec<String>> = Vec::new();
    for visits in product.by_id("visit", "start").chunk_by(|a, b| a.0 == b.0) {
        lives.push(visits.iter().map(|(_, start)| (*start).to_owned()).collect());
    }
    lives.sort();
    lives
}

#[test]
fn whoever_has_no_index_event_stays_back_or_is_empty() {
    let mut hospital = Hospital::default();
    person(&mut hospital, 1, "F", &[10, 4], &[3, 4, 14]);
    person(&mut hospital, 2, "F", &[105], &[5]);
    person(&mut hospital, 3, "F", &[], &[7]);
    let (product, processed) = run(&policy(&of_index("leave-out", "")), &hospital, "p", 1).unwrap();
    assert_eq!(shown(&product), [vec!["-1", "0", "10"], vec!["-100"]]);
    // Nobody is suppressed: the one without the event was never among them.
    assert_eq!((processed.persons_in, processed.persons_out, processed.risk.suppressed), (3, 2, 0));
    assert_eq!(processed.left_out, 1);
    assert!(processed.remarks.iter().any(|remark| remark.en.contains("index event")));
    let (product, _) = run(&policy(&of_index("empty", "")), &hospital, "p", 1).unwrap();
    assert_eq!(shown(&product), [vec![""], vec!["-1", "0", "10"], vec!["-100"]]);
    assert_eq!(product.column("condition", "start").iter().filter(|start| start.is_empty()).count(), 1);
}

// The attackers are taken to know the index day: two women with the same day since it hide one another, whatever the calendar says.
#[test]
fn attackers_count_from_the_index_event_too() {
    let mut hospital = Hospital::default();
    person(&mut hospital, 1, "F", &[0], &[30]);
    person(&mut hospital, 2, "F", &[100], &[130]);
    person(&mut hospital, 3, "F", &[50], &[50, 51]);
    person(&mut hospital, 4, "F", &[], &[30]);
    let more = "trajectories = { of = [\"visit.start\"], events = 2, at_most = 1 }";
    let (_, processed) = run(&policy(&of_index("leave-out", more)), &hospital, "p", 1).unwrap();
    let employer = &processed.risk.attacks[1];
    assert_eq!(employer.targets, 3, "nobody asks for whom could not leave");
    assert!((employer.success_after - (0.5 + 0.5 + 1.0) / 3.0).abs() < 1e-12, "{employer:?}");
    let lives = &processed.risk.models[0];
    assert_eq!(lives.after, Some(1.0 / 3.0), "{lives:?}");
}

#[test]
fn what_would_tell_the_index_day_or_makes_no_sense_is_refused() {
    let told = |text: &str| Policy::parse(text, "p.toml", &no_files).unwrap_err().to_string();
    let good = of_index("empty", "");
    assert!(
        told(&good.replace("all.date.relative = \"days\"", "all.date.relative = \"day\""))
            .contains("did you mean `days`")
    );
    let mixed = good.replace("condition.start.keep = true", "condition.start.generalize = \"month\"");
    assert!(told(&mixed).contains("the calendar dates of `start` would tell those of `start`"));
    assert!(
        told(&good.replace("all.date.relative = \"days\"", "all.date.generalize = \"month\""))
            .contains("no column is counted")
    );
    assert!(told(&good.replace("code = \"icd10\"\n", "")).contains("`code` and `codes` belong together"));
    assert!(told(&good.replace("code = \"icd10\"", "code = \"icd1\"")).contains("did you mean `icd10`"));
    assert!(told(&good.replace("\"e14.1\"", "\".\"")).contains("none empty"));
    assert!(
        told(&good.replace("of = \"condition.start\"", "of = \"person.birth_date\""))
            .contains("column of dates of events")
    );
    let without = good.split("[index]").next().unwrap().to_owned()
        + "[protect]\nquasi_identifiers = [\"sex\"]\nk_anonymity = 2\n";
    assert!(told(&without).contains("`relative` needs an `[index]`"));
    let both = good
        .replace("visit.start.keep = true", "visit.start = { relative = \"days\", generalize = \"month\" }");
    assert!(told(&both).contains("stand alone"));
}

proptest! {
    // ANO-06: a life moved along the calendar leaves as the same life.
    #[test]
    fn lives_look_alike_wherever_in_the_calendar_they_are(
        lives in prop::collection::vec((prop::collection::vec(0i32..900, 1..4), prop::collection::vec(-400i32..900, 1..5)), 2..8),
        moves in prop::collection::vec(-3_000i32..3_000, 8),
    ) {
        let hospital = |moves: &[i32]| {
            let mut hospital = Hospital::default();
            for ((at, (diagnoses, visits)), by) in lives.iter().enumerate().zip(moves) {
                // An even move keeps the codes as they are.
                let moved = |days: &[i32]| days.iter().map(|day| day + 2 * by).collect::<Vec<i32>>();
                person(&mut hospital, at as i64 + 1, "F", &moved(diagnoses), &moved(visits));
            }
            hospital
        };
        let policy = policy(&of_index("leave-out", ""));
        let still = run(&policy, &hospital(&[0; 8]), "p", 1).unwrap().0;
        let moved = run(&policy, &hospital(&moves), "p", 1).unwrap().0;
        prop_assert_eq!(still.tables.get("visit"), moved.tables.get("visit"));
        let mut expected: Vec<Vec<String>> = lives
            .iter()
            .map(|(diagnoses, visits)| {
                let index = diagnoses.iter().min().unwrap();
                visits.iter().map(|visit| (visit - index).to_string()).collect()
            })
            .collect();
        expected.sort();
        prop_assert_eq!(shown(&still), expected);
    }
}
