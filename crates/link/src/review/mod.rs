//! What a human should look at, in the order in which looking helps most (確認待ちの一覧, LNK-02).
//!
//! The value of an answer is how unsure the pair is times how many pairs of subjects the answer would join or separate.
//! What a human has decided does not come back.

use crate::cluster::Clustering;
use crate::compare::{Field, Level};
use crate::constraints::Resolved;
use crate::encode::Table;
use crate::estimate::SubjectPair;
use crate::settings::Settings;
use kiban_model::SubjectId;

/// Why a pair is in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ReviewReason {
    /// The probability is neither high nor low.
    Doubtful,
    /// Probable by itself, but the rest of the two groups contradicts.
    GroupsDisagree,
    /// Joined, though one provider has them as two patients.
    SameProvider,
}

impl ReviewReason {
    /// In Japanese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Doubtful => ("判断が分かれる", "could be either"),
            Self::GroupsDisagree => {
                ("この組は似ているが、他の記録と矛盾する", "this pair agrees but other records contradict")
            }
            Self::SameProvider => ("同じ提供元に二つの番号がある", "two numbers at one provider"),
        }
    }
}

/// One question for a human: are these one person?
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReviewItem {
    /// The smaller subject id.
    pub a: SubjectId,
    /// The larger subject id.
    pub b: SubjectId,
    /// Probability that both are one person; the evidence is with the pair of the same subjects.
    pub probability: f64,
    /// Whether linkage has them as one person at present.
    pub joined: bool,
    /// Why it is asked.
    pub reason: ReviewReason,
    /// What an answer is worth: bits of doubt × pairs of subjects it decides.
    pub value: f64,
}

pub(crate) fn queue(
    table: &Table,
    scored: &[SubjectPair],
    clustering: &Clustering,
    constraints: &Resolved,
    settings: &Settings,
) -> Vec<ReviewItem> {
    let mut refused = vec![false; scored.len()];
    for at in &clustering.refused {
        if let Some(flag) = refused.get_mut(*at) {
            *flag = true;
        }
    }
    queue_of(table, scored.iter().zip(refused), clustering, constraints, settings)
}

/// The same of some pairs, each with whether its join was refused.
pub(crate) fn queue_of<'p>(
    table: &Table,
    pairs: impl Iterator<Item = (&'p SubjectPair, bool)>,
    clustering: &Clustering,
    constraints: &Resolved,
    settings: &Settings,
) -> Vec<ReviewItem> {
    let mut items: Vec<ReviewItem> = pairs
        .filter(|(pair, _)| !constraints.decides(pair.a, pair.b))
        .filter_map(|(pair, refused)| {
            let joined = clustering.together(pair.a, pair.b);
            let reason = reason(pair, refused, joined, settings)?;
            let (left, right) = (clustering.size_of(pair.a), clustering.size_of(pair.b));
            // Separating a pair inside a group concerns the group; joining two groups concerns every pair across.
            let effect = if joined { left.saturating_sub(1) } else { left * right };
            Some(ReviewItem {
                a: table.subject_id(pair.a),
                b: table.subject_id(pair.b),
                probability: pair.probability(),
                joined,
                reason,
                value: entropy(pair.probability()).max(least_doubt(reason)) * effect as f64,
            })
        })
        .collect();
    items.sort_by(|x, y| y.value.total_cmp(&x.value).then((x.a, x.b).cmp(&(y.a, y.b))));
    items.truncate(settings.longest_queue);
    items
}

fn reason(pair: &SubjectPair, refused: bool, joined: bool, settings: &Settings) -> Option<ReviewReason> {
    let doubtful = (settings.review_above..settings.link_surely_above).contains(&pair.probability());
    if refused {
        Some(ReviewReason::GroupsDisagree)
    } else if doubtful {
        Some(ReviewReason::Doubtful)
    } else if joined && pair.pattern.get(Field::Provider) == Level::Exact {
        Some(ReviewReason::SameProvider)
    } else {
        None
    }
}

/// A contradiction is a doubt even where the pair's own probability is high.
const fn least_doubt(reason: ReviewReason) -> f64 {
    match reason {
        ReviewReason::GroupsDisagree => 0.5,
        ReviewReason::Doubtful | ReviewReason::SameProvider => 0.0,
    }
}

/// Bits of doubt: 1 at one half, 0 at certainty.
fn entropy(p: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    part(p) + part(1.0 - p)
}
