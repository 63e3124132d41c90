//! ARCHITECTURE.md is a map: a place it names must be there.

use crate::house::House;

const MAP: &str = "ARCHITECTURE.md";

/// What makes a word in backticks a path, besides ending in `/`.
const EXTENSIONS: &[&str] =
    &["rs", "toml", "md", "html", "css", "js", "py", "json", "csv", "sql", "lock", "yml", "yaml"];

pub(crate) fn check(house: &House) -> Vec<String> {
    let Some(map) = house.text(MAP) else { return vec![format!("{MAP} is missing")] };
    paths(map)
        .into_iter()
        .filter(|path| !house.has(path))
        .map(|path| format!("{MAP} names `{path}`, which is not there"))
        .collect()
}

/// The words in backticks that are paths of this repository.
fn paths(text: &str) -> Vec<&str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|word| {
            !word.is_empty()
                && !word.contains([' ', '<', '*', '$', '{', '…', '('])
                && !word.contains("://")
                && !word.starts_with(['/', '~', '.'])
        })
        .filter(|word| {
            word.ends_with('/')
                || word
                    .rsplit_once('.')
                    .is_some_and(|(stem, end)| !stem.is_empty() && EXTENSIONS.contains(&end))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(map: &str) -> House {
        let files = [(MAP, map), ("crates/model/src/date.rs", "")]
            .map(|(path, text)| (path.to_owned(), Some(text.to_owned())));
        House { files: files.into(), ..Default::default() }
    }

    #[test]
    fn a_folder_or_file_that_is_gone_is_found() {
        let found = check(&house(
            "see `crates/model/`, `crates/model/src/date.rs`, `crates/gone/` and `crates/model/src/old.rs`",
        ));
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("crates/gone/") && found[1].contains("old.rs"));
    }

    #[test]
    fn other_words_in_backticks_are_no_paths() {
        assert!(check(&house("`Row`, `kiban ledger verify`, `formats/<format>/`, `events.jsonl`, `{ a: b.rs }`, `https://a.example/`")).is_empty());
    }

    #[test]
    fn the_map_must_be_there() {
        assert_eq!(check(&House::default()), ["ARCHITECTURE.md is missing"]);
    }
}
