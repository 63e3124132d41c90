//! A fictional release that the tests of this crate share.

mod utility;

use kiban_model::report::{
    Attack, Bilingual, ColumnChange, ColumnSummary, FlowStep, GroupSizes, ModelFinding, ReleaseReport,
    RiskReport,
};

pub(crate) const POLICY: &str = "kind = \"anonymized\"\n[person.birth_date]\ngeneralize = \"month\"\n";

fn both(ja: &str, en: &str) -> Bilingual {
    Bilingual::new(ja, en)
}

/// A release of 1,176 people from three hospitals.
pub(crate) fn report() -> ReleaseReport {
    ReleaseReport {
        project: "2026-03-rare-pancreas".into(),
        kind: "anonymized".into(),
        snapshot: "2026-03-31-a".into(),
        policy_hash: crate::package::sha256(POLICY.as_bytes()),
        seed: 20_260_331,
        made_on: "2026-04-01".into(),
        flow: flow(),
        columns: columns(),
        risk: risk(),
        utility: utility::utility(),
        remarks: vec![
            both(
                "自由記載の経過記録 312 件は、個人が特定されないことを確かめられなかったため、提供していません。",
                "312 free-text notes were held back because they could not be shown to identify nobody.",
            ),
            both(
                "病院 C の検査値には単位の記載がないものがあり、比較には注意が必要です。",
                "Some laboratory values of hospital C carry no unit; compare with care.",
            ),
        ],
    }
}

fn flow() -> Vec<FlowStep> {
    let (records, people) = (both("件", "records"), both("人", "people"));
    let step = |label, count, unit: &Bilingual, lost: &[(&str, &str, u64)]| FlowStep {
        label,
        count,
        unit: unit.clone(),
        lost: lost.iter().map(|(ja, en, n)| (both(ja, en), *n)).collect(),
    };
    vec![
        step(
            both("受け取った記録", "Records received"),
            48_210,
            &records,
            &[
                ("読めない、または矛盾がある（保留）", "Unreadable or contradictory (quarantined)", 1_204),
                ("提供停止の求めがあった", "The person objected", 611),
                ("通知から30日たっていない", "Notice given less than 30 days ago", 3_870),
            ],
        ),
        step(both("受け入れた記録", "Records admitted"), 42_525, &records, &[]),
        step(
            both("名寄せ後の本人", "Persons after linkage"),
            2_980,
            &people,
            &[(
                "研究の対象（膵疾患）にあたらない",
                "Not in the study population (pancreatic disease)",
                1_780,
            )],
        ),
        step(
            both("研究の対象", "Study population"),
            1_200,
            &people,
            &[("グループが小さく、守れないため除いた", "Left out: their group was too small to protect", 24)],
        ),
        step(both("提供する本人", "Persons in the product"), 1_176, &people, &[]),
    ]
}

fn risk() -> RiskReport {
    let attack = |attacker, knows, before, after| Attack {
        attacker,
        knows,
        targets: 1_200,
        success_before: before,
        success_after: after,
        interval_after: Some((after / 2.0, after * 1.5)),
        ceiling: Some(0.1),
    };
    RiskReport {
        quasi_identifiers: vec![
            "person.sex".into(),
            "person.birth_date".into(),
            "person.municipality".into(),
        ],
        k_required: Some(5),
        before: GroupSizes {
            histogram: vec![(1, 487), (2, 208), (3, 141), (4, 88), (6, 96), (12, 84), (24, 96)],
            smallest: 1,
            unique: 487,
            highest_risk: 1.0,
            average_risk: 0.577,
        },
        after: GroupSizes {
            histogram: vec![(5, 35), (6, 54), (9, 90), (14, 182), (22, 264), (37, 259), (73, 292)],
            smallest: 5,
            unique: 0,
            highest_risk: 0.2,
            average_risk: 0.051,
        },
        suppressed: 24,
        suppression_limit: 0.02,
        attacks: vec![
            attack(
                both("近所の人", "A neighbour"),
                both("性別、生まれた月、住んでいる市区町村", "sex, month of birth, municipality"),
                0.577,
                0.051,
            ),
            attack(
                both("職場の同僚", "A colleague"),
                both("性別、おおよその年齢、入院した週", "sex, approximate age, week of admission"),
                0.312,
                0.018,
            ),
            attack(
                both("報道で知った人", "Somebody who read the news"),
                both("珍しい病名と、都道府県", "the rare disease and the prefecture"),
                0.094,
                0.004,
            ),
        ],
        models: vec![ModelFinding {
            model: both("l-多様性(種類): condition.code", "distinct l-diversity: condition.code"),
            required: both("3 以上", "at least 3"),
            before: Some(1.0),
            after: Some(3.0),
            suppressed: 7,
            cells: 0,
        }],
    }
}

