//! The classes of a breakdown (層別の区分). They are known beforehand: that a class exists says nothing about anybody.

use super::ages::{age, year};
use super::definition::{Dimension, Moment};
use super::index::{Dictionary, Index, IndexError, day_number};
use kiban_model::region;
use kiban_model::report::Bilingual;

/// Ages from here on are one class (ANO-04).
const OLD: u16 = 100;

/// The classes of one dimension. The last one is for those of whom it is not known.
#[derive(Debug, Clone)]
pub struct Classes {
    dimension: Dimension,
    labels: Vec<Bilingual>,
    /// By the number of a value: its class.
    by_value: Vec<u32>,
}

impl Classes {
    pub(super) fn new(dimension: Dimension, index: &mut Index) -> Result<Self, IndexError> {
        let mut codes: Vec<&str> = Vec::new();
        let mut labels: Vec<Bilingual> = match dimension {
            Dimension::Sex => {
                codes.extend(["M", "F", "O"]);
                [("男", "male"), ("女", "female"), ("その他", "other")]
                    .map(|(ja, en)| Bilingual::new(ja, en))
                    .to_vec()
            }
            Dimension::AgeBand(width, _) => (0..OLD)
                .step_by(usize::from(width.max(1)))
                .map(|from| {
                    let to = (from + width.max(1) - 1).min(OLD - 1);
                    let band = if from == to { from.to_string() } else { format!("{from}-{to}") };
                    Bilingual::new(format!("{band}歳"), format!("{band} years"))
                })
                .chain([Bilingual::new(format!("{OLD}歳以上"), format!("{OLD} years and over"))])
                .collect(),
            Dimension::Year(from, to) => {
                std::iter::once(Bilingual::new(format!("{from}年より前"), format!("before {from}")))
                    .chain((from..=to).map(|year| Bilingual::new(format!("{year}年"), year.to_string())))
                    .chain([Bilingual::new(format!("{to}年より後"), format!("after {to}"))])
                    .collect()
            }
            Dimension::Prefecture => {
                for municipality in region::all() {
                    if codes.last() != Some(&municipality.prefecture_code()) {
                        codes.push(municipality.prefecture_code());
                    }
                }
                let name = |code: &&str| Bilingual::new(region::prefecture_name(code).unwrap_or(code), *code);
                codes.iter().map(name).collect()
            }
            Dimension::Municipality => {
                codes.extend(region::all().iter().map(|municipality| municipality.code));
                let name =
                    |m: &region::Municipality| Bilingual::new(format!("{}{}", m.prefecture, m.name), m.code);
                region::all().iter().map(name).collect()
            }
        };
        labels.push(Bilingual::new("不明", "unknown"));
        let unknown = labels.len() as u32 - 1;
        let mut by_value = Vec::new();
        if let Some(column) = column(dimension) {
            let dictionary = index.dictionary("person", column)?.unwrap_or(Dictionary::Texts(Vec::new()));
            let class = |number: usize| {
                let text = dictionary.text(number as u32);
                codes.iter().position(|code| Some(*code) == text).map_or(unknown, |class| class as u32)
            };
            by_value = (0..=dictionary.len()).map(class).collect();
        }
        Ok(Self { dimension, labels, by_value })
    }

    /// What it is broken down by.
    pub const fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// Names of the classes.
    pub fn labels(&self) -> &[Bilingual] {
        &self.labels
    }

    /// How many classes there are.
    pub(super) const fn len(&self) -> usize {
        self.labels.len()
    }

    /// The person's column it looks at.
    pub(super) const fn column(&self) -> Option<&'static str> {
        column(self.dimension)
    }

    /// The class of a person: by the number of their value, their birth and their index event.
    pub(super) fn class(&self, value: u32, birth: u32, index_day: u32) -> u32 {
        let unknown = self.labels.len() as u32 - 1;
        match self.dimension {
            Dimension::AgeBand(width, on) => {
                let on = match on {
                    Moment::Day(day) => day_number(day),
                    Moment::Index => index_day,
                };
                let oldest = u32::from((OLD - 1) / width.max(1)) + 1;
                age(birth, on)
                    .map_or(unknown, |age| if age >= OLD { oldest } else { u32::from(age / width.max(1)) })
            }
            Dimension::Year(from, to) => match year(index_day) {
                None => unknown,
                Some(year) if year < from => 0,
                Some(year) => u32::from(year.min(to + 1) - from) + 1,
            },
            Dimension::Sex | Dimension::Prefecture | Dimension::Municipality => {
                self.by_value.get(value as usize).copied().unwrap_or(unknown)
            }
        }
    }
}

const fn column(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Sex => Some("sex"),
        Dimension::Prefecture => Some("prefecture"),
        Dimension::Municipality => Some("municipality"),
        Dimension::AgeBand(..) | Dimension::Year(..) => None,
    }
}
