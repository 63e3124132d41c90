//! Building a release: a policy applied to a snapshot for one project, as a package with the reports a committee reads.
//!
//! The pseudonyms are sealed in the vault before the package gets its name, so that no package exists whose people could
//! not be found again by those allowed to (PSE-06, PSE-07). Same snapshot, policy, seed and project → same bytes.

use crate::progress::{Progress, Stage, Tell, day};
use crate::{AppError, Operator, owner_file};
use arrow::array::RecordBatch;
use kiban_model::PersonId;
use kiban_model::delivery::Receipt;
use kiban_model::report::{Bilingual, FlowStep, ReleaseReport};
pub use kiban_process::Attacked;
use kiban_process::{
    OutputTable, Policy, Processed, PseudonymEntry, Pseudonyms, SinkError, Tables, TablesError, attack,
    process,
};
use kiban_provide::{
    Audience, ColumnDescription, DeliveryLineage, Lineage, PackageSpec, PackageSummary, PackageWriter, Party,
    TableDescription, report,
};
use kiban_store::{Reading, Snapshot};
use kiban_vault::GivenPseudonym;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What to build.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Policy file; hierarchies are looked up beside it.
    pub policy: &'a Path,
    /// Snapshot name.
    pub snapshot: &'a str,
    /// Project id: letters, digits, `-`, `_`, `.`.
    pub project: &'a str,
    /// Name of the release within the project; the policy's kind by default.
    pub name: Option<&'a str>,
    /// Seed of what is random.
    pub seed: u64,
    /// Who receives it.
    pub recipient: &'a str,
}

/// What was built.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Built {
    /// Package folder.
    pub package: PathBuf,
    /// The committee's report, exact, beside the package and not part of it.
    pub committee_report: PathBuf,
    /// Digest that stands for the whole package.
    pub digest: String,
    /// Kind of product.
    pub kind: String,
    /// Persons before and after.
    pub persons: (u64, u64),
    /// Rows by table.
    pub rows: Vec<(String, u64)>,
    /// Smallest group of people alike in the quasi-identifiers.
    pub smallest_group: u64,
}

/// A snapshot of the store as the engines read it.
pub(crate) struct SnapshotTables<'a> {
    pub(crate) reading: Reading<'a>,
    pub(crate) tell: Tell<'a>,
}

impl Tables for SnapshotTables<'_> {
    fn scan(
        &self,
        table: &str,
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        (self.tell)(Progress { stage: Stage::Processing, done: 0, total: 1 });
        let scan = self.reading.scan(table).map_err(TablesError::new)?;
        Ok(Box::new(scan.map(|batch| batch.map_err(TablesError::new))))
    }

    fn scan_columns(
        &self,
        table: &str,
        columns: &[&str],
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        let scan = self.reading.scan_coded(table, columns).map_err(TablesError::new)?;
        Ok(Box::new(scan.map(|batch| batch.map_err(TablesError::new))))
    }
}

impl Operator {
    /// Builds a release on day `on`.
    ///
    /// # Errors
    /// The policy is wrong (the message points at its lines), processing refuses it (what would work is in the message), a
    /// release of that name stands already, or a folder, vault or store cannot be used. Nothing half-made remains.
    pub fn build_release(&self, request: &Request<'_>, on: &str, tell: Tell<'_>) -> Result<Built, AppError> {
        day(on)?;
        let _lock = self.lock()?;
        let (policy, text) = read_policy(request.policy)?;
        let snapshot = self.store.snapshot(request.snapshot)?;
        let kind = policy.kind().name();
        let home =
            self.folder("releases").join(plain(request.project)?).join(plain(request.name.unwrap_or(kind))?);
        if home.exists() {
            return Err(AppError::ReleaseStands { path: home });
        }
        // A project's anonymized and pseudonymized products have nothing in common: with one map for both, the one would tell
        // what the other hides.
        let map = format!("{}/{kind}", request.project);
        let release = request.name.unwrap_or(kind);
        let mut pseudonyms = self.project_pseudonyms(&map, release)?;
        let making = home.with_file_name(format!(
            ".{}.making",
            home.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
        ));
        let _ = std::fs::remove_dir_all(&making);
        std::fs::create_dir_all(&making).map_err(AppError::at(&making))?;
        let mut writer = PackageWriter::create(&making.join("package"), self.spec(request))
            .map_err(|e| AppError::Package(e.to_string()))?;
        let mut declared: Vec<&'static str> = Vec::new();
        let tables = SnapshotTables { reading: self.store.read(&snapshot)?, tell };
        let mut sink = |table: &OutputTable, batch: RecordBatch| {
            if !declared.contains(&table.name) {
                writer.table(&describe(table), &table.schema()).map_err(SinkError::new)?;
                declared.push(table.name);
            }
            writer.write(table.name, &batch).map_err(SinkError::new)
        };
        let secret = self.vault.secret().project(&map);
        let processed = process(&policy, &tables, &mut pseudonyms, request.seed, &secret, &mut sink)
            .map_err(|e| AppError::Process(e.to_string()))?;
        let receipts = self.receipts_of(&snapshot.name)?;
        let report = self.report(request, &policy, &snapshot, on, &processed, &receipts)?;
        let lineage = Lineage {
            deliveries: receipts.iter().enumerate().map(|(at, r)| delivery_lineage(at, r)).collect(),
        };
        let given: Vec<GivenPseudonym> = pseudonyms
            .additions()
            .iter()
            .map(|(person, entry)| GivenPseudonym {
                person: PersonId(*person),
                pseudonym: entry.pseudonym.clone(),
                shift_key: entry.shift_key,
            })
            .collect();
        self.vault.add_pseudonyms(&map, &given)?;
        let classes: Vec<(&str, u32)> = processed.classes.iter().collect();
        self.vault.put_release_classes(&map, release, &classes)?;
        let summary =
            writer.finish(&report, &text, &lineage).map_err(|e| AppError::Package(e.to_string()))?;
        let exact = making.join("committee-report.json");
        let figures =
            report::json(&report, Audience::Committee).map_err(|e| AppError::Package(e.to_string()))?;
        owner_file::write(&exact, &figures)?;
        let committee = making.join("committee-report.html");
        owner_file::write(&committee, &report::html(&report, Audience::Committee))?;
        let built = built(&home, kind, &processed, &summary);
        let body = serde_json::json!({
            "project": request.project, "kind": kind, "snapshot": snapshot.name, "policy": policy.hash(), "package": built.digest,
            "persons": built.persons, "recipient": request.recipient,
        });
        // Before the package has its name: none stands of which the ledger does not know. A run killed in between makes the
        // same package again, of which it then knows already.
        if !self.recorded("ReleaseBuilt", |known| *known == body)? {
            self.record("ReleaseBuilt", on, body)?;
        }
        std::fs::rename(&making, &home).map_err(AppError::at(&home))?;
        Ok(built)
    }

