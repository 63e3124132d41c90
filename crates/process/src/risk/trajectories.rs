//! Uniqueness of trajectories (受診の軌跡の一意性): whoever knows m dated events of a life, how often is it the only one?
//!
//! de Montjoye, Hidalgo, Verleysen and Blondel (Scientific Reports 2013) measured it for places; here an event is a column of dates
//! with its code on a day. For targets drawn by the run's seed, m of their true events are drawn; a person of the product is a
//! candidate where one and the same shift makes all of them events of theirs. After the shift only intervals are left to know. Where days are
//! counted from an index event, the attacker is taken to know its day: the strongest case.
//! A life is unique where the target is the only candidate; who was suppressed cannot be found. Before treatment, candidates
//! are those with the same events on the same days. Lives with fewer events are attacked with all they have.
//!
//! The share is an estimate over [`TARGETS`] lives with its interval of Wilson; the upper end is held against the ceiling.

use super::ceilings::Exceeded;
use super::events::Events;
use super::interval::wilson;
use super::{drawn, representative_keys};
use crate::keys::{Keys, Subject};
use crate::models::{Groups, Word};
use crate::policy::{Node, Protect, Reader};
use crate::transforms::{ColumnOf, required};
use kiban_model::report::{Bilingual, ModelFinding};
use rayon::prelude::*;
use std::ops::Range;

pub(crate) const WORD: Word = Word {
    name: "trajectories",
    japanese: "軌跡の一意性",
    doc: (
        "`of` の日付の列から本人の出来事を無作為に `events` 個知られたとき、その人だけに絞られる人の割合の上限 `at_most`。同じ行にコードがあればコードも知られるものとする。\
         日付をずらした後は間隔だけが手がかりになる。標本から推定し、95 % 信頼区間の上端が上限を超えれば提供しない。",
        "The share of people who are singled out by `events` events of theirs, drawn at random from the date columns of `of`, with the code beside them \
         where there is one. After the shift only intervals tell. It is estimated on a sample; nothing leaves where the upper end of \
         the 95 % interval exceeds `at_most`.",
    ),
    example: "trajectories = { of = [\"visit.start\"], events = 3, at_most = 0.5 }",
    read,
};

/// Lives attacked at most.
const TARGETS: usize = 1_000;

/// The word with its parameters.
#[derive(Debug, Clone)]
pub struct Trajectories {
    /// Columns of dates.
    pub of: Vec<ColumnOf>,
    /// How many events somebody knows.
    pub events: usize,
    /// The share of unique lives that the policy allows.
    pub at_most: f64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let Some(fields) = reader.fields(value, &["of", "events", "at_most"]) else { return };
    let of = required(&fields, "of", reader);
    let events = required(&fields, "events", reader).and_then(|node| reader.integer(&node, 1..=20));
    let at_most = required(&fields, "at_most", reader).and_then(|node| reader.share(&node));
    let mut columns: Vec<ColumnOf> = Vec::new();
    for node in of.iter().flat_map(|of| of.items().unwrap_or_else(|| vec![of.clone()])) {
        let Some(of) = crate::policy::column_of(&node, reader) else { continue };
        let span: Range<usize> = node.span();
        protect.dated.push((of, span));
        columns.push(of);
    }
    if let (Some(events), Some(at_most), false) = (events, at_most, columns.is_empty()) {
        protect.trajectories = Some(Trajectories { of: columns, events: events as usize, at_most });
    }
}

/// Whose lives are attacked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lives<'a> {
    /// Who could leave.
    pub(crate) among: &'a [bool],
    /// Days of index events.
    pub(crate) indices: &'a [Option<i32>],
}

