//! From illnesses to visits: what was found, ordered and given on which day.
//!
//! Values follow the disease and its treatment (HbA1c falls after the first months of metformin), so that questions asked
//! of the data have answers that make sense. Nobody is seen after their death.

use crate::calendar::{Day, age};
use crate::dice::{Dice, Purpose};
use crate::illness::acute;
use crate::person::{Illness, Measured, Outcome, Person, Place, Prescribed, Stay, Visit};
use crate::tables::{Disease, Lab, disease, drug, lab};

/// Gives everybody their visits.
pub(crate) fn attend(seed: u64, people: &mut [Person], first: Day, last: Day) {
    for (at, person) in people.iter_mut().enumerate() {
        let mut dice = Dice::new(seed, Purpose::Care, at);
        let mut care = Care { dice: &mut dice, person, visits: Vec::new() };
        for place in Place::ALL {
            care.regular(place, first, last);
        }
        for number in 0..care.person.illnesses.len() {
            care.episode(number, last);
        }
        care.last_illness(first);
        care.keep_possible(last);
        if care.visits.is_empty() && care.person.death.is_none() {
            care.common_cold(first, last);
        }
        let mut visits = care.visits;
        visits.sort_by_key(|v| (v.day, v.place, v.minute));
        visits.dedup_by_key(|v| (v.day, v.place));
        // Who lies in hospital goes nowhere else.
        let mut discharged = Day::MIN;
        visits.retain(|visit| {
            let is_free = visit.day > discharged;
            discharged = visit.stay.filter(|_| is_free).map_or(discharged, |stay| stay.until);
            is_free
        });
        person.visits = visits;
    }
}

struct Care<'a> {
    dice: &'a mut Dice,
    person: &'a mut Person,
    visits: Vec<Visit>,
}