    /// The pseudonyms a project has given, and whom its releases but one showed alike.
    fn project_pseudonyms(&self, map: &str, but: &str) -> Result<Pseudonyms, AppError> {
        let resumed = self
            .vault
            .pseudonyms(map)?
            .into_iter()
            .map(|g| (g.person.0, PseudonymEntry { pseudonym: g.pseudonym, shift_key: g.shift_key }));
        let mut pseudonyms = Pseudonyms::resume(map, resumed);
        for release in self.vault.release_classes(map, but)? {
            pseudonyms.remember(release.into_iter().collect());
        }
        Ok(pseudonyms)
    }

    /// Runs the policy's attackers on what it would release, and on the data as they are, without making anything
    /// (ANO-08). `worst` persons are listed for each attacker: for the operator alone.
    ///
    /// # Errors
    /// As [`Self::build_release`], but not for what is over a ceiling: that is part of the answer.
    pub fn attack(
        &self,
        request: &Request<'_>,
        on: &str,
        worst: usize,
        tell: Tell<'_>,
    ) -> Result<Attacked, AppError> {
        day(on)?;
        let (policy, _) = read_policy(request.policy)?;
        let snapshot = self.store.snapshot(request.snapshot)?;
        let map = format!("{}/{}", plain(request.project)?, policy.kind().name());
        let pseudonyms = self.project_pseudonyms(&map, request.name.unwrap_or(policy.kind().name()))?;
        let tables = SnapshotTables { reading: self.store.read(&snapshot)?, tell };
        let secret = self.vault.secret().project(&map);
        let attacked = attack(&policy, &tables, &pseudonyms, request.seed, &secret, worst)
            .map_err(|e| AppError::Process(e.to_string()))?;
        let body = serde_json::json!({
            "project": request.project, "kind": policy.kind().name(), "snapshot": snapshot.name, "policy": policy.hash(),
            "over": attacked.exceeded.len(), "worst": attacked.worst.len(),
        });
        self.record("AttackSimulated", on, body)?;
        Ok(attacked)
    }

    fn spec(&self, request: &Request<'_>) -> PackageSpec {
        let name = |text: &str| Bilingual::new(text, text);
        PackageSpec {
            title: Bilingual::new(
                format!("{} 提供データ", request.project),
                format!("Data of project {}", request.project),
            ),
            operator: Party { id: "operator".into(), name: name(&self.config.operator) },
            recipient: Party { id: request.recipient.into(), name: name(request.recipient) },
            terms: Bilingual::new(
                "契約に定めた目的・範囲・期間に限り利用できます。再識別、第三者への提供は禁止されています。",
                "To be used only for the purpose, scope and period of the contract. Re-identification and passing on are forbidden.",
            ),
            software: format!("Kiban {}", env!("CARGO_PKG_VERSION")),
            audience: Audience::Recipient,
        }
    }

    fn report(
        &self,
        request: &Request<'_>,
        policy: &Policy,
        snapshot: &Snapshot,
        on: &str,
        processed: &Processed,
        receipts: &[Receipt],
    ) -> Result<ReleaseReport, AppError> {
        Ok(ReleaseReport {
            project: request.project.to_owned(),
            kind: policy.kind().name().to_owned(),
            snapshot: snapshot.name.clone(),
            policy_hash: policy.hash().to_owned(),
            seed: request.seed,
            made_on: on.to_owned(),
            flow: flow(processed, receipts),
            columns: processed.columns.clone(),
            risk: processed.risk.clone(),
            utility: processed.utility.clone(),
            remarks: processed.remarks.clone(),
        })
    }
}

