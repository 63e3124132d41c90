//! How well tokens find the same person, where the shared test data is at hand. `examples/tokens` measures all of it.

#[path = "../examples/tokens/judge.rs"]
mod judge;
#[path = "accuracy/truth.rs"]
#[allow(dead_code, reason = "only reading is needed here")]
mod truth;

/// The first of the 100,000 people: few enough for an unoptimised build.
const PEOPLE: usize = 8_000;

#[test]
fn equality_joins_find_97_percent_of_the_persons_two_operators_share_and_hardly_a_wrong_one() {
    let path = truth::shared_file();
    if !path.exists() {
        eprintln!("skipped: no shared test data");
        return;
    }
    let (records, persons) = truth::read(&path, PEOPLE).unwrap();
    let found = judge::between_operators(&records, &persons, 1, 1);
    assert!(found.precision >= 0.995 && found.recall >= 0.97 && found.f1 >= 0.98, "{found:?}");
}
