//! The repository as the rules see it: its files' texts and its packages. Plain data, so that a rule's test builds its own.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything the rules look at.
#[derive(Debug, Default)]
pub(crate) struct House {
    /// Every file that is or would be committed, path with `/`, with its text (`None`: not text).
    pub(crate) files: Vec<(String, Option<String>)>,
    /// The workspace's own packages.
    pub(crate) packages: Vec<Package>,
    /// Packages that come from outside.
    pub(crate) third_party: Vec<Package>,
}

/// A package as `cargo metadata` describes it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a package asks for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build`, or nothing for an ordinary one.
    pub(crate) kind: Option<String>,
}

/// The workspace folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

impl House {
    /// Reads the repository this tool was built from.
    pub(crate) fn read() -> Result<Self, Box<dyn std::error::Error>> {
        let root = root();
        let files = paths(&root)?
            .into_iter()
            .filter_map(|path| {
                // A file that git still lists but that is gone from the disk is being removed.
                let bytes = std::fs::read(root.join(&path)).ok()?;
                Some((path, String::from_utf8(bytes).ok()))
            })
            .collect();
        let (packages, third_party) =
            metadata(&root)?.into_iter().partition(|p: &Package| p.source.is_none());
        Ok(Self { files, packages, third_party })
    }

    /// Text files, with their paths.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts().find(|(p, _)| *p == path).map(|(_, text)| text)
    }

    /// Whether a file, or a folder with files in it, has this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.iter().any(|(p, _)| p == path || p.starts_with(&folder))
    }
}

/// Files git tracks or would track; where there is no git, every file outside build folders.
fn paths(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let git = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    if let Ok(output) = git
        && output.status.success()
    {
        let listed = String::from_utf8(output.stdout)?;
        return Ok(listed.split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect());
    }
    let walk = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.depth() != 1 || !matches!(e.file_name().to_str(), Some("target" | ".git")));
    let mut paths = Vec::new();
    for entry in walk {
        let entry = entry?;
        if entry.file_type().is_file() {
            paths.push(entry.path().strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(paths)
}

fn metadata(root: &Path) -> Result<Vec<Package>, Box<dyn std::error::Error>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = cargo_command()
        .args(["metadata", "--format-version", "1"])
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("cargo metadata failed".into());
    }
    Ok(serde_json::from_slice::<Metadata>(&output.stdout)?.packages)
}

/// The cargo that runs us, so that a chosen toolchain stays chosen.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// That cargo, to be run from here as anybody would run it: what `cargo run` says about this tool would pass for a change of
/// setting with some build scripts, and half of everything would be built again.
pub(crate) fn cargo_command() -> Command {
    let mut command = Command::new(cargo());
    let about_us = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(about_us)) {
        command.env_remove(name);
    }
    command
}
