//! Payers (保険者レコード HO, 公費レコード KO, 資格確認レコード SN): a coverage row each without the numbers, which go to the
//! identity and nowhere else (ANO-02).

use super::line::Line;
use super::person::Common;
use super::reasons;
use super::warnings::Warnings;
use kiban_model::tables::Coverage;
use kiban_model::{Identity, Issue, Private, Row};

/// Code system of [`Coverage::category`]: the first two digits of an 8-digit number (法別番号).
pub(super) const LEGAL_BASIS: &str = "法別番号";
/// Category of National Health Insurance (国民健康保険), whose 6-digit insurer numbers begin with no 法別番号.
pub(super) const NATIONAL: &str = "国保";

/// The payers of one receipt.
#[derive(Debug, Default)]
pub(super) struct Payers {
    insurers: Vec<Payer>,
    publics: Vec<Payer>,
    /// Branch number (枝番) as confirmed online.
    pub(super) branch: Option<String>,
    /// Statements of SN that differ from HO, and recipient numbers it confirms.
    confirmed: Vec<Identity>,
}

#[derive(Debug)]
struct Payer {
    number: Option<String>,
    symbol: Option<String>,
    /// 番号 of the insured, or 受給者番号 of a public payer.
    member: Option<String>,
    certificate: Option<String>,
    days: Option<i64>,
    points: Option<i64>,
}

impl Payers {
    /// An insurer, and its coverage row.
    pub(super) fn insurer(
        &mut self,
        line: &Line<'_>,
        common: &Common,
        warnings: &mut Warnings,
    ) -> Result<Row, Issue> {
        if !self.insurers.is_empty() {
            warnings.line(&reasons::SECOND_INSURER, line.number);
        }
        let (days, points) = (line.number(4)?, line.number(5)?);
        self.keep_unless_first(line);
        let payer = Payer {
            number: line.text(1, warnings)?,
            symbol: line.text(2, warnings)?,
            member: line.text(3, warnings)?,
            certificate: line.text(10, warnings)?,
            days,
            points,
        };
        let relationship = common.relationship().map(Into::into);
        let coverage =
            Coverage { relationship, benefit_rate: common.benefit_rate, ..coverage(line, &payer, warnings)? };
        self.insurers.push(payer);
        Ok(coverage.into())
    }

    /// A public payer, and its coverage row.
    pub(super) fn public(&mut self, line: &Line<'_>, warnings: &mut Warnings) -> Result<Row, Issue> {
        let (days, points) = (line.number(4)?, line.number(5)?);
        self.keep_unless_first(line);
        let payer = Payer {
            number: line.text(1, warnings)?,
            symbol: None,
            member: line.text(2, warnings)?,
            certificate: None,
            days,
            points,
        };
        let coverage = coverage(line, &payer, warnings)?;
        self.publics.push(payer);
        Ok(coverage.into())
    }

    /// Days and points of the first payer stand in the claim; those of the others stay beside their coverage.
    fn keep_unless_first(&self, line: &Line<'_>) {
        if self.len() > 0 {
            line.leave(4);
            line.leave(5);
        }
    }

    /// What online confirmation (オンライン資格確認) said; what identifies is used here, the rest is the caller's.
    pub(super) fn confirmed(&mut self, line: &Line<'_>, warnings: &mut Warnings) -> Result<(), Issue> {
        let private =
            |column, warnings: &mut Warnings| Ok::<_, Issue>(line.text(column, warnings)?.map(Private::new));
        let mut identity = Identity {
            insurer: private(3, warnings)?,
            insurance_symbol: private(4, warnings)?,
            insurance_number: private(5, warnings)?,
            insurance_branch: private(6, warnings)?,
            ..Identity::default()
        };
        if self.branch.is_none() {
            self.branch = identity.insurance_branch.as_ref().map(|branch| branch.expose().clone());
        }
        if let Some(recipient) = line.text(7, warnings)? {
            identity.other_numbers.push(("公費受給者番号(資格確認)".into(), Private::new(recipient)));
        }
        // A branch number alone is carried by the first statement.
        if identity.insurer.is_some()
            || identity.insurance_symbol.is_some()
            || identity.insurance_number.is_some()
            || !identity.other_numbers.is_empty()
        {
            self.confirmed.push(identity);
        }
        Ok(())
    }

    /// (days, points) of the first payer; `None` where a receipt has no payer at all.
    pub(super) fn first(&self) -> Option<(Option<i64>, Option<i64>)> {
        self.insurers.first().or(self.publics.first()).map(|payer| (payer.days, payer.points))
    }

    /// How many payers.
    pub(super) fn len(&self) -> i64 {
        i64::try_from(self.insurers.len() + self.publics.len()).unwrap_or(i64::MAX)
    }

    /// Insurer, symbol and number of the first payer, for finding the person where there is no chart number.
    pub(super) fn membership(&self) -> Option<[&str; 3]> {
        let payer = self.insurers.first().or(self.publics.first())?;
        let [number, symbol, member] =
            [&payer.number, &payer.symbol, &payer.member].map(|part| part.as_deref().unwrap_or(""));
        (!number.is_empty() && !member.is_empty()).then_some([number, symbol, member])
    }

    /// Adds the numbers to the receipt's identity; further insurers and what SN says become statements of their own.
    pub(super) fn identify(self, identity: &mut Identity, further: &mut Vec<Identity>) {
        for (index, insurer) in self.insurers.into_iter().enumerate() {
            let mut own = Identity::default();
            let target = if index == 0 { &mut *identity } else { &mut own };
            target.insurer = insurer.number.map(Private::new);
            target.insurance_symbol = insurer.symbol.map(Private::new);
            target.insurance_number = insurer.member.map(Private::new);
            if let Some(certificate) = insurer.certificate {
                target.other_numbers.push(("証明書番号".into(), Private::new(certificate)));
            }
            if index > 0 {
                further.push(own);
            }
        }
        identity.insurance_branch = self.branch.map(Private::new);
        for public in self.publics {
            // Recipient numbers are unique under their payer only, so the payer's number is part of the system's name.
            let system = format!("公費受給者番号:{}", public.number.unwrap_or_default());
            identity.other_numbers.push((system, Private::new(public.member.unwrap_or_default())));
        }
        // Most confirmations repeat what HO says: they are no further statement.
        let repeats = |own: &Identity| {
            own.other_numbers.is_empty()
                && [
                    (&own.insurer, &identity.insurer),
                    (&own.insurance_symbol, &identity.insurance_symbol),
                    (&own.insurance_number, &identity.insurance_number),
                    (&own.insurance_branch, &identity.insurance_branch),
                ]
                .iter()
                .all(|(own, known)| own.is_none() || own == known)
        };
        further.extend(self.confirmed.into_iter().filter(|own| !repeats(own)));
    }
}

/// What of a payer is no identity.
fn coverage(line: &Line<'_>, payer: &Payer, warnings: &mut Warnings) -> Result<Coverage, Issue> {
    let category = payer.number.as_deref().and_then(category);
    Ok(Coverage {
        position: line.number,
        category_system: category.is_some().then(|| LEGAL_BASIS.into()),
        category,
        extra: line.rest_json(warnings)?,
        ..Coverage::default()
    })
}

/// 法別番号 of an insurer or public payer number; 国保 for six digits, with or without leading zeros.
fn category(number: &str) -> Option<String> {
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match (digits, number.len(), number.get(..2)) {
        (true, 8, Some("00")) | (true, 6, _) => Some(NATIONAL.into()),
        (true, 8, Some(basis)) => Some(basis.into()),
        _ => None,
    }
}
