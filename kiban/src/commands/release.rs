//! `kiban release …`

use super::{Outcome, story};
use crate::arguments::{Arguments, Release};
use crate::console::Console;
use kiban_app::Operator;
use kiban_app::release::Request;
use std::process::ExitCode;

pub(super) fn run(arguments: &Arguments, action: &Release, on: &str, console: &Console) -> Outcome {
    match action {
        Release::Build { policy, snapshot, project, name, seed, recipient } => {
            let operator = Operator::open(&arguments.dir)?;
            let request =
                Request { policy, snapshot, project, name: name.as_deref(), seed: *seed, recipient };
            let built = operator.build_release(&request, on, &|p| console.progress(p))?;
            console.tell_machine(&built);
            story::built(&built, console);
            Ok(ExitCode::SUCCESS)
        }
        Release::Verify { package } => match kiban_app::verify_package(package) {
            Ok(verified) => {
                console.tell_machine(&serde_json::json!({ "files": verified.files, "bytes": verified.bytes, "digest": verified.digest }));
                console.say(&format!(
                    "{} {} {}  {}",
                    console.pick("一致しました:", "as it was made:"),
                    verified.files,
                    console.pick("ファイル", "files"),
                    verified.digest
                ));
                Ok(ExitCode::SUCCESS)
            }
            Err(problems) => {
                let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
                console.tell_machine(&serde_json::json!({ "problems": list }));
                for problem in &list {
                    console.say(problem);
                }
                Ok(ExitCode::from(1))
            }
        },
    }
}
