//! Highest and average risk of re-identification (再識別リスク) for three attackers (ANO-05).
//! El Emam, Guide to the De-Identification of Personal Health Information, 2013, chapter 16.
//!
//! Class j has fⱼ people in the product and Fⱼ in the population, of J classes and n people.
//! - prosecutor (検察官型: knows the target is in the product): highest max 1 ÷ fⱼ, average J ÷ n;
//! - journalist (記者型: does not know it): highest max 1 ÷ Fⱼ, average max(J ÷ Σ Fⱼ, (1 ÷ n) Σ fⱼ ÷ Fⱼ);
//! - marketer (名簿業者型: wants as many as possible): average (1 ÷ n) Σ fⱼ ÷ Fⱼ.
//!
//! For a ceiling on the highest risk the classes above it are suppressed, for one on the average the riskiest of them, one after the
//! other, until it holds. Joining classes lowers all of them but the journalist's average, which may move either way.

use super::{Model, Scene, Word};
use crate::policy::{Node, Protect, Reader};
use kiban_model::report::Bilingual;

pub(super) const HIGHEST: Word = Word {
    name: "highest_risk",
    japanese: "再識別リスクの最大",
    doc: (
        "一人を特定する確からしさの最大の上限。`prosecutor`(対象者が含まれると知る者: 1 ÷ 組の人数)、`journalist`(知らない者: 1 ÷ 母集団の組の人数。`population` が要る)。\
         超える組の人は抑制する。",
        "Ceilings on the highest chance to identify a person: `prosecutor` (knows that the target is in: 1 ÷ people of the class), `journalist` \
         (does not: 1 ÷ people of the class in the population; needs `population`). Classes above are suppressed.",
    ),
    example: "highest_risk = { prosecutor = 0.2 }",
    read: |value, reader, protect| read(value, reader, protect, true),
};

pub(super) const AVERAGE: Word = Word {
    name: "average_risk",
    japanese: "再識別リスクの平均",
    doc: (
        "一人を特定する確からしさの平均の上限。`prosecutor`、`journalist` と `marketer`(後の二つは `population` が要る)。\
         上限に収まるまで、リスクの高い組から抑制する。",
        "Ceilings on the average chance to identify a person: `prosecutor`, `journalist`, `marketer` (the latter two need `population`). The \
         riskiest classes are suppressed until it holds.",
    ),
    example: "average_risk = { prosecutor = 0.1 }",
    read: |value, reader, protect| read(value, reader, protect, false),
};

/// Who attacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attacker {
    Prosecutor,
    Journalist,
    Marketer,
}

#[derive(Debug)]
struct Reidentification {
    attacker: Attacker,
    is_highest: bool,
    at_most: f64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect, is_highest: bool) {
    let all = [
        ("prosecutor", Attacker::Prosecutor),
        ("journalist", Attacker::Journalist),
        ("marketer", Attacker::Marketer),
    ];
    let known = all.get(..if is_highest { 2 } else { 3 }).unwrap_or_default();
    let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
    let Some(fields) = reader.fields(value, &words) else { return };
    for (word, attacker) in known {
        let Some(node) = fields.get(word) else { continue };
        if *attacker != Attacker::Prosecutor {
            protect.over_population.push((word, node.span()));
        }
        if let Some(at_most) = reader.share(&node) {
            protect.models.push(Box::new(Reidentification { attacker: *attacker, is_highest, at_most }));
        }
    }
}

/// A class: people of the product and of those among whom the attacker looks.
#[derive(Clone, Copy)]
struct Class {
    own: f64,
    among: f64,
}

impl Reidentification {
    fn classes(&self, scene: &Scene<'_>) -> Vec<Class> {
        let own = scene.classes.sizes().iter().map(|size| *size as f64);
        match self.attacker {
            Attacker::Prosecutor => own.map(|own| Class { own, among: own }).collect(),
            _ => own.zip(scene.population()).map(|(own, all)| Class { own, among: all as f64 }).collect(),
        }
    }

    fn average(&self, classes: impl Iterator<Item = Class>) -> f64 {
        let (mut found, mut people, mut count, mut population) = (0.0, 0.0, 0.0, 0.0);
        for class in classes {
            found += class.own / class.among;
            people += class.own;
            count += 1.0;
            population += class.among;
        }
        match self.attacker {
            Attacker::Journalist => f64::max(count / population, found / people),
            _ => found / people,
        }
    }
}

impl Model for Reidentification {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        let classes = self.classes(scene);
        if self.is_highest {
            return scene.people_of(classes.iter().map(|class| 1.0 / class.among > self.at_most + 1e-12));
        }
        let mut riskiest: Vec<usize> = (0..classes.len()).collect();
        let among = |at: &usize| classes.get(*at).map_or(0.0, |class| class.among);
        riskiest.sort_by(|a, b| among(a).total_cmp(&among(b)));
        // Everything that is left, from any place on: how many of the riskiest must go.
        let holds = |from: usize| {
            let left = riskiest.iter().skip(from).filter_map(|at| classes.get(*at).copied());
            from == riskiest.len() || self.average(left) <= self.at_most + 1e-12
        };
        // The average only falls while the riskiest go, so the turning point is looked for by halves.
        let (mut gone, mut enough) = (0, riskiest.len());
        while gone < enough {
            let middle = gone.midpoint(enough);
            if holds(middle) { enough = middle } else { gone = middle + 1 }
        }
        let mut marked = vec![false; classes.len()];
        for at in riskiest.into_iter().take(enough) {
            if let Some(slot) = marked.get_mut(at) {
                *slot = true;
            }
        }
        scene.people_of(marked.into_iter())
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        let classes = self.classes(scene);
        if self.is_highest {
            classes.iter().map(|class| 1.0 / class.among).fold(f64::NEG_INFINITY, f64::max)
        } else {
            self.average(classes.into_iter())
        }
    }
    fn name(&self) -> Bilingual {
        let (ja, en) = match self.attacker {
            Attacker::Prosecutor => ("検察官型", "prosecutor"),
            Attacker::Journalist => ("記者型", "journalist"),
            Attacker::Marketer => ("名簿業者型", "marketer"),
        };
        let (ja_which, en_which) =
            if self.is_highest { ("最大", "highest") } else { ("平均", "average") };
        Bilingual::new(
            format!("再識別リスクの{ja_which}({ja})"),
            format!("{en_which} re-identification risk ({en})"),
        )
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 以下", self.at_most), format!("at most {}", self.at_most))
    }
}
