//! Who a Patient is: the local number, the identifiers, and the statement of identity for the vault.
//!
//! Nothing of this may reach a clinical row. The local number is the institution's patient number where there is one
//! (JP Core `urn:oid:1.2.392.100495.20.3.51.*`), so that the same person's SS-MIX2 and FHIR records meet.

use super::json::Node;
use super::systems::{INSURANCE_MEMBER, PATIENT_NUMBER};
use kiban_model::{DateAsGiven, DateError, Identity, Private, Sex};

/// A business identifier: (system, value).
pub(super) type Identifier = (String, String);

/// What is known of one person from a Patient resource or a reference to one.
#[derive(Clone, Default)]
pub(super) struct Person {
    /// The FHIR id, where known.
    pub id: Option<String>,
    /// Business identifiers in order.
    pub identifiers: Vec<Identifier>,
    /// Names as written and without spaces, by which they would be recognised in a text.
    pub names: Vec<String>,
}

impl Person {
    /// What a Patient (or Person, RelatedPerson) resource states.
    pub(super) fn from_resource(resource: &Node<'_>) -> Self {
        let mut names = Vec::new();
        for name in resource.list("name") {
            let whole = written(name);
            let squeezed: String = whole.chars().filter(|c| !is_space(*c)).collect();
            names.extend(name.text_of("text").map(str::to_owned));
            names.extend([whole, squeezed]);
        }
        names.retain(|name| name.chars().count() >= 3);
        Self {
            id: resource.text_of("id").map(str::to_owned),
            identifiers: identifiers(resource.list("identifier")),
            names,
        }
    }

    /// The number by which the provider knows the person: the institution's patient number, else the first identifier,
    /// else the FHIR id.
    pub(super) fn local_number(&self) -> Option<&str> {
        let institution = self.identifiers.iter().find(|(system, _)| system.starts_with(PATIENT_NUMBER));
        institution
            .or_else(|| self.identifiers.first())
            .map(|(_, value)| value.as_str())
            .or(self.id.as_deref())
    }

    /// Whether both state a value of one system, and no such value agrees.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let shared = |a: &Identifier| other.identifiers.iter().any(|b| a.0 == b.0);
        let equal = |a: &Identifier| other.identifiers.contains(a);
        self.identifiers.iter().any(shared) && !self.identifiers.iter().any(equal)
    }
}

/// Identifiers with a value; a missing system is empty.
pub(super) fn identifiers(nodes: &[Node<'_>]) -> Vec<Identifier> {
    let text = |node: &Node<'_>, name| node.text_of(name).unwrap_or("").trim().to_owned();
    nodes
        .iter()
        .map(|node| (text(node, "system"), text(node, "value")))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The statement of identity a Patient makes; the error is an impossible date of birth.
pub(super) fn identity(patient: &Node<'_>) -> (Identity, Result<(), DateError>) {
    let mut identity = Identity::default();
    names(patient, &mut identity);
    identity.sex = patient.text_of("gender").and_then(Sex::parse);
    let birth = patient.get("birthDate").map(|date| DateAsGiven::parse_iso(date.text().unwrap_or("")));
    identity.birth_date = birth.and_then(Result::ok).map(Private::new);
    if let Some(address) = best(patient.list("address")) {
        identity.address = Private::from_text(&address_text(address));
        let digits: String = address
            .text_of("postalCode")
            .unwrap_or("")
            .chars()
            .map(half_width)
            .filter(char::is_ascii_digit)
            .collect();
        identity.postal_code = Private::from_text(&digits);
    }
    let phones =
        || patient.list("telecom").iter().filter(|t| t.text_of("system").is_none_or(|s| s == "phone"));
    let home = phones().filter(|t| t.text_of("use") == Some("home"));
    let rest = phones().filter(|t| t.text_of("use") != Some("home"));
    identity.phones = home.chain(rest).filter_map(|t| Private::from_text(t.text_of("value")?)).collect();
    if let Some(id) = patient.text_of("id") {
        identity.other_numbers.push(("Patient.id".to_owned(), Private::new(id.to_owned())));
    }
    for identifier in identifiers(patient.list("identifier")) {
        state(&mut identity, identifier);
    }
    (identity, birth.map_or(Ok(()), |date| date.map(|_| ())))
}

/// Puts an identifier where it belongs: insurance numbers into their fields, the rest with its system beside it.
pub(super) fn state(identity: &mut Identity, (system, value): Identifier) {
    if system.to_ascii_lowercase().ends_with(INSURANCE_MEMBER) {
        let parts: Vec<&str> = value.split([':', '：']).collect();
        if let [insurer, symbol, number, branch] = parts[..] {
            identity.insurer = Private::from_text(&insurer.chars().map(half_width).collect::<String>());
            identity.insurance_symbol = Private::from_text(symbol);
            identity.insurance_number = Private::from_text(number);
            identity.insurance_branch = Private::from_text(branch);
            return;
        }
    }
    identity.other_numbers.push((system, Private::new(value)));
}

/// Names by their representation (IDE 漢字, SYL カナ, ABC ローマ字); where none is stated, by their letters.
fn names(patient: &Node<'_>, identity: &mut Identity) {
    let former = |name: &Node<'_>| matches!(name.text_of("use"), Some("old" | "maiden" | "nickname"));
    let list = patient.list("name");
    for name in list.iter().filter(|n| !former(n)).chain(list.iter().filter(|n| former(n))) {
        let text = written(name);
        let slot = match representation(name).unwrap_or_else(|| guess(&text)) {
            "SYL" => &mut identity.kana,
            "ABC" => &mut identity.roman,
            _ => &mut identity.name,
        };
        if slot.is_none() {
            *slot = Private::from_text(&text);
        }
    }
}

fn representation<'n>(name: &'n Node<'_>) -> Option<&'n str> {
    name.list("extension")
        .iter()
        .find(|e| e.text_of("url").is_some_and(|url| url.ends_with("iso21090-EN-representation")))?
        .text_of("valueCode")
}

fn guess(text: &str) -> &'static str {
    let kana = |c: char| matches!(c, 'ァ'..='ヿ' | 'ぁ'..='ゟ' | '･'..='ﾟ') || is_space(c);
    if text.chars().all(kana) {
        "SYL"
    } else if text.chars().all(|c| c.is_ascii() || is_space(c)) {
        "ABC"
    } else {
        "IDE"
    }
}

/// Family and given names with one ideographic space between them.
fn written(name: &Node<'_>) -> String {
    let given: Vec<&str> = name.list("given").iter().filter_map(Node::text).collect();
    match (name.text_of("family"), given.is_empty()) {
        (Some(family), false) => format!("{family}\u{3000}{}", given.join("\u{3000}")),
        _ => {
            let text = name.text_of("text").or_else(|| name.text_of("family")).unwrap_or("");
            text.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\u{3000}")
        }
    }
}

/// The current address: home before others, former ones last.
fn best<'n, 'a>(addresses: &'n [Node<'a>]) -> Option<&'n Node<'a>> {
    addresses.iter().min_by_key(|a| match a.text_of("use") {
        Some("home") => 0,
        Some("old") => 2,
        _ => 1,
    })
}

