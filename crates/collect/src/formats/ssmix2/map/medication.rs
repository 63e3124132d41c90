//! RXE, RXO, RXC and RXA with their ORC, TQ1 and RXR → medication.
//!
//! A mixture (注射) puts an order class such as `00^一般^99I02` in the drug's place and its drugs into RXC: then only the
//! components are drugs, and the mixture's own fields stay with the first. Where RXE-2 is a drug too, it is a row as well.

use super::Output;
use crate::formats::ssmix2::coding::{self, Coding};
use crate::formats::ssmix2::measurement;
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::DateAsGiven;
use kiban_model::tables::Medication;

/// Where a segment keeps drug, amount, unit, total and its unit.
struct Layout {
    drug: usize,
    amount: usize,
    unit: usize,
    total: Option<(usize, usize)>,
    category: &'static str,
}

const ORDER: Layout = Layout { drug: 2, amount: 3, unit: 5, total: Some((10, 11)), category: "order" };
const REQUEST: Layout = Layout { drug: 1, amount: 2, unit: 4, total: Some((11, 12)), category: "order" };
const COMPONENT: Layout = Layout { drug: 2, amount: 3, unit: 4, total: None, category: "order" };
const ADMINISTRATION: Layout =
    Layout { drug: 5, amount: 6, unit: 7, total: None, category: "administration" };

pub(super) fn map(group: &mut [Tracked<'_>], output: &mut Output<'_>) {
    if !group.iter().any(|segment| matches!(segment.id, "RXE" | "RXO" | "RXA" | "RXC")) {
        return;
    }
    let shared = Shared::of(group, output);
    let encoded = group.iter().any(|segment| segment.id == "RXE");
    let mixture = group.iter().any(|segment| segment.id == "RXC" && !segment.is_blank());
    for segment in group.iter_mut().filter(|segment| !segment.is_blank()) {
        let layout = match segment.id {
            "RXE" => &ORDER,
            "RXO" if !encoded => &REQUEST,
            "RXC" => &COMPONENT,
            "RXA" => &ADMINISTRATION,
            _ => continue,
        };
        let written = coding::system(segment.peek(layout.drug, 3));
        if mixture && matches!(segment.id, "RXE" | "RXO") && !coding::is_drug_system(written.as_deref()) {
            continue;
        }
        let mut medication = drug(segment, layout);
        shared.fill(&mut medication);
        if segment.id == "RXA" {
            administered(segment, &mut medication, output);
        } else {
            medication.start = medication.start.or(output.care_date);
        }
        output.push(segment, medication);
    }
}

fn drug(segment: &mut Tracked<'_>, layout: &Layout) -> Medication {
    let (drug, others) = segment.codings(layout.drug, 1);
    let dose = segment.text(layout.amount);
    let quantity = layout.total.and_then(|(amount, _)| segment.text(amount));
    Medication {
        position: segment.number,
        category: Some(layout.category.to_owned()),
        price_list_code: coding::price_list_code(std::iter::once(&drug).chain(&others)),
        code: drug.code,
        code_system: drug.system,
        text: drug.text,
        other_codes: coding::as_json(&others),
        dose_number: dose.as_deref().and_then(|dose| measurement::number(dose.trim())),
        dose,
        dose_unit: unit(segment, layout.unit),
        quantity_number: quantity.as_deref().and_then(|quantity| measurement::number(quantity.trim())),
        quantity,
        quantity_unit: layout.total.and_then(|(_, field)| unit(segment, field)),
        ..Medication::default()
    }
}

/// The unit's name; its code where it has none.
fn unit(segment: &mut Tracked<'_>, field: usize) -> Option<String> {
    segment.component(field, 2).or_else(|| segment.component(field, 1))
}

fn administered(segment: &mut Tracked<'_>, medication: &mut Medication, output: &mut Output<'_>) {
    let warnings = &mut output.warnings;
    medication.start = segment.date(3, 1, warnings).or(output.care_date);
    medication.end = segment.date(4, 1, warnings);
    // HL7 table 0322: CP is completed; other words stay the source's own.
    medication.status = match segment.peek(20, 1) {
        "CP" => {
            segment.take_field(20);
            Some("completed".to_owned())
        }
        _ => segment.text(20),
    };
}

/// What the whole group says of each of its drugs.
#[derive(Default)]
struct Shared {
    usage: Coding,
    route: Option<String>,
    days: Option<f64>,
    start: Option<DateAsGiven>,
    end: Option<DateAsGiven>,
    status: Option<String>,
    department: Option<String>,
}

impl Shared {
    fn of(group: &mut [Tracked<'_>], output: &mut Output<'_>) -> Self {
        let mut shared = Self::default();
        if let Some(timing) = find(group, "TQ1") {
            shared.usage = usage(timing);
            shared.days = days(timing);
            shared.start = timing.date(7, 1, &mut output.warnings);
            shared.end = timing.date(8, 1, &mut output.warnings);
        }
        if let Some(order) = find(group, "RXE")
            && shared.usage.text.is_none()
        {
            shared.usage.text = order.component(7, 2);
        }
        if let Some(route) = find(group, "RXR") {
            shared.route = route.component(1, 1);
        }
        if let Some(order) = find(group, "ORC") {
            shared.status = order.text(5);
            shared.department = order.component(17, 2);
        }
        shared
    }

    fn fill(&self, medication: &mut Medication) {
        medication.usage.clone_from(&self.usage.code);
        medication.usage_system.clone_from(&self.usage.system);
        medication.usage_text.clone_from(&self.usage.text);
        medication.route.clone_from(&self.route);
        medication.days = self.days;
        medication.start = self.start;
        medication.end = self.end;
        medication.status.clone_from(&self.status);
        medication.department_text.clone_from(&self.department);
    }
}

/// TQ1-3.1: code, text and system as subcomponents (JAMI 標準用法, 16 digits).
fn usage(timing: &mut Tracked<'_>) -> Coding {
    let Some(pattern) = timing.field(3).map(|field| field.component(1)) else { return Coding::default() };
    let part = |number| {
        Some(pattern.subcomponent(number).text().into_owned()).filter(|text| !text.trim().is_empty())
    };
    let written = pattern.subcomponent(3).raw();
    if coding::keeps_meaning(written, None) && pattern.subcomponent(4).is_empty() {
        timing.take(3, 1, 1);
    }
    Coding { code: part(1), system: coding::system(written), text: part(2) }
}

/// TQ1-6 in days, or TQ1-14, the number of doses (頓用の回数).
fn days(timing: &mut Tracked<'_>) -> Option<f64> {
    let duration = measurement::number(timing.peek(6, 1).trim())
        .filter(|_| matches!(timing.peek(6, 2), "" | "d" | "D" | "日"));
    duration.or_else(|| measurement::number(timing.peek(14, 1).trim()))
}
