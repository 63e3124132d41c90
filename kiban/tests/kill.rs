//! Killed in the middle of an intake or a release, at many moments, and run again: the same store, the same package, as if
//! nothing had happened.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn kiban(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiban"));
    command.arg("--dir").arg(dir).args(["--on", "2024-06-01", "--json"]).args(arguments);
    command
}

fn run(dir: &Path, arguments: &[&str]) -> serde_json::Value {
    let Output { status, stdout, stderr } = kiban(dir, arguments).output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    serde_json::from_slice(&stdout).unwrap_or_default()
}

fn prepare(dir: &Path, world: &Path) -> String {
    run(dir, &["init", "--operator", "試験", "--seed", "1"]);
    run(
        dir,
        &[
            "provider",
            "add",
            "hospital-a",
            "--name",
            "A",
            "--filed-on",
            "2022-01-01",
            "--published-on",
            "2022-02-01",
        ],
    );
    run(dir, &["provider", "notify", "hospital-a", "--given-on", "2022-03-01"]);
    let delivery = world.join("hospital-a/delivery");
    let received = run(dir, &["delivery", "add", delivery.to_str().unwrap()]);
    received["delivery"].as_str().unwrap().to_owned()
}

fn contents(dir: &Path) -> Vec<serde_json::Value> {
    run(dir, &["link"]);
    run(dir, &["snapshot", "s"]);
    let tables =
        ["person_statement", "visit", "condition", "medication", "observation", "allergy", "document"];
    let ask = |table: &&str| {
        let sql = format!(
            "SELECT count(*), count(DISTINCT file_no * 1000000 + record_no * 1000 + position * 10 + part), sum(position) FROM {table}"
        );
        run(dir, &["query", "s", &sql])
    };
    tables.iter().map(ask).collect()
}

/// A synthetic hospital in a folder.
fn world(folder: &Path) -> std::path::PathBuf {
    let day = |y, m, d| kiban_model::DateAsGiven::from_day(y, m, d).unwrap();
    let world = folder.join("world");
    kiban_synth::World::generate(3, 60, day(2023, 4, 1), day(2023, 12, 31)).write(&world).unwrap();
    world
}

const POLICY: &str = r#"
kind = "anonymized"
[person.sex]
keep = true
[all.date]
shift = { per = "person", days = 30 }
[visit.start]
keep = true
[condition.text]
keep = true
[observation]
items = "all"
[observation.text]
keep = true
[observation.time]
keep = true
[protect]
quasi_identifiers = ["sex"]
k_anonymity = 2
suppression_limit = 0.2
"#;

fn release(dir: &Path) -> Command {
    let policy = dir.join("policy.toml");
    std::fs::write(&policy, POLICY).unwrap();
    let mut command =
        kiban(dir, &["release", "build", "--snapshot", "s", "--project", "p", "--recipient", "r"]);
    command.arg("--policy").arg(policy);
    command
}

#[test]
fn a_release_killed_anywhere_and_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    let [calm, troubled] = ["calm", "troubled"].map(|name| {
        let dir = folder.path().join(name);
        let delivery = prepare(&dir, &world);
        run(&dir, &["intake", &delivery]);
        contents(&dir);
        dir
    });
    let built = |dir: &Path| {
        let Output { status, stdout, stderr } = release(dir).output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        serde_json::from_slice::<serde_json::Value>(&stdout).unwrap()
    };
    let expected = built(&calm);
    let home = troubled.join("releases/p/anonymized");
    let mut killed = 0;
    for millis in (0..80).map(|step| 2 + step * 10) {
        let mut child = release(&troubled).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        if home.exists() {
            // It had its name already: then it is whole, and the ledger knows it.
            break;
        }
    }
    assert!(killed > 0, "at least the first was killed in time");
    if !home.exists() {
        built(&troubled);
    }
    let package = home.join("package");
    let verified = run(&troubled, &["release", "verify", package.to_str().unwrap()]);
    assert_eq!(verified["digest"], expected["digest"], "after {killed} kills");
    let beside: Vec<_> =
        std::fs::read_dir(home.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(beside, ["anonymized"], "nothing half made is left");
    let report = run(&troubled, &["ledger", "verify"]);
    assert!(!report.is_null());
    let of_kind = |dir: &Path| {
        let files = std::fs::read_dir(dir.join("ledger")).unwrap().map(|entry| entry.unwrap().path());
        let texts = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
        texts.map(|text| String::from_utf8_lossy(&text).matches("\"ReleaseBuilt\"").count()).sum::<usize>()
    };
    assert_eq!(of_kind(&calm), 1);
    assert_eq!(of_kind(&troubled), 1, "one release, one fact");
}

#[test]
fn killed_anywhere_and_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());

    let calm = folder.path().join("calm");
    let delivery = prepare(&calm, &world);
    let expected_receipt = run(&calm, &["intake", &delivery]);
    let expected = contents(&calm);

    let troubled = folder.path().join("troubled");
    assert_eq!(prepare(&troubled, &world), delivery, "the same delivery has the same id everywhere");
    // Moments from the first reading to the last commit, whatever the speed of the machine: each try lives a little longer.
    let mut killed = 0;
    for millis in (0..60).map(|step| 5 + step * 25) {
        let mut child = kiban(&troubled, &["intake", &delivery])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    assert!(killed > 0, "at least the first was killed in time");
    let receipt = run(&troubled, &["intake", &delivery]);
    assert_eq!(receipt, expected_receipt, "after {killed} kills");
    assert_eq!(contents(&troubled), expected, "after {killed} kills");
    run(&troubled, &["ledger", "verify"]);
}
