//! What a bare machine lacks to build Kiban, installed where we may, named where we may not.

use std::path::Path;
use std::process::{Command, Stdio};

/// (program, Debian package). Rust comes with `rust-toolchain.toml`; SQLite, zstd and the like are built from source in crates.
const NEEDED: &[(&str, &str)] = &[("cc", "build-essential"), ("pkg-config", "pkg-config")];

/// Installs what is missing, or says what to install. The build itself is the judge: nothing here fails.
pub(crate) fn provide() {
    let missing = missing(&search_path());
    if missing.is_empty() {
        return;
    }
    let commands = [
        vec!["apt-get", "update"],
        [vec!["apt-get", "install", "--yes", "--no-install-recommends"], missing.clone()].concat(),
    ];
    if !is_root() {
        eprintln!("missing here: {}. Install: sudo {}", missing.join(" "), commands[1].join(" "));
        return;
    }
    for command in commands {
        println!("── {}", command.join(" "));
        let done =
            Command::new(command[0]).args(&command[1..]).env("DEBIAN_FRONTEND", "noninteractive").status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("could not install {}", missing.join(" "));
            return;
        }
    }
}

fn search_path() -> Vec<std::path::PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn missing(folders: &[impl AsRef<Path>]) -> Vec<&'static str> {
    let here = |program: &str| folders.iter().any(|folder| folder.as_ref().join(program).is_file());
    NEEDED.iter().filter(|(program, _)| !here(program)).map(|(_, package)| *package).collect()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_path_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(missing(&[folder.path()]), ["build-essential", "pkg-config"]);
        std::fs::write(folder.path().join("cc"), "").unwrap();
        assert_eq!(missing(&[folder.path()]), ["pkg-config"]);
    }
}
