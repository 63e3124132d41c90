//! Which requirement of the Act (docs/requirements.md) is named by how many tests and implementations. An id in the code
//! that is not in the list is a slip of the pen and fails; a requirement nobody names yet is told, not punished.

use super::arrows::is_test;
use crate::house::House;
use std::collections::BTreeMap;

const LIST: &str = "docs/requirements.md";

pub(crate) fn check(house: &House) -> Vec<String> {
    let known = known(house);
    if known.is_empty() {
        return vec![format!("{LIST} is missing or lists nothing")];
    }
    let mut wrong = Vec::new();
    for (path, text) in house.texts().filter(|(path, _)| !path.starts_with("xtask/") && *path != LIST) {
        for (number, line) in text.lines().enumerate() {
            for id in ids(line, &known).into_iter().filter(|id| !known.contains(id)) {
                wrong.push(format!("{path}:{}: there is no requirement {id} in {LIST}", number + 1));
            }
        }
    }
    wrong
}

/// The ids of the list, in its order.
fn known(house: &House) -> Vec<&str> {
    let rows =
        house.text(LIST).unwrap_or("").lines().filter_map(|line| line.strip_prefix("| ")?.split_once(' '));
    rows.map(|(id, _)| id).filter(|id| id.len() == 6 && id.as_bytes().get(3) == Some(&b'-')).collect()
}

/// Words of the shape of an id whose first three letters begin some known id (`ADT-00` is a message, not a requirement).
fn ids<'a>(line: &'a str, known: &[&str]) -> Vec<&'a str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| match word.split_once('-') {
            Some((group, number)) => {
                let grouped = known.iter().any(|id| id.split('-').next() == Some(group));
                grouped && number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit())
            }
            None => false,
        })
        .collect()
}

/// Per requirement: lines of implementation and of tests that name it; then those without a test, and those nobody names.
pub(crate) fn summary(house: &House) -> String {
    let known = known(house);
    let mut named: BTreeMap<&str, (usize, usize)> = known.iter().map(|id| (*id, (0, 0))).collect();
    for (path, text) in house.texts().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("xtask/"))
    {
        let mut in_tests = is_test(path);
        for line in text.lines() {
            in_tests |= line.trim() == "#[cfg(test)]";
            for id in ids(line, &known) {
                if let Some((code, tests)) = named.get_mut(id) {
                    *(if in_tests { tests } else { code }) += 1;
                }
            }
        }
    }
    let mut lines = Vec::new();
    for id in &known {
        if let Some((code, tests)) = named.get(id).filter(|counts| **counts != (0, 0)) {
            lines.push(format!("{id} code {code} tests {tests}"));
        }
    }
    let pick = |wanted: fn(&(usize, usize)) -> bool| {
        let ids: Vec<&str> = known.iter().copied().filter(|id| named.get(id).is_some_and(wanted)).collect();
        format!("{}: {}", ids.len(), ids.join(" "))
    };
    format!(
        "requirements: {}\nrequirements in code, in no test: {}\nrequirements nobody names yet: {}",
        lines.join("; "),
        pick(|(code, tests)| *code > 0 && *tests == 0),
        pick(|counts| *counts == (0, 0)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(code: &str) -> House {
        let list =
            "| id | what |\n|---|---|\n| COL-08 | nothing lost |\n| OPT-03 | guardian |\n| ANO-04 | rare |\n";
        let files = [(LIST, list), ("crates/a/src/lib.rs", code)]
            .map(|(path, text)| (path.to_owned(), Some(text.to_owned())));
        House { files: files.into(), ..Default::default() }
    }

    #[test]
    fn an_unknown_id_is_found_and_a_message_type_is_not() {
        assert!(check(&house("// COL-08, ADT-00, OML-11, PID-3")).is_empty());
        let found = check(&house("\n// (COL-80)"));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/src/lib.rs:2: ") && found[0].contains("COL-80"));
        assert_eq!(check(&House::default()).len(), 1);
    }

    #[test]
    fn tests_and_code_are_counted_apart() {
        let summary =
            summary(&house("// COL-08 COL-08\n// OPT-03\n#[cfg(test)]\nmod tests { /* COL-08 */ }"));
        assert!(summary.contains("COL-08 code 2 tests 1; OPT-03 code 1 tests 0"), "{summary}");
        assert!(
            summary.contains("in no test: 1: OPT-03") && summary.contains("nobody names yet: 1: ANO-04"),
            "{summary}"
        );
    }
}
