//! PID → identity and person.
//!
//! Kanji and kana names are repetitions of PID-5 told apart by a code in component 7 or 8 (I, P, A); some software writes
//! one caret fewer, so the code is looked for (formats §2.4). Addresses stand whole in component 8.

use super::Output;
use crate::formats::ssmix2::reasons;
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::tables::Person;
use kiban_model::{DateAsGiven, Identity, Issue, Private, Sex, region};

pub(super) fn map(segments: &mut [Tracked<'_>], output: &mut Output<'_>) {
    let Some(pid) = find(segments, "PID") else { return };
    let mut identity = Identity::default();
    numbers(pid, output.filing.subject, &mut identity);
    names(pid, &mut identity);
    address(pid, &mut identity);
    for field in [13, 14] {
        phones(pid, field, &mut identity);
    }
    let birth_date = pid.date(7, 1, &mut output.warnings);
    if birth_date.zip(output.sent_at).is_some_and(|(birth, sent)| birth > sent) {
        output.warnings.push(Issue::warning(&reasons::BIRTH_DATE, "PID-7"));
    }
    let sex = sex(pid, &mut output.warnings);
    identity.birth_date = birth_date.map(Private::new);
    identity.sex = sex;
    let place = identity.address.as_ref().and_then(|address| region::municipality_of(address.expose()));
    let prefecture = place
        .map(|place| place.prefecture_code())
        .or_else(|| identity.address.as_ref().and_then(|address| region::prefecture_of(address.expose())));
    let person = Person {
        position: pid.number,
        sex: sex.map(|sex| sex.code().to_owned()),
        birth_date,
        municipality: place.map(|place| place.code.to_owned()),
        prefecture: prefecture.map(str::to_owned),
        ..Person::default()
    };
    if person != (Person { position: pid.number, ..Person::default() }) {
        output.push(pid, person);
    }
    output.identities.push(identity);
}

/// PID-3: the patient number itself is the record's subject; further numbers are kept beside it.
fn numbers(pid: &mut Tracked<'_>, subject: &str, identity: &mut Identity) {
    for repetition in 1..=pid.repetitions(3) {
        let Some(number) = pid.part(3, repetition, 1) else { continue };
        if number != subject {
            let system = match pid.peek_in(3, repetition, 5) {
                "" => "PID-3".to_owned(),
                kind => format!("PID-3 {kind}"),
            };
            identity.other_numbers.push((system, Private::new(number)));
        }
    }
}

fn names(pid: &mut Tracked<'_>, identity: &mut Identity) {
    for repetition in 1..=pid.repetitions(5) {
        let (family, given) = (pid.peek_in(5, repetition, 1), pid.peek_in(5, repetition, 2));
        let marker = [8, 7]
            .into_iter()
            .map(|component| pid.peek_in(5, repetition, component))
            .find(|text| matches!(*text, "I" | "P" | "A"));
        let slot = match marker.unwrap_or_else(|| script(family)) {
            "I" => &mut identity.name,
            "P" => &mut identity.kana,
            _ => &mut identity.roman,
        };
        if slot.is_none() && !(family.is_empty() && given.is_empty()) {
            let parts: Vec<String> =
                [1, 2].into_iter().filter_map(|component| pid.part(5, repetition, component)).collect();
            *slot = Private::from_text(&parts.join("\u{3000}"));
        }
    }
}

/// The representation a name without a code is in.
fn script(text: &str) -> &'static str {
    if text.is_ascii() {
        "A"
    } else if text
        .chars()
        .all(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{FF61}'..='\u{FF9F}' | ' ' | '\u{3000}'))
    {
        "P"
    } else {
        "I"
    }
}

fn address(pid: &mut Tracked<'_>, identity: &mut Identity) {
    let count = pid.repetitions(11);
    let home = (1..=count).find(|repetition| pid.peek_in(11, *repetition, 7) == "H").unwrap_or(1);
    let code = pid.peek_in(11, home, 5);
    if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        identity.postal_code =
            pid.part(11, home, 5).and_then(|code| Private::from_text(&code.replace('-', "")));
    }
    let whole = pid.part(11, home, 8).or_else(|| {
        // Prefecture, city, street, rest: the order of a Japanese address.
        let parts: Vec<String> =
            [4, 3, 1, 2].into_iter().filter_map(|component| pid.part(11, home, component)).collect();
        (!parts.is_empty()).then(|| parts.concat())
    });
    identity.address = whole.as_deref().and_then(Private::from_text);
}

fn phones(pid: &mut Tracked<'_>, field: usize, identity: &mut Identity) {
    for repetition in 1..=pid.repetitions(field) {
        let number = pid.part(field, repetition, 12).or_else(|| pid.part(field, repetition, 1));
        identity.phones.extend(number.as_deref().and_then(Private::from_text));
    }
}

fn sex(pid: &mut Tracked<'_>, warnings: &mut Vec<Issue>) -> Option<Sex> {
    let written = pid.peek(8, 1);
    if written.is_empty() || written == "\"\"" {
        return None;
    }
    let sex = Sex::parse(written);
    match sex {
        Some(sex) if sex.code() == written => pid.take(8, 1, 1),
        Some(_) => {}
        None => warnings.push(Issue::warning(&reasons::SEX, "PID-8")),
    }
    sex
}

/// Whether a message says the patient died, and when: PID-29 and PID-30.
pub(super) fn death(pid: &mut Tracked<'_>, warnings: &mut Vec<Issue>) -> Option<(bool, Option<DateAsGiven>)> {
    let date = pid.date(29, 1, warnings);
    let died = pid.peek(30, 1) == "Y" || date.is_some();
    (died || !pid.peek(30, 1).is_empty()).then_some((died, date))
}
