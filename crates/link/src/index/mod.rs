//! The standing index (継続的な名寄せ): new records meet those that stand, in time proportional to what is new.
//!
//! It holds the table, the keys and the pairs of a full run, and its weights. A new record is read, meets the records it
//! shares a key with, and only the connected part of probable pairs it touches is decided again, by the same rules as in a
//! full run. **Invariant.** What a change does not touch keeps its cluster. The weights and the counts of names stay those of
//! the full run: the next one takes in how the whole has changed (LNK-01, LNK-02). Between runs the index is a file (`file`).

mod file;
mod links;
mod postings;
mod standing;

pub use file::IndexError;
pub use standing::{ProviderStanding, Standing};

use crate::block::Rule;
use crate::cluster::{Clustering, Judge, Part};
use crate::constraints::Resolved;
use crate::encode::{self, Encoder, Statement, Table};
use crate::estimate::{Model, SubjectPair, weight_of};
use crate::normalise::Implausible;
use crate::table::{Schema, TableEncoder, TableError, TableLinkage, Wanted, each_statement};
use crate::{Cluster, Constraints, Linkage, PersonRecord, ScoredPair, Settings, Stage, Statistics};
use crate::{FieldStatistics, Found, ImplausibleValue, ReviewItem, explain, review, statistics};
use arrow::array::RecordBatch;
use kiban_model::SubjectId;
use links::Links;
use postings::{Postings, side_by_side};
use rayon::prelude::*;
use std::collections::HashSet;
use std::ops::Range;

/// Records linked so far, ready for more. Has no `Debug`: it identifies persons.
pub struct Index {
    settings: Settings,
    /// Statements there were when all were linked: the weights are theirs.
    linked_in_full: u64,
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
    /// Every cluster that was decided again, complete, whether or not it came out as before; by first subject. Whoever was
    /// one person with one of these before is in one of them.
    pub clusters: Vec<Cluster>,
    /// Every pair of a subject of these clusters, above [`Settings::keep_above`]; by subjects.
    pub pairs: Vec<ScoredPair>,
    /// Those of the pairs that a human should look at.
    pub review: Vec<ReviewItem>,
    /// Statements that were new.
    pub statements: u64,
    /// Placeholders and test patients among them.
    pub set_aside: Vec<ImplausibleValue>,
    /// Pairs compared.
    pub pairs_compared: u64,
    /// How they agree, per field.
    pub fields: Vec<FieldStatistics>,
    /// Blocks too large to be compared, after all splitting.
    pub blocks_left_out: u64,
}

