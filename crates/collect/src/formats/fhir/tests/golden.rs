//! One fictional document of every table, against the rows and identities expected of it.

use super::*;
use std::fmt::Write as _;

/// The columns of a row that are filled, dates as ISO text.
fn filled(row: &str) -> String {
    let mut text = String::new();
    let mut rest = row;
    while let Some(at) = rest.find("DateAsGiven {") {
        let end = at + rest[at..].find('}').unwrap();
        let fields: Vec<&str> = rest[at..end].split([':', ',']).map(str::trim).collect();
        let number = |i: usize| fields[i].parse::<u16>().unwrap();
        let iso = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            number(1),
            number(3),
            number(5),
            number(7),
            number(9),
            number(11)
        );
        let length = match fields[13].trim_end_matches(" }") {
            "Year" => 4,
            "Month" => 7,
            "Day" => 10,
            "Minute" => 16,
            _ => 19,
        };
        text.push_str(&rest[..at]);
        text.push_str(&iso[..length]);
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    let text = text.replace("\\\"", "\"");
    // `column: None, ` and the last ` column: None`.
    let mut parts: Vec<&str> = text.split(", ").filter(|part| !part.contains(": None")).collect();
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// Rows without the columns that are empty, and identities with their values (the fixtures are fictional).
fn shown(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Record(record) => {
                let _ = writeln!(
                    text,
                    "#{} {} of {}",
                    record.number,
                    record.kind,
                    subject(record).unwrap_or("nobody")
                );
                for row in &record.rows {
                    let _ = writeln!(text, "  {}", filled(&format!("{row:?}")));
                }
                for identity in record.identities.iter().filter_map(|i| i.extra.as_ref()) {
                    let _ = writeln!(text, "  vault {}", identity.expose());
                }
                for warning in warnings(record) {
                    let _ = writeln!(text, "  warning {warning}");
                }
            }
            Outcome::Rejected(rejected) => {
                let _ = writeln!(text, "#{} refused {}", rejected.number, rejected.issue.reason.code);
            }
        }
    }
    text
}

fn golden(name: &str, resources: &[&str]) {
    let text = resources.join("\n");
    let outcomes = read("golden.ndjson", text.as_bytes());
    for (resource, record) in resources.iter().zip(records(&outcomes)) {
        assert_eq!(restored(record), *resource);
    }
    insta::assert_snapshot!(name, shown(&outcomes));
}

#[test]
fn patient_and_death() {
    golden(
        "patient_and_death",
        &[
            r#"{"resourceType":"Patient","id":"77","identifier":[{"system":"urn:oid:1.2.392.100495.20.3.51.11399999999","value":"0077"}],"name":[{"text":"架空 花子"}],"gender":"female","birthDate":"1950-02","address":[{"text":"東京都港区架空町１","postalCode":"105-0001"}],"deceasedDateTime":"2021-03-01"}"#,
        ],
    );
}

#[test]
fn medications() {
    golden(
        "medications",
        &[
            r#"{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://capstandard.jp/iyaku.info/CodeSystem/YJ-code","code":"2171022F0001"},{"system":"http://medis.or.jp/CodeSystem/master-HOT9","code":"121431401"}],"text":"架空錠５ｍｇ"},"subject":{"reference":"Patient/77","display":"架空 花子"},"authoredOn":"2021-07-12T16:19:06+09:00","dosageInstruction":[{"text":"1日1回 就寝前","timing":{"code":{"coding":[{"system":"http://jami.jp/CodeSystem/MedicationUsage","code":"1011100000000000"}]},"repeat":{"boundsDuration":{"value":28,"code":"d"}}},"route":{"coding":[{"code":"PO"}]},"doseAndRate":[{"doseQuantity":{"value":1.50,"unit":"錠"}}]}],"dispenseRequest":{"quantity":{"value":42,"unit":"錠"}}}"#,
            r##"{"resourceType":"MedicationAdministration","status":"completed","contained":[{"resourceType":"Medication","id":"m","ingredient":[{"itemCodeableConcept":{"coding":[{"system":"urn:oid:1.2.392.200119.4.403.1","code":"107750603","display":"架空注"}]},"strength":{"numerator":{"value":1,"unit":"アンプル"}}},{"itemCodeableConcept":{"text":"生食"}}]}],"medicationReference":{"reference":"#m"},"subject":{"reference":"Patient/77"},"effectivePeriod":{"start":"2021-01-01T10:00:00+09:00","end":"2021-01-01T11:00:00+09:00"},"dosage":{"dose":{"value":510,"unit":"mL"}}}"##,
        ],
    );
}

#[test]
fn observations() {
    golden(
        "observations",
        &[
            r#"{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://loinc.org","code":"18725-2"}]},{"coding":[{"system":"http://jpfhir.jp/fhir/core/CodeSystem/JP_SimpleObservationCategory_CS","code":"laboratory"}]}],"code":{"coding":[{"system":"urn:oid:1.2.392.200119.4.504","code":"3C020000002327101"}],"text":"尿酸"},"subject":{"reference":"Patient/77"},"effectiveDateTime":"2021-10-19T17:39:00+09:00","valueQuantity":{"value":3.50,"comparator":"<","unit":"mg/dL"},"interpretation":[{"coding":[{"code":"L"}]}],"referenceRange":[{"low":{"value":3.70},"high":{"value":7.8}}],"specimen":{"display":"血清","type":"Specimen"}}"#,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"血圧"},"subject":{"reference":"Patient/77"},"component":[{"code":{"text":"収縮期"},"valueQuantity":{"value":128,"unit":"mmHg"}},{"code":{"text":"拡張期"},"dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"not-performed"}]}}]}"#,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"尿蛋白"},"subject":{"reference":"Patient/77"},"valueCodeableConcept":{"coding":[{"system":"urn:oid:1.2.392.200119.6.2102","code":"1"}],"text":"(±)"}}"#,
            r##"{"resourceType":"DiagnosticReport","status":"final","contained":[{"resourceType":"Observation","id":"o","status":"final","code":{"text":"菌名"},"valueString":"架空菌"}],"code":{"text":"細菌検査報告"},"subject":{"reference":"Patient/77"},"conclusion":"陽性","result":[{"reference":"#o"},{"reference":"#gone"}]}"##,
        ],
    );
}

