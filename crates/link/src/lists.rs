//! A list of numbers for every number (隣接リスト), in two allocations whatever there is.

/// Values by key, in the order they came.
#[derive(Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// Lists for the keys below `keys`, of (key, value); the pairs are gone through twice.
    pub(crate) fn new(keys: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; keys + 1];
        for (key, _) in pairs.clone() {
            if let Some(count) = starts.get_mut(key as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut values = vec![0u32; sum as usize];
        for (key, value) in pairs {
            if let Some(next) = next.get_mut(key as usize)
                && let Some(slot) = values.get_mut(*next as usize)
            {
                *slot = value;
                *next += 1;
            }
        }
        Self { starts, values }
    }

    /// One value for every key.
    pub(crate) fn of_one_each(values: Vec<u32>) -> Self {
        Self { starts: (0..=u32::try_from(values.len()).unwrap_or(u32::MAX)).collect(), values }
    }

    /// The values of a key.
    pub(crate) fn of(&self, key: u32) -> &[u32] {
        let at = key as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(from, to)| self.values.get(*from as usize..*to as usize)).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_by_key_in_the_order_they_came() {
        let lists = Lists::new(4, [(2, 9), (0, 1), (2, 3), (7, 5)].into_iter());
        assert_eq!(
            [0, 1, 2, 3, 7].map(|key| lists.of(key).to_vec()),
            [vec![1], vec![], vec![9, 3], vec![], vec![]]
        );
        assert_eq!(Lists::of_one_each(vec![4, 8]).of(1), [8]);
        assert!(Lists::default().of(0).is_empty());
    }
}
