//! The risk of any flat table, and attacks on its product (一枚の表の再識別リスクと模擬攻撃): no operator's folder, nothing kept, no
//! ledger; what comes in is the caller's own (ANO-05, ANO-08).

use crate::AppError;
use crate::anonymize_table::{read, read_policy};
use kiban_process::flat::{self, FlatAttack, Refusal};
pub use kiban_process::flat::{FlatAttacked, FlatAttacker, FlatRisk};
use std::fs::File;
use std::path::Path;

/// Measures a table as it stands; with a population's size also how many are alone in it.
///
/// # Errors
/// A file cannot be read, or the policy's quasi-identifiers are not in the table.
pub fn risk_table(
    table: &Path,
    policy: &Path,
    people: Option<u64>,
    japanese: bool,
) -> Result<FlatRisk, AppError> {
    File::open(table).map_err(AppError::at(table))?;
    let policy = read_policy(policy, japanese)?;
    flat::risk(&policy, &|| read(table), people).map_err(refused(japanese))
}

/// What is attacked, and how.
#[derive(Debug, Clone, Copy)]
pub struct Attack<'a> {
    /// The table as it was.
    pub table: &'a Path,
    /// Its product: the same rows in the same order.
    pub product: &'a Path,
    /// The policy of both.
    pub policy: &'a Path,
    /// The folder of the hierarchies; the policy's own by default.
    pub hierarchies: Option<&'a Path>,
    /// So many people are tried.
    pub people: usize,
    /// Chooses them, and what is known of each.
    pub seed: u64,
    /// So many of the rows found most easily are told.
    pub worst: usize,
    /// Refusals in Japanese instead of English.
    pub japanese: bool,
}

/// Attacks the product of a table.
///
/// # Errors
/// A file cannot be read, or table and product do not belong together.
pub fn attack_table(attack: &Attack<'_>) -> Result<FlatAttacked, AppError> {
    for path in [attack.table, attack.product] {
        File::open(path).map_err(AppError::at(path))?;
    }
    let policy = read_policy(attack.policy, attack.japanese)?;
    let beside = attack.policy.parent().unwrap_or(Path::new(""));
    let hierarchies = attack.hierarchies.unwrap_or(beside);
    let job = FlatAttack {
        policy: &policy,
        hierarchy: &|name| std::fs::read_to_string(hierarchies.join(name)),
        table: &|| read(attack.table),
        product: &|| read(attack.product),
        people: attack.people,
        seed: attack.seed,
        worst: attack.worst,
    };
    flat::attack(&job).map_err(refused(attack.japanese))
}

fn refused(japanese: bool) -> impl Fn(Refusal) -> AppError {
    move |refusal| AppError::Process(if japanese { refusal.0.ja } else { refusal.0.en })
}
