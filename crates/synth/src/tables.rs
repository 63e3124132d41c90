//! The tables under `data/`: names, places, insurers, diseases, drugs, laboratory items, procedures.
//!
//! Each file says in its first lines what is a public fact and what is invented. Read once; a line that does not fit its
//! columns would be a mistake of ours, and a test finds it.

use std::sync::LazyLock;

macro_rules! table {
    ($(#[$doc:meta])* $name:ident: $row:ident { $($field:ident : $kind:tt),* $(,)? } from $file:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[allow(dead_code, reason = "a row holds every column of its file")]
        pub(crate) struct $row { $(pub(crate) $field: table!(@type $kind)),* }

        $(#[$doc])*
        pub(crate) static $name: LazyLock<Vec<$row>> = LazyLock::new(|| {
            lines(include_str!(concat!("../data/", $file)))
                .filter_map(|line| {
                    let mut cells = line.split(',');
                    let row = $row { $($field: table!(@read $kind, cells.next()?)),* };
                    cells.next().is_none().then_some(row)
                })
                .collect()
        });
    };
    (@type text) => { &'static str };
    (@type list) => { Vec<&'static str> };
    (@type count) => { usize };
    (@type number) => { f64 };
    (@read text, $cell:expr) => { $cell };
    (@read list, $cell:expr) => { $cell.split_whitespace().collect() };
    (@read count, $cell:expr) => { $cell.parse().ok()? };
    (@read number, $cell:expr) => { $cell.parse().ok()? };
}

/// Lines of data: without the comments and the line of column names.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1)
}

table! {
    /// Surnames (姓).
    SURNAMES: Surname { kanji: text, kana: text, weight: count } from "surnames.csv"
}
table! {
    /// Given names (名).
    GIVEN_NAMES: GivenName { sex: text, kanji: text, kana: text, born_from: count, born_to: count } from "given_names.csv"
}
table! {
    /// Variant forms of kanji (異体字).
    KANJI_VARIANTS: KanjiVariant { plain: text, variant: text } from "kanji_variants.csv"
}
table! {
    /// Where people live.
    PREFECTURES: Prefecture { code: text, weight: count, zip_from: count, zip_to: count, area_code: text } from "prefectures.csv"
}
table! {
    /// Towns (町名).
    TOWNS: Town { name: text } from "towns.csv"
}
table! {
    /// Insurers (保険者).
    INSURERS: Insurer { number: text, name: text, kind: text, plan_code: text, plan_name: text, delivers: count, weight: count } from "insurers.csv"
}
table! {
    /// Departments (診療科).
    DEPARTMENTS: Department { code: text, name: text, receipt_code: text } from "departments.csv"
}
table! {
    /// Diseases (傷病).
    DISEASES: Disease {
        key: text, name: text, icd10: text, management_number: text, exchange_code: text, receipt_code: text, course: text, sex: text,
        age_from: count, age_to: count, per_mille: count, department: text, places: text, drugs: list, labs: list,
    } from "diseases.csv"
}
table! {
    /// Drugs (医薬品).
    DRUGS: Drug {
        key: text, name: text, price_code: text, receipt_code: text, hot9: text, hot9_origin: text, form: text, dose: count, times: count,
        unit_code: text, unit: text, price: number,
    } from "drugs.csv"
}
table! {
    /// Laboratory items and vital signs (検査項目).
    LABS: Lab {
        key: text, name: text, jlac10: text, jlac10_origin: text, unit: text, low: number, high: number, mean: number, deviation: number,
        decimals: count, specimen_code: text, specimen: text, procedure: text,
    } from "labs.csv"
}
table! {
    /// Procedures of the fee schedule (診療行為).
    PROCEDURES: Procedure { code: text, name: text, points: count } from "procedures.csv"
}

impl Insurer {
    /// 8 characters as receipts write it: 国民健康保険 has 6 digits, preceded by two spaces.
    pub(crate) fn padded(&self) -> String {
        format!("{:>8}", self.number)
    }

    /// Insurance of one person each (後期高齢者医療), without symbol and branch.
    pub(crate) fn is_individual(&self) -> bool {
        self.kind == "late-stage"
    }
}

pub(crate) fn disease(key: &str) -> Option<&'static Disease> {
    DISEASES.iter().find(|row| row.key == key)
}

pub(crate) fn drug(key: &str) -> Option<&'static Drug> {
    DRUGS.iter().find(|row| row.key == key)
}

pub(crate) fn lab(key: &str) -> Option<&'static Lab> {
    LABS.iter().find(|row| row.key == key)
}

