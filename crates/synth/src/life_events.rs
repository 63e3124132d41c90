//! What happens to people while the world is watched: marriages, moves, new insurance, 75th birthdays, deaths.
//!
//! Each is what makes linkage hard in Japan (LNK-01): a new surname, a new address, a new symbol and number for one and
//! the same person.

use crate::calendar::{Day, age, birthday};
use crate::dice::{Dice, Purpose};
use crate::person::{Coverage, Name, Person, Since, households, on};
use crate::population::{Card, home, late_stage};
use kiban_model::Sex;

/// How often each happened.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Events {
    pub(crate) marriages: usize,
    pub(crate) households_moved: usize,
    pub(crate) insurance_changes: usize,
}

/// Lets the years pass, without illness.
pub(crate) fn happen(seed: u64, people: &mut [Person], first: Day, last: Day) -> Events {
    let mut events = Events::default();
    let years = (last - first + 1) as f64 / 365.25;
    let yearly = |per_mille: f64| (per_mille * years) as usize;
    for (household, members) in households(people) {
        let mut dice = Dice::new(seed, Purpose::LifeEvents, household);
        if dice.chance(yearly(40.0)) {
            events.households_moved += 1;
            let (day, home) = (dice.between(first, last), home(&mut dice));
            for &at in &members {
                people[at].homes.push(Since { from: day, state: home.clone() });
            }
        }
        if dice.chance(yearly(45.0)) {
            events.insurance_changes += 1;
            let (day, mut card) = (dice.between(first, last), Card::new(&mut dice));
            for &at in &members {
                let person = &mut people[at];
                let coverage = card.next_member(&mut dice, person.birth, day, person.guardian.is_none());
                if !coverage.insurer.is_individual() {
                    person.coverages.push(Since { from: day, state: coverage });
                }
            }
        }
        for &at in &members {
            let person = &mut people[at];
            let seventy_five = birthday(person.birth, 75);
            if (first..=last).contains(&seventy_five) {
                person.coverages.retain(|c| c.from < seventy_five);
                person.coverages.push(Since { from: seventy_five, state: late_stage(&mut dice) });
            }
            let risk = match age(person.birth, first) {
                0..60 => 1.0,
                60..75 => 10.0,
                75..85 => 35.0,
                _ => 90.0,
            };
            if dice.chance(yearly(risk)) {
                person.death = Some(dice.between(first + 20, last));
            }
        }
    }
    events.marriages = marry(seed, people, first, last);
    for person in people {
        person.homes.sort_by_key(|h| h.from);
        person.coverages.sort_by_key(|c| c.from);
    }
    events
}

/// Single adults of different households marry: one takes the other's surname, home and, often, insurance.
fn marry(seed: u64, people: &mut [Person], first: Day, last: Day) -> usize {
    let alone = households(people);
    let single = |sex: Sex| -> Vec<usize> {
        let fits = |p: &Person| p.sex == sex && p.death.is_none() && (20..55).contains(&age(p.birth, first));
        alone
            .values()
            .filter(|members| members.len() == 1)
            .flatten()
            .copied()
            .filter(|&at| fits(&people[at]))
            .collect()
    };
    let (women, men) = (single(Sex::Female), single(Sex::Male));
    let wanted = (people.len() / 60).max(2).min(women.len()).min(men.len());
    let mut dice = Dice::new(seed, Purpose::Marriage, 0);
    let (wives, husbands) = (dice.order(women.len()), dice.order(men.len()));
    for (wife, husband) in wives.into_iter().zip(husbands).take(wanted) {
        let (mut joins, mut stays) = (women[wife], men[husband]);
        if dice.chance(50) {
            std::mem::swap(&mut joins, &mut stays);
        }
        let day = dice.between(first + 30, last.max(first + 30));
        let (family, home, coverage) = {
            let other = &people[stays];
            (on(&other.names, day).clone(), on(&other.homes, day).clone(), on(&other.coverages, day).clone())
        };
        let joins_insurance = dice.chance(600);
        let person = &mut people[joins];
        let name =
            Name { family: family.family, family_kana: family.family_kana, ..on(&person.names, day).clone() };
        person.names.push(Since { from: day, state: name });
        person.homes.retain(|h| h.from < day);
        person.homes.push(Since { from: day, state: home });
        if joins_insurance && !coverage.insurer.is_individual() {
            person.coverages.retain(|c| c.from < day);
            person.coverages.push(Since {
                from: day,
                state: Coverage { branch: "02".to_owned(), own: false, ..coverage },
            });
        }
    }
    wanted
}
