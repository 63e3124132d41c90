//! Which crate may know which (blueprint §1): arrows point one way, stages never import each other, and no one who is
//! handing data over can reach the vault.

use crate::house::{Dependency, House, Package};

/// Every crate under `crates/`, in the journey's order, and the crates of ours it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("collect", &["model"]),
    ("link", &["model"]),
    ("vault", &["model"]),
    // `store` knows of the law only the proof that a record passed the gate: see `only_admitted`.
    ("store", &["model", "law"]),
    ("process", &["model"]),
    ("provide", &["model"]),
    ("law", &["model"]),
    ("ledger", &["model"]),
    ("exchange", &["model"]),
    (
        "app",
        &["model", "collect", "link", "vault", "store", "process", "provide", "law", "ledger", "exchange"],
    ),
    ("portal", &["model", "app"]),
    ("synth", &["model"]),
];

/// Packages outside `crates/`. Journeys follow a record through everything.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("kiban", &["model", "portal", "app", "synth"]),
    ("xtask", &["model", "collect"]),
    ("journeys", &["*"]),
];

/// Tests of any crate may use made-up people.
const FOR_TESTS: &[&str] = &["synth"];

/// Libraries that only one crate may name, so that the choice behind them stays in one place.
const ONE_HOME: &[(&str, &str)] = &[
    ("datafusion", "store"),
    ("deltalake-core", "store"),
    ("deltalake", "store"),
    ("object_store", "store"),
];

pub(crate) fn check(house: &House) -> Vec<String> {
    let mut wrong: Vec<String> = house.packages.iter().flat_map(check_package).collect();
    wrong.extend(folders(house));
    wrong.extend(only_admitted(house));
    wrong
}

fn check_package(package: &Package) -> Vec<String> {
    let own = short(&package.name);
    let Some((_, allowed)) = ARROWS.iter().chain(OUTSIDE).find(|(name, _)| *name == own) else {
        return vec![format!("{} is not in the table of arrows (xtask/src/tidy/arrows.rs)", package.name)];
    };
    let forbidden = |dependency: &Dependency| {
        let name = short(&dependency.name);
        let ours =
            dependency.name.starts_with("kiban") || OUTSIDE.iter().any(|(outside, _)| *outside == name);
        let in_tests = dependency.kind.as_deref() == Some("dev") && FOR_TESTS.contains(&name);
        if ours {
            return !(in_tests || allowed.contains(&name) || allowed.contains(&"*") || name == own);
        }
        ONE_HOME
            .iter()
            .any(|(library, home)| *library == dependency.name && *home != own && !allowed.contains(&"*"))
    };
    package
        .dependencies
        .iter()
        .filter(|d| forbidden(d))
        .map(|d| format!("{} must not depend on {}", package.name, d.name))
        .collect()
}

fn short(package: &str) -> &str {
    package.strip_prefix("kiban-").unwrap_or(package)
}

/// Folders under `crates/` and the table must agree on what there is.
fn folders(house: &House) -> Vec<String> {
    let mut folders: Vec<&str> = house
        .files
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("crates/")?.split_once('/').map(|(folder, _)| folder))
        .collect();
    folders.dedup();
    folders.sort_unstable();
    folders.dedup();
    folders
        .into_iter()
        .filter(|folder| !ARROWS.iter().any(|(name, _)| name == folder))
        .map(|folder| format!("crates/{folder} is not in the table of arrows (xtask/src/tidy/arrows.rs)"))
        .collect()
}

/// The store takes [`Admitted`] records and asks the law nothing: deciding is not its business.
fn only_admitted(house: &House) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in
        house.texts().filter(|(path, _)| path.starts_with("crates/store/src/") && !is_test(path))
    {
        for (number, line) in text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]") {
            let code = line.split("//").next().unwrap_or("");
            let path_end = |after: &str| {
                after.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(after.len())
            };
            let names = code
                .split("kiban_law")
                .skip(1)
                .any(|after| !after[..path_end(after)].ends_with("::Admitted"));
            if names {
                wrong.push(format!("{path}:{}: the store may name only `Admitted` of kiban_law", number + 1));
            }
        }
    }
    wrong
}

/// Whether a file holds tests only.
pub(crate) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).into(), kind: kind.map(str::to_owned) })
            .collect();
        Package { name: name.into(), dependencies, ..Default::default() }
    }

    fn findings(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        check(&House { packages: vec![package(name, dependencies)], ..Default::default() })
    }

    #[test]
    fn handing_over_cannot_reach_the_vault() {
        assert_eq!(
            findings("kiban-provide", &[("kiban-vault", None)]),
            ["kiban-provide must not depend on kiban-vault"]
        );
        assert_eq!(
            findings("kiban-provide", &[("kiban-vault", Some("dev"))]).len(),
            1,
            "not in tests either"
        );
    }

    #[test]
    fn arrows_point_one_way() {
        assert!(
            findings(
                "kiban-app",
                &[("kiban-vault", None), ("kiban-store", None), ("kiban-model", None), ("sha2", None)]
            )
            .is_empty()
        );
        assert_eq!(findings("kiban-model", &[("kiban-app", None)]).len(), 1);
        assert_eq!(findings("kiban-portal", &[("kiban-vault", None)]).len(), 1);
        assert_eq!(
            findings("kiban-collect", &[("kiban-link", None)]).len(),
            1,
            "stages never import each other"
        );
        assert_eq!(findings("kiban-app", &[("xtask", None)]).len(), 1);
        assert_eq!(findings("kiban-app", &[("kiban", None)]).len(), 1);
    }

    #[test]
    fn made_up_people_are_for_tests() {
        assert!(findings("kiban-collect", &[("kiban-synth", Some("dev"))]).is_empty());
        assert_eq!(findings("kiban-collect", &[("kiban-synth", None)]).len(), 1);
    }

    #[test]
    fn the_engines_have_one_home() {
        assert!(findings("kiban-store", &[("datafusion", None)]).is_empty());
        assert_eq!(findings("kiban-process", &[("datafusion", None)]).len(), 1);
        assert!(findings("journeys", &[("datafusion", None), ("kiban-vault", None)]).is_empty());
    }

    #[test]
    fn a_crate_nobody_placed_is_found_twice() {
        assert_eq!(findings("kiban-misc", &[]).len(), 1);
        let house = House {
            files: vec![("crates/misc/src/lib.rs".into(), None), ("crates/model/src/lib.rs".into(), None)],
            ..Default::default()
        };
        assert_eq!(check(&house).len(), 1);
    }

    #[test]
    fn the_store_does_not_ask_the_law() {
        let store = |text: &str| {
            let files = vec![("crates/store/src/write.rs".into(), Some(text.into()))];
            check(&House { files, ..Default::default() }).len()
        };
        assert_eq!(
            store("use kiban_law::Admitted;\nfn f(r: &kiban_law::gate::Admitted) {}\n// kiban_law decides"),
            0
        );
        assert_eq!(store("use kiban_law::gate::decide;"), 1);
        assert_eq!(store("use kiban_law::{Admitted, gate};"), 1);
        assert_eq!(store("use kiban_law::Admitted;\n#[cfg(test)]\nmod tests { use kiban_law::gate; }"), 0);
    }
}
