//! `top_code`: values above a limit become one class, because extreme values single people out (ANO-04; 211 → 201以上).

use super::quantile::{self, End};
use super::{ColumnOf, Comparator, Example, Transform, Treatment, is_numeric};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;

/// The word `top_code`.
#[derive(Debug)]
pub(super) struct TopCode;

impl Transform for TopCode {
    fn name(&self) -> &'static str {
        "top_code"
    }
    fn japanese(&self) -> &'static str {
        "上限をまとめる"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "上限を超える値を一つにまとめる。上限も値も整数なら「201以上」、どちらかに小数があれば「200超」と書く。数として読めない値は空欄にする。\
             「>300」のように範囲で書かれた値は、確かに上限を超えるときだけまとめる。`{ quantile = 0.995, at_least = 10 }` と書けば、上限は提供する人の\
             データから決まる: 最も高い値が上から 0.5 % に入る人、少なくとも `at_least` 人(既定 10)が達する値で、「その値以上」と書き、報告に示す。\
             人ごとに最も高い値だけを数えるので、一人の多くの行が上限を決めることはない。値をもつ人が足りなければ、列を空欄にする。",
            "Values above the limit become one class: `201以上` where limit and value are whole numbers, `200超` where either has a \
             fraction. A value that is no number becomes empty. A bounded result (`>300`) is put in the class only where it \
             certainly lies above the limit. `{ quantile = 0.995, at_least = 10 }` takes the limit from the people who leave: the value \
             that the 0.5 % of people with the highest values, and at least `at_least` (10 by default), reach or pass. Only a \
             person's highest value counts, so that nobody's many rows set it. The report states it. Where too few people have \
             a value the column is emptied.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "observation.\"収縮期血圧\"",
            line: "top_code = 200",
            cases: &[
                ("211", "201以上"),
                ("200", "200"),
                ("200.5", "200超"),
                (">300", "201以上"),
                (">150", ">150"),
                ("測定不能", ""),
            ],
        }]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_numeric(column)
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        if value.as_table().is_some() {
            return quantile::read(End::Top, value, reader);
        }
        Some(Box::new(TopCoded { limit: reader.decimal(value)? }))
    }
}

#[derive(Debug)]
struct TopCoded {
    limit: Decimal,
}

impl TopCoded {
    fn class(&self, value: &Decimal) -> Cell<'static> {
        if self.limit.is_whole() && value.is_whole() {
            Cell::label(format!("{}以上", self.limit.plus(1)))
        } else {
            Cell::label(format!("{}超", self.limit))
        }
    }
}

impl Treatment for TopCoded {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        match cell.decimal() {
            Some(value) if value > self.limit => self.class(&value),
            Some(_) => cell,
            None => Cell::Empty,
        }
    }
    fn words(&self) -> Bilingual {
        Bilingual::new(
            format!("{}を超える値をまとめる", self.limit),
            format!("values above {} in one class", self.limit),
        )
    }
    fn limits(&self) -> (Option<Decimal>, Option<Decimal>) {
        (None, Some(self.limit))
    }
    fn apply_bounded(&self, comparator: Comparator, number: Decimal) -> Option<Cell<'static>> {
        let above = match comparator {
            Comparator::Above => number >= self.limit,
            Comparator::AtLeast => number > self.limit,
            Comparator::Below | Comparator::AtMost => false,
        };
        above.then(|| self.class(&number))
    }
}
