//! Any flat table (一枚の表) with a policy of its own: a CSV file and hierarchies in, an anonymized file out (ANO-04, ANO-05).
//!
//! The rows are never held: one pass counts combinations of quasi-identifiers, the search works on these, a second pass
//! writes the rows in their order, and a third counts the product again from what was written. A column the policy does not
//! name is not released; a product in which a class is too small is an error, never a file. No value of a cell is in
//! anything that is said: line numbers, column names and counts only.

mod attack;
mod count;
mod csv;
mod hierarchy;
mod labels;
mod policy;
mod report;
mod risk;
mod verify;
mod words;
mod write;

pub use attack::{FlatAttack, FlatAttacked, FlatAttacker, WorstRow, attack};
pub use policy::{Forms, Recoding, Role, TablePolicy};
pub use report::{ColumnReport, FlatReport};
pub use risk::{ClassSizes, FlatRisk, PopulationRisk, SensitiveRisk, risk};

use self::csv::{Block, Blocks};
use crate::search::{self, KAnonymity, Key, Layout, Question};
use hierarchy::Hierarchy;
use kiban_model::report::Bilingual;
use rayon::prelude::*;
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError};

/// Why there is no product: what, where, and what would help. `Display` is English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct Refusal(
    /// In both languages.
    pub Bilingual,
);

impl Refusal {
    fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Bilingual::new(ja, en))
    }

    fn at(file: &str, line: u64, ja: &str, en: &str) -> Self {
        Self::new(format!("{file} の{line}行目: {ja}"), format!("{file}, line {line}: {en}"))
    }

    fn io(error: &io::Error) -> Self {
        Self::new(format!("読み書きできません: {error}"), format!("cannot be read or written: {error}"))
    }
}

/// Opens a file again from its beginning.
pub type Open<'a> = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Sync + 'a;

/// A table to anonymize, and where to put the product.
pub struct Job<'a> {
    /// What must hold.
    pub policy: &'a TablePolicy,
    /// The text of a hierarchy file by its name.
    pub hierarchy: &'a dyn Fn(&str) -> io::Result<String>,
    /// The table.
    pub table: &'a Open<'a>,
    /// A new file for the product. It must not be where the product goes: it is only good once [`anonymize`] says so.
    pub create: &'a dyn Fn() -> io::Result<Box<dyn Write + Send>>,
    /// What was written there.
    pub written: &'a Open<'a>,
    /// How often combinations may be counted in search of the best node; then the best so far is taken and the gap told.
    pub budget: u64,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("policy", self.policy).finish_non_exhaustive()
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlatStage {
    /// Reading the table and counting combinations.
    Counting,
    /// Looking for the best generalisation.
    Searching,
    /// Writing the product.
    Writing,
    /// Counting the product again.
    Verifying,
}

/// The table's columns, and what becomes of each.
struct Plan {
    header: Vec<String>,
    separator: u8,
    /// The column of each quasi-identifier, in the table's order, with its hierarchy.
    quasi: Vec<(usize, Hierarchy)>,
    sensitive: Option<usize>,
    /// What is written, in the table's order.
    released: Vec<Released>,
}

/// A column of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Released {
    /// A quasi-identifier by its number.
    Quasi(usize),
    /// A column of the table, as it is.
    Same(usize),
}

/// Anonymizes a table. What [`Job::create`] made is a product only if this succeeds.
///
/// # Errors
/// A file cannot be used, a hierarchy or a row is not what it should be, or the policy cannot be met.
pub fn anonymize(job: &Job<'_>, tell: &dyn Fn(FlatStage)) -> Result<FlatReport, Refusal> {
    tell(FlatStage::Counting);
    let (header, _) = open(job.table, job.policy.separator)?;
    let plan = Plan::new(job, header)?;
    let columns: Vec<search::Column> = plan.quasi.iter().map(|(_, h)| h.column.clone()).collect();
    let sensitive = if plan.sensitive.is_some() { count::SENSITIVE_BITS } else { 0 };
    let layout = Layout::new(&columns, sensitive);
    if layout.bits <= <u64 as Key>::BITS {
        run::<u64>(job, &plan, &columns, &layout, tell)
    } else if layout.bits <= <u128 as Key>::BITS {
        run::<u128>(job, &plan, &columns, &layout, tell)
    } else {
        let bits = layout.bits;
        Err(Refusal::new(
            format!(
                "準識別子の組合せが大きすぎます（{bits} ビット、上限 128）。準識別子を減らすか、値の少ない階層表にしてください"
            ),
            format!(
                "combinations of the quasi-identifiers take {bits} bits, of 128: use fewer, or hierarchies with fewer values"
            ),
        ))
    }
}

