//! Small cells hidden, and kept hidden (秘匿処理): threshold, rounding, and complementary suppression.
//!
//! What holds for every answer of this guard, by exact counts:
//! - a figure is shown only of at least the threshold, or of nobody: in a breakdown always, else where the policy says so;
//! - the difference of any two figures among everybody, the steps and the cohort is nobody, or at least the threshold;
//! - in a breakdown, no hidden cell or sum is a linear combination of what is shown (cells, sums, the cohort), and no line
//!   of hidden cells together has fewer than the threshold, or, where one of them was hidden for another's sake, fewer than twice
//!   the threshold less one: so that the other can be anything from 1 to the threshold less one.
//!
//! A shown figure is rounded by itself, never so that sums come out: the same persons have the same figure in every question.

use super::answer::{Answer, Figure, Figures, classes};
use super::combinations::Told;
use super::differencing::Memory;
use super::evaluate::Plan;
use super::linear::Span;
use super::sets::Set;

/// With more work than this for sums of a breakdown, they are left out.
const MOST_WORK: usize = 100_000_000;

/// Threshold and rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Threshold {
    /// Fewer persons than this are not shown.
    pub persons: u64,
    /// Figures are rounded to a multiple of this; 1 for none.
    pub rounding: u64,
    /// Whether nobody is shown as 0 for steps and cohorts. Otherwise nobody and a few have one mark: a definition of one
    /// person's traits asks yes or no about that person.
    #[serde(default)]
    pub show_nobody: bool,
}

impl Threshold {
    /// Whether a number of persons may be shown in a breakdown, or be a difference of what is shown.
    pub(super) const fn allows(&self, persons: u64) -> bool {
        persons == 0 || persons >= self.persons
    }

    const fn shown(&self, persons: u64) -> Figure {
        Figure::Persons((persons + self.rounding / 2) / self.rounding * self.rounding)
    }

    const fn figure(&self, persons: u64) -> Figure {
        if self.shows(persons) {
            self.shown(persons)
        } else if self.show_nobody {
            Figure::FewerThan(self.persons)
        } else {
            Figure::AtMost(self.persons.saturating_sub(1))
        }
    }

    /// Whether a step or the cohort may be shown.
    const fn shows(&self, persons: u64) -> bool {
        self.allows(persons) && (persons > 0 || self.show_nobody)
    }
}

/// A guarded answer, and the sets whose exact size could be told from it.
pub(super) struct Guarded {
    pub(super) answer: Answer,
    pub(super) shown: Vec<Set>,
}

/// Guards the exact counts of a partition, beside all that was shown before. The cohort is known to be allowed.
pub(super) fn guard(plan: &Plan<'_>, counts: &[u64], rule: Threshold, memory: &mut Memory) -> Guarded {
    let (lost, cells) = plan.sizes();
    let size = |set: &Set| set.size(counts);
    let everybody = Set::from_step(0, lost, cells);
    let cohort = Set::from_step(lost, lost, cells);
    let (all, whole) = (size(&everybody), size(&cohort));
    let mut shown = Vec::new();
    let cohort_shown = rule.shows(whole);
    if rule.shows(all) {
        shown.push(everybody);
    }
    if cohort_shown {
        shown.push(cohort);
    }
    let mut before = all;
    let mut steps = Vec::new();
    for step in 1..=plan.question_steps() {
        let set = Set::from_step(step, lost, cells);
        let remain = size(&set);
        let figure = if step == lost || !rule.shows(remain) {
            rule.figure(remain)
        } else if rule.allows(before - remain)
            && (!cohort_shown || rule.allows(remain - whole))
            && memory.allows_step(&set)
        {
            before = remain;
            shown.push(set);
            rule.shown(remain)
        } else {
            Figure::Hidden
        };
        steps.push(figure);
    }
    let radix: Vec<u32> = plan.breakdown().iter().map(|classes| classes.labels().len() as u32).collect();
    let mut table = Table::new(&radix, lost, counts.get(lost as usize..).unwrap_or_default(), rule, memory);
    if cohort_shown {
        table.complete();
        table.complete_beside(memory);
    } else {
        table.hide_all();
    }
    let (cells, margins) = table.figures();
    if !radix.is_empty() {
        shown.extend(table.shown());
    }
    let figures = Figures { everybody: rule.figure(all), steps, cohort: rule.figure(whole), cells, margins };
    Guarded { answer: plan.answer(figures), shown }
}

/// A sum of cells.
struct Line {
    cells: Vec<usize>,
    shown: bool,
}

/// A figure of a breakdown: a cell, or a sum and which line it is of.
struct Part {
    line: Option<usize>,
    cells: Vec<usize>,
}

/// A breakdown on its way to being safe.
struct Table<'a> {
    counts: &'a [u64],
    lost: u32,
    rule: Threshold,
    /// Cells that are shown.
    open: Vec<bool>,
    /// What must not be computed: hidden for itself, cells or whole lines.
    secret: Vec<Vec<usize>>,
    /// The cohort first, then each class of each dimension where there are several.
    lines: Vec<Line>,
    sizes: Vec<usize>,
    /// Something was hidden for another's sake.
    complemented: bool,
}

