//! From synthetic hospitals to both packages: every count is what the world says, nothing twice, same bytes again.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod support;

use kiban_app::delivery::read_manifest;
use kiban_app::release::Request;
use kiban_app::{Config, Operator, Provider, Secret};
use kiban_model::DateAsGiven;
use kiban_model::delivery::Receipt;
use kiban_synth::{Expected, World};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::{assert_balanced, policy, tree};

const PROVIDERS: [&str; 4] = ["hospital-a", "hospital-b", "clinic-c", "insurer-d"];

struct Journey {
    folder: tempfile::TempDir,
    operator: Operator,
    expected: Expected,
    on: String,
    receipts: BTreeMap<String, Receipt>,
}

fn journey(persons: usize, seed: u64) -> Journey {
    let folder = tempfile::tempdir().unwrap();
    let world = World::generate(
        seed,
        persons,
        DateAsGiven::from_day(2023, 4, 1).unwrap(),
        DateAsGiven::from_day(2023, 9, 30).unwrap(),
    );
    let expected = world.write(&folder.path().join("world")).unwrap().expected;
    let on = world.provided_on();
    let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
    let operator =
        Operator::init(&folder.path().join("operator"), &config, Secret::from_bytes([9; 32]), &on).unwrap();
    let mut receipts = BTreeMap::new();
    for id in PROVIDERS {
        let home = folder.path().join("world").join(id);
        let provider = Provider {
            id: id.into(),
            name: id.into(),
            filed_on: Some("2022-01-01".into()),
            published_on: Some("2022-02-01".into()),
        };
        operator.put_provider(&provider, &on).unwrap();
        operator.add_notices(id, &home.join("notices.csv"), &on).unwrap();
        operator.add_objections(id, &home.join("objections.csv"), &on).unwrap();
        let received = operator
            .receive(
                &home.join("delivery"),
                &read_manifest(&home.join("manifest.toml")).unwrap(),
                &on,
                &|_| {},
            )
            .unwrap();
        assert_eq!(received.refused, 0, "the manifest agrees with the files");
        let receipt = operator.intake(&received.delivery, &on, &|_| {}).unwrap();
        assert_balanced(&receipt);
        receipts.insert(id.to_owned(), receipt);
    }
    Journey { folder, operator, expected, on, receipts }
}

fn build(journey: &Journey, policy_name: &str, project: &str, name: &str) -> PathBuf {
    let policy = policy(policy_name);
    let request =
        Request { policy: &policy, snapshot: "s", project, name: Some(name), seed: 3, recipient: "大学" };
    journey.operator.build_release(&request, &journey.on, &|_| {}).unwrap().package
}

#[test]
fn the_whole_way() {
    let journey = journey(150, 11);
    let Journey { operator, expected, on, receipts, .. } = &journey;

    // Counts are what the world says it wrote (COL-01, COL-08).
    for id in ["hospital-a", "hospital-b"] {
        let (wrote, got) = (&expected.providers[id], &receipts[id].total);
        assert_eq!(got.read as usize, wrote.files, "{id}: a message a file");
        let bad = wrote.bad_files.len() as u64;
        let doubtful = receipts[id].reasons.get("law.possible-objector").copied().unwrap_or(0);
        assert_eq!(got.quarantined, bad + doubtful, "{id}: what was written badly, and nothing else");
        assert!(got.objected > 0, "{id}: somebody objected (OPT-04)");
        assert!(got.not_yet > 0, "{id}: somebody was told too late (OPT-02)");
        let standings = wrote.records.values().fold((0, 0), |(s, c), k| (s + k.superseded, c + k.cancelled));
        assert!(got.history as usize <= standings.0 && got.cancellations as usize <= standings.1);
    }
    let claims = &receipts["insurer-d"].total;
    let wrote = &expected.providers["insurer-d"].records["receipt"];
    assert_eq!(
        (claims.read - 2 * receipts["insurer-d"].files.len() as u64) as usize,
        wrote.current,
        "IR and GO besides"
    );
    assert_eq!(claims.quarantined, 0);

    // Nothing of an objector is in the store; everything stored is under a person.
    operator.link(on, &|_| {}).unwrap();
    operator.take_snapshot("s", on).unwrap();

    // Again: nothing changes (COL-08), and the ledger says nothing new was accepted.
    for id in PROVIDERS {
        let before = &receipts[id];
        let again = operator.intake(&before.delivery, on, &|_| {}).unwrap();
        assert_eq!(&again, before, "{id}");
        let home = journey.folder.path().join("world").join(id);
        let received = operator
            .receive(
                &home.join("delivery"),
                &read_manifest(&home.join("manifest.toml")).unwrap(),
                on,
                &|_| {},
            )
            .unwrap();
        assert!(!received.new && received.delivery == before.delivery, "the same delivery is one delivery");
    }
    assert!(!operator.link(on, &|_| {}).unwrap().new, "linking again changes nothing");
    assert_eq!(
        operator.take_snapshot("s", on).unwrap().name,
        "s",
        "an unchanged snapshot may be taken again"
    );

    // Both packages, verified, and the same bytes when made again under another name.
    for (policy, project) in [("small-anonymized.toml", "p1"), ("research-pseudonymized.toml", "p2")] {
        let first = build(&journey, policy, project, "first");
        let second = build(&journey, policy, project, "second");
        kiban_app::verify_package(&first).unwrap();
        assert_same(&first, &second);
    }
    operator.verify_ledger().unwrap();
    // One project, two kinds: not one pseudonym in common (PSE-06).
    let ids = |package: &Path| -> std::collections::BTreeSet<String> {
        let text = std::fs::read_to_string(package.join("data/person.csv")).unwrap();
        text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
    };
    let anonymized = ids(&build(&journey, "small-anonymized.toml", "both", "a"));
    let pseudonymized = ids(&build(&journey, "research-pseudonymized.toml", "both", "b"));
    assert!(anonymized.len() > 50 && anonymized.is_disjoint(&pseudonymized));
    no_identity_leaves(&journey);
}

