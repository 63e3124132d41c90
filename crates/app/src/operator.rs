//! One operator's folder: `kiban.toml`, `deliveries/`, `vault/`, `store/`, `ledger/`, `receipts/`, `releases/`,
//! `statistics/`.

use crate::{AppError, Config};
use kiban_collect::Masters;
use kiban_ledger::{Event, Ledger, SigningKey};
use kiban_store::Store;
use kiban_vault::{Secret, Vault};
use std::path::{Path, PathBuf};

/// An operator's folder, opened. Vault and store are opened only through here, by use cases that need them.
#[derive(Debug)]
pub struct Operator {
    root: PathBuf,
    /// Settings.
    pub config: Config,
    pub(crate) vault: Vault,
    pub(crate) store: Store,
}

impl Operator {
    /// Makes a new operator's folder. `secret` is from the operating system, or a demo's seed.
    ///
    /// # Errors
    /// One stands there already; the folder cannot be written.
    pub fn init(root: &Path, config: &Config, secret: Secret, on: &str) -> Result<Self, AppError> {
        let file = root.join("kiban.toml");
        if file.exists() {
            return Err(AppError::AlreadyAnOperator { path: root.to_path_buf() });
        }
        std::fs::create_dir_all(root).map_err(AppError::at(root))?;
        Vault::create(&root.join("vault"), secret)?;
        config.write(&file)?;
        let operator = Self::open(root)?;
        operator.record("OperatorInitialised", on, serde_json::json!({ "operator": config.operator }))?;
        Ok(operator)
    }

    /// Opens an operator's folder.
    ///
    /// # Errors
    /// There is none; a part of it cannot be opened.
    pub fn open(root: &Path) -> Result<Self, AppError> {
        let file = root.join("kiban.toml");
        if !file.exists() {
            return Err(AppError::NotAnOperator { path: root.to_path_buf() });
        }
        let config = Config::read(&file)?;
        Ok(Self {
            root: root.to_path_buf(),
            config,
            vault: Vault::open(&root.join("vault"))?,
            store: Store::open(&root.join("store"))?,
        })
    }

    /// A folder of the operator's.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Appends a fact to the ledger and signs its head (SEC-06). The body holds no identities.
    pub(crate) fn record(&self, kind: &str, on: &str, body: serde_json::Value) -> Result<(), AppError> {
        let key = SigningKey::from_bytes(&self.vault.secret().digest("ledger signing key", &[]));
        let mut ledger = Ledger::open(&self.folder("ledger"), key)?;
        ledger.append(Event {
            kind: kind.to_owned(),
            at: on.to_owned(),
            actor: "operator".to_owned(),
            body,
        })?;
        ledger.sign_head(on)?;
        Ok(())
    }

    /// Whether an event of a kind with such a body stands in the ledger.
    pub(crate) fn recorded(
        &self,
        kind: &str,
        such: impl Fn(&serde_json::Value) -> bool,
    ) -> Result<bool, AppError> {
        for entry in kiban_ledger::events(&self.folder("ledger"))?.of_kind(kind) {
            if such(&entry?.event.body) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps other processes from changing this operator's folder until the lock is dropped.
    pub(crate) fn lock(&self) -> Result<std::fs::File, AppError> {
        let path = self.folder("lock");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(AppError::at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(AppError::Busy { path: self.root.clone() }),
            Err(std::fs::TryLockError::Error(source)) => Err(AppError::Folder { path, source }),
        }
    }

    /// The key others verify the ledger's heads with, in hexadecimal.
    pub fn ledger_public_key(&self) -> String {
        let key = SigningKey::from_bytes(&self.vault.secret().digest("ledger signing key", &[]));
        key.verifying_key().to_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Checks the whole ledger offline.
    ///
    /// # Errors
    /// The first damage found.
    pub fn verify_ledger(&self) -> Result<kiban_ledger::Report, AppError> {
        let key = SigningKey::from_bytes(&self.vault.secret().digest("ledger signing key", &[]));
        Ok(kiban_ledger::verify(&self.folder("ledger"), &[key.verifying_key()])?)
    }

    /// The operator's masters; none configured reads everything and names nothing.
    pub(crate) fn masters(&self) -> Result<Masters, AppError> {
        match &self.config.masters {
            Some(folder) => Masters::load(folder).map_err(|error| AppError::Masters(error.to_string())),
            None => Ok(Masters::default()),
        }
    }
}
