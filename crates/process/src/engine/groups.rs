//! Columns that are treated together: the values of an observation, and the codes, names and classes of one thing.
//!
//! What becomes of a combination is worked out once, by the rules of items and of rare codes, and remembered by its codes.

use super::coded::{Coded, Quick};
use super::items::{Fate, Items, ShownValues, Values, treat};
use crate::policy::TablePolicy;
use crate::transforms::{Outcome, RareCodes};
use crate::{Cell, Subject};
use std::collections::HashMap;

/// Columns that hold the value of an observation.
pub(super) const VALUE_COLUMNS: [&str; 5] =
    ["value", "value_number", "comparator", "value_code", "value_system"];

/// By what an observation's values are decided: item, then value.
const BY: [&str; 5] = ["text", "code", "value", "value_number", "comparator"];

/// Columns of a group at most.
const MOST: usize = 16;

/// Combinations remembered: values of measurements have no end.
const REMEMBERED: usize = 1 << 20;

/// What the values of an observation show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// What the columns' own sections say.
    Columns,
    /// Everything as given, a coded value too.
    Kept,
    /// Value, number and comparator as given.
    AsGiven,
    /// In the value column the value of this code; no number, no comparator.
    Class(u32),
}

/// What becomes of a row besides what its columns say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision {
    /// Number of an outcome; 0 for none.
    pub(super) rare: u32,
    /// `None`: the row does not leave.
    pub(super) item: Option<Item>,
    /// Text and code name two sections.
    pub(super) ambiguous: bool,
}

impl Decision {
    /// Of a person who is suppressed.
    pub(super) const SUPPRESSED: Self = Self { rare: 0, item: None, ambiguous: false };

    pub(super) const fn leaves(&self) -> bool {
        self.item.is_some()
    }
}

/// A decision about an item, remembered.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    item: Option<Item>,
    ambiguous: bool,
}

/// What a combination not seen before comes to.
#[derive(Debug)]
pub(super) struct Verdict {
    rare: u32,
    remembered: Remembered,
    /// The column of the value, and what it shows.
    pub(super) value: Option<(usize, Cell<'static>)>,
    by: Option<[u32; 5]>,
}

/// The groups of one table.
#[derive(Debug)]
pub(super) struct Groups<'p> {
    rare: Option<&'p RareCodes>,
    /// Columns of the rule, by position.
    coded: Vec<usize>,
    outcomes: Vec<Outcome>,
    numbers: HashMap<Outcome, u32>,
    /// By codes of the rule's columns; `None` where the person matters.
    rolled_up: HashMap<Box<[u32]>, Option<u32>, Quick>,
    /// `None` where the columns' own sections decide for every row.
    items: Option<(Items<'p>, [usize; 5])>,
    /// By codes of an item; `None` where its value matters.
    of_item: HashMap<[u32; 2], Option<Remembered>, Quick>,
    /// By codes of an item and its value.
    of_value: HashMap<[u32; 5], Remembered, Quick>,
}

impl<'p> Groups<'p> {
    pub(super) fn new(policy: &'p TablePolicy, rare: Option<&'p RareCodes>) -> Self {
        let items = (policy.table.name == super::items::OBSERVATION).then(|| Items::new(policy));
        Self {
            rare,
            coded: Vec::new(),
            outcomes: Vec::new(),
            numbers: HashMap::new(),
            rolled_up: HashMap::default(),
            items: items.filter(Items::decide).map(|items| (items, [usize::MAX; 5])),
            of_item: HashMap::default(),
            of_value: HashMap::default(),
        }
    }

    /// Whether a column has a part in any decision.
    pub(super) fn looks_at(&self, column: &str) -> bool {
        self.rare.is_some_and(|rare| rare.group().columns().any(|name| name == column))
            || self.items.is_some() && BY.contains(&column)
    }

    /// The same, with its columns looked up: those it looks at must be among them.
    pub(super) fn placed(mut self, columns: &[&str]) -> Self {
        let position = |name: &str| columns.iter().position(|column| *column == name).unwrap_or(usize::MAX);
        self.coded = self.rare.map_or(Vec::new(), |rare| rare.group().columns().map(position).collect());
        if let Some((_, by)) = &mut self.items {
            *by = BY.map(position);
        }
        self
    }

    /// The outcome of a number.
    pub(super) fn outcome(&self, number: u32) -> Option<&Outcome> {
        self.outcomes.get((number as usize).checked_sub(1)?)
    }

    /// How many outcomes there are.
    pub(super) const fn outcomes(&self) -> usize {
        self.outcomes.len()
    }

