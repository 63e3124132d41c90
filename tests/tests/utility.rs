//! Whether the figures of the report are those of the package: worked out again from its CSV files alone, by other ways (REV-02).
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

use kiban_app::delivery::read_manifest;
use kiban_app::release::Request;
use kiban_app::{Config, Operator, Provider, Secret};
use kiban_model::DateAsGiven;
use kiban_model::report::ReleaseReport;
use kiban_model::report::utility::{Answer, Curve};
use kiban_synth::World;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::policy;

/// A release of one hospital's people by the ready policy, its package and its report.
fn release(folder: &Path) -> (ReleaseReport, BTreeMap<String, Table>) {
    let (from, to) =
        (DateAsGiven::from_day(2022, 4, 1).unwrap(), DateAsGiven::from_day(2023, 9, 30).unwrap());
    let world = World::generate(11, 400, from, to);
    world.write(&folder.join("world")).unwrap();
    let on = world.provided_on();
    let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
    let operator =
        Operator::init(&folder.join("operator"), &config, Secret::from_bytes([9; 32]), &on).unwrap();
    for id in ["hospital-a", "hospital-b", "clinic-c", "insurer-d"] {
        let home = folder.join("world").join(id);
        let provider = Provider {
            id: id.into(),
            name: id.into(),
            filed_on: Some("2022-01-01".into()),
            published_on: Some("2022-02-01".into()),
        };
        operator.put_provider(&provider, &on).unwrap();
        operator.add_notices(id, &home.join("notices.csv"), &on).unwrap();
        let manifest = read_manifest(&home.join("manifest.toml")).unwrap();
        let received = operator.receive(&home.join("delivery"), &manifest, &on, &|_| {}).unwrap();
        operator.intake(&received.delivery, &on, &|_| {}).unwrap();
    }
    operator.link(&on, &|_| {}).unwrap();
    operator.take_snapshot("s", &on).unwrap();
    let policy = policy("small-anonymized.toml");
    let request =
        Request { policy: &policy, snapshot: "s", project: "p", name: None, seed: 3, recipient: "大学" };
    let built = operator.build_release(&request, &on, &|_| {}).unwrap();
    let report = built.committee_report.with_extension("json");
    // Exact figures are the operator's and the committee's.
    #[cfg(unix)]
    for file in [&built.committee_report, &report] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "others can read {}", file.display());
    }
    let report: ReleaseReport = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let tables = ["person", "visit", "condition", "medication", "observation"];
    let read = |name: &str| Table::read(&built.package.join("data").join(format!("{name}.csv")));
    // What goes to the recipient holds neither everybody's figures nor the curve along k.
    let outside = std::fs::read_to_string(built.package.join("report.json")).unwrap();
    assert!(!outside.contains("everyone") && !outside.contains("along_k") && outside.contains("read_as"));
    (report, tables.into_iter().map(|name| (name.to_owned(), read(name))).collect())
}

struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut rows: Vec<Vec<String>> = text.trim_start_matches('\u{feff}').lines().map(cells).collect();
        let header = rows.remove(0);
        Self { header, rows }
    }

    /// (pseudonym, cell) of a column.
    fn column(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let at = self.header.iter().position(|own| own == name).unwrap();
        self.rows.iter().map(move |row| (row[0].as_str(), row[at].as_str()))
    }
}

/// The cells of a line; a quoted one may hold commas and doubled quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

fn day(text: &str) -> i32 {
    DateAsGiven::parse_iso(text).unwrap().days_since_epoch()
}

