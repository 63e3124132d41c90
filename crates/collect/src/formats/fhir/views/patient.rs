//! Patient → Person and, where stated, Death. Name, address and numbers do not come here: they are in the vault.

use super::super::json::Node;
use super::super::people;
use super::super::reasons;
use super::super::view::View;
use kiban_model::region::{municipality_of, prefecture_of};
use kiban_model::tables::{Death, Person};
use kiban_model::{Row, Sex};

/// Rows of a Patient.
pub(in super::super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let sex = node.text_of("gender").and_then(Sex::parse);
    if node.get("gender").is_some() && sex.is_none() {
        view.warn(&reasons::UNKNOWN_GENDER, "gender");
    }
    let address = people::address(node).unwrap_or_default();
    let municipality = municipality_of(&address);
    let person = Person {
        sex: sex.map(|s| s.code().to_owned()),
        birth_date: view.date(node, &[&["birthDate"]]),
        municipality: municipality.map(|m| m.code.to_owned()),
        prefecture: municipality
            .map(|m| m.prefecture_code())
            .or_else(|| prefecture_of(&address))
            .map(str::to_owned),
        ..Person::default()
    };
    let mut rows = vec![person.into()];
    let dead = node.get("deceasedBoolean").and_then(Node::flag) == Some(true)
        || node.get("deceasedDateTime").is_some();
    if dead {
        let date = view.date(node, &[&["deceasedDateTime"]]);
        rows.push(Death { date, basis: Some("patient record".to_owned()), ..Death::default() }.into());
    }
    super::number(&mut rows, view.position);
    rows
}
