//! Privacy models over persons: who shares a combination of quasi-identifiers with how many.
//!
//! Persons are counted once as packed combinations; nothing here looks at a value. To add a model: a file here that
//! answers, for [`Classes`], who must be suppressed.

pub mod k_anonymity;

use std::collections::HashMap;

/// Equivalence classes (同値類): persons with the same combination.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    of: Vec<Option<u32>>,
    sizes: Vec<u64>,
}

impl Classes {
    /// Groups persons by the columns' values (one number a value), leaving out those who are not `included`.
    pub fn new(persons: usize, columns: &[&[u32]], included: impl Fn(usize) -> bool) -> Self {
        let mut classes = Self { of: Vec::with_capacity(persons), sizes: Vec::new() };
        let mut known: HashMap<Box<[u32]>, u32> = HashMap::new();
        for person in 0..persons {
            if !included(person) {
                classes.of.push(None);
                continue;
            }
            let key: Box<[u32]> =
                columns.iter().map(|column| column.get(person).copied().unwrap_or(0)).collect();
            let next = classes.sizes.len() as u32;
            let class = *known.entry(key).or_insert(next);
            if class == next {
                classes.sizes.push(0);
            }
            if let Some(size) = classes.sizes.get_mut(class as usize) {
                *size += 1;
            }
            classes.of.push(Some(class));
        }
        classes
    }

    /// A person's class; `None` where they were left out.
    pub fn of(&self, person: usize) -> Option<u32> {
        self.of.get(person).copied().flatten()
    }

    /// How many share a person's combination; 0 where they were left out.
    pub fn size_of(&self, person: usize) -> u64 {
        self.of(person).and_then(|class| self.sizes.get(class as usize)).copied().unwrap_or(0)
    }

    /// The classes' sizes.
    pub fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// People in classes.
    pub fn people(&self) -> u64 {
        self.sizes.iter().sum()
    }
}
