//! The standing index (継続的な名寄せ): new records meet those that stand, in time proportional to what is new.
//!
//! It holds the table, the keys and the pairs of a full run, and its weights. A new record is read, meets the records it
//! shares a key with, and only the connected part of probable pairs it touches is decided again, by the same rules as in a
//! full run. **Invariant.** What a change does not touch keeps its cluster. The weights and the counts of names stay those of
//! the full run: the next one takes in how the whole has changed (LNK-01, LNK-02).

mod links;
mod postings;

use crate::block::Rule;
use crate::cluster::{Clustering, Judge, Part};
use crate::constraints::Resolved;
use crate::encode::{self, Encoder, Statement, Table};
use crate::estimate::{Model, SubjectPair, weight_of};
use crate::table::{Schema, TableEncoder, TableError, TableLinkage, Wanted, each_statement};
use crate::{Cluster, Constraints, Linkage, PersonRecord, ScoredPair, Settings, Stage, Statistics};
use crate::{Found, ImplausibleValue, ReviewItem, explain, review};
use arrow::array::RecordBatch;
use kiban_model::SubjectId;
use links::Links;
use postings::Postings;
use rayon::prelude::*;
use std::collections::HashSet;

/// Records linked so far, ready for more. Has no `Debug`: it identifies persons.
pub struct Index {
    settings: Settings,
    table: Table,
    encoder: Encoder,
    model: Model,
    postings: Postings,
    decisions: Constraints,
    constraints: Resolved,
    scored: Vec<SubjectPair>,
    links: Links,
    clustering: Clustering,
}

/// What a change came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Every cluster that has a new subject or came out otherwise than before, complete; by first subject.
    pub clusters: Vec<Cluster>,
    /// Pairs with the new records, above [`Settings::keep_above`].
    pub pairs: Vec<ScoredPair>,
    /// What a human should look at among what changed.
    pub review: Vec<ReviewItem>,
    /// Statements that were new.
    pub statements: u64,
    /// Placeholders and test patients among them.
    pub set_aside: Vec<ImplausibleValue>,
    /// Pairs compared.
    pub pairs_compared: u64,
    /// Blocks too large to be compared, after all splitting.
    pub blocks_left_out: u64,
}

impl Index {
    /// Links records in full and keeps what is needed to go on.
    pub fn of_records(
        records: &[PersonRecord],
        decisions: &Constraints,
        settings: &Settings,
    ) -> (Self, Linkage) {
        let mut statistics = Statistics::default();
        let table = encode::encode(records, settings, &mut statistics);
        let constraints = decisions.resolve(&table, &mut statistics);
        let found = crate::run(&table, &constraints, settings, &mut statistics, &|_| {});
        let linkage = crate::linkage(&table, &found, &constraints, settings, statistics);
        (Self::new(table, found, decisions.clone(), constraints, settings.clone()), linkage)
    }

    /// The same of a table. The rows are subjects 0, 1, 2 …; later batches go on counting.
    pub fn of_table(
        parts: Vec<TableEncoder>,
        settings: &Settings,
        wanted: Wanted,
        tell: &(dyn Fn(Stage) + Sync),
    ) -> (Self, TableLinkage) {
        tell(Stage::Assemble);
        let mut statistics = Statistics::default();
        let (table, settings) = crate::table::assemble(parts, settings, &mut statistics);
        let constraints = Resolved::default();
        let found = crate::run(&table, &constraints, &settings, &mut statistics, tell);
        let linkage = crate::table::answer(&table, &found, &constraints, &settings, statistics, wanted);
        (Self::new(table, found, Constraints::default(), constraints, settings), linkage)
    }

    fn new(
        mut table: Table,
        found: Found,
        decisions: Constraints,
        constraints: Resolved,
        settings: Settings,
    ) -> Self {
        let Found { rules, model, scored, clustering } = found;
        let postings = Postings::new(&mut table, &rules);
        let links = Links::new(table.subjects.len(), &scored);
        let encoder = Encoder::default();
        Self { settings, table, encoder, model, postings, decisions, constraints, scored, links, clustering }
    }

    /// Takes in records of old or new subjects.
    pub fn add(&mut self, records: &[PersonRecord]) -> Change {
        self.table.begin_growing(&mut self.encoder);
        for record in records {
            let birth = encode::birth_text(&record.identity);
            let statement = Statement::of(&record.provider, &record.identity, &birth);
            self.table.take(&mut self.encoder, record.subject, &statement);
        }
        self.grown()
    }

    /// Takes in more rows of a table, as new subjects.
    ///
    /// # Errors
    /// A column is missing or has no text; nothing is taken then.
    pub fn add_batch(&mut self, schema: &Schema, batch: &RecordBatch) -> Result<Change, TableError> {
        let first = self.table.subjects.len() as i64;
        self.table.begin_growing(&mut self.encoder);
        let Self { table, encoder, .. } = self;
        let read = each_statement(schema, batch, |at, statement| {
            table.take(encoder, SubjectId(first + i64::from(at)), statement);
        });
        let change = self.grown();
        read.map(|()| change)
    }

