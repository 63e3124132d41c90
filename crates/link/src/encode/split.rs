//! Names without a space, split along family and given names that other records state apart (姓と名の分割).
//!
//! A split is taken only if both halves are known; otherwise the name stays whole and is compared as a whole.

use crate::normalise::{Name, Normalised};
use kiban_model::SubjectId;
use std::collections::HashMap;

type Form<'a> = (SubjectId, &'a str, Normalised);

/// Splits what can be split, in kanji and in kana.
pub(super) fn split_names(forms: &mut [Form<'_>]) {
    let kanji = Parts::of(forms, |n| &n.names.kanji);
    let kana = Parts::of(forms, |n| &n.names.kana);
    for (_, _, form) in forms.iter_mut() {
        let names = &mut form.names;
        if names.kanji.family.is_empty()
            && let Some(at) = kanji.best_split(&names.kanji.whole)
        {
            cut(&mut names.kanji, at);
            // 々 and the like can change bytes but never the number of characters.
            cut(&mut names.written, at);
        }
        if names.kana.family.is_empty()
            && let Some(at) = kana.best_split(&names.kana.whole)
        {
            cut(&mut names.kana, at);
        }
    }
}

/// Cuts after `at` characters.
fn cut(name: &mut Name, at: usize) {
    name.family = name.whole.chars().take(at).collect();
    name.given = name.whole.chars().skip(at).collect();
}

#[derive(Default)]
struct Parts {
    family: HashMap<String, u32>,
    given: HashMap<String, u32>,
}

impl Parts {
    fn of(forms: &[Form<'_>], pick: fn(&Normalised) -> &Name) -> Self {
        let mut parts = Self::default();
        if forms.iter().all(|(_, _, f)| !pick(f).family.is_empty() || pick(f).whole.is_empty()) {
            return parts;
        }
        for name in forms.iter().map(|(_, _, f)| pick(f)).filter(|n| !n.family.is_empty()) {
            *parts.family.entry(name.family.clone()).or_default() += 1;
            *parts.given.entry(name.given.clone()).or_default() += 1;
        }
        parts
    }

    /// The split whose halves are commonest together; of equals the longer family name.
    fn best_split(&self, whole: &str) -> Option<usize> {
        let seen = |map: &HashMap<String, u32>, part: &str| u64::from(map.get(part).copied().unwrap_or(0));
        let cuts = whole.char_indices().enumerate().skip(1).take(6);
        cuts.filter_map(|(count, (byte, _))| {
            let (family, given) = whole.split_at_checked(byte)?;
            let score = seen(&self.family, family) * seen(&self.given, given);
            (score > 0).then_some((score, count))
        })
        .max()
        .map(|(_, count)| count)
    }
}