#[test]
fn an_outsider_finds_the_reports_figures_in_the_package() {
    let folder = tempfile::tempdir().unwrap();
    let (report, tables) = release(folder.path());
    let answer = |at: usize| &report.utility.questions[at].after;
    let sex: BTreeMap<&str, &str> = tables["person"].column("sex").collect();
    let women: BTreeSet<&str> = sex.iter().filter(|(_, sex)| **sex == "F").map(|(id, _)| *id).collect();
    assert!(women.len() > 60, "{}", women.len());

    // Prevalence.
    let with = |code: &str| -> BTreeSet<&str> {
        tables["condition"]
            .column("icd10")
            .filter(|(_, own)| own.starts_with(code))
            .map(|(id, _)| id)
            .collect()
    };
    let diabetes = with("E11");
    let Answer::Prevalence { groups } = answer(0) else { panic!("a share") };
    let shown = groups.iter().find(|group| group.group.as_deref() == Some("F")).unwrap();
    let expected = women.intersection(&diabetes).count() as u64;
    assert_eq!((shown.persons, shown.having), (Some(women.len() as u64), Some(expected)));

    // Mean: every person the mean of their values; a class open on one side is its bound.
    let measured = |wanted: &str| -> BTreeMap<&str, f64> {
        let mut own: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let items = tables["observation"].column("text");
        for ((id, value), (_, item)) in tables["observation"].column("value").zip(items) {
            let ends = ["以上", "以下", "超", "未満"];
            let number = ends.iter().fold(value, |text, word| text.trim_end_matches(word));
            if item == wanted
                && let Ok(number) = number.parse()
            {
                own.entry(id).or_default().push(number);
            }
        }
        own.into_iter().map(|(id, values)| (id, values.iter().sum::<f64>() / values.len() as f64)).collect()
    };
    let means = measured("HbA1c");
    let of_women: Vec<f64> =
        means.iter().filter(|(id, _)| women.contains(**id)).map(|(_, mean)| *mean).collect();
    let Answer::Mean { groups } = answer(1) else { panic!("a mean") };
    let shown = groups.iter().find(|group| group.group.as_deref() == Some("F")).unwrap();
    assert_eq!(shown.persons, Some(of_women.len() as u64));
    assert!((shown.mean.unwrap() - of_women.iter().sum::<f64>() / of_women.len() as f64).abs() < 1e-6);

    // Survival: the product over the days, person by person.
    let first = |rows: &mut dyn Iterator<Item = (&'_ str, i32)>| -> BTreeMap<String, i32> {
        let mut first = BTreeMap::new();
        rows.for_each(|(id, day)| {
            let slot = first.entry(id.to_owned()).or_insert(day);
            *slot = day.min(*slot);
        });
        first
    };
    let visits: Vec<(&str, i32)> = tables["visit"]
        .column("start")
        .filter(|(_, start)| !start.is_empty())
        .map(|(id, start)| (id, day(start)))
        .collect();
    let from = first(&mut visits.iter().copied());
    let starts: Vec<(&str, &str)> = tables["condition"].column("start").collect();
    let cold = tables["condition"]
        .column("icd10")
        .zip(starts)
        .filter(|((_, code), (_, start))| code.starts_with("J06") && !start.is_empty());
    let to = first(&mut cold.map(|((id, _), (_, start))| (id, day(start))));
    let followed: Vec<(i32, bool)> = from
        .iter()
        .filter(|(id, _)| women.contains(id.as_str()))
        .filter_map(|(id, from)| match to.get(id) {
            Some(to) if to < from => None,
            Some(to) => Some((to - from, true)),
            None => {
                Some((visits.iter().filter(|(own, _)| own == id).map(|(_, day)| day - from).max()?, false))
            }
        })
        .collect();
    let survival = |until: i32| -> f64 {
        let days: BTreeSet<i32> =
            followed.iter().filter(|(day, event)| *event && *day <= until).map(|(day, _)| *day).collect();
        days.iter()
            .map(|day| {
                let at_risk = followed.iter().filter(|(own, _)| own >= day).count() as f64;
                let events = followed.iter().filter(|(own, event)| own == day && *event).count() as f64;
                1.0 - events / at_risk
            })
            .product()
    };
    let Answer::Survival { groups, .. } = answer(2) else { panic!("curves") };
    let curve: &Curve = groups.iter().find(|group| group.group.as_deref() == Some("F")).unwrap();
    assert_eq!(curve.persons, Some(followed.len() as u64));
    assert!(curve.points.len() > 2);
    for point in &curve.points {
        assert!((point.survival - survival(point.day as i32)).abs() < 1e-9);
        assert_eq!(point.at_risk, followed.iter().filter(|(day, _)| *day >= point.day as i32).count() as u64);
    }

    // Sequences: the most frequent one.
    let Answer::Sequences { sequences, .. } = answer(3) else { panic!("sequences") };
    let begins: Vec<(&str, &str)> = tables["medication"].column("start").collect();
    let drugs: Vec<_> = tables["medication"].column("price_list_code").zip(begins).collect();
    let first_of = |code: &str| {
        first(
            &mut drugs
                .iter()
                .filter(|((_, own), (_, start))| own.starts_with(code) && !start.is_empty())
                .map(|((id, _), (_, start))| (*id, day(start))),
        )
    };
    let (metformin, sitagliptin, dapagliflozin) =
        (first_of("3962"), first_of("3969010"), first_of("3969019"));
    let alone = metformin
        .keys()
        .filter(|id| !sitagliptin.contains_key(*id) && !dapagliflozin.contains_key(*id))
        .count() as u64;
    let shown = sequences.iter().find(|sequence| sequence.steps == ["ビグアナイド"]).map(|own| own.persons);
    assert_eq!(shown, (alone >= 10).then_some(alone));

    // Regression: what remains stands at right angles to every term.
    let Answer::Regression { coefficients, persons, .. } = answer(4) else { panic!("a regression") };
    let years: BTreeMap<&str, f64> = tables["person"]
        .column("birth_date")
        .map(|(id, band)| {
            let (from, to) = band.split_once('～').unwrap();
            let after: i32 = to.parse::<i32>().unwrap() + 1;
            let (from, to) = (day(from), day(&after.to_string()));
            (id, 1970.0 + f64::from(from + (to - from) / 2) / 365.2425)
        })
        .collect();
    let (means, hypertension) = (measured("収縮期血圧"), with("I10"));
    assert_eq!(*persons, Some(means.len() as u64));
    let of = |term: &str| coefficients.iter().find(|own| own.term == term).unwrap().estimate;
    let sex_term = coefficients.iter().find(|own| own.term.starts_with("性別")).unwrap();
    let other = sex_term.term.rsplit(' ').next().unwrap();
    let rows: Vec<[f64; 5]> = means
        .iter()
        .map(|(id, mean)| {
            let (is_other, has) = (f64::from(sex[id] == other), f64::from(hypertension.contains(id)));
            let fitted = of("(intercept)")
                + sex_term.estimate * is_other
                + of("生年") * years[id]
                + of("高血圧症") * has;
            [1.0, is_other, years[id], has, mean - fitted]
        })
        .collect();
    for term in 0..4 {
        let product: f64 = rows.iter().map(|row| row[term] * row[4]).sum();
        let size: f64 = rows.iter().map(|row| (row[term] * row[4]).abs()).sum();
        assert!(product.abs() < 1e-6 * size.max(1.0), "term {term}: {product}");
    }

    // The curve along k begins where nobody is suppressed, and marks what the policy's k alone costs.
    let along = &report.utility.along_k;
    assert_eq!((along.len(), along[0].suppressed), (50, 0));
    let k = report.risk.k_required.unwrap();
    let at = along.iter().find(|at| at.k == k).unwrap();
    assert!(at.suppressed <= report.risk.suppressed && at.highest_risk <= 1.0 / k as f64);
    assert!(
        report.utility.distances.iter().any(|own| own.column == "birth_date" && own.total_variation > 0.9)
    );
}
