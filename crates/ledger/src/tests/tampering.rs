//! SEC-06: whatever is changed, removed, moved or cut off is seen.

use super::{event, key, written};
use crate::{Damage, Entry, Error, Fault, Hash, Head, verify_streams};
use proptest::prelude::*;
use serde_json::json;

fn check(events: &[u8], heads: &[u8]) -> Result<crate::Report, Error> {
    verify_streams(events, heads, &[key(7).verifying_key()])
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
}

#[test]
fn an_untouched_ledger_is_sound_and_says_what_nobody_signed() {
    let (events, heads) = written(6, &[2, 5]);
    let report = check(&events, &heads).unwrap();
    assert_eq!((report.entries, report.heads, report.unsigned, report.unfinished), (6, 2, 1, 0));
    let kept = report.last_head.clone().unwrap();
    assert_eq!(report.agrees_with(&kept), None);
    let shorter = check(&lines(&events)[..4].concat(), b"").unwrap();
    assert_eq!(shorter.agrees_with(&kept), Some(false), "only the kept head shows that the end is gone");
}

#[test]
fn every_single_byte_change_of_the_entries_is_seen_by_the_chain_alone() {
    let (events, heads) = written(3, &[3]);
    for place in 0..events.len() {
        for flip in [0x01, 0x20, 0x80, 0xff] {
            let mut changed = events.clone();
            changed[place] ^= flip;
            match check(&changed, b"") {
                Err(Error::Damaged(Damage::Entry { .. })) => {}
                // The last newline gone is an unfinished line; the head that covers it tells it from a crash.
                Ok(report) => {
                    assert!(place == events.len() - 1 && report.unfinished > 0);
                    assert!(check(&changed, &heads).is_err());
                }
                other => panic!("byte {place} ^ {flip:#x}: {other:?}"),
            }
        }
    }
}

