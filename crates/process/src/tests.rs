//! Whole runs: the worked example of the Act, properties of products, refusals, the ready policies.

mod attackers;
mod cells;
mod golden;
mod measured;
mod products;
mod properties;
mod protection;
mod ready_policies;
mod refusals;
mod relative;
mod sampling;
pub(crate) mod support;
