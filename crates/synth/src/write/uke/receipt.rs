//! One receipt (レセプト): RE, HO, SN, KO, SY and its calculation units.

use super::lines::{Line, Unit, Units, points_of};
use super::{Dates, File, Part, day_of_month, full_width_letters, last_of};
use crate::calendar::age;
use crate::person::{Coverage, Outcome, Person, Place, on};
use crate::tables::{department, points};
use crate::write::ssmix2::usage;
use kiban_model::Sex;

pub(super) struct Receipt<'a> {
    pub(super) person: &'a Person,
    pub(super) coverage: &'a Coverage,
    pub(super) place: Place,
    pub(super) month: u32,
    pub(super) inpatient: bool,
    /// Number within the file, from 1.
    pub(super) sequence: usize,
}

/// Patients under 15 have their share paid by the prefecture, those with a designated rare disease by 難病法 (54).
const CHILD_PAYER: &str = "83229996";
const RARE_PAYER: &str = "54229991";

impl Receipt<'_> {
    pub(super) fn write(&self, parts: &[Part<'_>], file: &mut File) {
        let units = self.units(parts);
        let total: u32 = units.iter().map(|u| u.points * u.count()).sum();
        let days: i32 = parts.iter().map(|p| p.days.1 - p.days.0 + 1).sum();
        let payer = self.public_payer(parts);
        file.line(self.header(parts, payer.is_some()));
        file.line(self.insurance(days, total));
        if !self.coverage.branch.is_empty() {
            file.line(format!("SN,1,01,,,,{},,", self.coverage.branch));
        }
        if let Some(payer) = payer {
            let recipient = format!("{:07}", self.person.number * 10 % 9_999_999);
            file.line(format!("KO,{payer},{recipient},,{days},{total},0,,,,,"));
        }
        self.diseases(parts, file);
        let burden = if payer.is_some() { '2' } else { '1' };
        for unit in &units {
            unit.records(burden).into_iter().for_each(|record| file.line(record));
        }
        file.total(1 + u32::from(payer.is_some()), total);
    }

    fn public_payer(&self, parts: &[Part<'_>]) -> Option<&'static str> {
        let is_rare = |n: &usize| self.person.illnesses.get(*n).is_some_and(|i| i.disease.course == "rare");
        if parts.iter().any(|p| p.visit.illnesses.iter().any(is_rare)) {
            Some(RARE_PAYER)
        } else if age(self.person.birth, last_of(self.month)) < 15 {
            Some(CHILD_PAYER)
        } else {
            None
        }
    }

    /// RE, 38 fields.
    fn header(&self, parts: &[Part<'_>], has_payer: bool) -> String {
        let dates = Dates::of(self.place);
        let age = age(self.person.birth, last_of(self.month));
        let scheme = if self.coverage.insurer.is_individual() { '3' } else { '1' };
        let with = if has_payer { '2' } else { '1' };
        let who = match (age, self.coverage.own) {
            (0..6, _) => 3,
            (70.., _) => 7,
            (_, true) => 1,
            (_, false) => 5,
        } + u8::from(!self.inpatient);
        let name = on(&self.person.names, last_of(self.month));
        let mut fields = vec![String::new(); 38];
        let mut set = |at: usize, value: String| {
            if let Some(field) = fields.get_mut(at) {
                *field = value;
            }
        };
        set(0, "RE".to_owned());
        set(1, self.sequence.to_string());
        set(2, format!("1{scheme}{with}{who}"));
        set(3, dates.month(self.month));
        set(4, full_width_letters(&format!("{}　{}", name.family, name.given)));
        set(5, if self.person.sex == Sex::Male { "1" } else { "2" }.to_owned());
        set(6, dates.day(self.person.birth));
        if let Some(first) = parts.first().filter(|_| self.inpatient) {
            set(8, dates.day(first.visit.day));
        }
        set(
            18,
            format!(
                "{}{}{:06}{}",
                self.place.institution(),
                self.month,
                self.sequence,
                u8::from(self.inpatient)
            ),
        );
        if let Some(first) = parts.first() {
            set(21, department(first.visit.department).receipt_code.to_owned());
        }
        set(36, format!("{}{}", name.family_kana, name.given_kana));
        fields.join(",")
    }

    /// HO, 15 fields.
    fn insurance(&self, days: i32, total: u32) -> String {
        let coverage = self.coverage;
        let (meals, yen) = if self.inpatient {
            ((days * 3).to_string(), (days * 3 * 640).to_string())
        } else {
            Default::default()
        };
        format!(
            "HO,{},{},{},{days},{total},,{meals},{yen},,,,,,",
            coverage.insurer.padded(),
            full_width_letters(&coverage.symbol),
            full_width_letters(&coverage.number)
        )
    }

    /// SY, 8 fields: every disease a visit of the month was about, the first as the main one.
    fn diseases(&self, parts: &[Part<'_>], file: &mut File) {
        let mut numbers: Vec<usize> = parts.iter().flat_map(|p| p.visit.illnesses.iter().copied()).collect();
        let mut seen = Vec::new();
        numbers.retain(|n| {
            !seen.contains(n) && {
                seen.push(*n);
                true
            }
        });
        for (rank, illness) in numbers.into_iter().filter_map(|n| self.person.illnesses.get(n)).enumerate() {
            let outcome = match illness.ended.filter(|(day, _)| *day <= last_of(self.month)) {
                Some((_, Outcome::Died)) => '3',
                Some((_, Outcome::Cured)) => '2',
                None => '1',
            };
            let modifier = if illness.suspected { "8002" } else { "" };
            let main = if rank == 0 { "01" } else { "" };
            let start = Dates::of(self.place).day(illness.onset);
            file.line(format!("SY,{},{start},{outcome},{modifier},,{main},", illness.disease.receipt_code));
        }
    }

    fn units(&self, parts: &[Part<'_>]) -> Vec<Unit> {
        let mut units = Units::default();
        for part in parts {
            let day = day_of_month(part.days.0);
            let act = |class, code: &str| Unit::new(class, points(code), vec![Line::act(code)]);
            if self.inpatient {
                self.stay(&mut units, part);
            } else if part.is_first {
                units.add(act("11", "111000110"), day, 1);
            } else {
                units.add(act("12", "112007410"), day, 1);
                if self.place == Place::ClinicC && part.visit.results.is_empty() {
                    units.add(act("12", "112011010"), day, 1);
                }
            }
            // Drugs, injections and tests are on the day of arrival, which may be in an earlier month of a stay.
            if part.days.0 == part.visit.day {
                self.drugs(&mut units, part, day);
                tests(&mut units, part, day);
            }
        }
        units.sorted()
    }

    /// Basic charge per day, operation, oxygen.
    fn stay(&self, units: &mut Units, part: &Part<'_>) {
        let code = if self.place == Place::HospitalA { "190117710" } else { "190199910" };
        for day in part.days.0..=part.days.1 {
            units.add(Unit::new("90", points(code), vec![Line::act(code)]), day_of_month(day), 1);
        }
        let operated = part.visit.day + if part.visit.last_day() > part.visit.day { 1 } else { 0 };
        if let Some(code) = part.visit.operation.filter(|_| (part.days.0..=part.days.1).contains(&operated)) {
            units.add(Unit::new("50", points(code), vec![Line::act(code)]), day_of_month(operated), 1);
        }
        let breathless = part
            .visit
            .illnesses
            .iter()
            .any(|n| self.person.illnesses.get(*n).is_some_and(|i| i.disease.key == "pneumonia"));
        if breathless && part.days.0 == part.visit.day {
            let oxygen = Line::material("739230000", 300, "029", "2.36");
            units.add(Unit::new("40", points_of(2.36, 300), vec![oxygen]), day_of_month(part.days.0), 1);
        }
    }

    fn drugs(&self, units: &mut Units, part: &Part<'_>, day: usize) {
        let visit = part.visit;
        if self.place == Place::HospitalB || self.inpatient {
            for prescribed in &visit.drugs {
                let drug = prescribed.drug;
                // Tablets by the day; what is used up bit by bit, once.
                let (class, amount, times) = match drug.form {
                    "external" | "inhaled" => ("23", if drug.form == "external" { drug.dose } else { 1 }, 1),
                    _ => ("21", drug.dose * drug.times, prescribed.days),
                };
                let unit = Unit::new(class, points_of(drug.price, amount), vec![Line::drug(drug, amount)]);
                units.add(unit.with_comment(usage(drug).1), day, times);
            }
        } else if !visit.drugs.is_empty() {
            units.add(Unit::new("80", points("120002910"), vec![Line::act("120002910")]), day, 1);
        }
        if !visit.injections.is_empty() {
            let given = (visit.last_day() - visit.day).min(4).min(part.days.1 - part.days.0);
            let price: f64 = visit.injections.iter().map(|d| d.price * d.dose as f64).sum();
            let lines: Vec<Line> = visit.injections.iter().map(|d| Line::drug(d, d.dose)).collect();
            for after in 0..=given {
                let day = day_of_month(part.days.0 + after);
                units.add(Unit::new("33", points("130003810"), vec![Line::act("130003810")]), day, 1);
                units.add(Unit::new("33", points_of(price, 1), lines.clone()), day, 1);
            }
        }
    }
}

/// Laboratory tests with the drawing of blood and, once a month, the judgement fees of their groups.
fn tests(units: &mut Units, part: &Part<'_>, day: usize) {
    let mut codes: Vec<&str> = Vec::new();
    for code in part.visit.results.iter().map(|m| m.lab.procedure).filter(|code| !code.is_empty()) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    if codes.is_empty() {
        return;
    }
    let act = |code: &str| Unit::new("60", points(code), vec![Line::act(code)]);
    for code in codes {
        units.add(act(code), day, 1);
        let judgement = match code {
            "160008010" | "160010010" => "160061810",
            "160054710" => "160062110",
            "160036510" | "160181250" => "160062010",
            _ => "160061910",
        };
        units.once(act(judgement), day);
    }
    if part.visit.stay.is_none() {
        units.add(act("160095710"), day, 1);
    }
}