impl Change {
    /// By subjects' ids: those that came later stand last in the table, whatever their ids.
    fn put_in_order(&mut self) {
        let in_order = |a: &mut SubjectId, b: &mut SubjectId| {
            if *a > *b {
                std::mem::swap(a, b);
            }
        };
        self.pairs.iter_mut().for_each(|pair| in_order(&mut pair.a, &mut pair.b));
        self.pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
        self.review.iter_mut().for_each(|item| in_order(&mut item.a, &mut item.b));
        self.clusters.iter_mut().for_each(|cluster| cluster.subjects.sort_unstable());
        self.clusters.sort_unstable_by_key(|cluster| cluster.subjects.first().copied());
    }
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
        let linked_in_full = table.rows.len() as u64;
        Self {
            settings,
            linked_in_full,
            table,
            encoder,
            model,
            postings,
            decisions,
            constraints,
            scored,
            links,
            clustering,
        }
    }

    /// Takes in records of old or new subjects.
    pub fn add(&mut self, records: &[PersonRecord]) -> Change {
        self.take(records);
        self.change(None)
    }

    /// Takes in records, and puts these decisions of humans in the place of those before.
    pub fn update(&mut self, records: &[PersonRecord], decisions: &Constraints) -> Change {
        self.take(records);
        self.change(Some(decisions))
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
        let change = self.change(None);
        read.map(|()| change)
    }

    /// Puts these decisions of humans in the place of those before; only what they touch is decided again.
    pub fn decide(&mut self, decisions: &Constraints) -> Change {
        self.update(&[], decisions)
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

    /// How many distinct statements there are.
    pub fn statements(&self) -> u64 {
        self.table.rows.len() as u64
    }

    /// How many there were when all were linked: the weights and the counts of names are theirs.
    pub const fn linked_in_full(&self) -> u64 {
        self.linked_in_full
    }

    /// The weights, as of the last full run.
    pub const fn model(&self) -> &crate::ModelParameters {
        &self.model.parameters
    }

    /// The rules whose keys are kept.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        self.postings.rules()
    }

    fn take(&mut self, records: &[PersonRecord]) {
        self.table.begin_growing(&mut self.encoder);
        for record in records {
            let birth = encode::birth_text(&record.identity);
            let statement = Statement::of(&record.provider, &record.identity, &birth);
            self.table.take(&mut self.encoder, record.subject, &statement);
        }
    }

    /// Compares what was taken, takes the decisions if there are others, and decides again what either touches.
    fn change(&mut self, decisions: Option<&Constraints>) -> Change {
        let (rows, mut set_aside) = self.table.finish_growing(&mut self.encoder);
        self.postings.insert(&self.table, rows.clone());
        let taken = self.postings.settle(&mut self.table, rows.clone(), &self.settings);
        set_aside.extend(taken.into_iter().filter_map(|(at, field)| {
            let subject = self.table.subject_id(self.table.row(at)?.subject);
            Some(ImplausibleValue { subject, field, reason: Implausible::SharedByMany })
        }));
        self.clustering.grow(self.table.subjects.len());
        let mut change =
            Change { statements: u64::from(rows.end - rows.start), set_aside, ..Change::default() };
        let pairs = self.compare(rows.clone(), &mut change);
        let mut touched: Vec<u32> = rows.filter_map(|at| self.table.row(at)).map(|row| row.subject).collect();
        touched.extend(self.take_decisions(decisions));
        touched.sort_unstable();
        touched.dedup();
        self.redecide(&touched, pairs, change)
    }

    /// The subjects of new rows with those they share a key with, by subjects, each pair of subjects once.
    fn compare(&self, rows: Range<u32>, change: &mut Change) -> Vec<SubjectPair> {
        let (table, model, postings) = (&self.table, &self.model, &self.postings);
        let largest = self.settings.largest_block;
        let meet = |at: u32| {
            let met = postings.meet(table, at, largest);
            let earlier = |other: &u32| !rows.contains(other) || *other < at;
            let pair = |other: u32| SubjectPair::of_rows(table, model, (other, at), f64::NEG_INFINITY);
            let pairs = met.rows.into_iter().filter(earlier).filter_map(pair).collect::<Vec<_>>();
            (pairs, met.left_out)
        };
        let met = side_by_side(rows.clone(), meet);
        let least = weight_of(self.settings.keep_above);
        let mut kept: Vec<SubjectPair> = Vec::new();
        let mut patterns = Vec::new();
        for (pairs, left_out) in met {
            change.pairs_compared += pairs.len() as u64;
            change.blocks_left_out += left_out;
            patterns.extend(pairs.iter().map(|pair| (pair.pattern, 1)));
            kept.extend(pairs.into_iter().filter(|pair| pair.weight >= least));
        }
        change.fields = statistics::fields(&patterns);
        kept.sort_unstable_by(|x, y| {
            (x.a, x.b).cmp(&(y.a, y.b)).then(y.weight.total_cmp(&x.weight)).then(x.rows.cmp(&y.rows))
        });
        kept.dedup_by_key(|pair| (pair.a, pair.b));
        kept
    }

    /// Whom other decisions are about. One that could not be applied before, its subjects being unknown, is another too.
    fn take_decisions(&mut self, decisions: Option<&Constraints>) -> Vec<u32> {
        if let Some(decisions) = decisions {
            self.decisions = decisions.clone();
        }
        let before: HashSet<_> = self.constraints.decisions().into_iter().collect();
        self.constraints = self.decisions.resolve(&self.table, &mut Statistics::default());
        let after: HashSet<_> = self.constraints.decisions().into_iter().collect();
        before.symmetric_difference(&after).flat_map(|((a, b), _)| [*a, *b]).collect()
    }

    /// Takes in pairs and decides anew whatever they and the touched subjects are connected with.
    fn redecide(&mut self, touched: &[u32], pairs: Vec<SubjectPair>, mut change: Change) -> Change {
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
        let mut parts = self.links.parts(&self.scored, &self.constraints, touched, least);
        parts.extend(self.alone_beside(&parts));
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
        let again: HashSet<usize> = parts.iter().flat_map(|part| part.edges.iter().copied()).collect();
        let refused: HashSet<usize> =
            decided.iter().flat_map(|decided| decided.refused.iter().copied()).collect();
        self.clustering.refused.retain(|at| !again.contains(at));
        self.clustering.refused.extend(&refused);
        self.clustering.refused.sort_unstable();

        change.clusters = self.clusters_of(&parts);
        let of_subjects = parts.iter().flat_map(|part| &part.subjects).flat_map(|s| self.links.of(*s));
        let positions: HashSet<usize> = of_subjects.collect();
        let pair = |at: usize| Some((*self.scored.get(at)?, refused.contains(&at)));
        let mut pairs: Vec<(SubjectPair, bool)> = positions.into_iter().filter_map(pair).collect();
        pairs.sort_unstable_by_key(|(pair, _)| (pair.a, pair.b));
        let asked = pairs.iter().map(|(pair, refused)| (pair, *refused));
        change.review =
            review::queue_of(&self.table, asked, &self.clustering, &self.constraints, &self.settings);
        let pairs: Vec<SubjectPair> = pairs.into_iter().map(|(pair, _)| pair).collect();
        change.pairs = explain::pairs(&self.table, &self.model, &pairs);
        change.put_in_order();
        change
    }

    /// Those who are alone and have a pair with somebody in these parts, each by itself: they stay alone, but how sure that is
    /// may be another matter now.
    fn alone_beside(&self, parts: &[Part]) -> Vec<Part> {
        let inside: HashSet<u32> = parts.iter().flat_map(|part| part.subjects.iter().copied()).collect();
        let pairs = inside.iter().flat_map(|subject| self.links.of(*subject));
        let ends = pairs.filter_map(|at| self.scored.get(at)).flat_map(|pair| [pair.a, pair.b]);
        let alone = |subject: &u32| !inside.contains(subject) && self.clustering.size_of(*subject) == 1;
        let beside: HashSet<u32> = ends.filter(alone).collect();
        beside.into_iter().map(|subject| Part { subjects: vec![subject], ..Part::default() }).collect()
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
