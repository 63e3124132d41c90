//! The people of a world as they are, whatever any institution writes of them.
//!
//! What changes in a life (name, home, insurance) is a list of dated states. Truth stays here: institutions see a person
//! only through [`crate::registration`].

use crate::calendar::Day;
use crate::tables::{Disease, Drug, Insurer, Lab};
use kiban_model::Sex;

/// A state that holds from a day on.
#[derive(Debug, Clone)]
pub(crate) struct Since<T> {
    pub(crate) from: Day,
    pub(crate) state: T,
}

/// The state on a day: the last that had begun, or the first.
pub(crate) fn on<T>(states: &[Since<T>], day: Day) -> &T {
    &states.iter().rev().find(|s| s.from <= day).unwrap_or(&states[0]).state
}

/// Family and given name (氏名) with their readings, in the characters the person uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) family: String,
    pub(crate) given: String,
    pub(crate) family_kana: String,
    pub(crate) given_kana: String,
}

/// Where and how a person can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// Seven digits.
    pub(crate) postal_code: String,
    pub(crate) address: String,
    pub(crate) phone: String,
}

/// Public health insurance (資格).
#[derive(Debug, Clone)]
pub(crate) struct Coverage {
    pub(crate) insurer: &'static Insurer,
    /// Symbol (記号); empty where the scheme has none.
    pub(crate) symbol: String,
    pub(crate) number: String,
    /// Branch (枝番), two digits; empty where the scheme has none.
    pub(crate) branch: String,
    /// Whether the person is the insured (本人) and not a dependant (家族).
    pub(crate) own: bool,
}

impl PartialEq for Coverage {
    fn eq(&self, other: &Self) -> bool {
        (self.insurer.number, &self.symbol, &self.number, &self.branch)
            == (other.insurer.number, &other.symbol, &other.number, &other.branch)
    }
}

/// An institution that treats people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    HospitalA,
    HospitalB,
    ClinicC,
}

impl Place {
    pub(crate) const ALL: [Self; 3] = [Self::HospitalA, Self::HospitalB, Self::ClinicC];

    pub(crate) const fn letter(self) -> char {
        match self {
            Self::HospitalA => 'A',
            Self::HospitalB => 'B',
            Self::ClinicC => 'C',
        }
    }

    /// The provider's registered id.
    pub(crate) const fn provider(self) -> &'static str {
        match self {
            Self::HospitalA => "hospital-a",
            Self::HospitalB => "hospital-b",
            Self::ClinicC => "clinic-c",
        }
    }

    /// The name on its letters (invented).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::HospitalA => "架空総合病院",
            Self::HospitalB => "みほん記念病院",
            Self::ClinicC => "れいだい内科クリニック",
        }
    }

    /// Institution number (医療機関コード), 7 digits, invented.
    pub(crate) const fn institution(self) -> &'static str {
        match self {
            Self::HospitalA => "9990012",
            Self::HospitalB => "9990020",
            Self::ClinicC => "9990038",
        }
    }

    pub(crate) const fn is_hospital(self) -> bool {
        !matches!(self, Self::ClinicC)
    }
}

/// One disease of one person, as one institution treats it.
#[derive(Debug, Clone)]
pub(crate) struct Illness {
    pub(crate) disease: &'static Disease,
    pub(crate) place: Place,
    pub(crate) onset: Day,
    /// The day it ended and how.
    pub(crate) ended: Option<(Day, Outcome)>,
    /// Suspected only (疑い).
    pub(crate) suspected: bool,
}

/// How an illness ended (転帰).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Cured,
    Died,
}

/// A measured value, as text with the decimals of its item.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) lab: &'static Lab,
    pub(crate) value: String,
}

impl Measured {
    /// A value rounded to the decimals of its item, never negative.
    pub(crate) fn new(lab: &'static Lab, value: f64) -> Self {
        Self { lab, value: format!("{:.*}", lab.decimals, value.max(0.0)) }
    }

    /// `H`, `L`, or nothing within the reference range.
    pub(crate) fn flag(&self) -> &'static str {
        match self.value.parse::<f64>() {
            Ok(value) if value > self.lab.high => "H",
            Ok(value) if value < self.lab.low => "L",
            _ => "",
        }
    }
}

/// A drug ordered for some days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prescribed {
    pub(crate) drug: &'static Drug,
    pub(crate) days: u16,
}

/// A stay in hospital.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) until: Day,
    pub(crate) died: bool,
}

/// One visit, or one admission (入院) with everything done in it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) place: Place,
    pub(crate) day: Day,
    /// Minute of the day of arrival.
    pub(crate) minute: u16,
    pub(crate) stay: Option<Stay>,
    pub(crate) department: &'static str,
    /// Which of the person's illnesses it was about.
    pub(crate) illnesses: Vec<usize>,
    pub(crate) vitals: Vec<Measured>,
    pub(crate) results: Vec<Measured>,
    pub(crate) drugs: Vec<Prescribed>,
    /// Injections, each given on the day of the visit or daily in a stay.
    pub(crate) injections: Vec<&'static Drug>,
    /// Receipt code of an operation.
    pub(crate) operation: Option<&'static str>,
}

impl Visit {
    /// The last day.
    pub(crate) fn last_day(&self) -> Day {
        self.stay.map_or(self.day, |stay| stay.until)
    }
}

/// Centimetres and kilograms at the beginning, and the ABO blood group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body {
    pub(crate) height: f64,
    pub(crate) weight: f64,
    pub(crate) blood: &'static str,
}

/// A person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// From 1; the truth against which linkage is judged.
    pub(crate) number: usize,
    pub(crate) household: usize,
    pub(crate) sex: Sex,
    pub(crate) birth: Day,
    pub(crate) names: Vec<Since<Name>>,
    pub(crate) homes: Vec<Since<Home>>,
    pub(crate) coverages: Vec<Since<Coverage>>,
    pub(crate) death: Option<Day>,
    /// Index of a parent in the world, for children.
    pub(crate) guardian: Option<usize>,
    pub(crate) is_twin: bool,
    /// None: never measured.
    pub(crate) body: Option<Body>,
    pub(crate) allergies: Vec<&'static Allergen>,
    pub(crate) illnesses: Vec<Illness>,
    /// In order of day.
    pub(crate) visits: Vec<Visit>,
}

/// What people are allergic to: HL7 table 0127 kind, code, system and name.
#[derive(Debug)]
pub(crate) struct Allergen {
    pub(crate) kind: &'static str,
    pub(crate) kind_name: &'static str,
    pub(crate) name: &'static str,
    pub(crate) fhir_category: &'static str,
}

/// The allergens of this world.
pub(crate) static ALLERGENS: [Allergen; 5] = [
    Allergen { kind: "LA", kind_name: "花粉アレルギー", name: "スギ", fhir_category: "environment" },
    Allergen { kind: "FA", kind_name: "食物アレルギー", name: "卵", fhir_category: "food" },
    Allergen { kind: "FA", kind_name: "食物アレルギー", name: "そば", fhir_category: "food" },
    Allergen {
        kind: "EA", kind_name: "環境アレルギー", name: "ハウスダスト", fhir_category: "environment"
    },
    Allergen {
        kind: "DA",
        kind_name: "薬剤アレルギー",
        name: "ペニシリン系薬剤",
        fhir_category: "medication",
    },
];

/// Indices of the people of each household, in order.
pub(crate) fn households(people: &[Person]) -> std::collections::BTreeMap<usize, Vec<usize>> {
    let mut map = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (at, person) in people.iter().enumerate() {
        map.entry(person.household).or_default().push(at);
    }
    map
}
