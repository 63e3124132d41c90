//! Risk before and after: the distribution of group sizes, the highest and the average risk, the simulated attackers, each
//! as a drawing and as the table behind it.

use crate::audience::{Audience, Shown};
use crate::chart::dumbbell::Row;
use crate::chart::{both_widths, dumbbell, group_sizes};
use crate::markup::Markup;
use crate::words::{Lang, count, percent};
use kiban_model::report::{ReleaseReport, RiskReport};

/// The section on group sizes.
pub(super) fn groups(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    let risk = &report.risk;
    m.leaf("h2", &[], lang.pick("見分けがつきにくくなったか", "Is it harder to tell people apart?"));
    if risk.before.histogram.is_empty() && risk.after.histogram.is_empty() {
        m.leaf("p", &[], lang.pick("グループの大きさは測っていません。", "Group sizes were not measured."));
        return;
    }
    let names: Vec<String> =
        risk.quasi_identifiers.iter().map(|q| super::summary::name_of(report, q, lang)).collect();
    let names = names.join(lang.pick("・", ", "));
    let lead = match lang {
        Lang::Ja => format!(
            "{names}がすべて同じ人を、ひとつのグループと数えます。グループが大きいほど、一人に絞り込めません。"
        ),
        Lang::En => format!(
            "People who agree in {names} form one group. The larger the group, the less anyone can be singled out."
        ),
    };
    m.leaf("p", &[("class", "lead")], &lead);
    let id = |page| format!("{}-groups-{page}", lang.tag());
    m.element("figure", &[], |m| {
        m.put(&both_widths(|page| group_sizes::draw(risk, audience, lang, page, &id(page.pick("w", "n")))));
        m.leaf(
            "figcaption",
            &[],
            lang.pick(
                "棒の長さは人数です。枠だけの棒が加工前、塗った棒が加工後です。",
                "Length is people. Outlined bars are before, filled bars after.",
            ),
        );
    });
    details(m, risk, audience, lang);
    rates(m, risk, audience, lang);
}

/// The numbers behind the drawing: exact sizes for the committee.
fn details(m: &mut Markup, risk: &RiskReport, audience: Audience, lang: Lang) {
    m.element("details", &[], |m| {
        m.leaf(
            "summary",
            &[],
            lang.pick("数字で見る（グループの大きさごとの人数）", "The numbers (people by group size)"),
        );
        m.element("table", &[("class", "plain")], |m| {
            m.leaf("caption", &[], lang.pick("グループの大きさごとの人数", "People by size of their group"));
            head(
                m,
                &[
                    lang.pick("グループの大きさ", "Group size"),
                    lang.pick("加工前（人）", "People before"),
                    lang.pick("加工後（人）", "People after"),
                ],
            );
            m.element("tbody", &[], |m| {
                for bucket in group_sizes::buckets(risk).iter().filter(|b| b.before > 0 || b.after > 0) {
                    let size = match bucket.to {
                        Some(to) if to == bucket.from => count(to),
                        Some(to) => format!("{}–{}", count(bucket.from), count(to)),
                        None => format!("{}{}", count(bucket.from), lang.pick("以上", " or more")),
                    };
                    let text = |n| Shown::of(n, audience).text(lang);
                    line(m, &size, &[text(bucket.before), text(bucket.after)]);
                }
            });
        });
    });
}

