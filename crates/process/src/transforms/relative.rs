//! `relative`: a date becomes the time since the person's index event (起点となる出来事), so that no calendar date is left (ANO-06).
//!
//! The index event is that of the policy's `[index]`, one a person; what lies before it is negative. Intervals survive exactly in
//! days. A unit is never finer than the date was given.

use super::shift::middle;
use super::{ColumnOf, DependsOn, Example, Transform, Treatment};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use kiban_model::{DateAsGiven, Precision};

/// The word `relative`.
#[derive(Debug)]
pub(super) struct Relative;

impl Transform for Relative {
    fn name(&self) -> &'static str {
        "relative"
    }
    fn japanese(&self) -> &'static str {
        "起点からの日数にする"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "日付を、その人の起点(`[index]` の出来事)の日からの数に置き換える。`\"days\"` `\"weeks\"`(7日) `\"months\"`(30.4375日) `\"years\"`(365.25日)。\
             起点より前は負の数、端数は切り捨てる(起点の前日は −1 日、−1 週)。年月だけの日付は月と年の単位だけ、年だけの日付は年の単位だけで表し(その月の15日、7月1日とみなす)、\
             ほかは空欄にする。`person` の日付には使えない。ほかの加工方法と一緒には書けない。",
            "A date becomes a number of `\"days\"`, `\"weeks\"` (7 days), `\"months\"` (30.4375 days) or `\"years\"` (365.25 days) since the person's index \
             event (`[index]`). Before it numbers are negative; fractions are rounded down (the day before is −1 day, −1 week). A \
             date known to the month is shown in months or years only, one known to the year in years (as the 15th, as 1 July), \
             else it becomes empty. Not for dates of `person`; stands alone in its section.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[
            Example {
                section: "visit.start",
                line: "relative = \"days\"",
                cases: &[
                    ("2020-08-03", "33"),
                    ("2020-07-01T09:05", "0"),
                    ("2020-06-30", "-1"),
                    ("2020-08", ""),
                ],
            },
            Example {
                section: "visit.start",
                line: "relative = \"months\"",
                cases: &[("2020-08-03", "1"), ("2020-06-30", "-1"), ("2020-08", "1"), ("2020", "")],
            },
        ]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        column.column.kind == ColumnKind::Date && column.table.name != "person"
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let names: Vec<&str> = UNITS.iter().map(|unit| unit.name).collect();
        let unit = UNITS.get(reader.choice(value, &names)?)?;
        Some(Box::new(Counted { unit }))
    }
}

/// A unit: so many days over so many.
#[derive(Debug)]
struct Unit {
    name: &'static str,
    japanese: &'static str,
    days: (i32, i32),
    /// The coarsest date that it shows.
    precision: Precision,
}

static UNITS: [Unit; 4] = [
    Unit { name: "days", japanese: "日", days: (1, 1), precision: Precision::Day },
    Unit { name: "weeks", japanese: "週", days: (7, 1), precision: Precision::Day },
    Unit { name: "months", japanese: "月", days: (487, 16), precision: Precision::Month },
    Unit { name: "years", japanese: "年", days: (1_461, 4), precision: Precision::Year },
];

/// Counts from the index event.
#[derive(Debug)]
struct Counted {
    unit: &'static Unit,
}

impl Counted {
    fn since(&self, date: DateAsGiven, index: i32) -> Option<i32> {
        if date.precision() < self.unit.precision {
            return None;
        }
        let (over, under) = self.unit.days;
        let days = middle(date)?.days_since_epoch().checked_sub(index)?;
        Some(days.checked_mul(under)?.div_euclid(over))
    }
}

impl Treatment for Counted {
    fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        let Cell::Date(date) = cell else { return Cell::Empty };
        let since = subject.index.and_then(|index| self.since(date, index));
        since.map_or(Cell::Empty, |number| Cell::label(number.to_string()))
    }
    fn words(&self) -> Bilingual {
        Bilingual::new(
            format!("起点からの{}数", self.unit.japanese),
            format!("{} since the index event", self.unit.name),
        )
    }
    fn shows_exact_day(&self) -> bool {
        false
    }
    fn depends_on(&self) -> DependsOn {
        DependsOn::Index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use proptest::prelude::*;

    fn shown(unit: &'static Unit, day: i32, index: i32) -> i32 {
        let keys = Keys::new(&[7; 32], "p");
        let subject = Subject::anybody(&keys).with_index(Some(index));
        let date = Cell::Date(DateAsGiven::from_days_since_epoch(day).unwrap());
        Counted { unit }.apply(date, &subject).text().unwrap().parse().unwrap()
    }

    proptest! {
        // ANO-06: intervals survive, calendar dates do not.
        #[test]
        fn only_what_lies_between_is_shown(day in 0i32..30_000, other in 0i32..30_000, index in 0i32..30_000, moved in -9_000i32..9_000) {
            let [days, weeks, months, years] = UNITS.each_ref();
            prop_assert_eq!(shown(days, day, index) - shown(days, other, index), day - other);
            prop_assert_eq!(shown(weeks, day, index), (day - index).div_euclid(7));
            for unit in [days, weeks, months, years] {
                prop_assert_eq!(shown(unit, day + 9_000, index + 9_000), shown(unit, day + 9_000 + moved, index + 9_000 + moved));
                prop_assert_eq!(shown(unit, day, index) < 0, day < index);
            }
            prop_assert_eq!(shown(months, day, index), (f64::from(day - index) / 30.4375).floor() as i32);
            prop_assert_eq!(shown(years, day, index), (f64::from(day - index) / 365.25).floor() as i32);
        }
    }
}
