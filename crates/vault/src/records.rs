//! The register of records: everything ever read, and what became of it (COL-03, COL-08).

use crate::{Vault, VaultError};
use kiban_model::{Private, Reason, SubjectId};
use serde_json::json;
use sqlx::Row as _;

/// One record, or one rejected piece, as a survey of a file found it.
#[derive(Debug, Clone)]
pub struct RecordEntry {
    /// File number.
    pub file_no: u32,
    /// Order of the outcome in the file, from 0.
    pub seq: u64,
    /// Record number (first unit).
    pub record_no: u64,
    /// Bytes.
    pub bytes: std::ops::Range<u64>,
    /// Units.
    pub units: u64,
    /// Source kind.
    pub kind: String,
    /// Whose; `None` for records about no person and for rejected pieces.
    pub subject: Option<SubjectId>,
    /// Keyed digest of the natural key; the content's where there is none.
    pub key: String,
    /// Version under the key.
    pub version: String,
    /// 0 current, 1 superseded, 2 cancelled.
    pub standing: u8,
    /// Keyed digest of the bytes.
    pub content: String,
    /// Why it was rejected, and where.
    pub rejected: Option<(&'static Reason, String)>,
}

/// How many records of one file ended in one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// File number.
    pub file_no: u32,
    /// Outcome as in the register.
    pub outcome: String,
    /// Records.
    pub records: u64,
    /// Units they hold.
    pub units: u64,
}

/// A record held back, for the person who must act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// Delivery.
    pub delivery: String,
    /// File number.
    pub file_no: u32,
    /// Path of the file: may hold a patient number.
    pub path: Private<String>,
    /// Record number, 0 for the whole file.
    pub record_no: u64,
    /// Bytes.
    pub bytes: std::ops::Range<u64>,
    /// objected, not_yet or quarantined.
    pub outcome: String,
    /// Place in the format's coordinates.
    pub place: String,
    /// Reason code.
    pub reason: String,
    /// Japanese, English, advice in Japanese, advice in English.
    pub words: [String; 4],
}

impl Vault {
    /// Forgets what was read of a delivery but not taken, before it is read again.
    ///
    /// # Errors
    /// The database.
    pub fn begin_survey(&self, delivery: &str) -> Result<(), VaultError> {
        let query = sqlx::query("DELETE FROM record WHERE delivery_id = ? AND outcome IN ('surveyed', 'objected', 'not_yet', 'quarantined')").bind(delivery);
        self.wait(query.execute(&self.pool))?;
        Ok(())
    }

