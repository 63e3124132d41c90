//! `generalize`: dates to months, years or spans of years; municipalities to prefectures and regions (ANO-04, ANO-05).

use super::{ColumnOf, Example, Transform, Treatment, inhabitants};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use kiban_model::{Precision, region};

/// The word `generalize`.
#[derive(Debug)]
pub(super) struct Generalize;

impl Transform for Generalize {
    fn name(&self) -> &'static str {
        "generalize"
    }
    fn japanese(&self) -> &'static str {
        "一般化する"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "粗い区分に置き換える。日付は `\"day\"` `\"month\"` `\"quarter\"`(四半期) `\"year\"` `\"5-years\"` `\"10-years\"` と、年を残さない `\"season\"`(春は3～5月)、市区町村は `\"prefecture\"`(都道府県コード) \
             `\"region\"`(八地方区分)、都道府県は `\"region\"`。もとの値より細かくなることはない。表にない市区町村コードは空欄にする。\
             市区町村は `{ population = \"population.csv\", at_least = 20000 }` とも書ける: 人口がそれに満たない市区町村は、都道府県ごとにまとめ、それでも満たなければ地方ごとに\
             まとめ、なお満たなければ空欄にする。人口の表は方針と同じフォルダの CSV(見出し `municipality,count`)で、事業者が用意する。",
            "A coarser class takes the value's place: dates `\"day\"`, `\"month\"`, `\"quarter\"`, `\"year\"`, `\"5-years\"`, `\"10-years\"` and, without year, `\"season\"`; municipalities \
             `\"prefecture\"` (its code) and `\"region\"` (八地方区分); prefectures `\"region\"`. Never finer than what was given. A \
             municipality code that is not in the table becomes empty. With `{ population = \"population.csv\", at_least = 20000 }` \
             municipalities of fewer inhabitants are put together by prefecture, where those are still too few by region, else they \
             become empty; the operator provides the table (header `municipality,count`).",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[
            Example {
                section: "person.birth_date",
                line: "generalize = \"month\"",
                cases: &[("2003-07-26", "2003-07"), ("2003", "2003")],
            },
            Example {
                section: "person.birth_date",
                line: "generalize = \"5-years\"",
                cases: &[("2003-07-26", "2000～2004")],
            },
            Example {
                section: "visit.start",
                line: "generalize = \"quarter\"",
                cases: &[("2020-08-03T09:05", "2020-Q3"), ("2020-12", "2020-Q4"), ("2020", "2020")],
            },
            Example {
                section: "visit.start",
                line: "generalize = \"season\"",
                cases: &[("2020-08-03", "夏"), ("2021-01", "冬"), ("2020", "")],
            },
            Example {
                section: "person.municipality",
                line: "generalize = { population = \"municipalities.csv\", at_least = 100 }",
                cases: &[("22101", "22101"), ("22130", "22"), ("23101", "中部"), ("13101", "")],
            },
            Example {
                section: "person.municipality",
                line: "generalize = \"prefecture\"",
                cases: &[("22100", "22"), ("99999", "")],
            },
            Example {
                section: "person.municipality",
                line: "generalize = \"region\"",
                cases: &[("22100", "中部")],
            },
            Example {
                section: "person.prefecture",
                line: "generalize = \"region\"",
                cases: &[("47", "九州・沖縄")],
            },
        ]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        !levels(column).is_empty()
    }
    fn read(
        &self,
        value: &Node<'_>,
        column: ColumnOf,
        reader: &mut Reader<'_>,
    ) -> Option<Box<dyn Treatment>> {
        if column.column.name == "municipality" && value.as_table().is_some() {
            return inhabitants::read(value, reader);
        }
        let levels = levels(column);
        let names: Vec<&str> = levels.iter().map(|level| level.name()).collect();
        let chosen = reader.choice(value, &names)?;
        Some(Box::new(Generalized { level: *levels.get(chosen)? }))
    }
}

/// How coarse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Day,
    Month,
    Quarter,
    Year,
    Years(u16),
    Season,
    Prefecture,
    Region,
}

const DATE_LEVELS: &[Level] = &[
    Level::Day,
    Level::Month,
    Level::Quarter,
    Level::Year,
    Level::Years(5),
    Level::Years(10),
    // Without year: no step of the others.
    Level::Season,
];
const MUNICIPALITY_LEVELS: &[Level] = &[Level::Prefecture, Level::Region];
const PREFECTURE_LEVELS: &[Level] = &[Level::Region];