impl<'a> Table<'a> {
    fn new(radix: &[u32], lost: u32, counts: &'a [u64], rule: Threshold, memory: &Memory) -> Self {
        let mut lines = vec![Line { cells: (0..counts.len()).collect(), shown: true }];
        if radix.len() > 1 {
            let mut margins: Vec<Vec<Vec<usize>>> =
                radix.iter().map(|size| vec![Vec::new(); *size as usize]).collect();
            for cell in 0..counts.len() {
                for (margin, class) in margins.iter_mut().zip(classes(radix, cell as u32)) {
                    margin.get_mut(class as usize).into_iter().for_each(|line| line.push(cell));
                }
            }
            lines.extend(margins.into_iter().flatten().map(|cells| Line { cells, shown: true }));
        }
        let mut secret = Vec::new();
        let allowed = |cells: &[usize]| {
            let persons: u64 = cells.iter().filter_map(|cell| counts.get(*cell)).sum();
            rule.allows(persons) && (persons == 0 || !memory.clashes(&Set::from_cells(cells, lost)))
        };
        let open: Vec<bool> = (0..counts.len()).map(|cell| radix.is_empty() || allowed(&[cell])).collect();
        for line in lines.iter_mut().skip(1) {
            line.shown = allowed(&line.cells);
            if !line.shown {
                secret.push(line.cells.clone());
            }
        }
        secret.extend(open.iter().enumerate().filter(|(_, open)| !**open).map(|(cell, _)| vec![cell]));
        let sizes = radix.iter().map(|size| *size as usize).collect();
        Self { counts, lost, rule, open, secret, lines, sizes, complemented: false }
    }

    fn count(&self, cell: usize) -> u64 {
        self.counts.get(cell).copied().unwrap_or(0)
    }

    fn hidden<'s>(&'s self, line: &'s Line) -> impl Iterator<Item = usize> + 's {
        line.cells.iter().copied().filter(|cell| self.open.get(*cell) == Some(&false))
    }

    fn hide_all(&mut self) {
        self.open.fill(false);
        self.lines.iter_mut().for_each(|line| line.shown = false);
        self.complemented = true;
    }

    /// Hides the smallest shown cell among some; `false` where none has anybody.
    fn hide_smallest(&mut self, among: &[usize]) -> bool {
        let shown =
            among.iter().copied().filter(|cell| self.open.get(*cell) == Some(&true) && self.count(*cell) > 0);
        let Some(cell) = shown.min_by_key(|cell| (self.count(*cell), *cell)) else { return false };
        self.open.get_mut(cell).into_iter().for_each(|open| *open = false);
        self.complemented = true;
        true
    }

    /// Hides more until nothing secret can be computed.
    fn complete(&mut self) {
        if self.secret.is_empty() {
            return;
        }
        loop {
            while self.fill_lines() {}
            let Some(told) = self.told() else { return };
            // Whoever shares a line with what is told can blur it; then whole lines go, the smallest first.
            let around: Vec<usize> = self
                .lines
                .iter()
                .filter(|line| line.shown && line.cells.iter().any(|cell| told.contains(cell)))
                .flat_map(|line| line.cells.iter().copied())
                .collect();
            if self.hide_smallest(&told) || self.hide_smallest(&around) {
                continue;
            }
            let shown = self.lines.iter().enumerate().skip(1).filter(|(_, line)| line.shown);
            let through = shown.filter(|(_, line)| line.cells.iter().any(|cell| told.contains(cell)));
            let smallest =
                through.min_by_key(|(_, line)| line.cells.iter().map(|cell| self.count(*cell)).sum::<u64>());
            let Some(line) = smallest.map(|(at, _)| at) else { return self.hide_all() };
            self.lines.get_mut(line).into_iter().for_each(|line| line.shown = false);
            self.complemented = true;
        }
    }

    /// Hides more until nothing small can be computed with all that was shown before.
    fn complete_beside(&mut self, memory: &mut Memory) {
        loop {
            let parts = self.parts();
            let needed = match memory.tell(&self.shown()) {
                Told::Nothing => return,
                Told::Few(needed) => needed,
                Told::TooMany => return self.hide_all(),
            };
            // A cell if there is one: a sum tells of many.
            let size = |part: &Part| part.cells.iter().map(|cell| self.count(*cell)).sum::<u64>();
            let needed = needed.into_iter().filter_map(|at| parts.get(at));
            let Some(part) = needed.min_by_key(|part| (part.line, size(part))) else {
                return self.hide_all();
            };
            match part.line {
                Some(line) => self.lines.get_mut(line).into_iter().for_each(|line| line.shown = false),
                None => part.cells.iter().for_each(|cell| {
                    self.open.get_mut(*cell).into_iter().for_each(|open| *open = false);
                }),
            }
            self.secret.push(part.cells.clone());
            self.complemented = true;
            self.complete();
        }
    }

