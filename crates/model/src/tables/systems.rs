//! Names of code systems (コード体系) as they stand in `*_system` columns. A system not listed keeps its source's own name.

/// ICD-10 (疾病及び関連保健問題の国際統計分類), with or without a dot as given.
pub const ICD10: &str = "ICD-10";
/// 傷病名マスター 病名管理番号 (MEDIS 標準病名マスター).
pub const MEDIS_DISEASE: &str = "MDCDX2";
/// MEDIS 標準病名マスター 病名交換用コード.
pub const MEDIS_DISEASE_EXCHANGE: &str = "MEDIS-exchange";
/// レセプト電算 傷病名コード, 7 digits.
pub const RECEIPT_DISEASE: &str = "receipt-disease";
/// レセプト電算 修飾語コード, 4 digits.
pub const RECEIPT_MODIFIER: &str = "receipt-modifier";
/// レセプト電算 診療行為コード, 9 digits beginning with 1.
pub const RECEIPT_PROCEDURE: &str = "receipt-procedure";
/// レセプト電算 医薬品コード, 9 digits beginning with 6.
pub const RECEIPT_DRUG: &str = "receipt-drug";
/// レセプト電算 特定器材コード, 9 digits beginning with 7.
pub const RECEIPT_MATERIAL: &str = "receipt-material";
/// レセプト電算 コメントコード, 9 digits beginning with 8.
pub const RECEIPT_COMMENT: &str = "receipt-comment";
/// HOT reference codes (医薬品HOTコード), 7, 9, 11 or 13 digits.
pub const HOT: &str = "HOT";
/// YJ code (個別医薬品コード), 12 characters.
pub const YJ: &str = "YJ";
/// 薬価基準収載医薬品コード, 12 characters.
pub const PRICE_LIST_DRUG: &str = "price-list-drug";
/// JLAC10 (臨床検査項目分類コード), 15 or 17 characters.
pub const JLAC10: &str = "JLAC10";
/// LOINC.
pub const LOINC: &str = "LOINC";
/// JAMI standard usage (標準用法マスタ), 16 digits.
pub const JAMI_USAGE: &str = "JAMI-usage";
/// A code of the institution's own (施設固有コード).
pub const LOCAL: &str = "local";
