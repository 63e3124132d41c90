//! `kiban link table`

use super::Outcome;
use crate::arguments::{Language, Table};
use crate::console::Console;
use kiban_app::link_table::{Request, TableLinked, link_table};
use kiban_app::{LinkSettings, Stage};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub(super) fn run(table: &Table, console: &Console) -> Outcome {
    let mut settings = LinkSettings::default();
    settings.link_above = table.link_above.unwrap_or(settings.link_above);
    settings.seed = table.seed.unwrap_or(settings.seed);
    let request = Request {
        table: &table.table,
        schema: &table.schema,
        out: &table.out,
        pairs: table.pairs.as_deref(),
        explain: table.explain.as_deref(),
        japanese: console.language() == Language::Ja,
        settings: &settings,
    };
    let watch = Watch::default();
    let linked = link_table(&request, &|progress| {
        watch.see(progress.stage);
        console.progress(progress);
    })?;
    let times = watch.stop();
    let report = Report { linked: &linked, times: &times, peak: peak_bytes() };
    console.tell_machine(&report.json());
    report.say(console);
    console.say(&format!("{} {}", console.pick("書き出しました:", "written:"), table.out.display()));
    Ok(ExitCode::SUCCESS)
}

/// When each stage began; the engine reads no clock.
#[derive(Default)]
struct Watch(Mutex<Vec<(Stage, Instant)>>);

impl Watch {
    fn see(&self, stage: Stage) {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.last().is_none_or(|(last, _)| *last != stage) {
            begun.push((stage, Instant::now()));
        }
    }

    /// Seconds of each stage, the last until now.
    fn stop(self) -> Vec<(Stage, f64)> {
        let begun = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        begun.iter().zip(ends).map(|((stage, start), end)| (*stage, (end - *start).as_secs_f64())).collect()
    }
}

struct Report<'a> {
    linked: &'a TableLinked,
    times: &'a [(Stage, f64)],
    peak: Option<u64>,
}

impl Report<'_> {
    fn seconds(&self) -> f64 {
        self.times.iter().map(|(_, seconds)| seconds).sum()
    }

    fn json(&self) -> serde_json::Value {
        let s = &self.linked.statistics;
        let stages: Vec<_> = self
            .times
            .iter()
            .map(|(stage, seconds)| serde_json::json!({ "stage": stage.english(), "seconds": seconds }))
            .collect();
        let set_aside: Vec<_> = s
            .implausible_words()
            .into_iter()
            .map(|(ja, en)| serde_json::json!({ "ja": ja, "en": en }))
            .collect();
        serde_json::json!({
            "records": s.records,
            "persons": s.persons,
            "blocks": s.blocks,
            "pairs_compared": s.pairs_compared,
            "pairs_linked": s.pairs_linked,
            "pairs_in_doubt": s.pairs_in_doubt,
            "joins_refused": s.joins_refused,
            "seconds": self.seconds(),
            "stages": stages,
            "peak_memory_bytes": self.peak,
            "oversized_blocks": s.oversized_blocks,
            "set_aside": set_aside,
            "estimated_precision": s.estimated_precision,
            "estimated_recall": s.estimated_recall,
            "model": self.linked.model,
        })
    }

    fn say(&self, console: &Console) {
        let s = &self.linked.statistics;
        let words = |ja, en, value: String| console.say(&format!("  {} {value}", console.pick(ja, en)));
        console.say(&format!(
            "{} {} {} → {} {}",
            console.pick("名寄せ:", "linkage:"),
            grouped(s.records),
            console.pick("件", "records"),
            grouped(s.persons),
            console.pick("人", "persons"),
        ));
        words("比較した組:", "pairs compared:", grouped(s.pairs_compared));
        words("要確認の組:", "pairs for review:", grouped(s.pairs_in_doubt));
        if let (Some(precision), Some(recall)) = (s.estimated_precision, s.estimated_recall) {
            let value = format!("{:.2}% / {:.2}%", precision * 100.0, recall * 100.0);
            words("モデルによる推定 適合率/再現率:", "estimated by the model, precision / recall:", value);
        }
        if !s.oversized_blocks.is_empty() {
            let left_out = s.oversized_blocks.iter().map(|block| block.left_out).sum();
            console.say(&format!(
                "  {} {} ({} {})",
                console.pick("大きすぎて分けたまとまり:", "blocks split for being too large:"),
                grouped(s.oversized_blocks.len() as u64),
                console.pick("比較しきれなかった記録", "records not compared there:"),
                grouped(left_out),
            ));
        }
        for (ja, en) in s.implausible_words() {
            console.say(&format!("  {}", console.pick(&ja, &en)));
        }
        let second = console.pick("秒", "s");
        let stages: Vec<String> = self
            .times
            .iter()
            .map(|(stage, seconds)| {
                format!("{} {seconds:.2}", console.pick(stage.japanese(), stage.english()))
            })
            .collect();
        let value = format!("{:.2} {second} ({})", self.seconds(), stages.join(", "));
        words("時間:", "time:", value);
        if let Some(peak) = self.peak {
            words("最大メモリ:", "peak memory:", format!("{} MB", grouped(peak / 1_000_000)));
        }
    }
}

/// With a comma every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// This process's peak resident memory, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1000, 1_513_844].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,513,844"]);
    }

    #[test]
    fn a_stage_told_twice_is_one_stage() {
        let watch = Watch::default();
        for stage in [Stage::Reading, Stage::Reading, Stage::Writing] {
            watch.see(stage);
        }
        let stages: Vec<Stage> = watch.stop().into_iter().map(|(stage, _)| stage).collect();
        assert_eq!(stages, [Stage::Reading, Stage::Writing]);
    }
}
