//! Notices and objections: who was told when, and who refused.
//!
//! Most people were told well before the provision; a few were told so late that the waiting time still runs (OPT-02);
//! children's notices went to a guardian and those who turned 16 got their own (OPT-03); one or two in a hundred object,
//! some of those take it back (OPT-04, OPT-07).

use crate::calendar::{Day, birthday};
use crate::dice::{Dice, Purpose};
use crate::person::Person;
use crate::registration::Registration;

/// Days between the end of the period and the provision.
const UNTIL_PROVISION: Day = 45;
/// The waiting time between notice and provision (OPT-02).
const WAIT: Day = 30;

/// What one provider did and received for one person it knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dealings {
    /// (day, to a guardian).
    pub(crate) notices: Vec<(Day, bool)>,
    /// (received, withdrawn).
    pub(crate) objection: Option<(Day, Option<Day>)>,
}

/// The day of provision of a world whose period ends on `last`.
pub(crate) const fn provided_on(last: Day) -> Day {
    last + UNTIL_PROVISION
}

impl Dealings {
    /// Whether every notice is younger than the waiting time on the day of provision.
    pub(crate) fn waiting(&self, provided_on: Day) -> bool {
        self.notices.iter().all(|(day, _)| provided_on - day < WAIT)
    }

    /// Whether an objection stands on a day.
    pub(crate) fn objects_on(&self, day: Day) -> bool {
        self.objection
            .is_some_and(|(received, withdrawn)| received <= day && withdrawn.is_none_or(|w| w > day))
    }
}

/// Who turned 16 between the notice to a guardian and the provision.
pub(crate) fn turned_16(person: &Person, dealings: &Dealings, provided_on: Day) -> bool {
    let sixteen = birthday(person.birth, 16);
    dealings.notices.iter().any(|(day, guardian)| *guardian && *day < sixteen) && sixteen <= provided_on
}

/// The dealings of one provider with the people it knows: index of person and day first known.
pub(crate) fn deal(
    seed: u64,
    provider: usize,
    known: &[(usize, Day)],
    people: &[Person],
    first: Day,
    last: Day,
) -> Vec<Dealings> {
    let mut dice = Dice::new(seed, Purpose::Governance, provider);
    let provided_on = provided_on(last);
    let late = share(known.len(), 30);
    let order = dice.order(known.len());
    let mut all = vec![Dealings::default(); known.len()];
    for (rank, &at) in order.iter().enumerate() {
        let (person, since) = known[at];
        let person = &people[person];
        let told = if rank < late {
            provided_on - dice.between(1, WAIT - 1)
        } else {
            // On the first visit or soon after, and never so late that the wait still runs.
            (since.max(first) + dice.between(0, 14)).min(provided_on - WAIT)
        };
        let sixteen = birthday(person.birth, 16);
        all[at].notices.push((told, told < sixteen));
        if told < sixteen && sixteen <= provided_on {
            all[at].notices.push(((sixteen + dice.between(1, 20)).min(provided_on), false));
        }
    }
    let objecting = share(known.len(), 15);
    for (rank, &at) in dice.order(known.len()).iter().take(objecting).enumerate() {
        let told = all[at].notices.first().map_or(first, |(day, _)| *day);
        let received = (told + dice.between(1, 40)).min(provided_on - 1);
        // The third, and then every eighth, takes it back before the provision.
        let withdrawn = (rank % 8 == 2 && received + 2 < provided_on)
            .then(|| dice.between(received + 1, provided_on - 1));
        all[at].objection = Some((received, withdrawn));
    }
    all
}

/// `per_mille` of a count, at least two.
fn share(count: usize, per_mille: usize) -> usize {
    (count * per_mille).div_ceil(1000).max(2).min(count)
}

/// The (person, first day) pairs of registrations.
pub(crate) fn known(registrations: &[&Registration]) -> Vec<(usize, Day)> {
    registrations.iter().map(|r| (r.person, r.since)).collect()
}
