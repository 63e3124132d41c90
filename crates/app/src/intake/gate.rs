//! The gate's facts, brought together for every subject of a delivery, and its verdicts (COL-02, OPT-01 to OPT-08).

use crate::{AppError, Operator};
use kiban_law::{Admitted, Facts, Filing, Notice, Objection, Recipient, Refusal, admit};
use kiban_model::{DateAsGiven, Identity, Private, SubjectId};
use kiban_vault::{ObjectionOnRecord, Verdict};
use std::collections::{HashMap, HashSet};

/// What a delivery says of its people, as far as the gate needs it.
#[derive(Default)]
pub(crate) struct People {
    said: HashMap<SubjectId, (Private<String>, HashSet<Known>)>,
}

/// The part of an identity the gate compares.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Known {
    name: Option<Private<String>>,
    kana: Option<Private<String>>,
    birth_date: Option<Private<DateAsGiven>>,
    symbol: Option<Private<String>>,
    number: Option<Private<String>>,
    branch: Option<Private<String>>,
}

impl Known {
    pub(crate) fn of(identity: &Identity) -> Self {
        Self {
            name: identity.name.clone(),
            kana: identity.kana.clone(),
            birth_date: identity.birth_date.clone(),
            symbol: identity.insurance_symbol.clone(),
            number: identity.insurance_number.clone(),
            branch: identity.insurance_branch.clone(),
        }
    }
    fn identity(&self) -> Identity {
        Identity {
            name: self.name.clone(),
            kana: self.kana.clone(),
            birth_date: self.birth_date.clone(),
            insurance_symbol: self.symbol.clone(),
            insurance_number: self.number.clone(),
            insurance_branch: self.branch.clone(),
            ..Identity::default()
        }
    }
}

impl People {
    pub(crate) fn add(
        &mut self,
        subject: SubjectId,
        local_id: &Private<String>,
        known: impl IntoIterator<Item = Known>,
    ) {
        self.said.entry(subject).or_insert_with(|| (local_id.clone(), HashSet::new())).1.extend(known);
    }
}

impl People {
    pub(crate) fn subjects(&self) -> impl Iterator<Item = SubjectId> {
        self.said.keys().copied()
    }
}

/// Facts about one provider on one day.
pub(crate) struct Gate {
    day: DateAsGiven,
    filing: Option<Filing>,
    everyone: Vec<Notice>,
    individual: HashMap<String, Vec<Notice>>,
    objections: Vec<Objection>,
    rules: kiban_law::Rules,
}

impl Operator {
    pub(crate) fn gate(&self, provider: &str, day: DateAsGiven) -> Result<Gate, AppError> {
        let filing = self
            .vault
            .providers()?
            .into_iter()
            .find(|p| p.id == provider)
            .map(|p| Filing { filed_on: p.filed_on, published_on: p.published_on });
        let (mut everyone, mut individual) = (Vec::new(), HashMap::<String, Vec<Notice>>::new());
        for notice in self.vault.notices(provider)? {
            // Dates were checked when they were recorded; one that cannot be read now proves nothing.
            let Ok(given_on) = DateAsGiven::parse_iso(&notice.given_on) else { continue };
            let recipient =
                if notice.recipient == "guardian" { Recipient::Guardian } else { Recipient::Person };
            let list = if notice.local_id.expose().is_empty() {
                &mut everyone
            } else {
                individual.entry(notice.local_id.into_inner()).or_default()
            };
            list.push(Notice { given_on, recipient });
        }
        let objections = self.vault.objections(provider)?.iter().map(objection).collect();
        Ok(Gate { day, filing, everyone, individual, objections, rules: self.config.rules })
    }
}

impl Gate {
    /// Decides for one subject, from what this delivery says and what is on record from earlier ones.
    pub(crate) fn pass(
        &self,
        subject: SubjectId,
        people: &People,
        earlier: &HashMap<SubjectId, Vec<Identity>>,
    ) -> Result<Admitted<SubjectId>, Refusal> {
        let nobody = (Private::new(String::new()), HashSet::new());
        let (local_id, known) = people.said.get(&subject).unwrap_or(&nobody);
        let mut statements: Vec<Identity> = known.iter().map(Known::identity).collect();
        statements.sort_by_key(|s| s.birth_date.as_ref().map(|b| *b.expose()));
        statements.extend(earlier.get(&subject).into_iter().flatten().cloned());
        let mut notices = self.everyone.clone();
        notices.extend(self.individual.get(local_id.expose()).into_iter().flatten());
        let facts = Facts {
            day: &self.day,
            filing: self.filing.as_ref(),
            notices: &notices,
            objections: &self.objections,
            local_id,
            statements: &statements,
            rules: &self.rules,
        };
        admit(subject, &facts)
    }

    /// The verdict for records about no person.
    pub(crate) fn nobody(&self) -> Verdict {
        verdict_of(&kiban_law::admit_reference((), self.filing.as_ref(), &self.day))
    }
}

/// A decision as the register keeps it.
pub(crate) fn verdict_of<T>(decision: &Result<Admitted<T>, Refusal>) -> Verdict {
    match decision {
        Ok(_) => Verdict::Allowed,
        Err(Refusal::NotYet(reason)) => Verdict::NotYet(reason),
        Err(Refusal::Objected(reason)) => Verdict::Objected(reason),
        Err(Refusal::Doubtful(reason)) => Verdict::Doubtful(reason),
    }
}

fn objection(on_record: &ObjectionOnRecord) -> Objection {
    let some = |text: &Private<String>| Private::from_text(text.expose());
    let read = |text: &str| DateAsGiven::parse_iso(text).ok();
    Objection {
        local_id: some(&on_record.local_id),
        identity: Identity {
            name: some(&on_record.name),
            kana: some(&on_record.kana),
            birth_date: read(on_record.birth_date.expose()).map(Private::new),
            insurance_symbol: some(&on_record.symbol),
            insurance_number: some(&on_record.number),
            insurance_branch: some(&on_record.branch),
            ..Identity::default()
        },
        // An objection whose day cannot be read stands from the beginning (fail closed).
        received_on: read(&on_record.received_on).unwrap_or(DateAsGiven::EARLIEST),
        withdrawn_on: read(&on_record.withdrawn_on),
    }
}
