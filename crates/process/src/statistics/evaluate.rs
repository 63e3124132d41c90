//! Answering a question exactly, shard by shard: which step each person is lost at, or which cell of the breakdown they are in.
//!
//! The result is for the guard alone: no count of it is shown before [`super::guard`] or [`super::noise`] has seen it.

use super::ages::age;
use super::breakdown::Classes;
use super::definition::{
    Anchor, Combine, Condition, Criterion, EventRule, Moment, Near, PersonRule, Question, Rule, Wants,
};
use super::index::{FLAGS, Index, IndexError, day_number};
use kiban_model::Private;

/// More cells than this are no table that people read.
const MOST_CELLS: usize = 20_000;

/// Why a question cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A column with too many different values.
    #[error(
        "{table}.{column} has too many different values to be asked here: it holds free text; ask in SQL (--sql)"
    )]
    FreeText {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
    },
    /// A breakdown into too many cells.
    #[error(
        "the breakdown has {cells} cells, more than {MOST_CELLS}: leave a dimension out, or widen the age band"
    )]
    TooManyCells {
        /// How many.
        cells: usize,
    },
}

/// Persons by what became of them: a number each, in the order of ordinals. Numbers below `lost` are those who left the
/// cohort at that step; `lost` and above are the cells of the breakdown. Every person has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Ways to be outside the cohort.
    pub lost: u32,
    /// Cells of the breakdown; 1 without one.
    pub cells: u32,
    /// The number of each person. Never printed.
    pub labels: Private<Vec<u32>>,
}

impl Partition {
    /// How many persons have each number.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0u64; (self.lost + self.cells) as usize];
        for label in self.labels.expose() {
            if let Some(count) = counts.get_mut(*label as usize) {
                *count += 1;
            }
        }
        counts
    }
}

/// A question, with the values it names found in an index.
#[derive(Debug)]
pub struct Plan<'q> {
    question: &'q Question,
    /// By criterion, by condition: the numbers a cell may have.
    wanted: Vec<Vec<Vec<(u32, u32)>>>,
    /// Criteria whose events are looked at again.
    eventful: Vec<bool>,
    breakdown: Vec<Classes>,
    cells: u32,
}

impl<'q> Plan<'q> {
    /// Looks the question's values up.
    ///
    /// # Errors
    /// A column that is not listed, too many cells, the file.
    pub fn new(question: &'q Question, index: &mut Index) -> Result<Self, EvaluateError> {
        let mut wanted = Vec::new();
        let mut eventful = vec![false; question.criteria.len()];
        let mut mark = |criterion: usize| {
            if let Some(slot) = eventful.get_mut(criterion) {
                *slot = true;
            }
        };
        for criterion in &question.criteria {
            let (table, conditions) = match &criterion.rule {
                Rule::Person(rule) => ("person", rule.conditions.as_slice()),
                Rule::Events(rule) => {
                    if let Some(Near { anchor: Anchor::Criterion(anchor), .. }) = rule.near {
                        mark(anchor);
                    }
                    (rule.table.name, rule.conditions.as_slice())
                }
                Rule::Group(..) => ("person", &[][..]),
            };
            let ranges: Result<_, EvaluateError> =
                conditions.iter().map(|condition| numbers(table, condition, index)).collect();
            wanted.push(ranges?);
        }
        if let Some(event) = question.index {
            mark(event.criterion);
        }
        let mut breakdown = Vec::new();
        for dimension in &question.breakdown {
            breakdown.push(Classes::new(*dimension, index)?);
        }
        let cells: usize = breakdown.iter().map(Classes::len).product();
        if cells > MOST_CELLS {
            return Err(EvaluateError::TooManyCells { cells });
        }
        Ok(Self { question, wanted, eventful, breakdown, cells: cells as u32 })
    }

    /// A question whose persons somebody else finds, as [`Question::in_sql`].
    pub fn of_persons(question: &'q Question) -> Self {
        Self { question, wanted: Vec::new(), eventful: Vec::new(), breakdown: Vec::new(), cells: 1 }
    }

