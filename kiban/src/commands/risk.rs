//! `kiban risk …`

use super::Outcome;
use super::measured::percent;
use crate::arguments::{Arguments, Language, Risk};
use crate::console::Console;
use kiban_app::Operator;
use kiban_app::release::{Attacked, Request};
use kiban_app::risk_table::Attack;
use kiban_model::Private;
use std::process::ExitCode;

/// Exit code where an attacker finds more than the policy allows.
const OVER: u8 = 1;

pub(super) fn run(arguments: &Arguments, action: &Risk, on: &str, console: &Console) -> Outcome {
    match action {
        Risk::Table { table, policy, population } => {
            super::risk_table::risk(table, policy, *population, console)
        }
        Risk::Attack {
            policy,
            seed,
            worst,
            table: Some(table),
            product: Some(product),
            hierarchies,
            people,
            ..
        } => super::risk_table::attack(
            &Attack {
                table,
                product,
                policy,
                hierarchies: hierarchies.as_deref(),
                people: *people,
                seed: *seed,
                worst: *worst,
                japanese: console.language() == Language::Ja,
            },
            console,
        ),
        Risk::Attack { policy, snapshot, project, seed, worst, .. } => {
            let operator = Operator::open(&arguments.dir)?;
            let (snapshot, project) = (snapshot.as_deref().unwrap_or(""), project.as_deref().unwrap_or(""));
            let request = Request { policy, snapshot, project, name: None, seed: *seed, recipient: "" };
            let attacked = operator.attack(&request, on, *worst, &|p| console.progress(p))?;
            tell(&attacked, console);
            Ok(if attacked.exceeded.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(OVER) })
        }
    }
}

fn tell(attacked: &Attacked, console: &Console) {
    let persons: Vec<serde_json::Value> = attacked
        .worst
        .iter()
        .map(|one| {
            serde_json::json!({
                "person": number(&one.person), "attacker": one.attacker, "success": one.success,
            })
        })
        .collect();
    let over: Vec<serde_json::Value> = attacked
        .exceeded
        .iter()
        .map(|one| serde_json::json!({ "what": one.what, "rate": one.rate, "upper": one.upper, "ceiling": one.ceiling }))
        .collect();
    console.tell_machine(&serde_json::json!({ "risk": attacked.risk, "over": over, "worst": persons }));
    for attack in &attacked.risk.attacks {
        let interval = attack
            .interval_after
            .map_or_else(String::new, |(low, high)| format!(" ({} – {})", percent(low), percent(high)));
        let ceiling = attack.ceiling.map_or_else(String::new, |ceiling| {
            format!("  {} {}", console.pick("上限", "ceiling"), percent(ceiling))
        });
        console.say(&format!(
            "{}: {} {} → {}{interval}{ceiling}",
            console.pick(&attack.attacker.ja, &attack.attacker.en),
            console.pick("見つかる割合", "found"),
            percent(attack.success_before),
            percent(attack.success_after),
        ));
    }
    for one in &attacked.exceeded {
        console.say(&format!(
            "{}: {} {} > {}",
            console.pick("方針の上限を超えます", "over the policy's ceiling"),
            console.pick(&one.what.ja, &one.what.en),
            percent(one.upper),
            percent(one.ceiling),
        ));
    }
    for one in &attacked.worst {
        console.say(&format!(
            "  {} {}  {} {}",
            console.pick("見つかりやすい人", "easily found: person"),
            number(&one.person),
            console.pick(&one.attacker.ja, &one.attacker.en),
            percent(one.success),
        ));
    }
}

/// The number of a person at the operator, who asked for it.
fn number(person: &Private<i64>) -> i64 {
    *person.expose()
}