/// The department of a code; the first of the table (内科) for a code that is not there.
pub(crate) fn department(code: &str) -> &'static Department {
    DEPARTMENTS.iter().find(|row| row.code == code).unwrap_or(&DEPARTMENTS[0])
}

/// Points of a procedure; 0 for a code that is not in the table.
pub(crate) fn points(code: &str) -> u32 {
    PROCEDURES.iter().find(|row| row.code == code).map_or(0, |row| row.points as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_file_is_a_row_and_no_table_is_empty() {
        macro_rules! whole {
            ($($table:ident $file:literal),* $(,)?) => {$(
                assert_eq!($table.len(), lines(include_str!(concat!("../data/", $file))).count(), $file);
                assert!(!$table.is_empty(), $file);
            )*};
        }
        whole!(
            SURNAMES "surnames.csv", GIVEN_NAMES "given_names.csv", KANJI_VARIANTS "kanji_variants.csv", PREFECTURES "prefectures.csv",
            TOWNS "towns.csv", INSURERS "insurers.csv", DEPARTMENTS "departments.csv", DISEASES "diseases.csv", DRUGS "drugs.csv",
            LABS "labs.csv", PROCEDURES "procedures.csv"
        );
        assert!(SURNAMES.len() >= 150 && GIVEN_NAMES.iter().filter(|n| n.sex == "F").count() >= 120);
    }

    #[test]
    fn every_reference_between_tables_leads_somewhere() {
        for disease in DISEASES.iter() {
            assert!(disease.drugs.iter().all(|key| drug(key).is_some()), "{}", disease.key);
            assert!(disease.labs.iter().all(|key| lab(key).is_some()), "{}", disease.key);
            assert!(DEPARTMENTS.iter().any(|d| d.code == disease.department), "{}", disease.key);
            assert!(disease.places.chars().all(|place| "ABC".contains(place)), "{}", disease.key);
        }
        for lab in LABS.iter().filter(|lab| !lab.procedure.is_empty()) {
            assert!(points(lab.procedure) > 0, "{}", lab.key);
        }
        for prefecture in PREFECTURES.iter() {
            assert!(kiban_model::region::prefecture_name(prefecture.code).is_some());
        }
    }

    #[test]
    fn codes_have_the_shape_of_their_system() {
        assert!(
            DRUGS.iter().all(|d| d.hot9.len() == 9 && d.price_code.len() == 12 && d.receipt_code.len() == 9)
        );
        assert!(DRUGS.iter().all(|d| (d.hot9_origin == "made-up") == d.hot9.starts_with("99")));
        assert!(LABS.iter().all(|l| l.jlac10.len() == 17));
        assert!(DISEASES.iter().all(|d| d.receipt_code.len() == 7 && d.management_number.len() == 8));
        for insurer in INSURERS.iter() {
            let sum: u32 = insurer
                .number
                .bytes()
                .rev()
                .enumerate()
                .map(|(at, digit)| {
                    let value = u32::from(digit - b'0') * if at % 2 == 1 { 2 } else { 1 };
                    value / 10 + value % 10
                })
                .sum();
            assert_eq!(sum % 10, 0, "{}", insurer.number);
        }
    }
}
