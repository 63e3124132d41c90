//! Questions one after the other: nothing small follows from answers together.

use super::super::definition::Question;
use super::super::{Answer, Clash, Earlier, Layout, Partition, Plan, Set, Threshold, answer_exactly};
use super::guards::rank;
use super::people::{Dice, World};
use kiban_model::Private;
use proptest::prelude::*;
use std::collections::BTreeMap;

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
        let rule = Threshold { persons: least, rounding: 1, show_nobody: true };
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
    let rule = Threshold { persons: 10, rounding: 1, show_nobody: true };
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

/// Questions that break the whole down in their own ways, one after the other: for each its cells by person.
fn broken_down(
    least: u64,
    everybody: usize,
    breakdowns: &[(u32, &dyn Fn(usize) -> u32)],
) -> Vec<(Answer, Earlier)> {
    let text = "[[criterion]]\nname = \"a\"\nsex = \"F\"\n[breakdown]\nby = [\"year\"]\nyears = [2000, YEAR]\n[index]\ncriterion = \"v\"\n\
        [[criterion]]\nname = \"v\"\ntable = \"visit\"\nstep = false\n";
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut answers = Vec::new();
    for (cells, cell) in breakdowns {
        // Before the first year, each year, after the last, none: three classes more than years.
        let text = text.replace("YEAR", &(2000 + cells - 4).to_string());
        let question = Question::parse(&text, "q.toml").unwrap();
        let mut index = World { people: Vec::new(), events: Vec::new() }.index(Layout::default());
        let plan = Plan::new(&question, &mut index).unwrap();
        assert_eq!(plan.sizes(), (1, *cells));
        let labels = (0..everybody).map(|person| cell(person) + 1).collect();
        let partition = Partition { lost: 1, cells: *cells, labels: Private::new(labels) };
        let rule = Threshold { persons: least, rounding: 1, show_nobody: true };
        if let Ok((answer, shown)) = answer_exactly(&plan, &partition, rule, &earlier) {
            let number = earlier.len() as u32 + 1;
            earlier.push(Earlier { number, partition, shown });
            answers.push(answer);
        }
    }
    answers.into_iter().zip(earlier).collect()
}

/// Whether some few persons are a linear combination of all shown: every set of atoms is tried, by exact rank.
fn few_follow(earlier: &[&Earlier], persons: usize, least: u64) -> bool {
    let sets: Vec<People> = std::iter::once(u64::MAX >> (64 - persons))
        .chain(earlier.iter().flat_map(|e| e.shown.iter().map(|set| people(&e.partition, set))))
        .collect();
    let mut atoms: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for person in 0..persons {
        *atoms.entry(sets.iter().map(|set| set >> person & 1 == 1).collect()).or_default() += 1;
    }
    let rows: Vec<Vec<i128>> =
        (0..sets.len()).map(|set| atoms.keys().map(|of| i128::from(of[set])).collect()).collect();
    let known = rank(&rows);
    let sizes: Vec<usize> = atoms.values().copied().collect();
    let small: Vec<usize> = (0..sizes.len()).filter(|at| (sizes[*at] as u64) < least).collect();
    assert!(small.len() < 16, "too many for every subset");
    (1..1u32 << small.len()).any(|which| {
        let chosen: Vec<usize> =
            small.iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1).map(|(_, at)| *at).collect();
        let few = (chosen.iter().map(|at| sizes[*at]).sum::<usize>() as u64) < least;
        few && {
            let mut with = rows.clone();
            with.push((0..sizes.len()).map(|at| i128::from(chosen.contains(&at))).collect());
            rank(&with) == known
        }
    })
}

#[test]
fn a_breakdown_and_a_finer_one_do_not_tell_a_small_cell_in_either_order() {
    // Municipalities of four prefectures, or narrow bands in wide ones: 2 persons in the first, the next fewest in the second.
    let sizes = [6, 7, 2, 5, 8, 6, 6, 6, 7, 11];
    let finer = |person: usize| {
        let mut before = 0;
        sizes
            .iter()
            .take_while(|size| {
                before += **size;
                before <= person
            })
            .count() as u32
    };
    let coarser = |person: usize| finer(person) / 3;
    let whole = |_: usize| 0;
    let persons = sizes.iter().sum();
    type Ways<'a> = Vec<(u32, &'a dyn Fn(usize) -> u32)>;
    let (fine, coarse, one): (Ways<'_>, Ways<'_>, Ways<'_>) =
        (vec![(10, &finer)], vec![(4, &coarser)], vec![(4, &whole)]);
    for order in [[&coarse, &fine], [&fine, &coarse], [&one, &fine], [&fine, &one]] {
        let breakdowns: Ways<'_> = order.into_iter().flatten().copied().collect();
        let answers = broken_down(5, persons, &breakdowns);
        assert_eq!(answers.len(), 2, "both are answered, with more hidden");
        let earlier: Vec<&Earlier> = answers.iter().map(|(_, earlier)| earlier).collect();
        assert!(!few_follow(&earlier, persons, 5));
        assert!(answers.iter().all(|(_, earlier)| earlier.shown.len() > 2), "and not everything is");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_few_persons_follow_from_all_breakdowns_together(seed: u64, least in 2u64..6) {
        let dice = &mut Dice::new(seed);
        let persons = 30;
        // Blocks of persons, put together in other ways by every question.
        let blocks: Vec<usize> = (0..persons).map(|_| dice.below(9)).collect();
        let ways: Vec<(u32, Vec<u32>)> = (0..4)
            .map(|_| {
                let cells = 4 + dice.below(3) as u32;
                (cells, (0..9).map(|_| dice.below(cells as usize) as u32).collect())
            })
            .collect();
        let cells: Vec<_> = ways.iter().map(|(_, of)| |person: usize| of[blocks[person]]).collect();
        let breakdowns: Vec<(u32, &dyn Fn(usize) -> u32)> =
            ways.iter().zip(&cells).map(|((count, _), cell)| (*count, cell as &dyn Fn(usize) -> u32)).collect();
        let answers = broken_down(least, persons, &breakdowns);
        let earlier: Vec<&Earlier> = answers.iter().map(|(_, earlier)| earlier).collect();
        prop_assert!(!few_follow(&earlier, persons, least));
    }
}
