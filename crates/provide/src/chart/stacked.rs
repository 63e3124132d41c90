//! What became of a column's cells (列ごとの変化): kept, changed, emptied, gone with the people left out, in one bar whose
//! parts always add up to the cells there were.

use super::Ink;
use super::canvas::{Canvas, share};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::{Lang, percent};
use kiban_model::report::ColumnChange;

const WIDTH: f64 = 200.0;
const HEIGHT: f64 = 18.0;

/// What became of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cells {
    /// In the product as they were.
    pub(crate) kept: u64,
    /// In the product, changed.
    pub(crate) changed: u64,
    /// In the product, emptied.
    pub(crate) emptied: u64,
    /// Not in the product: the column was dropped, or the person left out.
    pub(crate) removed: u64,
}

impl Cells {
    /// Of the cells that held a value before. Where a report counts more changes than there are cells, the sum grows
    /// rather than a part becoming negative.
    pub(crate) fn of(change: &ColumnChange) -> Self {
        if change.dropped {
            return Self { kept: 0, changed: 0, emptied: 0, removed: change.before.filled };
        }
        let kept = change.after.filled.saturating_sub(change.changed);
        let there = change.after.filled.max(change.changed).saturating_add(change.emptied);
        let removed = change.before.filled.saturating_sub(there);
        Self { kept, changed: change.changed, emptied: change.emptied, removed }
    }

    /// Parts with their names, in the order of the bar.
    pub(crate) const fn parts(self, lang: Lang) -> [(&'static str, u64); 4] {
        [
            (lang.pick("そのまま", "kept"), self.kept),
            (lang.pick("変更", "changed"), self.changed),
            (lang.pick("空欄に", "emptied"), self.emptied),
            (lang.pick("除外", "removed"), self.removed),
        ]
    }
}

/// The shares in words: 「変更 80%、空欄に 20%」.
pub(crate) fn words(cells: Cells, audience: Audience, lang: Lang) -> String {
    let parts = cells.parts(lang).map(|(name, n)| (name, Shown::of(n, audience)));
    // Of what is shown, so that shares tell no exact count either.
    let total = parts.iter().map(|(_, n)| n.length()).fold(0, u64::saturating_add);
    if total == 0 {
        return lang.pick("値がありません", "no values").to_owned();
    }
    let parts = parts.into_iter().filter(|(_, n)| n.length() > 0);
    let parts = parts.map(|(name, n)| match n {
        Shown::Small => format!("{name} {}", n.text(lang)),
        shown => format!("{name} {}", percent(share(shown.length(), total), lang)),
    });
    parts.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// Draws the bar.
pub(crate) fn draw(cells: Cells, audience: Audience, lang: Lang, id: &str) -> Markup {
    let mut canvas = Canvas::default();
    let parts = cells.parts(lang).map(|(_, n)| Shown::of(n, audience).length());
    let total = parts.iter().copied().fold(0, u64::saturating_add);
    let inks =
        [(Ink::PALE, Ink::MAIN), (Ink::MAIN, Ink::MAIN), ("#ffffff", Ink::BEFORE), (Ink::LOST, Ink::LIMIT)];
    let mut x = 1.0;
    for (part, (fill, stroke)) in parts.into_iter().zip(inks) {
        let width = (WIDTH - 2.0) * share(part, total);
        if part > 0 {
            canvas.rect([x, 1.0, width, HEIGHT - 2.0], fill, stroke);
        }
        x += width;
    }
    let title = lang.pick("列の変化", "What became of the column");
    canvas.finish(id, (WIDTH, HEIGHT), title, &words(cells, audience, lang))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{attribute, check, tags};
    use super::*;
    use kiban_model::report::{Bilingual, ColumnSummary};
    use proptest::prelude::*;

    fn change(before: u64, after: u64, changed: u64, emptied: u64) -> ColumnChange {
        let filled = |filled| ColumnSummary { filled, ..Default::default() };
        let treatment = Bilingual::new("月に", "to the month");
        let (table, column, japanese) = ("person".into(), "birth_date".into(), "生年月日".into());
        ColumnChange {
            table,
            column,
            japanese,
            treatment,
            changed,
            emptied,
            before: filled(before),
            after: filled(after),
            dropped: false,
        }
    }

    #[test]
    fn the_parts_are_the_cells_there_were() {
        let cells = Cells::of(&change(100, 80, 60, 10));
        assert_eq!(cells, Cells { kept: 20, changed: 60, emptied: 10, removed: 10 });
        assert_eq!(
            words(cells, Audience::Committee, Lang::Ja),
            "そのまま 20%、変更 60%、空欄に 10%、除外 10%"
        );
        let dropped = ColumnChange { dropped: true, ..change(100, 0, 0, 0) };
        assert_eq!(Cells::of(&dropped).removed, 100);
        assert_eq!(words(Cells::of(&change(0, 0, 0, 0)), Audience::Committee, Lang::En), "no values");
    }

    proptest! {
        #[test]
        fn the_bar_is_always_full(before in 0u64..100_000, after in 0u64..100_000, changed in 0u64..100_000, emptied in 0u64..100_000) {
            let cells = Cells::of(&change(before, after, changed, emptied));
            let total: u64 = cells.parts(Lang::En).iter().map(|(_, n)| n).sum();
            if after + emptied <= before && changed <= after {
                prop_assert_eq!(total, before);
            }
            let svg = draw(cells, Audience::Committee, Lang::Ja, "s").into_string();
            check(&svg);
            let widths: f64 = tags(&svg, "rect").iter().map(|r| attribute(r, "width").unwrap().parse::<f64>().unwrap()).sum();
            prop_assert!(total == 0 || (widths - 198.0).abs() < 0.05, "{}", widths);
        }
    }
}
