//! How far the columns' distributions moved, the farthest first.

use crate::markup::Markup;
use crate::report::risk::{head, line};
use crate::words::Lang;
use kiban_model::report::utility::ColumnDistance;

/// The section.
pub(super) fn section(m: &mut Markup, distances: &[ColumnDistance], lang: Lang) {
    let title = lang.pick("値の分布がどれだけ動いたか", "How far the values moved");
    m.leaf("h2", &[], title);
    m.leaf(
        "p",
        &[("class", "lead")],
        lang.pick(
            "加工前の全員の値と、提供するデータの値の分布の隔たりです。0 は同じ、1 は重なりがないことを示します（全変動距離）。数の項目には、値が平均でどれだけ動いたかも示します（ワッサースタイン距離、加工前の標準偏差を単位とする）。",
            "The distance of the distribution of values before, over everybody, from that in the product: 0 is the same, 1 shares nothing (total variation). Of numbers also how far a value moved on average (Wasserstein-1), in standard deviations before.",
        ),
    );
    let mut moved: Vec<&ColumnDistance> =
        distances.iter().filter(|distance| distance.total_variation > 0.0).collect();
    moved.sort_by(|a, b| b.total_variation.total_cmp(&a.total_variation));
    m.element("details", &[], |m| {
        m.leaf("summary", &[], lang.pick("数字で見る（項目ごと）", "The numbers (by item)"));
        m.element("table", &[("class", "plain figures")], |m| {
            m.leaf("caption", &[], title);
            let heads = [
                lang.pick("項目", "Item"),
                lang.pick("分布の隔たり", "Distance"),
                lang.pick("値の動き（SD）", "Moved (SD)"),
            ];
            head(m, &heads);
            m.element("tbody", &[], |m| {
                for distance in moved {
                    let name = format!("{}.{}", distance.table, distance.column);
                    let name = lang.pick(&format!("{}（{name}）", distance.japanese), &name).clone();
                    let by = distance.moved.map_or_else(|| "—".to_owned(), |moved| format!("{moved:.3}"));
                    line(m, &name, &[format!("{:.3}", distance.total_variation), by]);
                }
            });
        });
    });
}
