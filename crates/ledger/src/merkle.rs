//! The Merkle tree over the entries' hashes, as RFC 9162 §2.1 defines it (the same tree as RFC 6962).
//!
//! A leaf is `SHA-256(0x00 ‖ entry hash)`, a node `SHA-256(0x01 ‖ left ‖ right)`, the root of nothing `SHA-256("")`. The
//! different first bytes keep a node from passing as a leaf. Functions that make proofs take all leaves; functions that
//! verify take only what a stranger has: two hashes and a path.

use crate::Hash;

/// The leaf of an entry.
pub fn leaf(entry: &Hash) -> Hash {
    Hash::of(&[&[0], &entry.0])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[1], &left.0, &right.0])
}

/// A tree that only grows: the roots of its full subtrees, 32 bytes for each bit of its size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Largest subtree first; their sizes are the set bits of `size`.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// How many leaves it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf (see [`leaf`]).
    pub fn push(&mut self, leaf: Hash) {
        let mut subtree = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                subtree = node(&left, &subtree);
            }
        }
        self.subtrees.push(subtree);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Hash {
        self.subtrees
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right))
            .unwrap_or_else(|| Hash::of(&[]))
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier.root()
}

/// The largest power of two smaller than `count` (which is at least 2).
fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// The path that shows that leaf `index` is in the tree over `leaves`. `None`: there is no such leaf.
pub fn prove_inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut part, mut index, mut path) = (leaves, index, Vec::new());
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        if index < left.len() {
            path.push(root(right));
            part = left;
        } else {
            path.push(root(left));
            index -= left.len();
            part = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Whether the path shows that `entry` is entry `index` of the ledger whose first `size` entries have this root
/// (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(entry: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf(entry));
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// The path that shows that the first `earlier` of these leaves are what an earlier head covered. `None`: there are not so
/// many. Empty where there is nothing to show (none, or all).
pub fn prove_consistency(leaves: &[Hash], earlier: usize) -> Option<Vec<Hash>> {
    if earlier > leaves.len() {
        return None;
    }
    if earlier == 0 || earlier == leaves.len() {
        return Some(Vec::new());
    }
    // `whole`: the part in hand is a subtree whose root the verifier already has as the earlier head.
    let (mut part, mut kept, mut whole, mut path) = (leaves, earlier, true, Vec::new());
    while kept < part.len() {
        let (left, right) = part.split_at(split(part.len()));
        if kept <= left.len() {
            path.push(root(right));
            part = left;
        } else {
            path.push(root(left));
            kept -= left.len();
            part = right;
            whole = false;
        }
    }
    if !whole {
        path.push(root(part));
    }
    path.reverse();
    Some(path)
}

/// Whether the path shows that the tree of `later` leaves begins with the tree of `earlier` leaves (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    earlier: u64,
    earlier_root: &Hash,
    later: u64,
    later_root: &Hash,
    path: &[Hash],
) -> bool {
    if earlier > later {
        return false;
    }
    if earlier == later {
        return path.is_empty() && earlier_root == later_root;
    }
    if earlier == 0 {
        return path.is_empty() && *earlier_root == root(&[]);
    }
    let (mut at, mut last) = (earlier - 1, later - 1);
    let shared = at.trailing_ones();
    at >>= shared;
    last >>= shared;
    // A full earlier tree is a node of the later one, so its root opens the path and is not sent.
    let mut path = path.iter();
    let start = if earlier.is_power_of_two() { Some(earlier_root) } else { path.next() };
    let Some(start) = start else { return false };
    let (mut small, mut large) = (*start, *start);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            small = node(sibling, &small);
            large = node(sibling, &large);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            large = node(&large, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && small == *earlier_root && large == *later_root
}
