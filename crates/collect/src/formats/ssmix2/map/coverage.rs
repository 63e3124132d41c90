//! IN1, and ZI1 of diagnoses → coverage; the numbers that identify go to the identity.

use super::Output;
use crate::formats::ssmix2::tracked::Tracked;
use kiban_model::tables::Coverage;
use kiban_model::{Identity, Private};

pub(super) fn map(segments: &mut [Tracked<'_>], output: &mut Output<'_>) {
    let mut numbered = false;
    for insurance in segments.iter_mut().filter(|segment| matches!(segment.id, "IN1" | "ZI1")) {
        if insurance.is_blank() {
            continue;
        }
        let kind = insurance.coding(2, 1, 1);
        let coverage = Coverage {
            position: insurance.number,
            category: kind.code,
            category_system: kind.system,
            text: kind.text,
            relationship: insurance.component(17, 1),
            start: insurance.date(12, 1, &mut output.warnings),
            end: insurance.date(13, 1, &mut output.warnings),
            ..Coverage::default()
        };
        output.push(insurance, coverage);
        let Some(numbers) = numbers(insurance) else { continue };
        match output.identities.first_mut() {
            Some(first) if !numbered => {
                first.insurer = numbers.insurer;
                first.insurance_symbol = numbers.insurance_symbol;
                first.insurance_number = numbers.insurance_number;
                first.insurance_branch = numbers.insurance_branch;
            }
            // A second insurance, such as a public payer (公費), is a statement of its own.
            _ => output.identities.push(numbers),
        }
        numbered = true;
    }
}

/// Insurer in 3; symbol, number and branch as repetitions of 10, or symbol in 10 and number in 11.
fn numbers(insurance: &mut Tracked<'_>) -> Option<Identity> {
    let mut private =
        |field, repetition| insurance.part(field, repetition, 1).as_deref().and_then(Private::from_text);
    let (insurer, symbol, number, branch) = (private(3, 1), private(10, 1), private(10, 2), private(10, 3));
    let number = match (&symbol, number) {
        (_, Some(number)) => Some(number),
        (Some(_), None) => private(11, 1),
        (None, None) => None,
    };
    let identity = Identity {
        insurer,
        insurance_symbol: symbol,
        insurance_number: number,
        insurance_branch: branch,
        ..Identity::default()
    };
    (identity != Identity::default()).then_some(identity)
}
