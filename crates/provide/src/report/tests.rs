use super::*;
use crate::fixture;
use kiban_model::report::utility::Answer;
use kiban_model::report::{Bilingual, GroupSizes, RiskReport};

#[test]
fn the_page_of_the_committee() {
    insta::assert_snapshot!("report_html", html(&fixture::report(), Audience::Committee));
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    for audience in [Audience::Committee, Audience::Recipient] {
        let page = html(&fixture::report(), audience);
        for forbidden in [
            "<script", "<link", "<img", "<iframe", "href=", "src=", "url(", "@import", "http://", "https://",
            " on", "style=\"",
        ] {
            // Words such as "depends on" are fine: only attributes matter.
            let found = page.match_indices(forbidden).any(|(i, _)| {
                forbidden != " on"
                    || page[i..]
                        .split(['=', ' ', '>', '<'])
                        .nth(1)
                        .is_some_and(|w| page[i..].starts_with(&format!(" {w}=\"")))
            });
            assert!(!found, "the page holds {forbidden}");
        }
    }
}

#[test]
fn elements_close_in_order_and_ids_are_unique() {
    let page = html(&fixture::report(), Audience::Committee);
    let body = page.split_once("</style>").unwrap().1;
    let mut open: Vec<&str> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for tag in body.split('<').skip(1).map(|t| t.split('>').next().unwrap()) {
        if let Some(id) = tag.split_once(" id=\"").map(|(_, rest)| rest.split('"').next().unwrap()) {
            assert!(ids.insert(id), "{id} is used twice");
        }
        match tag.strip_prefix('/') {
            Some("head" | "html") => {}
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => {
                let name = tag.split(' ').next().unwrap();
                if name != "input" {
                    open.push(name);
                }
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for labelled in body.split("aria-labelledby=\"").skip(1) {
        for id in labelled.split('"').next().unwrap().split(' ') {
            assert!(ids.contains(id), "{id} is not there");
        }
    }
}

#[test]
fn text_from_a_report_cannot_become_markup() {
    let evil = || Bilingual::new("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>");
    let mut report = fixture::report();
    report.project = evil().ja;
    report.remarks = vec![evil()];
    report.flow[0].label = evil();
    report.flow[0].lost[0].0 = evil();
    report.risk.attacks[0].attacker = evil();
    report.columns[1].treatment = evil();
    report.columns[1].japanese = evil().ja;
    report.columns[2].after.frequent[0].0 = evil().en;
    let page = html(&report, Audience::Committee);
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;"));
}

#[test]
fn a_recipient_learns_neither_seed_nor_small_counts_nor_values_before() {
    let mut report = fixture::report();
    report.risk.suppressed = 4;
    report.flow[3].lost[0].1 = 4;
    report.flow[4].count = 1_196;
    let (page, text) = (html(&report, Audience::Recipient), json(&report, Audience::Recipient).unwrap());
    for secret in ["20260331", "1,196", "1196", "都島区", "K85.0"] {
        assert!(!page.contains(secret) && !text.contains(secret), "{secret}");
    }
    assert!(page.contains("10人未満") && text.contains("under 10"));
    // Neither everybody's answers nor the curve along k nor distances; figures from before are coarse, those of the product exact.
    for secret in ["守りを強めると", "分布の隔たり", "加工前（全員）", "along_k", "\"everyone\"", "distances"]
    {
        assert!(!page.contains(secret) && !text.contains(secret), "{secret}");
    }
    assert!(!text.contains("6.91") && !text.contains("7.14"));
    assert!(page.contains("6.67") && text.contains("6.87") && text.contains("\"at_risk\": 400"));
    assert!(
        page.contains("l-多様性(種類)") && text.contains("at least 3") && !text.contains("\"suppressed\": 7")
    );
    // No column's mean, deviation or number of values over everybody: with the product's own it is the value of who was left out.
    for before in ["128.41", "18.72", "6,120種類", "\"distinct\": 6120", "1,141種類"] {
        assert!(!page.contains(before) && !text.contains(before), "{before}");
    }
    assert!(
        page.contains("5,903種類、平均 128")
            && text.contains("128.12")
            && text.contains("\"distinct\": 5903")
    );
    report.columns[4].before = kiban_model::report::ColumnSummary {
        mean: Some(127.0),
        deviation: Some(20.0),
        distinct: 6_119,
        ..report.columns[4].before.clone()
    };
    assert!(
        page == html(&report, Audience::Recipient) && text == json(&report, Audience::Recipient).unwrap()
    );
    // Nothing of what is drawn depends on which small number it was.
    report.risk.suppressed = 3;
    report.flow[3].lost[0].1 = 3;
    report.flow[4].count = 1_197;
    assert!(page == html(&report, Audience::Recipient), "the drawing tells which small count it was");
    let committee = json(&report, Audience::Committee).unwrap();
    assert_eq!(serde_json::from_str::<ReleaseReport>(&committee).unwrap(), report);
}

#[test]
fn a_policy_that_empties_cells_says_what_that_does_to_groups_and_curve() {
    let mut report = fixture::report();
    let told = "空欄になり、加工後はどの群にも入りません";
    assert!(!html(&report, Audience::Committee).contains(told));
    report.utility.along_k.clear();
    report.utility.questions[0].without_group = Some(37);
    let (inside, outside) = (html(&report, Audience::Committee), html(&report, Audience::Recipient));
    assert!(inside.contains("k ごとの曲線は示しません") && !outside.contains("k ごとの曲線"));
    assert!(inside.contains(&format!("37人は、性別が{told}")));
    assert!(outside.contains(&format!("約40人は、性別が{told}")) && !outside.contains("37人"));
    // Fewer than ten are told to nobody, and nothing is told where nothing is asked by group.
    report.utility.questions.iter_mut().for_each(|question| question.without_group = None);
    assert_eq!(html(&report, Audience::Committee).matches(&format!("10人未満は、性別が{told}")).count(), 2);
    assert_eq!(html(&report, Audience::Committee).matches(told).count(), 2);
}

#[test]
fn the_summary_never_sounds_safer_than_the_numbers() {
    use super::summary::{Verdict, verdict};
    let mut report = fixture::report();
    assert_eq!(verdict(&report), Verdict::Holds);
    report.risk.suppressed = 25;
    assert_eq!(verdict(&report), Verdict::TooMany);
    report.risk.after = GroupSizes {
        histogram: vec![(1, 3), (5, 50)],
        smallest: 1,
        unique: 3,
        highest_risk: 1.0,
        average_risk: 0.2,
    };
    assert_eq!(verdict(&report), Verdict::TooSmall);
    let page = html(&report, Audience::Committee);
    assert!(
        page.contains("約束を守っていません")
            && page.contains("3人います")
            && !page.contains("一人に絞り込めません。</li>")
    );
    report.risk = RiskReport { k_required: Some(5), ..Default::default() };
    assert_eq!(verdict(&report), Verdict::NotMeasured);
    let page = html(&report, Audience::Committee);
    assert!(page.contains("測っていません") && page.contains("試験は、行っていません"));
    report.risk.k_required = None;
    assert_eq!(verdict(&report), Verdict::NoRule);
}

#[test]
fn impossible_reports_are_refused() {
    let refused = |change: fn(&mut ReleaseReport)| {
        let mut report = fixture::report();
        change(&mut report);
        check(&report)
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert_eq!(refused(|r| r.risk.attacks[0].success_after = 1.5), Err(Fault::Probability));
    assert_eq!(refused(|r| r.risk.before.average_risk = f64::NAN), Err(Fault::Probability));
    assert_eq!(refused(|r| r.columns[4].before.mean = Some(f64::INFINITY)), Err(Fault::Measure));
    assert_eq!(refused(|r| r.utility.along_k[3].loss = 1.2), Err(Fault::Probability));
    let not_a_number = |r: &mut ReleaseReport| {
        if let Answer::Mean { groups } = &mut r.utility.questions[1].after {
            groups[0].mean = Some(f64::NAN);
        }
    };
    assert_eq!(refused(not_a_number), Err(Fault::Measure));
    assert_eq!(refused(|r| r.risk.after.smallest = 9), Err(Fault::Groups));
    assert_eq!(refused(|r| r.risk.before.unique = 0), Err(Fault::Groups));
    assert_eq!(refused(|r| r.columns[0].dropped = true), Err(Fault::Dropped));
}

#[test]
fn a_report_of_nothing_is_still_a_page() {
    let mut report = fixture::report();
    (report.flow, report.columns, report.remarks) = (Vec::new(), Vec::new(), Vec::new());
    (report.risk, report.utility) = Default::default();
    assert_eq!(check(&report), Ok(()));
    assert!(html(&report, Audience::Recipient).contains("数の流れは記録されていません"));
}