#[test]
fn every_single_byte_change_of_a_head_is_seen() {
    let (events, heads) = written(3, &[3]);
    for place in 0..heads.len() {
        let mut changed = heads.clone();
        changed[place] ^= 0x01;
        match check(&events, &changed) {
            Err(Error::Damaged(Damage::Head { .. })) => {}
            Ok(report) => assert!(place == heads.len() - 1 && report.unfinished > 0 && report.unsigned == 3),
            other => panic!("byte {place}: {other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn removing_moving_doubling_or_cutting_off_signed_entries_is_seen(size in 2u64..9, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), how in 0..4) {
        let (events, heads) = written(size, &[1, size]);
        let mut lines = lines(&events);
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        match how {
            0 => { lines.remove(a); }
            1 => { let line = lines[a].clone(); lines.insert(b, line); }
            2 => { prop_assume!(a != b); lines.swap(a, b); }
            _ => lines.truncate(a),
        }
        prop_assert!(check(&lines.concat(), &heads).is_err());
    }

    #[test]
    fn a_log_rewritten_with_a_sound_chain_does_not_fit_its_heads(size in 1u64..9, from in any::<prop::sample::Index>()) {
        let (events, heads) = written(size, &[size]);
        let from = from.index(size as usize);
        let mut forged = lines(&events)[..from].concat();
        let mut previous = match from {
            0 => Hash::ZERO,
            n => Entry::parse(lines(&events)[n - 1].strip_suffix(b"\n").unwrap(), n as u64 - 1, previous_of(&lines(&events), n - 1)).unwrap().hash,
        };
        for index in from as u64..size {
            let mut other = event(index);
            other.actor = "somebody else".into();
            let entry = Entry::new(index, previous, other).unwrap();
            previous = entry.hash;
            forged.extend_from_slice(entry.line().unwrap().as_bytes());
        }
        prop_assert!(check(&forged, b"").is_ok(), "the chain alone is sound");
        let refused = matches!(check(&forged, &heads), Err(Error::Damaged(Damage::Head { fault: Fault::RootDiffers, .. })));
        prop_assert!(refused);
    }

    #[test]
    fn any_event_that_is_accepted_reads_back(kind in ".+", actor in ".+", name in ".*", text in ".*", number in any::<f64>(), whole in any::<i64>()) {
        let body = json!({ "nested": { "text": text, "number": number, "whole": whole, "list": [name, {}] }, name: false });
        let Ok(entry) = Entry::new(0, Hash::ZERO, crate::Event { kind, at: "2026-04-01".into(), actor, body }) else { return Ok(()) };
        let line = entry.line().unwrap();
        prop_assert_eq!(Entry::parse(line.trim_end_matches('\n').as_bytes(), 0, Hash::ZERO).unwrap(), entry);
    }
}

fn previous_of(lines: &[Vec<u8>], index: usize) -> Hash {
    let line: serde_json::Value = serde_json::from_slice(&lines[index]).unwrap();
    line["previous"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_hash_can_be_checked_without_this_software() {
    // The recipe of the module docs of `entry`: cut the hash member out, hash the rest.
    let (events, _) = written(1, &[]);
    let line = String::from_utf8(events).unwrap();
    let (content, rest) = line.split_once(",\"hash\":\"").unwrap();
    assert_eq!(Hash::of(&[content.as_bytes(), b"}"]).to_string(), rest[..64]);
}

#[test]
fn heads_of_strangers_and_heads_that_shrink_are_refused() {
    let (events, heads) = written(3, &[2, 3]);
    let stranger = verify_streams(&events[..], &heads[..], &[key(8).verifying_key()]);
    assert!(matches!(stranger, Err(Error::Damaged(Damage::Head { index: 0, fault: Fault::UntrustedKey }))));
    assert!(verify_streams(&events[..], &heads[..], &[]).is_ok(), "no key given: sound, but nobody's");
    let swapped: Vec<u8> = lines(&heads).into_iter().rev().flatten().collect();
    assert!(matches!(
        check(&events, &swapped),
        Err(Error::Damaged(Damage::Head { index: 1, fault: Fault::Shrinks }))
    ));
    let mut resigned = Head::parse(heads.split(|b| *b == b'\n').next().unwrap()).unwrap();
    resigned.at = "2020-01-01".into();
    assert!(matches!(resigned.check(&[]), Err(Fault::BadSignature)));
}

#[test]
fn an_entry_has_one_spelling_only() {
    let (events, _) = written(1, &[]);
    let line = String::from_utf8(events).unwrap();
    for respelled in [
        line.replacen(',', ", ", 1),
        line.replace("取", "\\u53d6"),
        line.replace("0.5", "0.50"),
        line.replacen("\"kind\"", "\"extra\":1,\"kind\"", 1),
    ] {
        assert_ne!(respelled, line);
        assert!(check(respelled.as_bytes(), b"").is_err(), "{respelled}");
    }
}

#[test]
fn what_could_not_be_read_back_is_refused() {
    let refused = |change: fn(&mut crate::Event)| {
        let mut event = event(1);
        change(&mut event);
        Entry::new(0, Hash::ZERO, event).is_err()
    };
    assert!(refused(|e| e.kind.clear()));
    assert!(refused(|e| e.actor.clear()));
    assert!(refused(|e| e.at = "yesterday".into()));
    assert!(refused(|e| e.at = "2026-04-01T09:00 or so".into()));
    assert!(refused(|e| e.at = "２０２６".into()));
    assert!(refused(|e| e.body = json!({ "$serde_json::private::Number": "no number" })));
    assert!(refused(|e| e.body = json!("x".repeat(crate::entry::LONGEST))));
    assert!(refused(|e| e.body = (0..1000).fold(json!(1), |inner, _| json!([inner]))));
    assert!(!refused(|e| e.body = json!(1e300)));
}

#[test]
fn a_giant_line_is_refused_in_bounded_memory() {
    let giant = vec![b'x'; crate::entry::LONGEST * 2];
    assert!(matches!(
        check(&giant, b""),
        Err(Error::Damaged(Damage::Entry { index: 0, fault: Fault::TooLong }))
    ));
}
