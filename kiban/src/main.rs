//! The one executable of Kiban (基盤): arguments, role start-up, wiring; no logic.
//!
//! This is the only part of Kiban that reads the environment and the clock, prints, and exits. Exit codes: 0 done, 1 not
//! done (the message says why and what to do), 2 wrong arguments, 3 done with `--strict` and something held back.

mod arguments;
mod commands;
mod console;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    let console = console::Console::new(&arguments);
    match commands::run(&arguments, &console) {
        Ok(code) => code,
        Err(error) => {
            console.fail(error.as_ref());
            ExitCode::from(1)
        }
    }
}
