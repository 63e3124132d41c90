//! Who lives where, with whom, under which name and insurance, on the first day of a world.
//!
//! Families share home, telephone and insurance symbol and number; each member has a branch of their own. Twins share
//! everything but given name and branch: they are what linkage must keep apart (LNK-01).

use crate::calendar::{Day, day_of, ymd};
use crate::dice::{Dice, Purpose};
use crate::person::{ALLERGENS, Body, Coverage, Home, Name, Person, Since};
use crate::tables::{GIVEN_NAMES, INSURERS, Insurer, KANJI_VARIANTS, PREFECTURES, SURNAMES, TOWNS};
use kiban_model::region::Municipality;
use kiban_model::{Sex, region};
use std::sync::LazyLock;

/// A beginning before every birth.
const ALWAYS: Day = -60_000;

/// The people, household by household, until there are `count`.
pub(crate) fn people(seed: u64, count: usize, first_day: Day) -> Vec<Person> {
    let mut people = Vec::with_capacity(count + 6);
    let mut household = 0;
    while people.len() < count {
        let mut dice = Dice::new(seed, Purpose::Household, household);
        move_in(&mut dice, household, first_day, &mut people);
        household += 1;
    }
    people.truncate(count);
    people
}

/// One more household.
fn move_in(dice: &mut Dice, household: usize, first_day: Day, people: &mut Vec<Person>) {
    let year = ymd(first_day).0;
    let (family, family_kana) = surname(dice);
    let home = home(dice);
    let mut card = Card::new(dice);
    let mut member = |dice: &mut Dice, sex: Sex, birth: Day, guardian: Option<usize>, is_twin: bool| {
        let (given, given_kana) = given_name(dice, sex, ymd(birth).0);
        let name = Name { family: family.clone(), given, family_kana: family_kana.clone(), given_kana };
        let body = body(dice, sex, year.saturating_sub(ymd(birth).0));
        let coverage = card.next_member(dice, birth, first_day, guardian.is_none());
        people.push(Person {
            number: people.len() + 1,
            household,
            sex,
            birth,
            names: vec![Since { from: ALWAYS, state: name }],
            homes: vec![Since { from: ALWAYS, state: home.clone() }],
            coverages: vec![Since { from: ALWAYS, state: coverage }],
            death: None,
            guardian,
            is_twin,
            body: Some(body),
            allergies: if dice.chance(120) { vec![dice.pick(&ALLERGENS)] } else { Vec::new() },
            illnesses: Vec::new(),
            visits: Vec::new(),
        });
        people.len() - 1
    };

    let kind = dice.below(100);
    let head_age = match kind {
        0..25 => dice.between(18, 88),
        25..45 => dice.between(26, 60),
        45..75 => dice.between(28, 52),
        _ => dice.between(62, 92),
    };
    let born = |dice: &mut Dice, age: i32| {
        day_of(year.saturating_sub(age as u16), dice.between(1, 12) as u8, dice.between(1, 31) as u8)
    };
    let head_sex = if kind < 25 && dice.chance(500) { Sex::Female } else { Sex::Male };
    let birth = born(dice, head_age);
    let head = member(dice, head_sex, birth, None, false);
    if kind < 25 {
        return;
    }
    let spouse_age = (head_age + dice.between(-6, 3)).max(20);
    let birth = born(dice, spouse_age);
    member(dice, Sex::Female, birth, None, false);
    if (45..75).contains(&kind) {
        let mut age = dice.between(0, (head_age - 24).min(17));
        for _ in 0..dice.between(1, 3) {
            let birth = born(dice, age);
            let twins = dice.chance(60);
            for _ in 0..=usize::from(twins) {
                let sex = if dice.chance(512) { Sex::Male } else { Sex::Female };
                member(dice, sex, birth, Some(head), twins);
            }
            age -= dice.between(2, 4);
            if age < 0 {
                break;
            }
        }
    }
    if kind >= 97 {
        let birth = born(dice, head_age - 28);
        member(dice, Sex::Male, birth, None, false);
    }
}

/// A surname, one in four of those that can in a variant form (高橋 as 髙橋).
fn surname(dice: &mut Dice) -> (String, String) {
    let row = dice.weighted(&SURNAMES, |s| s.weight);
    let mut kanji = row.kanji.to_owned();
    let possible: Vec<_> = KANJI_VARIANTS.iter().filter(|v| kanji.contains(v.plain)).collect();
    if !possible.is_empty() && dice.chance(250) {
        let variant = dice.pick(&possible);
        kanji = kanji.replacen(variant.plain, variant.variant, 1);
    }
    (kanji, row.kana.to_owned())
}

pub(crate) fn given_name(dice: &mut Dice, sex: Sex, year: u16) -> (String, String) {
    let year = usize::from(year).clamp(1920, 2029);
    let fitting: Vec<_> = GIVEN_NAMES
        .iter()
        .filter(|n| n.sex == sex.code() && (n.born_from..=n.born_to).contains(&year))
        .collect();
    let row = dice.pick(&fitting);
    (row.kanji.to_owned(), row.kana.to_owned())
}