#[test]
fn diagnoses_allergies_procedures_visits() {
    golden(
        "diagnoses_allergies_procedures_visits",
        &[
            r#"{"resourceType":"Condition","extension":[{"url":"http://jpfhir.jp/fhir/eCS/Extension/StructureDefinition/JP_eCS_DiagnosisType","valueCodeableConcept":{"coding":[{"code":"principal"}]}}],"clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"provisional"}]},"category":[{"coding":[{"code":"problem-list-item"}]}],"code":{"extension":[{"url":"http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_DiseasePrefixModifier","valueCodeableConcept":{"coding":[{"code":"27000358"}]}}],"coding":[{"system":"http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full","code":"I20.9"},{"system":"http://medis.or.jp/CodeSystem/master-disease-keyNumber","code":"20058911"}],"text":"狭心症"},"subject":{"reference":"Patient/77"},"onsetDateTime":"2018"}"#,
            r#"{"resourceType":"Condition","verificationStatus":{"coding":[{"code":"refuted"}]},"code":{"text":"結核"},"subject":{"reference":"Patient/77"}}"#,
            r#"{"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"code":"active"}]},"category":["food"],"criticality":"high","code":{"coding":[{"system":"http://jpfhir.jp/fhir/core/CodeSystem/JP_JfagyFoodAllergen_CS","code":"J9FA32540000","display":"さば"}]},"patient":{"reference":"Patient/77"},"reaction":[{"manifestation":[{"text":"発疹"},{"text":"腹痛"}]}]}"#,
            r#"{"resourceType":"Procedure","status":"completed","code":{"coding":[{"system":"http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterS-medicalProcedure","code":"140000610"}],"text":"創傷処置"},"subject":{"reference":"Patient/77"},"performedDateTime":"2021-05-01","bodySite":[{"text":"前額部"}]}"#,
            r#"{"resourceType":"Immunization","status":"completed","vaccineCode":{"text":"架空ワクチン"},"patient":{"reference":"Patient/77"},"occurrenceDateTime":"2021-07-01","site":{"coding":[{"code":"LA"}]}}"#,
            r#"{"resourceType":"ServiceRequest","status":"active","intent":"order","code":{"text":"尿検査"},"subject":{"reference":"Patient/77"},"authoredOn":"2021-07-01"}"#,
            r#"{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/77"},"period":{"start":"2021-07-01","end":"2021-07-05"},"hospitalization":{"admitSource":{"coding":[{"code":"gp"}]}},"serviceType":{"text":"内科"}}"#,
            r#"{"resourceType":"ImagingStudy","status":"available","subject":{"reference":"Patient/77"},"started":"2021-01-01T11:01:20+09:00","numberOfInstances":12,"series":[{"uid":"1.2.3","modality":{"code":"CT"},"bodySite":{"code":"51185008","display":"胸部"},"description":"胸部単純"}]}"#,
        ],
    );
}

#[test]
fn coverage_documents_checkups() {
    golden(
        "coverage_documents_checkups",
        &[
            r#"{"resourceType":"Coverage","status":"active","type":{"coding":[{"system":"urn:oid:1.2.392.100495.20.2.61","code":"1"}]},"subscriberId":"\"甲\",\"９\"","beneficiary":{"reference":"Patient/77"},"relationship":{"coding":[{"code":"1"}]},"period":{"start":"2018-04-01"}}"#,
            r#"{"resourceType":"Composition","status":"final","type":{"coding":[{"system":"http://jpfhir.jp/fhir/Common/CodeSystem/doc-typecodes","code":"53576-5"}]},"category":[{"coding":[{"system":"urn:oid:2.16.840.1.113883.2.2.1.6.1001","code":"10","display":"特定健診"}]}],"subject":{"reference":"Patient/77"},"date":"2024-04-06","title":"健診結果","event":[{"period":{"start":"2024-04-05"}}],"section":[{"title":"計測","text":{"status":"generated","div":"<div>身長 160 cm</div>"},"section":[{"title":"所見"}]}]}"#,
            r#"{"resourceType":"DocumentReference","status":"current","type":{"text":"経過"},"subject":{"reference":"Patient/77"},"date":"2023-03-31T00:00:00+09:00","content":[{"attachment":{"contentType":"text/plain;charset=UTF-8","data":"6aOf5qyy5LiN5oyv"}}]}"#,
            r#"{"resourceType":"FamilyMemberHistory","status":"completed","patient":{"reference":"Patient/77"},"name":"架空 母","relationship":{"text":"母"},"bornDate":"1930","condition":[{"code":{"text":"糖尿病"}}]}"#,
        ],
    );
}
