//! A random sample of pairs for judging (品質確認用の標本), so that precision and recall can be estimated without bias.
//!
//! Drawn within strata of probability, joined and not joined apart: half of each sample goes to the strata alike, because
//! the rare ones hold the errors, half by their size, because the large ones hold the pairs. What is drawn from how many is
//! kept, so that `estimate` can weigh it back. The order is random too: a reviewer who tires tires evenly.

use super::run_report::bin_of;
use crate::progress::day;
use crate::{AppError, Operator};
use kiban_model::SubjectId;
use kiban_vault::{Sample, SampledPair, Stratum};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

impl Operator {
    /// Draws a sample of `size` pairs from those the latest run kept, half of them joined. The same seed draws the same.
    ///
    /// # Errors
    /// There is no run, or it kept no pair; the vault.
    pub fn draw_sample(&self, size: usize, seed: u64, on: &str) -> Result<Sample, AppError> {
        day(on)?;
        let run = self.vault.last_link_run()?.ok_or(AppError::NothingLinked)?.run;
        let pairs = self.vault.kept_pairs()?;
        if pairs.is_empty() {
            return Err(AppError::NothingLinked);
        }
        let (strata, drawn) = draw(&pairs, size, seed);
        let mut sample = Sample {
            number: 0,
            run,
            on: on.to_owned(),
            seed: i64::from_be_bytes(seed.to_be_bytes()),
            strata,
            pairs: drawn,
        };
        sample.number = self.vault.add_sample(&sample)?;
        let body = serde_json::json!({ "sample": sample.number, "run": run, "pairs": sample.pairs.len(), "seed": seed });
        self.record("SampleDrawn", on, body)?;
        Ok(sample)
    }
}

type Pair = (SubjectId, SubjectId, f64, bool);
/// A pair's place in the draw.
type Lot = [u8; 32];

fn draw(pairs: &[Pair], size: usize, seed: u64) -> (Vec<Stratum>, Vec<SampledPair>) {
    let mut by_stratum: BTreeMap<(bool, u8), Vec<(Lot, SampledPair)>> = BTreeMap::new();
    for (a, b, probability, joined) in pairs {
        let pair = SampledPair { a: *a, b: *b, joined: *joined, bin: bin_of(*probability) };
        by_stratum.entry((pair.joined, pair.bin)).or_default().push((lot(seed, pair), pair));
    }
    let mut strata = Vec::new();
    let mut drawn = Vec::new();
    for joined in [true, false] {
        let sizes: Vec<usize> =
            by_stratum.iter().filter(|((j, _), _)| *j == joined).map(|(_, p)| p.len()).collect();
        let share = if joined { size.div_ceil(2) } else { size / 2 };
        let mut shares = shares(&sizes, share).into_iter();
        for ((_, bin), pairs) in by_stratum.iter_mut().filter(|((j, _), _)| *j == joined) {
            strata.push(Stratum { joined, bin: *bin, pairs: pairs.len() as u64 });
            pairs.sort_unstable_by_key(|(lot, _)| *lot);
            drawn.extend(pairs.iter().take(shares.next().unwrap_or(0)).copied());
        }
    }
    drawn.sort_unstable_by_key(|(lot, _)| *lot);
    (strata, drawn.into_iter().map(|(_, pair)| pair).collect())
}

/// As good as random, the same for the same seed.
fn lot(seed: u64, pair: SampledPair) -> Lot {
    let numbers = [seed.to_be_bytes(), pair.a.0.to_be_bytes(), pair.b.0.to_be_bytes()];
    Sha256::digest(numbers.concat()).into()
}

/// How many to draw from each stratum: at least one, at most all, half alike and half by size.
fn shares(sizes: &[usize], total: usize) -> Vec<usize> {
    let (count, all) = (sizes.len().max(1), sizes.iter().sum::<usize>().max(1));
    let wanted = |size: usize| (total / (2 * count) + total * size / (2 * all)).clamp(1, size.max(1));
    let mut shares: Vec<usize> = sizes.iter().map(|size| wanted(*size)).collect();
    // What rounding and small strata leave over goes to the largest that have pairs left.
    let mut left = total.saturating_sub(shares.iter().sum());
    while left > 0 {
        let room = |at: &usize| sizes.get(*at).zip(shares.get(*at)).map_or(0, |(size, share)| size - share);
        let Some(widest) = (0..sizes.len()).max_by_key(|at| (room(at), std::cmp::Reverse(*at))) else {
            break;
        };
        let more = room(&widest).min(left);
        if more == 0 {
            break;
        }
        if let Some(share) = shares.get_mut(widest) {
            *share += more;
        }
        left -= more;
    }
    shares
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn pairs(count: i64) -> Vec<Pair> {
        (0..count)
            .map(|n| {
                let probability = (n % 100) as f64 / 100.0;
                (SubjectId(n + 1), SubjectId(n + 1_000_000), probability, probability >= 0.8)
            })
            .collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_another() {
        let pairs = pairs(5_000);
        let (strata, first) = draw(&pairs, 100, 1);
        assert_eq!(draw(&pairs, 100, 1).1, first);
        assert_ne!(draw(&pairs, 100, 2).1, first);
        assert_eq!(first.len(), 100);
        assert_eq!(first.iter().filter(|p| p.joined).count(), 50);
        assert_eq!(strata.iter().map(|s| s.pairs).sum::<u64>(), 5_000, "every pair is in one stratum");
        for stratum in &strata {
            let hit = |p: &&SampledPair| (p.joined, p.bin) == (stratum.joined, stratum.bin);
            assert!(first.iter().any(|p| hit(&p)), "{stratum:?} is not sampled");
        }
    }

    proptest! {
        #[test]
        fn no_stratum_gives_more_than_it_has_and_none_is_left_out(sizes in proptest::collection::vec(1usize..500, 1..7), total in 1usize..400) {
            let shares = shares(&sizes, total);
            prop_assert!(shares.iter().zip(&sizes).all(|(share, size)| (1..=*size).contains(share)));
            let all: usize = sizes.iter().sum();
            prop_assert_eq!(shares.iter().sum::<usize>().max(total.min(all)), shares.iter().sum::<usize>());
            prop_assert!(shares.iter().sum::<usize>() <= total.max(sizes.len()));
        }
    }
}
