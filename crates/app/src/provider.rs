//! Providers, notices and objections: the facts the gate asks for, recorded one by one or from lists (COL-02, OPT-01 to OPT-07).
//!
//! # Lists
//! CSV with a header, UTF-8. Unknown columns are an error.
//! - notices: `local_id,notice_date,recipient` with recipient `person` or `guardian`; local_id `*` is everyone the provider
//!   has. A list for insured people, who have no local number, states `insurer,symbol,number,branch,kana,birth_date` instead.
//! - objections: `local_id,name,kana,birth_date,received_on` and optionally `withdrawn_on,symbol,number,branch,insurer`.

use crate::progress::day;
use crate::{AppError, Operator};
use kiban_collect::formats::uke::insured_local_id;
use kiban_model::Private;
use kiban_vault::{NoticeOnRecord, ObjectionOnRecord, Provider};
use std::collections::HashMap;
use std::path::Path;

impl Operator {
    /// Records or corrects a provider and its filing.
    ///
    /// # Errors
    /// A date is none; the vault.
    pub fn put_provider(&self, provider: &Provider, on: &str) -> Result<(), AppError> {
        for date in [&provider.filed_on, &provider.published_on].into_iter().flatten() {
            day(date)?;
        }
        self.vault.put_provider(provider)?;
        let body = serde_json::json!({ "provider": provider.id, "filed_on": provider.filed_on, "published_on": provider.published_on });
        self.record("ProviderFiled", on, body)
    }

    /// All providers.
    ///
    /// # Errors
    /// The vault.
    pub fn providers(&self) -> Result<Vec<Provider>, AppError> {
        Ok(self.vault.providers()?)
    }

    /// Records a notice the provider gave to everyone it has, guardians for those under 16.
    ///
    /// # Errors
    /// The date is none; the provider is unknown; the vault.
    pub fn notify_everyone(&self, provider: &str, given_on: &str, on: &str) -> Result<(), AppError> {
        day(given_on)?;
        self.known(provider)?;
        let notice = |recipient: &str| NoticeOnRecord {
            local_id: Private::new(String::new()),
            given_on: given_on.to_owned(),
            recipient: recipient.to_owned(),
        };
        self.vault.add_notices(provider, &[notice("person"), notice("guardian")])?;
        self.record(
            "NoticeGiven",
            on,
            serde_json::json!({ "provider": provider, "to": "everyone", "given_on": given_on }),
        )
    }

    /// Records a list of notices. All or none: a line that cannot be read refuses the list.
    ///
    /// # Errors
    /// The file's grammar, with the line; the provider is unknown; the vault.
    pub fn add_notices(&self, provider: &str, list: &Path, on: &str) -> Result<u64, AppError> {
        self.known(provider)?;
        let mut notices = Vec::new();
        for line in lines(
            list,
            &[
                "local_id",
                "notice_date",
                "recipient",
                "insurer",
                "symbol",
                "number",
                "branch",
                "kana",
                "name",
                "birth_date",
            ],
        )? {
            let recipient = line.get("recipient").to_owned();
            if !["person", "guardian"].contains(&recipient.as_str()) {
                return Err(line.problem("recipient is `person` or `guardian`"));
            }
            let given_on = line.day("notice_date")?;
            let local_id = match line.get("local_id") {
                "*" => String::new(),
                "" => line.insured()?.into_inner(),
                id => id.to_owned(),
            };
            notices.push(NoticeOnRecord { local_id: Private::new(local_id), given_on, recipient });
        }
        let added = self.vault.add_notices(provider, &notices)?;
        if added > 0 {
            self.record(
                "NoticeGiven",
                on,
                serde_json::json!({ "provider": provider, "to": "list", "notices": added }),
            )?;
        }
        Ok(added)
    }

