//! What the words of `[protect]` ask of the rest of a policy: what a model looks at must be there to be looked at.

use super::super::parse::Draft;
use super::super::reader::Reader;
use crate::transforms::{CodedGroup, ColumnOf, DependsOn};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use std::ops::Range;

pub(super) fn check(draft: &Draft, reader: &mut Reader<'_>) {
    for (of, span) in &draft.protect.attributes {
        sensitive(*of, span, draft, reader);
    }
    population(draft, reader);
    for (of, span) in &draft.protect.dated {
        dated(*of, span, draft, reader);
    }
    for (of, span) in &draft.protect.climbing {
        climbs(*of, span, draft, reader);
    }
    if let Some(span) = &draft.protect.pooling
        && !draft.tables.iter().any(|table| table.releases("provider_id"))
    {
        reader.add(
            span.clone(),
            Bilingual::new(
                "提供元(provider_id)を提供しないため、名をまとめても守れません",
                "no table shows `provider_id`: there is no name to share",
            ),
            Some(Bilingual::new("then = \"suppress\" と書きます", "write `then = \"suppress\"`")),
        );
    }
}

/// A column that a model looks at must be shown, as one value to a cell, and not be what people are grouped by.
fn sensitive(of: ColumnOf, span: &Range<usize>, draft: &Draft, reader: &mut Reader<'_>) {
    let name = format!("{}.{}", of.table.name, of.column.name);
    let table = draft.tables.iter().find(|t| t.table == of.table);
    let column = table.and_then(|t| t.column(of.column.name)).filter(|c| !c.pipeline.is_dropped());
    let problem = if of.table.name == "person" && draft.protect.quasi_identifiers.contains(&of.column) {
        Some(("準識別子です", "is a quasi-identifier: people are grouped by it"))
    } else if of.table.name == "observation" && of.column.name.starts_with("value") {
        Some((
            "検査の値です。項目ごとに加工されるため、ここには書けません",
            "holds results, which are treated item by item",
        ))
    } else {
        match column {
            None => Some(("提供しない列です", "does not leave: there is nothing to protect")),
            Some(column) if column.pipeline.depends_on() != DependsOn::Nothing => Some((
                "本人ごとに違う加工を受けます(日付のずらし、雑音など)",
                "is treated differently for each person (a shift, noise)",
            )),
            Some(column) if of.table.name != "person" && column.pipeline.unsettled().is_some() => Some((
                "提供する人のデータから決まる加工を受けます。先に人を決めるモデルには使えません",
                "is treated by what is measured of those who stay, which a model decides",
            )),
            Some(_) => None,
        }
    };
    if let Some((ja, en)) = problem {
        reader.add(span.clone(), Bilingual::new(format!("「{name}」は{ja}"), format!("`{name}` {en}")), None);
    }
}

/// A code climbs along the table's rule on rare codes.
fn climbs(of: ColumnOf, span: &Range<usize>, draft: &Draft, reader: &mut Reader<'_>) {
    let table = draft.tables.iter().find(|t| t.table == of.table);
    let rule = table.and_then(|t| t.columns.iter().find_map(|c| c.pipeline.rare()));
    if !rule.is_some_and(|rule| rule.group.columns().any(|column| column == of.column.name)) {
        let name = format!("{}.{}", of.table.name, of.column.name);
        reader.add(
            span.clone(),
            Bilingual::new(
                format!("「{name}」に rare がないため、コードを上位分類へ上げられません"),
                format!("`{name}` has no `rare`, along whose classes its codes could climb"),
            ),
            Some(Bilingual::new(
                format!(
                    "[{name}] に rare = {{ fewer_than = 10, roll_up = …, then = \"その他\" }} と書きます"
                ),
                format!("write `rare = {{ fewer_than = 10, roll_up = …, then = \"その他\" }}` in `[{name}]`"),
            )),
        );
    }
    // What climbs changes the whole group, and every model must see it.
    let together = |other: &ColumnOf| {
        let group = CodedGroup::of(of.table.name, of.column.name);
        other.table == of.table
            && group.is_some_and(|group| group.columns().any(|name| name == other.column.name))
    };
    for (other, span) in draft.protect.attributes.iter().filter(|(other, _)| *other != of && together(other))
    {
        let (other, own) = (other.column.name, of.column.name);
        reader.add(
            span.clone(),
            Bilingual::new(
                format!("「{other}」は km_anonymity の「{own}」と一緒に変わるため、別に見ることができません"),
                format!("`{other}` changes together with `{own}` of `km_anonymity` and cannot be looked at by itself"),
            ),
            Some(Bilingual::new(format!("どのモデルにも「{own}」と書きます"), format!("name `{own}` in every model"))),
        );
    }
}

/// Lives are attacked through dates that the product shows.
fn dated(of: ColumnOf, span: &Range<usize>, draft: &Draft, reader: &mut Reader<'_>) {
    let name = format!("{}.{}", of.table.name, of.column.name);
    let table = draft.tables.iter().find(|t| t.table == of.table);
    let problem = if of.column.kind != ColumnKind::Date {
        ("日付の列ではありません", "is no column of dates")
    } else if !table.is_some_and(|t| t.releases(of.column.name)) {
        ("提供しない列です", "does not leave: nobody can be found by it")
    } else {
        return;
    };
    reader.add(
        span.clone(),
        Bilingual::new(format!("「{name}」は{}", problem.0), format!("`{name}` {}", problem.1)),
        None,
    );
}

/// A population is counted by the very columns that the product's people are grouped by, as the product shows them.
fn population(draft: &Draft, reader: &mut Reader<'_>) {
    let protect = &draft.protect;
    let Some(population) = &protect.population else {
        // A sample's population is everybody it was drawn from.
        if protect.sample.is_some() {
            return;
        }
        for (word, span) in &protect.over_population {
            reader.add(
                span.clone(),
                Bilingual::new(
                    format!("{word} には母集団の表が要ります"),
                    format!("`{word}` needs a population"),
                ),
                Some(Bilingual::new(
                    "[protect] に population = \"population.csv\" か sample = 0.5 などと書きます",
                    "write `population = \"population.csv\"`, or a `sample`, in `[protect]`",
                )),
            );
        }
        return;
    };
    let person = draft.tables.iter().find(|t| t.table.name == "person");
    for column in &protect.quasi_identifiers {
        let Some(shown) = person.and_then(|t| t.column(column.name)).filter(|c| !c.pipeline.is_dropped())
        else {
            continue;
        };
        let name = column.name;
        let problem = if !population.columns.contains(column) {
            Bilingual::new(
                format!("母集団の表に準識別子「{name}」の列がありません"),
                format!("the population has no column for the quasi-identifier `{name}`"),
            )
        } else if shown.pipeline.shift_steps() > 0 {
            Bilingual::new(
                format!("「{name}」は本人ごとにずらすため、母集団と比べられません"),
                format!("`{name}` is shifted for each person and cannot be compared with a population"),
            )
        } else {
            continue;
        };
        reader.add(protect.population_span.clone(), problem, None);
    }
}
