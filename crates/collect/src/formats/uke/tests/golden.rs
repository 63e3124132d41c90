//! Golden cases: a fictional file with every kind of record, shown as the rows and identities it becomes.

use super::*;
use crate::masters::{Disease, Item};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use kiban_model::{RowContext, SubjectId, TableSet};
use std::fmt::Write as _;

/// Two receipts, in and out, with every record the reader knows.
fn every_record() -> Vec<u8> {
    let stay = "RE,2,1111,202004,ｺｳﾛｳ ｲﾁﾛｳ,1,3510302,,5020401,0102,,26,28,0000,,,,,S-2,202004,請求1,01,101,,,,,,,,,,,,,,コウロウイチロウ,009";
    let material = {
        let mut columns: Vec<String> =
            "TO,40,1,710010001,2,27,1,007,13.5,,架空カテーテル５Ｆｒ,830100204,左,,,,"
                .split(',')
                .map(Into::into)
                .collect();
        columns.resize(48, String::new());
        columns[16 + 7] = "1".into();
        columns.join(",")
    };
    let mut visits = vec![String::new(); 33];
    (visits[0], visits[1], visits[4], visits[10]) = ("JD".into(), "1".into(), "1".into(), "2".into());
    let lines = [
        IR.to_owned(),
        RE.to_owned(),
        "HO,01130012,１２３４,５６７,2,431,,,,,,1000,,,".into(),
        "KO,54136015,1234567,,2,431,500,,,,,".into(),
        "SN,1,01,01130012,１２３４,５６７,02,,".into(),
        visits.join(","),
        format!("MF,01{}", ",".repeat(31)),
        "SY,2500013,20200401,1,8002,,01,".into(),
        "SY,0000999,20200409,1,,架空の病,,経過観察中".into(),
        act("SI,11,1,111000110,,,1", &[(3, 1)]),
        act("SI,,1,111012470,,343,1", &[(3, 1)]),
        "CO,22,1,810000001,疼痛時".into(),
        act("IY,,1,620098801,1.5,7,3,830100204,湿布薬の用法,,,,", &[(3, 1), (9, 2)]),
        "CO,,1,820000001,".into(),
        "NI,1,1,3".into(),
        "SJ,01,架空の経過である。".into(),
        "SJ,,続きの行。".into(),
        stay.into(),
        "HO,  130013,１９,８,30,500,,90,41400,,,,,,".into(),
        "SY,2500013,5020401,3,,,01,".into(),
        act("SI,90,1,190117710,,500,1", &[]),
        material,
        "ZZ,未知の,レコード".into(),
        "GO,3,931,99".into(),
    ];
    cp932(&(lines.join("\r\n") + "\r\n\x1A"))
}

fn masters() -> Masters {
    let mut masters = Masters::default();
    let diabetes = Disease {
        name: "糖尿病".into(),
        icd10: "E14".into(),
        icd10_second: String::new(),
        medis: "20071549".into(),
    };
    masters.diseases.insert("2500013".into(), diabetes);
    let item = |name: &str, unit: &str, price: &str| Item {
        name: name.into(),
        unit: unit.into(),
        price_list_code: price.into(),
    };
    masters.items.insert("111000110".into(), item("初診料", "", ""));
    masters.items.insert("620098801".into(), item("架空錠６０ｍｇ", "錠", "1149019F1560"));
    masters.items.insert("820000001".into(), item("別途コメントあり", "", ""));
    masters
}

/// One line a row: its table and the columns that hold something.
fn show_rows(record: &Record) -> String {
    let context = RowContext {
        subject: SubjectId(1),
        provider: "",
        delivery: "",
        file_no: 1,
        record_no: 0,
        source_kind: "",
        recorded_at: None,
    };
    let mut text = String::new();
    for row in &record.rows {
        let mut set = TableSet::default();
        set.append(&context, row);
        for (table, batch) in set.finish().unwrap() {
            let cells: Vec<String> =
                (5..batch.num_columns()).filter_map(|column| show_cell(&batch, column)).collect();
            writeln!(text, "  {}: {}", table.name, cells.join(" ")).unwrap();
        }
    }
    text
}

