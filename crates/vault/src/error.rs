//! What can go wrong in the vault. No error carries an identity.

use std::path::PathBuf;

/// An error of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A file or folder of the vault cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key file is not 64 hexadecimal digits.
    #[error("{} is not a key file of a vault (64 hexadecimal digits)", path.display())]
    KeyFile {
        /// Which.
        path: PathBuf,
    },
    /// The database refused; SQL errors name tables and columns, never values.
    #[error("vault database: {}", describe(.0))]
    Database(#[from] sqlx::Error),
    /// Two different local ids met in one subject number: one in about 10^18 / n; nothing of the second is taken.
    #[error("two people of one provider met in one subject number; stop and report this")]
    SubjectCollision,
    /// Something in the vault is not what this program writes.
    #[error("the vault holds an unreadable {what}")]
    Damaged {
        /// What kind of thing.
        what: &'static str,
    },
}

/// A database's own message can quote a value in a constraint's text; its code and kind cannot.
fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(inner) => {
            format!("{:?} (code {})", inner.kind(), inner.code().unwrap_or_default())
        }
        sqlx::Error::ColumnDecode { index, .. } => format!("column {index} is not of the expected type"),
        other => other.to_string(),
    }
}
