//! What one record says, as text, before any of it is read. Blank is missing.

use kiban_model::{Identity, Private, Sex};

/// The texts of one statement; nothing is copied. Has no `Debug`: it identifies a person.
#[derive(Clone, Default)]
pub(crate) struct Statement<'a> {
    pub(crate) provider: &'a str,
    /// Whole names, family name first or of unknown order.
    pub(crate) name: &'a str,
    pub(crate) kana: &'a str,
    pub(crate) roman: &'a str,
    /// Names whose parts stand apart.
    pub(crate) family: &'a str,
    pub(crate) given: &'a str,
    pub(crate) family_kana: &'a str,
    pub(crate) given_kana: &'a str,
    pub(crate) birth: &'a str,
    pub(crate) sex: Option<Sex>,
    pub(crate) postal: &'a str,
    pub(crate) address: &'a str,
    /// Addresses whose parts stand apart.
    pub(crate) prefecture: &'a str,
    pub(crate) municipality: &'a str,
    pub(crate) town: &'a str,
    pub(crate) block_number: &'a str,
    pub(crate) phones: Vec<&'a str>,
    pub(crate) insurer: &'a str,
    pub(crate) symbol: &'a str,
    pub(crate) number: &'a str,
    pub(crate) branch: &'a str,
    /// (system, value)
    pub(crate) identifiers: Vec<(&'a str, &'a str)>,
    pub(crate) attributes: [&'a str; super::ATTRIBUTES],
}

impl<'a> Statement<'a> {
    /// Of a record of the vault; `birth` is its date of birth as ISO text.
    pub(crate) fn of(provider: &'a str, identity: &'a Identity, birth: &'a str) -> Self {
        fn text(value: Option<&Private<String>>) -> &str {
            value.map_or("", |v| v.expose().as_str())
        }
        Self {
            provider,
            name: text(identity.name.as_ref()),
            kana: text(identity.kana.as_ref()),
            roman: text(identity.roman.as_ref()),
            birth,
            sex: identity.sex.filter(|sex| *sex != Sex::Unknown),
            postal: text(identity.postal_code.as_ref()),
            address: text(identity.address.as_ref()),
            phones: identity.phones.iter().map(|p| p.expose().as_str()).collect(),
            insurer: text(identity.insurer.as_ref()),
            symbol: text(identity.insurance_symbol.as_ref()),
            number: text(identity.insurance_number.as_ref()),
            branch: text(identity.insurance_branch.as_ref()),
            identifiers: identity
                .other_numbers
                .iter()
                .map(|(s, v)| (s.as_str(), v.expose().as_str()))
                .collect(),
            ..Self::default()
        }
    }
}

/// The date of birth of a record of the vault, as a statement has it.
pub(crate) fn birth_text(identity: &Identity) -> String {
    identity.birth_date.as_ref().map(|date| date.expose().to_string()).unwrap_or_default()
}
