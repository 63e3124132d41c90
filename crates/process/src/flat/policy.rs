//! What is done with a flat table, in a file that people review: which column is what, and what must hold.

use super::Refusal;
use crate::policy::{Fields, Node, PolicyErrors, Reader, not_toml};
use crate::search::Aggregation;
use kiban_model::report::Bilingual;
use std::io;
use toml::de::DeTable;

/// What a column is.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// Somebody may know it of a person (準識別子): generalised by its hierarchy.
    QuasiIdentifier {
        /// How much its loss counts beside the others'.
        weight: f64,
        /// Its hierarchy's file, where it is not named like the others.
        hierarchy: Option<String>,
    },
    /// Nobody should learn it of a person (要配慮の列): released as it is, in classes that differ in it.
    Sensitive,
    /// Released as it is.
    Keep,
    /// Not released.
    Drop,
}

/// Which forms a value may take where groups of rows are generalised differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forms {
    /// `{a,b}`: exactly the values of the group.
    pub sets: bool,
    /// `20-24`: numbers from the least to the greatest.
    pub ranges: bool,
}

/// How values are generalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recoding {
    /// One level a column for all rows (全域再符号化).
    FullDomain,
    /// Different values for different groups of rows (局所再符号化). Nodes of the hierarchy are always allowed.
    Local(Forms),
}

/// The policy of a flat table.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePolicy {
    /// Between the cells of a row.
    pub separator: u8,
    /// Columns in the order of the file.
    pub columns: Vec<(String, Role)>,
    /// Names of hierarchy files; `{column}` stands for the column.
    pub hierarchies: String,
    /// Rows that share a combination of quasi-identifiers, at least.
    pub k: u64,
    /// Different sensitive values in a class, at least.
    pub distinct: u64,
    /// The share of rows that may be suppressed.
    pub suppression_limit: f64,
    /// How the losses of columns become one.
    pub aggregation: Aggregation,
    /// How values are generalised.
    pub recoding: Recoding,
}

const ROLES: [&str; 4] = ["quasi-identifier", "sensitive", "keep", "drop"];

impl TablePolicy {
    /// Reads a policy.
    ///
    /// # Errors
    /// Everything wrong with it, with lines.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, PolicyErrors> {
        let parsed = DeTable::parse(text).map_err(|error| not_toml(&error, text, file_name))?;
        let no_files = |_: &str| Err(io::ErrorKind::NotFound.into());
        let mut reader = Reader::new(text, &no_files);
        let root = Fields::of(0..0, parsed.get_ref());
        reader.only(&root, &["title", "separator", "columns", "hierarchies", "protect", "loss", "recoding"]);
        if let Some(title) = root.get("title") {
            reader.string(&title);
        }
        let separator = root.get("separator").and_then(|node| separator(&node, &mut reader)).unwrap_or(b',');
        let section = |name: &str, keys: &[&str], reader: &mut Reader<'_>| {
            root.get(name).and_then(|node| reader.fields(&node, keys))
        };
        let columns = columns(&root, &mut reader);
        let files = section("hierarchies", &["file"], &mut reader);
        let hierarchies =
            files.and_then(|f| f.get("file")).and_then(|node| reader.string(&node).map(str::to_owned));
        let protect =
            section("protect", &["k_anonymity", "distinct_diversity", "suppression_limit"], &mut reader);
        let number = |name: &str, reader: &mut Reader<'_>| {
            let node = protect.as_ref()?.get(name)?;
            reader.integer(&node, 2..=1_000_000_000).map(|number| number as u64)
        };
        let k = number("k_anonymity", &mut reader);
        let distinct = number("distinct_diversity", &mut reader);
        let limit = protect.as_ref().and_then(|fields| fields.get("suppression_limit"));
        let suppression_limit = limit.and_then(|node| reader.share(&node)).unwrap_or(0.0);
        let over = section("loss", &["over_columns"], &mut reader).and_then(|f| f.get("over_columns"));
        let over = over.and_then(|node| reader.choice(&node, &["geometric", "arithmetic"]));
        let recoding = recoding(section("recoding", &["way", "values"], &mut reader).as_ref(), &mut reader);
        let sensitive = columns.iter().filter(|(_, role)| *role == Role::Sensitive).count();
        let whole = Bilingual::new;
        if k.is_none() && !reader.has_problems() {
            let message =
                whole("[protect] に k_anonymity がありません", "`k_anonymity` is missing under [protect]");
            reader.add(0..0, message, Some(whole("例: k_anonymity = 5", "for example `k_anonymity = 5`")));
        }
        if distinct.is_some() != (sensitive > 0) || sensitive > 1 {
            reader.add(
                0..0,
                whole(
                    "distinct_diversity と \"sensitive\" の列は、必ず一つずつ一緒に書きます",
                    "`distinct_diversity` and one column that is \"sensitive\" go together",
                ),
                None,
            );
        }
        if !columns.iter().any(|(_, role)| matches!(role, Role::QuasiIdentifier { .. })) {
            reader.add(
                0..0,
                whole("準識別子の列がありません", "no column is a quasi-identifier"),
                Some(whole(
                    "[columns] に 列 = \"quasi-identifier\"",
                    "write `column = \"quasi-identifier\"` under [columns]",
                )),
            );
        }
        reader.finish(file_name)?;
        Ok(Self {
            separator,
            columns,
            hierarchies: hierarchies.unwrap_or_else(|| "{column}.csv".to_owned()),
            k: k.unwrap_or(u64::MAX),
            distinct: distinct.unwrap_or(0),
            suppression_limit,
            aggregation: if over == Some(1) { Aggregation::Arithmetic } else { Aggregation::Geometric },
            recoding,
        })
    }

    /// Quasi-identifiers with their weights and hierarchy files.
    pub(super) fn quasi_identifiers(&self) -> impl Iterator<Item = (&str, f64, String)> {
        self.columns.iter().filter_map(|(name, role)| match role {
            Role::QuasiIdentifier { weight, hierarchy } => {
                let file = hierarchy.clone().unwrap_or_else(|| self.hierarchies.replace("{column}", name));
                Some((name.as_str(), *weight, file))
            }
            _ => None,
        })
    }

    /// How many of so many rows may be suppressed.
    pub(super) fn limit(&self, rows: u64) -> u64 {
        // A share such as 0.02 is a little off in binary; a whole number of rows must not be lost to that.
        (self.suppression_limit * rows as f64 + 1e-6).floor() as u64
    }

    /// Refuses a share that is none; for settings that do not come from the file.
    ///
    /// # Errors
    /// It is below 0, above 1 or no number.
    pub fn with_limit(mut self, share: f64) -> Result<Self, Refusal> {
        if !(0.0..=1.0).contains(&share) {
            return Err(Refusal::new(
                "抑制の上限は 0 から 1 までの割合です",
                "the suppression limit is a share from 0 to 1",
            ));
        }
        self.suppression_limit = share;
        Ok(self)
    }
}

