//! From TOML to a draft of the policy: sections, columns, items. What a section means as a whole is `check`'s.

use super::errors::{PolicyError, PolicyErrors, nearest, place};
use super::reader::{Fields, Node, Reader, hex};
use super::{
    ColumnPolicy, DateStyle, IdFormat, Index, ItemPolicy, Kind, Policy, Protect, TablePolicy, UnnamedItems,
    check, index, protect,
};
use crate::questions;
use crate::transforms::{self, ColumnOf, DependsOn, Pipeline, Treatment};
use kiban_model::report::Bilingual;
use kiban_model::tables::{ColumnKind, TABLES, Table, table};
use sha2::{Digest, Sha256};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

/// A policy as far as its sections go, with the places that `check` points at.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) kind_span: Range<usize>,
    pub(super) acknowledges_free_text: bool,
    pub(super) has_protect: bool,
    pub(super) protect: Protect,
    pub(super) protect_span: Range<usize>,
    pub(super) index: Option<Index>,
    pub(super) has_index: bool,
    pub(super) tables: Vec<TablePolicy>,
}

pub(super) fn policy(
    text: &str,
    file_name: &str,
    hierarchies: &dyn Fn(&str) -> io::Result<String>,
) -> Result<Policy, PolicyErrors> {
    let parsed = DeTable::parse(text).map_err(|error| not_toml(&error, text, file_name))?;
    let mut reader = Reader::new(text, hierarchies);
    let root = Fields::of(0..0, parsed.get_ref());
    check_sections(&root, &mut reader);
    let (kind, kind_span) = read_kind(&root, &mut reader);
    let title = root.get("title").and_then(|node| reader.string(&node)).map(str::to_owned);
    let acknowledgement = root.get("free_text").and_then(|node| reader.choice(&node, &["held-back"]));
    let (protect, protect_span) = protect::read(&root, &mut reader);
    let index = index::read(&root, &mut reader);
    let date_style = read_output(&root, &mut reader);
    let all = read_all(&root, &mut reader);
    let mut id = IdFormat::Random;
    let mut tables = Vec::new();
    for table in TABLES {
        let Some(node) = root.get(table.name) else { continue };
        let Some(fields) = reader.any_fields(&node) else { continue };
        if table.name == "person"
            && let Some(node) = fields.get("id")
        {
            id = read_id(&node, &mut reader).unwrap_or(id);
        }
        tables.push(read_table(table, &fields, &all, &mut reader));
    }
    let questions = questions::read(&root, &tables, &mut reader);
    let mut draft = Draft {
        kind: kind.unwrap_or(Kind::Anonymized),
        kind_span,
        acknowledges_free_text: acknowledgement.is_some(),
        has_protect: root.get("protect").is_some(),
        protect,
        protect_span,
        index,
        has_index: root.get("index").is_some(),
        tables,
    };
    // Without a kind the rules of neither are known; the missing kind is problem enough.
    if kind.is_some() {
        check::whole(&mut draft, &mut reader);
    }
    let hierarchies = reader.finish(file_name)?;
    let hash = hex(&Sha256::digest(text.as_bytes()));
    let Draft { kind, protect, index, mut tables, .. } = draft;
    for table in &mut tables {
        table
            .columns
            .sort_by_key(|c| table.table.all_columns().position(|known| known.name == c.column.name));
    }
    Ok(Policy {
        kind,
        title,
        hash,
        hierarchies,
        tables,
        protect: Arc::new(protect),
        index: index.map(Arc::new),
        id,
        date_style,
        questions: Arc::new(questions),
    })
}

pub(crate) fn not_toml(error: &toml::de::Error, text: &str, file_name: &str) -> PolicyErrors {
    let (line, column) = place(text, &error.span().unwrap_or(0..0));
    let detail = error.message();
    let message =
        Bilingual::new(format!("TOML として読めません: {detail}"), format!("not readable as TOML: {detail}"));
    PolicyErrors {
        file_name: file_name.to_owned(),
        errors: vec![PolicyError { line, column, message, hint: None }],
    }
}

const SETTINGS: [&str; 8] = ["kind", "title", "free_text", "protect", "index", "output", "all", "question"];

fn check_sections(root: &Fields<'_>, reader: &mut Reader<'_>) {
    for (name, span, _) in root.with_places() {
        if !SETTINGS.contains(&name) && table(name).is_none() {
            let known: Vec<&str> = SETTINGS.into_iter().chain(TABLES.iter().map(|t| t.name)).collect();
            reader.unknown(span, ("表または設定", "table or setting"), name, known);
        }
    }
}