    /// Registers what a survey found in some files; records taken earlier stay as they are.
    ///
    /// # Errors
    /// The database.
    pub fn survey(
        &self,
        delivery: &str,
        provider: &str,
        formats: &[(u32, &'static str, u64)],
        entries: &[RecordEntry],
    ) -> Result<(), VaultError> {
        let list: Vec<_> = entries
            .iter()
            .map(|e| {
                let (reason, place) = e.rejected.as_ref().map_or(("", ""), |(r, p)| (r.code, p.as_str()));
                let outcome = if e.rejected.is_some() { "quarantined" } else { "surveyed" };
                json!([
                    e.file_no,
                    e.seq,
                    e.record_no,
                    e.bytes.start,
                    e.bytes.end,
                    e.units,
                    e.kind,
                    e.subject.map_or(0, |s| s.0),
                    e.key,
                    e.version,
                    e.standing,
                    e.content,
                    outcome,
                    reason,
                    place
                ])
            })
            .collect();
        let list = serde_json::to_string(&list).map_err(|_| VaultError::Damaged { what: "survey" })?;
        let files = serde_json::to_string(formats).map_err(|_| VaultError::Damaged { what: "survey" })?;
        self.put_reasons(entries.iter().filter_map(|e| e.rejected.as_ref().map(|(reason, _)| *reason)))?;
        self.wait(async {
            let mut work = self.pool.begin().await?;
            sqlx::query(
                "INSERT INTO record (delivery_id, provider_id, file_no, seq, record_no, first_byte, last_byte, units, kind, subject_id,
                                     key, version, standing, content, outcome, reason, place, run)
                 SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, 0
                 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING",
            )
            .bind(delivery)
            .bind(provider)
            .bind(list)
            .execute(&mut *work)
            .await?;
            sqlx::query(
                "UPDATE delivery_file SET format = f.value ->> 1, units = f.value ->> 2
                 FROM json_each(?2) f WHERE delivery_id = ?1 AND file_no = f.value ->> 0",
            )
            .bind(delivery)
            .bind(files)
            .execute(&mut *work)
            .await?;
            work.commit().await
        })
    }

    pub(crate) fn put_reasons(
        &self,
        reasons: impl Iterator<Item = &'static Reason>,
    ) -> Result<(), VaultError> {
        let mut distinct: Vec<&'static Reason> = reasons.collect();
        distinct.sort_by_key(|r| r.code);
        distinct.dedup_by_key(|r| r.code);
        self.wait(async {
            for r in distinct {
                sqlx::query("INSERT OR REPLACE INTO reason VALUES (?, ?, ?, ?, ?)")
                    .bind(r.code)
                    .bind(r.japanese)
                    .bind(r.english)
                    .bind(r.advice_japanese)
                    .bind(r.advice_english)
                    .execute(&self.pool)
                    .await?;
            }
            Ok(())
        })
    }

    /// Outcomes by file, for the receipt.
    ///
    /// # Errors
    /// The database.
    pub fn outcomes(&self, delivery: &str) -> Result<Vec<FileOutcome>, VaultError> {
        let query = sqlx::query("SELECT file_no, outcome, count(*), sum(units) FROM record WHERE delivery_id = ? GROUP BY 1, 2 ORDER BY 1, 2").bind(delivery);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                let count =
                    |at: usize| Ok::<_, sqlx::Error>(u64::try_from(r.try_get::<i64, _>(at)?).unwrap_or(0));
                Ok(FileOutcome {
                    file_no: r.try_get(0)?,
                    outcome: r.try_get(1)?,
                    records: count(2)?,
                    units: count(3)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// What was held back, with words; of one delivery or (empty id) of all.
    ///
    /// # Errors
    /// The database.
    pub fn held_back(&self, delivery: &str) -> Result<Vec<HeldBack>, VaultError> {
        let query = sqlx::query(
            "SELECT r.delivery_id, r.file_no, f.path, r.record_no, r.first_byte, r.last_byte, r.outcome, r.place, r.reason,
                    coalesce(w.japanese, ''), coalesce(w.english, ''), coalesce(w.advice_japanese, ''), coalesce(w.advice_english, '')
             FROM record r JOIN delivery_file f USING (delivery_id, file_no) LEFT JOIN reason w ON w.code = r.reason
             WHERE r.outcome IN ('objected', 'not_yet', 'quarantined') AND (?1 = '' OR r.delivery_id = ?1)
             ORDER BY r.delivery_id, r.file_no, r.seq",
        )
        .bind(delivery);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                let number =
                    |at: usize| Ok::<_, sqlx::Error>(u64::try_from(r.try_get::<i64, _>(at)?).unwrap_or(0));
                Ok(HeldBack {
                    delivery: r.try_get(0)?,
                    file_no: r.try_get(1)?,
                    path: Private::new(r.try_get(2)?),
                    record_no: number(3)?,
                    bytes: number(4)?..number(5)?,
                    outcome: r.try_get(6)?,
                    place: r.try_get(7)?,
                    reason: r.try_get(8)?,
                    words: [r.try_get(9)?, r.try_get(10)?, r.try_get(11)?, r.try_get(12)?],
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Records by reason code among those held back of a delivery.
    ///
    /// # Errors
    /// The database.
    pub fn reasons(&self, delivery: &str) -> Result<Vec<(String, u64)>, VaultError> {
        let query = sqlx::query("SELECT reason, count(*) FROM record WHERE delivery_id = ? AND reason <> '' GROUP BY 1 ORDER BY 1").bind(delivery);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| Ok((r.try_get(0)?, u64::try_from(r.try_get::<i64, _>(1)?).unwrap_or(0))))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}
