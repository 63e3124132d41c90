//! The peers: Python libraries from PyPI in a temporary environment, through the small scripts of bench/peers/.

use super::measure::Measured;
use crate::house::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A peer for one format.
pub(crate) struct Peer {
    pub(crate) format: &'static str,
    /// Name and version, for the table.
    pub(crate) name: &'static str,
    script: &'static str,
    arguments: &'static [&'static str],
}

/// What is installed for `bench formats`: pinned, because a ratio without a version means nothing.
pub(crate) const FORMATS: &[&str] = &["hl7==0.4.5", "orjson==3.13.0"];
/// What is installed for `bench linkage`: the peer, and what the scripts of its folder use.
pub(crate) const LINKAGE: &[&str] =
    &["splink==5.0.0", "duckdb==2.0.0", "pyarrow==26.0.1", "pandas==2.3.3", "scipy==1.17.1"];
/// What is installed for `bench privacy`: what the generator of persons uses.
pub(crate) const PRIVACY: &[&str] = &["numpy==2.4.6"];

/// What is installed for `bench release` and `bench statistics`: the peer, which also makes the store.
pub(crate) const RELEASE: &[&str] = &["duckdb==2.0.0"];

/// Every peer.
pub(crate) const PEERS: &[Peer] = &[
    Peer { format: "ssmix2", name: "python-hl7", script: "ssmix2.py", arguments: &[] },
    Peer { format: "uke", name: "Python csv", script: "uke.py", arguments: &[] },
    Peer { format: "fhir", name: "Python json", script: "fhir.py", arguments: &["json"] },
    Peer { format: "fhir", name: "orjson", script: "fhir.py", arguments: &["orjson"] },
];

/// A Python environment with the peers in it.
pub(crate) struct Environment {
    python: PathBuf,
}

impl Environment {
    /// Makes one in `folder`; an error says what is missing, and the bench goes on without peers.
    pub(crate) fn make(folder: &Path, packages: &[&str]) -> Result<Self, String> {
        let venv = folder.join("venv");
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let python = venv.join("bin/python");
        succeed(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(packages),
        )?;
        Ok(Self { python })
    }

    /// A script of bench/peers/, to be given its arguments.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(root().join("bench/peers").join(name));
        command
    }

    /// The interpreter with the packages, for scripts that are not ours.
    pub(crate) fn python(&self) -> Command {
        Command::new(&self.python)
    }

    /// Lets a peer read a corpus.
    pub(crate) fn run(&self, peer: &Peer, tar: &Path) -> Result<Measured, String> {
        let output = self
            .script(peer.script)
            .arg(tar)
            .args(peer.arguments)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("{} failed", peer.name));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", peer.name))
    }
}

/// Runs a program for what it does, not for what it prints.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
