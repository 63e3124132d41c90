//! Random small hospitals, and questions about them as people would write them.

use crate::tests::support::{Hospital, date, text};
use kiban_model::tables::{Condition, Observation, Visit};
use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use std::io::Cursor;

use super::super::{Index, Layout, build};

pub(super) const DIGEST: [u8; 32] = [7; 32];

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) sex: &'static str,
    pub(super) birth: String,
    pub(super) municipality: &'static str,
}

/// One row of any table; columns it does not have are empty.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) person: i64,
    pub(super) table: &'static str,
    pub(super) code: &'static str,
    pub(super) flag: Option<bool>,
    pub(super) number: Option<f64>,
    pub(super) date: String,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) people: Vec<Person>,
    pub(super) events: Vec<Event>,
}

pub(super) struct Dice(pub(super) ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    pub(super) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Days, months, years, nonsense and nothing.
    fn date(&mut self) -> String {
        let (month, day) = (self.below(3) + 1, self.below(28) + 1);
        let year = 2020 + self.below(2);
        match self.below(12) {
            0 => String::new(),
            1 => format!("{year}-{month:02}"),
            2 => format!("{year}"),
            3 => format!("{year}-{month:02}-{day:02}T09:30"),
            _ => format!("{year}-{month:02}-{day:02}"),
        }
    }
}

impl World {
    pub(super) fn random(dice: &mut Dice) -> Self {
        let people: Vec<Person> = (0..dice.below(40) as i64)
            .map(|at| Person {
                id: at * 3 + 1,
                sex: dice.one(&["M", "F", "O", "U", ""]),
                birth: match dice.below(6) {
                    0 => String::new(),
                    1 => format!("{}", 1900 + dice.below(120)),
                    _ => format!(
                        "{}-{:02}-{:02}",
                        1900 + dice.below(121),
                        dice.below(12) + 1,
                        dice.below(28) + 1
                    ),
                },
                municipality: dice.one(&["22100", "13206", "01101", ""]),
            })
            .collect();
        let events = people
            .iter()
            .flat_map(|person| (0..dice.below(7)).map(|_| person.id).collect::<Vec<_>>())
            .collect::<Vec<_>>()
            .into_iter()
            .map(|person| Event {
                person,
                table: dice.one(&["condition", "observation", "visit"]),
                code: dice.one(&["E110", "E119", "E14", "I10", "Z00", ""]),
                flag: [None, Some(true), Some(false)][dice.below(3)],
                number: (dice.below(4) > 0).then(|| dice.below(12) as f64 / 2.0),
                date: dice.date(),
            })
            .collect();
        Self { people, events }
    }

    pub(super) fn index(&self, layout: Layout) -> Index {
        let mut hospital = Hospital { batch: 7, ..Default::default() };
        for person in &self.people {
            hospital.person(person.id, person.sex, &person.birth, person.municipality);
        }
        for event in &self.events {
            let (code, when) = (text(event.code), date(&event.date));
            match event.table {
                "condition" => hospital.add(
                    event.person,
                    Condition { icd10: code, suspected: event.flag, start: when, ..Default::default() },
                ),
                "observation" => hospital.add(
                    event.person,
                    Observation { code, value_number: event.number, time: when, ..Default::default() },
                ),
                _ => hospital.add(event.person, Visit { class: code, start: when, ..Default::default() }),
            }
        }
        let persons: Vec<i64> = self.people.iter().map(|person| person.id).collect();
        let mut bytes = Vec::new();
        build(&hospital, &persons, &DIGEST, layout, &mut bytes, &|_| {}).unwrap();
        Index::open(Cursor::new(bytes), &DIGEST).unwrap()
    }
}

