//! Second pass: the rows in their order, with other values.

use super::csv::{Block, Rows, escaped};
use super::labels::Labels;
use super::{Job, Plan, Refusal, Released, each_block, open};
use crate::search::local::Grouping;
use crate::search::{Counter, Key, Layout, Optimum};

/// In every quasi-identifier of a suppressed row.
const STAR: &[u8] = b"*";

/// What becomes of a row.
pub(super) enum Recoded<K: Key> {
    /// One level a column.
    FullDomain {
        /// For each quasi-identifier and leaf: its group in the node's key, and its words.
        columns: Vec<Vec<(K, Vec<u8>)>>,
        /// Combinations at the node whose rows are suppressed.
        suppressed: Counter<K>,
    },
    /// Each class its own values.
    Local {
        /// Each combination's class, and one more.
        class_of: Counter<K>,
        labels: Labels,
    },
}

impl<K: Key> Recoded<K> {
    pub(super) fn full_domain(plan: &Plan, layout: &Layout, optimum: Optimum<K>) -> Self {
        let fields = plan.quasi.iter().zip(&layout.fields).zip(&optimum.node);
        let columns = fields.map(|(((_, hierarchy), (shift, _)), level)| {
            let level = usize::from(*level);
            let groups = hierarchy.column.levels.get(level).map_or(&[][..], |level| &level.group_of);
            let labels = hierarchy.labels.get(level).map_or(&[][..], Vec::as_slice);
            let word = |group: u32| labels.get(group as usize).map_or("", String::as_str);
            groups
                .iter()
                .map(|group| (K::field(*group, *shift), escaped(word(*group), plan.separator)))
                .collect()
        });
        Self::FullDomain { columns: columns.collect(), suppressed: optimum.suppressed }
    }

    pub(super) fn local(plan: &Plan, grouping: Grouping<K>) -> Self {
        let mut class_of = Counter::new(Vec::new(), grouping.class_of.len(), !K::default());
        for (key, class) in &grouping.class_of {
            class_of.add(*key, class + 1);
        }
        Self::Local { class_of, labels: Labels::new(plan, &grouping.values) }
    }
}

/// Writes the product.
pub(super) fn write<K: Key>(
    job: &Job<'_>,
    plan: &Plan,
    layout: &Layout,
    recoded: &Recoded<K>,
) -> Result<(), Refusal> {
    let (_, mut blocks) = open(job.table, plan.separator)?;
    let mut output = (job.create)().map_err(|error| Refusal::io(&error))?;
    output.write_all(&heading(plan)).map_err(|error| Refusal::io(&error))?;
    each_block(
        &mut blocks,
        |block| rows(block, plan, layout, recoded),
        |text: Vec<u8>| output.write_all(&text).map_err(|error| Refusal::io(&error)),
    )?;
    output.flush().map_err(|error| Refusal::io(&error))
}

fn heading(plan: &Plan) -> Vec<u8> {
    let names = plan.released.iter().map(|column| match column {
        Released::Quasi(number) => plan.quasi.get(*number).map_or(0, |(at, _)| *at),
        Released::Same(at) => *at,
    });
    let names = names.map(|at| escaped(plan.header.get(at).map_or("", String::as_str), plan.separator));
    let mut line = names.collect::<Vec<_>>().join(&plan.separator);
    line.push(b'\n');
    line
}

fn rows<K: Key>(
    block: &Block,
    plan: &Plan,
    layout: &Layout,
    recoded: &Recoded<K>,
) -> Result<Vec<u8>, Refusal> {
    let mut rows = Rows::new(block, plan.separator, plan.header.len());
    let bytes = rows.bytes;
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut words: Vec<&[u8]> = Vec::with_capacity(plan.quasi.len());
    while let Some(cells) = rows.next()? {
        words.clear();
        match recoded {
            Recoded::FullDomain { columns, suppressed } => {
                let mut key = K::default();
                for ((at, hierarchy), column) in plan.quasi.iter().zip(columns) {
                    let leaf = cells.get(*at).and_then(|cell| hierarchy.leaf(bytes, cell));
                    let Some((group, word)) = leaf.and_then(|leaf| column.get(leaf as usize)) else {
                        return Err(changed());
                    };
                    key = key | *group;
                    words.push(word);
                }
                if suppressed.rows(key) > 0 {
                    words.fill(STAR);
                }
            }
            Recoded::Local { class_of, labels } => {
                let key = plan.key::<K>(bytes, cells, layout).map_err(|_| changed())?;
                let class = class_of.rows(key).checked_sub(1).ok_or_else(changed)?;
                words.extend((0..plan.quasi.len()).map(|column| labels.get(class, column)));
            }
        }
        for (number, column) in plan.released.iter().enumerate() {
            if number > 0 {
                text.push(plan.separator);
            }
            match column {
                Released::Quasi(number) => text.extend_from_slice(words.get(*number).unwrap_or(&STAR)),
                Released::Same(at) => {
                    let cell = cells.get(*at).copied().unwrap_or_default();
                    text.extend_from_slice(cell.raw(bytes));
                }
            }
        }
        text.push(b'\n');
    }
    Ok(text)
}

/// The table is read twice and must be the same both times.
fn changed() -> Refusal {
    Refusal::new(
        "処理の途中で表が書き換えられました。もう一度実行してください",
        "the table was changed while it was worked on: run it again",
    )
}