fn columns() -> Vec<ColumnChange> {
    let summary = |filled, distinct, frequent: &[(&str, u64)]| ColumnSummary {
        filled,
        distinct,
        frequent: frequent.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect(),
        ..Default::default()
    };
    let column = |name: (&str, &str, &str), treatment, counts: (u64, u64), before, after| ColumnChange {
        table: name.0.into(),
        column: name.1.into(),
        japanese: name.2.into(),
        treatment,
        changed: counts.0,
        emptied: counts.1,
        before,
        after,
        dropped: false,
    };
    let kept = || both("そのまま", "kept as it is");
    let dropped = |name: (&str, &str, &str)| ColumnChange {
        dropped: true,
        ..column(
            name,
            both("方針に書かれていないため取り除く", "dropped: the policy does not name it"),
            (0, 0),
            summary(1_200, 300, &[]),
            summary(0, 0, &[]),
        )
    };
    let numeric = |filled, distinct, mean, deviation| ColumnSummary {
        filled,
        distinct,
        mean: Some(mean),
        deviation: Some(deviation),
        ..Default::default()
    };
    let months = &[("1951-04", 31), ("1948-11", 29), ("1955-02", 27), ("1949-07", 26), ("1960-01", 22)];
    vec![
        column(
            ("person", "sex", "性別"),
            kept(),
            (0, 0),
            summary(1_200, 2, &[("F", 640), ("M", 560)]),
            summary(1_176, 2, &[("F", 628), ("M", 548)]),
        ),
        column(
            ("person", "birth_date", "生年月日"),
            both("月に一般化", "generalised to the month"),
            (1_176, 0),
            summary(1_200, 1_141, &[]),
            summary(1_176, 402, months),
        ),
        column(
            ("person", "municipality", "市区町村"),
            both("都道府県に一般化", "generalised to the prefecture"),
            (1_170, 6),
            summary(
                1_200,
                211,
                &[("大阪市都島区", 44), ("京都市左京区", 38), ("神戸市灘区 <旧>", 21), ("奈良市", 17)],
            ),
            summary(1_170, 9, &[("大阪府", 512), ("京都府", 307), ("兵庫県", 201), ("奈良県", 96)]),
        ),
        column(
            ("condition", "code", "病名コード"),
            both(
                "10人未満の病名を上位の分類へ、それでも少なければ「その他」へ",
                "diseases of fewer than 10 people rolled up, then “other”",
            ),
            (311, 0),
            summary(9_412, 871, &[("K86.1", 402), ("E11", 377), ("I10", 351), ("K85", 208)]),
            summary(9_300, 244, &[("I10", 470), ("K86.1", 402), ("E11", 377), ("K85", 208), ("その他", 93)]),
        ),
        column(
            ("observation", "value_number", "値(数値)"),
            both("収縮期血圧は 200 で頭打ち（201以上）", "systolic pressure top-coded at 200"),
            (14, 3),
            numeric(81_020, 6_120, 128.41, 18.72),
            numeric(80_100, 5_903, 128.12, 17.95),
        ),
        column(
            ("observation", "unit", "単位"),
            kept(),
            (0, 0),
            summary(80_000, 31, &[]),
            summary(79_100, 31, &[]),
        ),
        dropped(("visit", "provider_id", "提供元")),
        dropped(("document", "text", "本文")),
    ]
}
