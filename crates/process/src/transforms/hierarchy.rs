//! `hierarchy`: a value becomes its class of a table that the committee can read beside the policy (ANO-04, ANO-05).

use super::{ColumnOf, Example, Transform, Treatment, is_word, required};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The word `hierarchy`.
#[derive(Debug)]
pub(super) struct Hierarchy;

impl Transform for Hierarchy {
    fn name(&self) -> &'static str {
        "hierarchy"
    }
    fn japanese(&self) -> &'static str {
        "階層表で置き換える"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "方針と同じフォルダの CSV の階層表で置き換える。1列目がもとの値(水準0)、右へ行くほど粗い。見出し行はなく、`#` の行は説明。\
             表にない値は空欄にする。ある水準で同じ区分は、より粗い水準でも同じ区分でなければならない。",
            "A class of a CSV table beside the policy takes the value's place. The first column is the value (level 0), columns to \
             the right are coarser. No header; lines with `#` are remarks. A value that is not in the table becomes empty. What is \
             one class at a level must be one class at every coarser one.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "visit.department",
            line: "hierarchy = { file = \"departments.csv\", level = 1 }",
            cases: &[("01", "内科系"), ("10", "外科系"), ("77", "")],
        }]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_word(column) || column.column.kind == ColumnKind::Integer
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["file", "level"])?;
        let file = required(&fields, "file", reader);
        let level = required(&fields, "level", reader);
        let (file, level) = (file?, level?);
        let name = reader.string(&file)?;
        let text = reader.hierarchy(&file, name)?;
        let table = match Levels::parse(&text) {
            Ok(table) => table,
            Err(problem) => {
                let (line, ja, en) = (problem.line, problem.ja, problem.en);
                reader.add(
                    file.span(),
                    Bilingual::new(
                        format!("階層表の{line}行目: {ja}"),
                        format!("line {line} of the hierarchy: {en}"),
                    ),
                    None,
                );
                return None;
            }
        };
        let level = reader.integer(&level, 1..=table.highest as i64)? as usize;
        Some(Box::new(Climbed { file: name.to_owned(), table: Arc::new(table), level }))
    }
}

#[derive(Debug)]
struct Levels {
    rows: HashMap<String, Vec<String>>,
    highest: usize,
}

struct BadTable {
    line: u64,
    ja: &'static str,
    en: &'static str,
}

impl Levels {
    fn parse(text: &str) -> Result<Self, BadTable> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows: HashMap<String, Vec<String>> = HashMap::new();
        let mut parents: BTreeMap<(usize, String), String> = BTreeMap::new();
        let mut width = 0;
        for record in reader.records() {
            let record = record.map_err(|error| BadTable {
                line: error.position().map_or(1, csv::Position::line),
                ja: "CSV として読めません",
                en: "not readable as CSV",
            })?;
            let line = record.position().map_or(1, csv::Position::line);
            let bad = |ja, en| BadTable { line, ja, en };
            if width == 0 {
                width = record.len();
            }
            if record.len() != width || width < 2 {
                return Err(bad(
                    "列の数がほかの行と違うか、2列未満です",
                    "another number of columns than before, or fewer than 2",
                ));
            }
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            for (level, pair) in cells.windows(2).enumerate() {
                let [child, parent] = pair else { continue };
                let known = parents.entry((level, child.clone())).or_insert_with(|| parent.clone());
                if known != parent {
                    return Err(bad(
                        "同じ区分が二つの上位区分に属しています",
                        "one class belongs to two coarser classes",
                    ));
                }
            }
            let Some((value, classes)) = cells.split_first() else { continue };
            if rows.insert(value.clone(), classes.to_vec()).is_some() {
                return Err(bad("同じ値が二度あります", "the same value twice"));
            }
        }
        if rows.is_empty() {
            return Err(BadTable { line: 1, ja: "行がありません", en: "no rows" });
        }
        Ok(Self { rows, highest: width - 1 })
    }
}

#[derive(Debug)]
struct Climbed {
    file: String,
    table: Arc<Levels>,
    level: usize,
}

impl Treatment for Climbed {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        let class =
            cell.text().and_then(|text| self.table.rows.get(text.trim())?.get(self.level - 1).cloned());
        class.map_or(Cell::Empty, Cell::label)
    }
    fn words(&self) -> Bilingual {
        Bilingual::new(
            format!("階層表 {} の水準{}", self.file, self.level),
            format!("level {} of hierarchy {}", self.level, self.file),
        )
    }
    fn coarser(&self, _: ColumnOf) -> Option<Box<dyn Treatment>> {
        let level = self.level + 1;
        (level <= self.table.highest).then(|| {
            Box::new(Self { file: self.file.clone(), table: Arc::clone(&self.table), level })
                as Box<dyn Treatment>
        })
    }
}
