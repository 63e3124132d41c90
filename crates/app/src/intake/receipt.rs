//! The receipt (受領書): where every record of a delivery ended, per file and in total, from the register.

use crate::{AppError, Operator};
use kiban_model::delivery::{Counts, FileReceipt, Receipt};
use kiban_vault::{DeliveredFile, Delivery, FileOutcome, HeldBack};
use std::collections::BTreeMap;

impl Operator {
    /// Makes the receipt of a delivery from the register and writes it to `receipts/`.
    pub(super) fn write_receipt(
        &self,
        delivery: &Delivery,
        files: &[DeliveredFile],
        decided_for: &str,
    ) -> Result<Receipt, AppError> {
        let receipt = self.receipt_of(delivery, files, decided_for)?;
        let folder = self.folder("receipts");
        std::fs::create_dir_all(&folder).map_err(AppError::at(&folder))?;
        let path = folder.join(format!("{}.json", delivery.id));
        let text = serde_json::to_vec_pretty(&receipt)
            .map_err(|e| AppError::Grammar { path: path.clone(), problem: e.to_string() })?;
        std::fs::write(&path, text).map_err(AppError::at(&path))?;
        Ok(receipt)
    }

    fn receipt_of(
        &self,
        delivery: &Delivery,
        files: &[DeliveredFile],
        decided_for: &str,
    ) -> Result<Receipt, AppError> {
        let mut by_file: BTreeMap<u32, FileReceipt> = files
            .iter()
            .map(|f| {
                (
                    f.file_no,
                    FileReceipt {
                        file: f.file_no,
                        format: String::new(),
                        bytes: f.bytes,
                        units: 0,
                        counts: Counts::default(),
                    },
                )
            })
            .collect();
        for file in self.vault.files(&delivery.id)? {
            if let Some(receipt) = by_file.get_mut(&file.file_no) {
                receipt.format = file.format;
            }
        }
        for outcome in self.vault.outcomes(&delivery.id)? {
            if let Some(file) = by_file.get_mut(&outcome.file_no) {
                count(&mut file.counts, &outcome);
                file.units += outcome.units;
            }
        }
        let mut receipt = Receipt {
            delivery: delivery.id.clone(),
            provider: delivery.provider.clone(),
            decided_for: decided_for.to_owned(),
            total: Counts::default(),
            units: 0,
            files: by_file.into_values().collect(),
            reasons: self.vault.reasons(&delivery.id)?.into_iter().collect(),
            rows: BTreeMap::new(),
        };
        for file in &receipt.files {
            receipt.total.add(&file.counts);
            receipt.units += file.units;
        }
        receipt.rows = self.store.rows_of(&delivery.id)?;
        Ok(receipt)
    }

    /// What was held back of a delivery (or, with an empty id, of all), with reasons in words. For the operator's eyes: the
    /// path of a file may hold a patient number.
    ///
    /// # Errors
    /// The vault.
    pub fn held_back(&self, delivery: &str) -> Result<Vec<HeldBack>, AppError> {
        Ok(self.vault.held_back(delivery)?)
    }
}

fn count(counts: &mut Counts, outcome: &FileOutcome) {
    let n = outcome.records;
    counts.read += n;
    match outcome.outcome.as_str() {
        "objected" => counts.objected += n,
        "not_yet" => counts.not_yet += n,
        "stored" => {
            counts.admitted += n;
            counts.stored += n;
        }
        "history" => {
            counts.admitted += n;
            counts.history += n;
        }
        "cancellation" => {
            counts.admitted += n;
            counts.cancellations += n;
        }
        "held" => {
            counts.admitted += n;
            counts.already_held += n;
        }
        "reference" => {
            counts.admitted += n;
            counts.reference += n;
        }
        // `surveyed` cannot remain after a plan; were it to, it was not admitted.
        _ => counts.quarantined += n,
    }
}
