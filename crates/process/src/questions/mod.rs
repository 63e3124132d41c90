//! Questions (問い): what the product is wanted for, asked of the original rows and of the product as it left, side by side.
//!
//! A committee asks "is what remains still true?" (REV-02). A question of the policy is a word of `[[question]]` ([`Word`]) and,
//! with its parameters, an [`Ask`]: what it wants folded of every person's rows, and what it answers from that. Both sides go
//! through the same folding and the same arithmetic, so that a difference is the product's. Nothing here decides who or what
//! leaves; no figure over fewer than [`SMALL_CELL`] people is answered (ANO-10); sums are exact or run in the order of persons,
//! so that the order of rows changes nothing.
//!
//! To add one: a file here and a line in [`WORDS`].

mod chi_square;
mod fold;
mod least_squares;
mod mean;
mod prevalence;
mod reading;
mod regression;
mod scope;
mod selection;
mod sequences;
mod survival;
#[cfg(test)]
mod tests;

pub(crate) use fold::{Fact, Fold};
pub(crate) use scope::Scope;

use crate::policy::{Fields, Node, Reader, TablePolicy};
use fold::Wanted;
use kiban_model::report::utility::Answer;
use kiban_model::report::{Bilingual, SMALL_CELL};
use kiban_model::tables::{Column, Person};
use std::fmt;

/// Every kind of question, in the order of the reference page.
pub static WORDS: &[&Word] =
    &[&prevalence::WORD, &mean::WORD, &survival::WORD, &sequences::WORD, &regression::WORD];

/// A kind of question.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// What the field calls it.
    pub japanese: &'static str,
    /// Paragraphs of the reference page: Japanese, English.
    pub doc: (&'static str, &'static str),
    /// Lines of a question; a test reads them.
    pub example: &'static str,
    /// Whether it can be asked by group.
    pub grouped: bool,
    read: fn(&Node<'_>, &mut Scope<'_, '_>) -> Option<Box<dyn Ask>>,
}

/// A kind of question with its parameters.
pub(crate) trait Ask: fmt::Debug + Send + Sync {
    /// What must be known of every person, in the order in which [`Facts::fact`] gives it.
    fn wants(&self) -> Vec<Wanted>;
    /// What exactly is counted, in words.
    fn asked(&self) -> Bilingual;
    /// The answer over the people included.
    fn answer(&self, facts: &Facts<'_>) -> Answer;
    /// What a person adds to the question's main figure, where that is a mean over persons; see [`Self::is_share`].
    fn figure(&self, facts: &Facts<'_>, person: u32) -> Option<f64> {
        let _ = (facts, person);
        None
    }
    /// Whether the main figure counts people who have something.
    fn is_share(&self) -> bool {
        false
    }
}

/// One question of a policy.
#[derive(Debug)]
pub struct Question {
    pub(crate) title: Bilingual,
    pub(crate) by: Option<&'static Column>,
    pub(crate) ask: Box<dyn Ask>,
}

impl Question {
    /// What must be known of every person: the group first, where there is one.
    fn wants(&self) -> Vec<Wanted> {
        self.by.map(Wanted::Group).into_iter().chain(self.ask.wants()).collect()
    }
}

/// What is known of people, and who is asked about.
pub(crate) struct Facts<'f> {
    pub(crate) by: Option<&'f Fact>,
    pub(crate) facts: Vec<&'f Fact>,
    /// Persons, included or not.
    pub(crate) persons: u32,
    pub(crate) included: &'f dyn Fn(u32) -> bool,
}

