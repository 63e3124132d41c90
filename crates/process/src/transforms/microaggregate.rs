//! `microaggregate`: numbers and dates become those of a group of enough people (ANO-04). Groups are measured over the people who leave.
//!
//! Groups are people's, not rows': whoever repeats a value is one person. Within that they are optimal ([`groups`]). A group shows its
//! mean, its median, or its range; the ends of a range lie between groups and the outermost are open, so that nobody's own value
//! is an end.

use super::shift::middle;
use super::{ColumnOf, Example, PeoplesValues, Transform, Treatment, is_numeric, required};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use groups::Value;
use kiban_model::DateAsGiven;
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use std::sync::Arc;

mod groups;

/// The word `microaggregate`.
#[derive(Debug)]
pub(super) struct Microaggregate;

impl Transform for Microaggregate {
    fn name(&self) -> &'static str {
        "microaggregate"
    }
    fn japanese(&self) -> &'static str {
        "ミクロアグリゲーション"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "近い値をもつ人を `at_least` 人以上の組にまとめ、組の平均(`show = \"mean\"`)、中央値(`\"median\"`)、範囲(`\"range\"`)に置き換える。数と日付に使える(日付の中央値はだれかの日付そのものになるため除く)。\
             組は人数で数え、一人の多くの行は一人である。組の中のばらつきの合計が最小になるように分ける(Hansen・Mukherjee 2003)。平均は、もとの値の最も多い小数桁に丸める。\
             範囲の端は組と組の間に置き、両端は開く(～50、50～55、80～)。月までの日付はその月の15日、年だけの日付は7月1日とみなす。\
             提供する人から決まる(`person` の列は、抑制の前の全員から)。値をもつ人が足りなければ、列を空欄にする。数として読めない値と「>300」のような値も空欄にする。\
             組は提供のたびに決め直す。二つの平均の差から間に加わった人の値が分かるため、同じプロジェクトの次の提供では `\"mean\"` を断る。",
            "People with close values form groups of `at_least` people, and the group's mean (`show = \"mean\"`), `\"median\"` or `\"range\"` takes the value's \
             place: numbers and dates (those without median, which is somebody's own). Groups count people: somebody's many rows are one person. They are cut so that the values \
             within groups lie as close together as they can (Hansen and Mukherjee 2003). A mean is rounded to the finest fraction \
             that was given. Ends of ranges lie between groups, the outermost are open (～50, 50～55, 80～). A date known to the month \
             counts as the 15th, one known to the year as 1 July. Measured over the people who leave (for `person`, over \
             everybody before suppression). Where too few have a value the column is emptied, and so is a value that is no number, \
             and a bounded result (`>300`). Groups are cut anew for each release: two means tell the value of who came between, \
             so that a later release of a project is refused with `\"mean\"`.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_numeric(column) || column.column.kind == ColumnKind::Date
    }
    fn read(
        &self,
        value: &Node<'_>,
        column: ColumnOf,
        reader: &mut Reader<'_>,
    ) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["at_least", "show"])?;
        let at_least =
            required(&fields, "at_least", reader).and_then(|node| reader.integer(&node, 2..=1_000_000));
        // The median is somebody's own value: of a date it would be a true day (ANO-06).
        let known = if column.column.kind == ColumnKind::Date { 2 } else { 3 };
        let words = ["mean", "range", "median"];
        let show = required(&fields, "show", reader)
            .and_then(|node| reader.choice(&node, words.get(..known).unwrap_or_default()));
        let show = [Show::Mean, Show::Range, Show::Median].get(show?).copied()?;
        Some(Box::new(Grouping { at_least: at_least? as usize, show, of: column.column.kind }))
    }
}

/// What a group shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    Mean,
    Median,
    Range,
}

/// Groups that are not known yet.
#[derive(Debug)]
struct Grouping {
    at_least: usize,
    show: Show,
    of: ColumnKind,
}

/// Where a value lies: of a date the day.
fn place(cell: &Cell<'_>) -> Option<Decimal> {
    match cell {
        Cell::Date(date) => Some(Decimal::whole(i64::from(middle(*date)?.days_since_epoch()))),
        cell => cell.decimal(),
    }
}

