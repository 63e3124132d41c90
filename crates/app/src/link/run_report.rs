//! What is kept of a linkage run for people to judge it by (名寄せの実行報告): numbers per field, provider and probability.
//! It holds no identity and no subject.

use super::Linked;
use super::fields::IdentityField;
use kiban_link::{ModelParameters, PersonRecord, Standing, Statistics};
use std::collections::BTreeMap;

/// Upper ends of the bins of probability. They are narrow where decisions are made and where most pairs are.
pub const BINS: [f64; 6] = [0.1, 0.5, 0.8, 0.98, 0.999, 1.0];

/// The bin a probability falls into.
pub(super) fn bin_of(probability: f64) -> u8 {
    let at = BINS.iter().position(|end| probability < *end).unwrap_or(BINS.len() - 1);
    u8::try_from(at).unwrap_or(u8::MAX)
}

/// One run in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RunReport {
    /// What it came to.
    pub linked: Linked,
    /// What was done. Values set aside are in `linked` as words; here they are left out, for they name subjects.
    pub statistics: Statistics,
    /// The weights.
    pub model: ModelParameters,
    /// Per provider, by id.
    pub providers: Vec<ProviderQuality>,
    /// Kept pairs by bin of probability, and how many of them were joined.
    pub bins: Vec<(u64, u64)>,
    /// Pairs of subjects that are one person without having been kept as a pair: joined through others.
    pub joined_through_others: u64,
}

/// How one provider's subjects fared.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProviderQuality {
    /// Provider.
    pub provider: String,
    /// Subjects.
    pub subjects: u64,
    /// Those known to another provider too.
    pub linked: u64,
    /// Those with a pair waiting for a human.
    pub doubtful: u64,
    /// Statements.
    pub statements: u64,
    /// Statements silent about a field.
    pub missing: Vec<(IdentityField, u64)>,
}

/// The report of a run, from how the whole stands after it; `providers` have their statements counted.
pub(super) fn run_report(
    linked: Linked,
    statistics: Statistics,
    model: &ModelParameters,
    mut providers: Vec<ProviderQuality>,
    standing: &Standing,
) -> RunReport {
    let mut bins = vec![(0, 0); BINS.len()];
    let mut joined_pairs = 0;
    for (probability, joined) in &standing.pairs {
        joined_pairs += u64::from(*joined);
        if let Some(bin) = bins.get_mut(usize::from(bin_of(*probability))) {
            bin.0 += 1;
            bin.1 += u64::from(*joined);
        }
    }
    for quality in &mut providers {
        let of = standing.providers.get(&quality.provider).copied().unwrap_or_default();
        (quality.subjects, quality.linked, quality.doubtful) = (of.subjects, of.linked, of.doubtful);
    }
    RunReport {
        linked,
        statistics: Statistics { implausible: Vec::new(), ..statistics },
        model: model.clone(),
        providers,
        bins,
        joined_through_others: standing.pairs_together.saturating_sub(joined_pairs),
    }
}

/// Counts statements, and what they are silent about, to those counted before.
pub(super) fn count_statements(
    before: Vec<ProviderQuality>,
    records: &[PersonRecord],
) -> Vec<ProviderQuality> {
    let mut found: BTreeMap<String, ProviderQuality> =
        before.into_iter().map(|quality| (quality.provider.clone(), quality)).collect();
    for record in records {
        if !found.contains_key(&record.provider) {
            let looked_at = |field: &IdentityField| field.missing(&record.identity).is_some();
            let quality = ProviderQuality {
                provider: record.provider.clone(),
                subjects: 0,
                linked: 0,
                doubtful: 0,
                statements: 0,
                missing: IdentityField::ALL.into_iter().filter(looked_at).map(|field| (field, 0)).collect(),
            };
            found.insert(record.provider.clone(), quality);
        }
        let Some(quality) = found.get_mut(&record.provider) else { continue };
        quality.statements += 1;
        for (field, count) in &mut quality.missing {
            *count += u64::from(field.missing(&record.identity) == Some(true));
        }
    }
    found.into_values().collect()
}
