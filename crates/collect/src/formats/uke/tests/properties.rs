//! Properties: nothing a file holds makes the reader panic or lose a line, and nothing a column holds is lost.

use super::*;
use proptest::prelude::*;

/// Lines of all kinds, good and bad, to be shuffled.
fn some_line() -> impl Strategy<Value = Vec<u8>> {
    let si = act("SI,11,1,111000110,,288,1", &[(3, 1)]);
    let good = [
        IR,
        RE,
        HO,
        "MN,1,,,,,",
        "KO,54136015,1234567,,2,431,500,,,,,",
        "SY,2500013,20200401,1,8002,,01,",
        "SJ,01,経過",
        "GO,1,288,99",
        "ZZ,1",
        "",
        "\x1A",
    ];
    let mut lines: Vec<Vec<u8>> = good.iter().map(|line| cp932(line)).collect();
    lines.push(si.into_bytes());
    proptest::sample::select(lines)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn any_order_of_lines_is_accounted_for(lines in proptest::collection::vec(some_line(), 0..40)) {
        let units = lines.iter().filter(|line| !line.is_empty() && *line != b"\x1A").count() as u64;
        let outcomes = read(&lines.join(&b"\r\n"[..]));
        prop_assert_eq!(outcomes.iter().map(Outcome::units).sum::<u64>(), units);
    }

    #[test]
    fn damaged_files_are_accounted_for(
        lines in proptest::collection::vec(some_line(), 1..20),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let mut bytes = [receipt(&[]), lines.join(&b"\n"[..])].concat();
        for (at, byte, how) in damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        read(&bytes);
    }
}

/// Puts a value of its own into each column of each record and looks for it in what comes out: a column that was used
/// but went nowhere would be found here.
#[test]
fn every_column_of_every_record_is_in_a_row_an_identity_or_an_extra() {
    let si = act("SI,11,1,111000110,,288,1,810000001,x,810000001,x,810000001,x", &[(3, 1)]);
    let to =
        format!("TO,11,1,710000001,1,1,1,001,1,,x,810000001,x,810000001,x,810000001,x{}", ",".repeat(31));
    let fixtures = [
        RE,
        HO,
        "KO,54136015,1234567,,2,431,500,,,,,",
        "SN,1,01,01130012,1,1,02,7654321,",
        "SY,2500013,20200401,1,8002,x,01,x",
        &si,
        &si.replace("SI,11,1,1", "IY,11,1,6"),
        &to,
        "CO,11,1,810000001,x",
        "SJ,01,x",
        "MN,1,x,,,,",
        &format!("MF,01{}", ",".repeat(31)),
        &format!("JD,1{}", ",".repeat(31)),
        "NI,1",
        "KH,1",
    ];
    for fixture in fixtures {
        let columns = fixture.split(',').count();
        for column in 1..columns.min(
            13 + usize::from(fixture.starts_with("RE")) * 25 + usize::from(fixture.starts_with("TO")) * 4,
        ) {
            let (id, value) = (&fixture[..2], sentinel(&fixture[..2], column));
            let mut cells: Vec<String> = fixture.split(',').map(Into::into).collect();
            cells[column] = value.clone();
            let line = cells.join(",");
            let lines: Vec<&str> = match id {
                "RE" => vec![IR, &line, HO],
                "MN" => vec![&line, IR, RE, HO],
                "HO" => vec![IR, RE, &line],
                _ => vec![IR, RE, HO, &line],
            };
            let outcomes = read(&cp932(&lines.join("\n")));
            let refused = refusals(&outcomes);
            assert!(refused.is_empty(), "{id}-{column} = {value}: {refused:?}");
            let shown = super::golden::show(&outcomes);
            let wanted = value.trim_start_matches('=');
            let dated = format!(
                "{}-{}-{}",
                wanted.get(..4).unwrap_or(""),
                wanted.get(4..6).unwrap_or(""),
                wanted.get(6..8).unwrap_or("")
            );
            let month = dated.trim_end_matches('-');
            assert!(
                shown.contains(wanted) || shown.contains(month) && month.len() > 5,
                "{id}-{column} = {value} is lost:\n{shown}"
            );
        }
    }
}

/// A value that no other column has and that this column may hold.
fn sentinel(id: &str, column: usize) -> String {
    let value = match (id, column) {
        ("RE", 2) => "1114",
        ("RE", 3) => "201907",
        ("RE", 5) => "7",
        ("RE", 6) | ("SY", 2) => "19771113",
        ("RE", 8) => "20190713",
        ("RE", 7) => "77",
        ("HO" | "KO", 4 | 5) | ("SI" | "IY" | "TO", 5 | 6) => "7771",
        ("SI", 3) => "177777771",
        ("IY", 3) => "677777771",
        ("TO", 3) => "777777771",
        ("SY", 1) => "7777771",
        ("SY", 4) => "7771",
        ("SY", 6) => "01",
        (_, 3 | 7 | 9 | 11 | 13 | 15) if matches!(id, "CO" | "SI" | "IY") || (id == "TO" && column > 10) => {
            "877777771"
        }
        _ => return format!("値{id}{column}"),
    };
    value.into()
}

#[test]
fn many_receipts_keep_their_order_over_batches() {
    let mut text = format!("{IR}\n");
    for number in 1..=1_000 {
        text += &format!(
            "{}\n{HO}\n",
            RE.replace("RE,1,", &format!("RE,{number},")).replace("S-1", &format!("S-{number}"))
        );
    }
    text += "GO,1000,288000,99\n";
    let outcomes = read(&cp932(&text));
    let numbers: Vec<u64> = receipts(&outcomes).iter().map(|receipt| receipt.number).collect();
    assert_eq!(numbers, (0..1_000).map(|n| 2 + 2 * n).collect::<Vec<_>>());
    assert!(records(&outcomes).last().unwrap().warnings.is_empty(), "totals are added up over batches");
}
