//! `band`: numbers become intervals (53.4 → 50～55), so that an exact measure does not point at one person (ANO-04).

use super::{ColumnOf, Example, Transform, Treatment, is_numeric};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;

/// The word `band`.
#[derive(Debug)]
pub(super) struct Band;

impl Transform for Band {
    fn name(&self) -> &'static str {
        "band"
    }
    fn japanese(&self) -> &'static str {
        "幅に区切る"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "数を区間に置き換える。`width` は幅(0 から区切る)、`from` と `to` を書けば両端をまとめる。`edges` は区切りの値を並べる。\
             区間は下端を含み上端を含まない: 50～55 は 50 以上 55 未満。数として読めない値と「>300」のような値は空欄にする。",
            "A number becomes an interval. `width` cuts from 0 on; `from` and `to` leave the ends open; `edges` lists the cuts. The lower \
             end belongs to the interval, the upper does not: 50～55 is 50 or more and less than 55. A value that is no number, \
             and a bounded result (`>300`), becomes empty.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[
            Example {
                section: "observation.\"体重\"",
                line: "band = { width = 5 }",
                cases: &[
                    ("53.4", "50～55"),
                    ("55", "55～60"),
                    ("５３", "50～55"),
                    (">120", ""),
                    ("測定不能", ""),
                ],
            },
            Example {
                section: "observation.\"体重\"",
                line: "band = { width = 5, from = 40, to = 90 }",
                cases: &[("38.2", "～40"), ("40", "40～45"), ("90", "90～")],
            },
            Example {
                section: "observation.\"体重\"",
                line: "band = { edges = [20, 50.5, 80] }",
                cases: &[("19.9", "～20"), ("50.5", "50.5～80"), ("50", "20～50.5"), ("80", "80～")],
            },
        ]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_numeric(column)
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["width", "from", "to", "edges"])?;
        let treatment = match (fields.get("width"), fields.get("edges")) {
            (Some(width), None) => {
                let (from, to) = (fields.get("from"), fields.get("to"));
                let from = from.map(|node| reader.decimal(&node).ok_or(())).transpose();
                let to = to.map(|node| reader.decimal(&node).ok_or(())).transpose();
                let positive = reader.decimal(&width)?;
                if !positive.is_positive() {
                    reader.add(
                        width.span(),
                        Bilingual::new("幅は0より大きくします", "the width must be greater than 0"),
                        None,
                    );
                    return None;
                }
                let (from, to) = (from.ok()?, to.ok()?);
                if let (Some(from), Some(to)) = (from, to)
                    && from >= to
                {
                    reader.add(
                        fields.span(),
                        Bilingual::new("from は to より小さくします", "`from` must be less than `to`"),
                        None,
                    );
                    return None;
                }
                Banded::Width { width: positive, from, to }
            }
            (None, Some(edges)) => Banded::Edges(reader.ascending_decimals(&edges)?),
            _ => {
                reader.add(
                    value.span(),
                    Bilingual::new(
                        "width か edges のどちらか一つを書きます",
                        "write either `width` or `edges`",
                    ),
                    Some(Bilingual::new("例: band = { width = 5 }", "for example `band = { width = 5 }`")),
                );
                return None;
            }
        };
        Some(Box::new(treatment))
    }
}

#[derive(Debug)]
enum Banded {
    Width { width: Decimal, from: Option<Decimal>, to: Option<Decimal> },
    Edges(Vec<Decimal>),
}

impl Banded {
    fn ends(&self, value: Decimal) -> (Option<Decimal>, Option<Decimal>) {
        match self {
            Self::Width { from: Some(from), .. } if value < *from => (None, Some(*from)),
            Self::Width { to: Some(to), .. } if value >= *to => (Some(*to), None),
            Self::Width { width, from, to } => {
                let (lower, upper) = value.between_multiples(*width);
                let lower = from.map_or(lower, |from| lower.max(from));
                let upper = to.map_or(upper, |to| upper.min(to));
                (Some(lower), Some(upper))
            }
            Self::Edges(edges) => {
                let above = edges.partition_point(|edge| *edge <= value);
                (above.checked_sub(1).and_then(|at| edges.get(at)).copied(), edges.get(above).copied())
            }
        }
    }
}

impl Treatment for Banded {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        let Some(value) = cell.decimal() else { return Cell::Empty };
        let (lower, upper) = self.ends(value);
        let show = |end: Option<Decimal>| end.map(|end| end.to_string()).unwrap_or_default();
        Cell::label(format!("{}～{}", show(lower), show(upper)))
    }
    fn words(&self) -> Bilingual {
        match self {
            Self::Width { width, .. } => {
                Bilingual::new(format!("幅{width}の区間にする"), format!("intervals of {width}"))
            }
            Self::Edges(edges) => {
                let list: Vec<String> = edges.iter().map(Decimal::to_string).collect();
                let list = list.join(", ");
                Bilingual::new(format!("区間にする({list})"), format!("intervals cut at {list}"))
            }
        }
    }
    fn coarser(&self, _: ColumnOf) -> Option<Box<dyn Treatment>> {
        Some(Box::new(match self {
            Self::Width { width, from, to } => Self::Width { width: width.doubled(), from: *from, to: *to },
            Self::Edges(edges) if edges.len() > 1 => Self::Edges(edges.iter().copied().step_by(2).collect()),
            Self::Edges(_) => return None,
        }))
    }
}