    /// Records a list of objections and withdrawals. All or none.
    ///
    /// # Errors
    /// The file's grammar, with the line; the provider is unknown; the vault.
    pub fn add_objections(&self, provider: &str, list: &Path, on: &str) -> Result<u64, AppError> {
        self.known(provider)?;
        let mut objections = Vec::new();
        let columns = [
            "local_id",
            "name",
            "kana",
            "birth_date",
            "received_on",
            "withdrawn_on",
            "insurer",
            "symbol",
            "number",
            "branch",
        ];
        for line in lines(list, &columns)? {
            let private = |column: &str| Private::new(line.get(column).to_owned());
            let optional_day =
                |column: &str| if line.get(column).is_empty() { Ok(String::new()) } else { line.day(column) };
            let objection = ObjectionOnRecord {
                local_id: private("local_id"),
                name: private("name"),
                kana: private("kana"),
                birth_date: Private::new(optional_day("birth_date")?),
                symbol: private("symbol"),
                number: private("number"),
                branch: private("branch"),
                received_on: line.day("received_on")?,
                withdrawn_on: optional_day("withdrawn_on")?,
            };
            let named = !objection.name.expose().is_empty() || !objection.kana.expose().is_empty();
            let born = !objection.birth_date.expose().is_empty();
            if objection.local_id.expose().is_empty() && (!named || !born) {
                return Err(line.problem("state local_id, or name (or kana) and birth_date: otherwise nobody can be protected by it"));
            }
            objections.push(objection);
        }
        let changed = self.vault.add_objections(provider, &objections)?;
        if changed > 0 {
            self.record(
                "ObjectionReceived",
                on,
                serde_json::json!({ "provider": provider, "objections": changed }),
            )?;
        }
        Ok(changed)
    }

    fn known(&self, provider: &str) -> Result<(), AppError> {
        let known = self.vault.providers()?.iter().any(|p| p.id == provider);
        if known { Ok(()) } else { Err(AppError::UnknownProvider { provider: provider.to_owned() }) }
    }
}

/// One line of a list, by column name.
struct ListLine {
    path: std::path::PathBuf,
    number: u64,
    cells: HashMap<String, String>,
}

impl ListLine {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
    fn problem(&self, what: &str) -> AppError {
        AppError::Grammar { path: self.path.clone(), problem: format!("line {}: {what}", self.number) }
    }
    fn day(&self, column: &str) -> Result<String, AppError> {
        day(self.get(column))
            .map(|d| d.to_string())
            .map_err(|_| self.problem(&format!("{column} is not a day in the form 2024-06-01")))
    }
    fn insured(&self) -> Result<Private<String>, AppError> {
        if self.get("number").is_empty() {
            return Err(
                self.problem("local_id is empty (`*` means everyone) and no insurance number is stated")
            );
        }
        let name = if self.get("kana").is_empty() { self.get("name") } else { self.get("kana") };
        Ok(insured_local_id(
            self.get("insurer"),
            self.get("symbol"),
            self.get("number"),
            self.get("branch"),
            name,
            self.get("birth_date"),
        ))
    }
}

fn lines(path: &Path, allowed: &[&str]) -> Result<Vec<ListLine>, AppError> {
    let grammar = |problem: String| AppError::Grammar { path: path.to_path_buf(), problem };
    let file = std::fs::File::open(path).map_err(AppError::at(path))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let position = |error: csv::Error| match error.position() {
        Some(at) => {
            grammar(format!("line {}: not a line of this list (number of cells, or not UTF-8)", at.line()))
        }
        None => grammar("not a CSV list in UTF-8".to_owned()),
    };
    let header = reader.headers().map_err(position)?.clone();
    if let Some(unknown) =
        header.iter().map(|h| h.trim_start_matches('\u{feff}')).find(|h| !allowed.contains(h))
    {
        return Err(grammar(format!(
            "line 1: column {unknown} is not known; known are {}",
            allowed.join(", ")
        )));
    }
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(position)?;
        let cells = header
            .iter()
            .zip(&record)
            .map(|(h, c)| (h.trim_start_matches('\u{feff}').to_owned(), c.to_owned()))
            .collect();
        found.push(ListLine {
            path: path.to_path_buf(),
            number: record.position().map_or(0, csv::Position::line),
            cells,
        });
    }
    Ok(found)
}