/// The same world in another folder gives the same packages, byte for byte: nothing depends on clock, path or machine.
#[test]
fn another_folder_the_same_bytes() {
    let (one, two) = (journey(60, 5), journey(60, 5));
    for journey in [&one, &two] {
        journey.operator.link(&journey.on, &|_| {}).unwrap();
        journey.operator.take_snapshot("s", &journey.on).unwrap();
    }
    assert_same(
        &build(&one, "research-pseudonymized.toml", "p", "r"),
        &build(&two, "research-pseudonymized.toml", "p", "r"),
    );
}

/// What was not yet allowed is taken when its day comes, without delivering again (OPT-02).
#[test]
fn the_day_comes() {
    let journey = journey(60, 5);
    let receipt = &journey.receipts["hospital-b"];
    assert!(receipt.total.not_yet > 0);
    let later = DateAsGiven::parse_iso(&journey.on).unwrap().plus_days(60).unwrap().to_string();
    journey.operator.link(&journey.on, &|_| {}).unwrap();
    journey.operator.take_snapshot("s", &journey.on).unwrap();
    let before = build(&journey, "research-pseudonymized.toml", "p", "before");
    let again = journey.operator.intake(&receipt.delivery, &later, &|_| {}).unwrap();
    assert_balanced(&again);
    assert_eq!(again.total.not_yet, 0);
    assert_eq!(again.total.admitted, receipt.total.admitted + receipt.total.not_yet);
    assert_eq!(again.total.objected, receipt.total.objected);
    // What was taken since changes nothing made from the earlier snapshot.
    assert_same(&before, &build(&journey, "research-pseudonymized.toml", "p", "after"));
}

fn assert_same(a: &Path, b: &Path) {
    let (a, b) = (tree(a), tree(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (path, bytes) in &a {
        assert!(bytes == &b[path], "{} differs", path.display());
    }
}

/// ANO-01, PSE-01: no name, kana, number or address of anybody is in either package or in the store's own files as text.
fn no_identity_leaves(journey: &Journey) {
    let mut identities: Vec<String> = Vec::new();
    for id in PROVIDERS {
        let text = std::fs::read_to_string(journey.folder.path().join("world").join(id).join("notices.csv"))
            .unwrap();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            identities.extend(
                [cells[0], cells[6], cells[7]]
                    .into_iter()
                    .filter(|c| c.chars().count() >= 5)
                    .map(str::to_owned),
            );
        }
    }
    assert!(identities.len() > 100);
    for package in [
        build(journey, "small-anonymized.toml", "p3", "r"),
        build(journey, "research-pseudonymized.toml", "p4", "r"),
    ] {
        for (path, bytes) in
            tree(&package).iter().filter(|(path, _)| path.extension().is_some_and(|e| e != "parquet"))
        {
            let text = String::from_utf8_lossy(bytes);
            let leaked = identities.iter().filter(|i| text.contains(i.as_str())).count();
            assert_eq!(leaked, 0, "{} holds identities", path.display());
        }
    }
}
