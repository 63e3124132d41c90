//! Masters (マスター): the operator's own copies of the public receipt masters, which give codes their names and relations.
//!
//! Reading works without them; with them, a receipt's disease gets its ICD-10 code and a drug its 12-character code. They
//! are never fetched: the operator points to a folder.

use std::collections::HashMap;

/// What a disease code of the receipt master (傷病名マスター) stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disease {
    /// Name.
    pub name: String,
    /// First ICD-10 code (2013); empty where the master has none.
    pub icd10: String,
    /// Second ICD-10 code of dual coding (†と*); empty where the master has none.
    pub icd10_second: String,
    /// MEDIS 病名管理番号 (MDCDX2).
    pub medis: String,
}

/// What a drug, procedure, material or comment code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Name.
    pub name: String,
    /// Unit name, empty where the master has none.
    pub unit: String,
    /// 12-character drug code (薬価基準収載医薬品コード), drugs only.
    pub price_list_code: String,
}

/// The masters at hand; empty by default, which reads everything and names nothing.
#[derive(Debug, Clone, Default)]
pub struct Masters {
    /// 7-digit disease code → disease.
    pub diseases: HashMap<String, Disease>,
    /// 4-digit modifier code → name.
    pub modifiers: HashMap<String, String>,
    /// 9-digit code of a procedure (1…), drug (6…), material (7…) or comment (8…) → item.
    pub items: HashMap<String, Item>,
}
