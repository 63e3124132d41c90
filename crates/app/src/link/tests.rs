//! Decisions, their undoing, history, sample and report on a small operator, without records (LNK-02, OPT-06).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::{Agreement, Answer, IdentityField, Reviewer};
use crate::{AppError, Config, Operator, Provider, Secret};
use kiban_model::{DateAsGiven, Identity, PersonId, Private, Sex, SubjectId};
use kiban_vault::{Statement, Statements};
use std::collections::BTreeMap;

const ON: &str = "2024-06-01";
const PEOPLE: [(&str, &str, &str, &str); 5] = [
    ("佐伯　悠真", "サエキ　ユウマ", "1961-03-09", "0455551201"),
    ("堀江　紗季", "ホリエ　サキ", "1974-11-23", "0455553402"),
    ("九条　直哉", "クジョウ　ナオヤ", "1988-07-30", "0455555603"),
    ("浅見　美月", "アサミ　ミツキ", "1950-01-17", "0455557804"),
    ("槙野　航平", "マキノ　コウヘイ", "1993-05-02", "0455559905"),
];

struct Small {
    _folder: tempfile::TempDir,
    operator: Operator,
}

/// Two providers that both know the same five people.
fn small() -> Small {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
    let operator =
        Operator::init(&folder.path().join("o"), &config, Secret::from_bytes([9; 32]), ON).unwrap();
    for provider in ["p", "q"] {
        let new = Provider { id: provider.into(), name: provider.into(), filed_on: None, published_on: None };
        operator.put_provider(&new, ON).unwrap();
        let mut statements = Statements::default();
        for (number, (name, kana, born, phone)) in PEOPLE.iter().enumerate() {
            let local_id = Private::new(format!("{provider}{number}"));
            let identity = Identity {
                name: Private::from_text(name),
                kana: Private::from_text(kana),
                birth_date: Some(Private::new(DateAsGiven::parse_iso(born).unwrap())),
                sex: Some(Sex::Male),
                address: Private::from_text(&format!("神奈川県横浜市西区試験町{number}-{number}")),
                phones: vec![Private::new((*phone).to_owned())],
                ..Identity::default()
            };
            let subject = operator.vault.secret().subject(provider, &local_id);
            statements
                .add(&operator.vault, Statement { subject, local_id, identity, recorded_at: String::new() });
        }
        operator.vault.add_statements(provider, &statements).unwrap();
    }
    Small { _folder: folder, operator }
}

impl Small {
    fn subject(&self, local: &str) -> SubjectId {
        self.operator.vault.secret().subject(&local[..1], &Private::new(local.to_owned()))
    }

    fn link(&self) -> bool {
        self.operator.link(ON, &|_| {}).unwrap().new
    }

    fn persons(&self) -> BTreeMap<SubjectId, PersonId> {
        self.operator.vault.person_links().unwrap().iter().map(|l| (l.subject, l.person)).collect()
    }

    fn say(&self, a: &str, b: &str, answer: Answer) -> i64 {
        let pair = (self.subject(a), self.subject(b));
        self.operator
            .decide_pair(pair, answer, &Private::new("槙野さん本人に確認".into()), &hanako())
            .unwrap()
    }

    fn undo(&self, decision: i64) {
        self.operator.undo_decision(decision, &Private::new(String::new()), &hanako()).unwrap();
    }

    /// Everything the ledger holds, as text.
    fn ledger(&self) -> String {
        std::fs::read_to_string(self.operator.folder("ledger").join("events.jsonl")).unwrap()
    }
}

fn hanako() -> Reviewer {
    Reviewer { by: "確認係 花子".into(), on: ON.into() }
}

#[test]
fn the_same_input_is_answered_from_the_last_run() {
    let small = small();
    let first = small.operator.link(ON, &|_| {}).unwrap();
    assert!(first.new && first.persons == 5 && first.shared == 5, "{first:?}");
    let again = small.operator.link(ON, &|_| {}).unwrap();
    assert_eq!((again.new, again.run, again.persons, again.shared), (false, 1, 5, 5));
    assert_eq!((again.review, again.set_aside), (first.review, first.set_aside));
    small.say("p0", "p1", Answer::Unsure);
    assert!(!small.link(), "what cannot be told changes nothing");
}

