//! Questions from the policy to the answer: what an outsider counts in the product's text is what the report says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::WORDS;
use crate::Policy;
use crate::tests::support::{Hospital, Product, date, no_files, policy, run, text};
use kiban_model::report::utility::{Answer, QuestionReport};
use kiban_model::tables::{Condition, Death, Medication, Observation};
use proptest::prelude::*;

/// Everything that questions look at, as it is.
const KEPT: &str = r#"
kind = "pseudonymized"
free_text = "held-back"
[person]
sex.keep = true
birth_date.keep = true
municipality.keep = true
[visit]
start.keep = true
[condition]
icd10.keep = true
start.keep = true
[medication]
price_list_code.keep = true
start.keep = true
[observation]
text.keep = true
value.keep = true
time.keep = true
[death]
date.keep = true
[protect]
quasi_identifiers = ["sex"]
"#;

const QUESTIONS: &str = r#"
[[question]]
title = { ja = "糖尿病の割合", en = "Diabetes" }
by = "sex"
prevalence = { of = "condition.icd10", starts_with = ["E11", "E14"] }
[[question]]
title = "血圧"
by = "sex"
mean = { of = "observation.value", item = "収縮期血圧" }
[[question]]
title = "死亡まで"
by = "sex"
survival = { from = { of = "condition.icd10", starts_with = "E11" }, to = { of = "death.date" }, seen = ["visit.start"], within = 300 }
[[question]]
title = "薬"
sequences = { of = "medication.price_list_code", groups = { "A" = "3961", "B" = ["3962", "3969"] } }
[[question]]
title = "血圧の回帰"
regression = { outcome = { of = "observation.value", item = "収縮期血圧" }, on = [ { of = "person.sex", name = "性別" }, { of = "person.birth_date", name = "生年" }, { of = "condition.icd10", starts_with = "E11", name = "糖尿病" } ] }
[[question]]
title = "糖尿病の回帰"
regression = { outcome = { of = "condition.icd10", starts_with = "E11" }, on = [ { of = "person.sex" }, { of = "person.birth_date" } ] }
"#;

