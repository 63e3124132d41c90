//! Groups that know their members.

/// Disjoint groups of a connected part. The smaller group's members move, so that n joins cost n log n moves.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    /// Sorted; positions in it are what the rest speaks of.
    subjects: &'a [u32],
    group_of: Vec<usize>,
    members: Vec<Vec<u32>>,
    confidence: Vec<f64>,
}

impl<'a> Groups<'a> {
    /// Everyone alone.
    pub(super) fn new(subjects: &'a [u32]) -> Self {
        Self {
            subjects,
            group_of: (0..subjects.len()).collect(),
            members: subjects.iter().map(|subject| vec![*subject]).collect(),
            confidence: vec![1.0; subjects.len()],
        }
    }

    fn group(&self, subject: u32) -> usize {
        let at = self.subjects.binary_search(&subject).unwrap_or(usize::MAX);
        self.group_of.get(at).copied().unwrap_or(usize::MAX)
    }

    /// Whether two are in one group.
    pub(super) fn together(&self, a: u32, b: u32) -> bool {
        self.group(a) == self.group(b)
    }

    /// The group of one, itself included.
    pub(super) fn members(&self, subject: u32) -> &[u32] {
        self.members.get(self.group(subject)).map_or(&[], Vec::as_slice)
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
        for member in &moved {
            if let Ok(at) = self.subjects.binary_search(member)
                && let Some(group) = self.group_of.get_mut(at)
            {
                *group = large;
            }
        }
        let other = self.confidence.get(small).copied().unwrap_or(1.0);
        if let (Some(members), Some(own)) = (self.members.get_mut(large), self.confidence.get_mut(large)) {
            members.extend(moved);
            *own = own.min(other).min(confidence);
        }
    }

    /// The groups of at least two, each sorted, with the weakest of its joins.
    pub(super) fn into_groups(self) -> Vec<(Vec<u32>, f64)> {
        let joined = self.members.into_iter().zip(self.confidence).filter(|(members, _)| members.len() > 1);
        joined
            .map(|(mut members, confidence)| {
                members.sort_unstable();
                (members, confidence)
            })
            .collect()
    }
}
