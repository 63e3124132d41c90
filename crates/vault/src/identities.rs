//! Statements of identity: distinct ones per subject, and what else identifies, record by record.

use crate::{Vault, VaultError};
use kiban_model::{DateAsGiven, Identity, Private, Sex, SubjectId};
use sqlx::Row as _;
use std::collections::HashMap;

/// One distinct statement about a subject.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Whose.
    pub subject: SubjectId,
    /// The provider's number of the person.
    pub local_id: Private<String>,
    /// What was stated; `extra` is not part of it.
    pub identity: Identity,
    /// When the source recorded it, ISO 8601 or empty.
    pub recorded_at: String,
}

/// What else a record said that identifies (JSON with the source's names), or a whole record about no person.
#[derive(Debug, Clone)]
pub struct ExtraIdentity {
    /// Delivery, file, record, number within the record.
    pub place: (String, u32, u64, u32),
    /// Whose; `None` for a record about no person.
    pub subject: Option<SubjectId>,
    /// JSON.
    pub extra: Private<String>,
}

/// Distinct statements met, to be written together.
#[derive(Debug, Default)]
pub struct Statements {
    distinct: HashMap<(i64, String), Statement>,
}

impl Statements {
    /// Adds a statement; one that says the same as an earlier one only moves its date on.
    pub fn add(&mut self, vault: &Vault, statement: Statement) {
        let digest = vault.secret().digest_text("identity", &[canonical(&statement.identity).as_bytes()]);
        match self.distinct.entry((statement.subject.0, digest)) {
            std::collections::hash_map::Entry::Occupied(mut held) => {
                if held.get().recorded_at < statement.recorded_at {
                    held.get_mut().recorded_at = statement.recorded_at;
                }
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(statement);
            }
        }
    }

    /// How many distinct statements wait.
    pub fn len(&self) -> usize {
        self.distinct.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.distinct.is_empty()
    }
}

macro_rules! statements_sql {
    ($which:literal) => {
        concat!(
            "SELECT s.provider_id, s.subject_id, s.local_id, i.recorded_at, i.name, i.kana, i.roman, i.birth_date, i.sex,
                    i.postal_code, i.address, i.phones, i.insurer, i.symbol, i.number, i.branch, i.other_numbers
             FROM subject s JOIN identity i USING (subject_id) WHERE ",
            $which,
            " ORDER BY s.subject_id, i.recorded_at, i.digest"
        )
    };
}
pub(crate) use statements_sql;

fn text(value: &Option<Private<String>>) -> &str {
    value.as_ref().map_or("", |v| v.expose())
}

fn list(values: &[Private<String>]) -> String {
    serde_json::to_string(&values.iter().map(Private::expose).collect::<Vec<_>>()).unwrap_or_default()
}

fn numbers(values: &[(String, Private<String>)]) -> String {
    serde_json::to_string(&values.iter().map(|(s, v)| (s, v.expose())).collect::<Vec<_>>())
        .unwrap_or_default()
}

fn birth(identity: &Identity) -> String {
    identity.birth_date.as_ref().map(|b| b.expose().to_string()).unwrap_or_default()
}

fn canonical(i: &Identity) -> String {
    [
        text(&i.name),
        text(&i.kana),
        text(&i.roman),
        &birth(i),
        i.sex.map_or("", Sex::code),
        text(&i.postal_code),
        text(&i.address),
        &list(&i.phones),
        text(&i.insurer),
        text(&i.insurance_symbol),
        text(&i.insurance_number),
        text(&i.insurance_branch),
        &numbers(&i.other_numbers),
    ]
    .join("\u{1f}")
}

