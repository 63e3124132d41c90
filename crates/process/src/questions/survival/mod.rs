//! `survival` (生存時間): from a first event to another, by group — the curve of Kaplan and Meier, its restricted mean, log-rank.
//!
//! A person is followed from their first `from` to their first `to`, else to their last record (打ち切り); who had `to` before is
//! not followed. Two dates that may be the same day, for one is known to the month only, are the same day. Shown are points of the
//! curve with at least ten events between them and at least ten persons at risk (ANO-10).

mod kaplan_meier;
mod log_rank;

use super::fold::Wanted;
use super::selection::Selection;
use super::{Ask, Facts, Scope, Word, is_small};
use crate::policy::Node;
use crate::transforms::ColumnOf;
use kaplan_meier::KaplanMeier;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::{Answer, Curve};
use kiban_model::tables::{Column, Table};

pub(super) const WORD: Word = Word {
    name: "survival",
    japanese: "生存時間",
    doc: (
        "最初の `from` から最初の `to` までの日数(カプラン・マイヤー法)。`to` のない人は、`seen` の日付(書かなければ両方の表の日付)で最後の記録の日に\
         打ち切る。`from` より前に `to` のあった人は除く。`within` は境界内平均をとる日数(既定は 365)。`by` で分ければログランク検定も行う。",
        "Days from the first `from` to the first `to` (Kaplan–Meier). Who has no `to` is censored at the last record, by the dates `seen` \
         (by default those of both tables); who had `to` before `from` is left out. `within` is the number of days of the restricted \
         mean (365 by default). By group, with the log-rank test.",
    ),
    example: "title = \"心筋梗塞から死亡まで\"\nby = \"sex\"\nsurvival = { from = { of = \"condition.icd10\", starts_with = \"I21\" }, to = \
              { of = \"death.date\" }, seen = [\"visit.start\"], within = 1825 }",
    grouped: true,
    read,
};

/// Points at which a curve is shown.
const POINTS: u32 = 60;

/// How long somebody was followed, and whether the event ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Followed {
    days: u32,
    /// An event on a day comes before the censored of that day.
    censored: bool,
}

#[derive(Debug)]
struct Survival {
    from: Selection,
    to: Selection,
    seen: Vec<(&'static Table, &'static Column)>,
    within: u32,
}

fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Ask>> {
    let fields = scope.reader.fields(node, &["from", "to", "seen", "within"])?;
    let mut event = |name: &str| {
        let node = scope.required(&fields, name)?;
        Selection::read(&node, scope)?.dated(&node, scope)
    };
    let (from, to) = (event("from"), event("to"));
    let mut seen: Vec<(&'static Table, &'static Column)> = Vec::new();
    let mut failed = false;
    if let Some(list) = fields.get("seen") {
        for item in list.items().unwrap_or_else(|| vec![list.clone()]) {
            match seen_column(&item, scope) {
                Some(of) => seen.push((of.table, of.column)),
                None => failed = true,
            }
        }
    }
    let within = match fields.get("within") {
        Some(node) => scope.reader.integer(&node, 1..=36_525)?,
        None => 365,
    };
    let (from, to) = (from?, to?);
    if seen.is_empty() {
        seen.extend([&from, &to].into_iter().filter_map(|rows| Some((rows.of.table, rows.on?))));
        seen.dedup();
    }
    (!failed).then(|| Box::new(Survival { from, to, seen, within: within as u32 }) as Box<dyn Ask>)
}

