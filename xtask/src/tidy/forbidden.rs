//! Words that must not be committed: unfinished code, switched-off tests, places of one person's machine.

use crate::house::House;

/// (what, why). Written in halves, so that this file does not find itself.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("to", "do!("), "unfinished code"),
    (concat!("unimple", "mented!("), "unfinished code"),
    (concat!("#[ig", "nore"), "a test that is never run"),
    (concat!("<<<", "<<<< "), "an unresolved merge"),
    (concat!(">>>", ">>>> "), "an unresolved merge"),
];

pub(crate) fn check(house: &House) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in house.texts() {
        for (number, line) in text.lines().enumerate() {
            for (word, why) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                wrong.push(format!("{path}:{}: `{word}` is {why}", number + 1));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forbidden_word_is_found_with_its_line() {
        for (word, _) in FORBIDDEN {
            let files =
                vec![("a.txt".to_owned(), Some(format!("fine\nsee {word}x"))), ("b.bin".to_owned(), None)];
            let found = check(&House { files, ..Default::default() });
            assert_eq!(found.len(), 1);
            assert!(found[0].starts_with("a.txt:2: "));
        }
    }

    #[test]
    fn ordinary_text_is_fine() {
        let files = vec![("a.rs".to_owned(), Some("fn work() { network/x; home }".to_owned()))];
        assert!(check(&House { files, ..Default::default() }).is_empty());
    }
}
