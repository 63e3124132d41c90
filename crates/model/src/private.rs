//! A wrapper for values that identify a person, so that they cannot be printed by accident.
//!
//! It must never gain a `Debug` or `Display` that shows the value: logs, errors and panics go through those.
//! The rule comes from SEC-07 (names and clinical data are not handled together) and the bar on privacy in code.

use std::fmt;

/// Holds a value that identifies a person. `Debug` prints `▇▇`; the value comes out only through [`Private::expose`].
///
/// ```
/// let name = kiban_model::Private::new("厚労花子".to_owned());
/// assert_eq!(format!("{name:?}"), "▇▇");
/// assert_eq!(name.expose(), "厚労花子");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place where an identity leaves its wrapper: keep them few and greppable.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Consumes the wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Private<String> {
    /// Wraps a text unless it is blank (ASCII or full-width spaces only), in which case there is nothing to know.
    pub fn from_text(text: &str) -> Option<Self> {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{3000}');
        (!trimmed.is_empty()).then(|| Self(trimmed.to_owned()))
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("▇▇")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value_even_inside_another_type() {
        let shown = format!("{:?}", Some(vec![Private::new("患者太郎")]));
        assert!(!shown.contains("患者"));
        assert!(shown.contains("▇▇"));
    }

    #[test]
    fn blank_text_is_nothing() {
        assert!(Private::from_text(" 　\t").is_none());
        assert_eq!(Private::from_text("　山田　太郎 ").unwrap().expose(), "山田　太郎");
    }
}
