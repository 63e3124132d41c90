//! Decisions, runs, history and samples as the vault keeps them (LNK-02).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::{
    Answer, KeptPair, LinkOutcome, LinkRun, PersonOf, Provider, Sample, SampledPair, Secret, Statement,
    Statements, Stratum, Vault,
};
use kiban_model::{Identity, PersonId, Private, SubjectId};

const ON: &str = "2024-06-01";

fn vault(subjects: i64) -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::create(folder.path(), Secret::from_bytes([3; 32])).unwrap();
    vault
        .put_provider(&Provider { id: "p".into(), name: "病院".into(), filed_on: None, published_on: None })
        .unwrap();
    let mut statements = Statements::default();
    for subject in 1..=subjects {
        let statement = Statement {
            subject: SubjectId(subject),
            local_id: Private::new(subject.to_string()),
            identity: Identity::default(),
            recorded_at: String::new(),
        };
        statements.add(&vault, statement);
    }
    vault.add_statements("p", &statements).unwrap();
    (folder, vault)
}

fn outcome(run: i64, persons: &[(i64, i64)], pairs: Vec<KeptPair>) -> LinkOutcome {
    LinkOutcome {
        run: LinkRun { run, on: ON.into(), ..LinkRun::default() },
        links: persons
            .iter()
            .map(|(s, p)| PersonOf { subject: SubjectId(*s), person: PersonId(*p), confidence: 0.9 })
            .collect(),
        pairs,
    }
}

fn pair(a: i64, b: i64, why: Option<&str>, value: f64) -> KeptPair {
    KeptPair {
        a: SubjectId(a),
        b: SubjectId(b),
        run: 1,
        probability: 0.5,
        joined: false,
        why: why.map(str::to_owned),
        value,
        evidence: "[]".into(),
    }
}

fn said(vault: &Vault, a: i64, b: i64, answer: Answer) -> i64 {
    let reason = Private::new("旧姓".to_owned());
    vault.add_decision((SubjectId(a), SubjectId(b)), answer, "鈴木", ON, &reason).unwrap()
}

fn standing(vault: &Vault) -> Vec<(i64, i64, Answer)> {
    vault.decisions().unwrap().iter().map(|d| (d.a.0, d.b.0, d.answer)).collect()
}

#[test]
fn the_latest_word_that_was_not_taken_back_stands_and_every_word_is_kept() {
    let (_folder, vault) = vault(3);
    let first = said(&vault, 2, 1, Answer::Same);
    let second = said(&vault, 1, 2, Answer::Different);
    assert_eq!(standing(&vault), [(1, 2, Answer::Different)]);
    let nothing = Private::new(String::new());
    assert!(vault.undo_decision(second, "佐藤", ON, &nothing).unwrap());
    assert!(!vault.undo_decision(second, "佐藤", ON, &nothing).unwrap(), "only once");
    assert_eq!(standing(&vault), [(1, 2, Answer::Same)], "what was said before stands again");
    vault.undo_decision(first, "佐藤", ON, &nothing).unwrap();
    assert_eq!(standing(&vault), []);
    let all = vault.all_decisions().unwrap();
    assert_eq!(all.iter().map(|d| d.number).collect::<Vec<_>>(), [first, second]);
    assert_eq!(all[1].undone.as_ref().unwrap().by, "佐藤");
    assert!(vault.undo_decision(99, "佐藤", ON, &nothing).is_err(), "there is no such decision");
}

#[test]
fn the_queue_is_in_the_order_of_value_without_what_is_answered() {
    let (_folder, vault) = vault(4);
    let pairs =
        vec![pair(1, 2, Some("doubtful"), 0.5), pair(1, 3, None, 0.0), pair(2, 3, Some("doubtful"), 2.0)];
    vault.put_link_run(&outcome(1, &[(1, 10), (2, 20), (3, 30), (4, 40)], pairs)).unwrap();
    let queue = || vault.review_queue(10).unwrap().iter().map(|p| (p.a.0, p.b.0)).collect::<Vec<_>>();
    assert_eq!(queue(), [(2, 3), (1, 2)]);
    let unsure = said(&vault, 3, 2, Answer::Unsure);
    assert_eq!((queue(), vault.waiting().unwrap()), (vec![(1, 2)], 1));
    vault.undo_decision(unsure, "佐藤", ON, &Private::new(String::new())).unwrap();
    assert_eq!(vault.waiting().unwrap(), 2);
    assert!(vault.kept_pair(SubjectId(3), SubjectId(1)).unwrap().is_some());
    assert!(vault.kept_pair(SubjectId(3), SubjectId(4)).unwrap().is_none());
}