fn levels(column: ColumnOf) -> &'static [Level] {
    match (column.column.kind, column.column.name) {
        (ColumnKind::Date, _) => DATE_LEVELS,
        (_, "municipality") => MUNICIPALITY_LEVELS,
        (_, "prefecture") => PREFECTURE_LEVELS,
        _ => &[],
    }
}

/// The first level that makes an untouched column coarser.
pub(super) fn finest(column: ColumnOf) -> Option<Box<dyn Treatment>> {
    let level = levels(column).iter().copied().find(|level| *level != Level::Day)?;
    Some(Box::new(Generalized { level }))
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Season => "season",
            Self::Year => "year",
            Self::Years(5) => "5-years",
            Self::Years(_) => "10-years",
            Self::Prefecture => "prefecture",
            Self::Region => "region",
        }
    }

    fn words(self) -> Bilingual {
        match self {
            Self::Day => Bilingual::new("日に一般化", "generalised to the day"),
            Self::Month => Bilingual::new("月に一般化", "generalised to the month"),
            Self::Quarter => Bilingual::new("四半期に一般化", "generalised to the quarter"),
            Self::Season => {
                Bilingual::new("季節だけを残す(年は残さない)", "only the season is left, without year")
            }
            Self::Year => Bilingual::new("年に一般化", "generalised to the year"),
            Self::Years(n) => {
                Bilingual::new(format!("{n}年ごとに一般化"), format!("generalised to {n} years"))
            }
            Self::Prefecture => Bilingual::new("都道府県に一般化", "generalised to the prefecture"),
            Self::Region => Bilingual::new("地方に一般化", "generalised to the region"),
        }
    }
}

/// Puts a coarser class in the value's place.
#[derive(Debug)]
struct Generalized {
    level: Level,
}

impl Treatment for Generalized {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        match (self.level, cell) {
            (Level::Day, Cell::Date(date)) => Cell::Date(date.truncated(Precision::Day)),
            (Level::Month, Cell::Date(date)) => Cell::Date(date.truncated(Precision::Month)),
            (Level::Year, Cell::Date(date)) => Cell::Date(date.truncated(Precision::Year)),
            (Level::Quarter, Cell::Date(date)) => match date.month() {
                Some(month) => Cell::label(format!("{}-Q{}", date.year(), month.div_ceil(3))),
                None => Cell::Date(date),
            },
            (Level::Season, Cell::Date(date)) => {
                date.month().and_then(season_of).map_or(Cell::Empty, Cell::label)
            }
            (Level::Years(span), Cell::Date(date)) => {
                let first = date.year() / span * span;
                Cell::label(format!("{first}～{}", first + span - 1))
            }
            (Level::Prefecture, Cell::Text(code)) => {
                region::by_code(&code).map_or(Cell::Empty, |found| Cell::Text(found.prefecture_code().into()))
            }
            (Level::Region, Cell::Text(code)) => region_of(&code).map_or(Cell::Empty, Cell::label),
            _ => Cell::Empty,
        }
    }
    fn words(&self) -> Bilingual {
        self.level.words()
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn shows_exact_day(&self) -> bool {
        self.level == Level::Day
    }
    fn coarser(&self, column: ColumnOf) -> Option<Box<dyn Treatment>> {
        let levels = levels(column);
        let at = levels.iter().position(|level| *level == self.level)?;
        let next = levels.get(at + 1).filter(|level| **level != Level::Season)?;
        Some(Box::new(Generalized { level: *next }))
    }
}

/// The season (季節) of a month, as the weather service divides the year.
const fn season_of(month: u8) -> Option<&'static str> {
    Some(match month {
        3..=5 => "春",
        6..=8 => "夏",
        9..=11 => "秋",
        12 | 1 | 2 => "冬",
        _ => return None,
    })
}

/// The region (八地方区分) of a municipality or prefecture code that exists.
pub(super) fn region_of(code: &str) -> Option<&'static str> {
    let prefecture = match code.len() {
        5 => region::by_code(code)?.prefecture_code(),
        2 => code,
        _ => return None,
    };
    Some(match prefecture.parse::<u8>().ok()? {
        1 => "北海道",
        2..=7 => "東北",
        8..=14 => "関東",
        15..=23 => "中部",
        24..=30 => "近畿",
        31..=35 => "中国",
        36..=39 => "四国",
        40..=47 => "九州・沖縄",
        _ => return None,
    })
}