    /// Puts these decisions of humans in the place of those before; only what they touch is decided again.
    pub fn decide(&mut self, decisions: &Constraints) -> Change {
        let changed = |old: &[(SubjectId, SubjectId)], new: &[(SubjectId, SubjectId)]| {
            let (old, new): (HashSet<_>, HashSet<_>) =
                (old.iter().copied().collect(), new.iter().copied().collect());
            old.symmetric_difference(&new).flat_map(|(a, b)| [*a, *b]).collect::<Vec<SubjectId>>()
        };
        let mut touched = changed(&self.decisions.must, &decisions.must);
        touched.extend(changed(&self.decisions.must_not, &decisions.must_not));
        let touched: Vec<u32> = touched.into_iter().filter_map(|id| self.table.subject(id)).collect();
        self.decisions = decisions.clone();
        self.constraints = decisions.resolve(&self.table, &mut Statistics::default());
        self.redecide(&touched, Vec::new(), Change::default())
    }

    /// Every subject's person as it stands: the first subject of its cluster.
    pub fn person_of(&self, subject: SubjectId) -> Option<SubjectId> {
        let at = self.table.subject(subject)?;
        self.clustering.first_of.get(at as usize).map(|first| self.table.subject_id(*first))
    }

    /// How many subjects there are.
    pub fn subjects(&self) -> usize {
        self.table.subjects.len()
    }

    /// The weights, as of the last full run.
    pub const fn model(&self) -> &crate::ModelParameters {
        &self.model.parameters
    }

    /// The rules whose keys are kept.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        self.postings.rules()
    }

    fn grown(&mut self) -> Change {
        let (rows, set_aside) = self.table.finish_growing(&mut self.encoder);
        self.postings.insert(&self.table, rows.clone());
        self.postings.settle(&mut self.table, rows.clone(), self.settings.largest_household);
        self.clustering.grow(self.table.subjects.len());
        let least = weight_of(self.settings.keep_above);
        let (table, model, postings) = (&self.table, &self.model, &self.postings);
        let largest = self.settings.largest_block;
        let meet = |at: u32| {
            let met = postings.meet(table, at, largest);
            let earlier = |other: &u32| !rows.contains(other) || *other < at;
            let others: Vec<u32> = met.rows.into_iter().filter(earlier).collect();
            let pairs =
                others.iter().filter_map(|other| SubjectPair::of_rows(table, model, (*other, at), least));
            (pairs.collect::<Vec<_>>(), others.len() as u64, met.left_out)
        };
        let met: Vec<_> = if rows.len() < 64 {
            rows.clone().map(meet).collect()
        } else {
            rows.clone().into_par_iter().map(meet).collect()
        };
        let mut change = Change { statements: rows.len() as u64, set_aside, ..Change::default() };
        let mut pairs: Vec<SubjectPair> = Vec::new();
        for (found, compared, left_out) in met {
            pairs.extend(found);
            change.pairs_compared += compared;
            change.blocks_left_out += left_out;
        }
        pairs.sort_unstable_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.weight.total_cmp(&x.weight)));
        pairs.dedup_by_key(|pair| (pair.a, pair.b));
        let mut touched: Vec<u32> = rows.filter_map(|at| self.table.row(at)).map(|row| row.subject).collect();
        touched.sort_unstable();
        touched.dedup();
        self.redecide(&touched, pairs, change)
    }

    /// Takes in pairs and decides anew whatever they and the touched subjects are connected with.
    fn redecide(&mut self, touched: &[u32], pairs: Vec<SubjectPair>, mut change: Change) -> Change {
        let new = self.scored.len();
        for pair in pairs {
            // A subject's better pair takes the place of the one before.
            match self.links.of_pair(&self.scored, pair.a, pair.b) {
                Some(at) => {
                    if let Some(old) = self.scored.get_mut(at)
                        && old.weight < pair.weight
                    {
                        *old = pair;
                    }
                }
                None => {
                    self.links.add(&pair, self.scored.len());
                    self.scored.push(pair);
                }
            }
        }
        let least = weight_of(self.settings.link_above);
        let parts = self.links.parts(&self.scored, &self.constraints, touched, least);
        let judge = Judge {
            table: &self.table,
            model: &self.model,
            scored: &self.scored,
            constraints: &self.constraints,
            settings: &self.settings,
        };
        let decided: Vec<_> = parts.par_iter().map(|part| judge.decide(part)).collect();
        let alone = |subject: u32| self.links.loneliness(&self.scored, subject);
        for (part, decided) in parts.iter().zip(&decided) {
            self.clustering.replace(part, decided, alone);
        }
        change.clusters = self.clusters_of(&parts);
        let touched: Vec<SubjectPair> = parts
            .iter()
            .flat_map(|part| part.subjects.iter().flat_map(|subject| self.links.of(*subject)))
            .collect::<HashSet<usize>>()
            .into_iter()
            .filter_map(|at| self.scored.get(at).copied())
            .collect();
        change.review =
            review::queue(&self.table, &touched, &self.clustering, &self.constraints, &self.settings);
        change.pairs = explain::pairs(&self.table, &self.model, self.scored.get(new..).unwrap_or(&[]));
        change
    }

    fn clusters_of(&self, parts: &[Part]) -> Vec<Cluster> {
        let mut members: Vec<(u32, u32)> = parts
            .iter()
            .flat_map(|part| &part.subjects)
            .filter_map(|subject| Some((*self.clustering.first_of.get(*subject as usize)?, *subject)))
            .collect();
        members.sort_unstable();
        members.dedup();
        members
            .chunk_by(|x, y| x.0 == y.0)
            .map(|group| Cluster {
                subjects: group.iter().map(|(_, subject)| self.table.subject_id(*subject)).collect(),
                confidence: group
                    .first()
                    .map_or(1.0, |(first, _)| f64::from(self.clustering.confidence_of(*first))),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
