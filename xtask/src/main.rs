//! The house's own tool: `cargo xtask test | tidy | docs | bench NAME`.
//!
//! Rules that are not run are not rules: what CONTRIBUTING.md asks of a change, [`tidy`] checks. Nothing here is part of
//! the product, and nothing in the product may depend on it.

// The one crate whose job is to talk to a terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod docs;
mod house;
mod test;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test          format, lints, all tests, doctests and tidy; the last line is `N passed, N failed, N skipped`
cargo xtask tidy          the house rules
cargo xtask docs          writes the generated references in docs/
cargo xtask bench NAME    measures beside the peer in the same run; names: formats, linkage [PEOPLE…] [--seed N],
                          privacy [--rows ROWS…], release [--people PEOPLE --events EVENTS],
                          statistics [--people PEOPLE --events EVENTS]
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["docs"] => docs::write(&house::root()),
        ["bench", name, rest @ ..] => bench::run(name, rest),
        ["bench-inner", rest @ ..] => bench::inner(rest),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all was well; an error is something that kept us from finding out.
type Done = Result<bool, Box<dyn std::error::Error>>;
