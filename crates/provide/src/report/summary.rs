//! The top of the report: what somebody who lost a child to a disease and now sits on the committee needs in half a minute.
//!
//! It must never sound safer than the numbers are: every sentence is chosen by what was measured, and what was not measured
//! is said to be not measured (REV-01, REV-02).

use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::{Kind, Lang, count, of_hundred, percent};
use kiban_model::report::{GroupSizes, ReleaseReport};

/// Whether the rule of the policy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// k holds and no more people were left out than allowed.
    Holds,
    /// A group is smaller than k.
    TooSmall,
    /// k holds, but only by leaving out more people than the policy allows.
    TooMany,
    /// The policy asks for none.
    NoRule,
    /// The policy asks for one, and nobody was measured.
    NotMeasured,
}

/// People counted in a distribution.
pub(super) fn people(groups: &GroupSizes) -> u64 {
    groups.histogram.iter().map(|(_, people)| *people).fold(0, u64::saturating_add)
}

/// Judges the report by its own rule.
pub(super) fn verdict(report: &ReleaseReport) -> Verdict {
    let risk = &report.risk;
    let Some(k) = risk.k_required else { return Verdict::NoRule };
    let (before, after) = (people(&risk.before), people(&risk.after));
    if before == 0 {
        return Verdict::NotMeasured;
    }
    if after > 0 && risk.after.smallest < k {
        return Verdict::TooSmall;
    }
    let allowed = risk.suppression_limit * before as f64;
    if risk.suppressed as f64 > allowed + 1e-9 { Verdict::TooMany } else { Verdict::Holds }
}

/// Three sentences, the numbers behind them, and the verdict.
pub(super) fn section(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    m.element(
        "section",
        &[("class", "summary"), ("aria-labelledby", lang.pick("ja-summary", "en-summary"))],
        |m| {
            m.leaf(
                "h2",
                &[("id", lang.pick("ja-summary", "en-summary"))],
                lang.pick("30秒でわかる要約", "In thirty seconds"),
            );
            let (class, mark, words) = verdict_words(report, lang);
            m.element("p", &[("class", class)], |m| {
                m.leaf("span", &[("class", "mark"), ("aria-hidden", "true")], mark).leaf("span", &[], &words);
            });
            m.element("ol", &[("class", "sentences")], |m| {
                for sentence in
                    [what(report, audience, lang), alike(report, audience, lang), found(report, lang)]
                {
                    m.leaf("li", &[], &sentence);
                }
            });
            m.element("dl", &[("class", "numbers")], |m| {
                for (name, value, note) in numbers(report, audience, lang) {
                    m.element("div", &[], |m| {
                        m.leaf("dt", &[], name).leaf("dd", &[("class", "big")], &value).leaf(
                            "dd",
                            &[("class", "note")],
                            &note,
                        );
                    });
                }
            });
        },
    );
}

fn verdict_words(report: &ReleaseReport, lang: Lang) -> (&'static str, &'static str, String) {
    let k = report.risk.k_required.unwrap_or(0);
    let smallest = report.risk.after.smallest;
    let (class, mark, ja, en) = match verdict(report) {
        Verdict::Holds => (
            "verdict good",
            "✓",
            format!("約束を守っています：どのグループも{k}人以上です"),
            format!("The rule holds: every group has at least {k} people"),
        ),
        Verdict::TooSmall => (
            "verdict bad",
            "✕",
            format!("約束を守っていません：{smallest}人のグループがあります（約束は{k}人以上）"),
            format!("The rule is broken: there is a group of {smallest} (the rule asks for {k})"),
        ),
        Verdict::TooMany => (
            "verdict bad",
            "✕",
            "約束を守っていません：除いた人が、認められた割合を超えています".to_owned(),
            "The rule is broken: more people were left out than allowed".to_owned(),
        ),
        Verdict::NoRule if Kind::of(&report.kind) == Kind::Pseudonymized => (
            "verdict note",
            "!",
            "仮名加工医療情報です。一人ひとりを見分けられるため、認定を受けた事業者だけが使えます".to_owned(),
            "Pseudonymized: people can be told apart, so only certified users may use it".to_owned(),
        ),
        Verdict::NoRule => (
            "verdict note",
            "!",
            "加工方針は、グループの大きさの約束をしていません".to_owned(),
            "The policy makes no promise about group sizes".to_owned(),
        ),
        Verdict::NotMeasured => (
            "verdict bad",
            "✕",
            "グループの大きさが測られていません：約束を守っているか判断できません".to_owned(),
            "Group sizes were not measured: whether the rule holds cannot be told".to_owned(),
        ),
    };
    (class, mark, lang.pick(&ja, &en).clone())
}

fn what(report: &ReleaseReport, audience: Audience, lang: Lang) -> String {
    let kind = Kind::of(&report.kind).name(lang);
    let dropped = report.columns.iter().filter(|c| c.dropped).count();
    let changed =
        report.columns.iter().filter(|c| !c.dropped && c.changed.saturating_add(c.emptied) > 0).count();
    let who = match (people(&report.risk.after), lang) {
        (0, Lang::Ja) => String::new(),
        (0, Lang::En) => String::new(),
        (n, Lang::Ja) => format!("{}分の", Shown::of(n, audience).with("人", lang)),
        (n, Lang::En) => format!(" from {} people", Shown::of(n, audience).text(lang)),
    };
    match lang {
        Lang::Ja => format!(
            "{who}診療の記録から「{kind}」を作りました。項目を{dropped}個取り除き、{changed}個の中身を変えています。"
        ),
        Lang::En => format!(
            "{kind} was made from medical records{who}: {dropped} items were taken out and the contents of {changed} were changed."
        ),
    }
}

