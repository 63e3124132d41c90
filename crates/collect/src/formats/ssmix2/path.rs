//! Where a file lies: the path grammar of the standardized and the extended storage (formats §2.1).
//!
//! ```text
//! standardized  ROOT/999/901/9999013/20111220/OML-11/9999013_20111220_OML-11_000000011000354_20111220103059000_01_1
//!               └ pid[0:3] pid[3:6] pid │ date or "-"│kind │pid_date_kind_orderNo_transactionTime_department_condition
//! extended      ROOT/999/901/9999013/20160101/L-OBS^OBS^99ZL01/<seven parts as above>/main_document.hl7
//! ```
//!
//! The path decides whose record it is and which version, so a path that contradicts itself is refused before the content
//! is believed. A path holds a patient number: nothing here has `Debug`.

use super::kinds::Kind;
use super::reasons;
use kiban_model::{DateAsGiven, Reason, Standing};

/// The folders of a file in a storage, not yet compared with its name.
#[derive(Clone, Copy)]
pub(super) struct Folders<'p> {
    upper: (&'p str, &'p str),
    /// Patient folder.
    pub(super) patient: &'p str,
    date: &'p str,
    /// Kind folder.
    pub(super) kind: &'p str,
    name: &'p str,
    /// Whether this is the extended storage (拡張ストレージ).
    pub(super) extended: bool,
}

/// What a consistent path says.
#[derive(Clone, Copy)]
pub(super) struct Filed<'p> {
    /// Patient number.
    pub(super) patient: &'p str,
    /// Care date folder as written, `-` for none.
    pub(super) date: &'p str,
    /// Kind folder.
    pub(super) kind: &'p str,
    /// Order number, or the key of an extended document.
    pub(super) order: &'p str,
    /// Transaction time as written, 12 to 17 digits.
    pub(super) transaction_time: &'p str,
    /// From the condition flag.
    pub(super) standing: Standing,
}

impl<'p> Folders<'p> {
    /// The folders of a path shaped like SS-MIX2; `None` for any other path.
    pub(super) fn of(path: &'p str) -> Option<Self> {
        let mut parts = path.rsplit('/');
        let mut next = || parts.next();
        let (a, b, c, d, e, f, g) = (next()?, next()?, next()?, next()?, next()?, next()?, next());
        let standard = Self { name: a, kind: b, date: c, patient: d, upper: (f, e), extended: false };
        if is_date(c) && (standard.upper_match() || (Kind::named(b).is_some() && a.split('_').count() == 7)) {
            return Some(standard);
        }
        let extended = Self { name: b, kind: c, date: d, patient: e, upper: (g?, f), extended: true };
        (is_date(d) && c.contains('^') && extended.upper_match()).then_some(extended)
    }

    /// Reads the file name and compares it with the folders.
    ///
    /// # Errors
    /// The first disagreement, the gravest first: form, condition, patient, kind, date.
    pub(super) fn check(&self) -> Result<Filed<'p>, &'static Reason> {
        let name = if self.extended { Name::of_extended(self.name) } else { Name::of_standard(self.name) };
        let name = name.ok_or(&reasons::FILE_NAME)?;
        let standing = match name.condition {
            "1" => Standing::Current,
            "0" => Standing::Cancelled,
            "2" => Standing::Superseded,
            _ => return Err(&reasons::CONDITION),
        };
        if name.patient != self.patient || !self.upper_match() {
            return Err(&reasons::PATH_PATIENT);
        }
        let mut codes = self.kind.split('^');
        let (local, standard) = (codes.next(), codes.nth(2));
        let kind_fits =
            name.kind == self.kind || (self.extended && [local, standard].contains(&Some(name.kind)));
        if !kind_fits {
            return Err(&reasons::PATH_KIND);
        }
        if name.date != self.date || (self.date != "-" && DateAsGiven::parse_hl7(self.date).is_err()) {
            return Err(&reasons::PATH_DATE);
        }
        Ok(Filed {
            patient: self.patient,
            date: self.date,
            kind: self.kind,
            order: name.order,
            transaction_time: name.transaction_time,
            standing,
        })
    }

    fn upper_match(&self) -> bool {
        let first = self.patient.get(..3).unwrap_or(self.patient);
        let second = self.patient.get(3..6).or_else(|| self.patient.get(3..)).unwrap_or("");
        !self.patient.is_empty() && self.upper == (first, second)
    }
}

impl Filed<'_> {
    /// What all versions of this record share.
    pub(super) fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.patient, self.date, self.kind, self.order)
    }

    /// Sorts versions: the transaction time in 17 digits.
    pub(super) fn version(&self) -> String {
        format!("{:0<17}", self.transaction_time)
    }

    /// The transaction time as a moment, as far as it can be read.
    pub(super) fn recorded_at(&self) -> Option<DateAsGiven> {
        [14, 12]
            .into_iter()
            .find_map(|length| DateAsGiven::parse_hl7(self.transaction_time.get(..length)?).ok())
    }
}

