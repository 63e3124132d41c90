//! Every distinct text once, with its characters laid out for comparing.

use crate::normalise;
use std::collections::HashMap;

/// Texts by code. Code 0 is the empty text: unknown. Has no `Debug`: it identifies persons.
pub(crate) struct Dictionary {
    codes: HashMap<String, u32>,
    texts: Vec<String>,
    chars: Vec<char>,
    ends: Vec<u32>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { codes: HashMap::new(), texts: vec![String::new()], chars: Vec::new(), ends: vec![0] }
    }
}

impl Dictionary {
    /// The code of a text; a new one where it is met first.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        // More than four thousand million distinct texts do not fit in memory before they overflow the code.
        let code = u32::try_from(self.texts.len()).unwrap_or(0);
        self.codes.insert(text.to_owned(), code);
        self.texts.push(text.to_owned());
        self.chars.extend(text.chars());
        self.ends.push(u32::try_from(self.chars.len()).unwrap_or(u32::MAX));
        code
    }

    /// The characters of a text.
    pub(crate) fn chars(&self, code: u32) -> &[char] {
        let at = code as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(0);
        self.chars.get(from as usize..to as usize).unwrap_or(&[])
    }

    /// A text.
    pub(crate) fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", String::as_str)
    }

    /// How many codes there are, 0 included.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// For each Latin name the number of its sound: names that differ only in how they are romanised share one.
pub(super) fn sounds(roman: &Dictionary) -> Vec<u32> {
    let mut sounds = Dictionary::default();
    roman.texts.iter().map(|text| sounds.code(&normalise::sound(text))).collect()
}
