use super::*;
use crate::Recipient;
use proptest::prelude::*;

fn day(text: &str) -> DateAsGiven {
    DateAsGiven::parse_iso(text).unwrap()
}

fn filing(filed: Option<&str>, published: Option<&str>) -> Filing {
    Filing { filed_on: filed.map(str::to_owned), published_on: published.map(str::to_owned) }
}

struct Case {
    filing: Option<Filing>,
    notices: Vec<Notice>,
    objections: Vec<Objection>,
}

impl Case {
    fn sound() -> Self {
        Self {
            filing: Some(filing(Some("2023-04-01"), Some("2023-05-01"))),
            notices: vec![Notice { given_on: day("2024-01-01"), recipient: Recipient::Person }],
            objections: Vec::new(),
        }
    }

    fn decide(&self, on: &str) -> &'static str {
        let day = day(on);
        let local_id = Private::new("0012".to_owned());
        let facts = Facts {
            day: &day,
            filing: self.filing.as_ref(),
            notices: &self.notices,
            objections: &self.objections,
            local_id: &local_id,
            statements: &[],
            rules: &Rules::default(),
        };
        admit((), &facts).map_or_else(|r| r.reason().code, |_| "admitted")
    }
}

#[test]
fn each_missing_fact_has_its_own_reason() {
    // COL-02, OPT-01, OPT-02
    let on = "2024-06-01";
    assert_eq!(Case::sound().decide(on), "admitted");
    assert_eq!(Case { filing: None, ..Case::sound() }.decide(on), "law.not-filed");
    assert_eq!(
        Case { filing: Some(filing(Some("2023-04-01"), None)), ..Case::sound() }.decide(on),
        "law.not-published"
    );
    assert_eq!(
        Case { filing: Some(filing(Some("2024-07-01"), None)), ..Case::sound() }.decide(on),
        "law.not-filed"
    );
    assert_eq!(
        Case { filing: Some(filing(Some("unknown"), Some("2023-05-01"))), ..Case::sound() }.decide(on),
        "law.not-filed"
    );
    assert_eq!(Case { notices: vec![], ..Case::sound() }.decide(on), "law.no-notice");
    assert_eq!(Case::sound().decide("2024-01-15"), "law.waiting");
}

#[test]
fn an_objection_outweighs_everything_and_its_withdrawal_opens_the_gate_again() {
    // OPT-04, OPT-07
    let objection = Objection {
        local_id: Private::from_text("0012"),
        identity: Identity::default(),
        received_on: day("2024-03-01"),
        withdrawn_on: Some(day("2024-09-01")),
    };
    let case = Case { objections: vec![objection.clone()], ..Case::sound() };
    assert_eq!(case.decide("2024-02-28"), "admitted");
    assert_eq!(case.decide("2024-03-01"), "law.objected");
    assert_eq!(case.decide("2024-09-01"), "admitted");
    let unfiled = Case { filing: None, notices: vec![], objections: vec![objection] };
    assert_eq!(unfiled.decide("2024-04-01"), "law.objected");
}

#[test]
fn records_about_nobody_still_need_the_filing() {
    let on = day("2024-06-01");
    assert!(admit_reference((), Case::sound().filing.as_ref(), &on).is_ok());
    assert!(admit_reference((), None, &on).is_err());
}

#[test]
fn a_pass_serves_its_own_subject_only() {
    // OPT-08
    let on = day("2024-06-01");
    let pass = admit_reference(SubjectId(1), Case::sound().filing.as_ref(), &on).unwrap();
    assert!(pass.extend(SubjectId(1)).is_some());
    assert!(pass.extend(SubjectId(2)).is_none());
}

proptest! {
    /// OPT-08: whatever the facts, nothing passes without filing, publication, a notice at least 30 days old, and no
    /// standing objection by number.
    #[test]
    fn nothing_passes_without_its_ground(
        filed in proptest::option::of(19_000i32..20_000), published in proptest::option::of(19_000i32..20_000),
        notice in proptest::option::of(19_000i32..20_000), objected in proptest::option::of(19_000i32..20_000),
        withdrawn in proptest::option::of(19_000i32..20_000), on in 19_000i32..20_000,
    ) {
        let at = |d: i32| DateAsGiven::from_days_since_epoch(d).unwrap();
        let case = Case {
            filing: Some(Filing { filed_on: filed.map(|d| at(d).to_string()), published_on: published.map(|d| at(d).to_string()) }),
            notices: notice.map(|d| Notice { given_on: at(d), recipient: Recipient::Person }).into_iter().collect(),
            objections: objected.map(|d| Objection {
                local_id: Private::from_text("0012"), identity: Identity::default(), received_on: at(d), withdrawn_on: withdrawn.map(at),
            }).into_iter().collect(),
        };
        let stands = objected.is_some_and(|o| o <= on && withdrawn.is_none_or(|w| w > on));
        let expected = filed.is_some_and(|f| f <= on) && published.is_some_and(|p| p <= on)
            && notice.is_some_and(|n| on - n >= 30) && !stands;
        prop_assert_eq!(case.decide(&at(on).to_string()) == "admitted", expected);
    }
}
