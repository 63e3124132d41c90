//! The house rules, run: one file a rule, one line each in [`RULES`]. A rule says what is wrong and where, or nothing.

mod architecture;
mod arrows;
mod file_size;
mod forbidden;
mod generated;
mod glossary;
mod licences;
mod requirements;

use crate::Done;
use crate::house::House;

/// A rule: its name, and what it finds wrong.
type Rule = (&'static str, fn(&House) -> Vec<String>);

/// Every rule.
const RULES: &[Rule] = &[
    ("arrows", arrows::check),
    ("architecture", architecture::check),
    ("file-size", file_size::check),
    ("forbidden", forbidden::check),
    ("generated", generated::check),
    ("glossary", glossary::check),
    ("licences", licences::check),
    ("requirements", requirements::check),
];

/// Runs every rule and prints what they find, then what is good to know.
pub(crate) fn run() -> Done {
    let house = House::read()?;
    let mut wrong = 0;
    for (name, check) in RULES {
        for finding in check(&house) {
            println!("tidy {name}: {finding}");
            wrong += 1;
        }
    }
    println!("{}", file_size::summary(&house));
    println!("{}", requirements::summary(&house));
    println!("tidy: {} rules, {wrong} findings", RULES.len());
    Ok(wrong == 0)
}
