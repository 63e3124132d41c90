//! `bottom_code`: values below a limit become one class, because extreme values single people out (ANO-04).

use super::quantile::{self, End};
use super::{ColumnOf, Comparator, Example, Transform, Treatment, is_numeric};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;

/// The word `bottom_code`.
#[derive(Debug)]
pub(super) struct BottomCode;

impl Transform for BottomCode {
    fn name(&self) -> &'static str {
        "bottom_code"
    }
    fn japanese(&self) -> &'static str {
        "下限をまとめる"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "下限を下回る値を一つにまとめる。下限も値も整数なら「39以下」、どちらかに小数があれば「40未満」と書く。数として読めない値は空欄にする。\
             「<30」のように範囲で書かれた値は、確かに下限を下回るときだけまとめる。`{ quantile = 0.005, at_least = 10 }` と書けば、下限は `top_code` と同じように\
             提供する人のデータから決まる(人ごとに最も低い値を数え、「その値以下」と書く)。",
            "Values below the limit become one class: `39以下` where limit and value are whole numbers, `40未満` where either has a \
             fraction. A value that is no number becomes empty. A bounded result (`<30`) is put in the class only where it \
             certainly lies below the limit. `{ quantile = 0.005, at_least = 10 }` takes the limit from the people who leave, as \
             `top_code` does, by each person's lowest value.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "observation.\"脈拍\"",
            line: "bottom_code = 40",
            cases: &[
                ("35", "39以下"),
                ("40", "40"),
                ("39.5", "40未満"),
                ("<30", "39以下"),
                ("<90", "<90"),
                ("不整", ""),
            ],
        }]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_numeric(column)
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        if value.as_table().is_some() {
            return quantile::read(End::Bottom, value, reader);
        }
        Some(Box::new(BottomCoded { limit: reader.decimal(value)? }))
    }
}

#[derive(Debug)]
struct BottomCoded {
    limit: Decimal,
}

impl BottomCoded {
    fn class(&self, value: &Decimal) -> Cell<'static> {
        if self.limit.is_whole() && value.is_whole() {
            Cell::label(format!("{}以下", self.limit.plus(-1)))
        } else {
            Cell::label(format!("{}未満", self.limit))
        }
    }
}

impl Treatment for BottomCoded {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        match cell.decimal() {
            Some(value) if value < self.limit => self.class(&value),
            Some(_) => cell,
            None => Cell::Empty,
        }
    }
    fn words(&self) -> Bilingual {
        Bilingual::new(
            format!("{}を下回る値をまとめる", self.limit),
            format!("values below {} in one class", self.limit),
        )
    }
    fn limits(&self) -> (Option<Decimal>, Option<Decimal>) {
        (Some(self.limit), None)
    }
    fn apply_bounded(&self, comparator: Comparator, number: Decimal) -> Option<Cell<'static>> {
        let below = match comparator {
            Comparator::Below => number <= self.limit,
            Comparator::AtMost => number < self.limit,
            Comparator::Above | Comparator::AtLeast => false,
        };
        below.then(|| self.class(&number))
    }
}