impl Lives<'_> {
    fn is_attacked(&self, person: u32, events: &Events<'_>) -> bool {
        let at = person as usize;
        self.among.get(at).copied().unwrap_or(false) && !events.of.of(at).is_empty()
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uniqueness {
    /// Lives attacked.
    pub targets: u64,
    /// Share of them that is unique before treatment.
    pub before: f64,
    /// Share that is unique in the product.
    pub after: f64,
    /// 95 % interval of the latter.
    pub interval: (f64, f64),
}

/// Attacks lives with `m` of their events.
pub(crate) fn measure(events: &Events<'_>, m: usize, seed: u64, keys: &Keys, lives: Lives<'_>) -> Uniqueness {
    let persons = events.of.len();
    let living: Vec<u32> = (0..persons as u32).filter(|person| lives.is_attacked(*person, events)).collect();
    let targets = drawn(&living, TARGETS, seed);
    let people_of = |of: &Groups, len: usize| {
        let pairs =
            (0u32..).zip(of.iter()).flat_map(|(person, own)| own.iter().map(move |event| (*event, person)));
        Groups::of_pairs(len, pairs.collect::<Vec<_>>().into_iter())
    };
    let true_people = people_of(&events.of, events.truth.len());
    let shown_people = people_of(&events.shown_of, events.shown_len());
    let shifts = representative_keys(&events.shift_steps().collect());
    let found: Vec<(bool, bool)> = targets
        .par_iter()
        .map(|target| {
            let known = drawn(events.of.of(*target as usize), m, seed ^ super::mixed(u64::from(*target)));
            let before = is_alone(*target, &known, &true_people);
            let is_shown = !events.shown_of.of(*target as usize).is_empty();
            let after = is_shown
                && shifts.iter().all(|shift| {
                    let index = lives.indices.get(*target as usize).copied().flatten();
                    let subject = Subject::shifted(*shift, keys).with_index(index);
                    let shown: Option<Vec<u32>> =
                        known.iter().map(|event| events.shown_as(*event, &subject)).collect();
                    shown.is_none_or(|shown| is_alone(*target, &shown, &shown_people))
                });
            (before, after)
        })
        .collect();
    let share = |pick: fn(&(bool, bool)) -> bool| {
        if found.is_empty() {
            0.0
        } else {
            found.iter().filter(|f| pick(f)).count() as f64 / found.len() as f64
        }
    };
    let (targets, after) = (found.len() as u64, share(|f| f.1));
    Uniqueness { targets, before: share(|f| f.0), after, interval: wilson(after, targets) }
}

/// Whether nobody but the target has all of these events.
fn is_alone(target: u32, events: &[u32], people: &Groups) -> bool {
    let mut lists: Vec<&[u32]> = events.iter().map(|event| people.of(*event as usize)).collect();
    lists.sort_by_key(|list| list.len());
    let Some((shortest, others)) = lists.split_first() else { return false };
    let mut rests: Vec<&[u32]> = others.to_vec();
    !shortest.iter().any(|person| {
        // All lists ascend: what lies behind is never looked at again.
        *person != target
            && rests.iter_mut().all(|rest| {
                let skip = skip_below(rest, *person);
                *rest = rest.get(skip..).unwrap_or_default();
                rest.first() == Some(person)
            })
    })
}

/// How many of an ascending list lie below a number, looked for in growing steps.
fn skip_below(list: &[u32], number: u32) -> usize {
    let mut step = 1;
    while list.get(step).is_some_and(|known| *known < number) {
        step *= 2;
    }
    let from = step / 2;
    let within = list.get(from..(step + 1).min(list.len())).unwrap_or_default();
    from + within.partition_point(|known| *known < number)
}

impl Trajectories {
    /// The line of the report, and the rate where it may be over the ceiling.
    pub(crate) fn finding(
        &self,
        events: &Events<'_>,
        seed: u64,
        keys: &Keys,
        lives: Lives<'_>,
    ) -> (ModelFinding, Option<Exceeded>) {
        let m = self.events;
        let Uniqueness { targets, before, after, interval } = measure(events, m, seed, keys, lives);
        let what = Bilingual::new(
            format!("出来事{m}個を知られて一人に絞られる人の割合(軌跡の一意性)"),
            format!("share of people singled out by {m} dated events (uniqueness of trajectories)"),
        );
        let (low, high) = interval;
        let finding = ModelFinding {
            model: what.clone(),
            required: Bilingual::new(
                format!("{} 以下(95 % 信頼区間 {low:.4}～{high:.4})", self.at_most),
                format!("at most {} (95 % interval {low:.4} to {high:.4})", self.at_most),
            ),
            before: Some(before),
            after: Some(after),
            suppressed: 0,
            cells: 0,
        };
        let over = Exceeded::check(&what, after, targets, self.at_most);
        (finding, over)
    }
}
