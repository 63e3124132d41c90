//! Statistics for feasibility (統計・実現可能性調査): how many persons there are of a kind, guarded (ANO-10).
pub mod definition;
mod ages;
mod breakdown;
mod conditions;
mod evaluate;
mod index;
mod json;
mod parse;

pub use breakdown::Classes;
pub use definition::Question;
pub use evaluate::{EvaluateError, Partition, Plan};
pub use index::{Index, IndexError, Layout, build};
