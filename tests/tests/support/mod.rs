//! A small operator for journeys: one folder that goes away, providers that are filed and have told everybody.
#![allow(dead_code, unreachable_pub)]

use arrow::util::display::array_value_to_string;
use kiban_app::{Config, Operator, Provider, Secret};
use kiban_model::delivery::{Manifest, Receipt};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const ON: &str = "2025-06-01";

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub operator: Operator,
}

impl Desk {
    /// A new operator. The secret is fixed, so that two desks do the same.
    pub fn new() -> Self {
        Self::with_masters(None)
    }

    pub fn with_masters(masters: Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { operator: "試験事業者".into(), masters, rules: Default::default() };
        let operator =
            Operator::init(&folder.path().join("operator"), &config, Secret::from_bytes([9; 32]), ON)
                .unwrap();
        Self { folder, operator }
    }

    /// A provider whose filing is published and who told everybody long ago.
    pub fn open_provider(&self, id: &str) {
        let provider = Provider {
            id: id.into(),
            name: id.into(),
            filed_on: Some("2020-01-01".into()),
            published_on: Some("2020-02-01".into()),
        };
        self.operator.put_provider(&provider, ON).unwrap();
        self.operator.notify_everyone(id, "2020-03-01", ON).unwrap();
        // Again, for those who have turned 16 since (OPT-03).
        self.operator.notify_everyone(id, "2025-04-01", ON).unwrap();
    }

    pub fn receive(&self, provider: &str, folder: &Path) -> String {
        self.operator.receive(folder, &manifest(provider), ON, &|_| {}).unwrap().delivery
    }

    /// Receives and takes in; checks the accounting identity on the way (COL-08).
    pub fn take(&self, provider: &str, folder: &Path) -> Receipt {
        let delivery = self.receive(provider, folder);
        self.intake(&delivery)
    }

    pub fn intake(&self, delivery: &str) -> Receipt {
        let receipt = self.operator.intake(delivery, ON, &|_| {}).unwrap();
        assert_balanced(&receipt);
        receipt
    }

    /// Links everybody and takes a snapshot.
    pub fn settle(&self, snapshot: &str) {
        self.operator.link(ON, &|_| {}).unwrap();
        self.operator.take_snapshot(snapshot, ON).unwrap();
    }

    /// The rows of an answer, cells as text.
    pub fn ask(&self, snapshot: &str, sql: &str) -> Vec<Vec<String>> {
        let answer = self.operator.query(snapshot, sql, ON).unwrap();
        let mut rows = Vec::new();
        for batch in &answer.batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|c| array_value_to_string(c, row).unwrap()).collect());
            }
        }
        rows
    }

    pub fn count(&self, snapshot: &str, sql: &str) -> u64 {
        self.ask(snapshot, sql)[0][0].parse().unwrap()
    }
}

pub fn manifest(provider: &str) -> Manifest {
    Manifest {
        provider: provider.into(),
        period: None,
        provided_on: "2025-05-01".into(),
        note: String::new(),
        files: Vec::new(),
    }
}

/// COL-08: `read = admitted + objected + not yet + quarantined`, per file and in total.
pub fn assert_balanced(receipt: &Receipt) {
    assert!(receipt.total.balances(), "{:?}", receipt.total);
    let mut sum = kiban_model::delivery::Counts::default();
    for file in &receipt.files {
        assert!(file.counts.balances(), "file {}: {:?}", file.file, file.counts);
        assert!(file.counts.read > 0, "file {} is not accounted for", file.file);
        sum.add(&file.counts);
    }
    assert_eq!(sum, receipt.total);
    assert_eq!(
        receipt.reasons.values().sum::<u64>(),
        sum.objected + sum.not_yet + sum.quarantined,
        "every refusal has a reason"
    );
}

/// The real files nobody here wrote, where they are at hand.
pub fn shared(name: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("KIBAN_SHARED_DATA") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
    };
    let path = root.join(name);
    if path.exists() {
        Some(path)
    } else {
        eprintln!("skipped: {name} is not at hand");
        None
    }
}

pub fn policy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(name)
}

/// Path below → bytes of every file of a folder.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file())
        .map(|e| (e.path().strip_prefix(folder).unwrap().to_path_buf(), std::fs::read(e.path()).unwrap()))
        .collect()
}

/// Unpacks a `.tar.zst` of ordinary files.
pub fn unpack(archive: &Path, to: &Path) {
    let mut child = std::process::Command::new("tar")
        .arg("-xf")
        .arg("-")
        .arg("-C")
        .arg(to)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = zstd::decode_all(std::fs::File::open(archive).unwrap()).unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &bytes).unwrap();
    assert!(child.wait().unwrap().success());
}