fn read_kind(root: &Fields<'_>, reader: &mut Reader<'_>) -> (Option<Kind>, Range<usize>) {
    let Some(node) = root.get("kind") else {
        let hint = Bilingual::new(
            "kind = \"anonymized\"(匿名加工)か \"pseudonymized\"(仮名加工)を書きます",
            "write `kind = \"anonymized\"` or `\"pseudonymized\"`",
        );
        reader.add(0..0, Bilingual::new("kind がありません", "`kind` is missing"), Some(hint));
        return (None, 0..0);
    };
    let words = ["anonymized", "pseudonymized", "linkable", "statistics"];
    let kind = match reader.choice(&node, &words) {
        Some(0) => Some(Kind::Anonymized),
        Some(1) => Some(Kind::Pseudonymized),
        Some(_) => {
            reader.add(
                node.span(),
                Bilingual::new(
                    "連結可能匿名加工(linkable)と統計(statistics)は、まだ作れません",
                    "`linkable` and `statistics` are not available yet",
                ),
                None,
            );
            None
        }
        None => None,
    };
    (kind, node.span())
}

fn read_output(root: &Fields<'_>, reader: &mut Reader<'_>) -> DateStyle {
    let fields = root.get("output").and_then(|node| reader.fields(&node, &["date_style"]));
    let style =
        fields.and_then(|fields| fields.get("date_style")).and_then(|n| reader.choice(&n, &["iso", "slash"]));
    if style == Some(1) { DateStyle::Slash } else { DateStyle::Iso }
}

/// A rule over every column of some kinds that a section keeps.
struct AllOf<'a> {
    kinds: &'static [ColumnKind],
    node: Node<'a>,
}

/// The rules that there can be: name, kinds, words.
const ALL_OF: &[(&str, &[ColumnKind], &[&str])] = &[
    ("date", &[ColumnKind::Date], &["shift", "relative", "generalize", "microaggregate"]),
    ("text", &[ColumnKind::Text], &["drop", "mask"]),
    (
        "number",
        &[ColumnKind::Number, ColumnKind::Integer],
        &["drop", "microaggregate", "noise", "bottom_code", "top_code", "band"],
    ),
];

/// `[all.date]` and its kin, read once so that their problems are told once; each column then reads them for itself.
fn read_all<'a>(root: &Fields<'a>, reader: &mut Reader<'_>) -> Vec<AllOf<'a>> {
    let Some(fields) = root.get("all").and_then(|node| reader.any_fields(&node)) else { return Vec::new() };
    let names: Vec<&str> = ALL_OF.iter().map(|(name, ..)| *name).collect();
    reader.only(&fields, &names);
    let rule = |(name, kinds, words): &(&str, &'static [ColumnKind], &[&str])| {
        let node = fields.get(name)?;
        // Not one of `person`: what cannot treat those is told where it is not wanted.
        let example = TABLES.iter().filter(|t| t.name != "person").find_map(|t| {
            let column = t.columns.iter().find(|c| kinds.contains(&c.kind))?;
            Some(ColumnOf { table: t, column })
        })?;
        let own = reader.any_fields(&node)?;
        reader.only(&own, words);
        read_pipeline(&node, node.span(), example, reader).map(|_| AllOf { kinds, node })
    };
    ALL_OF.iter().filter_map(rule).collect()
}

/// The rule over columns like this one. The values of observations are treated item by item.
fn rule_of<'r, 'a>(all: &'r [AllOf<'a>], of: ColumnOf) -> Option<&'r Node<'a>> {
    let is_value = of.table.name == "observation" && matches!(of.column.name, "value" | "value_number");
    all.iter().find(|rule| rule.kinds.contains(&of.column.kind) && !is_value).map(|rule| &rule.node)
}

fn read_id(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<IdFormat> {
    if node.as_table().is_none() {
        reader.choice(node, &["random"])?;
        return Some(IdFormat::Random);
    }
    let fields = reader.fields(node, &["prefix", "digits"])?;
    let digits = match fields.get("digits") {
        Some(digits) => reader.integer(&digits, 1..=15)? as u8,
        None => {
            reader.add(fields.span(), Bilingual::new("digits がありません", "`digits` is missing"), None);
            return None;
        }
    };
    let prefix = match fields.get("prefix") {
        Some(prefix) => {
            let text = reader.string(&prefix)?;
            if text.len() > 8 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                let message = Bilingual::new(
                    "英数字とハイフン8字までで書きます",
                    "at most 8 letters, digits and hyphens",
                );
                reader.add(prefix.span(), message, None);
                return None;
            }
            text.to_owned()
        }
        None => String::new(),
    };
    Some(IdFormat::Numbered { prefix, digits })
}

