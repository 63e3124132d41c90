//! Levels by table.

use super::similarity::{jaro_winkler, same_under_wildcards};
use super::*;
use crate::normalise::normalise_birth;
use kiban_model::DateAsGiven;

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

#[test]
fn birth_dates() {
    let birth = |text| normalise_birth(&DateAsGiven::parse_iso(text).unwrap()).unwrap();
    let cases = [
        ("1970-03-02", "1970-03-02", Level::Exact),
        ("1970-03-02", "1970-03-12", Level::Close),
        ("1970-03-02", "1970-02-03", Level::Close),
        ("1970-03-21", "1970-03-12", Level::Close),
        ("1953-11-20", "2016-11-20", Level::Close),
        ("1970-03-02", "1970-03-28", Level::Similar),
        ("1970-03-02", "1988-03-02", Level::Similar),
        ("1970-03-02", "1970-03", Level::Compatible),
        ("1970-03-02", "1970", Level::Compatible),
        ("1970-03-02", "1971", Level::Different),
        ("1970-03-02", "1982-11-25", Level::Different),
    ];
    for (a, b, level) in cases {
        assert_eq!(birth(a).compare(birth(b)), level, "{a} {b}");
        assert_eq!(birth(b).compare(birth(a)), level, "{b} {a}");
    }
}

#[test]
fn jaro_winkler_as_published() {
    // Winkler 1990, table of examples.
    for (a, b, expected) in
        [("martha", "marhta", 0.961), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.813)]
    {
        let score = jaro_winkler(&chars(a), &chars(b));
        assert!((score - expected).abs() < 0.001, "{a} {b} {score}");
    }
    assert_eq!(jaro_winkler(&chars("山田"), &chars("佐藤")), 0.0);
    assert_eq!(jaro_winkler(&[], &chars("a")), 0.0);
    assert!((jaro_winkler(&chars("髙■"), &chars("髙橋")) - 1.0).abs() < 1e-9);
}

#[test]
fn wildcards_stand_for_exactly_one_character() {
    assert!(same_under_wildcards(&chars("高■"), &chars("高崎")));
    assert!(!same_under_wildcards(&chars("■■"), &chars("高崎")), "at least one real character");
    assert!(!same_under_wildcards(&chars("高■"), &chars("高")));
    assert!(!same_under_wildcards(&chars("高■"), &chars("山崎")));
}

#[test]
fn one_edit() {
    for (a, b) in [("abcd", "abcd"), ("abcd", "abxd"), ("abcd", "abd"), ("abcd", "abdc"), ("", "a")] {
        assert!(within_one_edit(&chars(a), &chars(b)), "{a} {b}");
        assert!(within_one_edit(&chars(b), &chars(a)), "{b} {a}");
    }
    for (a, b) in [("abcd", "axxd"), ("abcd", "ab"), ("abcd", "badc"), ("", "ab")] {
        assert!(!within_one_edit(&chars(a), &chars(b)), "{a} {b}");
    }
}

#[test]
fn patterns_keep_every_level_of_every_field() {
    for field in Field::COMPARED {
        for level in Level::ALL {
            let mut pattern = Pattern::default();
            pattern.set(field, level);
            assert_eq!(pattern.get(field), level);
            assert!(
                Field::COMPARED.into_iter().filter(|f| *f != field).all(|f| pattern.get(f) == Level::Missing)
            );
        }
    }
}