    /// Every shown line hides nothing, or enough persons in more than one cell. `true` if something had to change.
    fn fill_lines(&mut self) -> bool {
        for at in 0..self.lines.len() {
            let Some(line) = self.lines.get(at).filter(|line| line.shown) else { continue };
            let (cells, persons) =
                self.hidden(line).fold((0, 0), |(n, sum), cell| (n + 1, sum + self.count(cell)));
            // Beside one that is large enough to be shown, a small cell could be no more than what the large one leaves.
            let large = self.hidden(line).any(|cell| self.count(cell) >= self.rule.persons);
            let least = if large { 2 * self.rule.persons - 1 } else { self.rule.persons };
            if cells == 0 || (cells > 1 && persons >= least) {
                continue;
            }
            let among = line.cells.clone();
            if !self.hide_smallest(&among) {
                if at == 0 {
                    self.hide_all();
                    return false;
                }
                self.lines.get_mut(at).into_iter().for_each(|line| line.shown = false);
                self.complemented = true;
            }
            return true;
        }
        false
    }

    /// Something secret or small that what is shown tells, if anything.
    fn told(&mut self) -> Option<Vec<usize>> {
        let columns: Vec<usize> =
            (0..self.open.len()).filter(|cell| self.open.get(*cell) == Some(&false)).collect();
        let place: std::collections::HashMap<usize, usize> = columns.iter().copied().zip(0..).collect();
        let with = |cells: &[usize]| {
            let mut row = vec![false; columns.len()];
            for at in cells.iter().filter_map(|cell| place.get(cell)) {
                row.get_mut(*at).into_iter().for_each(|slot| *slot = true);
            }
            row
        };
        let rows = || self.lines.iter().filter(|line| line.shown && self.hidden(line).next().is_some());
        let count = rows().count();
        if count * count * columns.len() > MOST_WORK {
            self.lines.iter_mut().skip(1).for_each(|line| line.shown = false);
            self.complemented = true;
        }
        let mut span = Span::default();
        for line in self.lines.iter().filter(|line| line.shown) {
            span.add(&with(&line.cells));
        }
        let sizes: Vec<u64> = columns.iter().map(|cell| self.count(*cell)).collect();
        if let Some(small) = span.small(&sizes, self.rule.persons) {
            return Some(
                columns.into_iter().zip(small).filter(|(_, of)| *of).map(|(cell, _)| cell).collect(),
            );
        }
        self.secret.iter().find(|secret| span.tells(&with(secret))).cloned()
    }

    /// Whether `<n` of every hidden cell would tell no cell within a line: its bounds leave room on both sides.
    fn bounds_leave_room(&self) -> bool {
        let room = self.rule.persons / 2;
        !self.complemented
            && self.lines.iter().filter(|line| line.shown).all(|line| {
                let (cells, persons) =
                    self.hidden(line).fold((0, 0), |(n, sum), cell| (n + 1, sum + self.count(cell)));
                cells == 0 || (cells + room <= persons && persons + room <= cells * (self.rule.persons - 1))
            })
            && self
                .secret
                .iter()
                .all(|cells| !self.rule.allows(cells.iter().map(|cell| self.count(*cell)).sum()))
    }

    fn figures(&self) -> (Vec<Figure>, Vec<Vec<Figure>>) {
        // One mark for all: where hidden cells had different marks, the marks would narrow them down.
        let mark =
            if self.bounds_leave_room() { Figure::FewerThan(self.rule.persons) } else { Figure::Hidden };
        let cell = |(count, open): (&u64, &bool)| if *open { self.rule.shown(*count) } else { mark };
        let cells = self.counts.iter().zip(&self.open).map(cell).collect();
        let mut lines = self.lines.iter().skip(1).map(|line| {
            let persons = line.cells.iter().map(|cell| self.count(*cell)).sum();
            if line.shown { self.rule.shown(persons) } else { mark }
        });
        let dimensions = if self.sizes.len() > 1 { self.sizes.as_slice() } else { &[] };
        (cells, dimensions.iter().map(|size| lines.by_ref().take(*size).collect()).collect())
    }

    /// What is shown of somebody, besides the cohort.
    fn parts(&self) -> Vec<Part> {
        let cells =
            (0..self.open.len()).filter(|cell| self.open.get(*cell) == Some(&true) && self.count(*cell) > 0);
        let lines = self.lines.iter().enumerate().skip(1).filter(|(_, line)| line.shown);
        let lines = lines.filter(|(_, line)| line.cells.iter().any(|cell| self.count(*cell) > 0));
        cells
            .map(|cell| Part { line: None, cells: vec![cell] })
            .chain(lines.map(|(at, line)| Part { line: Some(at), cells: line.cells.clone() }))
            .collect()
    }

    /// Sets of persons whose number is shown, besides the cohort.
    fn shown(&self) -> Vec<Set> {
        self.parts().iter().map(|part| Set::from_cells(&part.cells, self.lost)).collect()
    }
}
