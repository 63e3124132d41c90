//! Attacks on a product that a policy would make, without making it (`kiban risk attack`).

use super::plan::{Plan, plan, who_stays};
use super::{ProcessError, Tables};
use crate::policy::Policy;
use crate::pseudonyms::Pseudonyms;
use crate::risk::Exceeded;
use kiban_model::Private;
use kiban_model::report::{Bilingual, RiskReport};

/// What the attackers found.
#[derive(Debug, Clone, PartialEq)]
pub struct Attacked {
    /// Risk before and after, with every attacker.
    pub risk: RiskReport,
    /// Rates over the policy's ceilings: [`crate::process`] would refuse the release for them.
    pub exceeded: Vec<Exceeded>,
    /// The persons most easily found, for the operator only.
    pub worst: Vec<WorstPerson>,
}

/// Somebody whom an attacker finds more easily than others.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstPerson {
    /// The person's number at the operator.
    pub person: Private<i64>,
    /// Who finds them.
    pub attacker: Bilingual,
    /// With which chance, 0 to 1.
    pub success: f64,
}

/// Runs the attackers on what the policy would release and on the data as they are; the same arguments give the same answer.
/// `worst` persons are listed for each attacker, the most easily found first.
///
/// # Errors
/// [`ProcessError`], but not for what is over a ceiling: that is part of the answer.
pub fn attack(
    policy: &Policy,
    tables: &dyn Tables,
    pseudonyms: &Pseudonyms,
    seed: u64,
    secret: &[u8; 32],
    worst: usize,
) -> Result<Attacked, ProcessError> {
    let (policy, staying) = who_stays(policy, tables, pseudonyms, seed, secret)?;
    let Plan { persons, risk, mut tried, exceeded, .. } = plan(&policy, tables, pseudonyms, seed, staying)?;
    let mut list = Vec::new();
    for tried in &mut tried {
        // In the order of persons where the chances are equal.
        tried.found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (person, success) in tried.found.iter().take(worst).filter(|(_, success)| *success > 0.0) {
            let Some(person) = persons.ids().get(*person as usize) else { continue };
            let attacker = tried.attack.attacker.clone();
            list.push(WorstPerson { person: Private::new(*person), attacker, success: *success });
        }
    }
    Ok(Attacked { risk, exceeded, worst: list })
}
