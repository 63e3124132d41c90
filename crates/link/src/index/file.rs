//! The index in a file (索引の保存), so that the next run goes on where the last one ended.
//!
//! The file says what it is, which program and which settings made it and which state of whose records it belongs to; whoever
//! reads it says what they expect. Anything else — another program, however little of it changed, a file cut off or altered —
//! is an error, and the answer to every error is a full run: an index is never worth more than the records it was made of.
//! It holds identities.

use super::Index;
use super::links::Links;
use super::postings::Postings;
use crate::cluster::Clustering;
use crate::encode::{Encoder, Table};
use crate::estimate::{Model, SubjectPair};
use crate::file::{Input, Output, torn};
use crate::{Constraints, Settings, Statistics};
use kiban_model::SubjectId;
use std::io::{Read, Write};

/// How such a file begins; the number counts changes of what is read before the program is known.
const BEGINNING: [u8; 16] = *b"kiban-link-idx 1";

/// The program: what its sources come to.
const ENGINE: &str = env!("KIBAN_LINK_ENGINE");

/// Why a file cannot be gone on with. Carries nothing of what it holds.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It cannot be read.
    #[error("the linkage index cannot be read: {0}")]
    Read(std::io::Error),
    /// It is something else.
    #[error("this file is no linkage index")]
    NotAnIndex,
    /// Another version of this program made it.
    #[error("the linkage index was made by another version of this program")]
    OtherEngine,
    /// It was made with other settings.
    #[error("the linkage index was made with other settings")]
    OtherSettings,
    /// It belongs to another state of the records.
    #[error("the linkage index belongs to another state of the records")]
    OtherState,
    /// It is cut off, or was altered.
    #[error("the linkage index is damaged")]
    Damaged,
}

impl From<std::io::Error> for IndexError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => Self::Damaged,
            _ => Self::Read(error),
        }
    }
}

fn in_words(settings: &Settings) -> String {
    toml::to_string(settings).unwrap_or_default()
}

impl Index {
    /// Writes the index. `state` names the state of the records it belongs to.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, state: &str, to: impl Write + Send) -> std::io::Result<()> {
        let mut to = Output::new(to);
        to.put(&BEGINNING)?;
        to.texts([ENGINE, &in_words(&self.settings), state].into_iter())?;
        to.put(&self.linked_in_full)?;
        self.table.write(&mut to)?;
        to.put(&self.model.learnt())?;
        self.postings.write(&mut to)?;
        to.list(&self.decisions.must)?;
        to.list(&self.decisions.must_not)?;
        to.list(&self.scored)?;
        self.clustering.write(&mut to)?;
        to.finish()
    }

    /// Reads an index as [`Self::write`] wrote it, from a file of so many bytes.
    ///
    /// # Errors
    /// It is not what is expected.
    pub fn read(
        from: impl Read + Send,
        length: u64,
        state: &str,
        settings: &Settings,
    ) -> Result<Self, IndexError> {
        let mut from = Input::new(from, length);
        if from.get::<[u8; 16]>().ok() != Some(BEGINNING) {
            return Err(IndexError::NotAnIndex);
        }
        let mut made = Vec::new();
        from.texts(|text| made.push(text.to_owned()))?;
        let [engine, made_with, made_for] = made.try_into().map_err(|_| IndexError::NotAnIndex)?;
        if engine != ENGINE {
            return Err(IndexError::OtherEngine);
        }
        if made_with != in_words(settings) {
            return Err(IndexError::OtherSettings);
        }
        if made_for != state {
            return Err(IndexError::OtherState);
        }
        let linked_in_full = from.get()?;
        let table = Table::read(&mut from)?;
        let model = Model::of_learnt(&table, from.get()?);
        let postings = Postings::read(&mut from)?;
        let decisions = Constraints { must: pairs(&mut from)?, must_not: pairs(&mut from)? };
        let scored: Vec<SubjectPair> = from.list()?;
        let clustering = Clustering::read(&mut from)?;
        from.finish()?;
        Ok(Self {
            constraints: decisions.resolve(&table, &mut Statistics::default()),
            links: Links::new(table.subjects.len(), &scored),
            encoder: Encoder::default(),
            settings: settings.clone(),
            linked_in_full,
            table,
            model,
            postings,
            decisions,
            scored,
            clustering,
        })
    }
}

fn pairs(from: &mut Input<impl Read + Send>) -> std::io::Result<Vec<(SubjectId, SubjectId)>> {
    from.list()
}

impl Clustering {
    fn write(&self, to: &mut Output<impl Write + Send>) -> std::io::Result<()> {
        to.list(&self.first_of)?;
        to.list(&self.sizes)?;
        to.list(&self.confidence)?;
        to.list(&self.refused.iter().map(|at| *at as u64).collect::<Vec<u64>>())
    }

    fn read(from: &mut Input<impl Read + Send>) -> std::io::Result<Self> {
        let (first_of, sizes, confidence) = (from.list()?, from.list()?, from.list()?);
        let position = |at: u64| usize::try_from(at).map_err(|_| torn());
        let refused = from.list()?.into_iter().map(position).collect::<Result<_, _>>()?;
        Ok(Self { first_of, sizes, confidence, refused, ..Self::default() })
    }
}