/// A definition with every kind of criterion somewhere.
pub(super) fn question(dice: &mut Dice) -> String {
    let mut out = String::new();
    let indexed = dice.below(2) == 0;
    if dice.below(4) == 0 {
        out += "combine = \"any\"\n";
    }
    if indexed {
        out += &format!("[index]\ncriterion = \"c0\"\noccurrence = \"{}\"\n", dice.one(&["first", "last"]));
    }
    let mut eventful = Vec::new();
    for at in 0..dice.below(5) + 1 {
        out += &format!("[[criterion]]\nname = \"c{at}\"\n");
        let kind = if at == 0 { 1 } else { dice.below(6) };
        let without = at > 0 && dice.below(4) == 0;
        if without {
            out += "without = true\n";
        }
        if at > 0 && dice.below(4) == 0 {
            out += "step = false\n";
        }
        match kind {
            0 => {
                out += &format!(
                    "{} = [{}]\n",
                    dice.one(&["any", "all"]),
                    (0..at).map(|c| format!("\"c{c}\"")).collect::<Vec<_>>().join(", ")
                );
            }
            2 => {
                let on = if indexed && dice.below(2) == 0 { "index" } else { "2020-06-15" };
                out += &format!(
                    "sex = [\"F\", \"U\"]\nage = {{ min = {}, max = {}, on = \"{on}\" }}\n",
                    dice.below(40),
                    40 + dice.below(50)
                );
            }
            3 => out += "prefecture = [\"22\", \"0*\"]\n",
            _ => {
                let table = dice.one(&["condition", "observation", "visit"]);
                out += &format!("table = \"{table}\"\n");
                let mut wheres = Vec::new();
                if dice.below(3) > 0 {
                    wheres.push(match table {
                        "condition" => {
                            format!("icd10 = [\"{}\"]", dice.one(&["E11", "E11.9", "E10-E14", "I10*"]))
                        }
                        "observation" => {
                            format!("code = [\"{}\", \"I10\"]", dice.one(&["E1*", "E110", "*", "X"]))
                        }
                        _ => format!("class = \"{}\"", dice.one(&["Z00", "E*"])),
                    });
                }
                if table == "observation" && dice.below(2) == 0 {
                    wheres.push(
                        dice.one(&[
                            "value_number = 2.5",
                            "value_number = { above = 1, max = 4 }",
                            "value_number = { min = 3.5 }",
                            "value_number = { below = 3.5 }",
                        ])
                        .to_owned(),
                    );
                }
                if table == "condition" && dice.below(2) == 0 {
                    wheres.push(format!("suspected = {}", dice.below(2) == 0));
                }
                if !wheres.is_empty() {
                    out += &format!("where = {{ {} }}\n", wheres.join(", "));
                }
                if dice.below(3) == 0 {
                    out += &format!("at_least = {}\n", dice.below(3) + 1);
                }
                if dice.below(4) == 0 {
                    out += dice.one(&[
                        "from = \"2020-02\"\n",
                        "to = \"2020-02\"\n",
                        "from = \"2020-01-10\"\nto = \"2021-01\"\n",
                    ]);
                }
                let anchors: Vec<String> =
                    eventful.iter().cloned().chain((indexed && at > 0).then(|| "index".to_owned())).collect();
                if !anchors.is_empty() && dice.below(2) == 0 {
                    let anchor = &anchors[dice.below(anchors.len())];
                    let days = dice.below(40);
                    out += &match dice.below(4) {
                        0 => format!("within = {{ of = \"{anchor}\", days = {days} }}\n"),
                        1 => format!("within = {{ after = \"{anchor}\", days = [1, {}] }}\n", days + 1),
                        2 => format!("within = {{ before = \"{anchor}\", days = {days} }}\n"),
                        _ => format!("within = {{ after = \"{anchor}\" }}\n"),
                    };
                }
                if !without {
                    eventful.push(format!("c{at}"));
                }
            }
        }
    }
    match dice.below(4) {
        0 => out += "[breakdown]\nby = [\"sex\", \"prefecture\"]\n",
        1 => out += "[breakdown]\nby = [\"age_band\"]\nage_band = 7\nage_on = \"2020-12-31\"\n",
        2 if indexed => out += "[breakdown]\nby = [\"year\", \"sex\"]\nyears = [2021, 2021]\n",
        _ => {}
    }
    out
}
