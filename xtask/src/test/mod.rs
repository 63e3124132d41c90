//! `cargo xtask test`: format, lints, tests, doctests, house rules. Everything is run even when something fails, and the
//! last line is `N passed, N failed, N skipped`, alone.

mod counts;
mod prerequisites;

use crate::house::{cargo_command, root};
use crate::{Done, tidy};
use counts::Counts;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

pub(crate) fn run() -> Done {
    prerequisites::provide();
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    let mut step = |name: &'static str, good: bool| {
        if !good {
            failed.push(name);
        }
    };
    step("format", stream(&["fmt", "--all", "--check"], &mut counts)?);
    step("lints", stream(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &mut counts)?);
    if has_nextest() {
        // A crate without tests is no failure; a failing test does not hide the next one.
        step(
            "tests",
            stream(&["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests=pass"], &mut counts)?,
        );
    } else {
        eprintln!("cargo-nextest is not here; the tests run with cargo test");
        step("tests", stream(&["test", "--workspace", "--all-targets", "--no-fail-fast"], &mut counts)?);
    }
    step("doctests", stream(&["test", "--workspace", "--doc", "--no-fail-fast"], &mut counts)?);
    step("tidy", tidy::run()?);
    if !failed.is_empty() {
        println!("not well: {}", failed.join(", "));
    }
    println!("{counts}");
    Ok(failed.is_empty() && counts.failed == 0)
}

/// Runs cargo, passes its output on line by line, and counts the tests it tells of.
fn stream(arguments: &[&str], counts: &mut Counts) -> Result<bool, Box<dyn std::error::Error>> {
    println!("── cargo {}", arguments.join(" "));
    let mut command = cargo_command();
    command.args(arguments).current_dir(root()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(target) = target_outside_the_clone() {
        command.env("CARGO_TARGET_DIR", target);
    }
    let mut child = command.spawn()?;
    let (stdout, stderr) = (child.stdout.take().ok_or("no output")?, child.stderr.take().ok_or("no output")?);
    let (from_stdout, from_stderr) = std::thread::scope(|scope| {
        let beside = scope.spawn(move || pass_on(BufReader::new(stderr), |line| eprintln!("{line}")));
        let own = pass_on(BufReader::new(stdout), |line| println!("{line}"));
        (own, beside.join())
    });
    counts.add(from_stdout?);
    counts.add(from_stderr.map_err(|_| "a reader of output broke off")??);
    Ok(child.wait()?.success())
}

fn pass_on(reader: impl BufRead, print: impl Fn(&str)) -> std::io::Result<Counts> {
    let mut counts = Counts::default();
    for line in reader.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        print(&line);
        counts.add(Counts::told_by(&line));
    }
    Ok(counts)
}

fn has_nextest() -> bool {
    let probe =
        cargo_command().args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

/// A build farm's clone is thrown away; what was built outside it is there for the next one.
fn target_outside_the_clone() -> Option<PathBuf> {
    if std::env::var_os("CI").is_none() || std::env::var_os("CARGO_TARGET_DIR").is_some() {
        return None;
    }
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/kiban-target"))
}
