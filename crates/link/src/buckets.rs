//! Rows that share a key, found by sorting small pieces: no hash table grows, both cores work, order is content's alone.

use rayon::prelude::*;

/// Entries a bucket should have: a piece that sorts inside a core's own cache.
const ENTRIES: usize = 4_096;

/// How far from its place by proportion an entry is looked for first: twice what is usual in a bucket of that size.
const NEAR: usize = 64;

/// (32 bits of a key's hash, row) in pieces by other bits of the hash, each sorted. Two keys of one group may differ
/// (one in 2³² pairs or so do): who needs to be sure compares the rows.
#[derive(Default)]
pub(crate) struct Buckets(Vec<Vec<u64>>);

impl Buckets {
    /// Of buckets as [`Self::buckets`] gave them.
    pub(crate) const fn of(buckets: Vec<Vec<u64>>) -> Self {
        Self(buckets)
    }

    /// The bucket of a hash and its entry for a row.
    pub(crate) const fn place(&self, hash: u64, row: u32) -> (usize, u64) {
        ((hash >> 40) as usize & (self.0.len().saturating_sub(1)), hash << 32 | row as u64)
    }

    /// Of all rows up to `count`; `hashes` are those of a row's keys.
    pub(crate) fn new<H: IntoIterator<Item = u64>>(count: usize, hashes: impl Fn(u32) -> H + Sync) -> Self {
        let bits = (count / ENTRIES).next_power_of_two().ilog2().clamp(0, 16);
        let number = 1usize << bits;
        let rows = u32::try_from(count).unwrap_or(u32::MAX);
        let piece = rows.div_ceil(8).max(1024);
        let pieces: Vec<Vec<Vec<u64>>> = (0..rows.div_ceil(piece))
            .into_par_iter()
            .map(|at| {
                let room = piece as usize / number * 5 / 4;
                let mut buckets: Vec<Vec<u64>> = (0..number).map(|_| Vec::with_capacity(room)).collect();
                for row in at * piece..rows.min((at + 1) * piece) {
                    for hash in hashes(row) {
                        let bucket = (hash >> 40) as usize & (number - 1);
                        if let Some(bucket) = buckets.get_mut(bucket) {
                            bucket.push(hash << 32 | u64::from(row));
                        }
                    }
                }
                buckets
            })
            .collect();
        let joined = (0..number).into_par_iter().map(|bucket| {
            let mut entries: Vec<u64> =
                Vec::with_capacity(pieces.iter().filter_map(|piece| piece.get(bucket)).map(Vec::len).sum());
            for piece in pieces.iter().filter_map(|piece| piece.get(bucket)) {
                entries.extend_from_slice(piece);
            }
            entries.sort_unstable();
            entries.dedup();
            entries
        });
        Self(joined.collect())
    }

    /// The entries of one hash.
    pub(crate) fn entries(&self, hash: u64) -> &[u64] {
        let (bucket, low) = self.place(hash, 0);
        let bucket = self.0.get(bucket).map_or(&[] as &[u64], Vec::as_slice);
        // Hashes are spread evenly: the place can be told within a few dozen, and little of the bucket need be looked at.
        let about = ((u128::from(low) * bucket.len() as u128) >> 64) as usize;
        let (from, to) = (about.saturating_sub(NEAR), bucket.len().min(about + NEAR));
        let before = from == 0 || bucket.get(from - 1).is_some_and(|entry| *entry < low);
        let beyond = to == bucket.len() || bucket.get(to).is_some_and(|entry| entry >> 32 > low >> 32);
        let (first, some) =
            if before && beyond { (from, bucket.get(from..to).unwrap_or(&[])) } else { (0, bucket) };
        let from = first + some.partition_point(|entry| *entry < low);
        let rest = bucket.get(from..).unwrap_or(&[]);
        let is_next = |at: usize| rest.get(at).is_some_and(|entry| entry >> 32 == low >> 32);
        // Most groups are of a few; of the others the end is sought for.
        let few = (0..8).take_while(|at| is_next(*at)).count();
        let count = if few < 8 { few } else { rest.partition_point(|entry| entry >> 32 == low >> 32) };
        rest.get(..count).unwrap_or(&[])
    }

    /// The buckets, to be worked on side by side.
    pub(crate) fn buckets(&self) -> &[Vec<u64>] {
        &self.0
    }

    /// The groups of a bucket that have at least two rows.
    pub(crate) fn groups(bucket: &[u64]) -> impl Iterator<Item = &[u64]> {
        bucket.chunk_by(|a, b| a >> 32 == b >> 32).filter(|group| group.len() > 1)
    }
}

/// The row of an entry.
pub(crate) const fn row_of(entry: u64) -> u32 {
    entry as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn every_pair_with_a_common_key_is_in_one_group() {
        let keys = |row: u32| [u64::from(row % 977), 5_000 + u64::from(row / 3)];
        let buckets = Buckets::new(20_000, |row| keys(row).map(|key| mix(0, key)));
        let mut found = 0;
        for group in buckets.buckets().iter().flat_map(|bucket| Buckets::groups(bucket)) {
            let rows: Vec<u32> = group.iter().map(|entry| row_of(*entry)).collect();
            assert!(rows.is_sorted());
            found += rows.iter().filter(|row| keys(**row).iter().any(|k| keys(rows[0]).contains(k))).count();
        }
        for row in (0..20_000).step_by(37) {
            for hash in keys(row).map(|key| mix(0, key)) {
                let looked_up: Vec<u32> = buckets.entries(hash).iter().map(|entry| row_of(*entry)).collect();
                assert!(looked_up.is_sorted() && looked_up.contains(&row));
                let count = |key: u64| (0..20_000).filter(|row| keys(*row).contains(&key)).count();
                let key = keys(row).into_iter().find(|key| mix(0, *key) == hash).unwrap();
                assert_eq!(looked_up.len(), count(key));
            }
        }
        assert!(buckets.entries(mix(0, 77_777_777)).is_empty());
        // 977 groups by remainder hold every row, groups of three all but the last two rows.
        assert_eq!(found, 20_000 + 20_000);
    }
}
