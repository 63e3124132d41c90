//! `README.md`: what the package is, what its holder must not do, how to check it. Japanese first.

use super::PackageSpec;
use super::dictionary::cell;
use super::writer::ClosedTable;
use crate::Audience;
use crate::words::{Kind, Lang, count};
use kiban_model::report::ReleaseReport;
use std::fmt::Write as _;

/// The text of `README.md`.
pub(super) fn text(spec: &PackageSpec, report: &ReleaseReport, tables: &[ClosedTable]) -> String {
    let mut text = String::new();
    section(&mut text, spec, report, tables, Lang::Ja);
    text.push_str("\n---\n\n");
    section(&mut text, spec, report, tables, Lang::En);
    text
}

fn section(
    text: &mut String,
    spec: &PackageSpec,
    report: &ReleaseReport,
    tables: &[ClosedTable],
    lang: Lang,
) {
    let kind = Kind::of(&report.kind);
    let pick = |ja, en| lang.pick(ja, en);
    // Writing into a String cannot fail.
    let _ = writeln!(text, "# {}\n", cell(lang.of(&spec.title)));
    let facts = [
        (pick("種類", "Kind"), cell(kind.name(lang))),
        (pick("プロジェクト", "Project"), cell(&report.project)),
        (pick("作成者（認定作成事業者）", "Made by (certified operator)"), party(spec, lang, true)),
        (pick("提供先", "Provided to"), party(spec, lang, false)),
        (pick("作成日", "Made on"), cell(&report.made_on)),
        (pick("契約・条件", "Contract and terms"), cell(lang.of(&spec.terms))),
        (pick("元データの版（スナップショット）", "Snapshot"), cell(&report.snapshot)),
        (pick("加工方針の SHA-256", "SHA-256 of the policy"), format!("`{}`", cell(&report.policy_hash))),
    ];
    for (name, value) in facts {
        let _ = writeln!(text, "- {name}: {value}");
    }

    let _ = writeln!(text, "\n## {}\n", pick("守らなければならないこと", "What you must and must not do"));
    for duty in duties(kind, lang) {
        let _ = writeln!(text, "- {duty}");
    }

    let _ = writeln!(text, "\n## {}\n", pick("中身", "Contents"));
    let header = pick("| 表 | 名称 | 行数 | ファイル |", "| Table | Japanese name | Rows | Files |");
    let _ = writeln!(text, "{header}\n|---|---|---:|---|");
    for table in tables {
        let (name, japanese) = (&table.description.name, cell(&table.description.japanese));
        let rows = count(table.rows);
        let _ = writeln!(text, "| `{name}` | {japanese} | {rows} | `{}` |", table.files.join("` `"));
    }
    text.push_str(pick(CONTENTS_JA, CONTENTS_EN));
    if spec.audience == Audience::Recipient {
        text.push_str(pick(SMALL_JA, SMALL_EN));
    }
    text.push_str(pick(VERIFY_JA, VERIFY_EN));
}

fn party(spec: &PackageSpec, lang: Lang, operator: bool) -> String {
    let party = if operator { &spec.operator } else { &spec.recipient };
    format!("{} (`{}`)", cell(lang.of(&party.name)), cell(&party.id))
}

/// What the Act and the contract ask of the holder, by kind (ANO-08, LKA-03, PSE-08, USE-11).
fn duties(kind: Kind, lang: Lang) -> Vec<&'static str> {
    let pick = |ja, en| lang.pick(ja, en);
    let mut duties = vec![
        pick(
            "**再識別の禁止**: 本人を識別するために、加工の方法の情報を取得したり、他の情報と照合したりしてはなりません。",
            "**No re-identification**: you must not obtain information about how the data was processed, nor match it with other information, in order to identify a person.",
        ),
        pick(
            "契約に定めた目的・範囲・場所・取扱者のほかで使わず、契約が認めない相手に渡さないでください。",
            "Use it only for the purpose, scope, place and handlers in the contract, and pass it to nobody the contract does not name.",
        ),
        pick(
            "漏えい、またはそのおそれに気づいたときは、直ちに認定作成事業者に知らせてください。",
            "If it leaks, or may have leaked, tell the certified operator at once.",
        ),
        pick(
            "利用が終わったら、復元できない方法で消去し、消去したことを報告してください。",
            "When use ends, erase it beyond recovery and report the erasure.",
        ),
    ];
    match kind {
        Kind::Pseudonymized => duties.push(pick(
            "これは仮名加工医療情報です。認定を受けた利用事業者だけが扱え、法律が定める相手（大臣、PMDA、登録認証機関、EMA、MHRA、FDA）のほかには提供できません。",
            "This is pseudonymized medical information: only certified users may handle it, and it may go on only to those the Act names (the Minister, PMDA, registered certification bodies, EMA, MHRA, FDA).",
        )),
        Kind::Linkable => duties.push(pick(
            "これは連結可能匿名加工医療情報です。公的データベースと同じ安全管理の義務があります。",
            "This is linkable anonymized medical information: the safety duties of the public databases apply.",
        )),
        Kind::Anonymized | Kind::Statistics | Kind::Other => {}
    }
    duties
}

const CONTENTS_JA: &str = "
- `dictionary.md`, `dictionary.csv`: データ辞書（列の意味、型、行った加工）
- `report.html`: 加工とリスクの報告書（ブラウザで開けます。通信はしません）。`report.json` は同じ内容の機械可読版です
- `policy.toml`: 使った加工方針そのもの
- `ro-crate-metadata.json`: 来歴（RO-Crate 1.1）

CSV は UTF-8（BOM なし）、RFC 4180、1 行目が列名です。空欄は値がないことを表します。表計算ソフトで開ける行数（1,048,575 行）を超える表は Parquet だけです。Parquet は zstd で圧縮しています。
";
const CONTENTS_EN: &str = "
- `dictionary.md`, `dictionary.csv`: the data dictionary (meaning, type and treatment of each column)
- `report.html`: the report on processing and risk (opens in a browser, makes no request); `report.json` says the same for machines
- `policy.toml`: the policy itself
- `ro-crate-metadata.json`: provenance (RO-Crate 1.1)

CSV is UTF-8 without BOM, RFC 4180, column names in the first line; an empty field means no value. A table of more rows than a spreadsheet opens (1,048,575) is in Parquet alone. Parquet is compressed with zstd.
";
const SMALL_JA: &str = "
報告書では、10 人（件）未満の数は「10未満」とし、ほかの数は 10 の倍数に丸めています（小さい数を引き算で求められないようにするためです）。
";
const SMALL_EN: &str = "
In the report, counts below 10 are shown as \"under 10\" and others are rounded to tens, so that a small count cannot be found by subtraction.
";
const VERIFY_JA: &str = "
## 確かめ方

```sh
sha256sum -c SHA256SUMS   # すべて OK になること
sha256sum SHA256SUMS      # 送付状・台帳のパッケージ番号（ダイジェスト）と同じであること
```
";
const VERIFY_EN: &str = "
## How to verify

```sh
sha256sum -c SHA256SUMS   # every line must say OK
sha256sum SHA256SUMS      # must equal the package digest on the delivery note and in the ledger
```
";
