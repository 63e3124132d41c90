//! `kiban delivery …`, `kiban intake`, `kiban quarantine`

use super::{Outcome, story};
use crate::arguments::{Delivery, Intake, Quarantine};
use crate::console::Console;
use kiban_app::Operator;
use kiban_app::delivery::read_manifest;
use kiban_model::delivery::{Manifest, Receipt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn delivery(operator: &Operator, action: &Delivery, on: &str, console: &Console) -> Outcome {
    match action {
        Delivery::Add { folder, manifest, provider, provided_on } => {
            let manifest = match (manifest, provider, provided_on) {
                (_, Some(provider), Some(provided_on)) => Manifest {
                    provider: provider.clone(),
                    period: None,
                    provided_on: provided_on.clone(),
                    note: String::new(),
                    files: Vec::new(),
                },
                (Some(path), _, _) => read_manifest(path)?,
                _ => read_manifest(&beside(folder))?,
            };
            let received = operator.receive(folder, &manifest, on, &|p| console.progress(p))?;
            console.tell_machine(&received);
            let word = if received.new {
                console.pick("受領しました:", "received:")
            } else {
                console.pick(
                    "同じ提供を受領済みです（変更なし）:",
                    "the same delivery stands already, nothing changed:",
                )
            };
            console.say(&format!("{word} {}", received.delivery));
            console.say(&format!(
                "  {} {} / {} {} / {} bytes",
                console.pick("ファイル", "files"),
                received.files,
                console.pick("うち受付拒否", "of them refused"),
                received.refused,
                received.bytes
            ));
            console.say(&format!("  {} kiban intake {}", console.pick("次:", "next:"), received.delivery));
        }
        Delivery::List => {
            let deliveries = operator.deliveries()?;
            let list: Vec<_> = deliveries
                .iter()
                .map(|d| serde_json::json!({ "delivery": d.id, "provider": d.provider, "provided_on": d.provided_on, "received_on": d.received_on, "runs": d.runs, "unfinished": d.pending.is_some() }))
                .collect();
            console.tell_machine(&list);
            for d in deliveries {
                let state = match (d.pending.is_some(), d.runs) {
                    (true, _) => console.pick("受入の途中", "unfinished"),
                    (false, 0) => console.pick("受入前", "not taken in"),
                    (false, _) => console.pick("受入済み", "taken in"),
                };
                console.say(&format!("{}  {:16} {}  {state}", d.id, d.provider, d.provided_on));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `manifest.toml` in the folder's parent.
fn beside(folder: &Path) -> PathBuf {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    real.parent().unwrap_or(Path::new(".")).join("manifest.toml")
}

pub(super) fn intake(operator: &Operator, intake: &Intake, on: &str, console: &Console) -> Outcome {
    let ids: Vec<String> = match &intake.delivery {
        Some(id) => vec![id.clone()],
        None => operator.deliveries()?.into_iter().map(|d| d.id).collect(),
    };
    let mut receipts: Vec<Receipt> = Vec::new();
    for id in ids {
        let receipt = operator.intake(&id, on, &|p| console.progress(p))?;
        story::receipt(&receipt, console);
        receipts.push(receipt);
    }
    console.tell_machine(&receipts);
    let held = receipts.iter().any(|r| r.total.objected + r.total.not_yet + r.total.quarantined > 0);
    Ok(if intake.strict && held { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

pub(super) fn quarantine(operator: &Operator, quarantine: &Quarantine, console: &Console) -> Outcome {
    let held = operator.held_back(quarantine.delivery.as_deref().unwrap_or(""))?;
    let list: Vec<_> = held
        .iter()
        .map(|h| {
            let mut one = serde_json::json!({
                "delivery": h.delivery, "file": h.file_no, "record": h.record_no, "bytes": [h.bytes.start, h.bytes.end], "outcome": h.outcome,
                "place": h.place, "reason": h.reason, "japanese": h.words[0], "english": h.words[1], "advice_japanese": h.words[2], "advice_english": h.words[3],
            });
            if let (true, Some(object)) = (quarantine.paths, one.as_object_mut()) {
                object.insert("path".into(), h.path.expose().as_str().into());
            }
            one
        })
        .collect();
    console.tell_machine(&list);
    for h in &held {
        let path = if quarantine.paths { format!("  {}", h.path.expose()) } else { String::new() };
        console.say(&format!("{} #{} {} [{}]{path}", h.delivery, h.file_no, h.place, h.reason));
        console.say(&format!(
            "    {} → {}",
            console.pick(&h.words[0], &h.words[1]),
            console.pick(&h.words[2], &h.words[3])
        ));
    }
    console.say(&format!("{} {}", console.pick("保留・隔離の合計:", "held back in all:"), held.len()));
    Ok(ExitCode::SUCCESS)
}
