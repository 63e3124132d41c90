//! Everything that is decided before a row leaves: who stays, under which names, and what the product risks.

use super::lives::Lives;
use super::measure::{self, Measured};
use super::persons::{Emptied, Persons, Release};
use super::{ProcessError, Shown, ShownColumn, Tables, gates, settle, suggest};
use crate::keys::Keys;
use crate::models::{Attribute, Classes, ReleaseClasses};
use crate::policy::Policy;
use crate::pseudonyms::Pseudonyms;
use crate::risk::{self, Exceeded, attacks};
use crate::transforms::Pipeline;
use kiban_model::report::RiskReport;
use std::borrow::Cow;

/// A product that could be made.
pub(super) struct Plan<'p> {
    pub(super) keys: Keys,
    pub(super) persons: Persons,
    pub(super) release: Release,
    pub(super) measured: Measured<'p>,
    /// The quasi-identifiers of everybody, as the product would show them.
    pub(super) shown: Shown,
    pub(super) next: Pseudonyms,
    pub(super) risk: RiskReport,
    pub(super) classes: ReleaseClasses,
    /// What every attacker found, one person after the other.
    pub(super) tried: Vec<attacks::Tried>,
    /// What is over the policy's ceilings: such a product must not be made.
    pub(super) exceeded: Vec<Exceeded>,
}

/// Who stays, and what the product would show of them: all that must be known before rows are measured.
pub(super) struct Staying {
    keys: Keys,
    persons: Persons,
    decision: gates::Decision,
    /// Codes of everybody that attackers know, as given.
    given: Vec<Attribute>,
    before: Classes,
    shown: Shown,
}

/// Decides who stays, and settles what the policy leaves to be measured.
pub(super) fn who_stays<'p>(
    policy: &'p Policy,
    tables: &dyn Tables,
    pseudonyms: &Pseudonyms,
    seed: u64,
    secret: &[u8; 32],
) -> Result<(Cow<'p, Policy>, Staying), ProcessError> {
    let mut pipelines = policy.tables().iter().flat_map(|table| table.pipelines());
    if pseudonyms.has_releases() && pipelines.any(Pipeline::shows_group_means) {
        return Err(ProcessError::GroupMeansAgain);
    }
    let keys = Keys::new(secret, pseudonyms.project());
    let persons = Persons::load(policy, tables, &keys, |id| pseudonyms.shift_key(id, &keys, seed))?;
    let settled = settle::of_persons(Cow::Borrowed(policy), tables, &persons, &keys)?;
    let policy = &*settled;
    let protect = policy.protect();
    let before = persons.classes_before(policy);
    let shown = persons.shown(policy, &keys);
    let lives = Lives::load(policy, tables, &persons)?;
    let earlier = if protect.looks_back { pseudonyms.earlier(persons.ids()) } else { Ok(Vec::new()) };
    let earlier = earlier.map_err(|people| ProcessError::EarlierReleasesMissing { people })?;
    let decide =
        |columns: &[&ShownColumn]| gates::decide(protect, persons.among(), columns, &lives, &earlier, &keys);
    let decision = decide(&shown.columns());
    suggest::check_limit(policy, &persons, &shown, decision.suppressed(persons.people()), &decide, &keys)?;
    let given = lives.given(&protect.attack.of);
    let settled = settle::of_rows(settled, tables, &persons, &decision.kept, &keys)?;
    Ok((settled, Staying { keys, persons, decision, given, before, shown }))
}

/// Plans the product of those who stay, by a policy that is settled.
pub(super) fn plan<'p>(
    policy: &'p Policy,
    tables: &dyn Tables,
    pseudonyms: &Pseudonyms,
    seed: u64,
    staying: Staying,
) -> Result<Plan<'p>, ProcessError> {
    let Staying { keys, persons, decision, given, before, shown } = staying;
    let protect = policy.protect();
    let gates::Decision { kept, lives: shown_lives, pool, classes: after, masks, mut findings } = decision;
    let next = pseudonyms
        .extended(&persons.ids_of(&kept), policy.id(), &keys, seed)
        .map_err(|_| ProcessError::PseudonymsExhausted { capacity: policy.id().capacity() })?;
    let release = Release::new(&persons, &kept, &next, pool, Emptied::new(policy, masks));
    let measured = measure::measure(policy, tables, &persons, &release, shown_lives.rare, &keys)?;
    let known = protect.attack.of.iter().filter_map(|of| shown_lives.attributes.iter().find(|a| a.of == *of));
    let shown_codes: Vec<Attribute> = known.cloned().collect();
    let knowledge = attacks::Knowledge { given: &given, shown: &shown_codes, claims: &measured.claims };
    let tried = attacks::simulate(&attacks::Scene {
        policy,
        keys: &keys,
        facts: persons.facts(),
        shift_keys: persons.shift_keys(),
        indices: persons.indices(),
        among: persons.among(),
        released: &kept,
        emptied: release.emptied(),
        visits: &measured.visits,
        knowledge: &knowledge,
        seed,
    });
    let mut exceeded: Vec<Exceeded> = tried.iter().filter_map(|tried| Exceeded::of(&tried.attack)).collect();
    if let Some((trajectories, dated)) = protect.trajectories.as_ref().zip(measured.dated.as_ref()) {
        let lives = risk::trajectories::Lives { among: persons.among(), indices: persons.indices() };
        let (finding, over) = trajectories.finding(dated, seed, &keys, lives);
        findings.push(finding);
        exceeded.extend(over);
    }
    let risk = RiskReport {
        quasi_identifiers: protect.quasi_identifiers.iter().map(|c| format!("person.{}", c.name)).collect(),
        k_required: protect.k_anonymity,
        before: risk::group_sizes(&before),
        after: risk::group_sizes(&after),
        suppressed: persons.people() - after.people(),
        suppression_limit: protect.suppression_limit,
        attacks: tried.iter().map(|tried| tried.attack.clone()).collect(),
        models: findings,
    };
    let classes = persons.pseudonymous(&next, |person| after.of(person));
    Ok(Plan { keys, persons, release, measured, shown, next, risk, classes, tried, exceeded })
}
