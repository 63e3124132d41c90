//! Receiving a delivery (受領): its folder is walked, every file sealed into the pack as it came, and checked against the
//! manifest. Nothing is read yet; nothing is lost (COL-01, COL-08).
//!
//! The delivery's id is a digest of its content, so that the same delivery twice is one delivery.

use crate::pack::{PackWriter, hex};
use crate::progress::{Progress, Stage, Tell, day};
use crate::{AppError, Operator};
use kiban_model::delivery::{Manifest, ManifestFile};
use kiban_model::{Private, Reason};
use kiban_vault::{DeliveredFile, Delivery};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

macro_rules! reason {
    ($name:ident, $code:literal, $ja:literal, $en:literal, $do_ja:literal, $do_en:literal) => {
        /// A file was refused before it was read.
        pub static $name: Reason = Reason {
            code: $code,
            japanese: $ja,
            english: $en,
            advice_japanese: $do_ja,
            advice_english: $do_en,
        };
    };
}

reason!(
    SYMLINK,
    "delivery.symlink",
    "シンボリックリンクはたどりません",
    "symbolic links are not followed",
    "実体のファイルを提供してください",
    "deliver the file itself"
);
reason!(
    NOT_A_FILE,
    "delivery.not-a-file",
    "通常のファイルではありません",
    "not an ordinary file",
    "通常のファイルとして提供してください",
    "deliver an ordinary file"
);
reason!(
    UNREADABLE,
    "delivery.unreadable",
    "ファイルを読み取れません",
    "the file cannot be read",
    "権限と媒体を確認し、もう一度提供してください",
    "check permissions and media, and deliver it again"
);
reason!(
    MISSING,
    "delivery.missing-file",
    "目録にあるファイルが届いていません",
    "a file of the manifest did not come",
    "不足のファイルを含めて提供し直すか、目録を訂正してください",
    "deliver it, or correct the manifest"
);
reason!(
    DISAGREES,
    "delivery.manifest-mismatch",
    "ファイルの大きさまたはハッシュが目録と一致しません",
    "size or hash differs from the manifest",
    "転送中の破損でないか確認し、提供し直してください",
    "check for damage in transfer and deliver it again"
);
reason!(
    UNLISTED,
    "delivery.not-in-manifest",
    "目録にないファイルです",
    "the file is not in the manifest",
    "目録に加えて提供し直してください",
    "add it to the manifest and deliver again"
);

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Received {
    /// Delivery id.
    pub delivery: String,
    /// Provider.
    pub provider: String,
    /// Files, refused ones included.
    pub files: u64,
    /// Of them refused before reading.
    pub refused: u64,
    /// Bytes.
    pub bytes: u64,
    /// Whether it is new; `false`: the same delivery stands already and nothing changed.
    pub new: bool,
}

/// Reads a manifest.
///
/// # Errors
/// The file cannot be read or is not in the grammar; the message points at the line.
pub fn read_manifest(path: &Path) -> Result<Manifest, AppError> {
    let text = std::fs::read_to_string(path).map_err(AppError::at(path))?;
    toml::from_str(&text)
        .map_err(|error| AppError::Grammar { path: path.to_path_buf(), problem: error.to_string() })
}

