//! What a tool by itself cost: the time of its stages and its memory.

use crate::console::Console;
use kiban_app::Stage;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// When each stage began; the engine reads no clock.
#[derive(Default)]
pub(super) struct Watch(Mutex<Vec<(Stage, Instant)>>);

impl Watch {
    pub(super) fn see(&self, stage: Stage) {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.last().is_none_or(|(last, _)| *last != stage) {
            begun.push((stage, Instant::now()));
        }
    }

    /// Seconds of each stage, the last until now.
    pub(super) fn stop(self) -> Vec<(Stage, f64)> {
        let begun = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        begun.iter().zip(ends).map(|((stage, start), end)| (*stage, (end - *start).as_secs_f64())).collect()
    }
}

/// The time of each stage and the peak memory, for people.
pub(super) fn say_cost(times: &[(Stage, f64)], peak: Option<u64>, console: &Console) {
    let stage = |(stage, seconds): &(Stage, f64)| {
        format!("{} {seconds:.2}", console.pick(stage.japanese(), stage.english()))
    };
    let stages: Vec<String> = times.iter().map(stage).collect();
    let all: f64 = times.iter().map(|(_, seconds)| seconds).sum();
    let (time, second) = (console.pick("時間:", "time:"), console.pick("秒", "s"));
    console.say(&format!("  {time} {all:.2} {second} ({})", stages.join(", ")));
    if let Some(peak) = peak {
        let memory = console.pick("最大メモリ:", "peak memory:");
        console.say(&format!("  {memory} {} MB", grouped(peak / 1_000_000)));
    }
}

/// The time of each stage, for machines.
pub(super) fn stages_json(times: &[(Stage, f64)]) -> serde_json::Value {
    let stage =
        |(stage, seconds): &(Stage, f64)| serde_json::json!({ "stage": stage.english(), "seconds": seconds });
    times.iter().map(stage).collect()
}

/// With a comma every three digits.
pub(super) fn grouped(number: u64) -> String {
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

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.3} %", share * 100.0)
}

/// Characters of a full bar.
const BAR: u64 = 30;

/// A part of a whole, drawn: whatever there is of it has at least one character.
pub(super) fn bar(part: u64, whole: u64) -> String {
    "█".repeat((part.min(whole) * BAR).div_ceil(whole.max(1)) as usize)
}

/// This process's peak resident memory, where the system tells.
pub(super) fn peak_bytes() -> Option<u64> {
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
