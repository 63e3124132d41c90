//! The example of the Act's own briefing (blueprint §5, ANO-09): 厚労花子 and her one visit, as two providers deliver it.
use crate::world::SynthError;
use std::path::Path;
/// x
pub fn worked_example(_dir: &Path) -> Result<(), SynthError> {
    Ok(())
}
