//! Masters (マスター): the operator's own copies of the public receipt masters, which give codes their names and relations.
//!
//! Reading works without them; with them, a receipt's disease gets its ICD-10 code and a drug its 12-character code. They
//! are never fetched: the operator points to a folder ([`Masters::load`]). Source: 社会保険診療報酬支払基金 基本マスター
//! (傷病名 b, 修飾語 z, 医科診療行為 s, 医薬品 y, 特定器材 t, コメント c), CSV in Windows-31J, plain or zipped.
//!
//! Several vintages may lie side by side. Later files overwrite earlier ones entry by entry; entries abolished since are
//! kept, because old receipts use them.

mod load;
mod rows;

pub use load::MastersError;
pub use rows::MasterKind;

use std::collections::HashMap;

/// What a disease code of the receipt master (傷病名マスター) stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disease {
    /// Name.
    pub name: String,
    /// First ICD-10 code (2013), without dot; empty where the master has none.
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

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterFile {
    /// Name below the folder, `b_20240601.zip/b_20240601.txt` inside an archive.
    pub name: String,
    /// Which master it is.
    pub kind: MasterKind,
    /// Entries in it.
    pub entries: usize,
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
    /// What was read, in the order it was applied: oldest first.
    pub files: Vec<MasterFile>,
}

#[cfg(test)]
mod tests;
