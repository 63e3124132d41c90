//! The ledger as a whole: what is written reads back, every kind of tampering is seen, every crash is survived.

mod crash;
mod merkle;
mod tampering;

use crate::{Entry, Event, Hash, Head, SigningKey, merkle::Frontier, merkle::leaf};
use serde_json::json;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn event(number: u64) -> Event {
    Event {
        kind: if number.is_multiple_of(3) { "NoticeGiven" } else { "DeliveryAccepted" }.into(),
        at: format!("2026-04-{:02}T09:00:00+09:00", number % 28 + 1),
        actor: "取込担当".into(),
        body: json!({ "delivery": format!("hospital-a-{number:04}"), "records": number, "share": 0.5, "note": ["\n", null] }),
    }
}

/// A ledger's two files in memory: `size` entries, a head after each of `signed`.
fn written(size: u64, signed: &[u64]) -> (Vec<u8>, Vec<u8>) {
    let (mut events, mut heads) = (String::new(), String::new());
    let (mut previous, mut frontier) = (Hash::ZERO, Frontier::default());
    for index in 0..size {
        let entry = Entry::new(index, previous, event(index)).unwrap();
        previous = entry.hash;
        frontier.push(leaf(&entry.hash));
        events.push_str(&entry.line().unwrap());
        if signed.contains(&(index + 1)) {
            heads.push_str(&Head::sign(index + 1, frontier.root(), "2026-05-01", &key(7)).line());
        }
    }
    (events.into_bytes(), heads.into_bytes())
}
