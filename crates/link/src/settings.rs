//! How linkage decides (名寄せの設定). Every number has a default that is sane for a few patients and for millions.

/// Thresholds and bounds of one run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Pairs at least this probable are joined. A wrong join mixes two persons' care, so the default leans to caution.
    pub link_above: f64,
    /// Pairs at least this probable, and less than `link_surely_above`, go to a human.
    pub review_above: f64,
    /// Joined pairs below this are still shown to a human.
    pub link_surely_above: f64,
    /// Pairs below this are not kept at all.
    pub keep_above: f64,
    /// A block with more statements is split by further keys; what cannot be split is reported and left out.
    pub largest_block: usize,
    /// A cluster never grows beyond this many subjects except by human decision.
    pub largest_cluster: usize,
    /// A telephone or insurance number stated for more different persons than this says nothing about one of them.
    pub largest_household: usize,
    /// Below this many expected matching pairs the built-in weights are used as they are.
    pub least_matches_to_learn: f64,
    /// Random pairs drawn to learn how often strangers agree.
    pub random_pairs: u64,
    /// Seed of that drawing.
    pub seed: u64,
    /// Most rounds of estimation.
    pub rounds: u32,
    /// Every provider has each person once: its records are never joined with one another.
    pub provider_knows_a_person_once: bool,
    /// Longest review queue handed back.
    pub longest_queue: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            link_above: 0.8,
            review_above: 0.1,
            link_surely_above: 0.98,
            keep_above: 0.01,
            largest_block: 100,
            largest_cluster: 60,
            largest_household: 20,
            least_matches_to_learn: 50.0,
            random_pairs: 300_000,
            seed: 20_180_511,
            rounds: 30,
            provider_knows_a_person_once: false,
            longest_queue: 100_000,
        }
    }
}
