//! `shift`: all dates of a person move by the same number of days, so that intervals survive (ANO-06, S1 ③).

use super::{ColumnOf, DependsOn, Example, Transform, Treatment, read_true, required};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use kiban_model::{DateAsGiven, Precision};

/// The word `shift`.
#[derive(Debug)]
pub(super) struct Shift;

impl Transform for Shift {
    fn name(&self) -> &'static str {
        "shift"
    }
    fn japanese(&self) -> &'static str {
        "日付をずらす"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "本人ごとに一つの日数を −days〜days から一様に選び(0 は除く)、その人の日付をすべて同じだけずらす。受診や検査の間隔は保たれる。\
             日数は同じプロジェクトの次の提供でも変わらない。年月だけの日付はその月の15日、年だけの日付は7月1日として動かし、元の精度に戻す。\
             `weekday = true` なら7日の倍数だけずらし、曜日を保つ(候補は約7分の1に減る)。",
            "One number of days is drawn for each person, uniformly from −days to days without 0, and all their dates move by it: \
             intervals survive. Later releases of the project use the same number. A date known to the month moves as the 15th \
             of it, one known to the year as 1 July, and keeps its precision. With `weekday = true` they move by multiples of 7, and weekdays survive (there are \
             some seven times fewer candidates).",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "visit.start",
            line: "shift = { per = \"person\", days = 30 }",
            cases: &[
                ("2020-08-03", "2020-07-29"),
                ("2020-08-03T09:05", "2020-07-29T09:05"),
                ("2020-08", "2020-08"),
                ("2020-08-32", ""),
            ],
        }]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        column.column.kind == ColumnKind::Date
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["per", "days", "weekday"])?;
        let per = required(&fields, "per", reader);
        let days = required(&fields, "days", reader);
        if let Some(per) = per {
            reader.choice(&per, &["person"])?;
        }
        let keeps_weekday = match fields.get("weekday") {
            Some(node) => {
                read_true("weekday", &node, reader)?;
                true
            }
            None => false,
        };
        // Whole weeks keep the weekday.
        let step = if keeps_weekday { 7 } else { 1 };
        let days = reader.integer(&days?, step..=3_650)?;
        Some(Box::new(Shifted { steps: (days / step) as u16, step: step as u16 }))
    }
}

/// Moves dates by the person's days.
#[derive(Debug)]
struct Shifted {
    steps: u16,
    /// Days of a step.
    step: u16,
}

impl Treatment for Shifted {
    fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        let Cell::Date(date) = cell else { return Cell::Empty };
        moved(date, subject.shift(self.steps) * i32::from(self.step)).map_or(Cell::Empty, Cell::Date)
    }
    fn words(&self) -> Bilingual {
        let days = self.steps * self.step;
        if self.step == 1 {
            return Bilingual::new(
                format!("本人ごとに同じ日数(±{days}日以内)ずらす"),
                format!("shifted by one number of days a person (within ±{days})"),
            );
        }
        Bilingual::new(
            format!("本人ごとに同じ週数(±{days}日以内)ずらす(曜日は変わらない)"),
            format!("shifted by one number of weeks a person (within ±{days} days), weekdays kept"),
        )
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn depends_on(&self) -> DependsOn {
        DependsOn::Shift { steps: self.steps, days: self.step }
    }
}

/// The date `days` later at its own precision; `None` outside the calendar.
pub(crate) fn moved(date: DateAsGiven, days: i32) -> Option<DateAsGiven> {
    Some(middle(date)?.plus_days(days).ok()?.truncated(date.precision()))
}

/// The day that stands for a date of which only month or year is known.
pub(super) fn middle(date: DateAsGiven) -> Option<DateAsGiven> {
    let (year, month, _) = date.ymd();
    match date.precision() {
        Precision::Year => DateAsGiven::from_day(year, 7, 1).ok(),
        Precision::Month => DateAsGiven::from_day(year, month, 15).ok(),
        _ => Some(date),
    }
}
