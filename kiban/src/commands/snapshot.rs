//! `kiban snapshot`, `kiban query`

use super::Outcome;
use crate::arguments::{Query, Snapshot};
use crate::console::Console;
use kiban_app::Operator;
use std::process::ExitCode;

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
