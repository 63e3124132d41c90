//! `kiban demo`: synthetic hospitals, the whole journey, and its reports on localhost.

use super::{Outcome, secret, story};
use crate::arguments::{Arguments, Demo};
use crate::console::Console;
use kiban_app::delivery::read_manifest;
use kiban_app::release::Request;
use kiban_app::{Config, Operator, Provider};
use kiban_model::DateAsGiven;
use kiban_model::report::Bilingual;
use kiban_portal::{DemoIndex, Item, ItemKind, Section};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const PROVIDERS: [(&str, &str); 4] = [
    ("hospital-a", "合成病院A"),
    ("hospital-b", "合成病院B"),
    ("clinic-c", "合成診療所C"),
    ("insurer-d", "合成保険者D"),
];
const POLICIES: [(&str, &str); 2] = [
    ("small-anonymized.toml", include_str!("../../../policies/small-anonymized.toml")),
    ("research-pseudonymized.toml", include_str!("../../../policies/research-pseudonymized.toml")),
];

pub(super) fn run(arguments: &Arguments, demo: &Demo, console: &Console) -> Outcome {
    let root =
        if arguments.dir == Path::new(".") { PathBuf::from("kiban-demo") } else { arguments.dir.clone() };
    clear(&root)?;
    std::fs::create_dir_all(&root)?;
    std::fs::write(root.join(MARK), "This folder is made anew by `kiban demo`.\n")?;
    let index = journey(&root, demo, console)?;
    if demo.exit {
        return Ok(ExitCode::SUCCESS);
    }
    show(&root, index, demo.port, console)
}

const MARK: &str = ".kiban-demo";

/// A demo is made anew, but nothing is removed that a demo did not make.
fn clear(root: &Path) -> Result<(), Box<dyn Error>> {
    let empty = !root.exists() || std::fs::read_dir(root)?.next().is_none();
    if empty {
        return Ok(());
    }
    if !root.join(MARK).exists() {
        return Err(
            format!("{} holds files that are not a demo's: choose another --dir", root.display()).into()
        );
    }
    Ok(std::fs::remove_dir_all(root)?)
}

fn journey(root: &Path, demo: &Demo, console: &Console) -> Result<DemoIndex, Box<dyn Error>> {
    let heading = |ja: &str, en: &str| console.say(&format!("\n■ {}", console.pick(ja, en)));
    heading("1. 合成病院・診療所・保険者をつくる", "1. Synthetic hospitals, a clinic, an insurer");
    let (from, to) = (DateAsGiven::from_day(2023, 4, 1)?, DateAsGiven::from_day(2024, 3, 31)?);
    let world = kiban_synth::World::generate(demo.seed, demo.persons, from, to);
    let written = world.write(&root.join("world"))?;
    let on = world.provided_on();
    for (id, provider) in &written.expected.providers {
        console.say(&format!(
            "  {id}: {} {} {}, {} {}",
            provider.format,
            provider.files,
            console.pick("ファイル", "files"),
            provider.persons,
            console.pick("人", "people")
        ));
    }

    heading("2. 届出・通知・提供停止の求めを記録する", "2. Filings, notices and objections are recorded");
    let config =
        Config { operator: "合成認定作成事業者".into(), masters: None, rules: Default::default() };
    let operator = Operator::init(&root.join("operator"), &config, secret(Some(demo.seed))?, &on)?;
    let filed = Some("2023-01-10".to_owned());
    for (id, name) in PROVIDERS {
        let provider = Provider {
            id: id.into(),
            name: name.into(),
            filed_on: filed.clone(),
            published_on: Some("2023-02-01".into()),
        };
        operator.put_provider(&provider, &on)?;
        let home = root.join("world").join(id);
        let notices = operator.add_notices(id, &home.join("notices.csv"), &on)?;
        let objections = operator.add_objections(id, &home.join("objections.csv"), &on)?;
        console.say(&format!(
            "  {id}: {} {notices}, {} {objections}",
            console.pick("通知", "notices"),
            console.pick("提供停止の求め", "objections")
        ));
    }

    heading(
        "3. 受領し、法に照らして受け入れる",
        "3. Deliveries are received, and taken in as the Act allows",
    );
    let mut receipts = Vec::new();
    for (id, _) in PROVIDERS {
        let home = root.join("world").join(id);
        let received = operator.receive(
            &home.join("delivery"),
            &read_manifest(&home.join("manifest.toml"))?,
            &on,
            &|p| console.progress(p),
        )?;
        let receipt = operator.intake(&received.delivery, &on, &|p| console.progress(p))?;
        story::receipt(&receipt, console);
        receipts.push(receipt);
    }

    heading("4. 名寄せし、スナップショットをとる", "4. Who is who; a snapshot");
    let linked = operator.link(&on, &|p| console.progress(p))?;
    story::linked(&linked, console);
    operator.take_snapshot("demo", &on)?;
    let answer = operator.query(
        "demo",
        "SELECT count(DISTINCT person_id) AS persons, count(*) AS observations FROM observation",
        &on,
    )?;
    console.say(&arrow::util::pretty::pretty_format_batches(&answer.batches)?.to_string());

    heading("5. 加工し、提供パッケージをつくる", "5. De-identified packages");
    let policies = root.join("policies");
    std::fs::create_dir_all(&policies)?;
    let mut releases = Vec::new();
    for (name, text) in POLICIES {
        let policy = policies.join(name);
        std::fs::write(&policy, text)?;
        let request = Request {
            policy: &policy,
            snapshot: "demo",
            project: "demo-project",
            name: None,
            seed: demo.seed,
            recipient: "合成大学",
        };
        let built = operator.build_release(&request, &on, &|p| console.progress(p))?;
        story::built(&built, console);
        kiban_app::verify_package(&built.package)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
        releases.push(built);
    }

    heading("6. 台帳を検証する", "6. The ledger is verified");
    let ledger = operator.verify_ledger()?;
    console.say(&format!(
        "  {} {} {}",
        console.pick("無傷:", "whole:"),
        ledger.entries,
        console.pick("件", "entries")
    ));
    console.tell_machine(&serde_json::json!({
        "dir": root, "world": written.expected, "receipts": receipts, "linked": linked, "releases": releases, "ledger_entries": ledger.entries,
    }));
    Ok(index(&releases, &receipts))
}

