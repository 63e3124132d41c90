//! Facts the gate asks for: providers and their filing, notices given, objections received (COL-02, OPT-01 to OPT-07).

use crate::{Vault, VaultError};
use kiban_model::Private;
use sqlx::Row as _;

/// A provider (医療情報取扱事業者) and its filing. Dates are ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Registered id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Day of filing with the ministers.
    pub filed_on: Option<String>,
    /// Day of publication.
    pub published_on: Option<String>,
}

/// A notice on record. `local_id` is empty for a notice to everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeOnRecord {
    /// To whom, by the provider's number; empty for everyone.
    pub local_id: Private<String>,
    /// The day, ISO 8601.
    pub given_on: String,
    /// `person` or `guardian`.
    pub recipient: String,
}

/// An objection on record; what is not stated is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectionOnRecord {
    /// The provider's number.
    pub local_id: Private<String>,
    /// Name.
    pub name: Private<String>,
    /// Kana.
    pub kana: Private<String>,
    /// Birth date, ISO 8601.
    pub birth_date: Private<String>,
    /// Insurance symbol.
    pub symbol: Private<String>,
    /// Insurance number.
    pub number: Private<String>,
    /// Branch number.
    pub branch: Private<String>,
    /// Received on, ISO 8601.
    pub received_on: String,
    /// Withdrawn on, ISO 8601, or empty.
    pub withdrawn_on: String,
}

impl Vault {
    /// Records or corrects a provider.
    ///
    /// # Errors
    /// The database.
    pub fn put_provider(&self, provider: &Provider) -> Result<(), VaultError> {
        self.wait(async {
            sqlx::query("INSERT INTO provider VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET name = ?2, filed_on = ?3, published_on = ?4")
                .bind(&provider.id)
                .bind(&provider.name)
                .bind(&provider.filed_on)
                .bind(&provider.published_on)
                .execute(&self.pool)
                .await
        })?;
        Ok(())
    }

    /// All providers by id.
    ///
    /// # Errors
    /// The database.
    pub fn providers(&self) -> Result<Vec<Provider>, VaultError> {
        let rows = self.wait(
            sqlx::query("SELECT provider_id, name, filed_on, published_on FROM provider ORDER BY 1")
                .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|r| {
                Ok(Provider {
                    id: r.try_get(0)?,
                    name: r.try_get(1)?,
                    filed_on: r.try_get(2)?,
                    published_on: r.try_get(3)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Adds notices; one that is on record already is not added again. Returns how many were new.
    ///
    /// # Errors
    /// The database; the provider is unknown.
    pub fn add_notices(&self, provider: &str, notices: &[NoticeOnRecord]) -> Result<u64, VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            let mut added = 0;
            for notice in notices {
                added += sqlx::query("INSERT INTO notice VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                    .bind(provider)
                    .bind(notice.local_id.expose())
                    .bind(&notice.given_on)
                    .bind(&notice.recipient)
                    .execute(&mut *work)
                    .await?
                    .rows_affected();
            }
            work.commit().await?;
            Ok(added)
        })
    }

    /// All notices of a provider.
    ///
    /// # Errors
    /// The database.
    pub fn notices(&self, provider: &str) -> Result<Vec<NoticeOnRecord>, VaultError> {
        let query = sqlx::query(
            "SELECT local_id, given_on, recipient FROM notice WHERE provider_id = ? ORDER BY 1, 2, 3",
        )
        .bind(provider);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                Ok(NoticeOnRecord {
                    local_id: Private::new(r.try_get(0)?),
                    given_on: r.try_get(1)?,
                    recipient: r.try_get(2)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Adds objections, or states the withdrawal of those on record. Returns how many lines changed something.
    ///
    /// # Errors
    /// The database; the provider is unknown.
    pub fn add_objections(
        &self,
        provider: &str,
        objections: &[ObjectionOnRecord],
    ) -> Result<u64, VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            let mut changed = 0;
            for o in objections {
                changed += sqlx::query(
                    "INSERT INTO objection (provider_id, local_id, name, kana, birth_date, symbol, number, branch, received_on, withdrawn_on)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10)
                     ON CONFLICT DO UPDATE SET withdrawn_on = ?10 WHERE withdrawn_on IS NOT ?10",
                )
                .bind(provider)
                .bind(o.local_id.expose())
                .bind(o.name.expose())
                .bind(o.kana.expose())
                .bind(o.birth_date.expose())
                .bind(o.symbol.expose())
                .bind(o.number.expose())
                .bind(o.branch.expose())
                .bind(&o.received_on)
                .bind(&o.withdrawn_on)
                .execute(&mut *work)
                .await?
                .rows_affected();
            }
            work.commit().await?;
            Ok(changed)
        })
    }

    /// All objections received by a provider.
    ///
    /// # Errors
    /// The database.
    pub fn objections(&self, provider: &str) -> Result<Vec<ObjectionOnRecord>, VaultError> {
        let query = sqlx::query(
            "SELECT local_id, name, kana, birth_date, symbol, number, branch, received_on, withdrawn_on
             FROM objection WHERE provider_id = ? ORDER BY objection_no",
        )
        .bind(provider);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                let private = |at: usize| r.try_get::<String, _>(at).map(Private::new);
                Ok(ObjectionOnRecord {
                    local_id: private(0)?,
                    name: private(1)?,
                    kana: private(2)?,
                    birth_date: private(3)?,
                    symbol: private(4)?,
                    number: private(5)?,
                    branch: private(6)?,
                    received_on: r.try_get(7)?,
                    withdrawn_on: r.try_get(8)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}
