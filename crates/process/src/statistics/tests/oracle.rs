//! Every kind of criterion beside a naive reading of the same rows.

use super::super::definition::{
    Anchor, Combine, Condition, Criterion, EventRule, Moment, Pattern, PersonRule, Rule, Wants,
};
use super::super::{Layout, Partition, Plan, Question};
use super::people::{Dice, Event, Person, World, question};
use kiban_model::{DateAsGiven, Private};
use proptest::prelude::*;

struct Naive<'a> {
    world: &'a World,
    question: &'a Question,
}

fn day(date: &str) -> Option<i32> {
    DateAsGiven::parse_iso(date).ok().map(|date| date.days_since_epoch())
}

fn age(birth: &str, on: i32) -> Option<u16> {
    let birth = DateAsGiven::parse_iso(birth).ok()?;
    let on = DateAsGiven::from_days_since_epoch(on).unwrap();
    (birth.days_since_epoch() <= on.days_since_epoch()).then(|| birth.age_on(&on))
}

fn text_holds(text: &str, wants: &Wants) -> bool {
    let Wants::Codes(patterns) = wants else { panic!() };
    !text.is_empty()
        && patterns.iter().any(|pattern| match pattern {
            Pattern::Exactly(code) => code == text,
            Pattern::Begins(code) => text.starts_with(code.as_str()),
            Pattern::Categories(first, last) => (first.as_str()..=last.as_str()).contains(&&text[..3]),
        })
}

fn row_holds(event: &Event, Condition { column, wants }: &Condition) -> bool {
    match (column.name, wants) {
        ("value_number", Wants::Number(bounds)) => event.number.is_some_and(|number| bounds.contain(number)),
        ("suspected", Wants::Flag(flag)) => event.flag == Some(*flag),
        _ => text_holds(event.code, wants),
    }
}

impl Naive<'_> {
    /// Days of the events of a criterion, before counting how many there are; `None` for an undated one.
    fn days(&self, rule: &EventRule, person: &Person) -> Vec<Option<i32>> {
        let mut days: Vec<Option<i32>> = self
            .world
            .events
            .iter()
            .filter(|event| event.person == person.id && event.table == rule.table.name)
            .filter(|event| rule.conditions.iter().all(|condition| row_holds(event, condition)))
            .map(|event| day(&event.date))
            .filter(|day| match (rule.period, day) {
                ((None, None), _) => true,
                (_, None) => false,
                ((from, to), Some(day)) => {
                    from.is_none_or(|from| from <= *day) && to.is_none_or(|to| *day <= to)
                }
            })
            .filter(|day| {
                let Some(near) = rule.near else { return true };
                let anchors = match near.anchor {
                    Anchor::Index => self.index_day(person).into_iter().collect(),
                    Anchor::Criterion(anchor) => self.dated(anchor, person),
                };
                day.is_some_and(|day| {
                    anchors.iter().any(|anchor| (near.from..=near.to).contains(&(day - anchor)))
                })
            })
            .collect();
        days.sort();
        days.dedup();
        days
    }

    /// Dated events of a criterion that holds.
    fn dated(&self, criterion: usize, person: &Person) -> Vec<i32> {
        let Rule::Events(rule) = &self.question.criteria[criterion].rule else { panic!() };
        let days = self.days(rule, person);
        if days.len() >= rule.at_least as usize { days.into_iter().flatten().collect() } else { Vec::new() }
    }

    fn index_day(&self, person: &Person) -> Option<i32> {
        let index = self.question.index?;
        let days = self.dated(index.criterion, person);
        if index.last { days.last().copied() } else { days.first().copied() }
    }

    fn on(&self, moment: Moment, person: &Person) -> Option<i32> {
        match moment {
            Moment::Day(day) => Some(day),
            Moment::Index => self.index_day(person),
        }
    }

    fn holds(&self, criterion: usize, person: &Person) -> bool {
        let Criterion { without, rule, .. } = &self.question.criteria[criterion];
        let holds = match rule {
            Rule::Person(PersonRule { conditions, age: wanted }) => {
                conditions.iter().all(|condition| {
                    let value = match condition.column.name {
                        "sex" => person.sex,
                        "prefecture" => person.municipality.get(..2).unwrap_or(""),
                        _ => person.municipality,
                    };
                    text_holds(value, &condition.wants)
                }) && wanted.is_none_or(|rule| {
                    let age = self.on(rule.on, person).and_then(|on| age(&person.birth, on));
                    age.is_some_and(|age| rule.min <= age && age <= rule.max)
                })
            }
            Rule::Events(rule) => self.days(rule, person).len() >= rule.at_least as usize,
            Rule::Group(Combine::All, members) => members.iter().all(|member| self.holds(*member, person)),
            Rule::Group(Combine::Any, members) => members.iter().any(|member| self.holds(*member, person)),
        };
        holds != *without
    }

    /// The step a person is lost at, or `Err` with their classes in English.
    fn place(&self, person: &Person) -> Result<Vec<String>, usize> {
        let steps: Vec<bool> = self.question.steps().map(|step| self.holds(step, person)).collect();
        match self.question.combine {
            Combine::All => {
                if let Some(lost) = steps.iter().position(|holds| !holds) {
                    return Err(lost);
                }
            }
            Combine::Any if steps.iter().any(|holds| *holds) => {}
            Combine::Any => return Err(0),
        }
        Ok(self.question.breakdown.iter().map(|dimension| self.class(*dimension, person)).collect())
    }

    fn class(&self, dimension: super::super::definition::Dimension, person: &Person) -> String {
        use super::super::definition::Dimension;
        let unknown = || "unknown".to_owned();
        match dimension {
            Dimension::Sex => match person.sex {
                "M" => "male".into(),
                "F" => "female".into(),
                "O" => "other".into(),
                _ => unknown(),
            },
            Dimension::Prefecture => person.municipality.get(..2).map_or_else(unknown, str::to_owned),
            Dimension::Municipality => person.municipality.to_owned(),
            Dimension::AgeBand(width, on) => {
                match self.on(on, person).and_then(|on| age(&person.birth, on)) {
                    None => unknown(),
                    Some(100..) => "100 years and over".into(),
                    Some(age) => {
                        let from = age / width * width;
                        format!("{from}-{} years", (from + width - 1).min(99))
                    }
                }
            }
            Dimension::Year(from, to) => match self.index_day(person) {
                None => unknown(),
                Some(day) => {
                    let year: u16 =
                        DateAsGiven::from_days_since_epoch(day).unwrap().to_string()[..4].parse().unwrap();
                    match year {
                        year if year < from => format!("before {from}"),
                        year if year > to => format!("after {to}"),
                        year => year.to_string(),
                    }
                }
            },
        }
    }
}

