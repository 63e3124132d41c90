//! Whose a resource is, in every way a reference can say it, and where it must not be guessed.

use super::*;

const NUMBER: &str = "urn:oid:1.2.392.100495.20.3.51.11399999999";

fn condition(rest: &str) -> String {
    format!(r#"{{"resourceType":"Condition","id":"c","code":{{"text":"頭痛"}}{rest}}}"#)
}

fn patient(id: &str, number: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{id}","name":[{{"text":"架空 花子"}}],"identifier":[{{"system":"{NUMBER}","value":"{number}"}}]}}"#
    )
}

fn bundle(kind: &str, entries: &[(&str, String)]) -> Vec<Outcome> {
    let entries: Vec<String> = entries
        .iter()
        .map(|(url, resource)| format!(r#"{{"fullUrl":"{url}","resource":{resource}}}"#))
        .collect();
    read(
        "b.json",
        format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{}]}}"#, entries.join(",")).as_bytes(),
    )
}

fn subjects(outcomes: &[Outcome]) -> Vec<String> {
    outcomes
        .iter()
        .skip(1)
        .map(|outcome| match outcome {
            Outcome::Record(record) => subject(record).unwrap_or("nobody").to_owned(),
            Outcome::Rejected(rejected) => rejected.issue.reason.code.to_owned(),
        })
        .collect()
}