fn run<K: Key>(
    job: &Job<'_>,
    plan: &Plan,
    columns: &[search::Column],
    layout: &Layout,
    tell: &dyn Fn(FlatStage),
) -> Result<FlatReport, Refusal> {
    let policy = job.policy;
    let counted = count::count::<K>(job.table, plan, layout)?;
    let rows = counted.rows;
    let requirement = KAnonymity { k: policy.k, distinct: policy.distinct };
    if rows < policy.k {
        let k = policy.k;
        return Err(Refusal::new(
            format!(
                "表は{rows}行で、k = {k} より少ないため、どのように加工しても満たせません。k を{rows}以下にするか、行を増やしてください"
            ),
            format!(
                "the table has {rows} rows, fewer than k = {k}: nothing can meet that. Take a k of at most {rows}, or more rows"
            ),
        ));
    }
    tell(FlatStage::Searching);
    let limit = policy.limit(rows);
    let (aggregation, budget) = (policy.aggregation, job.budget);
    let question = Question { columns, layout, requirement: &requirement, aggregation, limit, budget };
    let combinations = counted.entries.len() as u64;
    let (recoded, mut report) = match policy.recoding {
        Recoding::FullDomain => {
            let optimum = search::full_domain(&question, counted.entries)
                .map_err(|none| unmet(none.suppressed, rows, columns, plan))?;
            let report = FlatReport::full_domain(plan, policy, &optimum);
            (write::Recoded::full_domain(plan, layout, optimum), report)
        }
        Recoding::Local(forms) => {
            let forms = labels::forms(plan, forms);
            let grouping = search::local::local(&question, &forms, counted.entries)
                .map_err(|none| unmet(none.suppressed, rows, columns, plan))?;
            let report = FlatReport::local(plan, policy, &grouping);
            (write::Recoded::local(plan, grouping), report)
        }
    };
    report.rows = rows;
    report.combinations = combinations;
    report.limit = limit;
    report.dropped = plan.dropped();
    tell(FlatStage::Writing);
    write::write(job, plan, layout, &recoded)?;
    tell(FlatStage::Verifying);
    let verified = verify::verify(job, plan, &requirement)?;
    verified.agrees(&report)?;
    Ok(report)
}

/// The limit that cannot be met, the one that can, and what stands in the way.
fn unmet(suppressed: u64, rows: u64, columns: &[search::Column], plan: &Plan) -> Refusal {
    // Rounded up to what can be written in a policy and is enough.
    let share = (suppressed as f64 / rows as f64 * 1e4).ceil() / 1e4;
    let open: Vec<&str> = columns
        .iter()
        .zip(&plan.quasi)
        .filter(|(column, _)| column.levels.last().is_some_and(|level| level.leaves_in.len() > 1))
        .filter_map(|(_, (at, _))| plan.header.get(*at).map(String::as_str))
        .collect();
    let (mut ja, mut en) = (String::new(), String::new());
    if !open.is_empty() {
        ja = format!(
            "。または、次の列の階層表の最後に全体を一つにする水準(*)を加えてください: {}",
            open.join("、")
        );
        en = format!(", or end the hierarchies of these columns in one group (`*`): {}", open.join(", "));
    }
    Refusal::new(
        format!(
            "どの値を最も粗くしても{suppressed}行を抑制しなければならず、上限を超えます。suppression_limit を {share} 以上にしてください{ja}"
        ),
        format!(
            "even with every value as coarse as it can be, {suppressed} rows must be suppressed, which is beyond the limit: allow suppression_limit = {share} or more{en}"
        ),
    )
}

fn open<'a>(open: &'a Open<'a>, separator: u8) -> Result<(Vec<String>, Blocks<'a>), Refusal> {
    let input = open().map_err(|error| Refusal::io(&error))?;
    Blocks::open(input, separator).map_err(|error| Refusal::io(&error))
}