fn read_table(
    table: &'static Table,
    fields: &Fields<'_>,
    all: &[AllOf<'_>],
    reader: &mut Reader<'_>,
) -> TablePolicy {
    let mut policy =
        TablePolicy { table, columns: Vec::new(), items: Vec::new(), unnamed_items: UnnamedItems::Keep };
    let has_items = table.name == "observation";
    let mut unnamed = None;
    for (name, span, node) in fields.with_places() {
        if table.name == "person" && name == "id" {
            continue;
        }
        if has_items && name == "items" && node.as_table().is_none() {
            unnamed = reader.choice(&node, &["named", "all"]);
            continue;
        }
        let column = table.column(name);
        let misspelt = nearest(name, table.all_columns().map(|c| c.name)).is_some();
        match column {
            Some(column) => {
                let of = ColumnOf { table, column };
                let Some(mut pipeline) = read_pipeline(&node, span.clone(), of, reader) else { continue };
                if pipeline.is_keep()
                    && let Some(common) = rule_of(all, of)
                {
                    pipeline = read_pipeline(common, common.span(), of, reader).unwrap_or(pipeline);
                }
                policy.columns.push(ColumnPolicy { column, pipeline, span });
            }
            None if has_items && !misspelt => {
                let Some(value) = table.column("value") else { continue };
                let Some(pipeline) =
                    read_pipeline(&node, span.clone(), ColumnOf { table, column: value }, reader)
                else {
                    continue;
                };
                policy.items.push(ItemPolicy { item: name.to_owned(), pipeline, span });
            }
            None if name == "person_id" => {
                let hint =
                    Bilingual::new("仮名は [person] id で決めます", "pseudonyms are set by `[person] id`");
                reader.add(
                    span,
                    Bilingual::new("本人番号は提供できません", "the person number can never leave"),
                    Some(hint),
                );
            }
            None => reader.unknown(
                span,
                (&format!("表 {} に列", table.name), &format!("column in table {}:", table.name)),
                name,
                table.all_columns().map(|c| c.name).collect::<Vec<_>>(),
            ),
        }
    }
    // Naming an item means to choose: others stay back unless the policy says otherwise.
    let drop = unnamed == Some(0) || (unnamed.is_none() && !policy.items.is_empty());
    policy.unnamed_items = if drop { UnnamedItems::Drop } else { UnnamedItems::Keep };
    policy
}

/// One section: its words in the order of [`transforms::ALL`].
fn read_pipeline(
    node: &Node<'_>,
    place: Range<usize>,
    of: ColumnOf,
    reader: &mut Reader<'_>,
) -> Option<Pipeline> {
    let section = reader.any_fields(node)?;
    let mut steps: Vec<(usize, Box<dyn Treatment>)> = Vec::new();
    let mut failed = false;
    for (word, span, value) in section.with_places() {
        let Some((order, transform)) = transforms::ALL.iter().enumerate().find(|(_, t)| t.name() == word)
        else {
            reader.unknown(span, ("加工方法", "transform"), word, transforms::ALL.iter().map(|t| t.name()));
            failed = true;
            continue;
        };
        if !transform.accepts(of) {
            let (column, possible) = (of.column, possible_for(of));
            reader.add(
                span,
                Bilingual::new(
                    format!("「{word}」は列「{}」({})には使えません", column.japanese, column.name),
                    format!("`{word}` cannot treat {}.{} ({:?})", of.table.name, column.name, column.kind),
                ),
                Some(Bilingual::new(format!("使えるもの: {possible}"), format!("possible here: {possible}"))),
            );
            failed = true;
            continue;
        }
        match transform.read(&value, of, reader) {
            Some(treatment) => steps.push((order, treatment)),
            None => failed = true,
        }
    }
    if failed {
        return None;
    }
    let alone = steps.iter().any(|(_, s)| s.is_keep() || s.is_drop() || s.depends_on() == DependsOn::Index);
    if steps.is_empty() || (alone && steps.len() > 1) {
        let message = if steps.is_empty() {
            Bilingual::new("加工方法が書かれていません", "no transform is given")
        } else {
            Bilingual::new(
                "keep と drop と relative はほかの加工方法と一緒に書けません",
                "`keep`, `drop` and `relative` stand alone",
            )
        };
        reader.add(place, message, None);
        return None;
    }
    let low = steps.iter().filter_map(|(_, step)| step.limits().0).max();
    let high = steps.iter().filter_map(|(_, step)| step.limits().1).min();
    if let Some((low, high)) = low.zip(high).filter(|(low, high)| low > high) {
        reader.add(
            place,
            Bilingual::new(
                format!("下限 {low} が上限 {high} より大きくなっています"),
                format!("the lower limit {low} is above the upper limit {high}"),
            ),
            Some(Bilingual::new(
                "bottom_code を top_code より小さくします",
                "let `bottom_code` be less than `top_code`",
            )),
        );
        return None;
    }
    steps.sort_by_key(|(order, _)| *order);
    Some(Pipeline::new(steps.into_iter().map(|(_, step)| step).collect()))
}

fn possible_for(of: ColumnOf) -> String {
    let names: Vec<&str> = transforms::ALL.iter().filter(|t| t.accepts(of)).map(|t| t.name()).collect();
    names.join(", ")
}
