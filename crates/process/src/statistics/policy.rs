//! The statistics policy (集計方針): which guard an answer passes before anybody sees it.

use super::noise::Epsilon;
use super::threshold::Threshold;
use crate::policy::{Fields, Node, PolicyErrors, Reader, not_toml};
use kiban_model::report::{Bilingual, SMALL_CELL};
use std::io;
use toml::de::DeTable;

/// What stands between exact counts and those who ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Small cells hidden, differences between questions refused.
    Threshold(Threshold),
    /// Noise, and a budget for each project.
    Noise {
        /// ε of one question.
        question: Epsilon,
        /// ε of a project.
        budget: Epsilon,
    },
}

/// A checked statistics policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsPolicy {
    /// Its title, where it has one.
    pub title: Option<String>,
    /// The guard.
    pub guard: Guard,
    /// Whether a project may ask about one snapshot only: persons who come between two snapshots are few.
    pub one_snapshot: bool,
    /// Whether questions in SQL are answered: a condition on counts passes every guard, so by default they are not.
    pub sql: bool,
}

impl StatisticsPolicy {
    /// Reads and checks a policy.
    ///
    /// # Errors
    /// Everything wrong with it, with lines and hints.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, PolicyErrors> {
        let parsed = DeTable::parse(text).map_err(|error| not_toml(&error, text, file_name))?;
        let no_files = |_: &str| Err(io::ErrorKind::NotFound.into());
        let mut reader = Reader::new(text, &no_files);
        let root = Fields::of(0..0, parsed.get_ref());
        reader.only(&root, &["kind", "title", "threshold", "differential_privacy", "one_snapshot", "sql"]);
        let title = root.get("title").and_then(|node| reader.string(&node)).map(str::to_owned);
        match root.get("kind") {
            Some(node) => drop(reader.choice(&node, &["statistics"])),
            None => {
                let message = Bilingual::new(
                    "kind = \"statistics\" がありません",
                    "there is no `kind = \"statistics\"`",
                );
                reader.add(0..0, message, None);
            }
        }
        let one_snapshot = switch(&root, "one_snapshot", true, &mut reader);
        let sql = switch(&root, "sql", false, &mut reader);
        let guard = match (root.get("threshold"), root.get("differential_privacy")) {
            (Some(node), None) => threshold(&node, &mut reader),
            (None, Some(node)) => noise(&node, &mut reader),
            (both, _) => {
                let message = Bilingual::new(
                    "[threshold](少数秘匿)か [differential_privacy](雑音)のどちらか一方を書きます",
                    "write one of `[threshold]` (small cells hidden) and `[differential_privacy]` (noise)",
                );
                reader.add(both.map_or(0..0, |node| node.span()), message, None);
                None
            }
        };
        if let (true, Some(Guard::Noise { .. }), Some(node)) = (sql, guard, root.get("sql")) {
            let message = Bilingual::new(
                "SQL では一人の有無が多くの人の数を変えうるため、雑音の大きさを決められません",
                "in SQL one person can decide whether many are counted, so no noise is large enough",
            );
            let hint = Bilingual::new("sql = false にします", "make it `sql = false`");
            reader.add(node.span(), message, Some(hint));
        }
        reader.finish(file_name)?;
        // Without a problem there is a guard; the strictest stands for the impossible.
        let guard = guard.unwrap_or(Guard::Threshold(Threshold {
            persons: u64::MAX,
            rounding: 1,
            show_nobody: false,
        }));
        Ok(Self { title, guard, one_snapshot, sql })
    }
}

fn switch(fields: &Fields<'_>, key: &str, otherwise: bool, reader: &mut Reader<'_>) -> bool {
    let Some(node) = fields.get(key) else { return otherwise };
    node.as_bool().unwrap_or_else(|| {
        let message = Bilingual::new("true か false を書きます", "expected `true` or `false`");
        reader.add(node.span(), message, None);
        otherwise
    })
}

fn threshold(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Guard> {
    let fields = reader.fields(node, &["persons", "rounding", "show_nobody"])?;
    let show_nobody = switch(&fields, "show_nobody", false, reader);
    let mut number = |key: &str, otherwise: i64, least: i64| match fields.get(key) {
        Some(node) => reader.integer(&node, least..=100_000),
        None => Some(otherwise),
    };
    let persons = number("persons", i64::try_from(SMALL_CELL).unwrap_or(10), 2)?;
    let rounding = number("rounding", 1, 1)?;
    if rounding > persons {
        let message = Bilingual::new(
            format!("丸めの幅({rounding})が人数の下限({persons})を超えています"),
            format!(
                "figures are rounded to {rounding}, more than the threshold {persons}: some would become nobody"
            ),
        );
        let hint = Bilingual::new(
            format!("rounding を {persons} 以下にします"),
            format!("make `rounding` {persons} or less"),
        );
        reader.add(node.span(), message, Some(hint));
    }
    Some(Guard::Threshold(Threshold {
        persons: u64::try_from(persons).ok()?,
        rounding: u64::try_from(rounding).ok()?,
        show_nobody,
    }))
}

fn noise(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Guard> {
    let fields = reader.fields(node, &["epsilon", "budget"])?;
    let mut number = |key: &str| match fields.get(key) {
        Some(node) => reader.number(&node, 0.001..=100.0).map(Epsilon::of),
        None => {
            let message = Bilingual::new(format!("{key} を書きます"), format!("`{key}` is missing"));
            let hint = Bilingual::new(
                "epsilon は一問あたり、budget はプロジェクト全体のε",
                "`epsilon` is for one question, `budget` for the project",
            );
            reader.add(node.span(), message, Some(hint));
            None
        }
    };
    let (question, budget) = (number("epsilon")?, number("budget")?);
    if question > budget {
        let message = Bilingual::new(
            "一問の epsilon が budget を超えています：一問も答えられません",
            "`epsilon` is above `budget`: no question could be answered",
        );
        reader.add(node.span(), message, None);
    }
    Some(Guard::Noise { question, budget })
}