impl Vault {
    /// Writes statements; what is known already only moves its date on. Subjects are made as needed.
    ///
    /// # Errors
    /// The database; two local ids in one subject number.
    pub fn add_statements(&self, provider: &str, statements: &Statements) -> Result<(), VaultError> {
        let collided = self.wait(async {
            let mut work = self.pool.begin().await?;
            for ((subject, digest), statement) in &statements.distinct {
                sqlx::query("INSERT INTO subject VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                    .bind(subject)
                    .bind(provider)
                    .bind(statement.local_id.expose())
                    .execute(&mut *work)
                    .await?;
                let standing: String = sqlx::query("SELECT local_id FROM subject WHERE subject_id = ?").bind(subject).fetch_one(&mut *work).await?.try_get(0)?;
                if standing != *statement.local_id.expose() {
                    return Ok(true);
                }
                let i = &statement.identity;
                let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
                sqlx::query(
                    "INSERT INTO identity VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                     ON CONFLICT DO UPDATE SET recorded_at = max(recorded_at, ?3)",
                )
                .bind(subject)
                .bind(digest)
                .bind(&statement.recorded_at)
                .bind(some(text(&i.name)))
                .bind(some(text(&i.kana)))
                .bind(some(text(&i.roman)))
                .bind(some(&birth(i)))
                .bind(i.sex.map(Sex::code))
                .bind(some(text(&i.postal_code)))
                .bind(some(text(&i.address)))
                .bind(list(&i.phones))
                .bind(some(text(&i.insurer)))
                .bind(some(text(&i.insurance_symbol)))
                .bind(some(text(&i.insurance_number)))
                .bind(some(text(&i.insurance_branch)))
                .bind(numbers(&i.other_numbers))
                .execute(&mut *work)
                .await?;
            }
            work.commit().await?;
            Ok(false)
        })?;
        if collided { Err(VaultError::SubjectCollision) } else { Ok(()) }
    }

    /// Writes what else identifies; the same place twice is written once.
    ///
    /// # Errors
    /// The database.
    pub fn add_extra_identities(&self, extras: &[ExtraIdentity]) -> Result<(), VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            for extra in extras {
                let (delivery, file_no, record_no, part) = &extra.place;
                sqlx::query("INSERT INTO identity_extra VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
                    .bind(delivery)
                    .bind(file_no)
                    .bind(i64::try_from(*record_no).unwrap_or(i64::MAX))
                    .bind(part)
                    .bind(extra.subject.map_or(0, |s| s.0))
                    .bind(extra.extra.expose())
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await
        })
    }

    /// Every statement of every subject that has one, with its provider, by subject; or only those of one provider.
    ///
    /// # Errors
    /// The database.
    pub fn statements(&self, of_provider: Option<&str>) -> Result<Vec<(String, Statement)>, VaultError> {
        let query =
            sqlx::query(statements_sql!("?1 = '' OR s.provider_id = ?1")).bind(of_provider.unwrap_or(""));
        self.wait(query.fetch_all(&self.pool))?.iter().map(statement).collect()
    }

    /// Every statement of one subject, with its provider, oldest first.
    ///
    /// # Errors
    /// The database.
    pub fn statements_of(&self, subject: SubjectId) -> Result<Vec<(String, Statement)>, VaultError> {
        let query = sqlx::query(statements_sql!("s.subject_id = ?1")).bind(subject.0);
        self.wait(query.fetch_all(&self.pool))?.iter().map(statement).collect()
    }
}

pub(crate) fn statement(row: &sqlx::sqlite::SqliteRow) -> Result<(String, Statement), VaultError> {
    let private =
        |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(column)?.map(Private::new));
    let json = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
    let damaged = |_| VaultError::Damaged { what: "identity" };
    let phones = json("phones")?;
    let phones: Vec<String> =
        if phones.is_empty() { Vec::new() } else { serde_json::from_str(&phones).map_err(damaged)? };
    let others = json("other_numbers")?;
    let others: Vec<(String, String)> =
        if others.is_empty() { Vec::new() } else { serde_json::from_str(&others).map_err(damaged)? };
    let birth: Option<String> = row.try_get("birth_date")?;
    let birth = birth
        .map(|b| DateAsGiven::parse_iso(&b).map_err(|_| VaultError::Damaged { what: "birth date" }))
        .transpose()?;
    let sex: Option<String> = row.try_get("sex")?;
    let identity = Identity {
        name: private("name")?,
        kana: private("kana")?,
        roman: private("roman")?,
        birth_date: birth.map(Private::new),
        sex: sex.as_deref().and_then(Sex::parse),
        postal_code: private("postal_code")?,
        address: private("address")?,
        phones: phones.into_iter().map(Private::new).collect(),
        insurer: private("insurer")?,
        insurance_symbol: private("symbol")?,
        insurance_number: private("number")?,
        insurance_branch: private("branch")?,
        other_numbers: others.into_iter().map(|(s, v)| (s, Private::new(v))).collect(),
        extra: None,
    };
    let found = Statement {
        subject: SubjectId(row.try_get("subject_id")?),
        local_id: Private::new(row.try_get("local_id")?),
        identity,
        recorded_at: row.try_get("recorded_at")?,
    };
    Ok((row.try_get("provider_id")?, found))
}