impl Operator {
    /// Receives the files below `folder` under `manifest` on day `on`.
    ///
    /// # Errors
    /// The provider is unknown, or the folder or the operator's own cannot be used. Trouble with single files is not an
    /// error: they are refused with a reason and counted.
    pub fn receive(
        &self,
        folder: &Path,
        manifest: &Manifest,
        on: &str,
        tell: Tell<'_>,
    ) -> Result<Received, AppError> {
        day(on)?;
        let _lock = self.lock()?;
        day(&manifest.provided_on)?;
        if !self.vault.providers()?.iter().any(|p| p.id == manifest.provider) {
            return Err(AppError::UnknownProvider { provider: manifest.provider.clone() });
        }
        let found = walk(folder)?;
        let stated: BTreeMap<&str, &ManifestFile> =
            manifest.files.iter().map(|f| (f.path.as_str(), f)).collect();
        let mut paths: BTreeMap<String, Option<(PathBuf, &'static str)>> =
            found.into_iter().map(|(name, at)| (name, Some(at))).collect();
        for name in stated.keys() {
            paths.entry((*name).to_owned()).or_insert(None);
        }
        let incoming = self.folder("deliveries").join(format!(".incoming-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&incoming);
        let mut pack = PackWriter::create(&incoming)?;
        let mut identity = Sha256::new();
        identity.update(manifest.provider.as_bytes());
        let mut files = Vec::with_capacity(paths.len());
        let total = paths.len() as u64;
        for (at, (name, place)) in paths.into_iter().enumerate() {
            let file_no = u32::try_from(at + 1).unwrap_or(u32::MAX);
            tell(Progress { stage: Stage::Receiving, done: at as u64, total });
            let mut file = DeliveredFile {
                file_no,
                path: Private::new(name.clone()),
                bytes: 0,
                sha256: String::new(),
                refused: String::new(),
                format: String::new(),
                units: 0,
            };
            match place {
                None => file.refused = MISSING.code.to_owned(),
                Some((_, refused)) if !refused.is_empty() => file.refused = refused.to_owned(),
                Some((path, _)) => match File::open(&path) {
                    Err(_) => file.refused = UNREADABLE.code.to_owned(),
                    Ok(mut source) => match pack.add(file_no, &mut source)? {
                        Err(_) => file.refused = UNREADABLE.code.to_owned(),
                        Ok(frame) => {
                            file.refused = disagreement(&stated, &name, frame.bytes, &frame.sha256)
                                .map_or(String::new(), |r| r.code.to_owned());
                            file.bytes = frame.bytes;
                            file.sha256 = frame.sha256;
                        }
                    },
                },
            }
            for part in [name.as_bytes(), file.sha256.as_bytes(), file.refused.as_bytes()] {
                identity.update((part.len() as u64).to_be_bytes());
                identity.update(part);
            }
            files.push(file);
        }
        pack.finish()?;
        let id: String = hex(&identity.finalize()).chars().take(16).collect();
        let home = self.folder("deliveries").join(&id);
        let mut received = Received {
            delivery: id.clone(),
            provider: manifest.provider.clone(),
            files: files.len() as u64,
            refused: files.iter().filter(|f| !f.refused.is_empty()).count() as u64,
            bytes: files.iter().map(|f| f.bytes).sum(),
            new: false,
        };
        if home.exists() && self.vault.delivery(&id)?.is_some() {
            std::fs::remove_dir_all(&incoming).map_err(AppError::at(&incoming))?;
            return Ok(received);
        }
        let text = toml::to_string_pretty(&Manifest { files: Vec::new(), ..manifest.clone() })
            .map_err(|error| AppError::Grammar { path: home.clone(), problem: error.to_string() })?;
        std::fs::write(incoming.join("manifest.toml"), text).map_err(AppError::at(&incoming))?;
        // A crash between the two leaves a pack nobody knows of; the next attempt replaces it.
        let _ = std::fs::remove_dir_all(&home);
        std::fs::rename(&incoming, &home).map_err(AppError::at(&home))?;
        let delivery = Delivery {
            id,
            provider: manifest.provider.clone(),
            provided_on: manifest.provided_on.clone(),
            received_on: on.to_owned(),
            runs: 0,
            pending: None,
        };
        received.new = self.vault.add_delivery(&delivery, &files)?;
        self.record("DeliveryReceived", on, serde_json::to_value(&received).unwrap_or_default())?;
        Ok(received)
    }

    /// All deliveries.
    ///
    /// # Errors
    /// The vault.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, AppError> {
        Ok(self.vault.deliveries()?)
    }
}

fn disagreement(
    stated: &BTreeMap<&str, &ManifestFile>,
    name: &str,
    bytes: u64,
    sha256: &str,
) -> Option<&'static Reason> {
    if stated.is_empty() {
        return None;
    }
    let Some(stated) = stated.get(name) else { return Some(&UNLISTED) };
    let differs = stated.bytes.is_some_and(|b| b != bytes)
        || stated.sha256.as_deref().is_some_and(|h| !h.eq_ignore_ascii_case(sha256));
    differs.then_some(&DISAGREES)
}

/// Every entry below a folder that is not a folder: name with `/`, and where it is or why it cannot be taken.
fn walk(folder: &Path) -> Result<BTreeMap<String, (PathBuf, &'static str)>, AppError> {
    if !folder.is_dir() {
        return Err(AppError::Folder {
            path: folder.to_path_buf(),
            source: std::io::Error::other("not a folder"),
        });
    }
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).follow_links(false).min_depth(1) {
        match entry {
            Ok(entry) => {
                let kind = entry.file_type();
                if kind.is_dir() {
                    continue;
                }
                let refused = if kind.is_symlink() {
                    SYMLINK.code
                } else if kind.is_file() {
                    ""
                } else {
                    NOT_A_FILE.code
                };
                found.insert(name_below(folder, entry.path()), (entry.path().to_path_buf(), refused));
            }
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_path_buf();
                found.insert(name_below(folder, &path), (path, UNREADABLE.code));
            }
        }
    }
    Ok(found)
}

/// A name that is not UTF-8 keeps its readable part; the pack keeps the bytes of the file all the same.
fn name_below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The reason behind a code of this stage.
pub(crate) fn reason(code: &str) -> Option<&'static Reason> {
    [&SYMLINK, &NOT_A_FILE, &UNREADABLE, &MISSING, &DISAGREES, &UNLISTED].into_iter().find(|r| r.code == code)
}
