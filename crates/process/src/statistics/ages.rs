//! Ages and years of days as an index numbers them.

use super::index::DAY_ZERO;
use kiban_model::DateAsGiven;

/// The calendar day of a number; `None` for an empty cell.
pub(super) fn day(number: u32) -> Option<DateAsGiven> {
    let days = i32::try_from(number).ok().filter(|number| *number > 0)? + DAY_ZERO;
    DateAsGiven::from_days_since_epoch(days).ok()
}

/// Completed years on a day; `None` where either is unknown, or before birth.
pub(super) fn age(birth: u32, on: u32) -> Option<u16> {
    if birth > on {
        return None;
    }
    Some(day(birth)?.age_on(&day(on)?))
}

/// The calendar year of a day.
pub(super) fn year(number: u32) -> Option<u16> {
    day(number)?.to_string().get(..4)?.parse().ok()
}
