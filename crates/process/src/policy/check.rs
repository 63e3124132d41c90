//! What a policy may not say as a whole: what never leaves, what one column would tell about another, what each kind of
//! product asks for. Every rule names its source; every problem is told at the line that causes it.

use super::parse::Draft;
use super::reader::Reader;
use super::{ColumnPolicy, Kind, TablePolicy};
use crate::transforms::{CODED_GROUPS, DependsOn};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;

mod index;
mod models;

/// Codes that link back to the source (ANO-03): never, in any product.
const NEVER: [&str; 7] =
    ["subject_id", "provider_id", "delivery_id", "file_no", "record_no", "position", "part"];

/// Free text as a whole (PSE-04): not before text de-identification.
const FREE_TEXT: [&str; 2] = ["extra", "body"];

/// Columns that say the same thing: what one hides, another must not show.
const TWINS: &[(&str, &[&str])] = &[
    ("observation", &["value", "value_number"]),
    ("observation", &["specimen", "specimen_text"]),
    ("medication", &["dose", "dose_number"]),
    ("medication", &["quantity", "quantity_number"]),
    ("medication", &["usage", "usage_text"]),
    ("claim_line", &["quantity", "quantity_number"]),
    ("visit", &["department", "department_text"]),
];

pub(super) fn whole(draft: &mut Draft, reader: &mut Reader<'_>) {
    for table in &draft.tables {
        for column in &table.columns {
            never_leaves(draft.kind, column, reader);
        }
        twins(table, reader);
        coded_groups(table, reader);
        items(table, reader);
    }
    one_shift(&draft.tables, reader);
    index::check(draft, reader);
    match draft.kind {
        Kind::Anonymized => anonymized(draft, reader),
        Kind::Pseudonymized => pseudonymized(draft, reader),
    }
    let releases_nothing = draft.tables.iter().all(|t| t.columns.iter().all(|c| c.pipeline.is_dropped()));
    if releases_nothing && !reader.has_problems() {
        reader.add(0..0, Bilingual::new("提供する列がありません", "no column leaves"), None);
    }
    models::check(draft, reader);
    if draft.protect.k_anonymity.is_some() && draft.protect.quasi_identifiers.is_empty() {
        let message = Bilingual::new(
            "k_anonymity には quasi_identifiers が要ります",
            "`k_anonymity` needs `quasi_identifiers`",
        );
        reader.add(draft.protect_span.clone(), message, None);
    }
}

fn never_leaves(kind: Kind, column: &ColumnPolicy, reader: &mut Reader<'_>) {
    if column.pipeline.is_dropped() {
        return;
    }
    let name = column.column.name;
    let is_pseudonym = column.pipeline.is_pseudonym();
    if NEVER.contains(&name) && !is_pseudonym {
        let hint = (name == "provider_id").then(|| {
            Bilingual::new(
                "仮名加工では pseudonym = true と書けます",
                "in pseudonymized data write `pseudonym = true`",
            )
        });
        reader.add(
            column.span.clone(),
            Bilingual::new(
                format!("「{name}」はもとの記録につながるため提供できません(ANO-03)"),
                format!("`{name}` links back to the source and can never leave (ANO-03)"),
            ),
            hint,
        );
    }
    if is_pseudonym && kind == Kind::Anonymized {
        reader.add(
            column.span.clone(),
            Bilingual::new(
                "匿名加工では提供元を仮名でも残せません(ANO-05)",
                "anonymized data cannot show providers (ANO-05)",
            ),
            None,
        );
    }
    if FREE_TEXT.contains(&name) {
        reader.add(
            column.span.clone(),
            Bilingual::new(
                format!("「{name}」は自由記載を含むため、文章の加工ができるまで提供できません(PSE-04)"),
                format!("`{name}` holds free text and cannot leave before text de-identification is available (PSE-04)"),
            ),
            Some(Bilingual::new("この節を消すか drop = true にします", "remove the section or write `drop = true`")),
        );
    }
}

/// One shift a person: two numbers of days would tear intervals apart and let one date tell of another (ANO-06).
fn one_shift(tables: &[TablePolicy], reader: &mut Reader<'_>) {
    let columns = || tables.iter().flat_map(|t| &t.columns).filter(|c| c.pipeline.shift_steps() > 0);
    let Some(first) = columns().next() else { return };
    let DependsOn::Shift { steps, days } = first.pipeline.depends_on() else { return };
    for column in columns().filter(|c| c.pipeline.depends_on() != first.pipeline.depends_on()) {
        let (days, name) = (steps * days, first.column.name);
        reader.add(
            column.span.clone(),
            Bilingual::new(
                format!("ずらす日数の幅が列「{name}」({days}日)と違います。間隔が保たれません(ANO-06)"),
                format!(
                    "shifted within other days than `{name}` ({days}): intervals would not survive (ANO-06)"
                ),
            ),
            None,
        );
    }
}

fn hides(column: &ColumnPolicy) -> bool {
    !column.pipeline.is_keep() && !column.pipeline.is_dropped() && column.pipeline.rare().is_none()
}

