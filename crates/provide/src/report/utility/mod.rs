//! Whether what remains is still true (有用性): the policy's questions before and after, drawn and in numbers, and risk and loss along k.
//!
//! The committee sees original rows of everybody beside those of the people released; outside, neither everybody nor the curve along
//! k nor distances from the original are shown, and figures from before are as coarse as ten people make them ([`outside`]). A figure that is not there is said to be not shown.
//! REV-02, ANO-10.

mod along_k;
mod curves;
mod distances;
pub(super) mod outside;
mod regression;
mod sequences;
mod shares;
mod spreads;

use crate::Audience;
use crate::audience::Shown;
use crate::markup::Markup;
use crate::words::{Lang, count};
use kiban_model::report::ReleaseReport;
use kiban_model::report::utility::{Answer, QuestionReport};
use std::borrow::Cow;

/// The sections; nothing where nothing was asked or measured.
pub(super) fn sections(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    let utility = &report.utility;
    if audience.sees_exact() && !utility.along_k.is_empty() {
        m.element("section", &[], |m| along_k::section(m, report, lang));
    } else if audience.sees_exact() && report.risk.k_required.is_some() {
        m.element("section", &[], |m| along_k::left_out(m, lang));
    }
    if !utility.questions.is_empty() {
        m.element("section", &[], |m| questions(m, &utility.questions, audience, lang));
    }
    if audience.sees_exact() && utility.distances.iter().any(|distance| distance.total_variation > 0.0) {
        m.element("section", &[], |m| distances::section(m, &utility.distances, lang));
    }
}

fn questions(m: &mut Markup, questions: &[QuestionReport], audience: Audience, lang: Lang) {
    m.leaf("h2", &[], lang.pick("残った情報で同じ答えが出るか", "Does what remains give the same answers?"));
    let lead = match audience {
        Audience::Committee => lang.pick(
            "方針にある問いを、加工前の全員の記録と、提供するデータそのものに聞きました。表の「提供する人」は、提供する人たちだけの加工前の記録です。10人未満に基づく数は示しません。",
            "The policy's questions, asked of everybody's records before treatment and of the product itself. “Those released” in the tables are the records before treatment of the people in the product. No figure rests on fewer than ten people.",
        ),
        Audience::Recipient => lang.pick(
            "方針にある問いを、提供する人たちの加工前の記録と、提供するデータそのものに聞きました。10人未満に基づく数は示さず、加工前の数は10人分の粗さに丸めています。",
            "The policy's questions, asked of the records before treatment of the people in the product, and of the product itself. No figure rests on fewer than ten people; those before treatment are as coarse as ten people make them.",
        ),
    };
    m.leaf("p", &[("class", "lead")], lead);
    for (at, question) in questions.iter().enumerate() {
        let seen = Seen::of(question, audience);
        let asked = Asked {
            title: lang.of(&question.title),
            audience,
            lang,
            id: format!("{}-question-{}", lang.tag(), at + 1),
        };
        m.leaf("h3", &[], asked.title);
        m.leaf("p", &[], &about(question, lang));
        drawn(m, &seen, &asked);
        without_group(m, question, audience, lang);
        read_as(m, question, audience, lang);
    }
}

/// What is asked, and by which groups.
fn about(question: &QuestionReport, lang: Lang) -> String {
    let asked = lang.of(&question.asked);
    match (&question.by, lang) {
        (Some(by), Lang::Ja) => format!("{asked}。{}ごと。", by.ja),
        (Some(by), Lang::En) => format!("{asked}, by {}.", by.en),
        (None, Lang::Ja) => format!("{asked}。"),
        (None, Lang::En) => format!("{asked}."),
    }
}

/// A question as its drawings and tables need it.
struct Asked<'a> {
    title: &'a str,
    audience: Audience,
    lang: Lang,
    id: String,
}

impl Asked<'_> {
    /// Heads of a table's columns for the sides.
    fn sides(&self, seen: &Seen<'_>) -> Vec<&'static str> {
        let lang = self.lang;
        let everyone = seen.everyone.is_some().then(|| lang.pick("加工前（全員）", "Before (everybody)"));
        let released = lang.pick("加工前（提供する人）", "Before (those released)");
        everyone.into_iter().chain([released, lang.pick("加工後", "After")]).collect()
    }

    fn people(&self, n: Option<u64>) -> String {
        n.map_or_else(|| "—".to_owned(), |n| Shown::of(n, self.audience).text(self.lang))
    }

    /// The numbers behind a drawing.
    fn table(&self, m: &mut Markup, heads: &[&str], rows: Vec<(String, Vec<String>)>) {
        m.element("details", &[], |m| {
            m.leaf("summary", &[], self.lang.pick("数字で見る", "The numbers"));
            m.element("table", &[("class", "plain figures")], |m| {
                m.leaf("caption", &[], self.title);
                super::risk::head(m, heads);
                m.element("tbody", &[], |m| {
                    for (name, cells) in rows {
                        super::risk::line(m, &name, &cells);
                    }
                });
            });
        });
    }
}

