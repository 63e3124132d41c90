//! `kiban count`

use super::Outcome;
use super::measured::bar;
use crate::arguments::{Arguments, Count};
use crate::console::Console;
use kiban_app::Operator;
use kiban_app::statistics::{Answer, Breakdown, Cohort, CountOutcome, CountRequest, Counted, Figure, Guard};
use kiban_model::words;
use std::process::ExitCode;

/// Exit code where the question is refused.
const REFUSED: u8 = 1;

pub(super) fn run(arguments: &Arguments, count: &Count, on: &str, console: &Console) -> Outcome {
    let cohort = match (&count.cohort, &count.sql) {
        (Some(path), _) => Cohort::Definition(path),
        (None, Some(path)) => Cohort::Sql(path),
        // The arguments ask for one of the two.
        (None, None) => return Ok(ExitCode::from(2)),
    };
    let request = CountRequest {
        cohort,
        policy: &count.policy,
        snapshot: &count.snapshot,
        project: &count.project,
        japanese: console.pick("ja", "en") == "ja",
    };
    let operator = Operator::open(&arguments.dir)?;
    match operator.count(&request, on, &|p| console.progress(p))? {
        CountOutcome::Answered(counted) => {
            console.tell_machine(&counted);
            tell(&counted, console);
            Ok(ExitCode::SUCCESS)
        }
        CountOutcome::Refused(words) => {
            console.tell_machine(&serde_json::json!({ "refused": words }));
            console.say(&format!(
                "{} {}",
                console.pick("お答えできません:", "refused:"),
                console.pick(&words.ja, &words.en)
            ));
            Ok(ExitCode::from(REFUSED))
        }
    }
}

fn tell(counted: &Counted, console: &Console) {
    let title = counted.title.as_deref().map_or_else(String::new, |title| format!("  {title}"));
    let again = if counted.repeated {
        console.pick("  (以前の回答の再掲)", "  (as answered before)")
    } else {
        ""
    };
    console.say(&format!("{} {}{title}{again}", console.pick("回答", "answer"), counted.number));
    let answer = &counted.answer;
    attrition(answer, console);
    if let Some(breakdown) = answer.breakdown.as_ref().filter(|breakdown| !breakdown.cells.is_empty()) {
        table(breakdown, console);
    }
    match counted.guard {
        Guard::Threshold(rule) => {
            let rounding = match rule.rounding {
                1 => String::new(),
                step => format!("{} {step}", console.pick("、丸めの幅", ", rounded to")),
            };
            console.say(&format!(
                "{} {}{rounding}{}",
                console.pick("秘匿: この人数未満は示さない:", "guard: hidden below"),
                rule.persons,
                console.pick(
                    " (＊は、差し引きで少人数が分かるのを防ぐため示さないもの)",
                    " persons (* hidden, so that no small number can be computed)"
                ),
            ));
        }
        Guard::Noise { question, budget } => console.say(&format!(
            "{} ε = {}  {} {} / {}",
            console.pick("差分プライバシー(雑音入り):", "differential privacy (with noise):"),
            question.value(),
            console.pick("使用済み", "spent"),
            counted.spent.value(),
            budget.value(),
        )),
    }
}

/// How many remain, with bars.
fn attrition(answer: &Answer, console: &Console) {
    let everybody = match answer.everybody {
        Figure::Persons(persons) => persons.max(1),
        Figure::FewerThan(_) | Figure::AtMost(_) | Figure::Hidden => 1,
    };
    let line = |label: &str, figure: Figure| {
        let bar = match figure {
            Figure::Persons(persons) => bar(persons, everybody),
            Figure::FewerThan(_) | Figure::AtMost(_) | Figure::Hidden => String::new(),
        };
        console.say(&format!("  {:>12}  {bar:<30}  {label}", shown(figure)));
    };
    line(console.pick("スナップショットの全員", "everybody in the snapshot"), answer.everybody);
    for (name, figure) in &answer.steps {
        line(name, *figure);
    }
    if answer.steps.is_empty() {
        line(console.pick("条件のいずれかを満たす人", "whoever meets one criterion"), answer.cohort);
    }
}

fn table(breakdown: &Breakdown, console: &Console) {
    let name = |dimension: usize, class: u32| {
        let label = breakdown.dimensions.get(dimension).and_then(|(_, classes)| classes.get(class as usize));
        label.map_or("", |label| console.pick(&label.ja, &label.en))
    };
    let heading: Vec<&str> =
        breakdown.dimensions.iter().map(|(name, _)| console.pick(&name.ja, &name.en)).collect();
    console.say(&format!("  {:>12}  {}", console.pick("人数", "persons"), heading.join(" × ")));
    for (classes, figure) in &breakdown.cells {
        let labels: Vec<&str> =
            classes.iter().enumerate().map(|(dimension, class)| name(dimension, *class)).collect();
        console.say(&format!("  {:>12}  {}", shown(*figure), labels.join(" × ")));
    }
    for (dimension, margin) in breakdown.margins.iter().enumerate() {
        let sums = margin.iter().enumerate().filter(|(_, figure)| **figure != Figure::Persons(0));
        for (class, figure) in sums {
            let class = u32::try_from(class).unwrap_or(u32::MAX);
            console.say(&format!(
                "  {:>12}  {} {}",
                shown(*figure),
                console.pick("計", "all"),
                name(dimension, class)
            ));
        }
    }
}

fn shown(figure: Figure) -> String {
    match figure {
        Figure::Persons(persons) => words::count(persons),
        Figure::FewerThan(least) => format!("<{least}"),
        Figure::AtMost(most) => format!("0–{most}"),
        Figure::Hidden => "*".to_owned(),
    }
}
