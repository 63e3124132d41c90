//! The page on quality: whole, in both languages, every drawing labelled and within its frame.

use super::quality_page;
use kiban_app::link::{
    Drift, Estimate, Field, FieldParameters, FieldStatistics, IdentityField, JudgedSample, JudgedStratum,
    Level, LevelParameters, Linked, ModelParameters, ParameterSource, ProviderQuality, QualityReport,
    RunReport, Statistics, Watched,
};

fn run(number: i64) -> (String, RunReport) {
    let level = |level, person, strangers: f64, weight| LevelParameters {
        level,
        person,
        household: 0.1,
        strangers,
        weight,
    };
    let linked = Linked {
        run: number,
        new: true,
        subjects: 12_345,
        persons: 6_789,
        shared: 4_321,
        review: 17,
        estimated_precision: Some(0.998),
        estimated_recall: Some(0.97),
        set_aside: vec![("電話番号：仮の値".into(), "telephone: a placeholder".into())],
        way: None,
        statements: 120,
        pairs_compared: 300,
    };
    let report = RunReport {
        linked,
        statistics: Statistics {
            fields: vec![FieldStatistics {
                field: Field::Phone,
                levels: vec![(Level::Exact, 70), (Level::Different, 30)],
            }],
            ..Statistics::default()
        },
        model: ModelParameters {
            source: ParameterSource::Estimated,
            rounds: 7,
            prior_person: 1e-4,
            prior_household: 1e-5,
            fields: vec![FieldParameters {
                field: Field::Phone,
                levels: vec![level(Level::Exact, 0.8, 1e-5, 16.3), level(Level::Different, 0.1, 0.99, -3.3)],
            }],
        },
        providers: vec![ProviderQuality {
            provider: "病院<A>".into(),
            subjects: 100,
            linked: 80,
            doubtful: 3,
            statements: 150,
            missing: vec![(IdentityField::Phones, 120)],
        }],
        bins: vec![(5, 0), (4, 0), (3, 0), (2, 2), (10, 10), (4_000, 4_000)],
        joined_through_others: 3,
    };
    (format!("2024-06-0{number}"), report)
}

fn report() -> QualityReport {
    let stratum = |joined, bin, same| JudgedStratum {
        joined,
        bin,
        pairs: 1000,
        drawn: 20,
        judged: 18,
        same,
        unsure: 2,
    };
    QualityReport {
        operator: "試験事業者".into(),
        on: "2024-06-03".into(),
        runs: vec![run(1), run(2)],
        sample: Some(JudgedSample {
            number: 1,
            run: 2,
            on: "2024-06-03".into(),
            seed: 7,
            strata: vec![stratum(true, 5, 18), stratum(false, 1, 2)],
            precision: Some(Estimate { value: 0.99, low: 0.91, high: 1.0 }),
            recall: Some(Estimate { value: 0.95, low: 0.83, high: 0.98 }),
        }),
        drift: vec![
            Drift {
                watched: Watched::Missing("病院<A>".into(), IdentityField::Phones),
                index: 0.41,
                shares: Some((0.1, 0.8)),
            },
            Drift { watched: Watched::Levels(Field::Phone), index: 0.02, shares: None },
        ],
        decisions: [30, 4, 2, 1],
        waiting: 15,
    }
}

#[test]
fn the_page_says_everything_in_both_languages_and_escapes_names() {
    let page = quality_page(&report());
    for text in [
        "名寄せの品質報告",
        "Quality of linkage",
        "人の判断 99%（91%–100%）",
        "by people 99%",
        "大きな変化",
        "PSI",
        "Siddiqi 2006",
        "12,345",
        "病院&lt;A&gt;",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("病院<A>") && !page.contains("<script") && !page.contains("http://"));
    assert!(page.contains("Content-Security-Policy"));
}

#[test]
fn every_drawing_is_labelled_once_and_within_its_frame() {
    let page = quality_page(&report());
    let drawings: Vec<&str> =
        page.split("<svg ").skip(1).map(|d| d.split("</svg>").next().unwrap()).collect();
    assert!(drawings.len() >= 20, "{}", drawings.len());
    let mut ids = std::collections::HashSet::new();
    for drawing in drawings {
        assert!(!drawing.contains("NaN") && !drawing.contains("inf\""));
        let id = drawing.split_once("<title id=\"").unwrap().1.split('"').next().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert!(drawing.contains("role=\"img\"") && drawing.contains("<desc"));
        let number = |text: &str, name: &str| -> Option<f64> {
            text.split_once(&format!(" {name}=\""))?.1.split('"').next()?.parse().ok()
        };
        let width = number(&format!(" {drawing}"), "width").unwrap();
        for bar in drawing.split("<rect").skip(1) {
            let (x, w) = (number(bar, "x").unwrap(), number(bar, "width").unwrap());
            assert!(x >= -0.1 && x + w <= width + 0.1, "{id}: {x} + {w} leaves {width}");
        }
    }
}

#[test]
fn a_first_run_without_sample_is_told_as_such() {
    let first = QualityReport { runs: vec![run(1)], sample: None, drift: Vec::new(), ..report() };
    let page = quality_page(&first);
    assert!(page.contains("kiban link sample") && page.contains("比べられる前回の名寄せがまだありません"));
}
