//! Admission (受入判定): the gate between what was read and what may be stored. COL-02, OPT-01 to OPT-08.
//!
//! The gate is a pure function of facts and a record. What comes out of it is [`Admitted`], which nothing but
//! [`admit`] can make, and which is the only thing the store accepts: a record that did not pass cannot be stored,
//! because it has another type.

use crate::{Filing, Match, Notice, Objection, Rules, filing, match_objection, notice, objection};
use kiban_model::{DateAsGiven, Identity, OfSubject, Private, Reason, SubjectId};

/// What is on record on the day of decision about one person at one provider.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The day for which the gate decides.
    pub day: &'a DateAsGiven,
    /// The provider's filing.
    pub filing: Option<&'a Filing>,
    /// Notices that reached this person: the provider's to everyone and the person's own.
    pub notices: &'a [Notice],
    /// Objections received by this provider.
    pub objections: &'a [Objection],
    /// The provider's number of the person.
    pub local_id: &'a Private<String>,
    /// What the delivery, and earlier ones, say of who the person is.
    pub statements: &'a [Identity],
    /// The Act's numbers.
    pub rules: &'a Rules,
}

/// Why a record may be stored: kept with the decision (COL-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// The notice relied on; `None` for records about no person.
    pub notice_on: Option<DateAsGiven>,
    /// The day decided for.
    pub decided_for: DateAsGiven,
}

/// Why a record may not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not yet: time or a fact is missing, and may come.
    NotYet(&'static Reason),
    /// The person objected.
    Objected(&'static Reason),
    /// A human must look; fail closed.
    Doubtful(&'static Reason),
}

impl Refusal {
    /// The reason in words.
    pub const fn reason(&self) -> &'static Reason {
        match self {
            Self::NotYet(reason) | Self::Objected(reason) | Self::Doubtful(reason) => reason,
        }
    }
}

/// Something that passed the gate. Only [`admit`] and [`admit_reference`] make one.
///
/// ```compile_fail
/// let forged = kiban_law::Admitted { value: 1, ground: unreachable!() };
/// ```
#[derive(Debug, Clone)]
pub struct Admitted<T> {
    value: T,
    ground: Ground,
}

impl<T> Admitted<T> {
    /// What was admitted.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Why.
    pub const fn ground(&self) -> &Ground {
        &self.ground
    }

    /// What was admitted, without its wrapper.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl Admitted<SubjectId> {
    /// Lets something of the same subject through on the ground found for the subject: the gate decides once a person,
    /// not once a record. `None` for something of another subject.
    pub fn extend<T: OfSubject>(&self, value: T) -> Option<Admitted<T>> {
        (value.subject() == self.value).then_some(Admitted { value, ground: self.ground })
    }
}

/// Decides for one person at one provider on one day.
///
/// # Errors
/// The refusal with its reason. An objection outweighs everything: it is told even where other conditions fail too.
pub fn decide(facts: &Facts<'_>) -> Result<Ground, Refusal> {
    let strongest = facts
        .objections
        .iter()
        .filter(|objection| objection.stands_on(facts.day))
        .map(|objection| match_objection(objection, facts.local_id, facts.statements))
        .max()
        .unwrap_or(Match::No);
    match strongest {
        Match::Same => return Err(Refusal::Objected(&objection::OBJECTED)),
        Match::Doubtful => return Err(Refusal::Doubtful(&objection::POSSIBLE_OBJECTOR)),
        Match::No => {}
    }
    filing::confirm(facts.filing, facts.day).map_err(Refusal::NotYet)?;
    let birth_date = facts.statements.iter().find_map(|s| s.birth_date.as_ref()).map(Private::expose);
    let notice =
        notice::sufficient(facts.notices, birth_date, facts.day, facts.rules).map_err(Refusal::NotYet)?;
    Ok(Ground { notice_on: Some(notice.given_on), decided_for: *facts.day })
}

/// Lets a value about one person through, or says why not.
///
/// # Errors
/// As [`decide`].
pub fn admit<T>(value: T, facts: &Facts<'_>) -> Result<Admitted<T>, Refusal> {
    let ground = decide(facts)?;
    Ok(Admitted { value, ground })
}

/// Lets a value about no person (an institution, a staff list) through: only the provider's filing matters.
///
/// # Errors
/// [`Refusal::NotYet`] where the filing does not allow it.
pub fn admit_reference<T>(
    value: T,
    filing: Option<&Filing>,
    day: &DateAsGiven,
) -> Result<Admitted<T>, Refusal> {
    filing::confirm(filing, day).map_err(Refusal::NotYet)?;
    Ok(Admitted { value, ground: Ground { notice_on: None, decided_for: *day } })
}

#[cfg(test)]
mod tests;
