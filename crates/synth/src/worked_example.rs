//! The example of the Act's own briefing (blueprint §5, ANO-09): 厚労花子 and her one visit, as a hospital and as a clinic
//! deliver it.
//!
//! Only what the briefing's table says may be in it, so that what becomes of each cell can be compared exactly; address,
//! telephone, numbers and insurance are there because every real record has them, and are invented.

use crate::calendar::{Day, day_of, iso};
use crate::dice::{Dice, Purpose};
use crate::person::{Coverage, Home, Illness, Measured, Name, Person, Place, Since, Visit};
use crate::registration::Registration;
use crate::tables::{INSURERS, disease, lab};
use crate::world::SynthError;
use crate::write::delivery::Delivery;
use crate::write::papers::{NOTICES, OBJECTIONS};
use crate::write::{fhir, ssmix2};
use kiban_model::Sex;
use std::path::{Path, PathBuf};

/// Writes the example twice below `dir`: `hospital-a/` as SS-MIX2 (ADT-00, PPR-01, ADT-12, OML-11) and `clinic-c/` as FHIR
/// NDJSON (Patient, Encounter, four Observations, Condition), each with manifest, notice and an empty list of objections.
/// She was told on the day of her visit; the provision is on 1 October 2020. Returns the two folders.
///
/// # Errors
/// The disk refuses.
pub fn worked_example(dir: &Path) -> Result<Vec<PathBuf>, SynthError> {
    let visit_day = day_of(2020, 8, 3);
    let mut folders = Vec::new();
    for place in [Place::HospitalA, Place::ClinicC] {
        let person = hanako(place, visit_day);
        let local_id = if place.is_hospital() { "0000012345" } else { "A001" };
        let registration = Registration::faithful(place, 0, local_id, visit_day);
        let mut delivery = Delivery::new(dir, place.provider());
        let mut dice = Dice::new(0, Purpose::Writing, place as usize);
        if place.is_hospital() {
            ssmix2::write_person(&mut dice, place, &person, &registration, &mut 1_000, &mut delivery)?;
        } else {
            fhir::write_lines(&mut dice, &person, &registration, visit_day, &mut delivery)?;
        }
        delivery.paper("notices.csv", &format!("{NOTICES}{local_id},{},person,,,,,,\n", iso(visit_day)))?;
        delivery.paper("objections.csv", OBJECTIONS)?;
        delivery.close_with("2020-08-01", "2020-08-31", "2020-10-01")?;
        folders.push(dir.join(place.provider()));
    }
    Ok(folders)
}

/// 厚労花子, 女, 2003/7/26; one visit with 53.4 kg, 211 mmHg, HbA1c 4.8, insulin 20.9; 膵島細胞症(希少疾患).
fn hanako(place: Place, day: Day) -> Person {
    let measured = |rows: &[(&str, &str)]| -> Vec<Measured> {
        rows.iter()
            .filter_map(|(key, value)| Some(Measured { lab: lab(key)?, value: (*value).to_owned() }))
            .collect()
    };
    let illness =
        disease("islet").map(|disease| Illness { disease, place, onset: day, ended: None, suspected: false });
    Person {
        number: 1,
        household: 0,
        sex: Sex::Female,
        birth: day_of(2003, 7, 26),
        names: vec![Since {
            from: day,
            state: Name {
                family: "厚労".to_owned(),
                given: "花子".to_owned(),
                family_kana: "コウロウ".to_owned(),
                given_kana: "ハナコ".to_owned(),
            },
        }],
        homes: vec![Since {
            from: day,
            state: Home {
                postal_code: "1000013".to_owned(),
                address: "東京都千代田区霞が関９９丁目９９－９９".to_owned(),
                phone: "03-0000-0000".to_owned(),
            },
        }],
        coverages: vec![Since {
            from: day,
            state: Coverage {
                insurer: &INSURERS[0],
                symbol: "架１２".to_owned(),
                number: "３４５６７".to_owned(),
                branch: "02".to_owned(),
                own: false,
            },
        }],
        death: None,
        guardian: None,
        is_twin: false,
        body: None,
        allergies: Vec::new(),
        visits: vec![Visit {
            place,
            day,
            minute: 10 * 60 + 30,
            stay: None,
            department: "01",
            illnesses: illness.iter().map(|_| 0).collect(),
            vitals: measured(&[("weight", "53.4"), ("systolic", "211")]),
            results: measured(&[("hba1c", "4.8"), ("insulin", "20.9")]),
            drugs: Vec::new(),
            injections: Vec::new(),
            operation: None,
        }],
        illnesses: illness.into_iter().collect(),
    }
}
