//! Which URL stands for which code system, and which system is preferred where a concept has several codings.
//!
//! JP Core, JP-CLINS/eCS and eCheckup write one system in several ways (URL, OID, older URL). What is not listed keeps
//! its own URL in the `*_system` column.

use kiban_model::tables::systems::{
    HOT, ICD10, JAMI_USAGE, JLAC10, LOCAL, LOINC, MEDIS_DISEASE, MEDIS_DISEASE_EXCHANGE, RECEIPT_DISEASE,
    RECEIPT_MODIFIER, RECEIPT_PROCEDURE, YJ,
};

/// URL → name in our tables.
const NAMES: [(&str, &str); 37] = [
    // Laboratory
    ("http://medis.or.jp/CodeSystem/master-JLAC10-17digits", JLAC10),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_ObservationLabResultCode_CS", JLAC10),
    ("http://jpfhir.jp/fhir/clins/CodeSystem/JLAC10/JP_CLINS_ObsLabResult_CoreLabo_CS", JLAC10),
    ("http://jpfhir.jp/fhir/clins/CodeSystem/JLAC10/JP_CLINS_ObsLabResult_InfectionLabo_CS", JLAC10),
    ("urn:oid:1.2.392.200119.4.504", JLAC10),
    // 特定健診項目コード: JLAC10 codes of 17 digits under the checkup programme's own OID
    ("urn:oid:1.2.392.200119.6.1005", JLAC10),
    ("http://loinc.org", LOINC),
    // Drugs
    ("http://medis.or.jp/CodeSystem/master-HOT7", HOT),
    ("http://medis.or.jp/CodeSystem/master-HOT9", HOT),
    ("http://medis.or.jp/CodeSystem/master-HOT13", HOT),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeHOT7_CS", HOT),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeHOT9_CS", HOT),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeHOT13_CS", HOT),
    ("urn:oid:1.2.392.200119.4.402.1", HOT),
    ("urn:oid:1.2.392.200119.4.403.1", HOT),
    ("urn:oid:1.2.392.200119.4.403.2", HOT),
    ("urn:oid:1.2.392.100495.20.2.74", HOT),
    ("http://capstandard.jp/iyaku.info/CodeSystem/YJ-code", YJ),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeYJ_CS", YJ),
    ("urn:oid:1.2.392.100495.20.1.73", YJ),
    // Usage
    ("http://jami.jp/CodeSystem/MedicationUsage", JAMI_USAGE),
    ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationUsage_ePrescription", JAMI_USAGE),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationUsageJAMI_CS", JAMI_USAGE),
    ("urn:oid:1.2.392.200250.2.2.20", JAMI_USAGE),
    ("urn:oid:1.2.392.200250.2.2.20.20", JAMI_USAGE),
    // Diseases
    ("http://medis.or.jp/CodeSystem/master-disease-keyNumber", MEDIS_DISEASE),
    ("urn:oid:1.2.392.200119.4.101.2", MEDIS_DISEASE),
    ("http://medis.or.jp/CodeSystem/master-disease-exCode", MEDIS_DISEASE_EXCHANGE),
    ("urn:oid:1.2.392.200119.4.101.6", MEDIS_DISEASE_EXCHANGE),
    ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterB-disease", RECEIPT_DISEASE),
    ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterZ-disease-modifier", RECEIPT_MODIFIER),
    ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full", ICD10),
    ("http://www.mhlw.go.jp/toukei/sippei/2013/ICD10-JP", ICD10),
    ("http://hl7.org/fhir/sid/icd-10", ICD10),
    // Procedures
    ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterS-medicalProcedure", RECEIPT_PROCEDURE),
    // Local
    ("http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS", LOCAL),
    ("http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalUncoded_CS", LOCAL),
];

/// 一般名処方マスタ: general-name codes, twelve characters ending in ZZZ.
pub(super) const GENERAL_DRUG: [&str; 3] = [
    "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationGeneralOrderCode",
    "http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeCommon_CS",
    "urn:oid:1.2.392.100495.20.1.81",
];
/// 標準コードなし: the order says itself that no standard code exists.
pub(super) const DRUG_NOT_CODED: &str = "http://jpfhir.jp/fhir/eCS/CodeSystem/MedicationCodeNocoded_CS";
/// Drug codes of one institution, its number at the end of the URL.
const LOCAL_DRUG: &str = "http://jpfhir.jp/fhir/eCS/CodeSystem/DrugCode/";
/// 提供元患者番号: the institution's number follows.
pub(super) const PATIENT_NUMBER: &str = "urn:oid:1.2.392.100495.20.3.51.";
/// 被保険者記号・番号 in one value: `保険者番号:記号:番号:枝番`.
pub(super) const INSURANCE_MEMBER: &str = "jp_insurance_memberid";
/// 保険者番号.
pub(super) const INSURER: [&str; 2] =
    ["urn:oid:1.2.392.100495.20.3.61", "http://jpfhir.jp/fhir/core/IdSystem/insurer-number"];
/// リソース一意識別ID: unique for one resource instance.
pub(super) const RESOURCE_INSTANCE: &str = "http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier";
/// Numbers within an order (RP番号, 薬剤番号): they tell nothing apart outside of it.
pub(super) const WITHIN_ORDER: [&str; 4] = [
    "http://jpfhir.jp/fhir/core/mhlw/IdSystem/Medication-RPGroupNumber",
    "http://jpfhir.jp/fhir/core/mhlw/IdSystem/MedicationAdministrationIndex",
    "urn:oid:1.2.392.100495.20.3.81",
    "urn:oid:1.2.392.100495.20.3.82",
];

/// Preferred systems of a laboratory item.
pub(super) const LABORATORY: &[&str] = &[JLAC10, LOINC];
/// Preferred systems of a drug.
pub(super) const DRUG: &[&str] = &[HOT, YJ];
/// Preferred systems of a disease.
pub(super) const DISEASE: &[&str] = &[MEDIS_DISEASE, MEDIS_DISEASE_EXCHANGE, RECEIPT_DISEASE, ICD10];
/// Preferred systems of a usage.
pub(super) const USAGE: &[&str] = &[JAMI_USAGE];
/// Preferred systems of a procedure.
pub(super) const PROCEDURE: &[&str] = &[RECEIPT_PROCEDURE, LOINC];
/// No preference: the first coding.
pub(super) const ANY: &[&str] = &[];

/// The name a system has in our tables: one of the model's words, or its URL.
pub(super) fn name(url: &str) -> &str {
    let url = url.split('|').next().unwrap_or(url);
    if url.starts_with(LOCAL_DRUG) || url.to_ascii_lowercase().ends_with("/localcode") {
        return LOCAL;
    }
    NAMES.iter().find(|(known, _)| *known == url).map_or(url, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_oids_of_one_system_have_one_name() {
        assert_eq!(name("urn:oid:1.2.392.200119.4.403.1"), name("http://medis.or.jp/CodeSystem/master-HOT9"));
        assert_eq!(name("http://jpfhir.jp/fhir/eCS/CodeSystem/DrugCode/19910000000"), LOCAL);
        assert_eq!(name("http://hospital.example/fhir/Observation/localcode"), LOCAL);
        assert_eq!(name("http://snomed.info/sct"), "http://snomed.info/sct");
        assert_eq!(name("http://loinc.org|2.77"), LOINC);
    }
}
