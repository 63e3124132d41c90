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
        everybody: true,
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
    let numbers: Vec<PersonId> = (1..=40).map(PersonId).collect();
    let mut ever: Vec<i64> = vault.persons_given(&numbers).unwrap().iter().map(|p| p.0).collect();
    ever.sort_unstable();
    assert_eq!(ever, [10, 20, 21, 30]);
    let some = vault.persons_of(&[SubjectId(2), SubjectId(9)]).unwrap();
    assert_eq!(some.iter().map(|l| (l.subject.0, l.person.0)).collect::<Vec<_>>(), [(2, 21)]);
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

/// Everything in a table, as text.
fn rows(vault: &Vault, query: &'static str) -> Vec<(i64, i64, i64)> {
    vault.wait(sqlx::query_as(query).fetch_all(&vault.pool)).unwrap()
}

#[test]
fn pairs_are_written_where_they_changed_and_only_there() {
    let (_folder, vault) = vault(4);
    let kept = || rows(&vault, "SELECT low, high, run FROM link_pair ORDER BY 1, 2");
    let pairs = vec![pair(1, 2, None, 0.0), pair(1, 3, None, 0.0), pair(2, 3, None, 0.0)];
    vault.put_link_run(&outcome(1, &[(1, 10)], pairs)).unwrap();
    let some = vec![pair(1, 2, None, 0.0), pair(1, 3, Some("doubtful"), 1.0), pair(3, 4, None, 0.0)];
    vault.put_link_run(&LinkOutcome { everybody: false, ..outcome(2, &[(1, 10)], some) }).unwrap();
    assert_eq!(kept(), [(1, 2, 1), (1, 3, 2), (2, 3, 1), (3, 4, 2)]);
    assert_eq!(rows(&vault, "SELECT subject_id, person_id, run FROM person_link"), [(1, 10, 1)]);
    vault.put_link_run(&outcome(3, &[(1, 10)], vec![pair(1, 2, None, 0.0)])).unwrap();
    assert_eq!(kept(), [(1, 2, 1)]);
}

fn say(vault: &Vault, subject: i64, name: &str, recorded_at: &str) {
    let mut statements = Statements::default();
    let statement = Statement {
        subject: SubjectId(subject),
        local_id: Private::new(subject.to_string()),
        identity: Identity { name: Private::from_text(name), ..Identity::default() },
        recorded_at: recorded_at.to_owned(),
    };
    statements.add(vault, statement);
    vault.add_statements("p", &statements).unwrap();
}

#[test]
fn the_vault_knows_what_came_and_what_went_since() {
    let (_folder, vault) = vault(3);
    let names = |mark| {
        let came = vault.statements_since(mark).unwrap();
        came.iter().map(|(provider, s)| (provider.clone(), s.subject.0)).collect::<Vec<_>>()
    };
    let since = |mark| vault.since(mark).map(|s| (s.came, s.went)).unwrap();
    assert_eq!((vault.identity_mark().unwrap(), since(0)), (3, (3, 0)));
    let run = |mark| LinkRun { run: 1, mark, ..LinkRun::default() };
    vault.put_link_run(&LinkOutcome { run: run(3), ..outcome(1, &[], vec![]) }).unwrap();
    assert_eq!(
        (
            vault.identity_mark().unwrap(),
            since(3),
            rows(&vault, "SELECT 1, 2, change_no FROM identity_change")
        ),
        (3, (0, 0), vec![])
    );
    say(&vault, 2, "佐藤", "2024-01-01");
    say(&vault, 7, "鈴木", "2024-01-01");
    assert_eq!((names(3), since(3)), (vec![("p".into(), 2), ("p".into(), 7)], (2, 0)));
    let mark = vault.identity_mark().unwrap();
    // The same again, recorded later: nothing new.
    say(&vault, 2, "佐藤", "2024-02-01");
    assert_eq!((vault.identity_mark().unwrap(), since(mark)), (mark, (0, 0)));

    // Whatever goes or changes, whoever does it.
    let change = |sql: &'static str| vault.wait(sqlx::raw_sql(sql).execute(&vault.pool)).unwrap();
    change("DELETE FROM identity WHERE subject_id = 7");
    assert_eq!(since(mark), (0, 1));
    change("UPDATE identity SET kana = 'サトウ' WHERE subject_id = 2");
    assert_eq!(since(mark), (0, 3), "both statements of the subject");
    change("UPDATE subject SET provider_id = 'q' WHERE subject_id = 1");
    assert_eq!(since(mark), (0, 4));
}

#[test]
fn an_index_is_there_whole_or_not_at_all_and_its_owners_only() {
    use std::io::{Read as _, Write as _};
    let (folder, vault) = vault(1);
    let read = || {
        vault.link_index().unwrap().map(|(mut file, bytes)| {
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            assert_eq!(text.len() as u64, bytes);
            text
        })
    };
    assert_eq!(read(), None);
    vault.write_link_index(|mut file| file.write_all("一".as_bytes())).unwrap();
    assert_eq!(read(), None, "not before it is kept");
    vault.keep_link_index().unwrap();
    assert_eq!(read().as_deref(), Some("一"));
    let full = || std::io::Error::other("no room");
    assert!(vault.write_link_index(|mut file| file.write_all(b"2").and(Err(full()))).is_err());
    assert!(vault.keep_link_index().is_err());
    assert_eq!(read().as_deref(), Some("一"));
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(!files.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{files:?}");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(folder.path().join("link.index")).unwrap().permissions()
        ) & 0o777,
        0o600
    );
}
