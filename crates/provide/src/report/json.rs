//! `report.json`: the report for machines, as exact as its audience may see it.
//!
//! For the committee it is [`ReleaseReport`] as it is. For a recipient counts become the text people see (`"under 10"`) or
//! tens, and the seed and the values before treatment are absent, as are their number, mean and deviation; see [`crate::audience`].

use super::utility::outside;
use crate::audience::{Audience, Shown};
use kiban_model::report::utility::QuestionReport;
use kiban_model::report::{
    ColumnChange, ColumnSummary, FlowStep, GroupSizes, ReleaseReport, SMALL_CELL, UtilityReport,
};
use serde_json::{Map, Value, json};

/// The text of `report.json`.
///
/// # Errors
/// None that these types can cause; serde_json's signature has one.
pub fn json(report: &ReleaseReport, audience: Audience) -> Result<String, serde_json::Error> {
    let mut value = serde_json::to_value(report)?;
    if audience == Audience::Recipient
        && let Some(fields) = value.as_object_mut()
    {
        guard(report, fields);
    }
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

/// Replaces every part that holds a count of people, records or cells.
fn guard(report: &ReleaseReport, fields: &mut Map<String, Value>) {
    fields.shift_remove("seed");
    fields.insert("counts".to_owned(), json!("rounded to tens; \"under 10\" below"));
    fields.insert("flow".to_owned(), report.flow.iter().map(step).collect());
    fields.insert("columns".to_owned(), report.columns.iter().map(column).collect());
    fields.insert("utility".to_owned(), utility(&report.utility));
    if let Some(risk) = fields.get_mut("risk").and_then(Value::as_object_mut) {
        risk.insert("before".to_owned(), groups(&report.risk.before));
        risk.insert("after".to_owned(), groups(&report.risk.after));
        risk.insert("suppressed".to_owned(), number(report.risk.suppressed));
        let attacks = report.risk.attacks.iter().map(|a| {
            json!({
                "attacker": a.attacker,
                "knows": a.knows,
                "targets": number(a.targets),
                "success_before": a.success_before,
                "success_after": a.success_after,
                "interval_after": a.interval_after,
                "ceiling": a.ceiling,
            })
        });
        let attacks = attacks.collect();
        risk.insert("attacks".to_owned(), attacks);
        let models = report.risk.models.iter().map(|model| {
            json!({
                "model": model.model,
                "required": model.required,
                "before": model.before,
                "after": model.after,
                "suppressed": number(model.suppressed),
                "cells": number(model.cells),
            })
        });
        let models = models.collect();
        risk.insert("models".to_owned(), models);
    }
}

fn number(n: u64) -> Value {
    match Shown::of(n, Audience::Recipient) {
        Shown::Exact(n) | Shown::About(n) => json!(n),
        Shown::Small => json!("under 10"),
    }
}

fn step(step: &FlowStep) -> Value {
    let lost: Vec<Value> = step.lost.iter().map(|(why, n)| json!([why, number(*n)])).collect();
    json!({ "label": step.label, "count": number(step.count), "unit": step.unit, "lost": lost })
}

fn groups(groups: &GroupSizes) -> Value {
    let histogram: Vec<Value> =
        groups.histogram.iter().map(|(size, people)| json!([size, number(*people)])).collect();
    json!({
        "histogram": histogram,
        "smallest": groups.smallest,
        "unique": number(groups.unique),
        "highest_risk": groups.highest_risk,
        "average_risk": groups.average_risk,
    })
}

fn column(change: &ColumnChange) -> Value {
    json!({
        "table": change.table,
        "column": change.column,
        "japanese": change.japanese,
        "treatment": change.treatment,
        "changed": number(change.changed),
        "emptied": number(change.emptied),
        "before": { "filled": number(change.before.filled) },
        "after": product(&change.after),
        "dropped": change.dropped,
    })
}

/// Neither everybody's records nor the curve along k nor distances go out; figures from before are as coarse as ten
/// people make them.
fn utility(utility: &UtilityReport) -> Value {
    let question = |question: &QuestionReport| {
        let read_as =
            question.read_as.iter().map(|read| json!({ "how": read.how, "cells": number(read.cells) }));
        json!({
            "title": question.title,
            "asked": question.asked,
            "by": question.by,
            "released": outside::of_original(&question.released),
            "after": outside::of_product(&question.after),
            "without_group": question.without_group.map_or(json!("under 10"), number),
            "read_as": read_as.collect::<Value>(),
        })
    };
    json!({ "questions": utility.questions.iter().map(question).collect::<Value>() })
}

/// What whoever has the product can work out. Of the column before only its cells are told, in tens: exact figures over everybody
/// beside those over the product are one suppressed person's value.
fn product(summary: &ColumnSummary) -> Value {
    let frequent = summary.frequent.iter().filter(|(_, people)| *people >= SMALL_CELL);
    let frequent: Vec<Value> = frequent.map(|(value, people)| json!([value, number(*people)])).collect();
    json!({
        "filled": number(summary.filled),
        "distinct": summary.distinct,
        "mean": summary.mean,
        "deviation": summary.deviation,
        "frequent": frequent,
    })
}