    /// The classes of each dimension of the breakdown.
    pub fn breakdown(&self) -> &[Classes] {
        &self.breakdown
    }

    pub(super) const fn question(&self) -> &'q Question {
        self.question
    }

    /// How many steps an answer shows.
    pub(super) fn question_steps(&self) -> u32 {
        match self.question.combine {
            Combine::All => self.question.steps().count() as u32,
            Combine::Any => 0,
        }
    }

    /// Ways to be outside the cohort, and cells within.
    pub fn sizes(&self) -> (u32, u32) {
        let lost = match self.question.combine {
            Combine::All => self.question.steps().count() as u32,
            Combine::Any => 1,
        };
        (lost, self.cells)
    }

    /// The numbers of a shard's persons, as in [`Partition`].
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn shard(&self, index: &mut Index, shard: u32) -> Result<Private<Vec<u32>>, EvaluateError> {
        let persons = index.persons_of(shard) as usize;
        let births = index.rows(shard, "person", &["birth_date"], None)?.columns.pop().unwrap_or_default();
        let mut work = Work { plan: self, index, shard, persons, births, index_days: None, done: Vec::new() };
        work.done.resize_with(self.question.criteria.len(), || None);
        work.run()
    }
}

/// The numbers a condition allows, as ranges with both ends included.
fn numbers(
    table: &'static str,
    condition: &Condition,
    index: &mut Index,
) -> Result<Vec<(u32, u32)>, EvaluateError> {
    let column = condition.column.name;
    if !index.askable(table, column)? {
        return Err(EvaluateError::FreeText { table, column });
    }
    let dictionary = index.dictionary(table, column)?;
    let mut ranges: Vec<(u32, u32)> = match (&condition.wants, &dictionary) {
        (Wants::Codes(patterns), Some(dictionary)) => {
            patterns.iter().filter_map(|pattern| dictionary.matching(pattern)).collect()
        }
        (Wants::Number(bounds), Some(dictionary)) => dictionary.within(bounds).into_iter().collect(),
        (Wants::Days(from, to), _) => {
            vec![(from.map_or(1, day_number).max(1), to.map_or(u32::MAX, day_number))]
        }
        (Wants::Flag(flag), _) => vec![(FLAGS[usize::from(*flag)], FLAGS[usize::from(*flag)])],
        _ => Vec::new(),
    };
    ranges.sort_unstable();
    Ok(ranges)
}

fn holds(ranges: &[(u32, u32)], number: u32) -> bool {
    ranges.iter().any(|(from, to)| (*from..=*to).contains(&number))
}

/// What a criterion found in a shard.
#[derive(Debug, Default)]
struct Found {
    /// Of whom it holds.
    persons: Vec<bool>,
    /// Their events (person, day), sorted, each day once, without undated ones; only where something looks at them.
    events: Vec<(u32, u32)>,
}

struct Work<'w, 'q> {
    plan: &'w Plan<'q>,
    index: &'w mut Index,
    shard: u32,
    persons: usize,
    /// Days of birth.
    births: Vec<u32>,
    /// Days of index events, once known; 0 for none.
    index_days: Option<Vec<u32>>,
    done: Vec<Option<Found>>,
}

impl Work<'_, '_> {
    fn run(&mut self) -> Result<Private<Vec<u32>>, EvaluateError> {
        let question = self.plan.question;
        if let Some(event) = question.index {
            self.ensure(event.criterion)?;
            let mut days = vec![0; self.persons];
            let events = self
                .done
                .get(event.criterion)
                .and_then(Option::as_ref)
                .map_or(&[][..], |found| &found.events);
            for (person, day) in events {
                if let Some(slot) = days.get_mut(*person as usize)
                    && (*slot == 0 || event.last)
                {
                    *slot = *day;
                }
            }
            self.index_days = Some(days);
        }
        for criterion in 0..question.criteria.len() {
            self.ensure(criterion)?;
        }
        let steps: Vec<&Vec<bool>> = question
            .steps()
            .filter_map(|step| self.done.get(step).and_then(Option::as_ref).map(|found| &found.persons))
            .collect();
        let (lost, _) = self.plan.sizes();
        let mut labels: Vec<u32> = (0..self.persons)
            .map(|person| {
                let mut holds = steps.iter().map(|step| step.get(person).copied().unwrap_or(false));
                match question.combine {
                    Combine::All => holds.position(|holds| !holds).map_or(lost, |step| step as u32),
                    Combine::Any => u32::from(holds.any(|holds| holds)),
                }
            })
            .collect();
        self.place_in_cells(lost, &mut labels)?;
        Ok(Private::new(labels))
    }