/// The sides of an answer as an audience sees them.
struct Seen<'a> {
    everyone: Option<&'a Answer>,
    released: Cow<'a, Answer>,
    after: Cow<'a, Answer>,
}

impl<'a> Seen<'a> {
    fn of(question: &'a QuestionReport, audience: Audience) -> Self {
        match audience {
            Audience::Committee => Self {
                everyone: Some(&question.everyone),
                released: Cow::Borrowed(&question.released),
                after: Cow::Borrowed(&question.after),
            },
            Audience::Recipient => Self {
                everyone: None,
                released: Cow::Owned(outside::of_original(&question.released)),
                after: Cow::Owned(outside::of_product(&question.after)),
            },
        }
    }

    /// What is drawn as before.
    fn before(&self) -> &Answer {
        self.everyone.unwrap_or(&self.released)
    }

    fn sides(&self) -> Vec<&Answer> {
        self.everyone.into_iter().chain([self.released.as_ref(), self.after.as_ref()]).collect()
    }
}

fn drawn(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    match seen.after.as_ref() {
        Answer::Prevalence { .. } => shares::draw(m, seen, asked),
        Answer::Mean { .. } => spreads::draw(m, seen, asked),
        Answer::Survival { .. } => curves::draw(m, seen, asked),
        Answer::Sequences { .. } => sequences::draw(m, seen, asked),
        Answer::Regression { .. } => regression::draw(m, seen, asked),
    }
}

/// How many are in a group before and in none after: by so many the groups' figures differ.
fn without_group(m: &mut Markup, question: &QuestionReport, audience: Audience, lang: Lang) {
    let Some(by) = question.by.as_ref().filter(|_| question.without_group != Some(0)) else { return };
    // Fewer than ten are not told to anybody.
    let unit = lang.pick("人", "people");
    let people = question.without_group.map_or(Shown::Small, |n| Shown::of(n, audience)).with(unit, lang);
    m.leaf(
        "p",
        &[],
        &match lang {
            Lang::Ja => {
                format!("提供する人のうち{people}は、{}が空欄になり、加工後はどの群にも入りません。", by.ja)
            }
            Lang::En => {
                format!("Of those released, {people} have {} emptied and are in no group after.", by.en)
            }
        },
    );
}

/// How the product's words were read.
fn read_as(m: &mut Markup, question: &QuestionReport, audience: Audience, lang: Lang) {
    if question.read_as.is_empty() {
        return;
    }
    let mut ways = Vec::new();
    for read in &question.read_as {
        let cells = Shown::of(read.cells, audience).with(lang.pick("個", "cells"), lang);
        ways.push(format!("{}{}{cells}", lang.of(&read.how), lang.pick("：", ": ")));
    }
    let ways = ways.join(lang.pick("、", "; "));
    m.leaf(
        "p",
        &[("class", "read-as")],
        &match lang {
            Lang::Ja => format!("提供データの値の読み方　{ways}。"),
            Lang::En => format!("How values of the product were read: {ways}."),
        },
    );
}

/// The groups of several sides, each once, in the order in which they come; nothing stands for everybody.
fn groups<'a, T>(
    sides: &[&'a [T]],
    name: impl Fn(&'a T) -> Option<&'a str>,
) -> Vec<(Option<&'a str>, Vec<Option<&'a T>>)> {
    let mut names: Vec<Option<&str>> = Vec::new();
    for own in sides.iter().flat_map(|side| side.iter()) {
        let name = name(own);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of =
        |group: Option<&str>| sides.iter().map(|side| side.iter().find(|own| name(own) == group)).collect();
    names.into_iter().map(|group| (group, of(group))).collect()
}

/// What a group is called.
fn group_name(group: Option<&str>, lang: Lang) -> String {
    group.map_or_else(|| lang.pick("全体", "Everybody").to_owned(), str::to_owned)
}

/// Where nothing can be drawn.
fn nothing(m: &mut Markup, lang: Lang) {
    m.leaf(
        "p",
        &[],
        lang.pick(
            "10人未満に基づくため、図は示しません。",
            "Not drawn: it would rest on fewer than ten people.",
        ),
    );
}

/// A number of days.
fn days(days: Option<f64>, lang: Lang) -> String {
    days.map_or_else(
        || "—".to_owned(),
        |days| format!("{}{}", count(days.round() as u64), lang.pick("日", " days")),
    )
}