fn show_cell(batch: &RecordBatch, column: usize) -> Option<String> {
    let (array, schema) = (batch.column(column), batch.schema());
    let name = schema.field(column).name();
    if array.is_null(0) || name == "source_kind" {
        return None;
    }
    let value = match array.as_string_opt::<i32>() {
        Some(text) => text.value(0).to_owned(),
        None => match (array.as_primitive_opt::<Int64Type>(), array.as_primitive_opt::<Float64Type>()) {
            (Some(number), _) => number.value(0).to_string(),
            (_, Some(number)) => number.value(0).to_string(),
            _ => array.as_boolean().value(0).to_string(),
        },
    };
    Some(format!("{name}={value}"))
}

fn show_identity(identity: &kiban_model::Identity) -> String {
    let fields = [
        ("name", &identity.name),
        ("kana", &identity.kana),
        ("insurer", &identity.insurer),
        ("symbol", &identity.insurance_symbol),
        ("number", &identity.insurance_number),
        ("branch", &identity.insurance_branch),
        ("extra", &identity.extra),
    ];
    let mut shown: Vec<String> = fields
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?.expose())))
        .collect();
    shown.extend(identity.birth_date.as_ref().map(|date| format!("birth={}", date.expose())));
    shown.extend(identity.sex.map(|sex| format!("sex={}", sex.code())));
    shown.extend(
        identity.other_numbers.iter().map(|(system, number)| format!("{system}={}", number.expose())),
    );
    shown.join(" ")
}

/// Everything a record holds, identities included: the fixtures are fictional.
pub(super) fn show_record(record: &Record) -> String {
    let expose = |value: &Option<kiban_model::Private<String>>| {
        value.as_ref().map_or("-".into(), |v| v.expose().clone())
    };
    let mut text = format!(
        "{} at line {}, {} lines, version {}\n",
        record.kind, record.number, record.units, record.version
    );
    writeln!(text, "  subject {}, key {}", expose(&record.subject), expose(&record.key)).unwrap();
    for identity in &record.identities {
        writeln!(text, "  identity: {}", show_identity(identity)).unwrap();
    }
    text += &show_rows(record);
    for warning in &record.warnings {
        writeln!(text, "  warning {} at {}", warning.reason.code, warning.place).unwrap();
    }
    text
}

pub(super) fn show(outcomes: &[Outcome]) -> String {
    let refusal = |r: &Rejected| {
        format!(
            "{} at line {}, {} lines: {} at {}\n",
            r.kind, r.number, r.units, r.issue.reason.code, r.issue.place
        )
    };
    let one = |outcome: &Outcome| match outcome {
        Outcome::Record(record) => show_record(record),
        Outcome::Rejected(rejected) => refusal(rejected),
    };
    outcomes.iter().map(one).collect()
}

#[test]
fn every_record_becomes_its_rows() {
    let outcomes = read_within(&every_record(), crate::Limits::default(), &masters());
    insta::assert_snapshot!(show(&outcomes));
}

#[test]
fn an_audited_file_keeps_its_management_numbers_in_the_identity() {
    let lines = [
        "MN,1234567890123456,東京都架空区1,,,,",
        IR,
        RE,
        HO,
        "MN,1234567890123457,,,,,",
        "HO,01130012,1,1,1,1,,,,,,,,,",
    ];
    let outcomes = read(&cp932(&lines.join("\r\n")));
    insta::assert_snapshot!(show(&outcomes));
}

#[test]
fn successive_versions_share_a_key_and_sort_by_billing_month() {
    let first = read(&receipt(&[]));
    let again =
        read(&cp932(&[&IR.replace("202004", "202006"), RE, HO].map(ToString::to_string).join("\r\n")));
    let (first, again) = (receipts(&first)[0], receipts(&again)[0]);
    assert_eq!(first.key, again.key);
    assert!(first.version < again.version);
    let other = read(&cp932(&[IR, &RE.replace("S-1", "S-2"), HO].join("\r\n")));
    assert_ne!(receipts(&other)[0].key, first.key);
    assert_eq!(receipts(&other)[0].subject, first.subject);
}

#[test]
fn the_encoding_and_the_line_ends_do_not_change_what_is_read() {
    let expected = show(&read_within(&every_record(), crate::Limits::default(), &masters()));
    let text = encoding_rs::SHIFT_JIS.decode(&every_record()).0.into_owned();
    let variants = [
        text.clone().into_bytes(),
        format!("\u{FEFF}{text}").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
        cp932(&text.replace("\r\n", "\r")),
        cp932(text.trim_end_matches(['\x1A', '\r', '\n'])),
    ];
    for variant in variants {
        assert_eq!(show(&read_within(&variant, crate::Limits::default(), &masters())), expected);
    }
}
