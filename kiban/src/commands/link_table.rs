//! `kiban link table`

use super::Outcome;
use super::measured::{Watch, grouped, peak_bytes, say_cost, stages_json};
use crate::arguments::{Language, Table};
use crate::console::Console;
use kiban_app::link_table::{Request, TableLinked, link_table};
use kiban_app::{LinkSettings, Stage};
use std::process::ExitCode;

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
            "stages": stages_json(self.times),
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
        say_cost(self.times, self.peak, console);
    }
}
