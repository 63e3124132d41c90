//! `mean` (平均): a measured item by group — mean, standard deviation and median over persons, each with the mean of their values.
//!
//! Persons count alike however often they were measured. The interval of the mean is mean ± 1.96 SD/√n. A group of fewer than ten
//! persons is not shown, nor everybody where the groups leave so few over (ANO-10).

use super::fold::Wanted;
use super::selection::Selection;
use super::{Ask, Facts, Scope, Word, is_small};
use crate::policy::Node;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::{Answer, Spread};

/// Half of a 95 % interval, in standard errors.
pub(super) const Z: f64 = 1.959_963_984_540_054;

pub(super) const WORD: Word = Word {
    name: "mean",
    japanese: "平均と中央値",
    doc: (
        "測られた値の平均・標準偏差・中央値。本人ごとの平均を一つの値とする。検査は `of = \"observation.value\"` と `item` で書く。",
        "Mean, standard deviation and median of what was measured; each person counts once, with the mean of their values. Of a test \
         write `of = \"observation.value\"` and its `item`.",
    ),
    example: "title = \"HbA1c の平均\"\nby = \"sex\"\nmean = { of = \"observation.value\", item = \"HbA1c\" }",
    grouped: true,
    read,
};

#[derive(Debug)]
struct Mean {
    of: Selection,
}

fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Ask>> {
    let of = Selection::read(node, scope)?;
    if of.is_number() {
        return Some(Box::new(Mean { of }));
    }
    scope.reader.add(
        node.span(),
        Bilingual::new("数の列か検査項目を書きます", "names a column of numbers or an observation item"),
        Some(Bilingual::new(
            "例: mean = { of = \"observation.value\", item = \"HbA1c\" }",
            "for example `mean = { of = \"observation.value\", item = \"HbA1c\" }`",
        )),
    );
    None
}

impl Ask for Mean {
    fn wants(&self) -> Vec<Wanted> {
        vec![Wanted::Number(self.of.clone())]
    }

    fn asked(&self) -> Bilingual {
        let Bilingual { ja, en } = self.of.words();
        Bilingual::new(
            format!("{ja}。本人ごとの平均を一つの値とする"),
            format!("{en}, the mean of each person's values"),
        )
    }

    fn answer(&self, facts: &Facts<'_>) -> Answer {
        let mut groups = facts.by_group(|person| facts.fact(0).number(person));
        let mut rest = 0;
        let mut all = Vec::new();
        for (group, values) in &groups {
            let n = values.len() as u64;
            rest += if group.is_none() || is_small(n) { n } else { 0 };
            all.extend_from_slice(values);
        }
        groups.retain(|(group, values)| group.is_some() && !is_small(values.len() as u64));
        let everybody = if is_small(rest) { Spread::default() } else { spread(None, all) };
        let named = groups.into_iter().map(|(group, values)| spread(group, values));
        Answer::Mean { groups: std::iter::once(everybody).chain(named).collect() }
    }

    fn figure(&self, facts: &Facts<'_>, person: u32) -> Option<f64> {
        facts.fact(0).number(person)
    }
}

/// Of values in any order: they are put in theirs.
fn spread(group: Option<String>, mut values: Vec<f64>) -> Spread {
    let count = values.len() as u64;
    if count == 0 || is_small(count) {
        return Spread { group, persons: (count == 0).then_some(0), ..Spread::default() };
    }
    values.sort_by(f64::total_cmp);
    let n = count as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let half = Z * deviation / n.sqrt();
    let middle = |at: usize| values.get(at).copied().unwrap_or(mean);
    let median = f64::midpoint(middle(values.len() / 2), middle((values.len() - 1) / 2));
    Spread {
        group,
        persons: Some(count),
        mean: Some(mean),
        interval: Some((mean - half, mean + half)),
        deviation: Some(deviation),
        median: Some(median),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_ten_persons() {
        let spread = spread(None, (1..=10).rev().map(f64::from).collect());
        assert_eq!((spread.persons, spread.mean, spread.median), (Some(10), Some(5.5), Some(5.5)));
        assert!((spread.deviation.unwrap() - 3.027_650_354_097_491_7).abs() < 1e-12);
        assert_eq!(super::spread(None, vec![1.0; 9]), Spread::default());
    }
}
