//! `[protect]`: the quasi-identifiers, k, and the words of the models.

use super::reader::{Fields, Node, Reader};
use crate::models::{KmAnonymity, Model, Population, SmallProviders, WORDS};
use crate::risk::{Ceilings, Trajectories};
use crate::transforms::ColumnOf;
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, TABLES, table};
use std::ops::Range;

/// What protects persons beyond their columns.
#[derive(Debug, Default)]
pub struct Protect {
    /// Columns of `person` by which somebody could be recognised (準識別子).
    pub quasi_identifiers: Vec<&'static Column>,
    /// Every combination of them is shared by at least so many people.
    pub k_anonymity: Option<u64>,
    /// The share of people who are drawn before anything else (標本抽出); `None`: everybody.
    pub sample: Option<f64>,
    /// Whoever shares their combination with too few loses cells before they are suppressed.
    pub suppresses_cells: bool,
    /// The share of people that may be suppressed (抑制) for it and for the models.
    pub suppression_limit: f64,
    /// Models besides k-anonymity, each kept by suppressing people.
    pub models: Vec<Box<dyn Model>>,
    /// kᵐ-anonymity, kept by codes that climb.
    pub km_anonymity: Option<KmAnonymity>,
    /// Whether earlier releases of the project are looked at.
    pub looks_back: bool,
    /// What becomes of small providers.
    pub small_providers: Option<SmallProviders>,
    /// The population of which the product's people are a part.
    pub population: Option<Population>,
    /// Where it is named.
    pub(crate) population_span: Range<usize>,
    /// Words that need it, with their places.
    pub(crate) over_population: Vec<(&'static str, Range<usize>)>,
    /// How often attackers may find the right person.
    pub attack: Ceilings,
    /// How many lives may be unique.
    pub trajectories: Option<Trajectories>,
    /// Columns of dates that are attacked, with their places.
    pub(crate) dated: Vec<(ColumnOf, Range<usize>)>,
    /// Columns whose codes must be able to climb, with their places.
    pub(crate) climbing: Vec<(ColumnOf, Range<usize>)>,
    /// Where providers must be shown for the policy to make sense.
    pub(crate) pooling: Option<Range<usize>>,
    /// The columns that models look at, once each, with their places in the policy.
    pub(super) attributes: Vec<(ColumnOf, Range<usize>)>,
}

impl Protect {
    /// The columns that models look at.
    pub fn attributes(&self) -> impl Iterator<Item = ColumnOf> {
        self.attributes.iter().map(|(of, _)| *of)
    }
}

/// The words that are not models.
const OWN: [&str; 5] = ["quasi_identifiers", "k_anonymity", "sample", "suppress", "suppression_limit"];

pub(super) fn read(root: &Fields<'_>, reader: &mut Reader<'_>) -> (Protect, Range<usize>) {
    let mut protect = Protect::default();
    let Some(node) = root.get("protect") else { return (protect, 0..0) };
    let span = node.span();
    let words: Vec<&str> = OWN.into_iter().chain(WORDS.iter().map(|word| word.name)).collect();
    let Some(fields) = reader.fields(&node, &words) else { return (protect, span) };
    let person = table("person");
    let own: Vec<&'static Column> = person.map_or_else(Vec::new, |t| t.columns.iter().collect());
    if let Some(list) = fields.get("quasi_identifiers") {
        for item in list.items().unwrap_or_else(|| vec![list.clone()]) {
            let Some(name) = reader.string(&item) else { continue };
            let column = own.iter().find(|c| c.name == name.strip_prefix("person.").unwrap_or(name));
            match column {
                Some(column) if protect.quasi_identifiers.contains(column) => {
                    reader.add(
                        item.span(),
                        Bilingual::new("同じ列が二度あります", "the same column twice"),
                        None,
                    );
                }
                Some(column) => protect.quasi_identifiers.push(column),
                None => reader.unknown(
                    item.span(),
                    ("準識別子にできる person の列", "column of person"),
                    name,
                    own.iter().map(|c| c.name),
                ),
            }
        }
    }
    if let Some(node) = fields.get("k_anonymity") {
        protect.k_anonymity = reader.integer(&node, 2..=1_000_000).map(|k| k as u64);
    }
    if let Some(node) = fields.get("sample") {
        protect.sample = reader.share(&node).filter(|share| {
            let is_sample = *share > 0.0 && *share < 1.0;
            if !is_sample {
                let message = Bilingual::new(
                    "0 より大きく 1 より小さい割合を書きます",
                    "must be more than 0 and less than 1",
                );
                let hint = Bilingual::new(
                    "全員を提供するなら sample を書きません",
                    "to release everybody leave `sample` out",
                );
                reader.add(node.span(), message, Some(hint));
            }
            is_sample
        });
    }
    if let Some(node) = fields.get("suppress") {
        protect.suppresses_cells = reader.choice(&node, &["records", "cells"]) == Some(1);
        if fields.get("k_anonymity").is_none() {
            let message =
                Bilingual::new("suppress には k_anonymity が要ります", "`suppress` needs `k_anonymity`");
            reader.add(node.span(), message, None);
        }
    }
    if let Some(node) = fields.get("suppression_limit") {
        protect.suppression_limit = reader.share(&node).unwrap_or(0.0);
    }
    for word in WORDS {
        if let Some(node) = fields.get(word.name) {
            (word.read)(&node, reader, &mut protect);
        }
    }
    (protect, span)
}

/// A column as a model names it, remembered so that the engine loads it.
pub(crate) fn attribute(node: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) -> Option<ColumnOf> {
    let of = column_of(node, reader)?;
    if protect.attributes().all(|known| known != of) {
        protect.attributes.push((of, node.span()));
    }
    Some(of)
}

/// A column as a model names it: `condition.code`.
pub(crate) fn column_of(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<ColumnOf> {
    let name = reader.string(node)?;
    let Some((table, column)) = name.split_once('.').and_then(|(of, column)| Some((table(of)?, column)))
    else {
        reader.unknown(node.span(), ("表.列", "table.column"), name, TABLES.iter().map(|t| t.name));
        return None;
    };
    let Some(column) = table.columns.iter().find(|known| known.name == column) else {
        let (ja, en) = (format!("表 {} に列", table.name), format!("column in table {}:", table.name));
        reader.unknown(node.span(), (&ja, &en), column, table.columns.iter().map(|c| c.name));
        return None;
    };
    Some(ColumnOf { table, column })
}
