//! Questions one after the other: nothing small follows from answers together.

use super::super::definition::Question;
use super::super::{Clash, Earlier, Layout, Partition, Plan, Set, Threshold, answer_exactly};
use super::people::{Dice, World};
use kiban_model::Private;
use proptest::prelude::*;

/// Up to 64 persons, a bit each.
type People = u64;

fn people(partition: &Partition, set: &Set) -> People {
    let labels = partition.labels.expose().iter().zip(0..);
    let within = |label: u32| set.ranges.iter().any(|(from, to)| (*from..=*to).contains(&label));
    labels.filter(|(label, _)| within(**label)).fold(0, |people, (_, person)| people | 1 << person)
}

/// A question like those before it: one group more or less, or quite another.
fn labels(dice: &mut Dice, persons: usize, steps: u32, cells: u32, before: &[Earlier]) -> Vec<u32> {
    let whole = steps + cells;
    let base: Vec<u32> = match before.len() {
        n if n > 0 && dice.below(3) > 0 => before[dice.below(n)]
            .partition
            .labels
            .expose()
            .iter()
            .map(|label| (*label).min(whole - 1))
            .collect(),
        _ => {
            let block = 1 + dice.below(20);
            let shift = dice.below(7);
            (0..persons).map(|person| ((person / block + shift) % whole as usize) as u32).collect()
        }
    };
    let (from, length) = (dice.below(persons), dice.below(25));
    let to = dice.below(whole as usize) as u32;
    (0..persons)
        .map(|person| if (from..from + length).contains(&person) { to } else { base[person] })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_few_persons_follow_from_any_two_answers_nor_from_three(seed: u64, least in 2u64..8, broken_down: bool) {
        let dice = &mut Dice::new(seed);
        let (persons, steps) = (60, 2);
        let text = "[[criterion]]\nname = \"a\"\nsex = \"F\"\n[[criterion]]\nname = \"b\"\nprefecture = \"13\"\n".to_owned()
            + if broken_down { "[breakdown]\nby = [\"sex\"]\n" } else { "" };
        let question = Question::parse(&text, "q.toml").unwrap();
        let mut index = World { people: Vec::new(), events: Vec::new() }.index(Layout::default());
        let plan = Plan::new(&question, &mut index).unwrap();
        let (_, cells) = plan.sizes();
        let rule = Threshold { persons: least, rounding: 1 };
        let mut earlier: Vec<Earlier> = Vec::new();
        for number in 1..=8 {
            let labels = labels(dice, persons, steps, cells, &earlier);
            let partition = Partition { lost: steps, cells, labels: Private::new(labels) };
            if let Ok((_, shown)) = answer_exactly(&plan, &partition, rule, &earlier) {
                earlier.push(Earlier { number, partition, shown });
            }
        }
        let few = |set: People| set != 0 && u64::from(set.count_ones()) < least;
        let sets: Vec<(u32, bool, People)> = earlier
            .iter()
            .flat_map(|e| e.shown.iter().map(|s| (e.number, s.step.is_some(), people(&e.partition, s))))
            .collect();
        for (i, a) in sets.iter().enumerate() {
            prop_assert!(!few(a.2));
            for b in sets.iter().enumerate().filter(|(j, _)| i != *j).map(|(_, b)| b) {
                // Cells of one table are its own guard's business.
                if a.0 != b.0 || (a.1 && b.1) {
                    prop_assert!(!few(a.2 & !b.2), "{a:x?} without {b:x?}");
                }
            }
        }
        let steps: Vec<People> = sets.iter().filter(|(_, step, _)| *step).map(|(.., set)| *set).collect();
        for (i, a) in steps.iter().enumerate() {
            for (j, b) in steps.iter().enumerate().take(i) {
                for c in &steps[..j] {
                    // Whoever is in exactly these of the three, and what they count then.
                    for signs in 0..8 {
                        let (mut whole, mut told) = (true, 0);
                        for which in 1..8 {
                            let value: i32 = (0..3).filter(|bit| which >> bit & 1 == 1).map(|bit| if signs >> bit & 1 == 1 { -1 } else { 1 }).sum();
                            let part = [a, b, c].iter().enumerate().fold(u64::MAX, |part, (bit, set)| {
                                if which >> bit & 1 == 1 { part & **set } else { part & !**set }
                            });
                            whole &= part == 0 || (0..=1).contains(&value);
                            told |= if value == 1 { part } else { 0 };
                        }
                        prop_assert!(!(whole && few(told)), "{a:x} {b:x} {c:x} {signs:b}");
                    }
                }
            }
        }
    }
}

/// Sets of 200 persons asked one after the other, and what becomes of each.
fn asked(sets: &[&dyn Fn(usize) -> bool]) -> Vec<Result<(), Clash>> {
    let question = Question::in_sql("SELECT");
    let plan = Plan::of_persons(&question);
    let rule = Threshold { persons: 10, rounding: 1 };
    let mut earlier: Vec<Earlier> = Vec::new();
    let ask = |within: &&dyn Fn(usize) -> bool| {
        let labels = (0..200).map(|person| u32::from(within(person))).collect();
        let partition = Partition { lost: 1, cells: 1, labels: Private::new(labels) };
        let (_, shown) = answer_exactly(&plan, &partition, rule, &earlier)?;
        earlier.push(Earlier { number: earlier.len() as u32 + 1, partition, shown });
        Ok(())
    };
    sets.iter().map(ask).collect()
}

#[test]
fn two_sets_and_their_union_do_not_tell_their_intersection() {
    let outcomes = asked(&[
        &|p| p < 50,
        &|p| (45..100).contains(&p), // five in common, and nothing tells so
        &|p| p < 47,                 // three fewer than in the first answer
        &|p| p < 100,                // 50 + 55 - 100 would be those five
        &|p| p < 150,
        &|p| p < 195,
    ]);
    let (several, everybody) = (Err(Clash::WithSeveral), Err(Clash::WithEverybody));
    assert_eq!(outcomes, [Ok(()), Ok(()), Err(Clash::With(1)), several, Ok(()), everybody]);
}

#[test]
fn neither_do_they_where_another_answer_cuts_it() {
    // Two of the five were counted with twenty others: three groups, of which no single one follows.
    let cut = |p: usize| (45..47).contains(&p) || (150..170).contains(&p);
    let outcomes = asked(&[&|p| p < 50, &|p| (45..100).contains(&p), &cut, &|p| p < 100]);
    assert_eq!(outcomes, [Ok(()), Ok(()), Ok(()), Err(Clash::WithSeveral)]);
}

#[test]
fn four_answers_do_not_tell_what_three_cannot() {
    // The first two have five in common; the third stands apart. All three and their union tell the five.
    let outcomes = asked(&[&|p| p < 50, &|p| (45..100).contains(&p), &|p| (120..150).contains(&p), &|p| {
        p < 100 || (120..150).contains(&p)
    }]);
    assert_eq!(outcomes, [Ok(()), Ok(()), Ok(()), Err(Clash::WithSeveral)]);
}