fn twins(table: &TablePolicy, reader: &mut Reader<'_>) {
    let own = TWINS.iter().filter(|(t, _)| *t == table.table.name).map(|(_, columns)| columns.to_vec());
    // A code system alone tells nothing of what was hidden.
    let coded = CODED_GROUPS.iter().filter(|g| g.table == table.table.name);
    let coded = coded.map(|g| g.columns().filter(|c| Some(*c) != g.system).collect::<Vec<_>>());
    for group in own.chain(coded) {
        let columns: Vec<&ColumnPolicy> = group.iter().filter_map(|name| table.column(name)).collect();
        let Some(hidden) = columns.iter().find(|c| hides(c)) else { continue };
        for column in columns.iter().filter(|c| c.pipeline.is_keep()) {
            let (shown, hidden) = (column.column.name, hidden.column.name);
            reader.add(
                column.span.clone(),
                Bilingual::new(
                    format!("「{hidden}」で隠したことが「{shown}」から分かります"),
                    format!("`{shown}` would show what `{hidden}` hides"),
                ),
                Some(Bilingual::new(
                    format!("「{shown}」を落とすか同じように加工します"),
                    format!("drop `{shown}` or treat it alike"),
                )),
            );
        }
    }
}

fn coded_groups(table: &TablePolicy, reader: &mut Reader<'_>) {
    for group in CODED_GROUPS.iter().filter(|g| g.table == table.table.name) {
        let columns: Vec<&ColumnPolicy> = group.columns().filter_map(|name| table.column(name)).collect();
        let mut rules = columns.iter().filter(|c| c.pipeline.rare().is_some());
        let Some(first) = rules.next() else { continue };
        for other in rules {
            let message = Bilingual::new(
                format!("rare は「{}」に書かれており、この列も一緒に変わります", first.column.name),
                format!("`rare` on `{}` already changes this column with it", first.column.name),
            );
            reader.add(
                other.span.clone(),
                message,
                Some(Bilingual::new("keep = true とします", "write `keep = true`")),
            );
        }
        for other in columns
            .iter()
            .filter(|c| hides(c) || (c.pipeline.rare().is_some() && c.pipeline.steps().count() > 1))
        {
            let message = Bilingual::new(
                "rare と一緒に変わる列に、ほかの加工方法は使えません",
                "a column that changes with `rare` cannot be treated otherwise",
            );
            reader.add(other.span.clone(), message, None);
        }
    }
}

fn items(table: &TablePolicy, reader: &mut Reader<'_>) {
    if let Some(first) = table.items.first()
        && !table.releases("value")
        && !table.releases("value_number")
    {
        let hint = Bilingual::new(
            "[observation.value] keep = true を加えます",
            "add `[observation.value] keep = true`",
        );
        reader.add(
            first.span.clone(),
            Bilingual::new(
                format!("検査項目「{}」がありますが、値の列を提供していません", first.item),
                format!("item `{}` is named, but no value column leaves", first.item),
            ),
            Some(hint),
        );
    }
}

fn anonymized(draft: &Draft, reader: &mut Reader<'_>) {
    if !draft.has_protect || draft.protect.k_anonymity.is_none() {
        let span = if draft.has_protect { draft.protect_span.clone() } else { draft.kind_span.clone() };
        reader.add(
            span,
            Bilingual::new(
                "匿名加工には [protect] の k_anonymity が要ります(ANO-05)",
                "anonymized data needs `k_anonymity` in `[protect]` (ANO-05)",
            ),
            Some(Bilingual::new(
                "例: quasi_identifiers = [\"sex\", \"birth_date\"], k_anonymity = 5",
                "for example `quasi_identifiers = [\"sex\", \"birth_date\"]`, `k_anonymity = 5`",
            )),
        );
    }
    for table in &draft.tables {
        for column in table.columns.iter().filter(|c| !c.pipeline.is_dropped()) {
            let of_person = table.table.name == "person"
                && table.table.columns.iter().any(|c| c.name == column.column.name);
            let is_sensitive = draft.protect.attributes().any(|of| of == table.column_of(column.column));
            let is_quasi = draft.protect.quasi_identifiers.contains(&column.column);
            if of_person && draft.has_protect && !is_quasi && !is_sensitive {
                reader.add(
                    column.span.clone(),
                    Bilingual::new(
                        format!("本人の属性「{}」が準識別子に入っていません", column.column.name),
                        format!(
                            "`{}` tells of a person but is not among the quasi-identifiers",
                            column.column.name
                        ),
                    ),
                    Some(Bilingual::new(
                        "[protect] quasi_identifiers に加えます",
                        "add it to `quasi_identifiers` in `[protect]`",
                    )),
                );
            }
            if column.column.kind == ColumnKind::Date && column.pipeline.shows_exact_day() {
                reader.add(
                    column.span.clone(),
                    Bilingual::new(
                        "匿名加工では日付をそのまま残せません(ANO-06)",
                        "anonymized data cannot keep a date as it is (ANO-06)",
                    ),
                    Some(Bilingual::new(
                        "[all.date] shift = { per = \"person\", days = 30 } を加えるか、generalize します",
                        "add `[all.date] shift = { per = \"person\", days = 30 }`, or generalize it",
                    )),
                );
            }
        }
    }
}

fn pseudonymized(draft: &Draft, reader: &mut Reader<'_>) {
    if !draft.acknowledges_free_text {
        reader.add(
            draft.kind_span.clone(),
            Bilingual::new(
                "仮名加工では、自由記載を提供しないことを free_text = \"held-back\" と明記します(PSE-04)",
                "pseudonymized data must say that free text stays back: `free_text = \"held-back\"` (PSE-04)",
            ),
            None,
        );
    }
}
