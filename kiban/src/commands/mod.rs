//! One file a group of commands: arguments in, use case, words out.

mod anonymize;
mod count;
mod deliver;
mod demo;
mod link;
mod link_table;
mod measured;
mod provider;
mod release;
mod risk;
mod risk_table;
mod snapshot;
mod story;

use crate::arguments::{Anonymize, Arguments, Command, Init, Ledger, LinkCommand};
use crate::console::Console;
use kiban_app::{Config, Operator, Secret};
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::process::ExitCode;

/// What a command ends in.
pub(crate) type Outcome = Result<ExitCode, Box<dyn Error>>;

/// Carries out the command asked for.
pub(crate) fn run(arguments: &Arguments, console: &Console) -> Outcome {
    let on = arguments.on.clone().unwrap_or_else(today);
    let open = || Operator::open(&arguments.dir);
    match &arguments.command {
        Command::Init(init) => make(arguments, init, &on, console),
        Command::Provider(action) => provider::run(&open()?, action, &on, console),
        Command::Delivery(action) => deliver::delivery(&open()?, action, &on, console),
        Command::Intake(intake) => deliver::intake(&open()?, intake, &on, console),
        Command::Quarantine(quarantine) => deliver::quarantine(&open()?, quarantine, console),
        Command::Link(link) => match &link.command {
            Some(LinkCommand::Table(table)) => link_table::run(table, console),
            Some(LinkCommand::Action(action)) => link::run(open()?, action, &on, console),
            None => link::link(&open()?, link.full, &on, console),
        },
        Command::Snapshot(snapshot) => snapshot::snapshot(&open()?, snapshot, &on, console),
        Command::Query(query) => snapshot::query(&open()?, query, &on, console),
        Command::Count(count) => count::run(arguments, count, &on, console),
        Command::Release(action) => release::run(arguments, action, &on, console),
        Command::Risk(action) => risk::run(arguments, action, &on, console),
        Command::Ledger(Ledger::Verify) => verify(&open()?, console),
        Command::Anonymize(Anonymize::Table(table)) => anonymize::run(table, console),
        Command::Demo(demo) => demo::run(arguments, demo, console),
    }
}

/// The one place where the clock is read.
fn today() -> String {
    jiff::Zoned::now().date().to_string()
}

fn make(arguments: &Arguments, init: &Init, on: &str, console: &Console) -> Outcome {
    let config =
        Config { operator: init.operator.clone(), masters: init.masters.clone(), rules: Default::default() };
    let operator = Operator::init(&arguments.dir, &config, secret(init.seed)?, on)?;
    console.tell_machine(
        &serde_json::json!({ "dir": arguments.dir, "ledger_key": operator.ledger_public_key() }),
    );
    console.say(&format!(
        "{} {}",
        console.pick("事業者フォルダを作成しました:", "operator's folder made:"),
        arguments.dir.display()
    ));
    console.say(&format!(
        "{} {}",
        console.pick("台帳の検証鍵（公開できます）:", "key to verify the ledger with (may be published):"),
        operator.ledger_public_key()
    ));
    console.say(console.pick("次: kiban provider add …", "next: kiban provider add …"));
    Ok(ExitCode::SUCCESS)
}

/// The vault's secret: from the operating system, or for demonstrations from a seed.
pub(crate) fn secret(seed: Option<u64>) -> Result<Secret, Box<dyn Error>> {
    Ok(match seed {
        Some(seed) => Secret::from_bytes(Sha256::digest(format!("kiban demonstration secret {seed}")).into()),
        None => Secret::random()?,
    })
}

fn verify(operator: &Operator, console: &Console) -> Outcome {
    let report = operator.verify_ledger()?;
    console.tell_machine(&serde_json::json!({ "entries": report.entries, "heads": report.heads, "unsigned": report.unsigned, "root": report.root.to_string() }));
    console.say(&format!(
        "{} {} {} / {} {} / root {}",
        console.pick("台帳は無傷です:", "the ledger is whole:"),
        report.entries,
        console.pick("件", "entries"),
        report.heads,
        console.pick("署名", "signed heads"),
        report.root
    ));
    Ok(ExitCode::SUCCESS)
}