impl<'f> Facts<'f> {
    /// What a question wanted, by its place.
    fn fact(&self, at: usize) -> &'f Fact {
        self.facts.get(at).copied().unwrap_or(&Fact::Nothing)
    }

    fn people(&self) -> impl Iterator<Item = u32> {
        (0..self.persons).filter(|person| (self.included)(*person))
    }

    /// People of every group with something of theirs, groups by name; first everybody.
    fn by_group<T>(&self, of: impl Fn(u32) -> Option<T>) -> Vec<(Option<String>, Vec<T>)> {
        let names = self.by.map_or(&[][..], Fact::labels);
        let mut groups: Vec<Vec<T>> = names.iter().map(|_| Vec::new()).collect();
        let mut everybody = Vec::new();
        for person in self.people() {
            if let Some(own) = of(person) {
                match self.by.and_then(|by| groups.get_mut(by.group(person)? as usize)) {
                    Some(group) => group.push(own),
                    None => everybody.push(own),
                }
            }
        }
        let mut named: Vec<(Option<String>, Vec<T>)> =
            names.iter().cloned().map(Some).zip(groups).filter(|(_, people)| !people.is_empty()).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.insert(0, (None, everybody));
        named
    }
}

/// Whether a count is not shown.
pub(crate) const fn is_small(count: u64) -> bool {
    count > 0 && count < SMALL_CELL
}

/// The questions of a policy whose product shows these tables.
pub(crate) fn read(root: &Fields<'_>, tables: &[TablePolicy], reader: &mut Reader<'_>) -> Vec<Question> {
    let Some(node) = root.get("question") else { return Vec::new() };
    let Some(list) = node.items() else {
        let message = Bilingual::new("[[question]] と書きます", "is written `[[question]]`");
        reader.add(node.span(), message, None);
        return Vec::new();
    };
    let mut scope = Scope { tables, reader };
    list.iter().filter_map(|node| question(node, &mut scope)).collect()
}

fn question(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Question> {
    let words = || WORDS.iter().map(|word| word.name);
    let allowed: Vec<&str> = ["title", "by"].into_iter().chain(words()).collect();
    let fields = scope.reader.fields(node, &allowed)?;
    let title = scope.required(&fields, "title").and_then(|node| title(&node, scope.reader));
    let asked: Vec<(&Word, Node<'_>)> =
        WORDS.iter().filter_map(|word| Some((*word, fields.get(word.name)?))).collect();
    let [(word, value)] = asked.as_slice() else {
        let names: Vec<&str> = words().collect();
        let names = names.join(", ");
        scope.reader.add(
            fields.span(),
            Bilingual::new("問いの種類を一つ書きます", "a question asks exactly one thing"),
            Some(Bilingual::new(format!("書けるもの: {names}"), format!("possible here: {names}"))),
        );
        return None;
    };
    let by = fields.get("by").map(|node| by(&node, word, scope));
    let ask = (word.read)(value, scope);
    let by = match by {
        Some(by) => Some(by?),
        None => None,
    };
    Some(Question { title: title?, by, ask: ask? })
}

fn title(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Bilingual> {
    if node.as_table().is_none() {
        let text = reader.string(node)?;
        return Some(Bilingual::new(text, text));
    }
    let fields = reader.fields(node, &["ja", "en"])?;
    let (ja, en) = (fields.get("ja"), fields.get("en"));
    let (Some(ja), Some(en)) = (ja, en) else {
        reader.add(fields.span(), Bilingual::new("ja と en を書きます", "needs `ja` and `en`"), None);
        return None;
    };
    Some(Bilingual::new(reader.string(&ja)?, reader.string(&en)?))
}

/// The column of `person` that makes the groups.
fn by(node: &Node<'_>, word: &Word, scope: &mut Scope<'_, '_>) -> Option<&'static Column> {
    let name = scope.reader.string(node)?;
    let name = name.strip_prefix("person.").unwrap_or(name);
    let Some(column) = Person::TABLE.columns.iter().find(|column| column.name == name) else {
        let known = Person::TABLE.columns.iter().map(|column| column.name);
        scope.reader.unknown(node.span(), ("person の列", "column of person"), name, known);
        return None;
    };
    if !word.grouped {
        let message = Bilingual::new(
            format!("{} は by で分けられません", word.name),
            format!("`{}` is not asked by group", word.name),
        );
        scope.reader.add(node.span(), message, None);
        return None;
    }
    scope.leaves(node.span(), crate::transforms::ColumnOf { table: &Person::TABLE, column }).then_some(column)
}
