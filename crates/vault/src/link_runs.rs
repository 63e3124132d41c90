//! Linkage runs on record (名寄せの実行記録): when, from what, with which outcome.

use crate::{KeptPair, PersonOf, Vault, VaultError};
use kiban_model::{PersonId, SubjectId};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};

/// A linkage run on record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// The last decision it knew of; later ones are not yet applied.
    pub last_decision: i64,
    /// The last undoing it knew of.
    pub last_undo: i64,
    /// Its report as JSON, without identities; empty for runs before reports were kept.
    pub report: String,
    /// The last change of identities it took in; later ones are new to the next run.
    pub mark: i64,
    /// Whether store and ledger know of it: one that was killed before is finished by the next.
    pub finished: bool,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinkOutcome {
    /// The run.
    pub run: LinkRun,
    /// The persons of the subjects it decided about; all others stay who they are.
    pub links: Vec<PersonOf>,
    /// The pairs it decided about that are worth keeping.
    pub pairs: Vec<KeptPair>,
    /// Whether it decided about everybody: other pairs are kept no longer.
    pub everybody: bool,
}

/// Rows a statement: millions are written, and SQLite takes at most 32766 values at once.
pub(crate) const AT_ONCE: usize = 1000;

macro_rules! runs_sql {
    ($rest:literal) => {
        concat!(
            "SELECT run, run_on, input, persons, subjects, last_decision, last_undo, report, mark, finished FROM link_run ",
            $rest
        )
    };
}

impl Vault {
    /// The latest linkage run.
    ///
    /// # Errors
    /// The database.
    pub fn last_link_run(&self) -> Result<Option<LinkRun>, VaultError> {
        let query = sqlx::query(runs_sql!("ORDER BY run DESC LIMIT 1"));
        self.wait(query.fetch_optional(&self.pool))?.as_ref().map(run).transpose()
    }

    /// Every linkage run, in order.
    ///
    /// # Errors
    /// The database.
    pub fn link_runs(&self) -> Result<Vec<LinkRun>, VaultError> {
        self.wait(sqlx::query(runs_sql!("ORDER BY run")).fetch_all(&self.pool))?.iter().map(run).collect()
    }

    /// Writes the outcome of a run: persons and how they changed, the pairs, the run itself; all or none, and only what is not
    /// so already. What the run took in is news no more.
    ///
    /// # Errors
    /// The database.
    pub fn put_link_run(&self, outcome: &LinkOutcome) -> Result<(), VaultError> {
        let run = &outcome.run;
        let subjects: Vec<SubjectId> = outcome.links.iter().map(|link| link.subject).collect();
        let standing: HashMap<_, _> =
            self.persons_of(&subjects)?.into_iter().map(|l| (l.subject, (l.person, l.confidence))).collect();
        let before = |link: &PersonOf| standing.get(&link.subject).copied();
        let from = |link: &PersonOf| before(link).map(|(person, _)| person);
        let changed: Vec<(&PersonOf, Option<PersonId>)> = outcome
            .links
            .iter()
            .filter(|link| before(link) != Some((link.person, link.confidence)))
            .map(|link| (link, from(link)))
            .collect();
        let moved: Vec<_> =
            changed.iter().filter(|(link, from)| *from != Some(link.person)).copied().collect();
        self.wait(async {
            let mut work = self.pool.begin().await?;
            sqlx::query("INSERT OR REPLACE INTO link_run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(run.run)
                .bind(&run.on)
                .bind(&run.input)
                .bind(i64::try_from(run.persons).unwrap_or(i64::MAX))
                .bind(i64::try_from(run.subjects).unwrap_or(i64::MAX))
                .bind(run.last_decision)
                .bind(run.last_undo)
                .bind(&run.report)
                .bind(run.mark)
                .bind(run.finished)
                .execute(&mut *work)
                .await?;
            for links in changed.chunks(AT_ONCE) {
                let mut insert = QueryBuilder::new("INSERT OR REPLACE INTO person_link ");
                insert.push_values(links, |mut row, (link, _)| {
                    row.push_bind(link.subject.0)
                        .push_bind(link.person.0)
                        .push_bind(run.run)
                        .push_bind(link.confidence);
                });
                insert.build().execute(&mut *work).await?;
            }
            for links in moved.chunks(AT_ONCE) {
                let mut insert = QueryBuilder::new("INSERT INTO person_change ");
                insert.push_values(links, |mut row, (link, from)| {
                    row.push_bind(run.run)
                        .push_bind(link.subject.0)
                        .push_bind(from.map(|person| person.0))
                        .push_bind(link.person.0);
                });
                insert.build().execute(&mut *work).await?;
            }
            put_pairs(&mut work, outcome).await?;
            sqlx::query("DELETE FROM identity_change WHERE change_no <= ?")
                .bind(run.mark)
                .execute(&mut *work)
                .await?;
            work.commit().await
        })
    }

    /// Says that store and ledger know of a run.
    ///
    /// # Errors
    /// The database.
    pub fn finish_link_run(&self, run: i64) -> Result<(), VaultError> {
        let query = sqlx::query("UPDATE link_run SET finished = 1 WHERE run = ?").bind(run);
        self.wait(query.execute(&self.pool))?;
        Ok(())
    }
}

async fn put_pairs(work: &mut SqliteConnection, outcome: &LinkOutcome) -> Result<(), sqlx::Error> {
    if outcome.everybody {
        let kept: HashSet<(i64, i64)> = outcome.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
        let standing: Vec<(i64, i64)> =
            sqlx::query_as("SELECT low, high FROM link_pair").fetch_all(&mut *work).await?;
        for (low, high) in standing.into_iter().filter(|pair| !kept.contains(pair)) {
            let query = sqlx::query("DELETE FROM link_pair WHERE low = ? AND high = ?");
            query.bind(low).bind(high).execute(&mut *work).await?;
        }
    }
    for pairs in outcome.pairs.chunks(AT_ONCE) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new("INSERT INTO link_pair ");
        insert.push_values(pairs, |mut row, pair| {
            row.push_bind(pair.a.0)
                .push_bind(pair.b.0)
                .push_bind(outcome.run.run)
                .push_bind(pair.probability)
                .push_bind(pair.joined)
                .push_bind(pair.why.as_deref().unwrap_or(""))
                .push_bind(pair.value)
                .push_bind(&pair.evidence);
        });
        insert.push(
            " ON CONFLICT (low, high) DO UPDATE SET run = excluded.run, probability = excluded.probability,
              joined = excluded.joined, why = excluded.why, value = excluded.value, evidence = excluded.evidence
              WHERE (probability, joined, why, value, evidence)
              IS NOT (excluded.probability, excluded.joined, excluded.why, excluded.value, excluded.evidence)",
        );
        insert.build().execute(&mut *work).await?;
    }
    Ok(())
}

fn run(r: &sqlx::sqlite::SqliteRow) -> Result<LinkRun, VaultError> {
    let count = |at: usize| Ok::<_, sqlx::Error>(u64::try_from(r.try_get::<i64, _>(at)?).unwrap_or(0));
    Ok(LinkRun {
        run: r.try_get(0)?,
        on: r.try_get(1)?,
        input: r.try_get(2)?,
        persons: count(3)?,
        subjects: count(4)?,
        last_decision: r.try_get(5)?,
        last_undo: r.try_get(6)?,
        report: r.try_get(7)?,
        mark: r.try_get(8)?,
        finished: r.try_get(9)?,
    })
}