fn rates(m: &mut Markup, risk: &RiskReport, audience: Audience, lang: Lang) {
    m.leaf("h3", &[], lang.pick("本人を言い当てられる確率", "Chance that a guess names the right person"));
    let row = |name: (&str, &str), detail: (&str, &str), before, after| Row {
        name: lang.pick(name.0, name.1).to_owned(),
        detail: lang.pick(detail.0, detail.1).to_owned(),
        before,
        after,
    };
    let rows = [
        row(
            ("いちばん危ない人", "The person most at risk"),
            ("1 ÷ いちばん小さいグループの人数", "1 ÷ people in the smallest group"),
            risk.before.highest_risk,
            risk.after.highest_risk,
        ),
        row(
            ("全員の平均", "Average over everyone"),
            ("グループの数 ÷ 人数", "groups ÷ people"),
            risk.before.average_risk,
            risk.after.average_risk,
        ),
    ];
    let title = lang
        .pick("本人を言い当てられる確率（加工前と加工後）", "Chance that a guess is right, before and after");
    m.element("figure", &[], |m| {
        let id = |page| format!("{}-rates-{page}", lang.tag());
        m.put(&both_widths(|page| dumbbell::draw(&rows, title, lang, page, &id(page.pick("w", "n")))));
    });
    let text = |n| Shown::of(n, audience).with(lang.pick("人", ""), lang);
    let (unique_before, unique_after) = (text(risk.before.unique), text(risk.after.unique));
    let (left_out, limit) = (text(risk.suppressed), percent(risk.suppression_limit, lang));
    m.leaf("p", &[], &match lang {
        Lang::Ja => format!("同じ特徴の人がほかにいない人：加工前 {unique_before} → 加工後 {unique_after}。守るために記録ごと除いた人：{left_out}（認められた上限は全体の{limit}）。"),
        Lang::En => format!("People like nobody else: {unique_before} before → {unique_after} after. People left out altogether to protect them: {left_out} (at most {limit} of all is allowed)."),
    });
}

/// The section on simulated attackers.
pub(super) fn attackers(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    let attacks = &report.risk.attacks;
    m.leaf("h2", &[], lang.pick("探し出そうとする人をまねた試験", "Simulated attackers"));
    if attacks.is_empty() {
        m.leaf("p", &[], lang.pick("この試験は行っていません。", "None were simulated."));
        return;
    }
    m.leaf("p", &[("class", "lead")], lang.pick(
        "その人のことを知っている誰かが、知っていることを手がかりに記録を探したら、どれだけ見つかるかを計算しました。",
        "If someone who knows a person searched the data with what they know, how often would they find the right one?",
    ));
    let rows: Vec<Row> = attacks
        .iter()
        .map(|a| {
            let knows = lang.of(&a.knows);
            Row {
                name: lang.of(&a.attacker).to_owned(),
                detail: format!("{}{knows}", lang.pick("知っていること：", "Knows: ")),
                before: a.success_before,
                after: a.success_after,
            }
        })
        .collect();
    let title = lang.pick(
        "攻撃者が本人を見つける割合（加工前と加工後）",
        "How often attackers find the right person, before and after",
    );
    m.element("figure", &[], |m| {
        let id = |page| format!("{}-attacks-{page}", lang.tag());
        m.put(&both_widths(|page| dumbbell::draw(&rows, title, lang, page, &id(page.pick("w", "n")))));
    });
    m.element("details", &[], |m| {
        m.leaf("summary", &[], lang.pick("数字で見る（攻撃者ごと）", "The numbers (by attacker)"));
        m.element("table", &[("class", "plain")], |m| {
            m.leaf("caption", &[], title);
            head(
                m,
                &[
                    lang.pick("攻撃者", "Attacker"),
                    lang.pick("試した人数", "People tried"),
                    lang.pick("加工前", "Before"),
                    lang.pick("加工後", "After"),
                    lang.pick("95 % 信頼区間", "95 % interval"),
                    lang.pick("上限", "Ceiling"),
                ],
            );
            m.element("tbody", &[], |m| {
                for a in attacks {
                    let none = || "—".to_owned();
                    let rate = |rate| percent(rate, lang);
                    let cells = [
                        Shown::of(a.targets, audience).text(lang),
                        rate(a.success_before),
                        rate(a.success_after),
                        a.interval_after
                            .map_or_else(none, |(low, high)| format!("{}～{}", rate(low), rate(high))),
                        a.ceiling.map_or_else(none, rate),
                    ];
                    line(m, lang.of(&a.attacker), &cells);
                }
            });
        });
    });
}

pub(super) fn head(m: &mut Markup, names: &[&str]) {
    m.element("thead", &[], |m| {
        m.element("tr", &[], |m| {
            for name in names {
                m.leaf("th", &[("scope", "col")], name);
            }
        });
    });
}

pub(super) fn line(m: &mut Markup, name: &str, cells: &[String]) {
    m.element("tr", &[], |m| {
        m.leaf("th", &[("scope", "row")], name);
        for cell in cells {
            m.leaf("td", &[], cell);
        }
    });
}
