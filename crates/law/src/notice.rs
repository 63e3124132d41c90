//! Notice to the person (本人への通知) and the wait after it: OPT-01, OPT-02, OPT-03.

use crate::Rules;
use kiban_model::{DateAsGiven, Reason};

/// To whom a notice was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipient {
    /// The person (本人).
    Person,
    /// The guardian of a person under 16 (保護者).
    Guardian,
}

/// A notice that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The day it was given.
    pub given_on: DateAsGiven,
    /// To whom.
    pub recipient: Recipient,
}

/// OPT-01: no notice, no provision.
pub static NO_NOTICE: Reason = Reason {
    code: "law.no-notice",
    japanese: "本人（16歳未満は保護者）への通知が確認できません",
    english: "no notice to the person (or guardian) is on record",
    advice_japanese: "提供元に通知日を確認し、通知一覧を登録してから `kiban intake` を再実行してください",
    advice_english: "ask the provider for the day of notice, record the notice list, then run `kiban intake` again",
};

/// OPT-02: the waiting time runs.
pub static WAITING: Reason = Reason {
    code: "law.waiting",
    japanese: "通知から待機期間（30日）が過ぎていません",
    english: "the waiting time after the notice (30 days) has not passed",
    advice_japanese: "期間が過ぎてから `kiban intake` を再実行すると受け入れられます",
    advice_english: "run `kiban intake` again once it has passed",
};

/// OPT-03: from 16 the guardian's notice no longer serves.
pub static OWN_NOTICE_AT_16: Reason = Reason {
    code: "law.own-notice-at-16",
    japanese: "16歳になった本人への通知が確認できません（保護者への通知だけでは足りません）",
    english: "the person has turned 16 and their own notice is not on record; the guardian's does not serve",
    advice_japanese: "本人に通知し、通知日を登録してください",
    advice_english: "give the person their own notice and record its day",
};

/// OPT-03: under 16 the notice goes to the guardian.
pub static GUARDIAN_NOTICE: Reason = Reason {
    code: "law.guardian-notice",
    japanese: "16歳未満の本人について保護者への通知が確認できません",
    english: "the person is under 16 and no notice to the guardian is on record",
    advice_japanese: "保護者に通知し、通知日を登録してください",
    advice_english: "give notice to the guardian and record its day",
};

/// The notice that allows provision on `day`, out of those on record for this person at this provider.
///
/// A person without a known birth date counts as 16 or older only for a notice to the person: the guardian's notice
/// then serves nothing, because nobody can say that it was due to the guardian (fail closed).
///
/// # Errors
/// The reason that stands nearest to being cured: waiting, then the wrong recipient, then no notice at all.
pub fn sufficient(
    notices: &[Notice],
    birth_date: Option<&DateAsGiven>,
    day: &DateAsGiven,
    rules: &Rules,
) -> Result<Notice, &'static Reason> {
    let given: Vec<&Notice> = notices.iter().filter(|n| n.given_on <= *day).collect();
    if given.is_empty() {
        return Err(&NO_NOTICE);
    }
    let age_today = birth_date.map(|birth| birth.age_on(day));
    let under = age_today.is_some_and(|age| age < rules.own_notice_age);
    let serves = |notice: &&&Notice| match notice.recipient {
        // A notice to the person serves whenever it was given at 16 or later, or where no birth date says otherwise.
        Recipient::Person => {
            birth_date.is_none_or(|birth| birth.age_on(&notice.given_on) >= rules.own_notice_age)
        }
        Recipient::Guardian => under,
    };
    let serving: Vec<&&Notice> = given.iter().filter(serves).collect();
    if serving.is_empty() {
        return Err(if under { &GUARDIAN_NOTICE } else { &OWN_NOTICE_AT_16 });
    }
    let waited = |notice: &&&&Notice| {
        day.days_since_epoch() - notice.given_on.days_since_epoch() >= i32::from(rules.wait_days)
    };
    serving.iter().filter(waited).map(|n| ***n).min_by_key(|n| n.given_on).ok_or(&WAITING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DateAsGiven {
        DateAsGiven::parse_iso(text).unwrap()
    }
    fn notice(text: &str, recipient: Recipient) -> Notice {
        Notice { given_on: day(text), recipient }
    }
    fn code(result: Result<Notice, &'static Reason>) -> &'static str {
        result.map_or_else(|r| r.code, |_| "allowed")
    }

    #[test]
    fn thirty_days_pass_on_the_thirtieth() {
        // OPT-02
        let notices = [notice("2024-01-01", Recipient::Person)];
        let born = day("1980-05-05");
        let on = |d| code(sufficient(&notices, Some(&born), &day(d), &Rules::default()));
        assert_eq!(on("2023-12-31"), "law.no-notice");
        assert_eq!(on("2024-01-30"), "law.waiting");
        assert_eq!(on("2024-01-31"), "allowed");
    }

    #[test]
    fn turning_sixteen_needs_a_notice_of_ones_own() {
        // OPT-03
        let born = day("2008-06-01");
        let rules = Rules::default();
        let guardian = [notice("2024-01-01", Recipient::Guardian)];
        assert_eq!(code(sufficient(&guardian, Some(&born), &day("2024-05-31"), &rules)), "allowed");
        assert_eq!(
            code(sufficient(&guardian, Some(&born), &day("2024-06-01"), &rules)),
            "law.own-notice-at-16"
        );
        let own = [guardian[0], notice("2024-06-10", Recipient::Person)];
        assert_eq!(code(sufficient(&own, Some(&born), &day("2024-06-20"), &rules)), "law.waiting");
        assert_eq!(code(sufficient(&own, Some(&born), &day("2024-07-10"), &rules)), "allowed");
        let child_only = [notice("2024-01-01", Recipient::Person)];
        assert_eq!(
            code(sufficient(&child_only, Some(&born), &day("2024-05-01"), &rules)),
            "law.guardian-notice"
        );
    }

    #[test]
    fn an_unknown_birth_date_is_not_taken_for_a_child() {
        let guardian = [notice("2024-01-01", Recipient::Guardian)];
        assert_eq!(
            code(sufficient(&guardian, None, &day("2024-06-01"), &Rules::default())),
            "law.own-notice-at-16"
        );
    }
}