/// Works on the blocks of a file on every core while the next are read and the last are `take`n, in the file's order.
fn each_block<T: Send>(
    blocks: &mut Blocks<'_>,
    work: impl Fn(&Block) -> Result<T, Refusal> + Sync,
    mut take: impl FnMut(T) -> Result<(), Refusal> + Send,
) -> Result<(), Refusal> {
    let most = rayon::current_num_threads().max(1) * 2;
    let mut take_all = |done: Vec<Result<T, Refusal>>| done.into_iter().try_for_each(|done| take(done?));
    let mut current = blocks.some(most).map_err(|error| Refusal::io(&error))?;
    let mut done = Vec::new();
    while !current.is_empty() {
        let (taken, (next, worked)) = rayon::join(
            || take_all(done),
            || rayon::join(|| blocks.some(most), || current.par_iter().map(&work).collect::<Vec<_>>()),
        );
        taken?;
        done = worked;
        blocks.reuse(current);
        current = next.map_err(|error| Refusal::io(&error))?;
    }
    take_all(done)
}

/// What blocks are counted into: as many as are worked on at a time, the one last used first, because it is in the cache.
#[derive(Debug)]
struct Lanes<T>(Mutex<Vec<T>>);

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T: Default> Lanes<T> {
    fn take(&self) -> T {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give(&self, lane: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
    }

    fn all(self) -> Vec<T> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn new(job: &Job<'_>, header: Vec<String>) -> Result<Self, Refusal> {
        let policy = job.policy;
        // Without a heading the first line is a person, who must not be repeated.
        if !policy.columns.iter().any(|(name, _)| header.contains(name)) {
            return Err(Refusal::new(
                "表の1行目に、方針にある列の名前が一つもありません。見出し行があるか、separator が合っているかを確かめてください",
                "the first line of the table has none of the columns the policy names: is it a heading, and is the separator right?",
            ));
        }
        let mut seen = HashSet::new();
        if let Some(twice) = header.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(Refusal::new(
                format!("表に列「{twice}」が二つあります。名前を分けてください"),
                format!("the table has two columns {twice}: give them different names"),
            ));
        }
        if let Some((name, _)) = policy.columns.iter().find(|(name, _)| !header.contains(name)) {
            let there = header.join(", ");
            return Err(Refusal::new(
                format!(
                    "方針にある列「{name}」が表にありません。表の列: {there}。方針か separator を直してください"
                ),
                format!(
                    "there is no column {name}, which the policy names; there are: {there}. Correct the policy or its separator"
                ),
            ));
        }
        let mut plan = Self {
            separator: policy.separator,
            quasi: Vec::new(),
            sensitive: None,
            released: Vec::new(),
            header,
        };
        for (at, name) in plan.header.iter().enumerate() {
            match policy.columns.iter().find(|(known, _)| known == name).map(|(_, role)| role) {
                Some(Role::QuasiIdentifier { .. }) => {
                    let Some((_, weight, file)) =
                        policy.quasi_identifiers().find(|(known, ..)| known == name)
                    else {
                        continue;
                    };
                    let text = (job.hierarchy)(&file).map_err(|error| no_hierarchy(name, &file, &error))?;
                    plan.released.push(Released::Quasi(plan.quasi.len()));
                    plan.quasi.push((at, Hierarchy::parse(&text, &file, weight)?));
                }
                Some(Role::Sensitive) => {
                    plan.sensitive = Some(at);
                    plan.released.push(Released::Same(at));
                }
                Some(Role::Keep) => plan.released.push(Released::Same(at)),
                Some(Role::Drop) | None => {}
            }
        }
        Ok(plan)
    }

    /// Columns of the table that are not released.
    fn dropped(&self) -> Vec<String> {
        let released = |at: usize| {
            self.released.contains(&Released::Same(at)) || self.quasi.iter().any(|(quasi, _)| *quasi == at)
        };
        let columns = self.header.iter().enumerate();
        columns.filter(|(at, _)| !released(*at)).map(|(_, name)| name.clone()).collect()
    }
}

fn no_hierarchy(name: &str, file: &str, error: &io::Error) -> Refusal {
    let kind = error.kind();
    Refusal::new(
        format!(
            "準識別子「{name}」の階層表 {file} を読めません（{kind}）。階層表を置くか、--hierarchies で場所を示すか、人ごとに異なる値の列なら \"drop\" にしてください"
        ),
        format!(
            "the hierarchy {file} of quasi-identifier {name} cannot be read ({kind}): put it there, say where it is with --hierarchies, or, if every person has another value in this column, drop it"
        ),
    )
}

#[cfg(test)]
mod tests;
