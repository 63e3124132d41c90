//! The built-in opinion is sound.

use super::*;
use crate::compare::{Field, Level, Pattern};

#[test]
fn shares_add_up_and_agreement_weighs_more_than_disagreement() {
    let (person, household, strangers) = builtin::weights();
    for field in Field::COMPARED {
        for weights in [&person, &household, &strangers] {
            let levels = &weights[field as usize];
            // *Changed* stands beside the others: its shares are of other pairs.
            let beside = levels[Level::Changed as usize];
            let sum: f64 = levels.iter().skip(1).sum::<f64>() - beside;
            assert!((sum - 1.0).abs() < 1e-9, "{field:?} {sum}");
            assert!(levels.iter().all(|share| (0.0..=1.0).contains(share)));
        }
        let weight = |level: Level| {
            let at = (field as usize, level as usize);
            (person[at.0][at.1] / strangers[at.0][at.1]).ln()
        };
        if field != Field::Provider && field != Field::Insurance {
            assert!(weight(Level::Exact) > 0.0 && weight(Level::Different) < 0.0, "{field:?}");
        }
    }
}

#[test]
fn a_household_explains_shared_fields_once() {
    let model = Model::built_in(&Table::default());
    let mut pattern = Pattern::default();
    pattern.set(Field::FamilyName, Level::Exact);
    pattern.set(Field::Sex, Level::Exact);
    pattern.set(Field::Address, Level::Exact);
    pattern.set(Field::Phone, Level::Exact);
    pattern.set(Field::Insurance, Level::InsuredHousehold);
    let (mut one, mut relatives) = (pattern, pattern);
    one.set(Field::GivenName, Level::Exact);
    one.set(Field::BirthDate, Level::Exact);
    relatives.set(Field::GivenName, Level::Different);
    relatives.set(Field::BirthDate, Level::Different);
    let [person, _, _] = model.kinds(one);
    assert!(person > 0.99, "{person}");
    let [person, household, _] = model.kinds(relatives);
    assert!(person < 0.001 && household > 0.99, "{person} {household}");
}