    /// What becomes of a row, where the like was decided before. `code` gives its code in a column.
    pub(super) fn known(&self, code: impl Fn(usize) -> u32) -> Option<Decision> {
        let Remembered { item, ambiguous } = match &self.items {
            Some((_, by)) => {
                let [name, item_code, ..] = *by;
                match self.of_item.get(&[code(name), code(item_code)])? {
                    Some(remembered) => *remembered,
                    None => *self.of_value.get(&by.map(&code))?,
                }
            }
            None => Remembered { item: Some(Item::Columns), ambiguous: false },
        };
        let mut rare = 0;
        if self.rare.is_some() && item.is_some() {
            let mut key = [0; MOST];
            let key = key.get_mut(..self.coded.len())?;
            key.iter_mut().zip(&self.coded).for_each(|(slot, column)| *slot = code(*column));
            rare = (*self.rolled_up.get(&*key)?)?;
        }
        Some(Decision { rare, item, ambiguous })
    }

    /// Works out what becomes of a row. An item's section works on text, which no date shift moves: whose it is does not
    /// matter there.
    pub(super) fn judge(&mut self, given: &[(&Coded, u32)], person: u32, subject: &Subject<'_>) -> Verdict {
        let code = |column: usize| given.get(column).map_or(0, |(_, code)| *code);
        let text = |column: usize| given.get(column).and_then(|(coded, code)| coded.text(*code));
        let mut verdict = Verdict {
            rare: 0,
            remembered: Remembered { item: Some(Item::Columns), ambiguous: false },
            value: None,
            by: None,
        };
        if let Some((items, by)) = &self.items {
            let number = |column: usize| given.get(column).and_then(|(coded, code)| coded.number(*code));
            let [name, item_code, value, value_number, comparator] = *by;
            let fate = items.fate(text(name), text(item_code));
            verdict.by = Some(by.map(code));
            let values =
                Values { value: text(value), number: number(value_number), comparator: text(comparator) };
            let shown = match fate {
                Fate::Item(pipeline) => Some(treat(pipeline, values, subject)),
                Fate::Ambiguous => Some(ShownValues::Class(Cell::Empty)),
                Fate::Columns | Fate::Dropped => None,
            };
            verdict.remembered.ambiguous = matches!(fate, Fate::Ambiguous);
            verdict.remembered.item = match (fate, shown) {
                (Fate::Dropped, _) => None,
                (_, None) => Some(Item::Columns),
                (_, Some(ShownValues::Kept)) => Some(Item::Kept),
                (_, Some(ShownValues::AsGiven)) => Some(Item::AsGiven),
                (_, Some(ShownValues::Class(cell))) => {
                    verdict.value = Some((value, cell));
                    Some(Item::Class(0))
                }
            };
        }
        if let Some(rare) = self.rare.filter(|_| verdict.remembered.item.is_some()) {
            let values: Vec<Option<&str>> = self.coded.iter().map(|column| text(*column)).collect();
            let number = match rare.outcome(&values, Some(person)) {
                Some(outcome) => self.number(outcome.clone()),
                None => 0,
            };
            let codes = self.coded.iter().map(|column| code(*column)).collect();
            self.rolled_up.insert(codes, (!rare.depends_on_person(&values)).then_some(number));
            verdict.rare = number;
        }
        verdict
    }

    fn number(&mut self, outcome: Outcome) -> u32 {
        let next = u32::try_from(self.outcomes.len() + 1).unwrap_or(0);
        let number = *self.numbers.entry(outcome.clone()).or_insert(next);
        if number == next {
            self.outcomes.push(outcome);
        }
        number
    }

    /// Remembers a verdict; `value` is the code of what the value column shows.
    pub(super) fn settle(&mut self, verdict: Verdict, value: Option<u32>) -> Decision {
        let Verdict { rare, mut remembered, by, .. } = verdict;
        if let (Some(Item::Class(code)), Some(value)) = (&mut remembered.item, value) {
            *code = value;
        }
        if let Some(by @ [name, item_code, ..]) = by {
            let is_of_value = matches!(remembered.item, Some(Item::AsGiven | Item::Class(_)));
            self.of_item.insert([name, item_code], (!is_of_value).then_some(remembered));
            if is_of_value {
                if self.of_value.len() >= REMEMBERED {
                    self.of_value.clear();
                }
                self.of_value.insert(by, remembered);
            }
        }
        Decision { rare, item: remembered.item, ambiguous: remembered.ambiguous }
    }
}
