//! Samples of pairs for judging (品質確認用の標本): what was drawn, from how many, out of which run.

use crate::{Vault, VaultError};
use kiban_model::SubjectId;
use sqlx::Row as _;

/// A sample of pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Number, from 1; 0 before it is on record.
    pub number: i64,
    /// The run whose pairs it is drawn from.
    pub run: i64,
    /// Day, ISO 8601.
    pub on: String,
    /// Seed of the drawing.
    pub seed: i64,
    /// What was drawn from.
    pub strata: Vec<Stratum>,
    /// What was drawn, in the order to look at it.
    pub pairs: Vec<SampledPair>,
}

/// Pairs of like probability, joined or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// Whether the run made them one person.
    pub joined: bool,
    /// Which bin of probability.
    pub bin: u8,
    /// How many pairs it had.
    pub pairs: u64,
}

/// One pair drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampledPair {
    /// The smaller subject.
    pub a: SubjectId,
    /// The larger subject.
    pub b: SubjectId,
    /// Its stratum: joined,
    pub joined: bool,
    /// and bin.
    pub bin: u8,
}

impl Vault {
    /// Records a sample; returns its number.
    ///
    /// # Errors
    /// The database.
    pub fn add_sample(&self, sample: &Sample) -> Result<i64, VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            let number = sqlx::query("INSERT INTO link_sample (run, drawn_on, seed) VALUES (?, ?, ?)")
                .bind(sample.run)
                .bind(&sample.on)
                .bind(sample.seed)
                .execute(&mut *work)
                .await?
                .last_insert_rowid();
            for stratum in &sample.strata {
                sqlx::query("INSERT INTO link_sample_stratum VALUES (?, ?, ?, ?)")
                    .bind(number)
                    .bind(stratum.joined)
                    .bind(stratum.bin)
                    .bind(i64::try_from(stratum.pairs).unwrap_or(i64::MAX))
                    .execute(&mut *work)
                    .await?;
            }
            for (position, pair) in (1_i64..).zip(&sample.pairs) {
                sqlx::query("INSERT INTO link_sample_pair VALUES (?, ?, ?, ?, ?, ?)")
                    .bind(number)
                    .bind(position)
                    .bind(pair.a.0)
                    .bind(pair.b.0)
                    .bind(pair.joined)
                    .bind(pair.bin)
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await?;
            Ok(number)
        })
    }

    /// The latest sample.
    ///
    /// # Errors
    /// The database.
    pub fn last_sample(&self) -> Result<Option<Sample>, VaultError> {
        let query = sqlx::query(
            "SELECT sample_no, run, drawn_on, seed FROM link_sample ORDER BY sample_no DESC LIMIT 1",
        );
        let Some(r) = self.wait(query.fetch_optional(&self.pool))? else { return Ok(None) };
        let number: i64 = r.try_get(0)?;
        let strata = sqlx::query(
            "SELECT joined, bin, pairs FROM link_sample_stratum WHERE sample_no = ? ORDER BY 1 DESC, 2 DESC",
        )
        .bind(number);
        let strata = self.wait(strata.fetch_all(&self.pool))?;
        let pairs = sqlx::query(
            "SELECT low, high, joined, bin FROM link_sample_pair WHERE sample_no = ? ORDER BY position",
        )
        .bind(number);
        let pairs = self.wait(pairs.fetch_all(&self.pool))?;
        let stratum = |r: &sqlx::sqlite::SqliteRow| {
            let pairs = u64::try_from(r.try_get::<i64, _>(2)?).unwrap_or(0);
            Ok::<_, sqlx::Error>(Stratum { joined: r.try_get(0)?, bin: r.try_get(1)?, pairs })
        };
        let pair = |r: &sqlx::sqlite::SqliteRow| {
            Ok::<_, sqlx::Error>(SampledPair {
                a: SubjectId(r.try_get(0)?),
                b: SubjectId(r.try_get(1)?),
                joined: r.try_get(2)?,
                bin: r.try_get(3)?,
            })
        };
        Ok(Some(Sample {
            number,
            run: r.try_get(1)?,
            on: r.try_get(2)?,
            seed: r.try_get(3)?,
            strata: strata.iter().map(stratum).collect::<Result<_, _>>()?,
            pairs: pairs.iter().map(pair).collect::<Result<_, _>>()?,
        }))
    }
}
