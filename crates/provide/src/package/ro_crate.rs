//! `ro-crate-metadata.json` (RO-Crate 1.1): what is here, made from what, with what, by whom, for whom.
//!
//! It must never hold an identity or a provider's name: deliveries appear as labels with counts (ANO-05). The only date is
//! the one in the report. `sha256` is not in the 1.1 context, so the context names it.

use super::writer::ClosedTable;
use super::{Error, Lineage, PackageFile, PackageSpec, Party};
use crate::audience::Shown;
use crate::words::{Kind, Lang};
use kiban_model::report::{Bilingual, ReleaseReport};
use serde_json::{Value, json};

/// Where it stands in the package.
pub(super) const PATH: &str = "ro-crate-metadata.json";

/// The text of `ro-crate-metadata.json`; `files` are all files but itself and the sums.
pub(super) fn text(
    spec: &PackageSpec,
    report: &ReleaseReport,
    lineage: &Lineage,
    tables: &[ClosedTable],
    files: &[PackageFile],
) -> Result<String, Error> {
    let kind = Kind::of(&report.kind);
    let mut graph = vec![
        json!({
            "@id": PATH,
            "@type": "CreativeWork",
            "about": { "@id": "./" },
            "conformsTo": { "@id": "https://w3id.org/ro/crate/1.1" },
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": both(&spec.title),
            "description": format!("{} / {}", kind.name(Lang::Ja), kind.name(Lang::En)),
            "identifier": report.project,
            "datePublished": report.made_on,
            "license": { "@id": "#terms" },
            "publisher": { "@id": "#operator" },
            "audience": { "@id": "#recipient" },
            "hasPart": references(files.iter().map(|f| f.path.clone())),
            "mentions": { "@id": "#release" },
        }),
        json!({ "@id": "#terms", "@type": "CreativeWork", "name": "契約・条件 / Terms", "description": both(&spec.terms) }),
        organization("#operator", &spec.operator),
        organization("#recipient", &spec.recipient),
        json!({ "@id": "#software", "@type": "SoftwareApplication", "name": spec.software }),
        release(spec, report, files),
        snapshot(spec, report, lineage),
    ];
    graph.extend(lineage.deliveries.iter().enumerate().map(|(i, delivery)| {
        let records = Shown::of(delivery.records, spec.audience).text(Lang::En);
        let mut properties = vec![property("records", &records)];
        properties.extend(delivery.formats.iter().map(|format| property("format", format)));
        properties.extend(delivery.receipt_sha256.iter().map(|hash| property("receipt-sha256", hash)));
        json!({ "@id": delivery_id(i), "@type": "Dataset", "name": delivery.label, "additionalProperty": properties })
    }));
    graph.extend(files.iter().map(|f| file(f, tables)));
    let document = json!({
        "@context": ["https://w3id.org/ro/crate/1.1/context", { "sha256": "https://schema.org/sha256" }],
        "@graph": graph,
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn release(spec: &PackageSpec, report: &ReleaseReport, files: &[PackageFile]) -> Value {
    let data = files.iter().filter(|f| f.path.starts_with("data/") || f.path.starts_with("report."));
    let mut properties = vec![property("policy-sha256", &report.policy_hash)];
    if spec.audience.sees_exact() {
        properties.push(property("seed", &report.seed.to_string()));
    }
    json!({
        "@id": "#release",
        "@type": "CreateAction",
        "name": "加工と提供 / De-identification and release",
        "object": [{ "@id": "#snapshot" }, { "@id": "policy.toml" }],
        "result": references(data.map(|f| f.path.clone())),
        "agent": { "@id": "#operator" },
        "instrument": { "@id": "#software" },
        "endTime": report.made_on,
        "additionalProperty": properties,
    })
}

fn snapshot(spec: &PackageSpec, report: &ReleaseReport, lineage: &Lineage) -> Value {
    let total = lineage.deliveries.iter().map(|d| d.records).fold(0, u64::saturating_add);
    json!({
        "@id": "#snapshot",
        "@type": "Dataset",
        "name": report.snapshot,
        "description": "加工前のデータの版。このパッケージには含まれません。 / The data before processing; not in this package.",
        "isBasedOn": references((0..lineage.deliveries.len()).map(delivery_id)),
        "additionalProperty": [
            property("deliveries", &lineage.deliveries.len().to_string()),
            property("records", &Shown::of(total, spec.audience).text(Lang::En)),
        ],
    })
}

fn file(file: &PackageFile, tables: &[ClosedTable]) -> Value {
    let table = tables.iter().find(|t| {
        let name = &t.description.name;
        file.path == super::table_file::parquet_path(name) || file.path == super::table_file::csv_path(name)
    });
    let name = match (file.path.as_str(), table) {
        (_, Some(table)) => format!("{} / {}", table.description.japanese, table.description.name),
        ("dictionary.csv" | "dictionary.md", _) => "データ辞書 / Data dictionary".to_owned(),
        ("policy.toml", _) => "加工方針 / Policy".to_owned(),
        ("report.html" | "report.json", _) => {
            "加工とリスクの報告書 / Report on processing and risk".to_owned()
        }
        ("README.md", _) => "はじめにお読みください / Read me".to_owned(),
        (path, None) => path.to_owned(),
    };
    json!({
        "@id": file.path,
        "@type": "File",
        "name": name,
        "encodingFormat": encoding_format(&file.path),
        "contentSize": file.bytes.to_string(),
        "sha256": file.sha256,
    })
}

/// The media type of a file of a package, by its name.
fn encoding_format(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("parquet") => "application/vnd.apache.parquet",
        Some("csv") => "text/csv",
        Some("md") => "text/markdown",
        Some("toml") => "application/toml",
        Some("html") => "text/html",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

fn organization(id: &str, party: &Party) -> Value {
    json!({ "@id": id, "@type": "Organization", "identifier": party.id, "name": both(&party.name) })
}

fn property(name: &str, value: &str) -> Value {
    json!({ "@type": "PropertyValue", "name": name, "value": value })
}

fn references(ids: impl Iterator<Item = String>) -> Vec<Value> {
    ids.map(|id| json!({ "@id": id })).collect()
}

fn delivery_id(index: usize) -> String {
    format!("#delivery-{}", index + 1)
}

fn both(text: &Bilingual) -> String {
    if text.ja == text.en { text.ja.clone() } else { format!("{} / {}", text.ja, text.en) }
}
