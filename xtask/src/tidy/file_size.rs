//! A file that grows past 600 lines has two things in it: find the seam.

use crate::house::House;

const LONGEST: usize = 600;

/// Files that may be longer for now: (path, lines it may not exceed). A ratchet: numbers go down, lines go away.
const EXCEPTIONS: &[(&str, usize)] = &[];

pub(crate) fn check(house: &House) -> Vec<String> {
    check_with(house, EXCEPTIONS)
}

fn check_with(house: &House, exceptions: &[(&str, usize)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, lines) in lengths(house) {
        match exceptions.iter().find(|(excepted, _)| *excepted == path) {
            None if lines > LONGEST => {
                wrong.push(format!("{path} has {lines} lines; {LONGEST} are the most"))
            }
            Some((_, most)) if lines > *most => {
                wrong.push(format!("{path} has {lines} lines; its exception ends at {most}"))
            }
            Some(_) if lines <= LONGEST => {
                wrong.push(format!("{path} has {lines} lines and needs no exception"))
            }
            _ => {}
        }
    }
    let gone = exceptions.iter().filter(|(path, _)| !house.has(path));
    wrong.extend(gone.map(|(path, _)| format!("{path} has an exception and is not there")));
    wrong
}

fn lengths(house: &House) -> impl Iterator<Item = (&str, usize)> {
    house.texts().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| (path, text.lines().count()))
}

/// Median and ninth decile, for the eye.
pub(crate) fn summary(house: &House) -> String {
    let mut lengths: Vec<usize> = lengths(house).map(|(_, lines)| lines).collect();
    lengths.sort_unstable();
    let at = |share: usize| {
        lengths.get((lengths.len() * share / 10).min(lengths.len().saturating_sub(1))).copied().unwrap_or(0)
    };
    format!(
        "files: {} Rust files, median {} lines, nine in ten under {}, longest {}",
        lengths.len(),
        at(5),
        at(9),
        at(10)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(lines: usize) -> House {
        House {
            files: vec![
                ("a.rs".into(), Some("x\n".repeat(lines))),
                ("long.md".into(), Some("x\n".repeat(5000))),
            ],
            ..Default::default()
        }
    }

    #[test]
    fn a_long_file_is_found_and_a_long_text_is_not() {
        assert!(check(&house(600)).is_empty());
        assert_eq!(check(&house(601)).len(), 1);
    }

    #[test]
    fn exceptions_only_shrink() {
        assert!(check_with(&house(700), &[("a.rs", 700)]).is_empty());
        assert_eq!(check_with(&house(701), &[("a.rs", 700)]).len(), 1);
        assert_eq!(check_with(&house(500), &[("a.rs", 700)]).len(), 1, "no longer needed");
        assert_eq!(check_with(&house(1), &[("gone.rs", 700)]).len(), 1);
    }

    #[test]
    fn the_summary_counts_rust_files() {
        assert!(summary(&house(10)).starts_with("files: 1 Rust files, median 10 lines"));
    }
}
