//! What one cell must hold: codes with their families, numbers, days, yes or no.

use super::definition::{Bounds, Condition, Pattern, Wants};
use crate::policy::{Node, Reader};
use kiban_model::DateAsGiven;
use kiban_model::report::Bilingual;
use kiban_model::tables::{ColumnKind, Table};
use std::ops::Range;

/// The column whose codes are climbed: a category stands for all codes below it.
const ICD10: &str = "icd10";

/// Reads `column = …` of a table.
pub(super) fn condition(
    table: &'static Table,
    name: &str,
    span: Range<usize>,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<Condition> {
    let askable = table.columns.iter().filter(|column| column.kind != ColumnKind::Json);
    let Some(column) = askable.clone().find(|column| column.name == name) else {
        let what = (format!("表 {} に列", table.name), format!("column in table {}:", table.name));
        reader.unknown(span, (&what.0, &what.1), name, askable.map(|column| column.name));
        return None;
    };
    let wants = match column.kind {
        ColumnKind::Number | ColumnKind::Integer => Wants::Number(bounds(node, reader)?),
        ColumnKind::Flag => match node.as_bool() {
            Some(flag) => Wants::Flag(flag),
            None => {
                let message = Bilingual::new("true か false を書きます", "expected `true` or `false`");
                reader.add(node.span(), message, None);
                return None;
            }
        },
        ColumnKind::Date => {
            let fields = reader.fields(node, &["from", "to"])?;
            let mut day = |key: &str, end| fields.get(key).and_then(|node| day_bound(&node, end, reader));
            Wants::Days(day("from", false), day("to", true))
        }
        ColumnKind::Text | ColumnKind::Code | ColumnKind::CodeSystem | ColumnKind::Json => {
            let nodes = node.items().unwrap_or_else(|| vec![node.clone()]);
            if nodes.is_empty() {
                let message = Bilingual::new("コードを一つ以上書きます", "write at least one code");
                reader.add(node.span(), message, None);
            }
            let mut patterns = Vec::new();
            for node in &nodes {
                patterns.extend(pattern(column.name == ICD10, node, reader));
            }
            Wants::Codes(patterns)
        }
    };
    Some(Condition { column, wants })
}

fn pattern(icd10: bool, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Pattern> {
    let text = reader.string(node)?;
    if !icd10 {
        return Some(match text.strip_suffix('*') {
            Some(beginning) => Pattern::Begins(beginning.to_owned()),
            None => Pattern::Exactly(text.to_owned()),
        });
    }
    let code = |text: &str| {
        let code: String =
            text.trim().chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
        let category = code.get(..3).is_some_and(|category| {
            category.starts_with(|c: char| c.is_ascii_uppercase())
                && category.chars().skip(1).all(|c| c.is_ascii_digit())
        });
        (category && code.is_ascii()).then_some(code)
    };
    let read = match text.split_once('-') {
        Some((first, last)) => match (code(first), code(last)) {
            (Some(first), Some(last)) if first.len() == 3 && last.len() == 3 && first <= last => {
                Some(Pattern::Categories(first, last))
            }
            _ => None,
        },
        None => code(text.strip_suffix('*').unwrap_or(text)).map(Pattern::Begins),
    };
    if read.is_none() {
        let message = Bilingual::new("ICD-10 のコードではありません", "this is no ICD-10 code");
        let hint = Bilingual::new(
            "\"E11\"(下位の分類を含む)、\"E11.9\"、\"E10-E14\" のように書きます",
            "write `\"E11\"` (with all below it), `\"E11.9\"`, or `\"E10-E14\"`",
        );
        reader.add(node.span(), message, Some(hint));
    }
    read
}

/// `7`, or `{ min = 6.5, below = 8 }`.
fn bounds(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Bounds> {
    const ANY: std::ops::RangeInclusive<f64> = -1e15..=1e15;
    if node.as_table().is_none() {
        let number = reader.number(node, ANY)?;
        return Some(Bounds { low: (number, true), high: (number, true) });
    }
    let fields = reader.fields(node, &["min", "max", "above", "below"])?;
    let mut end = |closed: &str, open: &str, infinite: f64| match (fields.get(closed), fields.get(open)) {
        (Some(node), None) => Some((reader.number(&node, ANY)?, true)),
        (None, Some(node)) => Some((reader.number(&node, ANY)?, false)),
        (None, None) => Some((infinite, false)),
        (Some(node), Some(_)) => {
            let message = Bilingual::new(
                format!("{closed} と {open} はどちらか一方です"),
                format!("either `{closed}` or `{open}`, not both"),
            );
            reader.add(node.span(), message, None);
            None
        }
    };
    let (low, high) = (end("min", "above", f64::NEG_INFINITY)?, end("max", "below", f64::INFINITY)?);
    let empty = low.0 > high.0 || (low.0 == high.0 && !(low.1 && high.1));
    if empty || fields.iter().next().is_none() {
        let message = Bilingual::new(
            "この範囲に入る数はありません(min、max、above、below を確かめてください)",
            "no number lies in this range: check `min`, `max`, `above`, `below`",
        );
        reader.add(node.span(), message, None);
        return None;
    }
    Some(Bounds { low, high })
}

/// A day, or the first or last day of a month or year, in days since 1970-01-01.
pub(super) fn day_bound(node: &Node<'_>, end: bool, reader: &mut Reader<'_>) -> Option<i32> {
    let text = reader.string(node)?;
    let parsed = DateAsGiven::parse_iso(text).ok().and_then(|date| {
        let first = date.days_since_epoch();
        if !end || date.day().is_some() {
            return Some(first);
        }
        let year = text.get(..4)?.parse::<u16>().ok()?;
        let next = match date.month() {
            Some(month) if month < 12 => DateAsGiven::from_month(year, month + 1),
            _ => DateAsGiven::from_year(year + 1),
        };
        next.ok().map(|next| next.days_since_epoch() - 1)
    });
    if parsed.is_none() {
        let message = Bilingual::new("暦の日付ではありません", "this is no day of the calendar");
        let hint = Bilingual::new(
            "\"2024-04-01\"、\"2024-04\"、\"2024\" のように書きます",
            "write `\"2024-04-01\"`, `\"2024-04\"`, or `\"2024\"`",
        );
        reader.add(node.span(), message, Some(hint));
    }
    parsed
}
