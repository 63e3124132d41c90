//! What `[index]` and `relative` ask of one another, and of the dates beside them.

use super::super::parse::Draft;
use super::super::reader::Reader;
use super::super::{ColumnPolicy, Kind, TablePolicy};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;

pub(super) fn check(draft: &Draft, reader: &mut Reader<'_>) {
    let dates = || {
        let of_rows = draft.tables.iter().filter(|table| table.table.name != "person");
        of_rows.flat_map(dates_of)
    };
    let relative: Vec<&ColumnPolicy> = dates().filter(|column| column.pipeline.is_relative()).collect();
    let Some(first) = relative.first() else {
        if let Some(index) = &draft.index {
            reader.add(
                index.span.clone(),
                Bilingual::new(
                    "起点([index])から数える列がありません",
                    "no column is counted from the index event",
                ),
                Some(Bilingual::new(
                    "日付の列に relative = \"days\" と書くか、[index] を消します",
                    "write `relative = \"days\"` in a column of dates, or remove `[index]`",
                )),
            );
        }
        return;
    };
    if !draft.has_index {
        reader.add(
            first.span.clone(),
            Bilingual::new("relative には起点 [index] が要ります", "`relative` needs an `[index]`"),
            Some(Bilingual::new(
                "例: [index] of = \"condition.start\", code = \"icd10\", codes = [\"E11\"], which = \"first\", without = \"leave-out\"",
                "for example `[index]` with `of = \"condition.start\"`, `code = \"icd10\"`, `codes = [\"E11\"]`, `which = \"first\"`, \
                 `without = \"leave-out\"`",
            )),
        );
    }
    // One calendar date beside a relative one gives the day of the index event, and with it all others (ANO-06).
    let is_calendar = |column: &&ColumnPolicy| {
        !column.pipeline.is_relative() && column.pipeline.shift_steps() == 0 && !column.pipeline.is_dropped()
    };
    for column in dates().filter(is_calendar).filter(|_| draft.kind == Kind::Anonymized) {
        let (name, other) = (column.column.name, first.column.name);
        reader.add(
            column.span.clone(),
            Bilingual::new(
                format!(
                    "「{name}」の暦の日付から、起点からの日数で示す「{other}」の日付が分かります(ANO-06)"
                ),
                format!(
                    "the calendar dates of `{name}` would tell those of `{other}`, which is relative (ANO-06)"
                ),
            ),
            Some(Bilingual::new(
                format!("「{name}」も relative にするか、ずらすか、落とします"),
                format!("make `{name}` relative too, shift it, or drop it"),
            )),
        );
    }
}

fn dates_of(table: &TablePolicy) -> impl Iterator<Item = &ColumnPolicy> {
    table.columns.iter().filter(|column| column.column.kind == ColumnKind::Date)
}
