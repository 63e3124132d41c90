//! Whole worlds written to disk and read back by small independent readers: nothing here uses Kiban's own formats, and
//! nothing but the public surface of the crate.

mod fhir;
mod papers;
mod ssmix2;
mod uke;
mod worked_example;

use crate::{Expected, ProviderExpected, World};
use kiban_model::DateAsGiven;
use kiban_model::delivery::Manifest;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// One world for all tests that only look: big enough for every phenomenon.
static WORLD: LazyLock<(tempfile::TempDir, Expected)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let written = world(20_260_401, 260).write(dir.path()).unwrap();
    (dir, written.expected)
});

fn world(seed: u64, persons: usize) -> World {
    let day = |y, m, d| DateAsGiven::from_day(y, m, d).unwrap();
    World::generate(seed, persons, day(2023, 4, 1), day(2024, 9, 30))
}

fn provider(id: &str) -> (PathBuf, &'static ProviderExpected) {
    (WORLD.0.path().join(id), &WORLD.1.providers[id])
}

/// Every file below a folder, by path with `/`.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, "", &mut all);
    all
}

/// The files of a provider's delivery that are not bad on purpose.
fn good_files(id: &str) -> BTreeMap<String, Vec<u8>> {
    let (folder, expected) = provider(id);
    let mut all = files(&folder.join("delivery"));
    assert_eq!(all.len(), expected.files, "{id}");
    for bad in &expected.bad_files {
        assert!(all.remove(&bad.path).is_some(), "{} is listed but not there", bad.path);
    }
    all
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// One hash over the names and bytes of a tree.
fn tree_hash(folder: &Path) -> String {
    let listing: String =
        files(folder).iter().map(|(name, bytes)| format!("{name} {}\n", hex(bytes))).collect();
    hex(listing.as_bytes())
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_seed_others() {
    let write = |seed| {
        let dir = tempfile::tempdir().unwrap();
        world(seed, 40).write(dir.path()).unwrap();
        tree_hash(dir.path())
    };
    let first = write(1);
    assert_eq!(first, write(1));
    assert_ne!(first, write(2));
}

#[test]
fn the_manifest_names_every_file_with_its_size_and_hash() {
    for id in WORLD.1.providers.keys() {
        let (folder, _) = provider(id);
        let manifest: Manifest =
            toml::from_str(&std::fs::read_to_string(folder.join("manifest.toml")).unwrap()).unwrap();
        assert_eq!(&manifest.provider, id);
        let on_disk = files(&folder.join("delivery"));
        assert_eq!(manifest.files.len(), on_disk.len());
        for file in &manifest.files {
            let bytes = &on_disk[&file.path];
            assert_eq!(file.bytes, Some(bytes.len() as u64));
            assert_eq!(file.sha256.as_deref(), Some(hex(bytes).as_str()));
        }
    }
}

#[test]
fn world_json_says_what_write_returned() {
    let text = std::fs::read_to_string(WORLD.0.path().join("world.json")).unwrap();
    assert_eq!(serde_json::from_str::<Expected>(&text).unwrap(), WORLD.1);
}

#[test]
fn the_phenomena_that_make_linkage_and_protection_hard_are_there() {
    let expected = &WORLD.1;
    assert_eq!(expected.persons, 260);
    assert!(expected.shared_persons > 60 && expected.persons_at_all_three > 5);
    assert!(expected.marriages >= 2 && expected.households_moved > 0 && expected.insurance_changes > 0);
    assert!(expected.twins >= 2 && expected.deaths > 0);
    let rare: usize = expected.rare_diseases.values().sum();
    assert!((3..=5).contains(&rare));
    for (id, provider) in &expected.providers {
        assert!(provider.objectors >= 1 && provider.not_yet >= 1 && provider.under_16 > 0, "{id}");
    }
}

#[test]
fn small_worlds_and_odd_periods_are_worlds_too() {
    let day = |y, m, d| DateAsGiven::from_day(y, m, d).unwrap();
    for (persons, from, to) in [
        (0, day(2023, 1, 1), day(2023, 12, 31)),
        (1, day(2024, 2, 29), day(2024, 2, 29)),
        (3, day(2024, 12, 31), day(2023, 1, 1)),
        (5, day(1990, 1, 1), day(1990, 12, 31)),
        (5, DateAsGiven::from_year(2021).unwrap(), DateAsGiven::from_month(2021, 7).unwrap()),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let written = World::generate(9, persons, from, to).write(dir.path()).unwrap();
        assert_eq!(written.expected.persons, persons);
        assert_eq!(written.providers.len(), 4);
    }
}

#[test]
fn rare_diseases_stay_rare_in_a_large_world() {
    let world = world(3, 3_000);
    assert_eq!(world.persons(), 3_000);
    let rare = world.people.iter().flat_map(|p| &p.illnesses).filter(|i| i.disease.course == "rare").count();
    assert!((3..=5).contains(&rare));
    for person in &world.people {
        assert!(!person.visits.is_empty() || person.death.is_some(), "everybody alive is seen somewhere");
        let end = person.death.unwrap_or(world.last).min(world.last);
        assert!(
            person.visits.iter().all(|v| v.day <= v.last_day() && v.last_day() <= end),
            "nobody is seen after death"
        );
    }
}