/// People who differ in everything that is asked about, by a small generator.
fn people(count: i64, seed: u64) -> Hospital {
    let mut state = seed;
    let mut draw = |most: u64| {
        state = crate::risk::mixed(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
        state % most
    };
    let mut hospital = Hospital::default();
    for id in 0..count {
        let sex = if draw(2) == 0 { "F" } else { "M" };
        hospital.person(id, sex, &format!("{}-0{}-1{}", 1930 + draw(60), 1 + draw(9), draw(10)), "22101");
        let start = format!("2020-0{}-1{}", 1 + draw(6), draw(10));
        hospital.visit(id, &start);
        hospital.visit(id, &format!("2021-0{}-1{}", 1 + draw(9), draw(10)));
        for _ in 0..draw(3) {
            let code = ["E119", "E14", "I10", "E112"][draw(4) as usize];
            let row = Condition { icd10: text(code), start: date(&start), ..Default::default() };
            hospital.add(id, row);
        }
        for _ in 0..draw(4) {
            let value = 90 + draw(120);
            let row = Observation {
                text: text("収縮期血圧"),
                value: text(&format!("{value}.{}", draw(10))),
                time: date(&start),
                ..Default::default()
            };
            hospital.add(id, row);
        }
        for _ in 0..draw(3) {
            let code = ["3961001F1010", "3962002F1010", "3969001F1010", "2149001F1010"][draw(4) as usize];
            let start = date(&format!("2020-0{}-1{}", 1 + draw(9), draw(2)));
            hospital.add(id, Medication { price_list_code: text(code), start, ..Default::default() });
        }
        if draw(3) == 0 {
            let on = date(&format!("2020-1{}-1{}", draw(3), draw(10)));
            hospital.add(id, Death { date: on, ..Default::default() });
        }
    }
    hospital
}

fn asked(text: &str, hospital: &Hospital) -> (Product, Vec<QuestionReport>) {
    let (product, processed) = run(&policy(text), hospital, "p", 7).unwrap();
    (product, processed.utility.questions)
}

#[test]
fn every_example_of_the_reference_page_is_a_question() {
    for word in WORDS {
        let item = "[observation.\"HbA1c\"]\nkeep = true\n";
        let questions = policy(&format!("{KEPT}{item}[[question]]\n{}\n", word.example));
        assert_eq!(questions.questions().len(), 1, "{}", word.name);
        assert!(!questions.questions()[0].ask.asked().ja.is_empty());
    }
}

#[test]
fn what_cannot_be_asked_is_told_by_line() {
    let wrong = r#"
kind = "pseudonymized"
free_text = "held-back"
person.sex.keep = true
condition.icd10.keep = true
observation."HbA1c".keep = true
observation.value.keep = true
observation.text.keep = true
[[question]]
title = "日付がない"
survival = { from = { of = "condition.icd10" }, to = { of = "death.date" } }
[[question]]
title = "出ない列"
by = "birth_date"
prevalence = { of = "condition.code" }
[[question]]
title = "二つ"
prevalence = { of = "condition.icd10" }
mean = { of = "observation.value", item = "HbA1c" }
[[question]]
prevalence = { of = "condition.icd1" }
[[question]]
title = "項目"
mean = { of = "observation.value", item = "HbA1C" }
[[question]]
title = "数でない"
mean = { of = "condition.icd10" }
[[question]]
title = "結果"
by = "sex"
regression = { outcome = { of = "person.sex" }, on = [] }
"#;
    let errors = Policy::parse(wrong, "policy.toml", &no_files).unwrap_err();
    insta::assert_snapshot!(errors.to_string());
}

/// Whether a side of the report says so many persons, of whom so many have it, for a group.
fn share_of(answer: &Answer, group: Option<&str>) -> (Option<u64>, Option<u64>) {
    let Answer::Prevalence { groups } = answer else { panic!("a share") };
    groups.iter().find(|s| s.group.as_deref() == group).map_or((None, None), |s| (s.persons, s.having))
}

#[test]
fn the_figures_are_those_of_the_products_own_text() {
    let treated = r#"
kind = "anonymized"
[person]
sex.relabel = { M = "男", F = "女" }
[condition]
icd10.rare = { fewer_than = 150, roll_up = "icd10", then = "その他" }
[observation]
text.keep = true
value.keep = true
"収縮期血圧" = { top_code = 180, bottom_code = 100 }
[protect]
quasi_identifiers = ["sex"]
k_anonymity = 2
suppression_limit = 0.5
[[question]]
title = "糖尿病"
by = "sex"
prevalence = { of = "condition.icd10", starts_with = "E1" }
[[question]]
title = "血圧"
by = "sex"
mean = { of = "observation.value", item = "収縮期血圧" }
"#;
    let hospital = people(400, 3);
    let below = "[[question]]\ntitle = \"E112\"\nby = \"sex\"\nprevalence = { of = \"condition.icd10\", starts_with = \"E112\" }\n";
    let (product, questions) = asked(&format!("{treated}{below}"), &hospital);
    let women: Vec<&str> = product
        .by_id("person", "sex")
        .into_iter()
        .filter(|(_, sex)| *sex == "女")
        .map(|(id, _)| id)
        .collect();
    let rolled_up = product.by_id("condition", "icd10");
    let has = |id: &str| rolled_up.iter().any(|(of, code)| *of == id && code.starts_with("E1"));
    let expected = women.iter().filter(|id| has(id)).count() as u64;
    assert_eq!(share_of(&questions[0].after, Some("女")).0, Some(women.len() as u64));
    assert!(expected > 10);
    assert_eq!(share_of(&questions[0].after, Some("女")).1, Some(expected));
    // The codes below E11 became E11: nobody is known to have E112 any more, and the report says why.
    assert!(share_of(&questions[2].released, Some("女")).1 > Some(10));
    assert_eq!(share_of(&questions[2].after, Some("女")).1, Some(0));
    let above = rolled_up.iter().filter(|(_, code)| ["E11", "E00-E90"].contains(code)).count() as u64;
    let coarser = questions[2].read_as.iter().find(|read| read.how.en.contains("above the codes")).unwrap();
    assert!(coarser.cells == above && above > 50);

    let Answer::Mean { groups } = &questions[1].after else { panic!("a mean") };
    let values = product.by_id("observation", "value");
    let read = |value: &str| match value {
        "181以上" => 181.0,
        "180超" => 180.0,
        "99以下" => 99.0,
        "100未満" => 100.0,
        number => number.parse::<f64>().unwrap(),
    };
    let own = |id: &&str| {
        let own: Vec<f64> = values.iter().filter(|(of, _)| of == id).map(|(_, v)| read(v)).collect();
        (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
    };
    let means: Vec<f64> = women.iter().filter_map(own).collect();
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    let shown = groups.iter().find(|group| group.group.as_deref() == Some("女")).unwrap();
    assert_eq!(shown.persons, Some(means.len() as u64));
    assert!((shown.mean.unwrap() - mean).abs() < 1e-9);
    let bounds = questions[1].read_as.iter().find(|read| read.how.en.contains("bound")).unwrap().cells;
    assert_eq!(bounds, values.iter().filter(|(_, value)| value.parse::<f64>().is_err()).count() as u64);
}

#[test]
fn intervals_survive_the_shift_and_so_does_the_curve() {
    let shifted = format!(
        "{}\n[all.date]\nshift = {{ per = \"person\", days = 30 }}\n{QUESTIONS}",
        KEPT.replace("birth_date.keep", "birth_date.generalize = \"year\" #")
    );
    let (_, questions) = asked(&shifted, &people(300, 11));
    assert_eq!(questions[2].released, questions[2].after);
    assert_eq!(questions[3].released, questions[3].after);
    let Answer::Survival { groups, log_rank, .. } = &questions[2].after else { panic!("curves") };
    assert!(groups.len() == 2 && log_rank.is_some());
    assert!(groups.iter().all(|curve| curve.restricted_mean.is_some() && curve.points.len() > 3));
    let Answer::Sequences { sequences, persons } = &questions[3].after else { panic!("sequences") };
    assert!(sequences.len() > 2 && *persons > Some(50) && sequences[0].persons >= sequences[1].persons);
}

#[test]
fn the_curve_along_k_is_the_releases_own_at_its_k() {
    let treated = r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "10-years"
condition.icd10.keep = true
[protect]
quasi_identifiers = ["sex", "birth_date"]
k_anonymity = 20
suppression_limit = 1
[[question]]
title = "糖尿病"
prevalence = { of = "condition.icd10", starts_with = "E1" }
"#;
    let (_, processed) = run(&policy(treated), &people(260, 5), "p", 7).unwrap();
    let (along, risk) = (&processed.utility.along_k, &processed.risk);
    let (untouched, own) = (&along[0], &along[19]);
    assert_eq!((untouched.suppressed, own.k, own.suppressed), (0, 20, risk.suppressed));
    assert!(risk.suppressed > 10);
    assert!((own.highest_risk - risk.after.highest_risk).abs() < 1e-12);
    assert!((own.average_risk - risk.after.average_risk).abs() < 1e-12);
    assert!(
        along.windows(2).all(|pair| pair[0].loss <= pair[1].loss && pair[1].suppressed >= pair[0].suppressed)
    );
    let Answer::Prevalence { groups } = &processed.utility.questions[0].released else { panic!("a share") };
    assert!((own.figures[0].unwrap() - groups[0].share.unwrap()).abs() < 1e-12);
    // Years became decades: no value is the same. Sex is as it was but for those who left.
    let distances = &processed.utility.distances;
    let of = |column: &str| distances.iter().find(|own| own.column == column).unwrap().total_variation;
    assert!((of("birth_date") - 1.0).abs() < 1e-12 && of("sex") < 0.1);
}

#[test]
fn where_cells_are_emptied_no_curve_is_drawn_and_those_without_a_group_are_counted() {
    let emptying = r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "year"
condition.icd10.keep = true
[protect]
quasi_identifiers = ["sex", "birth_date"]
k_anonymity = 4
suppress = "cells"
suppression_limit = 1
[[question]]
title = "糖尿病"
by = "birth_date"
prevalence = { of = "condition.icd10", starts_with = "E1" }
[[question]]
title = "糖尿病（全員）"
prevalence = { of = "condition.icd10", starts_with = "E1" }
"#;
    let (product, processed) = run(&policy(emptying), &people(260, 5), "p", 7).unwrap();
    assert!(processed.utility.along_k.is_empty());
    let years = product.by_id("person", "birth_date");
    let emptied = years.iter().filter(|(_, year)| year.is_empty()).count() as u64;
    let of: Vec<Option<u64>> =
        processed.utility.questions.iter().map(|question| question.without_group).collect();
    assert!(emptied >= 10 && of == [Some(emptied), Some(0)], "{emptied}: {of:?}");
    // Whom a policy leaves out is in no group on either side.
    let (_, processed) =
        run(&policy(&emptying.replace("cells", "records")), &people(260, 5), "p", 7).unwrap();
    assert_eq!(processed.utility.questions[0].without_group, Some(0));
    assert!(!processed.utility.along_k.is_empty());
}

#[test]
fn without_questions_and_quasi_identifiers_there_is_nothing_to_tell() {
    let kept = KEPT.split("[protect]").next().unwrap();
    let (_, processed) = run(&policy(kept), &people(30, 1), "p", 7).unwrap();
    assert!(processed.utility.questions.is_empty() && processed.utility.along_k.is_empty());
    assert!(processed.utility.distances.iter().all(|own| own.total_variation == 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_nobody_treats_does_not_change(seed in any::<u64>(), count in 20i64..160) {
        let (_, questions) = asked(&format!("{KEPT}{QUESTIONS}"), &people(count, seed));
        for question in questions {
            prop_assert_eq!(&question.everyone, &question.released);
            prop_assert_eq!(&question.released, &question.after);
        }
    }

    #[test]
    fn suppression_alone_leaves_the_released_as_they_were(seed in any::<u64>()) {
        let suppressing = KEPT.replace("[\"sex\"]", "[\"sex\", \"birth_date\"]\nk_anonymity = 3\nsuppression_limit = 1")
            .replace("birth_date.keep = true", "birth_date.generalize = \"year\"");
        let (_, questions) = asked(&format!("{suppressing}{QUESTIONS}"), &people(240, seed));
        for question in questions.iter().take(4) {
            prop_assert_eq!(&question.released, &question.after);
        }
        prop_assert!(questions.iter().any(|question| question.everyone != question.after));
    }

    #[test]
    fn the_order_of_rows_changes_nothing(seed in any::<u64>(), batch in 1usize..40) {
        let policy = format!("{KEPT}{QUESTIONS}");
        let mut hospital = people(120, seed);
        let (_, one) = asked(&policy, &hospital);
        hospital.rows.reverse();
        hospital.batch = batch;
        let (_, other) = asked(&policy, &hospital);
        prop_assert_eq!(one, other);
    }

    // ANO-10
    #[test]
    fn no_figure_rests_on_fewer_than_ten(seed in any::<u64>(), count in 2i64..90) {
        let (_, questions) = asked(&format!("{KEPT}{QUESTIONS}"), &people(count, seed));
        let few = |n: u64| n > 0 && n < 10;
        for answer in questions.iter().flat_map(|q| [&q.everyone, &q.released, &q.after]) {
            match answer {
                Answer::Prevalence { groups } => {
                    for own in groups {
                        let without = own.persons.zip(own.having).map(|(all, with)| all - with);
                        prop_assert!(![own.persons, own.having, without].into_iter().flatten().any(few));
                        prop_assert!(own.having.is_some() || own.share.is_none());
                    }
                }
                Answer::Mean { groups } => {
                    prop_assert!(groups.iter().all(|own| !own.persons.is_some_and(few)));
                    prop_assert!(groups.iter().all(|own| own.mean.is_none() || own.persons >= Some(10)));
                }
                Answer::Survival { groups, log_rank, .. } => {
                    for own in groups {
                        prop_assert!(![own.persons, own.events].into_iter().flatten().any(few));
                        prop_assert!(own.points.iter().all(|point| point.at_risk >= 10));
                    }
                    prop_assert!(log_rank.is_none() || groups.iter().all(|own| own.restricted_mean.is_some()));
                }
                Answer::Sequences { persons, sequences } => {
                    prop_assert!(!persons.is_some_and(few) && sequences.iter().all(|own| own.persons >= 10));
                    let rest = persons.map(|all| all - sequences.iter().map(|own| own.persons).sum::<u64>());
                    prop_assert!(!rest.is_some_and(few));
                }
                Answer::Regression { persons, coefficients, .. } => {
                    prop_assert!(coefficients.is_empty() || *persons >= Some(10));
                }
            }
        }
    }
}
