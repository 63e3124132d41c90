//! FHIR dates and instants: into a column at the precision given, and into text that sorts as time.

use kiban_model::DateAsGiven;

/// Minutes east of Greenwich that a FHIR time states; `None` where it states none (a date) or the text is no time.
fn offset(text: &str) -> Option<i32> {
    let time = text.split_once('T')?.1;
    if time.ends_with('Z') {
        return Some(0);
    }
    let at = time.find(['+', '-'])?;
    let (hours, minutes) = time.get(at + 1..)?.split_once(':')?;
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(if time.as_bytes().get(at) == Some(&b'-') { -minutes } else { minutes })
}

/// Whether a time is stated in another zone than Japan's.
pub(super) fn is_elsewhere(text: &str) -> bool {
    offset(text).is_some_and(|minutes| minutes != 9 * 60)
}

/// Text that sorts as time: an instant in UTC with its fraction, anything else as it stands.
pub(super) fn sortable(text: &str) -> String {
    utc(text).unwrap_or_else(|| text.to_owned())
}

fn utc(text: &str) -> Option<String> {
    let offset = offset(text)?;
    let (date, time) = text.split_once('T')?;
    let clock = time.split(['Z', '+', '-']).next()?;
    let day = DateAsGiven::parse_iso(date).ok()?;
    let (hour, rest) = clock.split_once(':')?;
    let minute = rest.get(..2)?;
    let total = hour.parse::<i32>().ok()? * 60 + minute.parse::<i32>().ok()? - offset;
    let day = day.plus_days(total.div_euclid(1_440)).ok()?;
    let minutes = total.rem_euclid(1_440);
    Some(format!("{day}T{:02}:{:02}{}Z", minutes / 60, minutes % 60, rest.get(2..)?))
}

/// A version that sorts: `meta.lastUpdated`, else `meta.versionId`, whose numbers are padded so that 10 follows 9.
pub(super) fn version(last_updated: Option<&str>, version_id: Option<&str>) -> String {
    match (last_updated, version_id) {
        (Some(updated), _) => sortable(updated),
        (None, Some(id)) if id.len() < 20 && id.bytes().all(|b| b.is_ascii_digit()) => format!("{id:0>20}"),
        (None, Some(id)) => id.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_different_zones_sort_as_time() {
        assert_eq!(sortable("2021-07-13T02:41:19.000+09:00"), "2021-07-12T17:41:19.000Z");
        assert!(sortable("2021-01-01T08:59:59+09:00") < sortable("2021-01-01T00:00:00Z"));
        assert_eq!(sortable("2021-12-31T20:00:00-05:00"), "2022-01-01T01:00:00Z");
        assert_eq!(sortable("2021-07"), "2021-07");
        assert_eq!(sortable("not a time T+:"), "not a time T+:");
        assert!(version(None, Some("9")) < version(None, Some("10")));
    }

    #[test]
    fn only_stated_zones_are_elsewhere() {
        assert!(is_elsewhere("2021-07-13T02:41:19Z"));
        assert!(!is_elsewhere("2021-07-13T02:41:19+09:00"));
        assert!(!is_elsewhere("2021-07-13"));
    }
}
