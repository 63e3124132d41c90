//! Coded values: code, system, text; and the names HL7 messages of Japan give the systems.

use kiban_model::tables::systems;

/// One coding of a CWE, CE or CNE.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coding {
    /// Code.
    pub(super) code: Option<String>,
    /// System, as the tables call it.
    pub(super) system: Option<String>,
    /// Text as written.
    pub(super) text: Option<String>,
}

impl Coding {
    /// Whether it has neither code nor text.
    pub(super) const fn is_empty(&self) -> bool {
        self.code.is_none() && self.text.is_none()
    }
}

/// The name our tables use for a system (HL7 table 0396 and JAHIS); one we do not know keeps its own name.
pub(super) fn system(written: &str) -> Option<String> {
    let name = written.trim();
    let ours = match name {
        "" | "\"\"" => return None,
        "JC10" | "JLAC10" => systems::JLAC10,
        "HOT" | "HOT7" | "HOT9" | "HOT11" | "HOT13" => systems::HOT,
        "YJ" | "YJC" => systems::YJ,
        "I10" | "ICD10" => systems::ICD10,
        "LN" => systems::LOINC,
        "JAMISDP01" => systems::JAMI_USAGE,
        other => other,
    };
    Some(ours.to_owned())
}

/// Whether our name for the system says all that the written one did: `HOT9` on a code of nine digits does.
pub(super) fn keeps_meaning(written: &str, code: Option<&str>) -> bool {
    match written.strip_prefix("HOT").map(str::parse::<usize>) {
        Some(Ok(length)) => code.is_some_and(|code| code.len() == length),
        _ => !written.is_empty() && written == written.trim() && written != "\"\"",
    }
}

/// Whether a system is one of drugs, as opposed to the order classes (`99I02`) that injections put in the drug's place.
pub(super) fn is_drug_system(system: Option<&str>) -> bool {
    system.is_some_and(|system| {
        [systems::HOT, systems::YJ, systems::PRICE_LIST_DRUG, systems::RECEIPT_DRUG].contains(&system)
    })
}

/// The 12-character code among codings of a drug (YJ or price list).
pub(super) fn price_list_code<'c>(codings: impl IntoIterator<Item = &'c Coding>) -> Option<String> {
    let known =
        |coding: &&Coding| matches!(coding.system.as_deref(), Some(systems::YJ | systems::PRICE_LIST_DRUG));
    codings.into_iter().filter(known).find_map(|coding| coding.code.clone()).filter(|code| code.len() == 12)
}

/// Further codings as the tables keep them: `[{"code","system","text"}]`.
pub(super) fn as_json(codings: &[Coding]) -> Option<String> {
    if codings.is_empty() {
        return None;
    }
    let list: Vec<serde_json::Value> = codings
        .iter()
        .map(|coding| {
            let members = [("code", &coding.code), ("system", &coding.system), ("text", &coding.text)];
            members
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into())))
                .collect()
        })
        .map(serde_json::Value::Object)
        .collect();
    serde_json::to_string(&list).ok()
}
