//! Generated references stay true: what `cargo xtask docs` would write is what is there.

use crate::docs;
use crate::house::House;

pub(crate) fn check(house: &House) -> Vec<String> {
    docs::generated()
        .into_iter()
        .filter(|(path, text)| house.text(path) != Some(text))
        .map(|(path, _)| format!("{path} is not what the code says; run `cargo xtask docs`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drifted_or_missing_reference_is_found() {
        assert_eq!(check(&House::default()).len(), docs::generated().len());
        let mut files: Vec<_> =
            docs::generated().into_iter().map(|(path, text)| (path.to_owned(), Some(text))).collect();
        assert!(check(&House { files: files.clone(), ..Default::default() }).is_empty());
        files[0].1.as_mut().unwrap().push('x');
        assert_eq!(check(&House { files, ..Default::default() }).len(), 1);
    }
}
