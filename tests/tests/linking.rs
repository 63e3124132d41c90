//! Delivery after delivery is linked as it comes, and what comes of it is what linking all of it at once comes to; what was
//! released before is not changed by it (LNK-01, LNK-02).
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
use kiban_app::link::{Cause, Linked, Way};
use kiban_app::{Config, Operator, Provider, Secret};
use kiban_model::{DateAsGiven, PersonId, SubjectId};
use kiban_synth::World;
use kiban_vault::Vault;
use std::collections::{BTreeMap, BTreeSet};

const PROVIDERS: [&str; 4] = ["hospital-a", "hospital-b", "clinic-c", "insurer-d"];

struct Journey {
    folder: tempfile::TempDir,
    operator: Operator,
    on: String,
    deliveries: BTreeMap<&'static str, String>,
}

impl Journey {
    /// Four providers of one world, nothing taken in yet.
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let day = |month, day| DateAsGiven::from_day(2023, month, day).unwrap();
        let world = World::generate(33, 60, day(4, 1), day(6, 30));
        world.write(&folder.path().join("world")).unwrap();
        let on = world.provided_on();
        let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
        let operator =
            Operator::init(&folder.path().join("operator"), &config, Secret::from_bytes([9; 32]), &on)
                .unwrap();
        let mut deliveries = BTreeMap::new();
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
            let manifest = read_manifest(&home.join("manifest.toml")).unwrap();
            let received = operator.receive(&home.join("delivery"), &manifest, &on, &|_| {}).unwrap();
            deliveries.insert(id, received.delivery);
        }
        Self { folder, operator, on, deliveries }
    }

    fn intake(&self, provider: &str, on: &str) {
        self.operator.intake(&self.deliveries[provider], on, &|_| {}).unwrap();
    }

    fn link(&self, on: &str) -> Linked {
        self.operator.link(on, &|_| {}).unwrap()
    }

    fn vault(&self) -> Vault {
        Vault::open(&self.folder.path().join("operator/vault")).unwrap()
    }

    fn persons(&self) -> BTreeMap<SubjectId, PersonId> {
        self.vault().person_links().unwrap().iter().map(|l| (l.subject, l.person)).collect()
    }

    fn groups(&self) -> BTreeSet<Vec<SubjectId>> {
        let mut groups: BTreeMap<PersonId, Vec<SubjectId>> = BTreeMap::new();
        for (subject, person) in self.persons() {
            groups.entry(person).or_default().push(subject);
        }
        groups.into_values().collect()
    }
}

#[test]
fn as_it_comes_and_all_at_once() {
    let (each, once) = (Journey::begin(), Journey::begin());
    // The day on which those who were told late may be taken too (OPT-02): a few more of each provider.
    let on = each.on.clone();
    let later = DateAsGiven::parse_iso(&on).unwrap().plus_days(60).unwrap().to_string();
    for (at, id) in PROVIDERS.into_iter().enumerate() {
        each.intake(id, &on);
        once.intake(id, &on);
        let linked = each.link(&on);
        // Whole providers are more than a fifth: the weights are learnt anew with each.
        let cause = if at == 0 { Cause::First } else { Cause::MuchNew };
        assert_eq!(linked.way, Some(Way::Full(cause)), "{id}");
    }
    each.operator.take_snapshot("before", &on).unwrap();
    let sql = "SELECT count(DISTINCT person_id), count(*) FROM visit";
    let counted = |journey: &Journey, snapshot: &str| {
        format!("{:?}", journey.operator.query(snapshot, sql, &later).unwrap().batches)
    };
    let before = counted(&each, "before");

    let mut taken_in = 0;
    for id in PROVIDERS {
        each.intake(id, &later);
        once.intake(id, &later);
        let persons = each.persons();
        let linked = each.link(&later);
        if linked.new {
            assert_eq!(linked.way, Some(Way::Incremental), "{id}");
            assert!(linked.statements > 0 && linked.statements < 60, "{id}: {linked:?}");
            taken_in += linked.statements;
        }
        let after = each.persons();
        let moved = persons.iter().filter(|(subject, person)| after[subject] != **person).count();
        assert!(moved as u64 <= linked.statements, "{id}: {moved} moved, {} came", linked.statements);
    }
    assert!(taken_in > 0, "somebody was told late");
    once.link(&later);
    let (bit, all) = (each.groups(), once.groups());
    let differ: usize = bit.difference(&all).map(Vec::len).sum();
    assert!(differ * 50 <= each.persons().len(), "{differ} of {}", each.persons().len());

    // A snapshot shows the persons there were when it was taken.
    each.operator.take_snapshot("after", &later).unwrap();
    assert_eq!(counted(&each, "before"), before);
    assert_ne!(counted(&each, "after"), before);
    each.operator.verify_ledger().unwrap();

    // In full, on request: whoever is the same as before keeps their number.
    let persons = each.persons();
    let full = each.operator.link_in_full(&later, &|_| {}).unwrap();
    assert_eq!(full.way, Some(Way::Full(Cause::Asked)));
    let after = each.persons();
    assert!(
        persons.iter().filter(|(subject, person)| after[subject] != **person).count() * 50 <= after.len()
    );
}
