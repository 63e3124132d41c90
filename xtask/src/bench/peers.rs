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

/// What is installed: pinned, because a ratio without a version means nothing.
const PACKAGES: &[&str] = &["hl7==0.4.5", "orjson==3.13.0"];

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
    pub(crate) fn make(folder: &Path) -> Result<Self, String> {
        let venv = folder.join("venv");
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let python = venv.join("bin/python");
        succeed(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(PACKAGES),
        )?;
        Ok(Self { python })
    }

    /// Lets a peer read a corpus.
    pub(crate) fn run(&self, peer: &Peer, tar: &Path) -> Result<Measured, String> {
        let script = root().join("bench/peers").join(peer.script);
        let output = Command::new(&self.python)
            .arg(script)
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

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
