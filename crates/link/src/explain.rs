//! A weight in words (判定の理由): fields and levels, in Japanese and English, never a value.

use crate::ScoredPair;
use crate::encode::Table;
use crate::estimate::{Model, SubjectPair, evidence};
use rayon::prelude::*;

/// The reasons for a pair in two languages, one line per field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Explanation {
    /// 日本語
    pub japanese: String,
    /// English
    pub english: String,
}

impl ScoredPair {
    /// Says what speaks for and against one person, strongest first. Holds no value of an identity.
    pub fn explain(&self) -> Explanation {
        let percent = self.probability * 100.0;
        let mut parts: Vec<_> = self.evidence.iter().filter(|e| e.weight.abs() >= 0.05).collect();
        parts.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()).then(x.field.cmp(&y.field)));
        let mut japanese = format!("同一人である確率 {percent:.1}%（重み {:+.1}）", self.weight);
        let mut english = format!("one person with probability {percent:.1}% (weight {:+.1})", self.weight);
        for part in parts {
            let ((field_ja, field_en), (level_ja, level_en)) = (part.field.words(), part.level.words());
            japanese.push_str(&format!("\n{:+.1} {field_ja}：{level_ja}", part.weight));
            english.push_str(&format!("\n{:+.1} {field_en}: {level_en}", part.weight));
        }
        Explanation { japanese, english }
    }
}

pub(crate) fn pairs(table: &Table, model: &Model, scored: &[SubjectPair]) -> Vec<ScoredPair> {
    scored
        .par_iter()
        .map(|pair| ScoredPair {
            a: table.subject_id(pair.a),
            b: table.subject_id(pair.b),
            probability: pair.probability(),
            weight: pair.weight,
            evidence: evidence(table, model, pair),
        })
        .collect()
}