fn alike(report: &ReleaseReport, audience: Audience, lang: Lang) -> String {
    let risk = &report.risk;
    let after = &risk.after;
    if people(after) == 0 {
        return lang
            .pick(
                "ほかの人と見分けがつくかどうかは、測っていません。",
                "Whether people can be told apart was not measured.",
            )
            .to_owned();
    }
    let smallest = after.smallest;
    let items = quasi_identifiers(report, lang);
    if smallest <= 1 {
        let unique = Shown::of(after.unique, audience).with(lang.pick("人", ""), lang);
        return match lang {
            Lang::Ja => format!(
                "加工後の{items}がすべて同じ人がほかに一人もいない人が、{unique}います。この人たちは、知っている人が見れば本人と分かるおそれがあります。"
            ),
            Lang::En => format!(
                "Taking {items} together as they are after treatment, {unique} of them are like nobody else: somebody who knows them may recognise them."
            ),
        };
    }
    match lang {
        Lang::Ja => format!(
            "加工後の{items}がすべて同じ人が、どの人についても本人を含めて{smallest}人以上います。これらの項目だけでは、一人に絞り込めません。"
        ),
        Lang::En => format!(
            "Taking {items} together as they are after treatment, everyone is one of at least {smallest} people who look alike: these items alone do not single anyone out."
        ),
    }
}

/// The Japanese names of the quasi-identifiers, or their column names in English; three at most, then how many more.
fn quasi_identifiers(report: &ReleaseReport, lang: Lang) -> String {
    let names: Vec<String> = report.risk.quasi_identifiers.iter().map(|q| name_of(report, q, lang)).collect();
    let shown = names.get(..names.len().min(4)).unwrap_or_default();
    let more = names.len().saturating_sub(4);
    match (lang, shown.is_empty(), more) {
        (Lang::Ja, true, _) => "手がかりになる項目".to_owned(),
        (Lang::En, true, _) => "the telling items".to_owned(),
        (Lang::Ja, _, 0) => shown.join("・"),
        (Lang::Ja, _, n) => format!("{}など{}項目", shown.join("・"), n + shown.len()),
        (Lang::En, _, 0) => shown.join(", "),
        (Lang::En, _, n) => format!("{} and {n} more items", shown.join(", ")),
    }
}

/// A column as people call it: its Japanese name, or in English the column name with spaces.
pub(super) fn name_of(report: &ReleaseReport, qualified: &str, lang: Lang) -> String {
    let (table, column) = qualified.split_once('.').unwrap_or(("", qualified));
    let known = report.columns.iter().find(|c| c.column == column && (table.is_empty() || c.table == table));
    match (lang, known) {
        (Lang::Ja, Some(known)) => known.japanese.clone(),
        (Lang::Ja, None) => qualified.to_owned(),
        (Lang::En, _) => column.replace('_', " "),
    }
}

fn found(report: &ReleaseReport, lang: Lang) -> String {
    let attacks = &report.risk.attacks;
    let worst = attacks.iter().max_by(|a, b| a.success_after.total_cmp(&b.success_after));
    let Some(worst) = worst else {
        return lang
            .pick(
                "本人を探し出そうとする人をまねた試験は、行っていません。",
                "No attempt to find people was simulated.",
            )
            .to_owned();
    };
    let (before, after) = (of_hundred(worst.success_before, lang), of_hundred(worst.success_after, lang));
    let attacker = lang.of(&worst.attacker);
    match lang {
        Lang::Ja => format!(
            "本人を探し出そうとする人をまねて試しました。いちばん見つけやすかった「{attacker}」が本人を見つける割合は、加工前：{before}、加工後：{after}です。"
        ),
        Lang::En => format!(
            "We played people who try to find someone. The most successful, “{attacker}”, would find: before, {before}; after, {after}."
        ),
    }
}

fn numbers(report: &ReleaseReport, audience: Audience, lang: Lang) -> [(&'static str, String, String); 3] {
    let risk = &report.risk;
    let (before, after) = (people(&risk.before), people(&risk.after));
    let dash = || "—".to_owned();
    let unit = |n: String| format!("{n}{}", lang.pick("人", ""));
    let (who, smallest, highest) = if after == 0 {
        (dash(), dash(), dash())
    } else {
        let smallest = count(risk.after.smallest);
        (
            Shown::of(after, audience).with(lang.pick("人", ""), lang),
            unit(smallest),
            percent(risk.after.highest_risk, lang),
        )
    };
    let suppressed = Shown::of(risk.suppressed, audience).with(lang.pick("人", ""), lang);
    let who_note = match (before, lang) {
        (0, _) => lang.pick("人数は測っていません", "people were not counted").to_owned(),
        (_, Lang::Ja) => format!("守るために除いた人：{suppressed}"),
        (_, Lang::En) => format!("left out to protect them: {suppressed}"),
    };
    let was = |text: String| match lang {
        _ if before == 0 => String::new(),
        Lang::Ja => format!("加工前は {text}"),
        Lang::En => format!("before: {text}"),
    };
    [
        (lang.pick("何人の記録か", "People in it"), who, who_note),
        (
            lang.pick("いちばん小さいグループ", "Smallest group of people alike"),
            smallest,
            was(unit(count(risk.before.smallest))),
        ),
        (
            lang.pick("見つけられる確率（最大）", "Highest chance of being found"),
            highest,
            was(percent(risk.before.highest_risk, lang)),
        ),
    ]
}