/// Different places, ascending, each with the people who have a value there.
fn places(values: &PeoplesValues) -> Vec<(Decimal, Vec<u32>)> {
    let places: Vec<Option<Decimal>> = values.values.iter().map(place).collect();
    let mut pairs: Vec<(Decimal, u32)> = Vec::new();
    for (person, own) in (0..).zip(values.of.iter()) {
        let own = own.iter().filter_map(|at| places.get(*at as usize).copied().flatten());
        pairs.extend(own.map(|place| (place, person)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    let groups = pairs.chunk_by(|a, b| a.0 == b.0);
    groups.filter_map(|same| Some((same.first()?.0, same.iter().map(|(_, p)| *p).collect()))).collect()
}

impl Grouping {
    fn words_with(&self, ja: &str, en: &str) -> Bilingual {
        let n = self.at_least;
        let (ja_show, en_show) = match self.show {
            Show::Mean => ("平均", "mean"),
            Show::Median => ("中央値", "median"),
            Show::Range => ("範囲", "range"),
        };
        Bilingual::new(
            format!("{n}人以上の組の{ja_show}に置き換える{ja}"),
            format!("the {en_show} of groups of at least {n} people{en}"),
        )
    }

    /// What stands in place of a number that a group shows.
    fn cell(&self, number: Decimal) -> Cell<'static> {
        let text = number.to_string();
        let parsed = match self.of {
            ColumnKind::Date => {
                text.parse().ok().and_then(|day| DateAsGiven::from_days_since_epoch(day).ok()).map(Cell::Date)
            }
            ColumnKind::Number => text.parse().ok().map(Cell::Number),
            ColumnKind::Integer => text.parse().ok().map(Cell::Integer),
            _ => return Cell::label(text),
        };
        parsed.unwrap_or(Cell::Empty)
    }

    /// What a group between two ends shows; `fraction` is the finest that was given.
    fn shown(
        &self,
        group: &[(Decimal, Vec<u32>)],
        (low, high): (Option<Decimal>, Option<Decimal>),
        fraction: u32,
    ) -> Cell<'static> {
        match self.show {
            Show::Mean => {
                let fraction =
                    if matches!(self.of, ColumnKind::Date | ColumnKind::Integer) { 0 } else { fraction };
                let values = group.iter().map(|(value, people)| (*value, people.len() as i64));
                Decimal::mean(values, fraction).map_or(Cell::Empty, |mean| self.cell(mean))
            }
            Show::Median => {
                // Of an even number the lower one: a value that was given.
                let all: usize = group.iter().map(|(_, people)| people.len()).sum();
                let mut counted = 0;
                let median = group.iter().find(|(_, people)| {
                    counted += people.len();
                    counted * 2 >= all
                });
                median.map_or(Cell::Empty, |(value, _)| self.cell(*value))
            }
            Show::Range => {
                let end = |end: Option<Decimal>| match (end, self.of) {
                    (None, _) => String::new(),
                    (Some(day), ColumnKind::Date) => {
                        self.cell(day).text().map(|text| text.into_owned()).unwrap_or_default()
                    }
                    (Some(number), _) => number.to_string(),
                };
                Cell::label(format!("{}～{}", end(low), end(high)))
            }
        }
    }
}

impl Treatment for Grouping {
    fn apply<'a>(&self, _: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        Cell::Empty
    }
    fn words(&self) -> Bilingual {
        self.words_with("", "")
    }
    fn keeps_type(&self) -> bool {
        self.show != Show::Range
    }
    fn shows_exact_day(&self) -> bool {
        false
    }
    fn is_measured(&self) -> bool {
        true
    }
    fn shows_group_means(&self) -> bool {
        self.show == Show::Mean
    }
    fn settled(&self, values: &PeoplesValues) -> Option<Arc<dyn Treatment>> {
        let places = places(values);
        let fraction = places.iter().map(|(value, _)| value.fraction_digits()).max().unwrap_or(0);
        let along = |(value, people): &(Decimal, Vec<u32>)| {
            Some(Value { at: value.to_string().parse().ok()?, people: people.clone() })
        };
        let along: Option<Vec<Value>> = places.iter().map(along).collect();
        let ends = groups::ends(&along.unwrap_or_default(), self.at_least);
        // A cut lies in the middle between the last value of a group and the first of the next.
        let cut = |end: &usize| {
            let before = places.get(end.checked_sub(1)?)?.0;
            before.middle(places.get(*end)?.0, fraction)
        };
        let cuts: Vec<Decimal> = ends.iter().filter_map(cut).collect();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let shown = starts.zip(&ends).enumerate().map(|(at, (start, end))| {
            let low = at.checked_sub(1).and_then(|below| cuts.get(below)).copied();
            let group = places.get(start..*end).unwrap_or_default();
            self.shown(group, (low, cuts.get(at).copied()), fraction)
        });
        let shown: Vec<Cell<'static>> = shown.collect();
        let count = shown.len();
        let words = if count == 0 {
            self.words_with(": 値をもつ人が足りないため空欄", ": too few people have a value, emptied")
        } else {
            self.words_with(&format!(": {count}組"), &format!(": {count} groups"))
        };
        Some(Arc::new(Grouped { cuts, shown, keeps_type: self.keeps_type(), words }))
    }
}

/// The groups as they were found.
struct Grouped {
    /// Where one group ends and the next begins.
    cuts: Vec<Decimal>,
    /// What each shows; nothing where there is no group.
    shown: Vec<Cell<'static>>,
    keeps_type: bool,
    words: Bilingual,
}

impl std::fmt::Debug for Grouped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grouped({} groups)", self.shown.len())
    }
}

impl Treatment for Grouped {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        let Some(place) = place(&cell) else { return Cell::Empty };
        let group = self.cuts.partition_point(|cut| *cut <= place);
        self.shown.get(group).cloned().unwrap_or(Cell::Empty)
    }
    fn words(&self) -> Bilingual {
        self.words.clone()
    }
    fn keeps_type(&self) -> bool {
        self.keeps_type
    }
    fn shows_exact_day(&self) -> bool {
        false
    }
}
