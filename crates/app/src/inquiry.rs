//! Answering an inquiry of the medicines agency (PMDAの照会): whose record stands behind a pseudonym of pseudonymized data
//! (PSE-07). The only way from a pseudonym back to a person, through the sealed map, and for this purpose alone.
//!
//! Two people must have approved exactly this look, by its digest; how they do so is governance's ([`Approvals`]), and as
//! long as nobody implements it nobody can look. The ledger has the look, or its refusal, before the map is opened. It
//! never has the pseudonym or the person. Anonymized products have no way back at all (ANO-08).

use crate::progress::day;
use crate::release::plain;
use crate::{AppError, Operator};
use kiban_model::Private;

/// What is asked.
#[derive(Debug)]
pub struct Inquiry<'a> {
    /// Project whose data the inquiry is about.
    pub project: &'a str,
    /// The pseudonym that the agency names.
    pub pseudonym: &'a Private<String>,
    /// The agency's own number of the inquiry.
    pub reference: &'a str,
}

/// Who approved an action (二者承認).
pub trait Approvals {
    /// Everybody who approved the action of this digest, by name.
    ///
    /// # Errors
    /// They cannot be asked.
    fn of(&self, action: &[u8; 32]) -> Result<Vec<String>, AppError>;
}

impl Operator {
    /// What is to be approved: this pseudonym of this project for this inquiry, and nothing else. Keyed, so that nobody can
    /// try pseudonyms against the ledger.
    pub fn inquiry_digest(&self, inquiry: &Inquiry<'_>) -> [u8; 32] {
        let parts = [inquiry.project, inquiry.reference, inquiry.pseudonym.expose()];
        self.vault.secret().digest("PMDA inquiry", &parts.map(str::as_bytes))
    }

    /// The person behind a pseudonym, by their number here; `None` where the project gave no such pseudonym.
    ///
    /// # Errors
    /// Fewer than two people approved it, or the ledger or the vault cannot be used.
    pub fn answer_inquiry(
        &self,
        inquiry: &Inquiry<'_>,
        approvals: &dyn Approvals,
        on: &str,
    ) -> Result<Option<Private<i64>>, AppError> {
        day(on)?;
        let project = plain(inquiry.project)?;
        let digest = self.inquiry_digest(inquiry);
        let mut people = approvals.of(&digest)?;
        people.iter_mut().for_each(|name| *name = name.trim().to_owned());
        people.retain(|name| !name.is_empty());
        people.sort();
        people.dedup();
        let body = serde_json::json!({
            "project": project, "reference": inquiry.reference, "action": crate::pack::hex(&digest), "approved_by": people,
        });
        if people.len() < 2 {
            self.record("InquiryRefused", on, body)?;
            return Err(AppError::NotApproved { people: people.len() });
        }
        self.record("InquiryAnswered", on, body)?;
        let person =
            self.vault.person_behind(&format!("{project}/pseudonymized"), inquiry.pseudonym.expose())?;
        Ok(person.map(|person| Private::new(person.0)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Config;
    use kiban_model::PersonId;
    use kiban_vault::{GivenPseudonym, Secret};

    struct Signed(Vec<(&'static str, [u8; 32])>);

    impl Approvals for Signed {
        fn of(&self, action: &[u8; 32]) -> Result<Vec<String>, AppError> {
            let of = self.0.iter().filter(|(_, signed)| signed == action);
            Ok(of.map(|(name, _)| (*name).to_owned()).collect())
        }
    }

    #[test]
    fn two_people_open_one_pseudonym_of_pseudonymized_data_and_the_ledger_knows() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { operator: "op".into(), masters: None, rules: Default::default() };
        let operator =
            Operator::init(folder.path(), &config, Secret::from_bytes([1; 32]), "2024-06-01").unwrap();
        let given = |pseudonym: &str| GivenPseudonym {
            person: PersonId(7_001),
            pseudonym: pseudonym.to_owned(),
            shift_key: 1,
        };
        operator.vault.add_pseudonyms("p1/pseudonymized", &[given("B002")]).unwrap();
        operator.vault.add_pseudonyms("p1/anonymized", &[given("A002")]).unwrap();
        let known = Private::new("B002".to_owned());
        let inquiry = Inquiry { project: "p1", pseudonym: &known, reference: "PMDA-2024-1" };
        let digest = operator.inquiry_digest(&inquiry);
        let ask = |inquiry: &Inquiry<'_>, signed: Vec<(&'static str, [u8; 32])>| {
            operator.answer_inquiry(inquiry, &Signed(signed), "2024-06-02")
        };
        for too_few in [
            vec![],
            vec![("a", digest)],
            vec![("a", digest), ("a ", digest)],
            vec![("a", digest), ("b", [0; 32])],
        ] {
            assert!(matches!(ask(&inquiry, too_few), Err(AppError::NotApproved { .. })));
        }
        let both = |digest| vec![("a", digest), ("b", digest)];
        assert_eq!(ask(&inquiry, both(digest)).unwrap().map(|person| *person.expose()), Some(7_001));
        // Approved is this pseudonym, not another; and an anonymized product has no way back.
        for other in ["B003", "A002"] {
            let pseudonym = Private::new(other.to_owned());
            let inquiry = Inquiry { pseudonym: &pseudonym, ..inquiry };
            assert!(ask(&inquiry, both(digest)).is_err());
            assert!(ask(&inquiry, both(operator.inquiry_digest(&inquiry))).unwrap().is_none());
        }
        assert!(operator.recorded("InquiryAnswered", |body| body["reference"] == "PMDA-2024-1").unwrap());
        assert!(operator.recorded("InquiryRefused", |_| true).unwrap());
        assert!(!operator.recorded("InquiryAnswered", |body| body.to_string().contains("B002")).unwrap());
    }
}