fn address_text(address: &Node<'_>) -> String {
    if let Some(text) = address.text_of("text") {
        return text.to_owned();
    }
    let lines: String = address.list("line").iter().filter_map(Node::text).collect();
    let part = |name| address.text_of(name).unwrap_or("");
    format!("{}{}{lines}", part("state"), part("city"))
}

/// The address as one text, for deriving the municipality only.
pub(super) fn address(patient: &Node<'_>) -> Option<String> {
    best(patient.list("address")).map(address_text)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{3000}'
}

/// Full-width digits, letters and signs to their ASCII forms.
pub(super) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    fn patient(text: &str) -> (Identity, Person) {
        let node = json::parse(text, 50).unwrap();
        (identity(&node).0, Person::from_resource(&node))
    }

    #[test]
    fn names_are_sorted_by_representation_and_by_letters_where_none_is_given() {
        let (who, _) = patient(
            r#"{"name":[{"use":"maiden","text":"旧姓 花子"},{"family":"架空","given":["花子"]},{"text":"カクウ ハナコ"},{"text":"Kaku Hanako"}]}"#,
        );
        assert_eq!(who.name.unwrap().expose(), "架空　花子");
        assert_eq!(who.kana.unwrap().expose(), "カクウ　ハナコ");
        assert_eq!(who.roman.unwrap().expose(), "Kaku　Hanako");
    }

    #[test]
    fn the_institutions_number_comes_before_other_identifiers() {
        let text = r#"{"id":"p","identifier":[{"system":"http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID","value":"００９９００１１：あ：１２:01"},{"system":"urn:oid:1.2.392.100495.20.3.51.11399999999","value":"778"}]}"#;
        let (who, person) = patient(text);
        assert_eq!(person.local_number(), Some("778"));
        assert_eq!(who.insurer.unwrap().expose(), "00990011");
        assert_eq!(who.insurance_number.unwrap().expose(), "１２");
        assert_eq!(who.insurance_branch.unwrap().expose(), "01");
        assert_eq!(patient(r#"{"id":"only"}"#).1.local_number(), Some("only"));
    }

    #[test]
    fn contact_details() {
        let (who, _) = patient(
            r#"{"address":[{"use":"old","text":"x"},{"use":"home","state":"東京都","city":"港区","line":["１丁目"],"postalCode":"〒１０５-0001"}],"telecom":[{"system":"phone","use":"mobile","value":"090"},{"system":"email","value":"a@b"},{"system":"phone","use":"home","value":"03"}]}"#,
        );
        assert_eq!(who.address.unwrap().expose(), "東京都港区１丁目");
        assert_eq!(who.postal_code.unwrap().expose(), "1050001");
        assert_eq!(who.phones.iter().map(|p| p.expose().as_str()).collect::<Vec<_>>(), ["03", "090"]);
    }
}
