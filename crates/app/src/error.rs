//! Errors of use cases, each with what to do about it. None carries an identity or a clinical value.

use std::path::PathBuf;

/// A use case could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A file or folder cannot be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no operator's folder here.
    #[error("{} is not an operator's folder: `kiban init` makes one", path.display())]
    NotAnOperator {
        /// Where.
        path: PathBuf,
    },
    /// There is one already.
    #[error("{} holds an operator's folder already", path.display())]
    AlreadyAnOperator {
        /// Where.
        path: PathBuf,
    },
    /// Another process is changing the folder.
    #[error("another process is working on {}: wait until it is done", path.display())]
    Busy {
        /// Where.
        path: PathBuf,
    },
    /// A file that people write is not in its grammar.
    #[error("{}: {problem}", path.display())]
    Grammar {
        /// Which file.
        path: PathBuf,
        /// Line and what is wrong there; never a value.
        problem: String,
    },
    /// Two people must approve this, and have not.
    #[error("{people} of two people approved exactly this; both must, each by themselves")]
    NotApproved {
        /// How many did.
        people: usize,
    },
    /// A date given by the caller is none.
    #[error("{given} is not a day in the form 2024-06-01")]
    Day {
        /// What was given.
        given: String,
    },
    /// The provider is not registered.
    #[error("provider {provider} is not registered: record it with `kiban provider add`")]
    UnknownProvider {
        /// Which.
        provider: String,
    },
    /// The delivery is not registered.
    #[error("there is no delivery {delivery}: `kiban delivery list` shows those there are")]
    UnknownDelivery {
        /// Which.
        delivery: String,
    },
    /// Subjects were taken in that no linkage has placed.
    #[error("{subjects} people have been taken in since the last linkage: run `kiban link` first")]
    Unlinked {
        /// How many.
        subjects: u64,
    },
    /// Nothing was linked yet, or by a program that kept no report.
    #[error("there is nothing linked to look at: run `kiban link` first")]
    NothingLinked,
    /// Somebody acts on identities without saying who they are.
    #[error("say who you are: `--by NAME`")]
    Nobody,
    /// A pair of one.
    #[error("a subject cannot be compared with itself: name two subjects")]
    NotAPair,
    /// A pair nobody is asked about.
    #[error(
        "this pair is neither in the queue nor in the sample nor decided, so it is not shown: `kiban link review` lists those that are"
    )]
    NotToBeLookedAt,
    /// A subject that is not on record.
    #[error("there is no subject {subject} among those linked: `kiban link review` shows numbers")]
    UnknownSubject {
        /// Which.
        subject: i64,
    },
    /// A number that no subject or person has.
    #[error("{number} is the number of no subject and of no person")]
    UnknownPerson {
        /// Which.
        number: i64,
    },
    /// A decision that was never made.
    #[error("there is no decision {decision}: `kiban link history` shows them")]
    UnknownDecision {
        /// Which.
        decision: i64,
    },
    /// A decision that was taken back before.
    #[error("decision {decision} was taken back before; nothing changed")]
    UndoneBefore {
        /// Which.
        decision: i64,
    },
    /// An intake is unfinished.
    #[error("the intake of delivery {delivery} is unfinished: run `kiban intake {delivery}` first")]
    Unfinished {
        /// Which.
        delivery: String,
    },
    /// A delivered file does not hash to what it was when it came.
    #[error("file {file_no} of delivery {delivery} is no longer what was delivered (hash differs)")]
    Altered {
        /// Delivery.
        delivery: String,
        /// File.
        file_no: u32,
    },
    /// A release of that name stands already.
    #[error("release {} stands already; releases are never changed, choose another name", path.display())]
    ReleaseStands {
        /// Where.
        path: PathBuf,
    },
    /// Work was cut off before it was done.
    #[error("the work was cut off: try again")]
    Interrupted,
    /// The policy cannot be used; the text points at its lines.
    #[error("{0}")]
    Policy(String),
    /// Processing refused; nothing was written.
    #[error("{0}")]
    Process(String),
    /// The package could not be written or verified.
    #[error("{0}")]
    Package(String),
    /// The masters cannot be used.
    #[error("{0}")]
    Masters(String),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] kiban_vault::VaultError),
    /// The store.
    #[error(transparent)]
    Store(#[from] kiban_store::StoreError),
    /// The ledger.
    #[error("ledger: {0}")]
    Ledger(#[from] kiban_ledger::Error),
}

impl AppError {
    pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Folder { path, source }
    }
}
