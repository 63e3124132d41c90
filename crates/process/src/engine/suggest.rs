//! When too many would be suppressed: what one step more of generalisation would do, tried on the real data.

use super::persons::Persons;
use super::{ProcessError, Shown, Step};
use crate::keys::Keys;
use crate::models::{Classes, k_anonymity};
use crate::policy::Policy;

/// `Ok` where suppression stays within the policy's limit.
pub(super) fn check_limit(
    policy: &Policy,
    persons: &Persons,
    shown: &Shown,
    classes: &Classes,
    k: u64,
    keys: &Keys,
) -> Result<(), ProcessError> {
    let limit = policy.protect().suppression_limit;
    let people = persons.len() as u64;
    let within = |suppressed: u64| suppressed as f64 <= limit * people as f64;
    let suppressed = k_anonymity::suppressed(classes, k);
    if within(suppressed) {
        return Ok(());
    }
    let mut steps = Vec::new();
    for (at, column) in policy.protect().quasi_identifiers.iter().enumerate() {
        let Some((treatment, numbers)) = persons.coarser(policy, column, keys) else { continue };
        let columns: Vec<&[u32]> = shown
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| if i == at { numbers.as_slice() } else { c.as_slice() })
            .collect();
        let suppressed = k_anonymity::suppressed(&Classes::new(persons.len(), &columns, |_| true), k);
        steps.push(Step { column: column.name, treatment, suppressed, enough: within(suppressed) });
    }
    steps.sort_by_key(|step| step.suppressed);
    Err(ProcessError::SuppressionLimit { suppressed, persons: people, limit, steps })
}