#[test]
fn a_split_leaves_the_number_with_the_larger_part_and_no_number_comes_back() {
    let small = small();
    small.link();
    let before = small.persons();
    let said: Vec<i64> =
        ["p1", "q0", "q1"].iter().map(|local| small.say("p0", local, Answer::Same)).collect();
    assert_eq!(small.operator.unapplied_decisions().unwrap(), 3);
    assert!(small.link());
    assert_eq!(small.operator.unapplied_decisions().unwrap(), 0);
    let merged = small.persons();
    let one = merged[&small.subject("p0")];
    for local in ["p1", "q0", "q1"] {
        assert_eq!(merged[&small.subject(local)], one, "{local}");
    }
    // One of the four is somebody else: three keep the number.
    let parting: Vec<i64> =
        ["p0", "p1", "q0"].iter().map(|local| small.say("q1", local, Answer::Different)).collect();
    assert!(small.link());
    let parted = small.persons();
    assert_eq!(
        [parted[&small.subject("p0")], parted[&small.subject("p1")], parted[&small.subject("q0")]],
        [one; 3]
    );
    let other = parted[&small.subject("q1")];
    assert!(
        !before.values().any(|p| *p == other) && !merged.values().any(|p| *p == other),
        "never used before"
    );
    // Taking everything back separates the two people again.
    said.iter().chain(&parting).for_each(|decision| small.undo(*decision));
    assert!(small.link());
    let apart = small.persons();
    assert_eq!(apart[&small.subject("p0")], apart[&small.subject("q0")]);
    assert_eq!(apart[&small.subject("p1")], apart[&small.subject("q1")]);
    assert_ne!(apart[&small.subject("p0")], apart[&small.subject("p1")]);
    for local in ["p2", "q2", "p3", "q3", "p4", "q4"] {
        let subject = small.subject(local);
        assert!(
            [&merged, &parted, &apart].iter().all(|run| run[&subject] == before[&subject]),
            "{local} is innocent"
        );
    }

    let history = small.operator.link_history(one.0).unwrap();
    assert_eq!(history.steps.len(), 4);
    assert_eq!((history.steps[0].came.len(), history.steps[0].decided.len()), (2, 0));
    assert!(
        !history.steps[1].decided.is_empty() && history.steps[1].decided.iter().all(|d| said.contains(d))
    );
    assert_eq!(history.steps[2].decided, parting);
    assert_eq!(history.steps[2].went, [(small.subject("q1"), other)]);
    assert!(said.iter().any(|d| history.steps[3].undone.contains(d)));
    let innocent = small.operator.link_history(small.subject("p2").0).unwrap();
    assert_eq!((innocent.steps.len(), innocent.now.len()), (1, 2));
    assert!(matches!(small.operator.link_history(12345), Err(AppError::UnknownPerson { .. })));
    assert!(matches!(
        small.operator.undo_decision(said[0], &Private::new(String::new()), &hanako()),
        Err(AppError::UndoneBefore { .. })
    ));
}

#[test]
fn a_pair_is_explained_from_what_was_kept_and_nothing_else() {
    let small = small();
    small.link();
    let explained = small.operator.explain_pair(small.subject("q0"), small.subject("p0")).unwrap();
    let judgement = explained.judgement.unwrap();
    assert!(explained.person.is_some() && judgement.joined && judgement.run == 1);
    let odds = (judgement.probability / (1.0 - judgement.probability)).log2();
    assert!(
        (odds - judgement.weight).abs() < 0.1 || judgement.probability > 1.0 - 1e-9,
        "parts add up to the whole"
    );
    let words = judgement.words((explained.a, explained.b));
    assert!(words.japanese.contains("生年月日") && words.english.contains("date of birth"));
    assert!(!words.japanese.contains("佐伯") && !words.japanese.contains("1961"));
    // Joined by people only: no evidence of linkage.
    small.say("p0", "p1", Answer::Same);
    small.say("p0", "q0", Answer::Same);
    small.say("p0", "q1", Answer::Same);
    small.link();
    let explained = small.operator.explain_pair(small.subject("q0"), small.subject("q1")).unwrap();
    assert!(explained.person.is_some() && explained.judgement.is_none());
    let explained = small.operator.explain_pair(small.subject("p2"), small.subject("p3")).unwrap();
    assert!(explained.person.is_none() && explained.judgement.is_none() && explained.through.is_empty());
}

