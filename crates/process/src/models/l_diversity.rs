//! l-diversity (l-多様性): whoever is known to be in a class is still not known to have one value of a sensitive attribute
//! (ANO-05). Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam, TKDD 2007.
//!
//! With counts r₁ ≥ r₂ ≥ … ≥ rₘ of a class of n people, one value each:
//! - distinct: m ≥ l;
//! - entropy: −Σ (rᵢ ÷ n) ln (rᵢ ÷ n) ≥ ln l;
//! - recursive (c, l): r₁ < c × (r_l + … + rₘ).
//!
//! **Several values.** A person's diseases are many. Such a person counts with *whichever* of their values makes the class
//! worst: the class passes only where it would pass however one value were picked for each. The counts of people who have a
//! value at all, the largest first, each cut at the people that are left, sum up to at least what any such choice can; all three
//! measures are judged by them. It is exact where everybody has one value and errs only towards safety. Having no value is a
//! value. Joining classes that pass gives one that passes for distinct and entropy (and, with one value each, recursive).

use super::{Attribute, Model, Scene, Word, name_with};
use crate::policy::{Node, Protect, Reader, attribute};
use crate::transforms::{ColumnOf, required};
use kiban_model::report::Bilingual;

pub(super) const WORD: Word = Word {
    name: "l_diversity",
    japanese: "l-多様性",
    doc: (
        "準識別子の同じ人の間で、`of` の列の値がさまざまであること。`distinct = l` は値が l 種類以上、`entropy = l` はエントロピーが ln l 以上、\
         `recursive = { c = …, l = … }` は最も多い値が残りの c 倍に満たないこと。値を複数もつ人(傷病など)は、どの一つで数えても成り立つことを求める。\
         値のないことも一つの値と数える。成り立たない組の人は抑制する。",
        "Among people with the same quasi-identifiers the values of column `of` differ: `distinct = l` asks for l values, `entropy = l` for an \
         entropy of ln l, `recursive = { c = …, l = … }` that the most frequent stays below c times the tail. For people with several \
         values (diseases) it must hold whichever of them is counted. Having none is a value. Classes that break it are suppressed.",
    ),
    example: "l_diversity = { of = \"condition.code\", distinct = 2 }",
    read,
};

/// How diversity is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Measure {
    Distinct(f64),
    Entropy(f64),
    Recursive { c: f64, l: u64 },
}

#[derive(Debug)]
struct LDiversity {
    of: ColumnOf,
    measure: Measure,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    for value in value.items().unwrap_or_else(|| vec![value.clone()]) {
        if let Some(model) = read_one(&value, reader, protect) {
            protect.models.push(Box::new(model));
        }
    }
}

