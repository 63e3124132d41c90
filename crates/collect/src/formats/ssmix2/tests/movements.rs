//! Each visit kind: class, start, end, status; withdrawals; deaths; orders of unusual build.

use super::support::{message, path, record};
use kiban_model::{Record, Row};

fn visit(kind: &str, event: &str, body: &[&str]) -> String {
    let record = record(&path(kind, "20240503", "1"), &message(&format!("ADT^{event}"), body));
    let found = record.rows.iter().find_map(|row| match row {
        Row::Visit(visit) => Some(visit),
        _ => None,
    });
    let visit = found.unwrap();
    let date = |date: Option<kiban_model::DateAsGiven>| {
        date.map(|date| date.to_string()).unwrap_or_else(|| "-".into())
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    format!("{} {} {} {}", text(&visit.class), date(visit.start), date(visit.end), text(&visit.status))
}

/// PV1 with admission (44) and discharge (45) times.
fn pv1(class: &str, admission: &str, discharge: &str) -> String {
    format!("PV1|1|{class}|32^302^1^^^N{}{admission}|{discharge}", "|".repeat(41))
}

#[test]
fn each_kind_of_visit() {
    let evn = "EVN||202405031000||||202405021200";
    let pv2 = format!("PV2{}20240510|20240520{}20240504", "|".repeat(8), "|".repeat(38));
    let (bare, admitted) = (pv1("I", "", ""), pv1("I", "202405011030", "202405041100"));
    let cases = [
        ("ADT-01", "A54", "inpatient 2024-05-02T12:00 - -"),
        ("ADT-12", "A04", "outpatient 2024-05-01T10:30 2024-05-04T11:00 finished"),
        ("ADT-21", "A14", "inpatient 2024-05-10 2024-05-20 planned"),
        ("ADT-22", "A01", "inpatient 2024-05-01T10:30 - in-progress"),
        ("ADT-31", "A21", "leave 2024-05-02T12:00 2024-05-04 in-progress"),
        ("ADT-32", "A22", "leave - 2024-05-02T12:00 finished"),
        ("ADT-41", "A15", "transfer 2024-05-10 - planned"),
        ("ADT-42", "A02", "transfer 2024-05-02T12:00 - finished"),
        ("ADT-51", "A16", "inpatient 2024-05-01T10:30 2024-05-20 planned"),
        ("ADT-52", "A03", "inpatient 2024-05-01T10:30 2024-05-04T11:00 finished"),
    ];
    for (kind, event, expected) in cases {
        assert_eq!(visit(kind, event, &[evn, &admitted, &pv2]), expected, "{kind}");
    }
    assert_eq!(visit("ADT-22", "A11", &[&admitted]), "inpatient 2024-05-01T10:30 - cancelled");
    assert_eq!(visit("ADT-22", "A01", &[&bare]), "inpatient 2024-05-03 - in-progress", "the folder's date");
    assert_eq!(visit("ADT-12", "A04", &[&pv1("E", "20240503", "")]), "emergency 2024-05-03 - finished");
}

fn deaths(record: &Record) -> Vec<String> {
    let found = record.rows.iter().filter_map(|row| match row {
        Row::Death(death) => Some(death),
        _ => None,
    });
    found
        .map(|death| {
            format!(
                "{} {}",
                death.basis.as_deref().unwrap_or(""),
                death.date.map(|d| d.to_string()).unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn deaths_are_stated_not_guessed() {
    let discharged = |disposition: &str, event: &str| {
        let pv1 = format!("PV1|1|I{}{disposition}{}20240504", "|".repeat(34), "|".repeat(9));
        deaths(&record(&path("ADT-52", "20240503", "1"), &message(&format!("ADT^{event}"), &[&pv1])))
    };
    assert_eq!(discharged("20", "A03"), ["discharge 2024-05-04"]);
    assert_eq!(discharged("41", "A03"), ["discharge 2024-05-04"]);
    assert!(
        discharged("01", "A03").is_empty()
            && discharged("2", "A03").is_empty()
            && discharged("200", "A03").is_empty()
    );
    assert!(discharged("20", "A13").is_empty(), "a withdrawn discharge");
    let stated = |date: &str, flag: &str| {
        let pid = format!("{}{}{date}|{flag}", super::support::PID, "|".repeat(16));
        let bytes = super::support::wire(&[&super::support::header("ADT^A08"), &pid]);
        deaths(&record(&path("ADT-00", "-", "1"), &bytes))
    };
    assert_eq!(stated("202405040310", "Y"), ["patient record 2024-05-04T03:10"]);
    assert_eq!(stated("", "Y"), ["patient record "]);
    assert!(stated("", "N").is_empty() && stated("", "").is_empty());
}

fn drugs(body: &[&str]) -> Vec<String> {
    let record = record(&path("OMP-02", "20240503", "1"), &message("RDE^O11", body));
    let found = record.rows.iter().filter_map(|row| match row {
        Row::Medication(drug) => drug.code.clone(),
        _ => None,
    });
    found.collect()
}

#[test]
fn what_counts_as_a_drug() {
    assert_eq!(
        drugs(&["ORC|NW|1", "RXE||100000001^x^HOT9|1", "RXC|A|100000002^y^HOT9|1"]),
        ["100000001", "100000002"]
    );
    assert_eq!(drugs(&["ORC|NW|1", "RXE||00^一般^99I02|1", "RXC|A|100000002^y^HOT9|1"]), ["100000002"]);
    assert_eq!(drugs(&["ORC|NW|1", "RXE||00^一般^99I02|1"]), ["00"], "no components: kept as it is");
    assert_eq!(
        drugs(&["ORC|NW|1", "RXO|1^x^HOT9|1", "RXE||2^y^HOT9|1"]),
        ["2"],
        "the encoded order stands for the request"
    );
    assert_eq!(drugs(&["ORC|NW|1", "RXO|1^x^HOT9|1"]), ["1"]);
    assert_eq!(
        drugs(&["RXE||1^x^HOT9|1", "TQ1|1", "RXR|PO", "RXE||2^y^HOT9|1", "TQ1|1"]),
        ["1", "2"],
        "without ORC"
    );
}

#[test]
fn names_without_or_with_misplaced_codes() {
    let name = |written: &str| {
        let pid = format!("PID|1||7654321||{written}");
        let bytes = super::support::wire(&[&super::support::header("ADT^A08"), &pid]);
        let identity = record(&path("ADT-00", "-", "1"), &bytes).identities.remove(0);
        [identity.name, identity.kana, identity.roman]
            .map(|name| name.map_or("-".to_owned(), |name| name.expose().clone()))
            .join(" ")
    };
    assert_eq!(
        name("試験^花子^^^^L^I~シケン^ハナコ^^^^^L^P"),
        "試験　花子 シケン　ハナコ -",
        "one caret fewer"
    );
    assert_eq!(name("試験^花子~しけん^はなこ~SHIKEN^HANAKO"), "試験　花子 しけん　はなこ SHIKEN　HANAKO");
    assert_eq!(name("SHIKEN^HANAKO^^^^^L^A"), "- - SHIKEN　HANAKO");
    assert_eq!(name("試験花子^^^^^^L^I"), "試験花子 - -");
    assert_eq!(name(""), "- - -");
}