#[test]
fn by_contained_patient_by_identifier_and_by_bare_reference() {
    let contained =
        condition(&format!(r##","contained":[{}],"subject":{{"reference":"#p"}}"##, patient("p", "0077")));
    let record = one(&contained);
    assert_eq!(subject(&record), Some("0077"));
    assert_eq!(record.identities[0].name.as_ref().unwrap().expose(), "架空　花子");
    assert_eq!(restored(&record), contained);

    let insured = condition(
        r#","subject":{"identifier":{"system":"http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID","value":"99000011:甲:１２:01"}}"#,
    );
    let record = one(&insured);
    assert_eq!(subject(&record), Some("99000011:甲:１２:01"));
    assert_eq!(record.identities[0].insurance_symbol.as_ref().unwrap().expose(), "甲");

    let record = one(&condition(r#","subject":{"reference":"Patient/77/_history/3"}"#));
    assert_eq!(subject(&record), Some("77"));
    assert_eq!(record.identities[0].other_numbers[0].0, "Patient.id");
    let both = format!(
        r#","subject":{{"reference":"Patient/77","identifier":{{"system":"{NUMBER}","value":"0077"}}}}"#
    );
    assert_eq!(subject(&one(&condition(&both))), Some("0077"), "the number where only the id was known");
}

#[test]
fn what_says_nothing_or_leads_nowhere_is_refused() {
    assert_eq!(why(&condition("")), "fhir.no-subject @ subject");
    assert_eq!(why(&condition(r#","subject":{"display":"架空 花子"}"#)), "fhir.no-subject @ subject");
    assert_eq!(why(&condition(r##","subject":{"reference":"#p"}"##)), "fhir.subject-not-found @ subject");
    assert_eq!(
        why(&condition(r#","subject":{"reference":"urn:uuid:1"}"#)),
        "fhir.subject-not-found @ subject"
    );
    assert_eq!(why(&condition(r#","subject":{"reference":"Group/1"}"#)), "fhir.no-subject @ subject");
    assert_eq!(why(r#"{"resourceType":"Patient","name":[{"text":"架空"}]}"#), "fhir.no-subject @ identifier");
}

#[test]
fn two_persons_in_one_resource_are_refused() {
    let against = format!(
        r##","contained":[{}],"subject":{{"reference":"#p","identifier":{{"system":"{NUMBER}","value":"0099"}}}}"##,
        patient("p", "0077")
    );
    assert_eq!(why(&condition(&against)), "fhir.subject-contradiction @ subject");
    let inner = r#","subject":{"reference":"Patient/77"},"contained":[{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/78"}}]"#;
    assert_eq!(why(&condition(inner)), "fhir.subject-contradiction @ contained[0]");
    assert_eq!(
        why(&condition(r#","subject":{"reference":"Patient/77"},"patient":{"reference":"Patient/78"}"#)),
        "fhir.subject-contradiction @ patient"
    );
}

#[test]
fn within_a_bundle_by_full_url_relative_reference_identifier_and_condition() {
    let by = |reference: &str| condition(&format!(r#","subject":{reference}"#));
    let outcomes = bundle(
        "transaction",
        &[
            ("https://ehr.example/fhir/Patient/77", patient("77", "0077")),
            ("urn:uuid:b", patient("88", "0088")),
            ("", by(r#"{"reference":"https://ehr.example/fhir/Patient/77"}"#)),
            ("", by(r#"{"reference":"Patient/88"}"#)),
            ("", by(r#"{"reference":"urn:uuid:b"}"#)),
            ("", by(&format!(r#"{{"identifier":{{"system":"{NUMBER}","value":"0088"}}}}"#))),
            ("", by(&format!(r#"{{"reference":"Patient?identifier={NUMBER}|0077"}}"#))),
            ("", by(r#"{"reference":"Patient/99"}"#)),
            ("", by(r#"{"reference":"https://other.example/fhir/Patient/77"}"#)),
            ("", by(r#"{"reference":"urn:uuid:nowhere"}"#)),
        ],
    );
    assert_eq!(
        subjects(&outcomes),
        [
            "0077",
            "0088",
            "0077",
            "0088",
            "0088",
            "0088",
            "0077",
            "99",
            "fhir.subject-not-found",
            "fhir.subject-not-found"
        ]
    );
}

#[test]
fn one_full_url_for_two_patients_is_nobodys() {
    let about = condition(r#","subject":{"reference":"urn:uuid:p"}"#);
    let outcomes = bundle(
        "collection",
        &[("urn:uuid:p", patient("1", "0077")), ("urn:uuid:p", patient("2", "0088")), ("", about)],
    );
    assert_eq!(subjects(&outcomes), ["0077", "0088", "fhir.subject-contradiction"]);
}

#[test]
fn a_documents_subject_is_inherited_only_where_it_is_certain() {
    let composition = r#"{"resourceType":"Composition","status":"final","type":{"text":"紹介状"},"subject":{"reference":"urn:uuid:p"}}"#;
    let encounter = r#"{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"}}"#;
    let stranger = condition(r#","subject":{"reference":"Patient/99"}"#);
    let entries = |extra: Option<(&'static str, String)>| {
        let mut list = vec![
            ("urn:uuid:c", composition.to_owned()),
            ("urn:uuid:p", patient("77", "0077")),
            ("urn:uuid:e", encounter.to_owned()),
            ("urn:uuid:x", stranger.clone()),
        ];
        list.extend(extra);
        list
    };
    let outcomes = bundle("document", &entries(None));
    assert_eq!(subjects(&outcomes), ["0077", "0077", "0077", "fhir.subject-contradiction"]);
    assert_eq!(warnings(records(&outcomes)[3]), ["fhir.inherited-subject @ entry[2].resource.subject"]);
    let two = bundle("document", &entries(Some(("urn:uuid:q", patient("88", "0088")))));
    assert_eq!(subjects(&two), ["0077", "0077", "fhir.no-subject", "99", "0088"]);
    let collection = bundle("collection", &entries(None));
    assert_eq!(subjects(&collection), ["0077", "0077", "fhir.no-subject", "99"]);
}

#[test]
fn nobodys_records_and_relatives_go_to_the_vault_whole() {
    for text in [
        r#"{"resourceType":"Organization","id":"h","name":"架空病院"}"#,
        r#"{"resourceType":"Practitioner","id":"d","name":[{"text":"医師 甲"}]}"#,
        r#"{"resourceType":"OperationOutcome","issue":[]}"#,
        r#"{"resourceType":"Device","id":"v"}"#,
    ] {
        let record = one(text);
        assert_eq!((subject(&record), record.rows.len()), (None, 0));
        assert_eq!(restored(&record), text);
    }
    let mother = r#"{"resourceType":"RelatedPerson","patient":{"reference":"Patient/77"},"name":[{"text":"架空 母"}]}"#;
    let record = one(mother);
    assert_eq!((subject(&record), record.rows.len()), (Some("77"), 0));
    assert!(record.identities[0].name.is_none(), "a relative's name is not the patient's");
    assert_eq!(restored(&record), mother);
    let implant =
        one(r#"{"resourceType":"Device","serialNumber":"S1","patient":{"reference":"Patient/77"}}"#);
    assert_eq!((subject(&implant), implant.rows.len()), (Some("77"), 1));
}

#[test]
fn keys_versions_and_standing() {
    let with = |rest: &str| one(&condition(&format!(r#","subject":{{"reference":"Patient/77"}}{rest}"#)));
    let key = |record: &Record| record.key.as_ref().unwrap().expose().clone();
    assert_eq!(key(&with("")), "Condition|c");
    let order = r#","identifier":[{"system":"urn:oid:1.2.392.100495.20.3.81","value":"1"},{"system":"http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier","value":"9-1"}]"#;
    assert_eq!(
        key(&with(order)),
        "Condition|http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier|9-1"
    );
    let record = with(
        r#","meta":{"versionId":"2","lastUpdated":"2021-07-13T02:41:19+09:00"},"recordedDate":"2020-01-01""#,
    );
    assert_eq!(
        (record.version.as_str(), record.recorded_at.unwrap().to_string().as_str()),
        ("2021-07-12T17:41:19Z", "2021-07-13T02:41:19")
    );
    let wrong = with(r#","verificationStatus":{"coding":[{"code":"entered-in-error"}]}"#);
    assert_eq!(wrong.standing, kiban_model::Standing::Cancelled);

    let shared = |id: &str| {
        format!(
            r#"{{"resourceType":"Condition","id":"{id}","identifier":[{{"system":"s","value":"1"}}],"code":{{"text":"頭痛"}},"subject":{{"reference":"Patient/77"}}}}"#
        )
    };
    let outcomes = bundle("collection", &[("", shared("a")), ("", shared("b"))]);
    let keys: Vec<_> = records(&outcomes).into_iter().skip(1).map(key).collect();
    assert_eq!(keys, ["Condition|s|1|a", "Condition|s|1|b"], "two diagnoses, not two versions of one");
}
