//! Documents of the extended storage.

use super::support::{message, reason, record, show};
use kiban_model::Row;

const FOLDER: &str = "x/765/432/7654321/20240503/^退院サマリ^^18842-5^退院時サマリー^LN";

fn path(file: &str) -> String {
    format!("{FOLDER}/7654321_20240503_18842-5_0000000020240503_20240503150032100_01_1/{file}")
}

fn cda(number: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>要約</title>\
         <recordTarget><patientRole><id extension=\"{number}\"/><patient><name>試験花子</name></patient></patientRole></recordTarget>\
         <author nullFlavor=\"NI\"/><h:author><h:name>医師一郎</h:name></h:author>\
         <component><structuredBody>経過良好</structuredBody></component></ClinicalDocument>\n"
    )
}

#[test]
fn a_document_leaves_its_people_to_the_vault() {
    let record = record(&path("main_document.xml"), cda("7654321").as_bytes());
    insta::assert_snapshot!(show(&record));
    let rows = format!("{:?}", record.rows);
    assert!(!rows.contains("試験花子") && !rows.contains("医師一郎"));
}

#[test]
fn a_document_about_another_patient_is_held_back() {
    assert_eq!(reason(&path("main_document.xml"), cda("7654322").as_bytes()), "ssmix2.patient-mismatch");
}

#[test]
fn a_participant_that_is_never_closed_takes_the_rest_with_it() {
    let record = record(&path("main_document.xml"), b"<ClinicalDocument><author><name>SHIKEN</name>");
    let Row::Document(document) = &record.rows[0] else { panic!("no document") };
    assert_eq!(document.body.as_deref(), Some("<ClinicalDocument>"));
    assert!(record.identities[0].extra.as_ref().unwrap().expose().contains("SHIKEN"));
}

#[test]
fn attachments_and_undecodable_documents_are_held_back() {
    assert_eq!(reason(&path("photo.jpg"), b"\xFF\xD8\xFF\xE0JFIF"), "ssmix2.attachment");
    assert_eq!(reason(&path("main_document.xml"), b"<a>\xFF\xFE\xFF</a>"), "hl7.undecodable");
    assert_eq!(reason(&path("main_document.xml"), b""), "ssmix2.empty");
    assert_eq!(reason(&path("a.xml").replace("/7654321_", "/7654329_"), b"<a/>"), "ssmix2.path-patient");
}

#[test]
fn a_message_of_an_unknown_type_is_kept_whole() {
    let record = record(
        &path("main_document.hl7"),
        &message("MDM^T02", &["TXA|1|DS|TX|||||||9^医師^一郎", "OBX|1|TX|A||経過"]),
    );
    assert_eq!(super::support::warnings(&record), ["ssmix2.unknown-kind"]);
    let shown = show(&record);
    assert!(shown.contains("経過") && shown.contains("document at 1.0"), "{shown}");
    assert!(!format!("{:?}", record.rows).contains("一郎"));
}