    /// Persons of the cohort get the number of their cell.
    fn place_in_cells(&mut self, lost: u32, labels: &mut [u32]) -> Result<(), EvaluateError> {
        let mut cells = vec![0u32; self.persons];
        for classes in &self.plan.breakdown {
            let values = match classes.column() {
                Some(column) => {
                    self.index.rows(self.shard, "person", &[column], None)?.columns.pop().unwrap_or_default()
                }
                None => Vec::new(),
            };
            for (person, cell) in cells.iter_mut().enumerate() {
                let value = values.get(person).copied().unwrap_or(0);
                let birth = self.births.get(person).copied().unwrap_or(0);
                let class = classes.class(value, birth, self.index_day(person));
                *cell = *cell * classes.len() as u32 + class;
            }
        }
        for (label, cell) in labels.iter_mut().zip(cells) {
            if *label == lost {
                *label += cell;
            }
        }
        Ok(())
    }

    fn index_day(&self, person: usize) -> u32 {
        self.index_days.as_ref().and_then(|days| days.get(person)).copied().unwrap_or(0)
    }

    fn ensure(&mut self, criterion: usize) -> Result<(), EvaluateError> {
        if self.done.get(criterion).is_none_or(Option::is_some) {
            return Ok(());
        }
        let plan = self.plan;
        let Some(Criterion { without, rule, .. }) = plan.question.criteria.get(criterion) else {
            return Ok(());
        };
        let wanted = plan.wanted.get(criterion).map_or(&[][..], Vec::as_slice);
        let mut found = match rule {
            Rule::Person(rule) => Found { persons: self.of_person(rule, wanted)?, events: Vec::new() },
            Rule::Events(rule) => {
                if let Some(Near { anchor: Anchor::Criterion(anchor), .. }) = rule.near {
                    self.ensure(anchor)?;
                }
                let eventful = plan.eventful.get(criterion).copied().unwrap_or(false);
                self.of_events(rule, wanted, eventful)?
            }
            Rule::Group(combine, members) => {
                for member in members {
                    self.ensure(*member)?;
                }
                let holds = |member: &usize, person: usize| {
                    let found = self.done.get(*member).and_then(Option::as_ref);
                    found.and_then(|found| found.persons.get(person)).copied().unwrap_or(false)
                };
                let persons = (0..self.persons).map(|person| match combine {
                    Combine::All => members.iter().all(|member| holds(member, person)),
                    Combine::Any => members.iter().any(|member| holds(member, person)),
                });
                Found { persons: persons.collect(), events: Vec::new() }
            }
        };
        if *without {
            found.persons.iter_mut().for_each(|holds| *holds = !*holds);
        }
        if let Some(slot) = self.done.get_mut(criterion) {
            *slot = Some(found);
        }
        Ok(())
    }

    fn of_person(
        &mut self,
        rule: &PersonRule,
        wanted: &[Vec<(u32, u32)>],
    ) -> Result<Vec<bool>, EvaluateError> {
        let mut persons = vec![true; self.persons];
        for (condition, ranges) in rule.conditions.iter().zip(wanted) {
            let values = self.index.rows(self.shard, "person", &[condition.column.name], None)?.columns.pop();
            for (holding, value) in persons.iter_mut().zip(values.unwrap_or_default()) {
                *holding &= holds(ranges, value);
            }
        }
        if let Some(rule) = rule.age {
            for (person, holding) in persons.iter_mut().enumerate().filter(|(_, holding)| **holding) {
                let on = match rule.on {
                    Moment::Day(day) => day_number(day),
                    Moment::Index => self.index_day(person),
                };
                let age = age(self.births.get(person).copied().unwrap_or(0), on);
                *holding = age.is_some_and(|age| (rule.min..=rule.max).contains(&age));
            }
        }
        Ok(persons)
    }

