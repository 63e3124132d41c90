//! What every class of a product must satisfy, seen from the search: nothing but the counts of a class.

/// A privacy model for classes. It must be monotone: what holds for two classes holds for both together, so that coarser
/// values never break it.
pub trait Requirement: Sync {
    /// No class with fewer rows can satisfy it.
    fn least_rows(&self) -> u64;
    /// Whether a class satisfies it. `sensitive` has each sensitive value of the class once with its rows, in any order; it
    /// is empty where the table has no sensitive column.
    fn holds(&self, rows: u64, sensitive: &[(u32, u64)]) -> bool;
}

/// k-anonymity (k-匿名性), and distinct l-diversity (l-多様性) where a sensitive column is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KAnonymity {
    /// Rows in a class, at least.
    pub k: u64,
    /// Different sensitive values in a class, at least; 0 or 1 asks nothing.
    pub distinct: u64,
}

impl Requirement for KAnonymity {
    fn least_rows(&self) -> u64 {
        self.k.max(self.distinct)
    }
    fn holds(&self, rows: u64, sensitive: &[(u32, u64)]) -> bool {
        rows >= self.least_rows() && (self.distinct <= 1 || sensitive.len() as u64 >= self.distinct)
    }
}
