//! Requests to stop provision (提供停止の求め) and their withdrawal: OPT-04, OPT-07, OPT-08.

use kiban_model::{DateAsGiven, Identity, Private, Reason};

/// An objection as the provider recorded it. `Debug` shows no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The provider's number of the person, where stated.
    pub local_id: Option<Private<String>>,
    /// Who objects, as far as stated: name, kana, birth date, insurance.
    pub identity: Identity,
    /// The day it was received.
    pub received_on: DateAsGiven,
    /// The day it was withdrawn (提供停止の求めの撤回).
    pub withdrawn_on: Option<DateAsGiven>,
}

impl Objection {
    /// Whether it stands on `day` (OPT-07: the state on any past day can be asked).
    pub fn stands_on(&self, day: &DateAsGiven) -> bool {
        self.received_on <= *day && self.withdrawn_on.is_none_or(|withdrawn| withdrawn > *day)
    }
}

/// How an objection relates to a person of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Somebody else.
    No,
    /// Perhaps the same person: a human must decide, until then nothing is taken (OPT-08).
    Doubtful,
    /// The same person.
    Same,
}

/// OPT-04: the person objected.
pub static OBJECTED: Reason = Reason {
    code: "law.objected",
    japanese: "本人または遺族から提供停止の求めが出ています",
    english: "the person or the bereaved asked that provision stop",
    advice_japanese: "受け入れません。提供元は今後この方の情報を提供しないでください",
    advice_english: "nothing is taken; the provider should no longer provide this person's data",
};

/// OPT-08: perhaps an objector.
pub static POSSIBLE_OBJECTOR: Reason = Reason {
    code: "law.possible-objector",
    japanese: "提供停止を求めた方と同じ人かもしれません（番号・氏名・生年月日の一部だけが一致）",
    english: "this may be a person who objected: number, name and birth date agree only in part",
    advice_japanese: "人が確認するまで受け入れません。提供元に本人かどうかを確かめてください",
    advice_english: "nothing is taken until a person has checked; ask the provider who it is",
};

/// Compares an objection with what a delivery says of a person.
///
/// The same local number is the same person, unless the birth date contradicts it (then: doubt). Without the same
/// number, an agreeing name and birth date, or an agreeing insurance number with either, raises doubt: at another
/// number of the same provider it may still be them.
pub fn match_objection(objection: &Objection, local_id: &Private<String>, statements: &[Identity]) -> Match {
    let same_number =
        objection.local_id.as_ref().is_some_and(|number| fold(number.expose()) == fold(local_id.expose()));
    let person = &objection.identity;
    let known = |get: fn(&Identity) -> Option<String>| -> (bool, bool) {
        let Some(wanted) = get(person) else { return (false, false) };
        let stated: Vec<String> = statements.iter().filter_map(get).collect();
        let agrees = stated.contains(&wanted);
        (agrees, !agrees && !stated.is_empty())
    };
    let birth = known(|i| i.birth_date.as_ref().map(|b| b.expose().to_string()));
    let kana = known(|i| i.kana.as_ref().map(|k| fold(k.expose())));
    let name = known(|i| i.name.as_ref().map(|n| fold(n.expose())));
    let insured = known(|i| {
        let number = i.insurance_number.as_ref()?;
        let symbol = i.insurance_symbol.as_ref().map_or("", |s| s.expose());
        let branch = i.insurance_branch.as_ref().map_or("", |b| b.expose());
        Some(fold(&format!("{symbol}|{}|{branch}", number.expose())))
    });
    let (birth_agrees, birth_contradicts) = birth;
    let name_agrees = kana.0 || name.0;
    if same_number {
        return if birth_contradicts { Match::Doubtful } else { Match::Same };
    }
    // Systems pad numbers differently: 123 and 0000000123 may be one chart.
    let unpadded = |number: &Private<String>| fold(number.expose()).trim_start_matches('0').to_owned();
    if objection
        .local_id
        .as_ref()
        .is_some_and(|number| unpadded(number) == unpadded(local_id) && !unpadded(number).is_empty())
    {
        return Match::Doubtful;
    }
    match (name_agrees, birth_agrees, insured.0) {
        // An insurer knows people by insurance number: number, name and birth together are the person.
        (true, true, true) if objection.local_id.is_none() => Match::Same,
        (true, true, _) | (true, _, true) | (_, true, true) => Match::Doubtful,
        _ => Match::No,
    }
}

/// Width and spaces do not make another person.
fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{3000}')
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DateAsGiven {
        DateAsGiven::parse_iso(text).unwrap()
    }
    fn person(kana: &str, birth: &str) -> Identity {
        Identity {
            kana: Private::from_text(kana),
            birth_date: Some(Private::new(day(birth))),
            ..Default::default()
        }
    }
    fn objection(local_id: Option<&str>, identity: Identity) -> Objection {
        Objection {
            local_id: local_id.and_then(Private::from_text),
            identity,
            received_on: day("2024-02-01"),
            withdrawn_on: None,
        }
    }
    fn id(text: &str) -> Private<String> {
        Private::new(text.to_owned())
    }

    #[test]
    fn the_state_of_any_day_can_be_asked() {
        // OPT-07
        let mut o = objection(Some("1"), Identity::default());
        o.withdrawn_on = Some(day("2024-03-01"));
        assert!(!o.stands_on(&day("2024-01-31")));
        assert!(o.stands_on(&day("2024-02-01")));
        assert!(o.stands_on(&day("2024-02-29")));
        assert!(!o.stands_on(&day("2024-03-01")));
    }

    #[test]
    fn numbers_decide_and_contradictions_go_to_a_human() {
        // OPT-08
        let o = objection(Some("０012"), person("カンジャ　ハナコ", "1980-01-02"));
        assert_eq!(match_objection(&o, &id("0012"), &[]), Match::Same);
        assert_eq!(match_objection(&o, &id("0012"), &[person("カンジャハナコ", "1980-01-02")]), Match::Same);
        assert_eq!(
            match_objection(&o, &id("0012"), &[person("カンジャ ハナコ", "1999-01-02")]),
            Match::Doubtful
        );
        assert_eq!(
            match_objection(&o, &id("77"), &[person("かんじゃ はなこ", "1980-01-02")]),
            Match::Doubtful
        );
        assert_eq!(match_objection(&o, &id("77"), &[person("カンジャ タロウ", "1980-01-02")]), Match::No);
        assert_eq!(match_objection(&o, &id("77"), &[]), Match::No);
        assert_eq!(match_objection(&o, &id("0000000012"), &[]), Match::Doubtful, "padded otherwise");
        assert_eq!(match_objection(&o, &id("120"), &[]), Match::No);
    }

    #[test]
    fn an_insurer_s_objector_is_known_by_insurance_number() {
        let mut wanted = person("カンジャ ハナコ", "1980-01-02");
        wanted.insurance_number = Private::from_text("１２３");
        let o = objection(None, wanted.clone());
        let mut stated = wanted;
        stated.insurance_number = Private::from_text("123");
        assert_eq!(match_objection(&o, &id("insured:x"), &[stated.clone()]), Match::Same);
        stated.kana = None;
        assert_eq!(match_objection(&o, &id("insured:x"), &[stated]), Match::Doubtful);
    }
}
