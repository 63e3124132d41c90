//! Insurance numbers of a Coverage (保険者番号・記号・番号・枝番), for the identity only.

use super::people::{half_width, identifiers, state};
use super::systems::INSURER;
use super::view::View;
use kiban_model::{Identity, Private};

/// Reads the numbers from where JP Core and eCheckup put them, most explicit first.
pub(super) fn read(view: &mut View<'_, '_>, identity: &mut Identity) {
    let node = view.node;
    for identifier in identifiers(node.list("identifier")) {
        match quoted(&identifier.1)[..] {
            [symbol, number, branch] => {
                fill(&mut identity.insurance_symbol, symbol);
                fill(&mut identity.insurance_number, number);
                fill(&mut identity.insurance_branch, branch);
            }
            _ => state(identity, identifier),
        }
    }
    for extension in node.list("extension") {
        let (Some(url), Some(value)) = (extension.text_of("url"), extension.text_of("valueString")) else {
            continue;
        };
        match url.rsplit('/').next() {
            Some("JP_Coverage_InsuredPersonSymbol") => identity.insurance_symbol = Private::from_text(value),
            Some("JP_Coverage_InsuredPersonNumber") => identity.insurance_number = Private::from_text(value),
            Some("JP_Coverage_InsuredPersonSubNumber") => {
                identity.insurance_branch = Private::from_text(value)
            }
            _ => {}
        }
    }
    if let Some(dependent) = node.text_of("dependent") {
        fill(&mut identity.insurance_branch, dependent);
    }
    if let Some(subscriber) = node.text_of("subscriberId") {
        match quoted(subscriber)[..] {
            [symbol, number] => {
                fill(&mut identity.insurance_symbol, symbol);
                fill(&mut identity.insurance_number, number);
            }
            _ => identity
                .other_numbers
                .push(("Coverage.subscriberId".to_owned(), Private::new(subscriber.to_owned()))),
        }
    }
    for payor in node.list("payor") {
        let stated = identifiers(payor.list("identifier"));
        let found = view.follow(payor, "payor");
        let organization =
            found.as_ref().map(|f| identifiers(f.node().list("identifier"))).unwrap_or_default();
        if let Some((_, number)) =
            stated.iter().chain(&organization).find(|(system, _)| INSURER.contains(&system.as_str()))
        {
            fill(&mut identity.insurer, &number.chars().map(half_width).collect::<String>());
        }
    }
}

fn fill(slot: &mut Option<Private<String>>, value: &str) {
    if slot.is_none() {
        *slot = Private::from_text(value);
    }
}

/// The parts of `"１２－３４","５６７８","００"`; a value without quotes has none.
fn quoted(value: &str) -> Vec<&str> {
    if value.starts_with('"') {
        value.split(',').map(|part| part.trim().trim_matches('"')).collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::cut::Marks;
    use super::super::directory::Directory;
    use super::super::json::{self, Node};
    use super::*;

    fn numbers(text: &str) -> [Option<String>; 4] {
        let node: Node<'_> = json::parse(text, 50).unwrap();
        let (directory, marks) = (Directory::empty(50), Marks::default());
        let mut view =
            View { node: &node, position: 1, directory: &directory, marks: &marks, warnings: Vec::new() };
        let mut who = Identity::default();
        read(&mut view, &mut who);
        [who.insurer, who.insurance_symbol, who.insurance_number, who.insurance_branch]
            .map(|n| n.map(Private::into_inner))
    }

    #[test]
    fn from_extensions_from_quoted_values_and_from_the_payor() {
        let some = |text: &str| Some(text.to_owned());
        let extension = r#"{"extension":[{"url":"x/JP_Coverage_InsuredPersonSymbol","valueString":"甲"},{"url":"x/JP_Coverage_InsuredPersonNumber","valueString":"９"}],"dependent":"02"}"#;
        assert_eq!(numbers(extension), [None, some("甲"), some("９"), some("02")]);
        let quoted = r#"{"identifier":[{"value":"\"甲\",\"９\",\"02\""}],"payor":[{"identifier":{"system":"urn:oid:1.2.392.100495.20.3.61","value":"９９000011"}}]}"#;
        assert_eq!(numbers(quoted), [some("99000011"), some("甲"), some("９"), some("02")]);
        assert_eq!(numbers(r#"{"subscriberId":"\"甲\",\"９\""}"#), [None, some("甲"), some("９"), None]);
    }
}
