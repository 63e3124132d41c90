//! What is kept of a linkage run for people to judge it by (名寄せの実行報告): numbers per field, provider and probability.
//! It holds no identity and no subject.

use super::Linked;
use super::fields::IdentityField;
use kiban_link::{Linkage, ModelParameters, PersonRecord, Statistics};
use kiban_model::SubjectId;
use std::collections::{BTreeMap, HashMap, HashSet};

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

pub(super) fn run_report(linked: Linked, records: &[PersonRecord], linkage: &Linkage) -> RunReport {
    let together = together(linkage);
    let mut bins = vec![(0, 0); BINS.len()];
    let mut joined_pairs = 0;
    for pair in &linkage.pairs {
        let joined = together(pair.a, pair.b);
        joined_pairs += u64::from(joined);
        if let Some(bin) = bins.get_mut(usize::from(bin_of(pair.probability))) {
            bin.0 += 1;
            bin.1 += u64::from(joined);
        }
    }
    let size = |c: &kiban_link::Cluster| c.subjects.len() as u64;
    let all: u64 = linkage.clusters.iter().map(|c| size(c) * (size(c) - size(c).min(1)) / 2).sum();
    RunReport {
        linked,
        statistics: Statistics { implausible: Vec::new(), ..linkage.statistics.clone() },
        model: linkage.model.clone(),
        providers: providers(records, linkage),
        bins,
        joined_through_others: all.saturating_sub(joined_pairs),
    }
}

/// Whether a run made two subjects one person.
pub(super) fn together(linkage: &Linkage) -> impl Fn(SubjectId, SubjectId) -> bool {
    let mut cluster_of = HashMap::new();
    for (at, cluster) in linkage.clusters.iter().enumerate() {
        cluster_of.extend(cluster.subjects.iter().map(|subject| (*subject, at)));
    }
    move |a, b| cluster_of.get(&a).is_some_and(|at| cluster_of.get(&b) == Some(at))
}

fn providers(records: &[PersonRecord], linkage: &Linkage) -> Vec<ProviderQuality> {
    let provider_of: HashMap<SubjectId, &str> =
        records.iter().map(|r| (r.subject, r.provider.as_str())).collect();
    let doubtful: HashSet<SubjectId> = linkage.review.iter().flat_map(|item| [item.a, item.b]).collect();
    let mut found: BTreeMap<&str, ProviderQuality> = BTreeMap::new();
    for record in records {
        let quality = found.entry(&record.provider).or_insert_with(|| ProviderQuality {
            provider: record.provider.clone(),
            subjects: 0,
            linked: 0,
            doubtful: 0,
            statements: 0,
            missing: IdentityField::ALL
                .into_iter()
                .filter(|f| f.missing(&record.identity).is_some())
                .map(|f| (f, 0))
                .collect(),
        });
        quality.statements += 1;
        for (field, count) in &mut quality.missing {
            *count += u64::from(field.missing(&record.identity) == Some(true));
        }
    }
    for cluster in &linkage.clusters {
        let known_to: HashSet<&str> =
            cluster.subjects.iter().filter_map(|s| provider_of.get(s).copied()).collect();
        for subject in &cluster.subjects {
            if let Some(quality) = provider_of.get(subject).and_then(|p| found.get_mut(p)) {
                quality.subjects += 1;
                quality.linked += u64::from(known_to.len() > 1);
                quality.doubtful += u64::from(doubtful.contains(subject));
            }
        }
    }
    found.into_values().collect()
}
