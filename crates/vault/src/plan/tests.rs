use super::*;
use crate::{Delivery, Provider, RecordEntry, Secret};

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::create(folder.path(), Secret::from_bytes([3; 32])).unwrap();
    vault
        .put_provider(&Provider { id: "p".into(), name: "病院".into(), filed_on: None, published_on: None })
        .unwrap();
    (folder, vault)
}

fn delivery(vault: &Vault, id: &str) {
    let delivery = Delivery {
        id: id.into(),
        provider: "p".into(),
        provided_on: "2024-01-01".into(),
        received_on: "2024-01-01".into(),
        runs: 0,
        pending: None,
    };
    assert!(vault.add_delivery(&delivery, &[]).unwrap());
    assert!(!vault.add_delivery(&delivery, &[]).unwrap(), "a delivery is registered once");
}

fn entry(seq: u64, key: &str, version: &str, standing: u8, content: &str) -> RecordEntry {
    RecordEntry {
        file_no: 1,
        seq,
        record_no: seq + 1,
        bytes: 0..10,
        units: 1,
        kind: "test".into(),
        subject: Some(SubjectId(7)),
        key: key.into(),
        version: version.into(),
        standing,
        content: content.into(),
        rejected: None,
    }
}

fn take(vault: &Vault, id: &str, entries: &[RecordEntry], verdict: Verdict) -> RunPlan {
    vault.begin_survey(id).unwrap();
    vault.survey(id, "p", &[], entries).unwrap();
    let plan = vault
        .plan_run(id, "2024-01-01", &HashMap::from([(SubjectId(7), verdict)]), Verdict::Allowed)
        .unwrap();
    if plan.run > 0 {
        let pending = vault.delivery(id).unwrap().unwrap().pending.unwrap();
        let again = vault.planned_run(id, pending.run).unwrap();
        assert_eq!(
            (&again.store, &again.admitted, &again.retire),
            (&plan.store, &plan.admitted, &plan.retire),
            "a killed run is finished as planned"
        );
        vault.finish_run(id, plan.run).unwrap();
        let finished = vault.delivery(id).unwrap().unwrap();
        assert_eq!((finished.runs, finished.pending), (plan.run, None));
    }
    plan
}

fn outcomes(vault: &Vault, id: &str) -> Vec<(String, u64)> {
    vault.outcomes(id).unwrap().into_iter().map(|o| (o.outcome, o.records)).collect()
}

#[test]
fn the_latest_version_stands_and_retires_the_earlier_across_deliveries() {
    let (_folder, vault) = vault();
    delivery(&vault, "d1");
    let plan = take(
        &vault,
        "d1",
        &[entry(0, "k", "2", 0, "a"), entry(1, "k", "1", 0, "b"), entry(2, "other", "", 0, "c")],
        Verdict::Allowed,
    );
    assert_eq!(plan.store, HashSet::from([(1, 0), (1, 2)]));
    assert_eq!(outcomes(&vault, "d1"), [("history".into(), 1), ("stored".into(), 2)]);
    delivery(&vault, "d2");
    let plan =
        take(&vault, "d2", &[entry(0, "k", "3", 0, "d"), entry(1, "other", "", 0, "c")], Verdict::Allowed);
    assert_eq!(plan.retire, [("d1".to_owned(), 1, 1)]);
    assert_eq!(outcomes(&vault, "d2"), [("held".into(), 1), ("stored".into(), 1)]);
    // A late-coming old version is history.
    delivery(&vault, "d3");
    let plan = take(&vault, "d3", &[entry(0, "k", "2.5", 0, "e")], Verdict::Allowed);
    assert!(plan.store.is_empty() && plan.retire.is_empty());
    assert_eq!(outcomes(&vault, "d3"), [("history".into(), 1)]);
}

#[test]
fn a_cancellation_retires_what_stood_and_a_later_version_stands_again() {
    let (_folder, vault) = vault();
    delivery(&vault, "d1");
    take(&vault, "d1", &[entry(0, "k", "1", 0, "a")], Verdict::Allowed);
    delivery(&vault, "d2");
    let plan = take(&vault, "d2", &[entry(0, "k", "2", 2, "x")], Verdict::Allowed);
    assert_eq!((plan.store.len(), plan.retire.len()), (0, 1));
    delivery(&vault, "d3");
    let plan = take(&vault, "d3", &[entry(0, "k", "3", 0, "b")], Verdict::Allowed);
    assert_eq!((plan.store.len(), plan.retire.len()), (1, 0), "what is retired already is not retired again");
    // Within one delivery the cancelled one is never stored.
    delivery(&vault, "d4");
    let plan =
        take(&vault, "d4", &[entry(0, "q", "1", 0, "a"), entry(1, "q", "2", 2, "b")], Verdict::Allowed);
    assert!(plan.store.is_empty());
    assert_eq!(outcomes(&vault, "d4"), [("cancellation".into(), 1), ("history".into(), 1)]);
}

#[test]
fn held_back_records_are_taken_by_a_later_run_and_nothing_twice() {
    static WAIT: Reason = Reason {
        code: "test.wait",
        japanese: "待機",
        english: "wait",
        advice_japanese: "",
        advice_english: "",
    };
    let (_folder, vault) = vault();
    delivery(&vault, "d1");
    let entries = [entry(0, "k", "1", 0, "a")];
    let plan = take(&vault, "d1", &entries, Verdict::NotYet(&WAIT));
    assert_eq!((plan.run, plan.admitted.len()), (0, 0));
    assert_eq!(outcomes(&vault, "d1"), [("not_yet".into(), 1)]);
    assert_eq!(vault.reasons("d1").unwrap(), [("test.wait".to_owned(), 1)]);
    let plan = take(&vault, "d1", &entries, Verdict::Allowed);
    assert_eq!((plan.run, plan.store.len()), (1, 1));
    let plan = take(&vault, "d1", &entries, Verdict::Allowed);
    assert_eq!((plan.run, plan.store.len()), (0, 0), "running again changes nothing");
    assert_eq!(outcomes(&vault, "d1"), [("stored".into(), 1)]);
}
