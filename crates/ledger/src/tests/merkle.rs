//! The tree against a naive recursive definition, and proofs against forgeries.

use crate::Hash;
use crate::merkle::*;
use proptest::prelude::*;

fn entries(count: usize) -> Vec<Hash> {
    (0..count).map(|n| Hash::of(&[&n.to_be_bytes()])).collect()
}

fn leaves(count: usize) -> Vec<Hash> {
    entries(count).iter().map(leaf).collect()
}

/// MTH of RFC 9162 §2.1.1, word for word.
fn naive(entries: &[Hash]) -> Hash {
    match entries {
        [] => Hash::of(&[]),
        [entry] => Hash::of(&[&[0], &entry.0]),
        _ => {
            let mut k = 1;
            while k * 2 < entries.len() {
                k *= 2;
            }
            Hash::of(&[&[1], &naive(&entries[..k]).0, &naive(&entries[k..]).0])
        }
    }
}

#[test]
fn the_empty_tree_has_the_root_of_the_standard() {
    assert_eq!(root(&[]).to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn every_small_tree_agrees_with_the_definition_and_every_proof_in_it_holds() {
    for size in 0..=33usize {
        let (entries, leaves) = (entries(size), leaves(size));
        let whole = root(&leaves);
        assert_eq!(whole, naive(&entries));
        for (index, entry) in entries.iter().enumerate() {
            let path = prove_inclusion(&leaves, index).unwrap();
            assert!(verify_inclusion(entry, index as u64, size as u64, &path, &whole), "{index} of {size}");
        }
        for earlier in 0..=size {
            let path = prove_consistency(&leaves, earlier).unwrap();
            let before = root(&leaves[..earlier]);
            assert!(
                verify_consistency(earlier as u64, &before, size as u64, &whole, &path),
                "{earlier} of {size}"
            );
        }
        assert!(prove_inclusion(&leaves, size).is_none());
        assert!(prove_consistency(&leaves, size + 1).is_none());
    }
}

proptest! {
    #[test]
    fn a_forged_inclusion_proof_fails(size in 1usize..200, pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), how in 0..6) {
        let (entries, leaves) = (entries(size), leaves(size));
        let (index, whole) = (pick.index(size), root(&leaves));
        let mut path = prove_inclusion(&leaves, index).unwrap();
        let (mut entry, mut claimed, mut top) = (entries[index], index as u64, whole);
        match how {
            0 if !path.is_empty() => { let at = at.index(path.len()); path[at].0[0] ^= 1; }
            0 | 1 => entry.0[31] ^= 1,
            2 => top.0[5] ^= 1,
            3 if !path.is_empty() => { path.remove(at.index(path.len())); }
            3 | 4 => path.push(whole),
            // Another place in the same tree. (Another *size* is not refused here: (size, root) is what the head signs.)
            _ if size > 1 => claimed = (claimed + 1) % size as u64,
            _ => claimed = 1,
        }
        prop_assert!(!verify_inclusion(&entry, claimed, size as u64, &path, &top));
    }

    #[test]
    fn a_rewritten_beginning_has_no_consistency_proof(later in 2usize..200, pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), how in 0..4) {
        let leaves = leaves(later);
        let earlier = 1 + pick.index(later - 1);
        let (before, after) = (root(&leaves[..earlier]), root(&leaves));
        let mut path = prove_consistency(&leaves, earlier).unwrap();
        let mut rewritten = leaves.clone();
        rewritten[at.index(earlier)].0[0] ^= 1;
        let holds = match how {
            // The log behind the earlier head is another one.
            0 => verify_consistency(earlier as u64, &root(&rewritten[..earlier]), later as u64, &after, &path),
            1 => verify_consistency(earlier as u64, &before, later as u64, &root(&rewritten), &prove_consistency(&rewritten, earlier).unwrap()),
            2 => { let at = at.index(path.len()); path[at].0[3] ^= 1; verify_consistency(earlier as u64, &before, later as u64, &after, &path) }
            _ => { path.push(after); verify_consistency(earlier as u64, &before, later as u64, &after, &path) }
        };
        prop_assert!(!holds);
    }
}

#[test]
fn proofs_over_nothing_do_not_hold() {
    let hash = Hash::ZERO;
    assert!(!verify_inclusion(&hash, 0, 0, &[], &root(&[])));
    assert!(!verify_consistency(2, &hash, 1, &hash, &[]));
    assert!(!verify_consistency(1, &hash, 2, &hash, &[]));
    assert!(!verify_consistency(3, &hash, 5, &hash, &[]));
    assert!(!verify_consistency(0, &hash, 5, &hash, &[]));
}
