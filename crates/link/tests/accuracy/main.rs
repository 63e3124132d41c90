//! Accuracy on statements with truth, where the shared test data is at hand.

mod truth;

use kiban_link::{Constraints, Settings, link};

/// The first of the 100,000 people: enough to learn from, few enough for an unoptimised build.
const PEOPLE: usize = 8_000;

#[test]
fn pairs_are_found_with_f1_of_at_least_97_percent() {
    let path = truth::shared_file();
    if !path.exists() {
        eprintln!("skipped: no shared test data");
        return;
    }
    let (records, persons) = truth::read(&path, PEOPLE).unwrap();
    let linkage =
        link(&records, &Constraints::default(), &Settings { random_pairs: 100_000, ..Settings::default() });
    let score = truth::score(&linkage, &persons);
    assert!(score.f1 >= 0.97 && score.exact_persons >= 0.97, "{score:?}");
    assert!(score.precision >= 0.97 && score.recall >= 0.97, "{score:?}");
    let estimated = linkage.statistics.estimated_precision.unwrap();
    assert!(
        (estimated - score.precision).abs() < 0.02,
        "the model knows how good it is: {estimated} {score:?}"
    );
}
