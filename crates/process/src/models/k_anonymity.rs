//! k-anonymity (k-匿名性): nobody shares their combination of quasi-identifiers with fewer than k − 1 others (ANO-05).
//!
//! Persons in smaller classes are suppressed: all their rows stay back, so that no other table shows that they were there.
//! Suppressing a class never makes another smaller, so one pass is enough. Samarati and Sweeney, 1998.

use super::Classes;

/// Whether each person stays.
pub fn keeps(classes: &Classes, persons: usize, k: u64) -> Vec<bool> {
    (0..persons).map(|person| classes.size_of(person) >= k).collect()
}

/// How many people are in classes smaller than k.
pub fn suppressed(classes: &Classes, k: u64) -> u64 {
    classes.sizes().iter().filter(|size| **size < k).sum()
}

/// The k that holds: the smallest class; 0 when there is nobody.
pub fn smallest(classes: &Classes) -> u64 {
    classes.sizes().iter().copied().min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_classes_go_and_the_rest_stays_k_anonymous() {
        let (sex, year) = ([0, 0, 0, 1, 1, 0], [3, 3, 3, 3, 4, 3]);
        let classes = Classes::new(6, &[&sex, &year], |_| true);
        assert_eq!(keeps(&classes, 6, 2), [true, true, true, false, false, true]);
        assert_eq!((suppressed(&classes, 2), smallest(&classes)), (2, 1));
        let kept = keeps(&classes, 6, 2);
        let after = Classes::new(6, &[&sex, &year], |person| kept[person]);
        assert_eq!((smallest(&after), after.people()), (4, 4));
        assert_eq!(smallest(&Classes::new(0, &[], |_| true)), 0);
    }
}
