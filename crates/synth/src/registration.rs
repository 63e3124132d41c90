//! How each institution knows a person: local number, and the name, reading, birth date and home it has on file.
//!
//! Two institutions know the same person under different numbers and seldom write quite the same: readings vary, somebody
//! types 0 for 8, 齋藤 becomes 斎藤. The slips are made once per registration and stay, as they do in life (LNK-01).

use crate::calendar::{Day, day_of, ymd};
use crate::dice::{Dice, Purpose};
use crate::person::{Coverage, Home, Name, Person, Place, on};
use crate::tables::KANJI_VARIANTS;
use kiban_model::Sex;

/// A person on file at an institution.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) place: Place,
    /// Index of the person in the world.
    pub(crate) person: usize,
    /// The institution's own number (患者番号).
    pub(crate) local_id: String,
    /// The day of the first visit.
    pub(crate) since: Day,
    slip: Option<Slip>,
}

/// A difference between the person and the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// 齋藤 on file as 斎藤.
    PlainKanji,
    /// Small kana and long vowels written otherwise: ヨウコ as ヨーコ.
    KanaStyle,
    /// Another kana typed.
    KanaTyping(usize),
    /// Two digits of the telephone number swapped.
    Phone,
    /// The day of birth off.
    BirthDay,
    /// The year of birth off by one, or by ten.
    BirthYear(u8),
}

/// What an institution has on file on a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OnFile {
    pub(crate) name: Name,
    pub(crate) sex: Sex,
    pub(crate) birth: Day,
    pub(crate) home: Home,
    pub(crate) coverage: Coverage,
}

/// Registers everybody where they were seen; in order of first visit, as numbers are given out.
pub(crate) fn register(seed: u64, people: &[Person]) -> Vec<Registration> {
    let mut all = Vec::new();
    for place in Place::ALL {
        let mut here: Vec<(Day, usize)> = people
            .iter()
            .enumerate()
            .filter_map(|(at, p)| p.visits.iter().find(|v| v.place == place).map(|v| (v.day, at)))
            .collect();
        here.sort_unstable();
        let mut number = match place {
            Place::HospitalA => 1_200_340,
            Place::HospitalB => 40_120,
            Place::ClinicC => 3_010,
        };
        for (since, person) in here {
            let mut dice = Dice::new(seed, Purpose::Registration, person * 3 + place as usize);
            number += 1 + dice.below(4);
            let local_id = match place {
                Place::HospitalA => format!("{number:010}"),
                Place::HospitalB => format!("{number:08}"),
                Place::ClinicC => format!("C-{number}"),
            };
            all.push(Registration { place, person, local_id, since, slip: slip(&mut dice) });
        }
    }
    all
}

fn slip(dice: &mut Dice) -> Option<Slip> {
    Some(match dice.below(1000) {
        0..60 => Slip::PlainKanji,
        60..90 => Slip::KanaStyle,
        90..97 => Slip::KanaTyping(dice.below(64)),
        97..102 => Slip::Phone,
        102..106 => Slip::BirthDay,
        106..109 => Slip::BirthYear(*dice.pick(&[1, 1, 10])),
        _ => return None,
    })
}

impl Registration {
    /// A file that agrees with the person in everything.
    pub(crate) fn faithful(place: Place, person: usize, local_id: &str, since: Day) -> Self {
        Self { place, person, local_id: local_id.to_owned(), since, slip: None }
    }

    /// The file as it stands on a day.
    pub(crate) fn on_file(&self, person: &Person, day: Day) -> OnFile {
        let mut file = OnFile {
            name: on(&person.names, day).clone(),
            sex: person.sex,
            birth: person.birth,
            home: on(&person.homes, day).clone(),
            coverage: on(&person.coverages, day).clone(),
        };
        let (year, month, date) = ymd(file.birth);
        match self.slip {
            None => {}
            Some(Slip::PlainKanji) => file.name.family = plain(&file.name.family),
            Some(Slip::KanaStyle) => file.name.given_kana = restyle(&file.name.given_kana),
            Some(Slip::KanaTyping(at)) => file.name.family_kana = mistype(&file.name.family_kana, at),
            Some(Slip::Phone) => file.home.phone = swap_last_digits(&file.home.phone),
            Some(Slip::BirthDay) => {
                file.birth = day_of(year, month, if date > 9 { date - 9 } else { date + 9 })
            }
            Some(Slip::BirthYear(off)) => file.birth = day_of(year - u16::from(off), month, date),
        }
        file
    }
}

/// A name with every variant character in its plain form.
pub(crate) fn plain(text: &str) -> String {
    KANJI_VARIANTS.iter().fold(text.to_owned(), |text, v| text.replace(v.variant, v.plain))
}

fn restyle(kana: &str) -> String {
    for (from, to) in [
        ("ョウ", "ョー"),
        ("ヨウ", "ヨー"),
        ("ュウ", "ュー"),
        ("ヅ", "ズ"),
        ("オウ", "オオ"),
        ("ロウ", "ロー"),
        ("ユウ", "ユー"),
    ] {
        if kana.contains(from) {
            return kana.replacen(from, to, 1);
        }
    }
    kana.to_owned()
}

fn mistype(kana: &str, at: usize) -> String {
    let mut letters: Vec<char> = kana.chars().collect();
    let at = at % letters.len().max(1);
    if let Some(letter) = letters.get_mut(at) {
        *letter = match *letter {
            'カ' => 'ガ',
            'ガ' => 'カ',
            'シ' => 'ツ',
            'ツ' => 'シ',
            'ン' => 'ソ',
            'サ' => 'ザ',
            'タ' => 'ダ',
            'キ' => 'チ',
            other => char::from_u32(other as u32 + 1).filter(|c| ('ア'..='ン').contains(c)).unwrap_or('ア'),
        };
    }
    letters.into_iter().collect()
}

fn swap_last_digits(phone: &str) -> String {
    let mut letters: Vec<char> = phone.chars().collect();
    if let [.., a, b] = letters.as_mut_slice() {
        std::mem::swap(a, b);
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_change_what_they_say_and_nothing_else() {
        assert_eq!(plain("髙橋"), "高橋");
        assert_eq!(plain("渡邉"), "渡辺");
        assert_eq!(restyle("ヨウコ"), "ヨーコ");
        assert_eq!(mistype("スズキ", 2), "スズチ");
        assert_eq!(swap_last_digits("054-000-0012"), "054-000-0021");
        assert_eq!(swap_last_digits(""), "");
    }
}