/// The municipalities of each prefecture of the table. A designated city (静岡市) is listed beside its wards; an address
/// names the ward.
static HABITABLE: LazyLock<Vec<(&'static str, Vec<&'static Municipality>)>> = LazyLock::new(|| {
    let of = |code: &str| {
        let all: Vec<_> = region::all().iter().filter(|m| m.prefecture_code() == code).collect();
        let has_wards =
            |m: &Municipality| all.iter().any(|other| other.name != m.name && other.name.starts_with(m.name));
        all.iter().copied().filter(|m| !has_wards(m)).collect()
    };
    PREFECTURES.iter().map(|p| (p.code, of(p.code))).collect()
});

/// A home somewhere: a real municipality, an invented lot.
pub(crate) fn home(dice: &mut Dice) -> Home {
    let prefecture = dice.weighted(&PREFECTURES, |p| p.weight);
    let municipalities =
        HABITABLE.iter().filter(|(code, _)| *code == prefecture.code).map(|(_, list)| list).next();
    let municipality = municipalities.map_or(&region::all()[0], |list| *dice.pick(list));
    let town = dice.pick(&TOWNS).name;
    let lot = format!(
        "{}丁目{}－{}",
        full_width(dice.between(1, 6)),
        full_width(dice.between(1, 40)),
        full_width(dice.between(1, 30))
    );
    let house = if dice.chance(350) {
        let name = ["コーポ", "メゾン", "ハイツ", "グランド"][dice.below(4)];
        format!("　{name}{town}{}号", full_width(dice.between(1, 9) * 100 + dice.between(1, 9)))
    } else {
        String::new()
    };
    let zip = dice.between(prefecture.zip_from as i32, prefecture.zip_to as i32);
    Home {
        postal_code: format!("{zip:03}{:04}", dice.between(1, 99) * 10 + dice.between(0, 9)),
        address: format!("{}{}{town}{lot}{house}", municipality.prefecture, municipality.name),
        phone: phone(dice, prefecture.area_code),
    }
}

/// A telephone number that nobody has: the local part begins with 0.
pub(crate) fn phone(dice: &mut Dice, area_code: &str) -> String {
    format!("{area_code}-{:03}-{:04}", dice.between(0, 99), dice.between(0, 9999))
}

pub(crate) fn full_width(number: i32) -> String {
    number.to_string().chars().filter_map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32)).collect()
}

fn body(dice: &mut Dice, sex: Sex, age: u16) -> Body {
    let grown = if sex == Sex::Male { 170.5 } else { 157.8 };
    let height = if age >= 17 {
        grown + dice.bell() * 5.5
    } else {
        52.0 + (grown - 52.0) * f64::from(age) / 17.0 + dice.bell() * 3.0
    };
    let index = if age >= 17 { 22.8 + dice.bell() * 2.8 } else { 15.5 + f64::from(age) * 0.3 + dice.bell() };
    let blood = dice.weighted(&[("A", 38), ("O", 31), ("B", 22), ("AB", 9)], |b| b.1).0;
    Body { height, weight: index * height * height / 10_000.0, blood }
}

/// The insurance card of a household: one symbol and number, a branch for each member.
pub(crate) struct Card {
    insurer: &'static Insurer,
    symbol: String,
    number: String,
    members: usize,
}

impl Card {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let insurer = dice.weighted(&INSURERS, |i| i.weight);
        let symbol = match insurer.kind {
            "national" => format!("架{}", full_width(dice.between(100, 999))),
            "association" => full_width(dice.between(10_000_000, 99_999_999)),
            _ => full_width(dice.between(10, 999)),
        };
        Self { insurer, symbol, number: full_width(dice.between(1000, 999_999)), members: 0 }
    }

    /// The next member's coverage. From 75 everybody is insured alone (後期高齢者医療).
    pub(crate) fn next_member(&mut self, dice: &mut Dice, birth: Day, day: Day, adult: bool) -> Coverage {
        self.members += 1;
        if crate::calendar::age(birth, day) >= 75 {
            return late_stage(dice);
        }
        Coverage {
            insurer: self.insurer,
            symbol: self.symbol.clone(),
            number: self.number.clone(),
            branch: format!("{:02}", self.members),
            own: self.members == 1 || (adult && self.insurer.kind == "national"),
        }
    }
}

/// Insurance from the 75th birthday: one's own number of eight digits, neither symbol nor branch.
pub(crate) fn late_stage(dice: &mut Dice) -> Coverage {
    let insurer = INSURERS.iter().find(|i| i.is_individual()).unwrap_or(&INSURERS[0]);
    Coverage {
        insurer,
        symbol: String::new(),
        number: full_width(dice.between(10_000_000, 99_999_999)),
        branch: String::new(),
        own: true,
    }
}
