//! Deliveries: what came, file by file, and which run is unfinished.

use crate::{Vault, VaultError};
use kiban_model::Private;
use sqlx::Row as _;

/// A delivery as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Content-derived id.
    pub id: String,
    /// Provider.
    pub provider: String,
    /// Day of provision, ISO 8601.
    pub provided_on: String,
    /// Day of receipt, ISO 8601.
    pub received_on: String,
    /// Finished intake runs that took something.
    pub runs: i64,
    /// A run that was planned and not finished.
    pub pending: Option<Pending>,
}

/// An unfinished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its number.
    pub run: i64,
    /// The day it decided for, ISO 8601.
    pub day: String,
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// Number from 1.
    pub file_no: u32,
    /// Path below the delivery folder: may hold a patient number.
    pub path: Private<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal; empty for a file that was refused unread.
    pub sha256: String,
    /// Reason code where it was refused before it was read; empty otherwise.
    pub refused: String,
    /// Format that read it; empty before it was read, or where none claims it.
    pub format: String,
    /// Units counted when it was read.
    pub units: u64,
}

impl Vault {
    /// Registers a delivery with its files. `false` if it is registered already: nothing changes then.
    ///
    /// # Errors
    /// The database; the provider is unknown.
    pub fn add_delivery(&self, delivery: &Delivery, files: &[DeliveredFile]) -> Result<bool, VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            let new = sqlx::query("INSERT INTO delivery (delivery_id, provider_id, provided_on, received_on) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .bind(&delivery.id)
                .bind(&delivery.provider)
                .bind(&delivery.provided_on)
                .bind(&delivery.received_on)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if new > 0 {
                for file in files {
                    sqlx::query("INSERT INTO delivery_file (delivery_id, file_no, path, bytes, sha256, refused) VALUES (?, ?, ?, ?, ?, ?)")
                        .bind(&delivery.id)
                        .bind(file.file_no)
                        .bind(file.path.expose())
                        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
                        .bind(&file.sha256)
                        .bind(&file.refused)
                        .execute(&mut *work)
                        .await?;
                }
            }
            work.commit().await?;
            Ok(new > 0)
        })
    }

    /// All deliveries in the order they were registered in.
    ///
    /// # Errors
    /// The database.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, VaultError> {
        let rows = self.wait(
            sqlx::query("SELECT delivery_id, provider_id, provided_on, received_on, runs, pending_run, pending_day FROM delivery ORDER BY rowid")
                .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|r| {
                let run: Option<i64> = r.try_get(5)?;
                let day: Option<String> = r.try_get(6)?;
                Ok(Delivery {
                    id: r.try_get(0)?,
                    provider: r.try_get(1)?,
                    provided_on: r.try_get(2)?,
                    received_on: r.try_get(3)?,
                    runs: r.try_get(4)?,
                    pending: run.zip(day).map(|(run, day)| Pending { run, day }),
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// A delivery by id.
    ///
    /// # Errors
    /// The database.
    pub fn delivery(&self, id: &str) -> Result<Option<Delivery>, VaultError> {
        Ok(self.deliveries()?.into_iter().find(|d| d.id == id))
    }

    /// The files of a delivery, by number.
    ///
    /// # Errors
    /// The database.
    pub fn files(&self, delivery: &str) -> Result<Vec<DeliveredFile>, VaultError> {
        let query =
            sqlx::query("SELECT file_no, path, bytes, sha256, refused, format, units FROM delivery_file WHERE delivery_id = ? ORDER BY file_no").bind(delivery);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                Ok(DeliveredFile {
                    file_no: r.try_get(0)?,
                    path: Private::new(r.try_get(1)?),
                    bytes: u64::try_from(r.try_get::<i64, _>(2)?).unwrap_or(0),
                    sha256: r.try_get(3)?,
                    refused: r.try_get(4)?,
                    format: r.try_get(5)?,
                    units: u64::try_from(r.try_get::<i64, _>(6)?).unwrap_or(0),
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}
