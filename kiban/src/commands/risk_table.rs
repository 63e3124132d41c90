//! `kiban risk table`, and `kiban risk attack --table`

use super::Outcome;
use super::measured::{bar, grouped, percent};
use crate::arguments::Language;
use crate::console::Console;
use kiban_app::risk_table::{Attack, FlatAttacked, FlatRisk, attack_table, risk_table};
use std::path::Path;
use std::process::ExitCode;

/// Exit code where the table does not have the policy's k.
const BELOW: u8 = 1;

pub(super) fn risk(table: &Path, policy: &Path, population: Option<u64>, console: &Console) -> Outcome {
    let risk = risk_table(table, policy, population, console.language() == Language::Ja)?;
    console.tell_machine(&serde_json::to_value(&risk).unwrap_or_default());
    say(&risk, console);
    Ok(if risk.meets { ExitCode::SUCCESS } else { ExitCode::from(BELOW) })
}

fn say(risk: &FlatRisk, console: &Console) {
    let words = |ja, en, value: String| console.say(&format!("  {} {value}", console.pick(ja, en)));
    console.say(&format!(
        "{} {} {}, {} {}, {} {}",
        console.pick("再識別リスク:", "risk:"),
        grouped(risk.rows),
        console.pick("行", "rows"),
        grouped(risk.classes),
        console.pick("クラス", "classes"),
        grouped(risk.suppressed),
        console.pick("行は抑制済み", "rows suppressed"),
    ));
    words("準識別子:", "quasi-identifiers:", risk.quasi_identifiers.join(", "));
    let smallest = format!(
        "{} (k = {}: {})",
        grouped(risk.smallest_class),
        risk.k,
        if risk.meets {
            console.pick("満たす", "met")
        } else {
            console.pick("満たさない", "not met")
        }
    );
    words("最小のクラス:", "smallest class:", smallest);
    words("一人だけの行:", "rows that are alone:", grouped(risk.unique));
    words("k に満たない行:", "rows below k:", grouped(risk.below_k));
    words("見つかる確率、最も高い行:", "found, the likeliest row:", percent(risk.highest_risk));
    words("見つかる確率、平均:", "found, on average:", percent(risk.average_risk));
    if let Some(sensitive) = &risk.sensitive {
        words("l（種類、最少のクラス）:", "distinct l:", sensitive.distinct.to_string());
        words("l（エントロピー）:", "entropy l:", format!("{:.3}", sensitive.entropy));
        words(
            "クラスで最も多い値の割合:",
            "largest share of a value in a class:",
            percent(sensitive.largest_share),
        );
        words(
            "t（全体との隔たり）:",
            "t, the distance from the whole:",
            format!("{:.4}", sensitive.distance),
        );
    }
    if let Some(population) = &risk.population {
        let estimates = format!(
            "Pitman {}, Zayatz {}, SNB {}",
            percent(population.pitman),
            percent(population.zayatz),
            percent(population.snb)
        );
        words("母集団で一人だけの行（推定）:", "alone in the population, estimated:", estimates);
    }
    console.say(console.pick("  クラスの大きさごとの行数:", "  rows by the size of their class:"));
    let most = risk.sizes.iter().map(|sizes| sizes.rows).max().unwrap_or(0);
    for sizes in &risk.sizes {
        let range = if sizes.from == sizes.to {
            sizes.from.to_string()
        } else {
            format!("{}–{}", grouped(sizes.from), grouped(sizes.to))
        };
        console.say(&format!("  {range:>14} {} {}", bar(sizes.rows, most), grouped(sizes.rows)));
    }
}

pub(super) fn attack(attack: &Attack<'_>, console: &Console) -> Outcome {
    let attacked = attack_table(attack)?;
    console.tell_machine(&serde_json::to_value(&attacked).unwrap_or_default());
    say_attacked(&attacked, console);
    Ok(ExitCode::SUCCESS)
}

fn say_attacked(attacked: &FlatAttacked, console: &Console) {
    console.say(&format!(
        "{} {} {} ({} {})",
        console.pick("模擬攻撃:", "attack:"),
        grouped(attacked.people),
        console.pick("人を試しました", "people tried"),
        grouped(attacked.rows),
        console.pick("行中", "rows"),
    ));
    for attacker in &attacked.attackers {
        let (low, high) = attacker.interval_after;
        console.say(&format!(
            "  {} {:>2} {}: {} {} → {} ({} – {}), {} {}",
            console.pick("準識別子を", "knows"),
            attacker.known,
            console.pick("個知る", "quasi-identifiers"),
            console.pick("見つかる割合", "found"),
            percent(attacker.success_before),
            percent(attacker.success_after),
            percent(low),
            percent(high),
            console.pick("確実に", "for certain"),
            percent(attacker.certain_after),
        ));
    }
    for one in &attacked.worst {
        let words = console.pick("見つかりやすい行", "easily found: row");
        console.say(&format!("  {words} {}  {}", one.row, percent(one.success)));
    }
}
