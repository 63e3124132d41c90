//! What people and machines see: words, progress, JSON, errors.

use crate::arguments::{Arguments, Language};
use indicatif::{ProgressBar, ProgressStyle};
use kiban_app::Progress;
use serde::Serialize;
use std::error::Error;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

/// Standard output and error, in the language and form asked for.
pub(crate) struct Console {
    json: bool,
    language: Language,
    bar: Mutex<Option<(kiban_app::Stage, ProgressBar)>>,
}

impl Console {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self { json: arguments.json, language: arguments.lang, bar: Mutex::new(None) }
    }

    pub(crate) const fn json(&self) -> bool {
        self.json
    }

    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The text in the language asked for.
    pub(crate) const fn pick<'a>(&self, ja: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Ja => ja,
            Language::En => en,
        }
    }

    /// A line of words; silent under `--json`.
    pub(crate) fn say(&self, line: &str) {
        self.finish_bar();
        if !self.json {
            // A closed pipe is the reader's choice, not an error of ours.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// The result as JSON; silent without `--json`.
    pub(crate) fn tell_machine<T: Serialize>(&self, value: &T) {
        self.finish_bar();
        if self.json {
            let text = serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned());
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// An error, with all its causes, once each.
    pub(crate) fn fail(&self, error: &(dyn Error + 'static)) {
        self.finish_bar();
        let mut causes = vec![error.to_string()];
        let mut next = error.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if !causes.iter().any(|c| c.contains(&text)) {
                causes.push(text);
            }
            next = cause.source();
        }
        let text = if self.json {
            serde_json::json!({ "error": causes.join(": ") }).to_string()
        } else {
            format!("{}: {}", self.pick("エラー", "error"), causes.join("\n  "))
        };
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A progress bar on the terminal; nothing where output goes elsewhere.
    pub(crate) fn progress(&self, progress: Progress) {
        if self.json || !std::io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if bar.as_ref().is_none_or(|(stage, _)| *stage != progress.stage) {
            let fresh = ProgressBar::new(progress.total);
            if let Ok(style) = ProgressStyle::with_template("{prefix:8} {wide_bar} {pos}/{len} {eta}") {
                fresh.set_style(style);
            }
            fresh.set_prefix(self.pick(progress.stage.japanese(), progress.stage.english()).to_owned());
            if let Some((_, old)) = bar.replace((progress.stage, fresh)) {
                old.finish_and_clear();
            }
        }
        if let Some((_, bar)) = bar.as_ref() {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        }
    }

    fn finish_bar(&self) {
        if let Some((_, bar)) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
