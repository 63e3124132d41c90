//! The bytes that are blinded (入力). They identify a person: they are never shown, serialised or copied, and are wiped
//! from memory when dropped.

use super::Combination;
use crate::normalise::Normalised;
use std::borrow::Cow;
use zeroize::Zeroize;

/// A part longer than this is not a name or number that two records would write alike. Bounds the size of an input.
const LONGEST_PART: usize = 1_024;

/// One combination of one person's fields. Has no `Debug`, `Display`, `Clone` or serialisation: it identifies a person.
///
/// The bytes are the combination's number, then each part after its length in two bytes, so that no two different lists of
/// parts are one byte string.
///
/// ```compile_fail,E0277
/// fn shown(input: &kiban_link::tokens::TokenInput) -> String {
///     format!("{input:?}")
/// }
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenInput(Vec<u8>);

impl Drop for TokenInput {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl TokenInput {
    fn new(combination: Combination, parts: &[Cow<'_, str>]) -> Option<Self> {
        if parts.iter().any(|part| part.len() > LONGEST_PART) {
            return None;
        }
        // The whole length at once: growing would leave copies behind that nobody wipes.
        let length = 1 + parts.iter().map(|part| 2 + part.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(length);
        bytes.push(combination as u8);
        for part in parts {
            bytes.extend_from_slice(&u16::try_from(part.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Some(Self(bytes))
    }

    /// Which combination it is. Not to be sent: it would tell which fields a person lacks.
    pub fn combination(&self) -> Option<Combination> {
        Combination::ALL.into_iter().find(|combination| Some(&(*combination as u8)) == self.0.first())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The inputs of one person from everything stated about them, each once. A missing part gives no input; a test patient
/// gives none at all.
///
/// ```
/// use kiban_link::normalise::normalise;
/// use kiban_link::tokens::inputs;
/// use kiban_model::{DateAsGiven, Identity, Private};
///
/// let mut stated = Identity {
///     kana: Private::from_text("ｺｳﾛｳ ﾊﾅｺ"),
///     birth_date: DateAsGiven::parse_iso("1980-02-03").ok().map(Private::new),
///     ..Identity::default()
/// };
/// let one = normalise(&stated);
/// stated.kana = Private::from_text("コウロウ　ハナコ");
/// assert!(inputs([&one]) == inputs([&normalise(&stated)]));
/// assert_eq!(inputs([&one]).len(), 1);
/// ```
pub fn inputs<'a>(statements: impl IntoIterator<Item = &'a Normalised>) -> Vec<TokenInput> {
    let mut found = Vec::new();
    for person in statements {
        if person.names.test_patient {
            continue;
        }
        for combination in Combination::ALL {
            let Some(birth) = combination.birth(person) else { continue };
            for mut parts in combination.values(person) {
                parts.push(Cow::Borrowed(&birth));
                found.extend(TokenInput::new(combination, &parts));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn input(combination: Combination, parts: &[&str]) -> TokenInput {
        let parts: Vec<_> = parts.iter().map(|part| Cow::Borrowed(*part)).collect();
        TokenInput::new(combination, &parts).unwrap()
    }

    #[test]
    fn no_two_lists_of_parts_are_one_byte_string() {
        let one = input(Combination::KanaBirth, &["ヤマダ", "ハナコ19800203"]);
        assert!(one != input(Combination::KanaBirth, &["ヤマダハナコ", "19800203"]));
        assert!(one != input(Combination::KanjiBirth, &["ヤマダ", "ハナコ19800203"]));
        assert!(one == input(Combination::KanaBirth, &["ヤマダ", "ハナコ19800203"]));
        assert_eq!(one.combination(), Some(Combination::KanaBirth));
    }

    #[test]
    fn a_part_without_end_gives_no_input() {
        let given = |length| TokenInput::new(Combination::KanaBirth, &["ア".repeat(length).into()]);
        assert!(given(342).is_none() && given(341).is_some());
    }

    #[test]
    fn numbers_of_combinations_are_apart() {
        let mut numbers = Combination::ALL.map(|combination| combination as u8).to_vec();
        numbers.dedup();
        assert_eq!(numbers, (1..=10).collect::<Vec<u8>>());
    }
}