fn partition(question: &Question, world: &World, layout: Layout) -> (Partition, Vec<Vec<String>>) {
    let mut index = world.index(layout);
    let plan = Plan::new(question, &mut index).unwrap();
    let labels =
        (0..index.shards()).flat_map(|shard| plan.shard(&mut index, shard).unwrap().into_inner()).collect();
    let (lost, cells) = plan.sizes();
    let labels_of =
        plan.breakdown().iter().map(|classes| classes.labels().iter().map(|l| l.en.clone()).collect());
    (Partition { lost, cells, labels: Private::new(labels) }, labels_of.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_question_is_answered_as_its_words_say(seed: u64) {
        let dice = &mut Dice::new(seed);
        let world = World::random(dice);
        let text = question(dice);
        let question = Question::parse(&text, "q.toml").unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let layout = Layout { shard: 1 + dice.below(20) as u32, chunk: 1 + dice.below(5), cells: 30 + dice.below(400) };
        let (partition, classes) = partition(&question, &world, layout);
        let naive = Naive { world: &world, question: &question };
        prop_assert_eq!(partition.labels.expose().len(), world.people.len());
        for (person, label) in world.people.iter().zip(partition.labels.expose()) {
            let got = match label.checked_sub(partition.lost) {
                None => Err(*label as usize),
                Some(cell) => {
                    let radix: Vec<u32> = classes.iter().map(|labels| labels.len() as u32).collect();
                    let places = super::super::answer::classes(&radix, cell);
                    Ok(places.iter().zip(&classes).map(|(class, labels)| labels[*class as usize].clone()).collect())
                }
            };
            prop_assert_eq!(got, naive.place(person), "person {} of\n{}", person.id, text);
        }
    }
}

#[test]
fn an_index_that_is_torn_or_of_another_snapshot_is_refused() {
    use super::super::{Index, IndexError, build};
    use super::people::DIGEST;
    use std::io::Cursor;
    let mut bytes = Vec::new();
    let nobody = crate::tests::support::Hospital::default();
    build(&nobody, &[], &DIGEST, Layout::default(), &mut bytes, &|_| {}).unwrap();
    assert!(Index::open(Cursor::new(bytes.clone()), &DIGEST).is_ok());
    let refused = |bytes: &[u8], digest: &[u8; 32]| {
        matches!(Index::open(Cursor::new(bytes.to_vec()), digest), Err(IndexError::NotThisIndex))
    };
    assert!(refused(&bytes, &[8; 32]), "of another snapshot");
    for cut in 0..bytes.len() {
        assert!(refused(&bytes[..cut], &DIGEST), "torn at {cut}");
    }
    let place = bytes.len() - 80;
    bytes[place] ^= 1;
    assert!(refused(&bytes, &DIGEST), "a changed directory");
}
