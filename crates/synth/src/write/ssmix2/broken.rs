//! Files that are bad on purpose, so that quarantine has something to hold (COL-08). Each is listed in `world.json`.

use super::{Desk, Message, messages, style};
use crate::dice::{Dice, Purpose};
use crate::expected::Bad;
use crate::person::Place;
use crate::registration::Registration;
use crate::world::{SynthError, World};
use crate::write::delivery::Delivery;

pub(super) fn write(
    world: &World,
    place: Place,
    registrations: &[&Registration],
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let [first, second, ..] = registrations else { return Ok(()) };
    // Order numbers of their own, so that nothing good is overwritten.
    let mut next_order = 900_000_000;
    let mut of = |registration: &Registration| {
        let mut desk = Desk {
            place,
            style: style(place),
            local_id: &registration.local_id,
            next_order: &mut next_order,
        };
        let mut dice = Dice::new(world.seed, Purpose::Writing, usize::from(u16::MAX));
        messages(&mut desk, &mut dice, &world.people[registration.person], registration)
            .into_iter()
            .rfind(|m| m.condition == 1 && m.kind == "PPR-01")
    };
    let style = style(place);
    let (Some(mine), Some(other)) = (of(first), of(second)) else { return Ok(()) };

    let whole = mine.bytes(&style);
    put(
        delivery,
        &mine.path(&first.local_id),
        cut_in_kanji(&whole),
        "途中で切れた電文 (truncated inside a two-byte character)",
    )?;
    put(
        delivery,
        &other.path(&first.local_id),
        &other.bytes(&style),
        "別の患者のフォルダにある電文 (PID-3 of another patient)",
    )?;
    let lost = Message { kind: "OMP-01", order: "000000999999901".to_owned(), ..mine.clone() };
    let wrong_kind = lost.path(&first.local_id).replacen("/OMP-01/", "/ADT-61/", 1);
    put(
        delivery,
        &wrong_kind,
        &[0xFB, 0xFC],
        "HL7 ではない2バイト (two bytes that are no message, under another kind)",
    )?;
    if place == Place::HospitalB {
        let empty = Message { order: "000000999999902".to_owned(), ..mine };
        put(delivery, &empty.path(&first.local_id), b"", "空のファイル (empty file)")?;
    }
    Ok(())
}

fn put(delivery: &mut Delivery, path: &str, bytes: &[u8], why: &str) -> Result<(), SynthError> {
    delivery.put(path, bytes)?;
    delivery.expected.bad_files.push(Bad { path: path.to_owned(), why: why.to_owned() });
    Ok(())
}

/// The bytes up to the middle of the first two-byte character of the second half of the file.
fn cut_in_kanji(bytes: &[u8]) -> &[u8] {
    let from = bytes.len() / 3;
    let shift = bytes.windows(3).enumerate().skip(from).find(|(_, w)| *w == b"\x1b$B").map(|(at, _)| at + 4);
    bytes.get(..shift.unwrap_or(from)).unwrap_or(bytes)
}
