//! Linkage as a whole, on fictional persons.

mod bounds;
mod decisions;
mod order;
mod scenarios;

use super::*;
use kiban_model::{DateAsGiven, Private, Sex};

/// `name kana birth sex address phone insurance`, `-` for what is missing; insurance is `insurer/symbol/number/branch`.
pub(crate) fn record(subject: i64, provider: &str, line: &str) -> PersonRecord {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let cell = |at: usize| cells.get(at).copied().filter(|c| *c != "-").and_then(Private::from_text);
    let insurance: Vec<&str> = cells.get(6).map(|c| c.split('/').collect()).unwrap_or_default();
    let part = |at: usize| insurance.get(at).copied().filter(|c| *c != "-").and_then(Private::from_text);
    PersonRecord {
        subject: SubjectId(subject),
        provider: provider.to_owned(),
        identity: Identity {
            name: cell(0),
            kana: cell(1),
            birth_date: cell(2).map(|d| Private::new(DateAsGiven::parse_iso(d.expose()).unwrap())),
            sex: cell(3).and_then(|s| Sex::parse(s.expose())),
            address: cell(4),
            phones: cell(5).into_iter().collect(),
            insurer: part(0),
            insurance_symbol: part(1),
            insurance_number: part(2),
            insurance_branch: part(3),
            ..Identity::default()
        },
    }
}

fn linked(records: &[PersonRecord]) -> Linkage {
    link(records, &Constraints::default(), &Settings::default())
}

fn together(linkage: &Linkage, a: i64, b: i64) -> bool {
    linkage.clusters.iter().any(|c| c.subjects.contains(&SubjectId(a)) && c.subjects.contains(&SubjectId(b)))
}

/// A town of `count` different persons, one statement each, subjects from 1000.
pub(crate) fn town(count: i64) -> Vec<PersonRecord> {
    let families = [
        "佐藤|サトウ",
        "鈴木|スズキ",
        "高橋|タカハシ",
        "田中|タナカ",
        "渡辺|ワタナベ",
        "小林|コバヤシ",
        "加藤|カトウ",
    ];
    let givens = [
        "一郎|イチロウ",
        "花子|ハナコ",
        "次郎|ジロウ",
        "桜|サクラ",
        "三郎|サブロウ",
        "梅|ウメ",
        "健|ケン",
        "恵|メグミ",
        "隆|タカシ",
    ];
    (0..count)
        .map(|n| {
            let pick = |list: &[&'static str], n: i64| list[usize::try_from(n).unwrap() % list.len()].split_once('|').unwrap();
            let ((family, family_kana), (given, given_kana)) = (pick(&families, n), pick(&givens, n / 7));
            let birth = format!("{}-{:02}-{:02}", 1930 + (n * 13) % 80, 1 + (n * 7) % 12, 1 + (n * 11) % 28);
            let sex = if n % 2 == 0 { "M" } else { "F" };
            let line = format!(
                "{family}　{given}|{family_kana}　{given_kana}|{birth}|{sex}|東京都千代田区丸の内{}丁目{}番{}号|03-{:04}-{:04}|0614{:04}/{}/{}/01",
                1 + n % 3, 1 + n % 50, 1 + n % 17, 1000 + n, 2000 + n * 3 % 7000, 1000 + n % 40, 100 + n % 90, 10_000 + n
            );
            record(1000 + n, "clinic", &line)
        })
        .collect()
}