#[test]
fn every_look_is_in_the_ledger_before_anything_is_shown_and_no_value_is() {
    let small = small();
    small.link();
    let pair = (small.subject("p4"), small.subject("q4"));
    assert!(matches!(small.operator.look_at_pair(pair, &[], &hanako()), Err(AppError::NotToBeLookedAt)));
    assert!(!small.ledger().contains("PairLookedAt"));
    small.operator.draw_sample(10, 3, ON).unwrap();
    let nobody = Reviewer { by: " ".into(), on: ON.into() };
    assert!(matches!(small.operator.look_at_pair(pair, &[], &nobody), Err(AppError::Nobody)));

    let view = small.operator.look_at_pair(pair, &[], &hanako()).unwrap();
    assert!(view.blind && view.judgement.is_none(), "the answer is the reviewer's own");
    let row = |view: &super::PairView, field| view.rows.iter().find(|r| r.field == field).unwrap().clone();
    let phone = row(&view, IdentityField::Phones);
    assert_eq!((phone.agreement, phone.covered), (Agreement::Same, true));
    assert_eq!(phone.left[0][0].text.expose(), "•••••••905");
    let view = small.operator.look_at_pair(pair, &[IdentityField::Phones], &hanako()).unwrap();
    assert_eq!(row(&view, IdentityField::Phones).left[0][0].text.expose(), "0455559905");
    assert!(row(&view, IdentityField::Address).covered, "only what was asked for");

    small.say("p4", "q4", Answer::Same);
    let view = small.operator.look_at_pair(pair, &[], &hanako()).unwrap();
    assert!(!view.blind && view.judgement.is_some() && view.decision.is_some());
    let ledger = small.ledger();
    for kind in ["PairLookedAt", "ValuesShown", "PersonsMerged", "SampleDrawn"] {
        assert!(ledger.contains(kind), "{kind}");
    }
    let looked = ledger.lines().filter(|l| l.contains("PairLookedAt") || l.contains("ValuesShown"));
    assert!(looked.clone().all(|l| l.contains("確認係 花子") && l.contains(&pair.0.0.to_string())));
    assert_eq!(looked.count(), 3);
    for value in ["槙野", "マキノ", "1993", "0455559905", "試験町"] {
        assert!(!ledger.contains(value), "{value}");
    }
    small.operator.verify_ledger().unwrap();
}

#[test]
fn a_judged_sample_becomes_an_estimate_and_the_report_names_nobody() {
    let small = small();
    small.link();
    let sample = small.operator.draw_sample(10, 3, ON).unwrap();
    assert_eq!(sample.pairs.iter().filter(|p| p.joined).count(), 5, "every joined pair there is");
    let report = small.operator.quality_report(ON).unwrap();
    assert_eq!(report.sample.as_ref().unwrap().precision, None, "nobody has judged");
    for (at, pair) in sample.pairs.iter().enumerate() {
        let answer = if pair.joined && at != 0 { Answer::Same } else { Answer::Different };
        small
            .operator
            .decide_pair((pair.a, pair.b), answer, &Private::new(String::new()), &hanako())
            .unwrap();
    }
    let wrong = u32::from(sample.pairs[0].joined);
    let report = small.operator.quality_report(ON).unwrap();
    let precision = report.sample.as_ref().unwrap().precision.unwrap();
    assert!((precision.value - f64::from(5 - wrong) / 5.0).abs() < 1e-12, "{precision:?}");
    assert!(report.drift.is_empty(), "one run has nothing to differ from");
    small.link();
    let report = small.operator.quality_report(ON).unwrap();
    assert_eq!(report.runs.len(), 2);
    assert!(report.drift.iter().all(|d| d.index.abs() < 0.25), "the same records");
    let text = serde_json::to_string(&report).unwrap();
    for (name, kana, born, phone) in PEOPLE {
        assert!(![name, kana, born, phone].iter().any(|value| text.contains(value)));
    }
    for subject in small.persons().keys() {
        assert!(!text.contains(&subject.0.to_string()), "a report points at nobody");
    }
}

#[test]
fn what_cannot_be_decided_is_refused_with_a_word() {
    let small = small();
    small.link();
    let (a, b) = (small.subject("p0"), small.subject("p1"));
    let decide = |pair, by: &str| {
        let reviewer = Reviewer { by: by.into(), on: ON.into() };
        small.operator.decide_pair(pair, Answer::Same, &Private::new(String::new()), &reviewer)
    };
    assert!(matches!(decide((a, a), "花子"), Err(AppError::NotAPair)));
    assert!(matches!(decide((a, SubjectId(5)), "花子"), Err(AppError::UnknownSubject { subject: 5 })));
    assert!(matches!(decide((a, b), ""), Err(AppError::Nobody)));
    assert!(matches!(
        small.operator.undo_decision(7, &Private::new(String::new()), &hanako()),
        Err(AppError::UnknownDecision { decision: 7 })
    ));
    assert!(!small.ledger().contains("PersonsMerged"));
}
