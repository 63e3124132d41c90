//! Everything we build on comes from the registry and may be passed on with an Apache-2.0 work (SEC-09). The allowed licences are those of `deny.toml`,
//! the file that cargo-deny reads too; this rule needs no tool but cargo.

use crate::house::House;
use serde::Deserialize;

const LIST: &str = "deny.toml";

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    allow: Vec<String>,
}

pub(crate) fn check(house: &House) -> Vec<String> {
    let Some(text) = house.text(LIST) else { return vec![format!("{LIST} is missing")] };
    let Licences { allow, exceptions } = match toml::from_str::<Deny>(text) {
        Ok(deny) => deny.licenses,
        Err(error) => return vec![format!("{LIST} cannot be read: {}", error.message())],
    };
    let mut wrong = Vec::new();
    for package in &house.third_party {
        let excepted = exceptions.iter().filter(|e| e.package == package.name).flat_map(|e| &e.allow);
        let allowed: Vec<&str> = allow.iter().chain(excepted).map(String::as_str).collect();
        if package.source.as_deref().is_some_and(|source| !source.starts_with("registry+")) {
            wrong.push(format!("{} does not come from the registry", package.name));
        }
        match package.license.as_deref() {
            // Whoever wrote the exception has read the licence's text.
            None if exceptions.iter().any(|e| e.package == package.name) => {}
            None => wrong.push(format!("{} states no licence", package.name)),
            Some(expression) if !satisfied(expression, &allowed) => {
                wrong.push(format!("{} is under {expression}, which {LIST} does not allow", package.name));
            }
            Some(_) => {}
        }
    }
    let unused = exceptions.iter().filter(|e| !house.third_party.iter().any(|p| p.name == e.package));
    wrong.extend(unused.map(|e| format!("{LIST} has an exception for {}, which is not used", e.package)));
    wrong
}

/// Whether an SPDX expression can be satisfied with the allowed licences. `/` is the old spelling of OR.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let answer = any_of(&words, &mut at, allowed);
    answer == Some(true) && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> Option<bool> {
    let mut answer = all_of(words, at, allowed)?;
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        answer |= all_of(words, at, allowed)?;
    }
    Some(answer)
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> Option<bool> {
    let mut answer = one(words, at, allowed)?;
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        answer &= one(words, at, allowed)?;
    }
    Some(answer)
}

fn one(words: &[&str], at: &mut usize, allowed: &[&str]) -> Option<bool> {
    let word = *words.get(*at)?;
    *at += 1;
    if word == "(" {
        let answer = any_of(words, at, allowed)?;
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return closed.then_some(answer);
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1)?;
        *at += 2;
        return Some(allowed.contains(&format!("{word} WITH {exception}").as_str()));
    }
    Some(allowed.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::Package;

    #[test]
    fn expressions_are_read_with_and_before_or() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
        for yes in [
            "MIT",
            "MIT/GPL-3.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND Apache-2.0",
            "GPL-3.0 AND X OR MIT",
            "Apache-2.0 WITH LLVM-exception OR X",
        ] {
            assert!(satisfied(yes, &allowed), "{yes}");
        }
        for no in ["GPL-3.0", "MIT AND GPL-3.0", "MIT WITH X", "", "(MIT", "MIT MIT", "OR", "MIT OR"] {
            assert!(!satisfied(no, &allowed), "{no}");
        }
    }

    #[test]
    fn a_licence_nobody_allowed_is_found() {
        let list = "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"b\", allow = [\"MPL-2.0\"] }]";
        let package = |name: &str, license: Option<&str>| Package {
            name: name.into(),
            license: license.map(str::to_owned),
            ..Default::default()
        };
        let house = |packages| House {
            files: vec![(LIST.into(), Some(list.into()))],
            third_party: packages,
            ..Default::default()
        };
        assert!(check(&house(vec![package("a", Some("MIT")), package("b", Some("MPL-2.0"))])).is_empty());
        let found = check(&house(vec![package("a", Some("MPL-2.0")), package("c", None)]));
        assert_eq!(found.len(), 3, "not allowed, not stated, exception unused: {found:?}");
        let from_git = Package { source: Some("git+ssh".into()), ..package("b", Some("MPL-2.0")) };
        assert_eq!(check(&house(vec![from_git])), ["b does not come from the registry"]);
        assert_eq!(check(&House::default()).len(), 1);
    }
}