fn separator(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u8> {
    const SEPARATORS: [&str; 4] = [",", ";", "\t", "|"];
    let found = reader.choice(node, &SEPARATORS)?;
    SEPARATORS.get(found)?.bytes().next()
}

fn columns(root: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<(String, Role)> {
    let Some(fields) = root.get("columns").and_then(|node| reader.any_fields(&node)) else {
        return Vec::new();
    };
    let mut columns = Vec::new();
    for (name, node) in fields.iter() {
        if let Some(role) = role(&node, reader) {
            columns.push((name.to_owned(), role));
        }
    }
    columns
}

fn role(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Role> {
    if node.as_table().is_none() {
        return Some(match reader.choice(node, &ROLES)? {
            0 => Role::QuasiIdentifier { weight: 1.0, hierarchy: None },
            1 => Role::Sensitive,
            2 => Role::Keep,
            _ => Role::Drop,
        });
    }
    let fields = reader.fields(node, &["quasi_identifier", "weight", "hierarchy"])?;
    if fields.get("quasi_identifier").and_then(|node| node.as_bool()) != Some(true) {
        let hint = Bilingual::new("{ quasi_identifier = true, … }", "write `{ quasi_identifier = true, … }`");
        let message = Bilingual::new("何の列かが書かれていません", "it does not say what the column is");
        reader.add(node.span(), message, Some(hint));
        return None;
    }
    let weight = fields.get("weight").and_then(|node| {
        let weight = reader.decimal(&node)?.to_string().parse::<f64>().ok().filter(|weight| *weight > 0.0);
        if weight.is_none() {
            let message = Bilingual::new("重みは 0 より大きい数です", "a weight is a number above 0");
            reader.add(node.span(), message, None);
        }
        weight
    });
    let hierarchy = fields.get("hierarchy").and_then(|node| reader.string(&node).map(str::to_owned));
    Some(Role::QuasiIdentifier { weight: weight.unwrap_or(1.0), hierarchy })
}

fn recoding(fields: Option<&Fields<'_>>, reader: &mut Reader<'_>) -> Recoding {
    let Some(fields) = fields else { return Recoding::FullDomain };
    let way = fields.get("way").and_then(|node| reader.choice(&node, &["full-domain", "local"]));
    let mut forms = Forms { sets: false, ranges: false };
    if let Some(node) = fields.get("values") {
        for item in node.items().unwrap_or_else(|| vec![node.clone()]) {
            match reader.choice(&item, &["nodes", "ranges", "sets"]) {
                Some(1) => forms.ranges = true,
                Some(2) => forms.sets = true,
                _ => {}
            }
        }
    }
    if way == Some(1) { Recoding::Local(forms) } else { Recoding::FullDomain }
}
