//! The word `attack` of `[protect]`: how often each simulated attacker may find the right person, at most (ANO-05, ANO-08).
//!
//! What counts is the upper end of the 95 % interval, so a release over too few people to show it is refused as well.

use super::interval::people_needed;
use super::interval::wilson;
use crate::models::Word;
use crate::policy::{Node, Protect, Reader, attribute};
use crate::transforms::ColumnOf;
use kiban_model::report::{Attack, Bilingual};
use std::fmt;

pub(crate) const WORD: Word = Word {
    name: "attack",
    japanese: "攻撃の上限",
    doc: (
        "攻撃者をまねた試験で本人が見つかる割合の上限。95 % 信頼区間の上端が上限を超えれば、提供せず、数字を示して止まる。`neighbour`(近所の人)、\
         `employer`(勤め先)、`insurer`(保険者: 全レセプトの月とコード)、`other_data`(ほかのデータ: 性別・生まれた月・市区町村とコード `codes` 個)。\
         `of` は保険者とほかのデータが知るコードの列。`insurer` と `other_data` は書いたときだけ試験する。",
        "How often simulated attackers may find the right person. Where the upper end of the 95 % interval exceeds the ceiling, nothing leaves and the \
         figures are told: `neighbour`, `employer`, `insurer` (the months of all claims, and all codes), `other_data` (sex, birth \
         month, municipality and `codes` codes). `of` names the columns of codes that the latter two know; they are simulated \
         only where they are named.",
    ),
    example: "attack = { neighbour = 0.2, insurer = 0.5, other_data = 0.2, of = [\"condition.code\"], codes = 2 }",
    read,
};

/// What a policy says of attackers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ceilings {
    /// Ceiling of the neighbour.
    pub neighbour: Option<f64>,
    /// Ceiling of the employer.
    pub employer: Option<f64>,
    /// Ceiling of the insurer.
    pub insurer: Option<f64>,
    /// Ceiling of another data set.
    pub other_data: Option<f64>,
    /// Columns of codes that the insurer and other data know.
    pub of: Vec<ColumnOf>,
    /// How many codes other data know of a person.
    pub codes: usize,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let words = ["neighbour", "employer", "insurer", "other_data", "of", "codes"];
    let Some(fields) = reader.fields(value, &words) else { return };
    let mut share = |name: &str| fields.get(name).and_then(|node| reader.share(&node));
    let mut ceilings = Ceilings {
        neighbour: share("neighbour"),
        employer: share("employer"),
        insurer: share("insurer"),
        other_data: share("other_data"),
        of: Vec::new(),
        codes: 2,
    };
    if let Some(node) = fields.get("codes") {
        ceilings.codes = reader.integer(&node, 1..=10).map_or(2, |codes| codes as usize);
    }
    match fields.get("of") {
        Some(of) => {
            for node in of.items().unwrap_or_else(|| vec![of.clone()]) {
                ceilings.of.extend(attribute(&node, reader, protect));
            }
        }
        None if ceilings.insurer.is_some() || ceilings.other_data.is_some() => reader.add(
            fields.span(),
            Bilingual::new(
                "insurer と other_data には、知られているコードの列 of が要ります",
                "`insurer` and `other_data` need `of`: the columns of codes that they know",
            ),
            Some(Bilingual::new("例: of = [\"condition.code\"]", "for example `of = [\"condition.code\"]`")),
        ),
        None => {}
    }
    protect.attack = ceilings;
}

/// A rate that may be higher than the policy allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceeded {
    /// Of what.
    pub what: Bilingual,
    /// The rate.
    pub rate: f64,
    /// Over how many people it was measured.
    pub people: u64,
    /// The upper end of its 95 % interval.
    pub upper: f64,
    /// What the policy allows.
    pub ceiling: f64,
}

impl Exceeded {
    /// A rate over some people that is not certainly below a ceiling. Of nobody, nobody can be found.
    pub(crate) fn check(what: &Bilingual, rate: f64, people: u64, ceiling: f64) -> Option<Self> {
        let (_, upper) = wilson(rate, people);
        (people > 0 && upper > ceiling).then(|| Self { what: what.clone(), rate, people, upper, ceiling })
    }

    /// An attack over its ceiling.
    pub(crate) fn of(attack: &Attack) -> Option<Self> {
        Self::check(&attack.attacker, attack.success_after, attack.targets, attack.ceiling?)
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, rate, people, upper, ceiling } = self;
        let percent = |share: &f64| format!("{:.2} %", share * 100.0);
        let (rate, upper, allowed) = (percent(rate), percent(upper), percent(ceiling));
        write!(
            f,
            "\n  {}: {rate} of {people} people, at most {upper} (95 %); the ceiling is {allowed}",
            what.en
        )?;
        let needed = people_needed(*ceiling);
        if *people < needed && needed < u64::MAX {
            write!(f, "; a ceiling so low takes {needed} people to show")?;
        }
        Ok(())
    }
}
