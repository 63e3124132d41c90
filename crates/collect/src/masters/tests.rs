//! Tests of the masters: own small fixtures for order and damage, the real masters where they are at hand.

use super::*;
use std::io::Write;
use std::path::{Path, PathBuf};

fn row(columns: &[(usize, &str)], width: usize) -> String {
    let mut row = vec![String::new(); width];
    for (column, value) in columns {
        row[*column] = (*value).to_owned();
    }
    row.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(",") + "\r\n"
}

fn disease(code: &str, name: &str, icd10: &str) -> String {
    row(&[(0, "0"), (1, "B"), (2, code), (5, name), (10, "20000001"), (15, icd10)], 46)
}

fn drug(change: &str, code: &str, name: &str, price_list: &str) -> String {
    row(&[(0, change), (1, "Y"), (2, code), (4, name), (9, "錠"), (31, price_list)], 40)
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

fn zipped(path: &Path, name: &str, bytes: &[u8]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap();
}

#[test]
fn later_vintages_win_and_abolished_entries_stay() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("old")).unwrap();
    let old = disease("1000001", "旧い名前", "A00") + &disease("1000002", "廃止された病名", "B00");
    zipped(&at("old/b_20200601.zip"), "b_20200601.txt", &cp932(&old));
    std::fs::write(at("b_20240601.txt"), cp932(&disease("1000001", "新しい名前", "A01"))).unwrap();
    std::fs::write(at("y_ALL20240321.csv"), cp932(&drug("0", "600000001", "試験錠", "1111111F1111")))
        .unwrap();
    std::fs::write(at("y_20240906.csv"), cp932(&drug("5", "600000001", "", ""))).unwrap();
    std::fs::write(
        at("c_ALL20240601.csv"),
        row(&[(0, "0"), (1, "C"), (6, "別途コメントあり"), (22, "820000001")], 30),
    )
    .unwrap();
    std::fs::write(at("readme.txt"), "not a master").unwrap();
    std::fs::write(at("prices.xlsx"), [0, 1, 2]).unwrap();

    let masters = Masters::load(folder.path()).unwrap();
    assert_eq!(masters.diseases["1000001"].name, "新しい名前");
    assert_eq!(masters.diseases["1000002"].icd10, "B00", "old receipts use it");
    assert_eq!(
        masters.items["600000001"].price_list_code, "1111111F1111",
        "a difference row without a name takes nothing away"
    );
    assert_eq!(masters.items["600000001"].unit, "錠");
    assert_eq!(masters.items["820000001"].name, "別途コメントあり");
    let names: Vec<_> =
        masters.files.iter().map(|file| (file.name.as_str(), file.kind, file.entries)).collect();
    assert_eq!(
        names,
        [
            ("old/b_20200601.zip/b_20200601.txt", MasterKind::Disease, 2),
            ("y_ALL20240321.csv", MasterKind::Drug, 1),
            ("b_20240601.txt", MasterKind::Disease, 1),
            ("c_ALL20240601.csv", MasterKind::Comment, 1),
            ("y_20240906.csv", MasterKind::Drug, 1),
        ]
    );
}

#[test]
fn damage_is_named_by_file_and_line() {
    let load = |name: &str, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        Masters::load(folder.path()).map(|_| ()).unwrap_err().to_string()
    };
    let good = disease("1000001", "病名", "A00");
    assert!(
        load("b_20240601.txt", &cp932(&(good.clone() + "\"0\",\"B\",\"1000002\"\r\n")))
            .starts_with("b_20240601.txt, line 2:")
    );
    assert!(
        load("b_20240601.txt", &cp932(&(good.clone() + &drug("0", "600000001", "錠", ""))))
            .starts_with("b_20240601.txt, line 2:")
    );
    assert!(load("b_20240601.txt", &cp932(&disease("10000", "短いコード", ""))).contains("line 1"));
    assert!(load("b_20240601.txt", b"hello\r\n").contains("named like a receipt master"));
    let mut bytes = cp932(&(good.clone() + &good));
    let second = cp932(&good).len() + 30;
    bytes[second] = 0xFF;
    assert!(load("b_20240601.txt", &bytes).contains("line 2: is neither"));
    assert!(load("b_20240601.zip", b"not a zip").contains("zip"));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Masters::load(&folder.path().join("absent")), Err(MastersError::Io { .. })));
}

#[test]
fn the_published_masters_load() {
    let folder = match std::env::var_os("KIBAN_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    if !folder.join("masters").is_dir() {
        eprintln!("the published masters are not here; their test is passed over");
        return;
    }
    let masters = Masters::load(&folder.join("masters")).unwrap();
    let diabetes = &masters.diseases["2500013"];
    assert_eq!(
        (diabetes.name.as_str(), diabetes.icd10.as_str(), diabetes.medis.as_str()),
        ("糖尿病", "E14", "20071549")
    );
    assert_eq!(masters.items["620098801"].price_list_code, "1149019F1560");
    assert_eq!(masters.items["111000110"].name, "初診料");
    assert_eq!(masters.modifiers["8002"], "の疑い");
    assert_eq!(masters.diseases.len(), 27_437);
    assert!(masters.files.iter().map(|file| file.kind).collect::<std::collections::HashSet<_>>().len() == 6);
    // The small masters beside the sample file are of other vintages, with other widths.
    let small = Masters::load(&folder.join("uke/mini-masters")).unwrap();
    assert_eq!(small.items["610406079"].price_list_code, "2325003B2029");
}
