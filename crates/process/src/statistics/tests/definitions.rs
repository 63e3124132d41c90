//! Definitions and policies that are wrong are told where and why.

use super::super::definition::{Anchor, Pattern, Rule, Wants};
use super::super::{Guard, Question, StatisticsPolicy, Threshold};

fn wrong(text: &str) -> String {
    Question::parse(text, "q.toml").unwrap_err().to_string()
}

#[test]
fn every_problem_has_its_line_and_a_hint() {
    let errors = wrong(
        "[[criterion]]\nname = \"a\"\ntable = \"conditon\"\n\
         [[criterion]]\ntable = \"condition\"\nwhere = { icd11 = [\"E11\"], suspected = \"yes\", icd10 = [\"糖尿病\"] }\nat_least = 0\n\
         [[criterion]]\nage = { min = 70, max = 40, on = \"index\" }\n\
         [[criterion]]\ntable = \"visit\"\nfrom = \"2024-13-01\"\nwithin = { after = \"b\", days = 9 }\n",
    );
    for expected in [
        "q.toml:3:9: unknown table `conditon`",
        "did you mean `condition`?",
        "q.toml:6:11: unknown column in table condition: `icd11`",
        "did you mean `icd10`?",
        "q.toml:6:40: expected `true` or `false`",
        "this is no ICD-10 code",
        "q.toml:7:12: must be from 1 to 100000",
        "`min` is above `max`",
        "there is no `[index]`",
        "this is no day of the calendar",
        "unknown criterion before this one: `b`",
    ] {
        assert!(errors.contains(expected), "{expected} is not in\n{errors}");
    }
}

#[test]
fn impossible_questions_are_refused() {
    for (text, expected) in [
        ("", "there is no `[[criterion]]`"),
        ("[[criterion]]\nname = \"x\"\n", "asks for nothing"),
        ("[[criterion]]\nsex = \"F\"\nstep = false\n", "no criterion selects persons"),
        (
            "[[criterion]]\ntable = \"observation\"\nwhere = { value_number = { min = 5, below = 5 } }\n",
            "no number lies in this range",
        ),
        ("[[criterion]]\ntable = \"visit\"\nfrom = \"2024-02\"\nto = \"2024-01\"\n", "nothing is between"),
        ("[[criterion]]\ntable = \"claim_line\"\nwhere = { extra = \"x\" }\n", "unknown column"),
        ("[[criterion]]\nsex = \"F\"\n[breakdown]\nby = [\"age_band\"]\n", "say when the age is taken"),
        (
            "[[criterion]]\nsex = \"F\"\n[breakdown]\nby = [\"year\"]\nyears = [2020, 2021]\n",
            "needs an index event",
        ),
        ("[[criterion]]\nsex = \"F\"\n[breakdown]\nby = [\"sex\", \"sex\"]\n", "each once"),
        ("[index]\ncriterion = \"a\"\n[[criterion]]\nname = \"a\"\nsex = \"F\"\n", "dated events"),
        ("[[criterion]]\nsex = \"F\"\nwhere = {}\n", "unknown key"),
        (
            "[index]\ncriterion = \"b\"\n[[criterion]]\nname = \"a\"\ntable = \"visit\"\n[[criterion]]\nname = \"b\"\ntable = \"visit\"\nwithin = { of = \"index\", days = 3 }\n",
            "refers to the index event itself",
        ),
        ("x", "not readable as TOML"),
    ] {
        let errors = wrong(text);
        assert!(errors.contains(expected), "{expected} is not in\n{errors}");
    }
}

#[test]
fn json_and_toml_ask_the_same_and_say_the_same_lines() {
    let toml = "title = \"t\"\n[[criterion]]\nname = \"a\"\ntable = \"visit\"\n[[criterion]]\ntable = \"visit\"\nwithin = { after = \"a\", days = [1, 9] } # words\n";
    let json = "{\n\"criterion\": [\n{\"name\": \"a\", \"table\": \"visit\"},\n{\"within\": {\"after\": \"a\", \"days\": [1, 9]}, \"table\": \"visit\"}]}";
    let (toml, read) = (Question::parse(toml, "q.toml").unwrap(), Question::parse(json, "q.json").unwrap());
    assert_eq!((&toml.criteria, &toml.canonical), (&read.criteria, &read.canonical));
    let Rule::Events(rule) = &read.criteria[1].rule else { panic!() };
    assert_eq!(rule.near.map(|near| (near.anchor, near.from, near.to)), Some((Anchor::Criterion(0), 1, 9)));
    let errors = Question::parse(&json.replace("visit\"}]", "visitt\"}]"), "q.json").unwrap_err().to_string();
    assert!(errors.contains("q.json:4:"), "{errors}");
    assert!(Question::parse("{\"criterion\": null}", "q.json").is_err());
}

#[test]
fn icd10_is_climbed_and_other_codes_are_not() {
    let text = "[[criterion]]\ntable = \"condition\"\nwhere = { icd10 = [\"e11.9\", \"E10-E14\"], code = [\"8830052\", \"88*\"] }\n";
    let question = Question::parse(text, "q.toml").unwrap();
    let Rule::Events(rule) = &question.criteria[0].rule else { panic!() };
    let patterns = |at: usize| {
        if let Wants::Codes(patterns) = &rule.conditions[at].wants { patterns.clone() } else { panic!() }
    };
    assert_eq!(
        patterns(0),
        [Pattern::Begins("E119".into()), Pattern::Categories("E10".into(), "E14".into())]
    );
    assert_eq!(patterns(1), [Pattern::Exactly("8830052".into()), Pattern::Begins("88".into())]);
}

#[test]
fn a_policy_has_one_guard_that_can_answer() {
    let parse = |text: &str| StatisticsPolicy::parse(text, "p.toml");
    let read = parse("kind = \"statistics\"\n[threshold]\npersons = 10\nrounding = 5\n").unwrap();
    assert_eq!(
        (read.guard, read.one_snapshot),
        (Guard::Threshold(Threshold { persons: 10, rounding: 5, show_nobody: false }), true)
    );
    for (text, expected) in [
        ("[threshold]\n", "there is no `kind"),
        ("kind = \"statistics\"\n", "write one of"),
        (
            "kind = \"statistics\"\n[threshold]\n[differential_privacy]\nepsilon = 1\nbudget = 1\n",
            "write one of",
        ),
        ("kind = \"statistics\"\n[threshold]\npersons = 1\n", "must be from 2"),
        ("kind = \"statistics\"\n[threshold]\npersons = 5\nrounding = 10\n", "would become nobody"),
        (
            "kind = \"statistics\"\n[differential_privacy]\nepsilon = 2\nbudget = 1\n",
            "no question could be answered",
        ),
        ("kind = \"statistics\"\n[differential_privacy]\nepsilon = 0\nbudget = 1\n", "must be from 0.001"),
    ] {
        let errors = parse(text).unwrap_err().to_string();
        assert!(errors.contains(expected), "{expected} is not in\n{errors}");
    }
}

#[test]
fn what_ships_can_be_read() {
    let read = |path: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join(path)).unwrap()
    };
    for policy in
        ["policies/statistics.toml", "policies/statistics-noise.toml", "policies/statistics-sql.toml"]
    {
        StatisticsPolicy::parse(&read(policy), policy).unwrap();
    }
    for question in ["examples/statistics/diabetes.toml", "examples/statistics/hba1c.json"] {
        Question::parse(&read(question), question).unwrap_or_else(|errors| panic!("{errors}"));
    }
}
