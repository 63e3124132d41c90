//! `prevalence` (有病割合): the share of persons who have something, by group.
//!
//! The interval is Wilson's ([`crate::risk`] uses the same). A group is shown only where those who have it and those who do not
//! are none or at least ten (ANO-10); everybody, only where what the groups leave over is not fewer.

use super::fold::Wanted;
use super::selection::Selection;
use super::{Ask, Facts, Scope, Word, is_small};
use crate::policy::Node;
use crate::risk::wilson;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::{Answer, Share};

pub(super) const WORD: Word = Word {
    name: "prevalence",
    japanese: "有病割合",
    doc: (
        "その記録のある人の割合。`of` に列、`starts_with` にコードの先頭(いくつでも)、検査項目なら `item` に名称かコードを書く。",
        "The share of persons who have such a row: `of` names the column, `starts_with` the beginnings of its codes, `item` an \
         observation item.",
    ),
    example: "title = \"糖尿病の割合\"\nby = \"sex\"\nprevalence = { of = \"condition.icd10\", starts_with = [\"E11\", \"E14\"] }",
    grouped: true,
    read,
};

#[derive(Debug)]
struct Prevalence {
    of: Selection,
}

fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Ask>> {
    Some(Box::new(Prevalence { of: Selection::read(node, scope)? }))
}

impl Ask for Prevalence {
    fn wants(&self) -> Vec<Wanted> {
        vec![Wanted::Has(self.of.clone())]
    }

    fn asked(&self) -> Bilingual {
        let Bilingual { ja, en } = self.of.words();
        Bilingual::new(format!("{ja}の記録がある人の割合"), format!("share of persons with {en}"))
    }

    fn answer(&self, facts: &Facts<'_>) -> Answer {
        let counts = facts.by_group(|person| Some(facts.fact(0).has(person)));
        let counts = counts.into_iter().map(|(group, people)| {
            let having = people.iter().filter(|has| **has).count() as u64;
            (group, people.len() as u64, having)
        });
        Answer::Prevalence { groups: shares(counts.collect()) }
    }

    fn figure(&self, facts: &Facts<'_>, person: u32) -> Option<f64> {
        Some(f64::from(u8::from(facts.fact(0).has(person))))
    }

    fn is_share(&self) -> bool {
        true
    }
}

/// (group, persons, of whom so many have it): first those of no group, who count among everybody.
fn shares(counts: Vec<(Option<String>, u64, u64)>) -> Vec<Share> {
    let mut shown = Vec::new();
    // What is left of everybody when the groups shown are taken away: persons, and by whether they have it.
    let (mut people, mut having, mut not) = (0, 0, 0);
    let (mut all, mut all_having) = (0, 0);
    for (group, n, with) in counts {
        all += n;
        all_having += with;
        let is_hidden = is_small(with) || is_small(n - with);
        match group {
            Some(group) if !is_small(n) => {
                having += if is_hidden { with } else { 0 };
                not += if is_hidden { n - with } else { 0 };
                shown.push(share(Some(group), n, (!is_hidden).then_some(with)));
            }
            _ => {
                people += n;
                having += with;
                not += n - with;
            }
        }
    }
    let is_hidden = [having, not, all_having, all - all_having].into_iter().any(is_small);
    if is_small(people) || is_small(all) {
        shown.insert(0, Share::default());
    } else {
        shown.insert(0, share(None, all, (!is_hidden).then_some(all_having)));
    }
    shown
}

fn share(group: Option<String>, persons: u64, having: Option<u64>) -> Share {
    let share = having.filter(|_| persons > 0).map(|having| having as f64 / persons as f64);
    Share {
        group,
        persons: Some(persons),
        having,
        share,
        interval: share.map(|share| wilson(share, persons)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_small_is_shown_or_left_to_subtraction() {
        let group = |name: &str| Some(name.to_owned());
        // Three men have it: neither they nor everybody are shown, for 100 women are.
        let shown = shares(vec![(None, 0, 0), (group("F"), 500, 100), (group("M"), 500, 3)]);
        assert_eq!(
            shown.iter().map(|s| (s.persons, s.having)).collect::<Vec<_>>(),
            [(Some(1000), None), (Some(500), Some(100)), (Some(500), None),]
        );
        // Four persons of a third sex are not named, and everybody would tell of them.
        let shown = shares(vec![(None, 0, 0), (group("F"), 500, 100), (group("O"), 4, 0)]);
        assert_eq!(shown.iter().map(|s| s.persons).collect::<Vec<_>>(), [None, Some(500)]);
        // Nobody at all has it: that is no small cell.
        let shown = shares(vec![(None, 20, 0)]);
        assert_eq!((shown[0].having, shown[0].share), (Some(0), Some(0.0)));
    }

    proptest! {
        #[test]
        fn what_is_shown_leaves_nothing_small_over(groups in prop::collection::vec((0u64..40, 0u64..40), 1..6)) {
            let counts: Vec<_> = groups.iter().enumerate().map(|(at, (with, without))| {
                ((at > 0).then(|| at.to_string()), with + without, *with)
            }).collect();
            let shown = shares(counts.clone());
            let (everybody, named) = shown.split_first().unwrap();
            for of in [|s: &Share| s.persons, |s: &Share| s.having, |s: &Share| Some(s.persons? - s.having?)] {
                prop_assert!(shown.iter().filter_map(of).all(|n| n == 0 || n >= 10));
                if let Some(all) = of(everybody) {
                    let rest = all - named.iter().filter_map(of).sum::<u64>();
                    prop_assert!(rest == 0 || rest >= 10);
                }
            }
        }
    }
}