fn seen_column(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<ColumnOf> {
    let of = crate::policy::column_of(node, scope.reader)?;
    if of.column.kind != kiban_model::tables::ColumnKind::Date {
        let message = Bilingual::new("日付の列を書きます", "must be a date column");
        scope.reader.add(node.span(), message, None);
        return None;
    }
    scope.leaves(node.span(), of).then_some(of)
}

impl Survival {
    fn followed(&self, facts: &Facts<'_>, person: u32) -> Option<Followed> {
        let [from, to, last] = [0, 1, 2].map(|at| facts.fact(at).day(person));
        let from = from?;
        let (end, censored) = match to {
            Some(to) => (to, false),
            None => (last.unwrap_or(from).max(from), true),
        };
        let days = end.day - from.day;
        if days < 0 && -days > i32::from(from.off.max(end.off)) {
            return None;
        }
        Some(Followed { days: u32::try_from(days).unwrap_or(0), censored })
    }

    fn curve(&self, group: Option<String>, followed: &[Followed]) -> Curve {
        let persons = followed.len() as u64;
        let events = followed.iter().filter(|one| !one.censored).count() as u64;
        if is_small(persons) {
            return Curve::default();
        }
        let mut curve = Curve { group, persons: Some(persons), ..Curve::default() };
        if is_small(events) {
            return curve;
        }
        let estimate = KaplanMeier::of(followed);
        curve.events = (!is_small(persons - events)).then_some(events);
        curve.median = estimate.median();
        let (mean, error) = estimate.restricted_mean(self.within);
        (curve.restricted_mean, curve.restricted_error) = (Some(mean), Some(error));
        curve.points = estimate.points(POINTS, self.within);
        curve
    }
}

impl Ask for Survival {
    fn wants(&self) -> Vec<Wanted> {
        vec![
            Wanted::First(self.from.clone()),
            Wanted::First(self.to.clone()),
            Wanted::Last(self.seen.clone()),
        ]
    }

    fn asked(&self) -> Bilingual {
        let (from, to) = (self.from.words(), self.to.words());
        let seen: Vec<String> =
            self.seen.iter().map(|(table, column)| format!("{}.{}", table.name, column.name)).collect();
        let seen = seen.join(", ");
        Bilingual::new(
            format!("最初の{}から最初の{}まで。最後の記録の日（{seen}）で打ち切り", from.ja, to.ja),
            format!(
                "from the first {} to the first {}, censored at the last record ({seen})",
                from.en, to.en
            ),
        )
    }

    fn answer(&self, facts: &Facts<'_>) -> Answer {
        let mut groups = facts.by_group(|person| self.followed(facts, person));
        groups.iter_mut().for_each(|(_, followed)| followed.sort_unstable());
        if facts.by.is_some() {
            groups.retain(|(group, followed)| group.is_some() && !is_small(followed.len() as u64));
        }
        let events = |followed: &Vec<Followed>| followed.iter().filter(|one| !one.censored).count() as u64;
        let enough = groups.len() > 1 && !groups.iter().any(|(_, followed)| is_small(events(followed)));
        let compared: Vec<&[Followed]> = groups.iter().map(|(_, followed)| followed.as_slice()).collect();
        let log_rank = if enough { log_rank::log_rank(&compared) } else { None };
        let curves = groups.iter().map(|(group, followed)| self.curve(group.clone(), followed));
        Answer::Survival { groups: curves.collect(), log_rank, within: self.within }
    }
}

#[cfg(test)]
mod tests {
    use super::Followed;

    /// Weeks in remission and whether it ended: Freireich and others, Blood 21 (1963), facts as tabled in many textbooks.
    pub(super) const MERCAPTOPURINE: [(u32, bool); 21] = [
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ];
    pub(super) const PLACEBO: [(u32, bool); 21] = [
        (1, true),
        (1, true),
        (2, true),
        (2, true),
        (3, true),
        (4, true),
        (4, true),
        (5, true),
        (5, true),
        (8, true),
        (8, true),
        (8, true),
        (8, true),
        (11, true),
        (11, true),
        (12, true),
        (12, true),
        (15, true),
        (17, true),
        (22, true),
        (23, true),
    ];

    pub(super) fn followed(people: &[(u32, bool)]) -> Vec<Followed> {
        let mut followed: Vec<Followed> =
            people.iter().map(|(days, event)| Followed { days: *days, censored: !event }).collect();
        followed.sort_unstable();
        followed
    }
}