impl Care<'_> {
    /// Drops what would be after the period or after death.
    fn keep_possible(&mut self, last: Day) {
        if let Some(death) = self.person.death {
            self.visits.retain(|v| v.day <= death);
            for visit in &mut self.visits {
                visit.stay = visit.stay.map(|stay| Stay { until: stay.until.min(death), ..stay });
            }
        }
        self.visits.retain(|v| v.last_day() <= last);
    }

    /// Everybody is seen at least once: those who were not had a cold.
    fn common_cold(&mut self, first: Day, last: Day) {
        let Some(cold) = disease("cold") else { return };
        let day = self.dice.between(first, last);
        self.person.illnesses.push(acute(cold, Place::ClinicC, day, 5));
        self.episode(self.person.illnesses.len() - 1, last);
        self.keep_possible(last);
    }

    /// Chronic illnesses treated at one place share their visits.
    fn regular(&mut self, place: Place, first: Day, last: Day) {
        let is_chronic = |i: &Illness| i.place == place && i.disease.course == "chronic";
        let chronic: Vec<usize> =
            (0..self.person.illnesses.len()).filter(|&n| is_chronic(&self.person.illnesses[n])).collect();
        let Some(&main) = chronic.first() else { return };
        let interval = *self.dice.pick(&[28, 56, 56, 84, 84]);
        // Half the people have been coming for years; the others' first visit finds the disease untreated.
        let known = self.dice.chance(500);
        let mut day = first + self.dice.between(0, interval * if known { 1 } else { 3 });
        let mut number = if known { 12 } else { 0 };
        while day <= last {
            if !self.dice.chance(50) {
                let department = self.person.illnesses[main].disease.department;
                let mut visit = self.visit(place, day, department, chronic.clone());
                let tested = number % 2 == 0 || interval > 56;
                for &illness in &chronic {
                    let disease = self.person.illnesses[illness].disease;
                    self.prescribe(&mut visit, disease, interval as u16, number);
                    if tested {
                        self.test(&mut visit, disease, number);
                    }
                }
                self.visits.push(visit);
                number += 1;
            }
            day += interval + self.dice.between(-2, 4);
        }
    }

    /// Everything else comes and goes.
    fn episode(&mut self, number: usize, last: Day) {
        let illness = self.person.illnesses[number].clone();
        let (disease, place, day) = (illness.disease, illness.place, illness.onset);
        match disease.course {
            "acute" | "seasonal" | "rare" => {
                let mut visit = self.visit(place, day, disease.department, vec![number]);
                let days = if disease.course == "acute" { self.dice.between(3, 7) } else { 28 };
                self.prescribe(&mut visit, disease, days as u16, 0);
                self.test(&mut visit, disease, 0);
                self.visits.push(visit);
                if self.dice.chance(300) {
                    let again = day + days;
                    let mut visit = self.visit(place, again, disease.department, vec![number]);
                    self.prescribe(&mut visit, disease, days as u16, 1);
                    self.visits.push(visit);
                }
            }
            "admission" => {
                let days = self.dice.between(6, 16);
                let operation = match disease.key {
                    "appendicitis" => Some("150337610"),
                    "femoral-fracture" => Some("150019210"),
                    _ => None,
                };
                self.admit(number, day, days, operation, false);
                self.follow_up(number, day + days + 21);
            }
            "cancer" => self.cancer(number, last),
            _ => {}
        }
    }

    /// Found, operated on two weeks later, then treated every three weeks.
    fn cancer(&mut self, number: usize, last: Day) {
        let illness = self.person.illnesses[number].clone();
        self.follow_up(number, illness.onset);
        let operation = match illness.disease.key {
            "gastric-cancer" => "150168010",
            "colon-cancer" => "150324910",
            "lung-cancer" => "150357810",
            _ => "150121710",
        };
        let (day, days) = (illness.onset + 14, self.dice.between(9, 18));
        self.admit(number, day, days, Some(operation), false);
        let mut day = day + days + 28;
        for course in 0..self.dice.between(4, 8) {
            if day > last {
                break;
            }
            let mut visit = self.visit(illness.place, day, illness.disease.department, vec![number]);
            self.prescribe(&mut visit, illness.disease, 14, course as usize);
            self.test(&mut visit, illness.disease, 1 + course as usize);
            self.visits.push(visit);
            day += 21;
        }
    }

    fn follow_up(&mut self, number: usize, day: Day) {
        let illness = self.person.illnesses[number].clone();
        let mut visit = self.visit(illness.place, day, illness.disease.department, vec![number]);
        self.test(&mut visit, illness.disease, 2);
        self.visits.push(visit);
    }

    fn admit(&mut self, number: usize, day: Day, days: i32, operation: Option<&'static str>, died: bool) {
        let illness = self.person.illnesses[number].clone();
        let mut visit = self.visit(illness.place, day, illness.disease.department, vec![number]);
        visit.stay = Some(Stay { until: day + days, died });
        visit.operation = operation;
        if operation.is_some() {
            visit.injections.extend(drug("ceftriaxone"));
        } else {
            self.prescribe(&mut visit, illness.disease, 7, 0);
        }
        visit.injections.extend(drug("saline"));
        self.test(&mut visit, illness.disease, 0);
        self.visits.push(visit);
    }

    /// Most people who die, die in hospital (ADT-52 with its disposition); the others simply stop coming.
    fn last_illness(&mut self, first: Day) {
        let Some(death) = self.person.death else { return };
        let Some(pneumonia) = disease("pneumonia").filter(|_| self.dice.chance(750)) else { return };
        let place = *self.dice.pick(&[Place::HospitalA, Place::HospitalB]);
        let day = (death - self.dice.between(2, 20)).max(first);
        self.visits.retain(|v| v.last_day() < day);
        self.person.illnesses.push(Illness {
            disease: pneumonia,
            place,
            onset: day - 1,
            ended: Some((death, Outcome::Died)),
            suspected: false,
        });
        self.admit(self.person.illnesses.len() - 1, day, death - day, None, true);
    }

    fn visit(&mut self, place: Place, day: Day, department: &'static str, illnesses: Vec<usize>) -> Visit {
        let child = age(self.person.birth, day) < 15 && matches!(department, "01" | "02");
        let mut visit = Visit {
            place,
            day,
            minute: self.dice.between(8 * 60 + 30, 16 * 60) as u16,
            stay: None,
            department: if child { "10" } else { department },
            illnesses,
            vitals: Vec::new(),
            results: Vec::new(),
            drugs: Vec::new(),
            injections: Vec::new(),
            operation: None,
        };
        self.vitals(&mut visit, day);
        visit
    }

    fn vitals(&mut self, visit: &mut Visit, day: Day) {
        if age(self.person.birth, day) < 16 {
            return;
        }
        let hypertensive = self.person.illnesses.iter().any(|i| i.disease.key == "hypertension");
        let base = if hypertensive { 142.0 } else { 116.0 } + f64::from(age(self.person.birth, day)) * 0.12;
        // One reading in a few hundred is extreme: what top-coding is for (ANO-04).
        let extreme = if hypertensive && self.dice.chance(8) { 58.0 } else { 0.0 };
        let systolic = base + self.dice.bell() * 9.0 + extreme;
        for (key, value) in [("systolic", systolic), ("diastolic", systolic * 0.58 + self.dice.bell() * 5.0)]
        {
            visit.vitals.extend(lab(key).map(|lab| Measured::new(lab, value)));
        }
        if let (Some(body), Some(lab)) = (self.person.body, lab("weight")) {
            visit.vitals.push(Measured::new(lab, body.weight + self.dice.bell() * 0.8));
        }
    }

    fn prescribe(&mut self, visit: &mut Visit, disease: &Disease, days: u16, number: usize) {
        // The second and third drug of a chronic disease are added as time goes on.
        let used = if disease.course == "chronic" { 1 + number / 5 } else { usize::MAX };
        for drug in disease.drugs.iter().take(used).filter_map(|key| drug(key)) {
            match drug.form {
                "injection" => visit.injections.push(drug),
                _ if visit.drugs.iter().any(|p| p.drug.key == drug.key) => {}
                _ => visit.drugs.push(Prescribed { drug, days }),
            }
        }
    }

    fn test(&mut self, visit: &mut Visit, disease: &Disease, number: usize) {
        for lab in disease.labs.iter().filter_map(|key| lab(key)) {
            if visit.results.iter().all(|m| m.lab.key != lab.key) {
                let value = usual(lab, disease, number) + self.dice.bell() * lab.deviation;
                visit.results.push(Measured::new(lab, value));
            }
        }
    }
}

