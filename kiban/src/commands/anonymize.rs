//! `kiban anonymize table`

use super::Outcome;
use super::measured::{Watch, grouped, peak_bytes, say_cost, stages_json};
use crate::arguments::{FlatTable, Language};
use crate::console::Console;
use kiban_app::Stage;
use kiban_app::anonymize_table::{FlatReport, Request, anonymize_table};
use std::process::ExitCode;

pub(super) fn run(table: &FlatTable, console: &Console) -> Outcome {
    let request = Request {
        table: &table.table,
        policy: &table.policy,
        out: &table.out,
        hierarchies: table.hierarchies.as_deref(),
        k: table.k,
        suppression_limit: table.suppression_limit,
        budget: table.budget,
        japanese: console.language() == Language::Ja,
    };
    let watch = Watch::default();
    let report = anonymize_table(&request, &|progress| {
        watch.see(progress.stage);
        console.progress(progress);
    })?;
    let times = watch.stop();
    let peak = peak_bytes();
    console.tell_machine(&json(&report, &times, peak));
    say(&report, console);
    say_cost(&times, peak, console);
    console.say(&format!("{} {}", console.pick("書き出しました:", "written:"), table.out.display()));
    Ok(ExitCode::SUCCESS)
}

fn json(report: &FlatReport, times: &[(Stage, f64)], peak: Option<u64>) -> serde_json::Value {
    let mut told = serde_json::to_value(report).unwrap_or_default();
    if let Some(fields) = told.as_object_mut() {
        let seconds: f64 = times.iter().map(|(_, seconds)| seconds).sum();
        fields.insert("seconds".to_owned(), seconds.into());
        fields.insert("stages".to_owned(), stages_json(times));
        fields.insert("peak_memory_bytes".to_owned(), peak.into());
    }
    told
}

fn say(report: &FlatReport, console: &Console) {
    let words = |ja, en, value: String| console.say(&format!("  {} {value}", console.pick(ja, en)));
    console.say(&format!(
        "{} {} {}, k = {} → {} {}",
        console.pick("匿名加工:", "anonymized:"),
        grouped(report.rows),
        console.pick("行", "rows"),
        report.k,
        grouped(report.classes),
        console.pick("クラス", "classes"),
    ));
    for column in &report.columns {
        let level = match column.level {
            Some(level) => format!("{} {level}/{}", console.pick("水準", "level"), column.highest),
            None => console.pick("行ごと", "by row").to_owned(),
        };
        console.say(&format!(
            "  {:<20} {level}  {} {:.5}",
            column.name,
            console.pick("損失", "loss"),
            column.loss
        ));
    }
    words("損失（幾何平均）:", "loss, geometric mean:", format!("{:.5}", report.loss_geometric));
    words("損失（算術平均）:", "loss, arithmetic mean:", format!("{:.5}", report.loss_arithmetic));
    match report.loss_at_least {
        Some(_) if report.optimal => {
            words("最適性:", "optimum:", console.pick("証明済み", "proven").to_owned())
        }
        Some(bound) => words(
            "これより良い水準の組の損失の下限:",
            "no choice of levels loses less than:",
            format!("{bound:.5}"),
        ),
        None => {}
    }
    words("最小のクラス:", "smallest class:", grouped(report.smallest_class));
    let suppressed = format!(
        "{} ({} {})",
        grouped(report.suppressed),
        console.pick("上限", "limit"),
        grouped(report.limit)
    );
    words("抑制した行:", "rows suppressed:", suppressed);
    if !report.dropped.is_empty() {
        words("出力しない列:", "columns not released:", report.dropped.join(", "));
    }
}