/// The parts of a file name.
struct Name<'p> {
    patient: &'p str,
    date: &'p str,
    kind: &'p str,
    order: &'p str,
    transaction_time: &'p str,
    condition: &'p str,
}

impl<'p> Name<'p> {
    fn of_standard(name: &'p str) -> Option<Self> {
        let parts: Vec<&str> = name.split('_').collect();
        let &[patient, date, kind, order, transaction_time, department, condition] = parts.as_slice() else {
            return None;
        };
        let filled = ![patient, kind, order, department].contains(&"");
        (filled && is_time(transaction_time)).then_some(Self {
            patient,
            date,
            kind,
            order,
            transaction_time,
            condition,
        })
    }

    /// As in the standardized storage, but the kind may hold `_` and the department is left out by some (formats §2.1).
    fn of_extended(name: &'p str) -> Option<Self> {
        let (patient, rest) = name.split_once('_')?;
        let (date, rest) = rest.split_once('_')?;
        let (rest, condition) = rest.rsplit_once('_')?;
        let (before, last) = rest.rsplit_once('_')?;
        let (rest, transaction_time) =
            if is_time(last) { (before, last) } else { before.rsplit_once('_')? };
        let (kind, order) = rest.rsplit_once('_')?;
        let filled = !patient.is_empty() && !kind.is_empty();
        (filled && is_time(transaction_time)).then_some(Self {
            patient,
            date,
            kind,
            order,
            transaction_time,
            condition,
        })
    }
}

fn is_date(text: &str) -> bool {
    text == "-" || (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_time(text: &str) -> bool {
    (12..=17).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "r/123/456/1234567/20240101/OML-11/1234567_20240101_OML-11_000000000000001_20240101120000000_01_1";

    fn reason(path: &str) -> &'static str {
        Folders::of(path).unwrap().check().err().map_or("", |reason| reason.code)
    }

    #[test]
    fn a_good_path_yields_key_version_and_standing() {
        let filed = Folders::of(GOOD).unwrap().check().ok().unwrap();
        assert_eq!(filed.key(), "1234567|20240101|OML-11|000000000000001");
        assert_eq!(filed.version(), "20240101120000000");
        assert_eq!(filed.standing, Standing::Current);
        assert_eq!(filed.recorded_at().unwrap().to_string(), "2024-01-01T12:00:00");
        let condition = |flag: &str| {
            Folders::of(&format!("{}{flag}", &GOOD[..GOOD.len() - 1])).unwrap().check().map(|f| f.standing)
        };
        assert_eq!(condition("0").ok(), Some(Standing::Cancelled));
        assert_eq!(condition("2").ok(), Some(Standing::Superseded));
        assert_eq!(condition("3").err().unwrap().code, "ssmix2.condition");
    }

    #[test]
    fn disagreements_are_named_the_gravest_first() {
        assert_eq!(reason(&GOOD.replace("/1234567_", "/1234568_")), "ssmix2.path-patient");
        assert_eq!(reason(&GOOD.replace("/456/", "/457/")), "ssmix2.path-patient");
        assert_eq!(reason(&GOOD.replace("/OML-11/", "/OML-01/")), "ssmix2.path-kind");
        assert_eq!(reason(&GOOD.replace("/20240101/", "/20240102/")), "ssmix2.path-date");
        assert_eq!(
            reason(&GOOD.replace("/20240101/", "/20241301/").replace("7_20240101_", "7_20241301_")),
            "ssmix2.path-date"
        );
        assert_eq!(reason(&GOOD.replace("_01_1", "_1")), "ssmix2.file-name", "six parts");
        assert_eq!(
            reason(&GOOD.replace("_000000", "_000_000")),
            "ssmix2.file-name",
            "an order number with an underscore"
        );
    }

    #[test]
    fn short_patient_numbers_and_the_dateless_folder() {
        assert_eq!(reason("123/45/12345/-/ADT-00/12345_-_ADT-00_999999999999999_20240101120000000_-_1"), "");
        assert!(Folders::of("a/b/c/d/e/f").is_none());
        assert!(Folders::of("docs/2024/readme.txt").is_none());
        assert!(Folders::of("").is_none());
    }

    #[test]
    fn extended_storage_with_and_without_a_department() {
        let folder = "1/012/345/0123456789/20160101/L-OBS^観察_記録^99ZL01";
        let name = "0123456789_20160101_L-OBS^観察_記録^99ZL01_000000020160101_20160101150032100";
        for path in [
            format!("{folder}/{name}_1/main_document.hl7"),
            format!("{folder}/{name}_01_1/main_document.hl7"),
        ] {
            let filed = Folders::of(&path).unwrap().check().ok().unwrap();
            assert_eq!(filed.order, "000000020160101");
            assert_eq!(filed.transaction_time, "20160101150032100");
        }
        let short = format!(
            "{folder}/0123456789_20160101_L-OBS_000000020160101_20160101150032100_1/main_document.hl7"
        );
        assert_eq!(reason(&short), "");
    }
}