/// What a laboratory value is around, in a person with this disease at their n-th test: ill at first, then better.
fn usual(lab: &Lab, disease: &Disease, number: usize) -> f64 {
    let settling = 1.0 / (1.0 + number as f64 * 0.5);
    let raised = match (disease.key, lab.key) {
        ("diabetes", "hba1c") => 1.3 + 1.9 * settling,
        ("diabetes", "glucose") => 38.0 + 70.0 * settling,
        ("dyslipidaemia", "ldl") => 55.0 * settling,
        ("dyslipidaemia", "triglyceride") => 40.0 + 60.0 * settling,
        ("gout", "urate") => 0.4 + 2.6 * settling,
        ("heart-failure", "bnp") => 300.0 + 900.0 * settling,
        ("kidney-disease", "creatinine") => 0.9,
        ("kidney-disease", "egfr") => -38.0,
        ("kidney-disease", "potassium") => 0.6,
        ("anaemia", "hb") => -4.2 * settling,
        ("rheumatoid", "crp") => 2.5 * settling,
        ("pneumonia" | "appendicitis", "crp") => 11.0 * settling,
        ("pneumonia" | "appendicitis", "wbc") => 7000.0 * settling,
        ("bronchitis" | "cystitis", "wbc") => 2500.0,
        ("bronchitis", "crp") => 1.4,
        ("wilson", "ast" | "alt") => 60.0,
        (_, "cea") => 14.0 * settling,
        (_, "hb") => -1.5 * settling,
        _ => 0.0,
    };
    lab.mean + raised
}
