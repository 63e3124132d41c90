//! The hospitals' files: names, encodings, segments, versions.

use super::*;
use crate::{Gaiji, Standings, to_iso2022jp};
use encoding_rs::ISO_2022_JP;

/// Segments of a file, each decoded by itself; the segment must start and end in ASCII.
fn segments(bytes: &[u8]) -> Vec<String> {
    let body = bytes.strip_suffix(b"\x1c").unwrap_or(bytes);
    let body = body.strip_suffix(b"\r").expect("the last segment has its terminator");
    body.split(|b| *b == b'\r')
        .map(|segment| {
            let last_escape = segment.windows(3).rfind(|w| w[0] == 0x1b);
            assert!(last_escape.is_none_or(|e| e == b"\x1b(B"), "a segment does not return to ASCII");
            let (text, had_errors) = ISO_2022_JP.decode_without_bom_handling(segment);
            assert!(!had_errors);
            text.into_owned()
        })
        .collect()
}

fn field(segments: &[String], name: &str, number: usize) -> String {
    let segment = segments.iter().find(|s| s.starts_with(name)).unwrap_or_else(|| panic!("no {name}"));
    segment.split('|').nth(number).unwrap_or("").to_owned()
}

#[test]
fn every_good_file_is_a_whole_message_in_its_own_place() {
    for id in ["hospital-a", "hospital-b"] {
        let mut counted: BTreeMap<String, Standings> = BTreeMap::new();
        for (path, bytes) in good_files(id) {
            let parts: Vec<&str> = path.split('/').collect();
            let [first, second, pid, day, kind, name] = parts[..] else { panic!("{path}") };
            let words: Vec<&str> = name.split('_').collect();
            assert_eq!(words.len(), 7, "{path}");
            assert_eq!((&pid[..3], &pid[3..6]), (first, second));
            assert_eq!((words[0], words[1], words[2]), (pid, day, kind));
            assert!(words[4].len() == 17 && words[3].len() == 15);
            let segments = segments(&bytes);
            assert!(segments[0].starts_with("MSH|^~\\&|"));
            assert_eq!(segments[0].split('|').count(), 21);
            assert_eq!(field(&segments, "PID", 3).split('^').next(), Some(pid));
            let event = match kind {
                "ADT-00" => "ADT^A08^ADT_A01",
                "ADT-12" => "ADT^A04^ADT_A01",
                "ADT-22" => "ADT^A01^ADT_A01",
                "ADT-52" => "ADT^A03^ADT_A03",
                "ADT-61" => "ADT^A60^ADT_A60",
                "PPR-01" => "PPR^ZD1^PPR_ZD1",
                "OMP-01" | "OMP-02" => "RDE^O11^RDE_O11",
                "OMP-12" => "RAS^O17^RAS_O17",
                "OML-11" => "OUL^R22^OUL_R22",
                _ => panic!("{kind}"),
            };
            assert_eq!(field(&segments, "MSH", 8), event);
            let date = match kind {
                "ADT-12" | "ADT-22" => field(&segments, "PV1", 44),
                "ADT-52" => field(&segments, "PV1", 45),
                "OMP-01" | "OMP-02" => field(&segments, "ORC", 9),
                "OMP-12" => field(&segments, "RXA", 3),
                "OML-11" => field(&segments, "SPM", 17),
                _ => "-".to_owned(),
            };
            assert!(date.starts_with(day), "{path}: care date {date}");
            let standings = counted.entry(kind.to_owned()).or_default();
            match words[6] {
                "1" => standings.current += 1,
                "2" => standings.superseded += 1,
                "0" => standings.cancelled += 1,
                other => panic!("condition {other}"),
            }
        }
        assert_eq!(counted, provider(id).1.records, "{id}");
        assert!(
            counted["ADT-00"].superseded > 0
                && counted["OML-11"].superseded > 0
                && counted["OMP-01"].cancelled > 1
        );
        assert_eq!(counted["ADT-00"].current, provider(id).1.persons);
    }
}

#[test]
fn a_superseded_file_has_a_later_current_one_and_a_withdrawn_one_has_none() {
    for id in ["hospital-a", "hospital-b"] {
        let mut versions: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for path in good_files(id).into_keys() {
            let words: Vec<&str> = path.rsplit('/').next().unwrap().split('_').collect();
            versions
                .entry(words[..4].join("_"))
                .or_default()
                .push((words[4].to_owned(), words[6].to_owned()));
        }
        for (key, mut states) in versions {
            states.sort();
            let current: Vec<_> = states.iter().filter(|s| s.1 == "1").collect();
            if states.iter().any(|s| s.1 == "0") {
                assert!(current.is_empty() && states.len() == 2, "{key}");
            } else {
                assert_eq!(current.len(), 1, "{key}");
                assert_eq!(states.last().unwrap().1, "1", "{key}: the current version is the last");
            }
        }
    }
}

#[test]
fn names_outside_jis_x_0208_are_boxes_at_one_hospital_and_plain_at_the_other() {
    let names = |id: &str| -> String {
        good_files(id)
            .iter()
            .filter(|(path, _)| path.contains("ADT-00"))
            .map(|(_, b)| field(&segments(b), "PID", 5))
            .collect()
    };
    let (a, b) = (names("hospital-a"), names("hospital-b"));
    assert!(a.contains('■'), "hospital A writes boxes");
    assert!(!b.contains('■'), "hospital B writes plain forms");
    for text in [a, b] {
        assert!(!text.contains("&#") && !text.contains('髙') && !text.contains('﨑'));
    }
}

#[test]
fn what_was_written_is_written_the_same_again() {
    for bytes in good_files("hospital-b").values().take(400) {
        let whole = segments(bytes).join("\r") + "\r";
        assert_eq!(to_iso2022jp(&whole, Gaiji::Box), bytes.strip_suffix(b"\x1c").unwrap());
    }
}

#[test]
fn the_bad_files_are_bad() {
    for id in ["hospital-a", "hospital-b"] {
        let (folder, expected) = provider(id);
        assert!(expected.bad_files.len() >= 3);
        for bad in &expected.bad_files {
            let bytes = std::fs::read(folder.join("delivery").join(&bad.path)).unwrap();
            let pid = bad.path.split('/').nth(2).unwrap();
            let other_patient = || field(&segments(&bytes), "PID", 3).split('^').next() != Some(pid);
            let cut = bytes.rsplit(|b| *b == 0x1b).next().is_some_and(|rest| rest.starts_with(b"$B"));
            assert!(bytes.is_empty() || !bytes.starts_with(b"MSH") || cut || other_patient(), "{}", bad.path);
        }
    }
}

#[test]
fn a_rare_code_occurs_once_for_each_person_who_has_it() {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for id in ["hospital-a", "hospital-b"] {
        for (_, bytes) in good_files(id).iter().filter(|(path, _)| path.contains("/PPR-01/")) {
            let code = field(&segments(bytes), "PRB", 10).split('^').next().unwrap_or("").to_owned();
            *counted.entry(code).or_default() += 1;
        }
    }
    for (code, people) in &WORLD.1.rare_diseases {
        assert_eq!(counted.get(code), Some(people), "{code}");
        assert!(*people < 10);
    }
}
