//! The population (母集団) from which the people of a product are a part: how many share a combination outside of it.
//!
//! It is a table that the operator gives beside the policy: a CSV with a header, one column for every quasi-identifier, by its name in
//! `person`, and a column `count`. Its values are treated exactly as the persons' are, so it may be as fine as the census gives it
//! (`1970`, `22101`); what is coarser than the product shows matches nobody. People of the product live in the population: a
//! class has never fewer people there than in the product.
//!
//! No such table comes with Kiban: the census by municipality, sex and age is published by e-Stat for download, but not in a
//! registry of packages, and a table out of date would be worse than none.

use super::Word;
use crate::policy::{Node, Protect, Reader};
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, table};
use std::collections::HashMap;

pub(super) const WORD: Word = Word {
    name: "population",
    japanese: "母集団の表",
    doc: (
        "母集団の人数の表(方針と同じフォルダの CSV)。見出し行に準識別子の列名と `count`。値には本人と同じ加工をする(生年までしか分からなければ `1970` と書く)。\
         国勢調査などの人口の表は同梱していない。事業者が用意する。`k_map` などが使う。",
        "A table of the population (a CSV beside the policy): a header with the names of the quasi-identifiers and `count`. Its values are treated as \
         the persons' are (a year of birth is `1970`). None comes with Kiban: the operator provides it. Used by `k_map` and its kin.",
    ),
    example: "population = \"population.csv\"",
    read,
};

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Columns of `person`.
    pub(crate) columns: Vec<&'static Column>,
    /// Values by column, one a row.
    pub(crate) values: Vec<Vec<String>>,
    /// People by row.
    pub(crate) counts: Vec<u64>,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    protect.population_span = value.span();
    protect.population = Population::read(value, reader);
}

/// Where, Japanese, English.
type Problem = (u64, &'static str, &'static str);

impl Population {
    /// The table of a file beside the policy.
    pub(crate) fn read(value: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let file = reader.string(value)?;
        let text = reader.hierarchy(value, file)?;
        match Self::parse(&text) {
            Ok(population) => Some(population),
            Err((line, ja, en)) => {
                let message = Bilingual::new(
                    format!("母集団の表の{line}行目: {ja}"),
                    format!("line {line} of the population: {en}"),
                );
                reader.add(value.span(), message, None);
                None
            }
        }
    }

    /// People by the value of a column of `person`; `None` where the table does not have it.
    pub(crate) fn by_value(&self, column: &str) -> Option<HashMap<String, u64>> {
        let at = self.columns.iter().position(|known| known.name == column)?;
        let mut people: HashMap<String, u64> = HashMap::new();
        for (value, count) in self.values.get(at)?.iter().zip(&self.counts) {
            *people.entry(value.clone()).or_default() += count;
        }
        Some(people)
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| {
            (error.position().map_or(1, csv::Position::line), "CSV として読めません", "not readable as CSV")
        };
        let header = reader.headers().map_err(unreadable)?.clone();
        let own = table("person").map_or(&[][..], |table| table.columns);
        let mut columns = Vec::new();
        let mut count_at = None;
        for (at, name) in header.iter().enumerate() {
            match own.iter().find(|column| column.name == name) {
                Some(column) if !columns.contains(&column) => columns.push(column),
                None if name == "count" && count_at.is_none() => count_at = Some(at),
                _ => {
                    return Err((
                        1,
                        "見出しが person の列でも count でもないか、二度あります",
                        "a heading is neither a column of person nor `count`, or stands twice",
                    ));
                }
            }
        }
        let Some(count_at) = count_at else {
            return Err((1, "count の列がありません", "there is no column `count`"));
        };
        let mut values = vec![Vec::new(); columns.len()];
        let mut counts = Vec::new();
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(1, csv::Position::line);
            let count = record.get(count_at).and_then(|count| count.parse().ok());
            counts.push(count.ok_or((line, "人数が整数ではありません", "the count is no whole number"))?);
            let cells = record.iter().enumerate().filter(|(at, _)| *at != count_at).map(|(_, cell)| cell);
            values
                .iter_mut()
                .zip(cells)
                .for_each(|(column, cell): (&mut Vec<String>, &str)| column.push(cell.to_owned()));
        }
        if counts.is_empty() {
            return Err((1, "行がありません", "no rows"));
        }
        Ok(Self { columns, values, counts })
    }

    /// Everybody.
    pub fn people(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_not_what_it_should_be_is_told_by_line() {
        let told = |text: &str| Population::parse(text).unwrap_err();
        assert_eq!(told("sex,age,count\nF,3,1\n").0, 1);
        assert_eq!(told("sex,sex,count\nF,F,1\n").0, 1);
        assert_eq!(told("sex\nF\n").2, "there is no column `count`");
        assert_eq!(
            told("sex,count\nF,1\nM,-1\n"),
            (3, "人数が整数ではありません", "the count is no whole number")
        );
        assert_eq!(told("sex,count\nF,1,2\n").2, "not readable as CSV");
        assert_eq!(told("sex,count\n").2, "no rows");
        let read = Population::parse("\u{feff}# 国勢調査\ncount,sex\n3, F\n4,M\n").unwrap();
        assert_eq!((read.people(), read.values), (7, vec![vec!["F".to_owned(), "M".to_owned()]]));
    }
}