/// A policy and its text. Hierarchies are looked up beside it.
fn read_policy(path: &Path) -> Result<(Policy, String), AppError> {
    let text = std::fs::read_to_string(path).map_err(AppError::at(path))?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let hierarchy = |name: &str| std::fs::read_to_string(beside.join(name));
    let policy = Policy::parse(&text, &path.to_string_lossy(), &hierarchy)
        .map_err(|e| AppError::Policy(e.to_string()))?;
    Ok((policy, text))
}

/// From what was delivered to what is released.
fn flow(processed: &Processed, receipts: &[Receipt]) -> Vec<FlowStep> {
    let mut total = kiban_model::delivery::Counts::default();
    for receipt in receipts {
        total.add(&receipt.total);
    }
    let records = Bilingual::new("件", "records");
    let persons = Bilingual::new("人", "people");
    let lost = |ja: &str, en: &str, n: u64| (Bilingual::new(ja, en), n);
    let some = |list: Vec<(Bilingual, u64)>| list.into_iter().filter(|(_, n)| *n > 0).collect::<Vec<_>>();
    let not_current = total.admitted - total.stored;
    vec![
        FlowStep {
            label: Bilingual::new("読み取った記録", "Records read"),
            count: total.read,
            unit: records.clone(),
            lost: some(vec![
                lost("提供停止の求め", "Objections", total.objected),
                lost("通知・待機期間の不足", "Notice or waiting time missing", total.not_yet),
                lost("隔離（不備あり）", "Quarantined", total.quarantined),
            ]),
        },
        FlowStep {
            label: Bilingual::new("受け入れた記録", "Records admitted"),
            count: total.admitted,
            unit: records.clone(),
            lost: some(vec![lost(
                "取消・旧版・重複・人以外の記録",
                "Cancelled, superseded, duplicate or about no person",
                not_current,
            )]),
        },
        FlowStep {
            label: Bilingual::new("格納した記録", "Records stored"),
            count: total.stored,
            unit: records,
            lost: Vec::new(),
        },
        FlowStep {
            label: Bilingual::new("名寄せした人数", "People after linkage"),
            count: processed.persons_in,
            unit: persons.clone(),
            lost: some(vec![
                lost(
                    "対象にしていない(標本に入らない、または起点の出来事がない)",
                    "Left out: not in the sample, or without the index event",
                    processed.left_out,
                ),
                lost(
                    "少人数グループのため除外",
                    "Suppressed: group too small",
                    processed.persons_in - processed.left_out - processed.persons_out,
                ),
            ]),
        },
        FlowStep {
            label: Bilingual::new("提供する人数", "People released"),
            count: processed.persons_out,
            unit: persons,
            lost: Vec::new(),
        },
    ]
}

/// Hospital names do not go out (ANO-05): a delivery is known by its place in the list and the digest of its receipt.
fn delivery_lineage(at: usize, receipt: &Receipt) -> DeliveryLineage {
    let mut formats: Vec<String> =
        receipt.files.iter().map(|f| f.format.clone()).filter(|f| !f.is_empty()).collect();
    formats.sort();
    formats.dedup();
    let digest = serde_json::to_vec(receipt).map(|text| crate::pack::hex(&Sha256::digest(&text))).ok();
    DeliveryLineage {
        label: format!("delivery-{}", at + 1),
        receipt_sha256: digest,
        formats,
        records: receipt.total.admitted,
    }
}

fn describe(table: &OutputTable) -> TableDescription {
    let column = |c: &kiban_process::OutputColumn| ColumnDescription {
        name: c.name.to_owned(),
        japanese: c.japanese.to_owned(),
        doc: c.doc.to_owned(),
        treatment: c.treatment.clone(),
    };
    TableDescription {
        name: table.name.to_owned(),
        japanese: table.japanese.to_owned(),
        doc: kiban_model::tables::table(table.name).map_or("", |t| t.doc).trim().to_owned(),
        columns: table.columns.iter().map(column).collect(),
    }
}

fn built(home: &Path, kind: &str, processed: &Processed, summary: &PackageSummary) -> Built {
    Built {
        package: home.join("package"),
        committee_report: home.join("committee-report.html"),
        digest: summary.digest.clone(),
        kind: kind.to_owned(),
        persons: (processed.persons_in, processed.persons_out),
        rows: summary.rows.clone(),
        smallest_group: processed.risk.after.smallest,
    }
}

/// A name that becomes a folder.
pub(crate) fn plain(name: &str) -> Result<&str, AppError> {
    let ok = !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if ok {
        Ok(name)
    } else {
        Err(AppError::Grammar {
            path: name.into(),
            problem: "a name has letters, digits, `-`, `_` and `.` only".into(),
        })
    }
}
