//! A researcher asks how many there are: figures are the store's, small ones never come back, everything is on record (ANO-10).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod support;

use kiban_app::AppError;
use kiban_app::delivery::read_manifest;
use kiban_app::statistics::{Cohort, CountOutcome, CountRequest, Counted, Figure};
use kiban_model::DateAsGiven;
use kiban_synth::World;
use std::path::PathBuf;
use support::{Desk, ON, policy};

struct Counting {
    desk: Desk,
}

impl Counting {
    /// A hospital of one world, linked, in snapshot `s`.
    fn begin() -> Self {
        let desk = Desk::new();
        let day = |month, day| DateAsGiven::from_day(2023, month, day).unwrap();
        let world = World::generate(5, 360, day(4, 1), day(9, 30));
        let home = desk.folder.path().join("world");
        world.write(&home).unwrap();
        desk.open_provider("hospital-a");
        let manifest = read_manifest(&home.join("hospital-a/manifest.toml")).unwrap();
        let delivery = home.join("hospital-a/delivery");
        let received = desk.operator.receive(&delivery, &manifest, ON, &|_| {}).unwrap();
        desk.intake(&received.delivery);
        desk.settle("s");
        Self { desk }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.desk.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn ask(&self, cohort: Cohort<'_>, project: &str, rules: &str) -> Result<CountOutcome, AppError> {
        let policy = policy(rules);
        let request = CountRequest { cohort, policy: &policy, snapshot: "s", project, japanese: false };
        self.desk.operator.count(&request, ON, &|_| {})
    }

    fn define(&self, text: &str, project: &str, rules: &str) -> CountOutcome {
        self.ask(Cohort::Definition(&self.write("cohort.toml", text)), project, rules).unwrap()
    }

    /// How many events of a kind the ledger has.
    fn on_record(&self, kind: &str) -> usize {
        let text =
            std::fs::read_to_string(self.desk.folder.path().join("operator/ledger/events.jsonl")).unwrap();
        text.matches(&format!("\"kind\":\"{kind}\"")).count()
    }

    fn exactly(&self, sql: &str) -> u64 {
        self.desk.count("s", sql)
    }
}

fn answered(outcome: CountOutcome) -> Counted {
    match outcome {
        CountOutcome::Answered(counted) => *counted,
        CountOutcome::Refused(words) => panic!("{}", words.en),
    }
}

fn refused(outcome: CountOutcome) -> String {
    match outcome {
        CountOutcome::Answered(counted) => panic!("{:?}", counted.answer),
        CountOutcome::Refused(words) => words.en,
    }
}

const WOMEN: &str = "[[criterion]]\nname = \"women\"\nsex = \"F\"\n";
const EXACT: &str = "statistics.toml";
/// The same guard, SQL besides.
const SQL: &str = "statistics-sql.toml";
const NOISY: &str = "statistics-noise.toml";

#[test]
fn figures_are_the_store_s_and_what_differs_by_a_few_is_refused() {
    let counting = Counting::begin();
    let everybody = counting.exactly("SELECT count(*) FROM person");
    let women = counting.exactly("SELECT count(*) FROM person WHERE sex = 'F'");
    let seen = counting.exactly(
        "SELECT count(DISTINCT p.person_id) FROM person p JOIN visit v ON p.person_id = v.person_id WHERE sex = 'F' AND v.start >= '2023-05'",
    );
    assert!(women > 20 && everybody > women + 20, "the world is large enough to say something");

    let first = answered(counting.define(WOMEN, "p", EXACT));
    assert_eq!(
        (first.answer.everybody, first.answer.cohort),
        (Figure::Persons(everybody), Figure::Persons(women))
    );
    assert_eq!((first.number, first.repeated), (1, false));

    // The same question, written another way, has the same answer, again from what was kept.
    let again = "title = \"女性\"\n# words\n[[criterion]]\nsex = \"F\"\nname = \"women\"\n";
    let again = answered(counting.define(again, "p", EXACT));
    assert_eq!((&again.answer, again.number, again.repeated), (&first.answer, 1, true));

    // SQL finds the same persons, so nothing new is told; all but a few of them would be.
    let sql = counting.write("q.sql", "SELECT person_id FROM person WHERE sex = 'F'");
    let by_sql = answered(counting.ask(Cohort::Sql(&sql), "p", SQL).unwrap());
    assert_eq!(by_sql.answer.cohort, Figure::Persons(women));
    let sql = counting.write(
        "fewer.sql",
        "SELECT person_id FROM person WHERE sex = 'F' AND person_id > (SELECT min(person_id) FROM person WHERE sex = 'F')",
    );
    let words = refused(counting.ask(Cohort::Sql(&sql), "p", SQL).unwrap());
    assert!(words.contains("answer 1") && words.contains("fewer than 10"), "{words}");

    // The index answers what SQL answers.
    let later = "[[criterion]]\nsex = \"F\"\n[[criterion]]\ntable = \"visit\"\nfrom = \"2023-05\"\n";
    match counting.define(later, "q", EXACT) {
        CountOutcome::Answered(counted) if seen >= 10 => {
            assert_eq!(counted.answer.cohort, Figure::Persons(seen))
        }
        CountOutcome::Answered(counted) => assert_eq!(counted.answer.cohort, Figure::AtMost(9)),
        CountOutcome::Refused(words) => panic!("{}", words.en),
    }
    assert_eq!(
        ["StatisticsAnswered", "StatisticsRepeated", "StatisticsRefused"]
            .map(|kind| counting.on_record(kind)),
        [3, 1, 1]
    );
    counting.desk.operator.verify_ledger().unwrap();
}

#[test]
fn what_cannot_be_compared_with_earlier_answers_is_not_answered() {
    let counting = Counting::begin();
    answered(counting.define(WOMEN, "p", EXACT));
    let statistics = counting.desk.folder.path().join("operator/statistics");

    // The index is derived: torn, it is made again.
    let index = statistics.join("index/s");
    let bytes = std::fs::read(&index).unwrap();
    std::fs::write(&index, &bytes[..bytes.len() / 2]).unwrap();
    let men = "[[criterion]]\nsex = \"M\"\n";
    answered(counting.define(men, "other", EXACT));
    assert_eq!(std::fs::read(&index).unwrap(), bytes, "the same bytes again");

    let words = refused(counting.define(men, "p", NOISY));
    assert!(words.contains("another statistics policy"), "{words}");
    counting.desk.operator.take_snapshot("t", ON).unwrap();
    let policy = policy(EXACT);
    let cohort = counting.write("men.toml", men);
    let request = CountRequest {
        cohort: Cohort::Definition(&cohort),
        policy: &policy,
        snapshot: "t",
        project: "p",
        japanese: false,
    };
    let CountOutcome::Refused(words) = counting.desk.operator.count(&request, ON, &|_| {}).unwrap() else {
        panic!()
    };
    assert!(words.en.contains("snapshot s"), "{}", words.en);

    // What was kept is not derived: changed or gone, nothing more is answered.
    let kept = statistics.join("answers/p/000001");
    let mut changed = std::fs::read(&kept).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&kept, changed).unwrap();
    assert!(refused(counting.define(WOMEN, "p", EXACT)).contains("missing or damaged"));
    std::fs::remove_file(&kept).unwrap();
    assert!(refused(counting.define(men, "p", EXACT)).contains("missing or damaged"));
}

