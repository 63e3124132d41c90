//! Union–find that knows its members.

/// Disjoint groups of positions. The smaller group's members move, so that n joins cost n log n moves.
#[derive(Debug)]
pub(super) struct Groups {
    group_of: Vec<u32>,
    members: Vec<Vec<u32>>,
    confidence: Vec<f64>,
}

impl Groups {
    /// Everyone alone.
    pub(super) fn new(count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            group_of: (0..count).collect(),
            members: (0..count).map(|at| vec![at]).collect(),
            confidence: vec![1.0; count as usize],
        }
    }

    fn group(&self, at: u32) -> usize {
        self.group_of.get(at as usize).copied().unwrap_or(at) as usize
    }

    /// Whether two are in one group.
    pub(super) fn together(&self, a: u32, b: u32) -> bool {
        self.group(a) == self.group(b)
    }

    /// The group of one, itself included.
    pub(super) fn members(&self, at: u32) -> &[u32] {
        self.members.get(self.group(at)).map_or(&[], Vec::as_slice)
    }

    /// The weakest join of the group of one.
    pub(super) fn confidence(&self, at: u32) -> f64 {
        self.confidence.get(self.group(at)).copied().unwrap_or(0.0)
    }

    /// Makes two groups one.
    pub(super) fn join(&mut self, a: u32, b: u32, confidence: f64) {
        let (mut large, mut small) = (self.group(a), self.group(b));
        if large == small {
            return;
        }
        let size = |group: usize| self.members.get(group).map_or(0, Vec::len);
        if size(large) < size(small) {
            std::mem::swap(&mut large, &mut small);
        }
        let moved = self.members.get_mut(small).map(std::mem::take).unwrap_or_default();
        let target = u32::try_from(large).unwrap_or(u32::MAX);
        for member in &moved {
            if let Some(group) = self.group_of.get_mut(*member as usize) {
                *group = target;
            }
        }
        let other = self.confidence.get(small).copied().unwrap_or(1.0);
        if let (Some(members), Some(own)) = (self.members.get_mut(large), self.confidence.get_mut(large)) {
            members.extend(moved);
            *own = own.min(other).min(confidence);
        }
    }
}
