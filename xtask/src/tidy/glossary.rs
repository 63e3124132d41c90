//! GLOSSARY.md ties the Act's words to the code's: a name in its last column must be in the code.

use crate::house::House;
use std::collections::HashSet;

const GLOSSARY: &str = "GLOSSARY.md";

pub(crate) fn check(house: &House) -> Vec<String> {
    let Some(glossary) = house.text(GLOSSARY) else { return vec![format!("{GLOSSARY} is missing")] };
    let sources = house.texts().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("xtask/"));
    let words: HashSet<&str> =
        sources.flat_map(|(_, text)| text.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    let mut wrong = Vec::new();
    for (number, line) in glossary.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let last = line.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or("");
        for name in last.split('`').skip(1).step_by(2) {
            if !name.split("::").all(|part| words.contains(part)) {
                wrong.push(format!("{GLOSSARY}:{}: `{name}` is not in the code", number + 1));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_in_the_code_is_found() {
        let house = |glossary: &str| {
            let files = [(GLOSSARY, glossary), ("crates/a/src/lib.rs", "pub struct Record { place: u8 }")];
            House {
                files: files.map(|(path, text)| (path.to_owned(), Some(text.to_owned()))).into(),
                ..Default::default()
            }
        };
        assert!(
            check(&house("`Free` text\n| 記録 | record | `Record`, `Record::place` |\n| `x` | y | — |\n"))
                .is_empty()
        );
        assert_eq!(check(&house("| 記録 | record | `Records`, `Record::gone` |\n")).len(), 2);
        assert_eq!(check(&House::default()).len(), 1);
    }
}
