//! Which segments belong together within a message, and who keeps what is left of them.

use crate::formats::ssmix2::tracked::Tracked;

/// One group a diagnosis: PRB and what follows it.
pub(super) fn problems<'m>(segments: &mut [Tracked<'m>], mut each: impl FnMut(&mut [Tracked<'m>])) {
    for group in segments.chunk_by_mut(|_, next| next.id != "PRB") {
        each(group);
        // The diagnosis keeps its ORC too, which would otherwise open a group of orders.
        adopt(group);
    }
}

/// One group an order: from ORC on, or from RXE, ODS or OBR where no ORC stands before it.
pub(super) fn orders<'m>(segments: &mut [Tracked<'m>], mut each: impl FnMut(&mut [Tracked<'m>])) {
    let together = |previous: &Tracked<'_>, next: &Tracked<'_>| match next.id {
        "ORC" => false,
        "RXE" | "RXO" | "OBR" => {
            matches!(previous.id, "ORC" | "NTE" | "TQ1" | "TQ2" | "RXO" | "RXR" | "SPM" | "SAC")
        }
        _ => true,
    };
    for group in segments.chunk_by_mut(together) {
        each(group);
        if group.iter().any(|segment| {
            segment.owner.is_some()
                && matches!(segment.id, "RXE" | "RXO" | "RXA" | "RXC" | "ODS" | "ODT" | "OBR")
        }) {
            adopt(group);
        }
    }
}

/// One group a specimen and its results: SPM, OBR, ORC in any order, then OBX.
pub(super) fn results<'m>(segments: &mut [Tracked<'m>], mut each: impl FnMut(&mut [Tracked<'m>])) {
    let heads = |id: &str| matches!(id, "SPM" | "ORC" | "OBR" | "TQ1" | "TQ2" | "SAC" | "NTE");
    let opens = |id: &str| matches!(id, "SPM" | "ORC" | "OBR");
    for group in segments.chunk_by_mut(|previous, next| !opens(next.id) || heads(previous.id)) {
        each(group);
        adopt(group);
    }
}

/// Gives unowned segments of a group to its rows: a note to the row before it, anything else to the first.
pub(super) fn adopt(group: &mut [Tracked<'_>]) {
    let member = |id: &str| {
        matches!(
            id,
            "ORC"
                | "OBR"
                | "TQ1"
                | "TQ2"
                | "SPM"
                | "SAC"
                | "RXR"
                | "RXC"
                | "RXE"
                | "RXO"
                | "ZPR"
                | "ZPD"
                | "ZE1"
                | "ZE2"
                | "IPC"
                | "CTI"
                | "TCD"
                | "NTE"
        )
    };
    // PID and IN1 rows are about the person: they keep only their own.
    let personal = |id: &str| super::is_identity_segment(id) || matches!(id, "AL1" | "IAM" | "PV1");
    let Some(first) = group.iter().filter(|segment| !personal(segment.id)).find_map(|segment| segment.owner)
    else {
        return;
    };
    let mut latest = first;
    for segment in group {
        match segment.owner {
            Some(owner) if !personal(segment.id) => latest = owner,
            Some(_) => {}
            None if segment.is_bare() => {}
            None if segment.id == "NTE" => segment.owner = Some(latest),
            None if member(segment.id) => segment.owner = Some(first),
            None => {}
        }
    }
}
