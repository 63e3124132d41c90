//! The gate's facts, brought together for every subject of a delivery, and its verdicts (COL-02, OPT-01 to OPT-08).

use crate::{AppError, Operator};
use kiban_law::{Admitted, Facts, Filing, Notice, Objection, Recipient, Refusal, admit};
use kiban_model::{DateAsGiven, Identity, Private, SubjectId};
use kiban_vault::{ObjectionOnRecord, Secret, Statement, Verdict};
use std::collections::{HashMap, HashSet};

/// What a delivery says of its people, as far as the gate needs it.
#[derive(Default)]
pub(crate) struct People {
    said: HashMap<SubjectId, Said>,
    /// Second numbers of people, each with whose they may be: a FHIR `Patient.id` by which other files refer to a patient.
    second_numbers: HashMap<SubjectId, HashSet<SubjectId>>,
}

#[derive(Default)]
struct Said {
    local_id: Private<String>,
    second: Vec<Private<String>>,
    known: HashSet<Known>,
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

/// The system under which the FHIR reader states the id by which other files refer to a patient.
const PATIENT_ID: &str = "Patient.id";

/// One record's word on a person.
pub(crate) struct Word {
    pub(crate) subject: SubjectId,
    pub(crate) local_id: Private<String>,
    pub(crate) known: Vec<Known>,
    /// Further numbers of the same person, as subjects.
    pub(crate) second: Vec<SubjectId>,
}

/// Numbers in a statement that other files may use instead of the patient number.
pub(crate) fn second_numbers(secret: &Secret, provider: &str, identity: &Identity) -> Vec<SubjectId> {
    identity
        .other_numbers
        .iter()
        .filter(|(system, _)| system == PATIENT_ID)
        .map(|(_, id)| secret.subject(provider, id))
        .collect()
}

impl People {
    pub(crate) fn add(&mut self, word: Word) {
        for second in word.second {
            if second != word.subject {
                self.second_numbers.entry(second).or_default().insert(word.subject);
            }
        }
        let said = self.said.entry(word.subject).or_default();
        said.local_id = word.local_id;
        said.known.extend(word.known);
    }

    /// Adds what is on record from earlier deliveries, then brings together what is said under second numbers. A number
    /// that could be two people's stays apart: linkage, not intake, decides about persons.
    pub(crate) fn settle(&mut self, secret: &Secret, provider: &str, earlier: &[(String, Statement)]) {
        for (_, statement) in earlier {
            for second in second_numbers(secret, provider, &statement.identity) {
                if second != statement.subject {
                    self.second_numbers.entry(second).or_default().insert(statement.subject);
                    self.said.entry(statement.subject).or_default().local_id = statement.local_id.clone();
                }
            }
        }
        let taken: HashSet<SubjectId> = self.second_numbers.keys().copied().collect();
        self.second_numbers
            .retain(|_, of| of.len() == 1 && of.iter().all(|subject| !taken.contains(subject)));
        for (second, of) in &self.second_numbers {
            let (Some(owner), Some(said)) = (of.iter().next(), self.said.remove(second)) else { continue };
            let owner = self.said.entry(*owner).or_default();
            owner.second.push(said.local_id);
            owner.known.extend(said.known);
        }
    }

    /// Whose records a subject's are.
    pub(crate) fn owner(&self, subject: SubjectId) -> SubjectId {
        self.second_numbers.get(&subject).and_then(|of| of.iter().next()).copied().unwrap_or(subject)
    }

    /// (second number, owner) of everybody who has one.
    pub(crate) fn renamed(&self) -> Vec<(SubjectId, SubjectId)> {
        let mut pairs: Vec<_> =
            self.second_numbers.keys().map(|second| (*second, self.owner(*second))).collect();
        pairs.sort();
        pairs
    }

    pub(crate) fn local_id(&self, subject: SubjectId) -> Option<&Private<String>> {
        self.said.get(&subject).map(|said| &said.local_id)
    }

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
    /// Decides for one subject, from what this delivery says and what is on record from earlier ones. An objection under any
    /// of the person's numbers stops them (OPT-08).
    pub(crate) fn pass(
        &self,
        subject: SubjectId,
        people: &People,
        earlier: &HashMap<SubjectId, Vec<Identity>>,
    ) -> Result<Admitted<SubjectId>, Refusal> {
        let nobody = Said::default();
        let said = people.said.get(&subject).unwrap_or(&nobody);
        let mut statements: Vec<Identity> = said.known.iter().map(Known::identity).collect();
        statements.sort_by_key(|s| s.birth_date.as_ref().map(|b| *b.expose()));
        statements.extend(earlier.get(&subject).into_iter().flatten().cloned());
        let mut notices = self.everyone.clone();
        for number in std::iter::once(&said.local_id).chain(&said.second) {
            notices.extend(self.individual.get(number.expose()).into_iter().flatten());
        }
        let facts = |local_id| Facts {
            day: &self.day,
            filing: self.filing.as_ref(),
            notices: &notices,
            objections: &self.objections,
            local_id,
            statements: &statements,
            rules: &self.rules,
        };
        let decisions: Vec<_> = std::iter::once(&said.local_id)
            .chain(&said.second)
            .map(|number| admit(subject, &facts(number)))
            .collect();
        let refused_as = |wanted: fn(&Refusal) -> bool| {
            decisions.iter().find_map(|d| d.as_ref().err().filter(|r| wanted(r)).copied())
        };
        if let Some(refusal) = refused_as(|r| matches!(r, Refusal::Objected(_)))
            .or_else(|| refused_as(|r| matches!(r, Refusal::Doubtful(_))))
        {
            return Err(refusal);
        }
        admit(subject, &facts(&said.local_id))
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
