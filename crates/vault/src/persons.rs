//! Which subjects are one person: the outcome of linkage, human decisions, and the queue for review (LNK-02).

use crate::{Vault, VaultError};
use kiban_model::{PersonId, SubjectId};
use sqlx::Row as _;

/// A linkage run on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRun {
    /// Number, from 1.
    pub run: i64,
    /// Day, ISO 8601.
    pub on: String,
    /// Digest of what went in: the same input needs no new run.
    pub input: String,
    /// Persons found.
    pub persons: u64,
    /// Subjects linked.
    pub subjects: u64,
}

/// The person a subject is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonOf {
    /// Subject.
    pub subject: SubjectId,
    /// Person.
    pub person: PersonId,
    /// Confidence of the cluster, 0 to 1.
    pub confidence: f64,
}

/// A human's word on a pair: same person or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairDecision {
    /// One subject.
    pub a: SubjectId,
    /// The other.
    pub b: SubjectId,
    /// Same person.
    pub same: bool,
    /// Day, ISO 8601.
    pub on: String,
    /// Who decided.
    pub by: String,
}

/// A pair a human should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct PairToReview {
    /// One subject.
    pub a: SubjectId,
    /// The other.
    pub b: SubjectId,
    /// Probability that they are one person.
    pub probability: f64,
    /// Evidence as JSON: field, level, weight; no values.
    pub evidence: String,
}

impl Vault {
    /// The latest linkage run.
    ///
    /// # Errors
    /// The database.
    pub fn last_link_run(&self) -> Result<Option<LinkRun>, VaultError> {
        let row = self.wait(
            sqlx::query(
                "SELECT run, run_on, input, persons, subjects FROM link_run ORDER BY run DESC LIMIT 1",
            )
            .fetch_optional(&self.pool),
        )?;
        let Some(r) = row else { return Ok(None) };
        let count = |at: usize| Ok::<_, sqlx::Error>(u64::try_from(r.try_get::<i64, _>(at)?).unwrap_or(0));
        Ok(Some(LinkRun {
            run: r.try_get(0)?,
            on: r.try_get(1)?,
            input: r.try_get(2)?,
            persons: count(3)?,
            subjects: count(4)?,
        }))
    }

    /// The person of every subject.
    ///
    /// # Errors
    /// The database.
    pub fn person_links(&self) -> Result<Vec<PersonOf>, VaultError> {
        let rows = self.wait(
            sqlx::query("SELECT subject_id, person_id, confidence FROM person_link ORDER BY 1")
                .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|r| {
                Ok(PersonOf {
                    subject: SubjectId(r.try_get(0)?),
                    person: PersonId(r.try_get(1)?),
                    confidence: r.try_get(2)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Subjects on record that no linkage has placed.
    ///
    /// # Errors
    /// The database.
    pub fn unlinked(&self) -> Result<u64, VaultError> {
        let query = sqlx::query(
            "SELECT count(*) FROM subject WHERE subject_id NOT IN (SELECT subject_id FROM person_link)",
        );
        let row = self.wait(query.fetch_one(&self.pool))?;
        Ok(u64::try_from(row.try_get::<i64, _>(0).map_err(VaultError::from)?).unwrap_or(0))
    }

    /// Writes the outcome of a run: persons, the review queue, the run itself; all or none.
    ///
    /// # Errors
    /// The database.
    pub fn put_link_run(
        &self,
        run: &LinkRun,
        links: &[PersonOf],
        review: &[PairToReview],
    ) -> Result<(), VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            sqlx::query("INSERT OR REPLACE INTO link_run VALUES (?, ?, ?, ?, ?)")
                .bind(run.run)
                .bind(&run.on)
                .bind(&run.input)
                .bind(i64::try_from(run.persons).unwrap_or(i64::MAX))
                .bind(i64::try_from(run.subjects).unwrap_or(i64::MAX))
                .execute(&mut *work)
                .await?;
            for link in links {
                sqlx::query("INSERT OR REPLACE INTO person_link VALUES (?, ?, ?, ?)")
                    .bind(link.subject.0)
                    .bind(link.person.0)
                    .bind(run.run)
                    .bind(link.confidence)
                    .execute(&mut *work)
                    .await?;
            }
            sqlx::query("DELETE FROM link_review").execute(&mut *work).await?;
            for pair in review {
                sqlx::query("INSERT OR REPLACE INTO link_review VALUES (?, ?, ?, ?, ?)")
                    .bind(pair.a.min(pair.b).0)
                    .bind(pair.a.max(pair.b).0)
                    .bind(pair.probability)
                    .bind(&pair.evidence)
                    .bind(run.run)
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await
        })
    }

    /// The review queue, most doubtful first.
    ///
    /// # Errors
    /// The database.
    pub fn review_queue(&self) -> Result<Vec<PairToReview>, VaultError> {
        let rows = self.wait(sqlx::query("SELECT low, high, probability, evidence FROM link_review ORDER BY abs(probability - 0.5), low, high").fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                Ok(PairToReview {
                    a: SubjectId(r.try_get(0)?),
                    b: SubjectId(r.try_get(1)?),
                    probability: r.try_get(2)?,
                    evidence: r.try_get(3)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Records a human decision about a pair.
    ///
    /// # Errors
    /// The database.
    pub fn add_decision(&self, decision: &PairDecision) -> Result<(), VaultError> {
        let query = sqlx::query(
            "INSERT INTO link_decision (low, high, same, decided_on, decided_by) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(decision.a.min(decision.b).0)
        .bind(decision.a.max(decision.b).0)
        .bind(decision.same)
        .bind(&decision.on)
        .bind(&decision.by);
        self.wait(query.execute(&self.pool))?;
        Ok(())
    }

    /// The decisions that stand: the latest of each pair.
    ///
    /// # Errors
    /// The database.
    pub fn decisions(&self) -> Result<Vec<PairDecision>, VaultError> {
        let rows = self.wait(
            sqlx::query(
                "SELECT low, high, same, decided_on, decided_by FROM link_decision d
                 WHERE decision_no = (SELECT max(decision_no) FROM link_decision WHERE low = d.low AND high = d.high) ORDER BY 1, 2",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|r| {
                Ok(PairDecision {
                    a: SubjectId(r.try_get(0)?),
                    b: SubjectId(r.try_get(1)?),
                    same: r.try_get(2)?,
                    on: r.try_get(3)?,
                    by: r.try_get(4)?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}
