//! A hidden cell stays hidden in its own table; noise is what it says.

use super::super::definition::Question;
use super::super::noise::noisy;
use super::super::{
    Answer, Epsilon, Figure, Layout, Partition, Plan, Threshold, answer_exactly, answer_with_noise,
};
use super::people::World;
use kiban_model::Private;
use proptest::prelude::*;

/// A question broken down by sex and year: 4 × 4 cells.
const TWO_WAY: &str = "[index]\ncriterion = \"v\"\n[[criterion]]\nname = \"v\"\ntable = \"visit\"\n\
    [breakdown]\nby = [\"sex\", \"year\"]\nyears = [2020, 2020]\n";

fn with_plan<T>(text: &str, run: impl FnOnce(&Plan<'_>) -> T) -> T {
    let question = Question::parse(text, "q.toml").unwrap();
    let mut index = World { people: Vec::new(), events: Vec::new() }.index(Layout::default());
    run(&Plan::new(&question, &mut index).unwrap())
}

/// Persons so many in each cell, and enough outside.
fn partition(counts: &[u64]) -> Partition {
    let outside = std::iter::repeat_n(0, 100);
    let inside =
        counts.iter().zip(1..).flat_map(|(count, label)| std::iter::repeat_n(label, *count as usize));
    Partition { lost: 1, cells: counts.len() as u32, labels: Private::new(outside.chain(inside).collect()) }
}

/// Rank by fractions, exactly: whole numbers of any size, rows divided by nothing.
pub(super) fn rank(rows: &[Vec<i128>]) -> usize {
    let mut rows = rows.to_vec();
    let mut rank = 0;
    for column in 0..rows.first().map_or(0, Vec::len) {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
        rows.swap(rank, pivot);
        let lead = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1).filter(|row| row[column] != 0) {
            let factor = row[column];
            for (cell, of_lead) in row.iter_mut().zip(&lead) {
                *cell = *cell * lead[column] - of_lead * factor;
            }
            let divisor = row.iter().fold(0, |a, b| gcd(a, b.abs())).max(1);
            row.iter_mut().for_each(|cell| *cell /= divisor);
        }
        rank += 1;
    }
    rank
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What somebody is told of a 4 × 4 table, as sums of cells, with the figures.
fn told(answer: &Answer) -> Vec<(Vec<i128>, Figure)> {
    let breakdown = answer.breakdown.as_ref().unwrap();
    let mut cells = vec![Figure::Persons(0); 16];
    for (classes, figure) in &breakdown.cells {
        cells[(classes[0] * 4 + classes[1]) as usize] = *figure;
    }
    let row = |holds: &dyn Fn(usize) -> bool| (0..16).map(|cell| i128::from(holds(cell))).collect::<Vec<_>>();
    let mut told = vec![(row(&|_| true), answer.cohort)];
    told.extend(cells.iter().enumerate().map(|(at, figure)| (row(&|cell| cell == at), *figure)));
    for class in 0..4 {
        told.push((row(&|cell| cell / 4 == class), breakdown.margins[0][class]));
        told.push((row(&|cell| cell % 4 == class), breakdown.margins[1][class]));
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_small_cell_follows_from_a_table_with_its_sums(
        counts in prop::collection::vec(prop_oneof![3 => Just(0u64), 2 => 1u64..10, 3 => 10u64..40], 16),
        least in 2u64..12,
    ) {
        let rule = Threshold { persons: least, rounding: 1, show_nobody: true };
        let answer = with_plan(TWO_WAY, |plan| answer_exactly(plan, &partition(&counts), rule, &[]).map(|(answer, _)| answer));
        let Ok(answer) = answer else { return Ok(()) };
        let exact = |row: &[i128]| row.iter().zip(&counts).map(|(cell, count)| *cell as u64 * count).sum::<u64>();
        let told = told(&answer);
        let mut rows = Vec::new();
        for (row, figure) in &told {
            match figure {
                Figure::Persons(persons) => {
                    prop_assert_eq!(*persons, exact(row), "without rounding a figure is exact");
                    prop_assert!(*persons == 0 || *persons >= least);
                    rows.push(row.clone());
                }
                Figure::FewerThan(below) => prop_assert!(exact(row) < *below && exact(row) > 0),
                Figure::AtMost(_) | Figure::Hidden => {}
            }
        }
        let known = rank(&rows);
        for (row, figure) in told.iter().filter(|(row, _)| (1..least).contains(&exact(row))) {
            prop_assert!(!matches!(figure, Figure::Persons(_)));
            let mut with = rows.clone();
            with.push(row.clone());
            prop_assert!(rank(&with) > known, "{row:?} of {counts:?} follows");
        }
        // Two hidden cells of a line together, too.
        for pair in (0..16).flat_map(|a| (a + 1..16).map(move |b| (a, b))).filter(|(a, b)| a / 4 == b / 4 || a % 4 == b % 4) {
            let sum = counts[pair.0] + counts[pair.1];
            if counts[pair.0] > 0 && counts[pair.1] > 0 && sum < least {
                let line: Vec<usize> = (0..16).filter(|at| if pair.0 / 4 == pair.1 / 4 { at / 4 == pair.0 / 4 } else { at % 4 == pair.0 % 4 }).collect();
                let hidden = told[1..17].iter().enumerate().filter(|(at, (_, figure))| line.contains(at) && !matches!(figure, Figure::Persons(_)));
                let margin = told[if pair.0 / 4 == pair.1 / 4 { 17 + 2 * (pair.0 / 4) } else { 18 + 2 * (pair.0 % 4) }].1;
                prop_assert!(hidden.count() > 2 || !matches!(margin, Figure::Persons(_)));
            }
        }
    }

    #[test]
    fn shown_figures_are_multiples_and_the_same_for_the_same_persons(
        counts in prop::collection::vec(0u64..60, 16),
        rounding in 1u64..=10,
    ) {
        let rule = Threshold { persons: 10, rounding, show_nobody: true };
        let plain = Threshold { persons: 10, rounding: 1, show_nobody: true };
        let (rounded, exact) = with_plan(TWO_WAY, |plan| {
            let answer = |rule| answer_exactly(plan, &partition(&counts), rule, &[]).map(|(answer, _)| told(&answer));
            (answer(rule), answer(plain))
        });
        let (Ok(rounded), Ok(exact)) = (rounded, exact) else { return Ok(()) };
        for ((_, shown), (_, exact)) in rounded.iter().zip(&exact) {
            match (shown, exact) {
                (Figure::Persons(shown), Figure::Persons(exact)) => {
                    prop_assert!(shown % rounding == 0 && shown.abs_diff(*exact) * 2 <= rounding);
                    prop_assert!((*shown == 0) == (*exact == 0), "somebody is never nobody");
                }
                (shown, exact) => prop_assert_eq!(shown, exact),
            }
        }
    }
}

#[test]
fn steps_hide_what_their_differences_would_tell() {
    let text = "[[criterion]]\nname = \"a\"\nsex = \"F\"\n[[criterion]]\nname = \"b\"\nprefecture = \"13\"\n[[criterion]]\nname = \"c\"\ntable = \"visit\"\n";
    let ask = |lost: [usize; 3], cohort: usize| {
        let labels = (0..3)
            .flat_map(|step| std::iter::repeat_n(step as u32, lost[step]))
            .chain(std::iter::repeat_n(3, cohort));
        let partition = Partition { lost: 3, cells: 1, labels: Private::new(labels.collect()) };
        with_plan(text, |plan| {
            answer_exactly(plan, &partition, Threshold { persons: 10, rounding: 1, show_nobody: true }, &[])
        })
    };
    let figures = |lost, cohort| {
        let answer = ask(lost, cohort).unwrap().0;
        answer.steps.into_iter().map(|(_, figure)| figure).collect::<Vec<_>>()
    };
    use Figure::{FewerThan, Hidden, Persons};
    assert_eq!(figures([50, 20, 15], 30), [Persons(65), Persons(45), Persons(30)]);
    assert_eq!(figures([50, 3, 15], 30), [Persons(48), Hidden, Persons(30)], "three left at the second step");
    assert_eq!(figures([50, 20, 3], 30), [Persons(53), Hidden, Persons(30)], "three left at the last step");
    assert_eq!(figures([50, 20, 15], 4), [Persons(39), Persons(19), FewerThan(10)]);
    assert_eq!(figures([50, 20, 15], 0), [Persons(35), Persons(15), Persons(0)]);
    assert!(ask([1, 2, 3], 30).is_err(), "all but six of everybody");
}

#[test]
fn nobody_and_a_few_look_the_same() {
    let rule = |show_nobody| Threshold { persons: 10, rounding: 1, show_nobody };
    let ask = |inside: u64, rule| {
        let counts: Vec<u64> = std::iter::once(inside).chain(std::iter::repeat_n(0, 15)).collect();
        with_plan(TWO_WAY, |plan| answer_exactly(plan, &partition(&counts), rule, &[])).unwrap()
    };
    let hidden = ask(0, rule(false));
    assert_eq!(hidden.0.cohort, Figure::AtMost(9));
    assert_eq!(hidden.0.steps.last().unwrap().1, Figure::AtMost(9));
    let cells = hidden.0.breakdown.as_ref().unwrap().cells.iter();
    assert!(cells.map(|(_, figure)| figure).all(|figure| *figure == Figure::Hidden));
    for few in 1..10 {
        let answer = ask(few, rule(false)).0;
        assert_eq!((answer.cohort, &answer.steps), (hidden.0.cohort, &hidden.0.steps));
        assert_eq!(answer.breakdown, hidden.0.breakdown);
    }
    assert_eq!(ask(0, rule(true)).0.cohort, Figure::Persons(0));
    assert_eq!(ask(10, rule(false)).0.cohort, Figure::Persons(10));
}

#[test]
fn beside_a_cell_that_just_is_large_enough_no_single_person_is_left_over() {
    let rule = Threshold { persons: 10, rounding: 1, show_nobody: true };
    let figures = |a, b, c| {
        let mut counts = [0; 16];
        (counts[0], counts[4], counts[8]) = (a, b, c);
        let answer =
            with_plan(TWO_WAY, |plan| answer_exactly(plan, &partition(&counts), rule, &[])).unwrap().0;
        let cell = |sex: u32| {
            let found = answer.breakdown.as_ref().unwrap().cells.iter().find(|(of, _)| *of == [sex, 0]);
            found.map(|(_, figure)| *figure)
        };
        [0, 1, 2].map(cell).map(Option::unwrap)
    };
    use Figure::{Hidden, Persons};
    // Two hidden beside forty would be 11 together: 1 and 10, and nothing else.
    assert_eq!(figures(1, 10, 40), [Hidden; 3]);
    assert_eq!(figures(1, 18, 40), [Hidden, Hidden, Persons(40)]);
}

#[test]
fn noise_has_the_promised_spread_and_sums_agree() {
    let epsilon = Epsilon::of(0.5);
    let counts = vec![1000u64; 5_000];
    let noise: Vec<f64> = noisy(&counts, epsilon).unwrap().into_iter().map(|n| n as f64 - 1000.0).collect();
    let mean = noise.iter().sum::<f64>() / noise.len() as f64;
    let variance = noise.iter().map(|n| n * n).sum::<f64>() / noise.len() as f64;
    // Discrete Laplace with a = e^-ε: variance 2a/(1-a)². Six standard errors and more.
    let a = (-epsilon.value()).exp();
    let expected = 2.0 * a / ((1.0 - a) * (1.0 - a));
    assert!(mean.abs() < 0.3, "{mean}");
    assert!((variance / expected - 1.0).abs() < 0.25, "{variance} beside {expected}");
    let answer = with_plan(TWO_WAY, |plan| answer_with_noise(plan, &partition(&[500; 16]), epsilon).unwrap());
    let Figure::Persons(cohort) = answer.cohort else { panic!() };
    let breakdown = answer.breakdown.unwrap();
    let of = |figure: &Figure| if let Figure::Persons(persons) = figure { *persons } else { panic!() };
    assert_eq!(breakdown.cells.iter().map(|(_, figure)| of(figure)).sum::<u64>(), cohort);
    assert!(breakdown.margins.iter().all(|margin| margin.iter().map(of).sum::<u64>() == cohort));
    assert_eq!(answer.steps.last().unwrap().1, answer.cohort);
}

#[test]
fn a_small_epsilon_does_not_run_for_ever_and_a_dice_is_no_seed() {
    assert!(noisy(&[5], Epsilon::of(0.001)).is_ok());
    let draws: std::collections::HashSet<i64> =
        (0..64).map(|_| noisy(&[0], Epsilon::of(0.001)).unwrap()[0]).collect();
    assert!(draws.len() > 32, "every draw is a draw");
}
