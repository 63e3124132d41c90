//! The insurer's receipts: widths, day cells, totals, dates.

use super::*;
use encoding_rs::SHIFT_JIS;

fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let (text, had_errors) = SHIFT_JIS.decode_without_bom_handling(bytes);
    assert!(!had_errors);
    let body = text.strip_suffix("\r\n").expect("CRLF at the end");
    assert!(!body.replace("\r\n", "").contains(['\r', '\n', '"']));
    body.split("\r\n").map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| panic!("not a number"))
}

#[test]
fn every_record_has_the_width_of_its_kind_and_day_cells_add_up() {
    let mut kinds = BTreeMap::<String, usize>::new();
    for (path, bytes) in good_files("insurer-d") {
        let lines = lines(&bytes);
        assert_eq!((lines[0][0].as_str(), lines.last().unwrap()[0].as_str()), ("IR", "GO"), "{path}");
        for line in &lines {
            let (width, days) = match line[0].as_str() {
                "IR" => (10, None),
                "RE" => (38, None),
                "HO" => (15, None),
                "KO" => (12, None),
                "SN" => (9, None),
                "SY" => (8, None),
                "CO" => (5, None),
                "GO" => (4, None),
                "SI" | "IY" => (44, Some(13)),
                "TO" => (48, Some(17)),
                other => panic!("{other}"),
            };
            assert_eq!(line.len(), width, "{path}: {}", line[0]);
            if let Some(from) = days {
                let sum: u32 = line[from..].iter().filter(|c| !c.is_empty()).map(|c| number(c)).sum();
                assert_eq!(sum, number(&line[6]), "{path}");
                assert!(sum > 0);
            }
            *kinds.entry(line[0].clone()).or_default() += 1;
        }
    }
    assert_eq!(kinds["RE"], provider("insurer-d").1.records["receipt"].current);
    for kind in ["HO", "KO", "SN", "SY", "SI", "IY", "TO", "CO"] {
        assert!(kinds.contains_key(kind), "no {kind} in the whole delivery");
    }
}

#[test]
fn the_points_of_a_receipt_are_the_sum_of_its_units_and_go_totals_them() {
    for (path, bytes) in good_files("insurer-d") {
        let (mut payers, mut points, mut stated, mut receipt) = (0, 0, None, 0);
        for line in lines(&bytes) {
            match line[0].as_str() {
                "RE" | "GO" => {
                    assert_eq!(stated.unwrap_or(0), receipt, "{path}");
                    receipt = 0;
                    if line[0] == "GO" {
                        assert_eq!((number(&line[1]), number(&line[2])), (payers, points), "{path}");
                    }
                }
                "HO" => {
                    payers += 1;
                    points += number(&line[5]);
                    stated = Some(number(&line[5]));
                }
                "KO" => payers += 1,
                "SI" | "IY" | "TO" if !line[5].is_empty() => receipt += number(&line[5]) * number(&line[6]),
                _ => {}
            }
        }
    }
}

#[test]
fn claims_name_the_insured_but_no_chart_and_search_numbers_are_unique() {
    let mut seen = std::collections::BTreeSet::new();
    let (mut era, mut gregorian) = (0, 0);
    for (path, bytes) in good_files("insurer-d") {
        for line in lines(&bytes) {
            match line[0].as_str() {
                "RE" => {
                    assert!(line[13].is_empty() && line[4].contains('　') && !line[36].is_empty());
                    assert!(seen.insert((path.clone(), line[3].clone(), line[18].clone())));
                    match (line[3].len(), line[6].len()) {
                        (5, 7) => era += 1,
                        (6, 8) => gregorian += 1,
                        other => panic!("{other:?}"),
                    }
                    assert!(DateAsGiven::parse_receipt(&line[6]).is_ok());
                }
                "HO" => assert!(line[1].len() == 8 && !line[3].is_empty()),
                "SY" => assert!(DateAsGiven::parse_receipt(&line[2]).is_ok()),
                _ => {}
            }
        }
    }
    assert!(era > 0 && gregorian > 0);
}
