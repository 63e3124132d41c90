//! Counting packed combinations: a hash table that is made and thrown away for every node of the search.

use super::key::Key;
use std::sync::{Mutex, PoisonError};

/// Memory for counting, used again: fresh pages for every node would cost more than the counting.
#[derive(Debug)]
pub(super) struct Pool<K>(Mutex<Vec<Vec<(K, u32)>>>);

impl<K> Default for Pool<K> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<K: Key> Pool<K> {
    pub(super) fn take(&self) -> Vec<(K, u32)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub(super) fn give(&self, mut memory: Vec<(K, u32)>) {
        memory.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }
}

/// Classes with their rows, in a table with open addresses that grows with them.
#[derive(Debug)]
pub(crate) struct Counter<K: Key> {
    /// A place without rows is empty.
    pub(super) slots: Vec<(K, u32)>,
    pub(super) used: usize,
    whole: K,
}

impl<K: Key> Counter<K> {
    /// Counts in some memory, which must be empty, with room for so many classes to begin with. Keys that agree under `whole`
    /// get neighbouring places.
    pub(crate) fn new(mut memory: Vec<(K, u32)>, classes: usize, whole: K) -> Self {
        memory.resize((classes.max(256) * 2).next_power_of_two(), (K::default(), 0));
        Self { slots: memory, used: 0, whole }
    }

    pub(crate) fn add(&mut self, key: K, rows: u32) {
        let last = self.slots.len() - 1;
        let mut at = (key & self.whole).hash() as usize & last;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.0 == key && slot.1 > 0 {
                slot.1 += rows;
                return;
            }
            if slot.1 == 0 {
                *slot = (key, rows);
                self.used += 1;
                if self.used * 2 > self.slots.len() {
                    self.grow();
                }
                return;
            }
            at = (at + 1) & last;
        }
    }

    /// The rows of a key; 0 if it was never added.
    pub(crate) fn rows(&self, key: K) -> u32 {
        let last = self.slots.len() - 1;
        let mut at = (key & self.whole).hash() as usize & last;
        while let Some((known, rows)) = self.slots.get(at) {
            if *known == key || *rows == 0 {
                return *rows;
            }
            at = (at + 1) & last;
        }
        0
    }

    /// What was counted.
    pub(super) fn classes(&self) -> impl Iterator<Item = (K, u32)> {
        self.slots.iter().filter(|slot| slot.1 > 0).copied()
    }

    pub(super) fn clear(&mut self) {
        self.slots.fill((K::default(), 0));
        self.used = 0;
    }

    #[cold]
    fn grow(&mut self) {
        // Small tables grow fast, large ones must stay in the cache.
        let factor = if self.slots.len() < 1 << 13 { 4 } else { 2 };
        let more = vec![(K::default(), 0); self.slots.len() * factor];
        let old = Self { slots: std::mem::replace(&mut self.slots, more), ..*self };
        self.used = 0;
        for (key, rows) in old.classes() {
            self.add(key, rows);
        }
    }
}