#[test]
fn noise_is_drawn_once_and_the_budget_ends() {
    let counting = Counting::begin();
    let age = |least: u32| {
        format!(
            "[[criterion]]\nage = {{ min = {least}, on = \"2024-01-01\" }}\n[breakdown]\nby = [\"sex\"]\n"
        )
    };
    let first = answered(counting.define(&age(20), "p", NOISY));
    for _ in 0..3 {
        let again = answered(counting.define(&age(20), "p", NOISY));
        assert_eq!((again.answer, again.spent, again.repeated), (first.answer.clone(), first.spent, true));
    }
    // ε 0.5 a question, 5 a project: ten questions, and no eleventh.
    for least in 21..30 {
        answered(counting.define(&age(least), "p", NOISY));
    }
    assert!(refused(counting.define(&age(30), "p", NOISY)).contains("used up"));
    assert!(answered(counting.define(&age(29), "p", NOISY)).repeated);
    answered(counting.define(&age(30), "another", NOISY));
    assert_eq!(counting.on_record("StatisticsAnswered"), 11);
}

#[test]
fn questions_that_cannot_be_read_say_where_and_quote_no_data() {
    let counting = Counting::begin();
    let wrong = |cohort: Cohort<'_>| counting.ask(cohort, "p", SQL).unwrap_err().to_string();
    let toml = counting.write("wrong.toml", "[[criterion]]\ntable = \"visits\"\n");
    let message = wrong(Cohort::Definition(&toml));
    assert!(message.contains("wrong.toml:2:9") && message.contains("did you mean `visit`?"), "{message}");
    let sql = |text: &str| wrong(Cohort::Sql(&counting.write("q.sql", text)));
    assert!(sql("SELECT sex FROM person").contains("person_id"));
    assert!(sql("SELECT person_id FROM persons").contains("persons"));
    assert!(!sql("DROP TABLE person").is_empty());
    let quoted = sql("SELECT person_id FROM person WHERE CAST(birth_date AS INT) > 0");
    assert!(quoted.contains("kept back") && !quoted.contains("19"), "{quoted}");
    // What SQL was asked is on record though it failed; a definition that cannot be read asks nothing.
    assert_eq!(["StatisticsAnswered", "StatisticsRefused"].map(|kind| counting.on_record(kind)), [0, 4]);
    // For review, what was asked is kept of each, for its owner alone, and not in the ledger.
    let unanswered = counting.desk.folder.path().join("operator/statistics/unanswered/p");
    let kept = std::fs::read_to_string(unanswered.join("000004")).unwrap();
    assert!(kept.contains("CAST(birth_date AS INT)") && kept.contains("\"reason\":\"failed\""), "{kept}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(unanswered.join("000004")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ledger = counting.desk.folder.path().join("operator/ledger/events.jsonl");
    assert!(!std::fs::read_to_string(ledger).unwrap().contains("CAST"));
}

#[test]
fn sql_is_answered_only_where_the_policy_opens_it() {
    let counting = Counting::begin();
    let probe = "SELECT person_id FROM person WHERE (SELECT count(*) FROM person) = 3";
    let probe = counting.write("probe.sql", probe);
    for rules in [EXACT, NOISY] {
        let words = refused(counting.ask(Cohort::Sql(&probe), "p", rules).unwrap());
        assert!(words.contains("does not open SQL"), "{words}");
    }
    let unanswered = counting.desk.folder.path().join("operator/statistics/unanswered/p");
    assert!(std::fs::read_to_string(unanswered.join("000002")).unwrap().contains("count(*)"));
}

#[test]
fn a_looser_policy_file_does_not_open_a_second_snapshot() {
    let counting = Counting::begin();
    let loose = std::fs::read_to_string(policy(EXACT)).unwrap();
    let loose = counting.write("loose.toml", &format!("one_snapshot = false\n{loose}"));
    let cohort = counting.write("women.toml", WOMEN);
    counting.desk.operator.take_snapshot("t", ON).unwrap();
    let ask = |policy: &std::path::Path, snapshot: &str, project: &str| {
        let cohort = Cohort::Definition(&cohort);
        let request = CountRequest { cohort, policy, snapshot, project, japanese: false };
        counting.desk.operator.count(&request, ON, &|_| {}).unwrap()
    };
    answered(ask(&policy(EXACT), "s", "p"));
    assert!(refused(ask(&loose, "t", "p")).contains("snapshot s"));
    // Who asked so from the beginning may.
    answered(ask(&loose, "s", "q"));
    answered(ask(&loose, "t", "q"));
    assert!(refused(ask(&policy(EXACT), "t", "q")).contains("snapshot s"));
}