fn index(releases: &[kiban_app::release::Built], receipts: &[kiban_model::delivery::Receipt]) -> DemoIndex {
    let mut packages = Vec::new();
    for built in releases {
        let (ja, en) = if built.kind == "anonymized" {
            ("匿名加工医療情報", "Anonymized data")
        } else {
            ("仮名加工医療情報", "Pseudonymized data")
        };
        let home = format!("operator/releases/demo-project/{}", built.kind);
        packages.push(Item {
            title: Bilingual::new(
                format!("{ja}：審査委員会向け報告書"),
                format!("{en}: report for the committee"),
            ),
            about: Bilingual::new(
                "リスクと変更点を正確な数で描いた報告書",
                "Risk and changes drawn with exact counts",
            ),
            path: format!("{home}/committee-report.html"),
            kind: ItemKind::File,
        });
        packages.push(Item {
            title: Bilingual::new(format!("{ja}：提供パッケージ"), format!("{en}: package")),
            about: Bilingual::new(
                "研究者に渡す一式（データ・辞書・方針・RO-Crate）",
                "What the researcher receives: data, dictionary, policy, RO-Crate",
            ),
            path: format!("{home}/package"),
            kind: ItemKind::Package,
        });
    }
    let receipts = receipts
        .iter()
        .map(|r| Item {
            title: Bilingual::new(format!("受領書 {}", r.provider), format!("Receipt {}", r.provider)),
            about: Bilingual::new("どの記録がどうなったか", "Where every record ended"),
            path: format!("operator/receipts/{}.json", r.delivery),
            kind: ItemKind::Json,
        })
        .collect();
    DemoIndex {
        title: Bilingual::new("Kiban デモ", "Kiban demonstration"),
        lead: Bilingual::new(
            "合成データで、提供から加工・提供までを一度に行った結果です。実在の人の情報は含まれません。",
            "The whole journey on synthetic data, from delivery to package. No real person is in it.",
        ),
        sections: vec![
            Section {
                heading: Bilingual::new("提供データと報告書", "Releases and reports"),
                items: packages,
            },
            Section { heading: Bilingual::new("受領書", "Receipts"), items: receipts },
        ],
    }
}

fn show(root: &Path, index: DemoIndex, port: u16, console: &Console) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => listener,
            // Somebody else has the port: any free one will do.
            Err(_) => tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        console.say(&format!(
            "\n{} http://{}/   ({})",
            console.pick("報告書を開く:", "open the reports:"),
            listener.local_addr()?,
            console.pick("終了は Ctrl-C", "Ctrl-C ends")
        ));
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        kiban_portal::serve(listener, root.to_path_buf(), index, stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}
