//! Twins (双子): one family, one address, one date of birth, often names that look or sound alike.
//!
//! The weights cannot keep them apart from a person whose name was miswritten: of the two there are far more miswritten
//! names. But a wrong join harms where a missing one waits for a reviewer (LNK-02). While they live in one household, a
//! likeness of names alone therefore joins nobody: something must be the person's own.

use super::Judge;
use crate::compare::{Field, Level, Pattern};

/// Until this age brothers and sisters live in one household as a rule; grown-up twins have addresses of their own.
const CHILD_OF_THE_HOUSE: u16 = 30;

impl Judge<'_> {
    /// Whether two groups agree in all that twins have in common and in nothing that is a person's own. `patterns` are those
    /// of the statements across, `subject` is one of theirs. The youngest people of the table tell how old somebody is.
    /// Where every provider knows a person once, both twins are there to choose from: the likelier is taken.
    pub(super) fn may_be_twins(&self, subject: u32, patterns: impl Iterator<Item = Pattern>) -> bool {
        if self.settings.provider_knows_a_person_once {
            return false;
        }
        let mut as_twins = false;
        for pattern in patterns {
            if is_of_one_person(pattern) {
                return false;
            }
            as_twins |= is_as_of_twins(pattern);
        }
        as_twins && self.is_child_of_the_house(subject)
    }

    fn is_child_of_the_house(&self, subject: u32) -> bool {
        let born = self.rows(subject).map(|row| row.birth.year).max().unwrap_or(0);
        born.saturating_add(CHILD_OF_THE_HOUSE) >= self.table.latest_birth_year
    }

    /// The one given name in kanji that a group has in two or more records, none saying otherwise. A slip is made once:
    /// two names, each written so again and again, are two persons'.
    pub(super) fn attested(&self, group: &[u32]) -> Option<u32> {
        let rows = group.iter().flat_map(|subject| self.rows(*subject));
        let mut kanji = rows.map(|row| row.given.kanji).filter(|kanji| *kanji != 0);
        let first = kanji.next()?;
        let mut others = 0;
        let same = kanji.all(|other| {
            others += 1;
            other == first
        });
        (same && others > 0).then_some(first)
    }
}

/// The same given name, or a number that no two persons share. A name not stated says nothing against one person.
fn is_of_one_person(pattern: Pattern) -> bool {
    let given = matches!(
        pattern.get(Field::GivenName),
        Level::Exact
            | Level::Variant
            | Level::Reading
            | Level::PossibleReading
            | Level::Exchanged
            | Level::Missing
    );
    given
        || pattern.get(Field::Insurance) == Level::Insured
        || matches!(pattern.get(Field::OtherNumber), Level::Exact | Level::Close)
}

fn is_as_of_twins(pattern: Pattern) -> bool {
    let household = pattern.get(Field::Address) == Level::Exact
        || pattern.get(Field::Phone) == Level::Exact
        || matches!(pattern.get(Field::Insurance), Level::InsuredHousehold | Level::OtherBranch);
    household && pattern.get(Field::BirthDate) == Level::Exact
}
