//! Placeholder until the reader is merged.
use super::{Format, Reading};
use crate::{Masters, Source};
use kiban_model::Outcome;

/// Reader.
#[derive(Debug, Clone, Copy)]
pub struct Uke;

impl Format for Uke {
    fn id(&self) -> &'static str {
        "uke"
    }
    fn japanese(&self) -> &'static str {
        "uke"
    }
    fn claims(&self, _: &str, _: &[u8]) -> bool {
        false
    }
    fn read(&self, _: Source<'_>, _: &Masters, _: &mut dyn FnMut(Outcome)) -> std::io::Result<Reading> {
        Ok(Reading::default())
    }
}