#[test]
fn history_holds_moves_only_and_no_number_is_forgotten() {
    let (_folder, vault) = vault(3);
    vault.put_link_run(&outcome(1, &[(1, 10), (2, 20), (3, 30)], vec![])).unwrap();
    vault.put_link_run(&outcome(2, &[(1, 10), (2, 10), (3, 30)], vec![])).unwrap();
    vault.put_link_run(&outcome(3, &[(1, 10), (2, 21), (3, 30)], vec![])).unwrap();
    let moves: Vec<_> = vault
        .changes_of_person(PersonId(10))
        .unwrap()
        .iter()
        .map(|c| (c.run, c.subject.0, c.from.map(|p| p.0), c.to.0))
        .collect();
    assert_eq!(moves, [(1, 1, None, 10), (2, 2, Some(20), 10), (3, 2, Some(10), 21)]);
    assert_eq!(vault.changes_of_person(PersonId(30)).unwrap().len(), 1, "untouched: placed once");
    let mut ever: Vec<i64> = vault.persons_ever().unwrap().iter().map(|p| p.0).collect();
    ever.sort_unstable();
    assert_eq!(ever, [10, 20, 21, 30]);
    assert_eq!(vault.subjects_of(PersonId(10)).unwrap(), [SubjectId(1)]);
}

#[test]
fn a_sample_is_read_back_as_drawn() {
    let (_folder, vault) = vault(1);
    assert_eq!(vault.last_sample().unwrap(), None);
    let sample = Sample {
        number: 1,
        run: 4,
        on: ON.into(),
        seed: 7,
        strata: vec![
            Stratum { joined: true, bin: 5, pairs: 90 },
            Stratum { joined: false, bin: 0, pairs: 3 },
        ],
        pairs: vec![SampledPair { a: SubjectId(5), b: SubjectId(9), joined: true, bin: 5 }],
    };
    assert_eq!(vault.add_sample(&sample).unwrap(), 1);
    assert_eq!(vault.last_sample().unwrap(), Some(sample));
}

#[test]
fn a_vault_made_before_keeps_its_decisions() {
    let folder = tempfile::tempdir().unwrap();
    drop(Vault::create(folder.path(), Secret::from_bytes([3; 32])).unwrap());
    let vault = Vault::open(folder.path()).unwrap();
    let old = "DROP VIEW waiting_pair; DROP VIEW standing_decision; DROP TABLE link_undo; DROP TABLE link_decision; DROP TABLE link_run;
               CREATE TABLE link_decision (decision_no INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL,
                                           same INTEGER NOT NULL, decided_on TEXT NOT NULL, decided_by TEXT NOT NULL);
               INSERT INTO link_decision VALUES (1, 5, 6, 1, '2024-01-01', '鈴木');
               CREATE TABLE link_run (run INTEGER PRIMARY KEY, run_on TEXT NOT NULL, input TEXT NOT NULL, persons INTEGER NOT NULL, subjects INTEGER NOT NULL);
               INSERT INTO link_run VALUES (1, '2024-01-01', 'x', 3, 4);";
    vault.wait(sqlx::raw_sql(old).execute(&vault.pool)).unwrap();
    drop(vault);
    for _ in 0..2 {
        let vault = Vault::open(folder.path()).unwrap();
        assert_eq!(standing(&vault), [(5, 6, Answer::Same)]);
        assert_eq!(vault.last_link_run().unwrap().unwrap().subjects, 4);
    }
}
