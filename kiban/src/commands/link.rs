//! `kiban link`, `kiban snapshot`, `kiban query`

use super::{Outcome, story};
use crate::arguments::{LinkAction, Query, Snapshot};
use crate::console::Console;
use kiban_app::Operator;
use kiban_model::SubjectId;
use std::process::ExitCode;

pub(super) fn run(operator: &Operator, action: Option<&LinkAction>, on: &str, console: &Console) -> Outcome {
    match action {
        None => {
            let linked = operator.link(on, &|p| console.progress(p))?;
            console.tell_machine(&linked);
            if !linked.new {
                console.say(
                    console.pick("前回から変わっていません。", "nothing has changed since the last run."),
                );
            }
            story::linked(&linked, console);
        }
        Some(LinkAction::Review) => {
            let queue = operator.review_queue()?;
            let evidence = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
            let list: Vec<_> = queue.iter().map(|p| serde_json::json!({ "a": p.a.0, "b": p.b.0, "probability": p.probability, "evidence": evidence(&p.evidence) })).collect();
            console.tell_machine(&list);
            for pair in &queue {
                let words = evidence(&pair.evidence);
                let text = words.get(console.pick("ja", "en")).and_then(|t| t.as_str()).unwrap_or_default();
                console.say(&format!("{} {}  {:.2}\n    {text}", pair.a.0, pair.b.0, pair.probability));
            }
            console.say(&format!("{} {}", console.pick("確認待ち:", "waiting:"), queue.len()));
        }
        Some(LinkAction::Merge(pair)) => return decide(operator, pair, true, on, console),
        Some(LinkAction::Split(pair)) => return decide(operator, pair, false, on, console),
    }
    Ok(ExitCode::SUCCESS)
}

fn decide(
    operator: &Operator,
    pair: &crate::arguments::Pair,
    same: bool,
    on: &str,
    console: &Console,
) -> Outcome {
    operator.decide_pair(SubjectId(pair.a), SubjectId(pair.b), same, &pair.by, on)?;
    console.tell_machine(&serde_json::json!({ "a": pair.a, "b": pair.b, "same": same }));
    console.say(
        console.pick("記録しました。`kiban link` で反映されます。", "recorded; `kiban link` applies it."),
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) fn snapshot(operator: &Operator, snapshot: &Snapshot, on: &str, console: &Console) -> Outcome {
    match &snapshot.name {
        Some(name) => {
            let taken = operator.take_snapshot(name, on)?;
            console.tell_machine(&taken);
            console.say(&format!(
                "{} {name}",
                console.pick("スナップショットを作成しました:", "snapshot taken:")
            ));
        }
        None => {
            let names = operator.snapshots()?;
            console.tell_machine(&names);
            for name in names {
                console.say(&name);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn query(operator: &Operator, query: &Query, on: &str, console: &Console) -> Outcome {
    let answer = operator.query(&query.snapshot, &query.sql, on)?;
    if query.csv || console.json() {
        let mut bytes = Vec::new();
        let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(&mut bytes);
        for batch in &answer.batches {
            writer.write(batch)?;
        }
        drop(writer);
        let text = String::from_utf8(bytes)?;
        if console.json() {
            let columns: Vec<&str> = answer.schema.fields().iter().map(|f| f.name().as_str()).collect();
            console.tell_machine(&serde_json::json!({ "columns": columns, "csv": text }));
        } else {
            console.say(text.trim_end());
        }
    } else {
        console.say(&arrow::util::pretty::pretty_format_batches(&answer.batches)?.to_string());
    }
    Ok(ExitCode::SUCCESS)
}