    fn of_events(
        &mut self,
        rule: &EventRule,
        wanted: &[Vec<(u32, u32)>],
        eventful: bool,
    ) -> Result<Found, EvaluateError> {
        let dated = rule
            .date
            .filter(|_| eventful || rule.at_least > 1 || rule.near.is_some() || rule.period != (None, None));
        let names: Vec<&str> = rule
            .conditions
            .iter()
            .map(|condition| condition.column.name)
            .chain(dated.map(|date| date.name))
            .collect();
        // Codes of the leading column narrow what is read.
        let lead = self.index.leading(rule.table.name)?;
        let mut named = rule.conditions.iter().zip(wanted);
        let narrow = named.find(|(condition, _)| lead == Some(condition.column.name));
        let narrow = narrow.map(|(_, ranges)| ranges.as_slice());
        let mut columns = self.index.rows(self.shard, rule.table.name, &names, narrow)?.columns.into_iter();
        let persons = columns.next().unwrap_or_default();
        let mut standing = vec![true; persons.len()];
        for ranges in wanted {
            for (stands, value) in standing.iter_mut().zip(columns.next().unwrap_or_default()) {
                *stands = *stands && holds(ranges, value);
            }
        }
        let mut found = Found { persons: vec![false; self.persons], events: Vec::new() };
        let Some(_) = dated else {
            for (person, _) in persons.iter().zip(standing).filter(|(_, stands)| *stands) {
                if let Some(slot) = found.persons.get_mut(*person as usize) {
                    *slot = true;
                }
            }
            return Ok(found);
        };
        let days = columns.next().unwrap_or_default();
        let (from, to) = (rule.period.0.map(day_number), rule.period.1.map(day_number));
        let within = |day: u32| {
            (from.is_none() && to.is_none())
                || (day != 0 && from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
        };
        let mut events: Vec<(u32, u32)> = persons
            .into_iter()
            .zip(days)
            .zip(standing)
            .filter(|((_, day), stands)| *stands && within(*day))
            .map(|(event, _)| event)
            .collect();
        events.sort();
        events.dedup();
        if let Some(near) = rule.near {
            self.keep_near(near, &mut events);
        }
        for of_one in events.chunk_by(|a, b| a.0 == b.0) {
            if let Some((person, _)) = of_one.first()
                && of_one.len() >= rule.at_least as usize
                && let Some(slot) = found.persons.get_mut(*person as usize)
            {
                *slot = true;
            }
        }
        if eventful {
            events.retain(|(person, day)| *day != 0 && found.persons.get(*person as usize) == Some(&true));
            found.events = events;
        }
        Ok(found)
    }

    /// Keeps events that have an anchor at the right distance. Undated ones have none.
    fn keep_near(&self, near: Near, events: &mut Vec<(u32, u32)>) {
        let fits = |day: u32, anchor: u32| {
            let distance = i64::from(day) - i64::from(anchor);
            (i64::from(near.from)..=i64::from(near.to)).contains(&distance)
        };
        match near.anchor {
            Anchor::Index => events.retain(|(person, day)| {
                let anchor = self.index_day(*person as usize);
                *day != 0 && anchor != 0 && fits(*day, anchor)
            }),
            Anchor::Criterion(anchor) => {
                let anchors =
                    self.done.get(anchor).and_then(Option::as_ref).map_or(&[][..], |found| &found.events);
                // The first anchor late enough decides: any later one is farther still.
                events.retain(|(person, day)| {
                    let earliest = i64::from(*day) - i64::from(near.to);
                    let at = anchors.partition_point(|(other, anchor)| {
                        (*other, i64::from(*anchor)) < (*person, earliest)
                    });
                    let first = anchors.get(at).filter(|(other, _)| other == person);
                    *day != 0 && first.is_some_and(|(_, anchor)| fits(*day, *anchor))
                });
            }
        }
    }
}
