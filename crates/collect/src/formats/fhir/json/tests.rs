use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// The same value as `serde_json` reads it, which the tests trust.
fn value(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Flag(flag) => Value::Bool(*flag),
        Kind::Number(digits) => serde_json::from_str(digits).unwrap(),
        Kind::Text(text) => Value::String(text.to_string()),
        Kind::Array(items) => items.iter().map(value).collect(),
        Kind::Object(members) => {
            Value::Object(members.iter().map(|(k, v)| (k.to_string(), value(v))).collect())
        }
    }
}

#[test]
fn spans_point_at_the_bytes_and_digits_are_kept() {
    let text = "{ \"値\" : [1.50, \"a\\u3042\\ud83d\\ude00\"] }";
    let node = parse(text, 10).unwrap();
    let items = node.list("値");
    assert_eq!(&text[items[0].span.clone()], "1.50");
    assert_eq!(items[0].number(), Some("1.50"));
    assert_eq!(items[1].text(), Some("aあ😀"));
    assert_eq!(&text[node.span.clone()], text);
}

#[test]
fn what_is_refused_and_why() {
    let kind = |text: &str| parse(text, 4).map(|_| ()).map_err(|fault| fault.kind);
    assert_eq!(
        kind("{\"a\":1,\"b\":2,\"\\u0061\":3}"),
        Err(FaultKind::Duplicate),
        "escapes do not hide a repetition"
    );
    assert_eq!(kind("[[[[]]]]"), Ok(()));
    assert_eq!(kind("[[[[[]]]]]"), Err(FaultKind::Depth));
    assert_eq!(kind("{} {}"), Err(FaultKind::Trailing));
    for bad in [
        "",
        "{",
        "{\"a\"}",
        "[1,]",
        "{,}",
        "[01]",
        "1.",
        "+1",
        "\"\n\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "nul",
        "\"\\x\"",
        "\"\\u12\"",
        "'a'",
        "NaN",
    ] {
        assert_eq!(kind(bad), Err(FaultKind::Syntax), "{bad}");
        assert!(check(bad, 4).is_err());
    }
    let many: String = (0..40).map(|i| format!("\"k{}\":0,", i % 39)).collect();
    assert_eq!(kind(&format!("{{{}}}", many.trim_end_matches(','))), Err(FaultKind::Duplicate));
}

#[test]
fn ten_thousand_levels_are_refused_without_recursion() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert_eq!(check(&deep, 100).unwrap_err().kind, FaultKind::Depth);
    assert_eq!(check(&deep, 20_000), Ok(()));
    assert_eq!(parse(&deep, usize::MAX).unwrap_err().kind, FaultKind::Depth);
}

#[test]
fn one_level_at_a_time() {
    let text = " {\"a\": [1, {\"b\": 2}], \"c\": \"}\"}";
    let found = members(text, 9).unwrap().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(&text[found[1].1.clone()], "\"}\"");
    let array = &text[found[0].1.clone()];
    let items: Vec<_> = elements(array, 9).unwrap().unwrap().into_iter().map(|range| &array[range]).collect();
    assert_eq!(items, ["1", "{\"b\": 2}"]);
    assert!(members("[]", 9).unwrap().is_none());
    assert!(elements("{}", 9).unwrap().is_none());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
        "\"(\\\\u[0-9a-f]{4}|[a-z])*\"",
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(" ,"))),
            prop::collection::vec(("[a-d]{1,2}", inner), 0..5).prop_map(|v| format!(
                "{{{}}}",
                v.iter().map(|(k, x)| format!("\"{k}\" :{x}")).collect::<Vec<_>>().join(",")
            )),
        ]
    })
}

proptest! {
    /// Whatever serde_json takes we take with the same value, and nothing else, but for repeated names.
    #[test]
    fn agrees_with_serde_json(text in json(), cut in any::<prop::sample::Index>()) {
        for candidate in [text.as_str(), text.get(..cut.index(text.len())).unwrap_or("{")] {
            let trusted = serde_json::from_str::<Value>(candidate);
            match parse(candidate, 100) {
                Ok(node) => prop_assert_eq!(value(&node), trusted.unwrap()),
                // Found before the end was seen: nothing is said of the rest.
                Err(fault) if fault.kind == FaultKind::Duplicate => {}
                Err(_) => prop_assert!(trusted.is_err()),
            }
            prop_assert_eq!(check(candidate, 100).is_ok(), serde_json::from_str::<Value>(candidate).is_ok());
        }
    }

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        let trusted = serde_json::from_str::<Value>(&text).is_ok();
        prop_assert_eq!(check(&text, 100).is_ok(), trusted);
        let _ = (parse(&text, 100), members(&text, 100), elements(&text, 100));
    }
}
