//! Who falls ill with what, when, and where they are treated.
//!
//! Frequencies are invented (data/diseases.csv); what matters is that drugs, laboratory values and claims agree with the
//! diseases, that chronic ones run for years, and that a few are rare enough for the rare-code rules (ANO-04).

use crate::calendar::{Day, age};
use crate::dice::{Dice, Purpose};
use crate::person::{Illness, Outcome, Person, Place};
use crate::tables::{DISEASES, Disease};

/// The stream of throws for rare diseases, beyond the index of any person.
const RARE: usize = 0xFFFF_FF00;

/// Gives everybody their illnesses.
pub(crate) fn strike(seed: u64, people: &mut [Person], first: Day, last: Day) {
    for (at, person) in people.iter_mut().enumerate() {
        let mut dice = Dice::new(seed, Purpose::Illness, at);
        for disease in DISEASES.iter() {
            if fits(disease, person, first) {
                fall_ill(&mut dice, person, disease, first, last);
            }
        }
        person.illnesses.sort_by_key(|i| i.onset);
    }
    rare(seed, people, first, last);
}

/// The last day a person can be seen on.
fn last_day(person: &Person, last: Day) -> Day {
    person.death.map_or(last, |death| death - 1).min(last)
}

fn fits(disease: &Disease, person: &Person, day: Day) -> bool {
    let age = usize::from(age(person.birth, day));
    (disease.sex.is_empty() || disease.sex == person.sex.code())
        && (disease.age_from..=disease.age_to).contains(&age)
}

pub(crate) fn acute(disease: &'static Disease, place: Place, onset: Day, days: i32) -> Illness {
    Illness { disease, place, onset, ended: Some((onset + days, Outcome::Cured)), suspected: false }
}

fn place(dice: &mut Dice, disease: &Disease) -> Place {
    let places: Vec<Place> = Place::ALL.into_iter().filter(|p| disease.places.contains(p.letter())).collect();
    *dice.pick(&places)
}

fn fall_ill(dice: &mut Dice, person: &mut Person, disease: &'static Disease, first: Day, last: Day) {
    let end = last_day(person, last);
    let years = usize::try_from((end - first) / 365 + 1).unwrap_or(1);
    match disease.course {
        "chronic" if dice.chance(disease.per_mille) => {
            let before = dice.between(30, 3000).min(first - person.birth);
            let place = place(dice, disease);
            person.illnesses.push(Illness {
                disease,
                place,
                onset: first - before,
                ended: None,
                suspected: false,
            });
        }
        "seasonal" if dice.chance(disease.per_mille) => {
            let place = place(dice, disease);
            for year in 0..years {
                let onset = first + 365 * year as i32 + dice.between(0, 60);
                if onset <= end {
                    person.illnesses.push(acute(disease, place, onset, 60));
                }
            }
        }
        "acute" => {
            for year in 0..years {
                let onset = first + 365 * year as i32 + dice.between(0, 364);
                if dice.chance(disease.per_mille) && onset <= end {
                    let (place, days, suspected) =
                        (place(dice, disease), dice.between(3, 14), dice.chance(60));
                    person.illnesses.push(Illness { suspected, ..acute(disease, place, onset, days) });
                }
            }
        }
        "admission" if dice.chance(disease.per_mille) => {
            let (onset, place) = (dice.between(first, end), place(dice, disease));
            person.illnesses.push(acute(disease, place, onset, 40));
        }
        "cancer" if dice.chance(disease.per_mille) => {
            let (onset, place) = (dice.between(first, end), place(dice, disease));
            person.illnesses.push(Illness { disease, place, onset, ended: None, suspected: false });
            if person.death.is_none() && dice.chance(150) {
                person.death = Some(onset + 250).filter(|death| *death <= last);
            }
        }
        _ => {}
    }
}

/// Three to five persons with a rare disease, however large the world: one record each, so every such code is rare.
fn rare(seed: u64, people: &mut [Person], first: Day, last: Day) {
    let mut dice = Dice::new(seed, Purpose::Illness, RARE);
    let kinds: Vec<&'static Disease> = DISEASES.iter().filter(|d| d.course == "rare").collect();
    let mut left = 3 + dice.below(3);
    for at in dice.order(people.len()) {
        let person = &mut people[at];
        // Beginning with the first or the second kind, so that two persons often share one.
        let beginning = dice.below(2);
        let mut turned = kinds.iter().cycle().skip(beginning).take(kinds.len());
        let Some(disease) = turned.find(|d| fits(d, person, first)) else { continue };
        if left == 0 {
            break;
        }
        if person.death.is_none() {
            left -= 1;
            let (onset, place) = (dice.between(first, last), place(&mut dice, disease));
            person.illnesses.push(Illness { disease, place, onset, ended: None, suspected: false });
        }
    }
}
