//! Every set of codes counted, on small tables; and lives that have too many.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Codes 0..6 are leaves, 6..8 their classes (three each), nothing above.
const ABOVE: [Option<u32>; 8] = [Some(6), Some(6), Some(6), Some(7), Some(7), Some(7), None, None];

fn groups(lives: &[BTreeSet<u32>]) -> Groups {
    let pairs =
        lives.iter().zip(0u32..).flat_map(|(own, person)| own.iter().map(move |code| (person, *code)));
    Groups::of_pairs(lives.len(), pairs)
}

/// People by every set of at most m codes, one set after the other.
fn naive(lives: &[BTreeSet<u32>], m: usize) -> BTreeMap<Vec<u32>, u32> {
    let mut found: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    for own in lives {
        let own: Vec<u32> = own.iter().copied().collect();
        for chosen in 1u32..1 << own.len() {
            if chosen.count_ones() as usize <= m {
                let set =
                    own.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, code)| *code);
                *found.entry(set.collect()).or_default() += 1;
            }
        }
    }
    found
}

fn shown(lives: &Groups, now: &[u32]) -> Vec<BTreeSet<u32>> {
    let own = (0..lives.len()).map(|person| &now[lives.range(person)]);
    own.map(|own| own.iter().copied().filter(|code| *code != LEFT_OUT).collect()).collect()
}

fn lives() -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
    prop::collection::vec(prop::collection::btree_set(0u32..6, 0..5), 0..25)
}

proptest! {
    #[test]
    fn any_m_codes_are_those_of_k_people_or_of_nobody(lives in lives(), m in 1usize..=3, k in 2u32..5) {
        let groups = groups(&lives);
        let codes = Codes { above: &ABOVE, alone: &[k, k, k, k, k, k, k + 1, k + 1] };
        let now = climb(&groups, groups.members().to_vec(), codes, m, k);
        let after = shown(&groups, &now);
        prop_assert!(naive(&after, m).values().all(|people| *people >= k), "{after:?}");
        prop_assert!([6, 7].iter().all(|class| naive(&after, 1).get(&vec![*class]).is_none_or(|people| *people > k)));
        prop_assert_eq!(fewest(&groups, &now, &ABOVE, m), naive(&after, m).values().copied().min());
        prop_assert_eq!(fewest(&groups, groups.members(), &ABOVE, m), naive(&lives, m).values().copied().min());
        // What holds is left alone, and a cell only climbs its own ladder.
        let holds = naive(&lives, m).values().all(|people| *people >= k);
        prop_assert_eq!(holds, now == groups.members());
        for (given, shown) in groups.members().iter().zip(&now) {
            prop_assert!(shown == given || Some(*shown) == ABOVE[*given as usize] || *shown == LEFT_OUT);
        }
    }

    // Generalisation: every code becomes its class.
    #[test]
    fn a_coarser_table_never_has_rarer_sets(lives in lives(), m in 1usize..=3) {
        let coarser: Vec<BTreeSet<u32>> =
            lives.iter().map(|own| own.iter().map(|code| ABOVE[*code as usize].unwrap()).collect()).collect();
        let least = |lives: &[BTreeSet<u32>]| { let g = groups(lives); fewest(&g, g.members(), &ABOVE, m) };
        prop_assert!(least(&coarser) >= least(&lives));
    }
}

#[test]
fn a_life_of_thousands_of_codes_loses_the_rarest_and_the_run_ends() {
    // 40 codes are 9,880 sets of three; 41 are 10,660.
    let lives: Vec<BTreeSet<u32>> = vec![(0..45).collect(), (0..45).collect(), (0..5_000).collect()];
    let groups = groups(&lives);
    let codes = Codes { above: &vec![None; 5_000], alone: &vec![2; 5_000] };
    let now = climb_within(1e4, &groups, groups.members().to_vec(), codes, 3, 2);
    let after = shown(&groups, &now);
    assert!(after.iter().all(|own| *own == (0..40).collect()), "{after:?}");
}
