//! A crash at any byte of the last write leaves a ledger that opens, holds everything acknowledged, and can be appended to.

use super::{event, key, written};
use crate::{
    Damage, EVENTS_FILE, Error, Fault, HEADS_FILE, Ledger, consistency_proof, events, heads, inclusion_proof,
    merkle, verify,
};
use std::fs;

#[test]
fn a_crash_at_every_byte_of_the_last_entry_is_survived() {
    let (whole, signed) = written(3, &[2]);
    let two = written(2, &[]).0.len();
    for length in two..=whole.len() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(EVENTS_FILE), &whole[..length]).unwrap();
        fs::write(folder.path().join(HEADS_FILE), &signed).unwrap();
        let mut ledger = Ledger::open(folder.path(), key(7)).unwrap();
        // Only the newline missing: the entry is there. Less: it is kept aside, byte for byte.
        let complete = length >= whole.len() - 1;
        assert_eq!(ledger.size(), if complete { 3 } else { 2 }, "cut at {length}");
        match ledger.kept_aside() {
            [] => assert!(complete || length == two),
            [aside] => assert_eq!(fs::read(aside).unwrap(), &whole[two..length]),
            more => panic!("{more:?}"),
        }
        // Every append and head waits for the disk: writing on is tried at every tenth byte and at the ends.
        if length % 10 != 0 && length != two && length + 2 < whole.len() {
            continue;
        }
        ledger.append(event(9)).unwrap();
        ledger.sign_head("2026-05-02").unwrap();
        let report = verify(folder.path(), &[key(7).verifying_key()]).unwrap();
        assert_eq!(
            (report.entries, report.unsigned, report.unfinished),
            (if complete { 4 } else { 3 }, 0, 0)
        );
    }
}

#[test]
fn a_crash_at_every_byte_of_the_last_head_is_survived() {
    let (whole, signed) = written(3, &[2, 3]);
    let first = written(2, &[2]).1.len();
    for length in first..=signed.len() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(EVENTS_FILE), &whole).unwrap();
        fs::write(folder.path().join(HEADS_FILE), &signed[..length]).unwrap();
        let ledger = Ledger::open(folder.path(), key(7)).unwrap();
        let complete = length >= signed.len() - 1;
        assert_eq!(ledger.last_head().unwrap().size, if complete { 3 } else { 2 });
        assert_eq!(verify(folder.path(), &[]).unwrap().unfinished, 0);
    }
}

#[test]
fn an_unfinished_line_that_was_signed_for_is_no_crash_and_nothing_is_touched() {
    let (whole, signed) = written(3, &[3]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(EVENTS_FILE), &whole[..whole.len() - 20]).unwrap();
    fs::write(folder.path().join(HEADS_FILE), &signed).unwrap();
    let refused = Ledger::open(folder.path(), key(7));
    assert!(matches!(refused, Err(Error::Damaged(Damage::Head { index: 0, fault: Fault::EntriesMissing }))));
    assert_eq!(fs::read(folder.path().join(EVENTS_FILE)).unwrap(), &whole[..whole.len() - 20]);
}

#[test]
fn damage_before_the_end_is_never_repaired() {
    let (mut whole, _) = written(3, &[]);
    let middle = whole.len() / 2;
    whole[middle] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(EVENTS_FILE), &whole).unwrap();
    assert!(matches!(
        Ledger::open(folder.path(), key(7)),
        Err(Error::Damaged(Damage::Entry { index: 1, .. }))
    ));
    assert_eq!(fs::read(folder.path().join(EVENTS_FILE)).unwrap(), whole);
}

#[test]
fn only_one_may_append_and_anyone_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path(), key(7)).unwrap();
    ledger.append(event(0)).unwrap();
    assert!(matches!(Ledger::open(folder.path(), key(7)), Err(Error::Locked)));
    assert_eq!(events(folder.path()).unwrap().count(), 1);
    drop(ledger);
    assert_eq!(Ledger::open(folder.path(), key(7)).unwrap().size(), 1);
}

#[test]
fn a_stranger_is_shown_one_entry_and_the_growth_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path(), key(7)).unwrap();
    let mut entries = Vec::new();
    for number in 0..5 {
        entries.push(ledger.append(event(number)).unwrap());
    }
    let early = ledger.sign_head("2026-05-01").unwrap();
    for number in 5..12 {
        entries.push(ledger.append(event(number)).unwrap());
    }
    drop(ledger);
    // The key is changed: heads of both stand in the same log.
    let late = Ledger::open(folder.path(), key(8)).unwrap().sign_head("2026-06-01").unwrap();
    let trusted = [key(7).verifying_key(), key(8).verifying_key()];
    assert_eq!(heads(folder.path(), &trusted).unwrap(), [early.clone(), late.clone()]);

    let path = inclusion_proof(folder.path(), 3, late.size).unwrap();
    assert!(merkle::verify_inclusion(&entries[3].hash, 3, late.size, &path, &late.root));
    assert!(!merkle::verify_inclusion(&entries[4].hash, 3, late.size, &path, &late.root));
    let growth = consistency_proof(folder.path(), early.size, late.size).unwrap();
    assert!(merkle::verify_consistency(early.size, &early.root, late.size, &late.root, &growth));
    assert!(matches!(inclusion_proof(folder.path(), 12, 12), Err(Error::OutOfRange { size: 12 })));
    assert!(matches!(consistency_proof(folder.path(), 1, 13), Err(Error::OutOfRange { size: 12 })));
}

#[test]
fn events_can_be_read_by_kind() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path(), key(7)).unwrap();
    (0..7).for_each(|number| drop(ledger.append(event(number)).unwrap()));
    let notices: Vec<u64> =
        events(folder.path()).unwrap().of_kind("NoticeGiven").map(|e| e.unwrap().index).collect();
    assert_eq!(notices, [0, 3, 6]);
}

#[test]
fn a_failed_write_closes_the_ledger_until_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path(), key(7)).unwrap();
    ledger.append(event(0)).unwrap();
    // A file opened for reading refuses every write, as a full disk would.
    ledger.events = fs::File::open(folder.path().join(EVENTS_FILE)).unwrap();
    assert!(matches!(ledger.append(event(1)), Err(Error::Io(_))));
    assert!(matches!(ledger.append(event(1)), Err(Error::WriteFailed)));
    assert!(matches!(ledger.sign_head("2026-05-01"), Err(Error::WriteFailed)));
    assert_eq!(ledger.size(), 1);
}
