//! When too many would be suppressed: what one step more of generalisation would do, tried on the real data.

use super::gates::Decision;
use super::persons::Persons;
use super::{ProcessError, Shown, ShownColumn, Step};
use crate::keys::Keys;
use crate::policy::Policy;

/// `Ok` where suppression stays within the policy's limit.
pub(super) fn check_limit(
    policy: &Policy,
    persons: &Persons,
    shown: &Shown,
    suppressed: u64,
    decide: &dyn Fn(&[&ShownColumn]) -> Decision,
    keys: &Keys,
) -> Result<(), ProcessError> {
    let limit = policy.protect().suppression_limit;
    let people = persons.people();
    let within = |suppressed: u64| suppressed as f64 <= limit * people as f64;
    if within(suppressed) {
        return Ok(());
    }
    let mut steps = Vec::new();
    for (at, column) in policy.protect().quasi_identifiers.iter().enumerate() {
        let Some((treatment, numbers)) = persons.coarser(policy, column, keys) else { continue };
        let mut columns = shown.columns();
        if let Some(slot) = columns.get_mut(at) {
            *slot = &numbers;
        }
        let suppressed = decide(&columns).suppressed(people);
        steps.push(Step { column: column.name, treatment, suppressed, enough: within(suppressed) });
    }
    steps.sort_by_key(|step| step.suppressed);
    Err(ProcessError::SuppressionLimit { suppressed, persons: people, limit, steps })
}