fn read_one(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) -> Option<LDiversity> {
    let fields = reader.fields(value, &["of", "distinct", "entropy", "recursive"])?;
    let of = required(&fields, "of", reader);
    let of = of.and_then(|node| attribute(&node, reader, protect));
    let chosen: Vec<(&str, Node<'_>)> = fields.iter().filter(|(name, _)| *name != "of").collect();
    let [(name, node)] = chosen.as_slice() else {
        reader.add(
            fields.span(),
            Bilingual::new(
                "distinct、entropy、recursive のどれか一つを書きます",
                "write one of `distinct`, `entropy` and `recursive`",
            ),
            None,
        );
        return None;
    };
    let measure = match *name {
        "distinct" => Measure::Distinct(reader.integer(node, 2..=1_000)? as f64),
        "entropy" => Measure::Entropy(reader.number(node, 1.0..=1_000.0)?),
        _ => {
            let fields = reader.fields(node, &["c", "l"])?;
            let (c, l) = (required(&fields, "c", reader), required(&fields, "l", reader));
            let c = reader.number(&c?, 0.001..=1_000_000.0)?;
            Measure::Recursive { c, l: reader.integer(&l?, 2..=1_000)? as u64 }
        }
    };
    Some(LDiversity { of: of?, measure })
}

impl Measure {
    /// What a class of `people` has: at least `required` where it passes. `counts`: people who have each value.
    fn of(self, counts: &mut [u64], people: u64) -> f64 {
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let mut left = people;
        let worst = counts.iter().map(|count| {
            let taken = (*count).min(left);
            left -= taken;
            taken
        });
        match self {
            Self::Distinct(_) => worst.filter(|count| *count > 0).count() as f64,
            Self::Entropy(_) => {
                let n = people as f64;
                let entropy: f64 = worst
                    .filter(|count| *count > 0)
                    .map(|count| count as f64 / n)
                    .map(|share| -share * share.ln())
                    .sum();
                entropy.exp()
            }
            // The least c with which it would pass, as its inverse: the more the better, as with the others.
            Self::Recursive { l, .. } => {
                let (mut first, mut tail) = (0, 0);
                for (at, count) in (1u64..).zip(worst) {
                    first = first.max(count);
                    tail += if at >= l { count } else { 0 };
                }
                if first == 0 { 0.0 } else { tail as f64 / first as f64 }
            }
        }
    }

    fn holds(self, found: f64) -> bool {
        match self {
            Self::Distinct(l) => found >= l,
            // A class of l values in equal parts has exactly l: rounding must not cost it.
            Self::Entropy(l) => found >= l * (1.0 - 1e-12),
            Self::Recursive { c, .. } => found * c > 1.0 + 1e-12,
        }
    }
}

impl LDiversity {
    fn by_class(&self, scene: &Scene<'_>) -> Vec<f64> {
        // Nothing is known of it: no class passes.
        let Some(attribute) = scene.attribute(self.of) else { return vec![0.0; scene.members.len()] };
        let mut counter = Counter::new(attribute);
        let members = scene.members.iter();
        members.map(|people| self.measure.of(counter.count(people), people.len() as u64)).collect()
    }
}

impl Model for LDiversity {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        scene.people_of(self.by_class(scene).into_iter().map(|found| !self.measure.holds(found)))
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        let least = self.by_class(scene).into_iter().fold(f64::INFINITY, f64::min);
        match self.measure {
            Measure::Recursive { .. } => 1.0 / least,
            _ => least,
        }
    }
    fn looks_at(&self) -> Option<ColumnOf> {
        Some(self.of)
    }
    fn name(&self) -> Bilingual {
        let (ja, en) = match self.measure {
            Measure::Distinct(_) => ("l-多様性(種類)", "distinct l-diversity"),
            Measure::Entropy(_) => ("l-多様性(エントロピー)", "entropy l-diversity"),
            Measure::Recursive { .. } => ("再帰的 (c, l)-多様性の c", "c of recursive (c, l)-diversity"),
        };
        name_with(ja, en, self.of)
    }
    fn required(&self) -> Bilingual {
        match self.measure {
            Measure::Distinct(l) | Measure::Entropy(l) => {
                Bilingual::new(format!("{l} 以上"), format!("at least {l}"))
            }
            Measure::Recursive { c, l } => {
                Bilingual::new(format!("{c} 未満 (l = {l})"), format!("below {c} (l = {l})"))
            }
        }
    }
}

/// Counts, for one class after the other, the people who have each value.
pub(super) struct Counter<'a> {
    attribute: &'a Attribute,
    counts: Vec<u64>,
    touched: Vec<u32>,
    found: Vec<u64>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(attribute: &'a Attribute) -> Self {
        Self { attribute, counts: vec![0; attribute.labels.len()], touched: Vec::new(), found: Vec::new() }
    }

    /// The counts of the values that these people have, in no order.
    pub(super) fn count(&mut self, people: &[u32]) -> &mut [u64] {
        self.touched.clear();
        for value in people.iter().flat_map(|person| self.attribute.values.of(*person as usize)) {
            if let Some(count) = self.counts.get_mut(*value as usize) {
                if *count == 0 {
                    self.touched.push(*value);
                }
                *count += 1;
            }
        }
        self.found.clear();
        for value in &self.touched {
            if let Some(count) = self.counts.get_mut(*value as usize) {
                self.found.push(std::mem::take(count));
            }
        }
        &mut self.found
    }
}

#[cfg(test)]
mod tests;
