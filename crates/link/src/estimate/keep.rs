//! What of a model was learnt (学んだ重み): the rest of it follows, from that and from the counts of its table.

use super::{Model, ParameterSource, Weights};
use crate::encode::Table;
use crate::file::plain;

/// What is kept of a model.
pub(crate) struct Learnt {
    shares: [Weights; 3],
    priors: [f64; 3],
    estimated: bool,
    rounds: u32,
}

plain!(Learnt { shares: [Weights; 3], priors: [f64; 3], estimated: bool, rounds: u32 });

impl Model {
    pub(crate) fn learnt(&self) -> Learnt {
        let estimated = self.parameters.source == ParameterSource::Estimated;
        Learnt { shares: self.shares, priors: self.priors, estimated, rounds: self.parameters.rounds }
    }

    /// The model again, for the table it was learnt from, however that has grown since.
    pub(crate) fn of_learnt(table: &Table, learnt: Learnt) -> Self {
        let mut model = Self::built_in(table);
        (model.shares, model.priors) = (learnt.shares, learnt.priors);
        model.parameters.rounds = learnt.rounds;
        if learnt.estimated {
            model.parameters.source = ParameterSource::Estimated;
        }
        model.finish();
        model
    }
}
