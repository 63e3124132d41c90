//! A reviewer separates two subjects at the desk, then takes it back: what was released before stays, what is released after
//! is repaired, and nobody else changes (LNK-02, OPT-06).
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
use kiban_model::{DateAsGiven, Private};
use kiban_portal::{Desk, serve_desk};
use kiban_synth::World;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use support::{policy, tree};

const KEY: &str = "0123456789abcdef";
const DAY: &str = "2024-05-15";

struct Journey {
    folder: tempfile::TempDir,
}

impl Journey {
    /// Four providers of one world, linked.
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let day = |month, day| DateAsGiven::from_day(2023, month, day).unwrap();
        let world = World::generate(21, 50, day(4, 1), day(9, 30));
        world.write(&folder.path().join("world")).unwrap();
        let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
        let operator =
            Operator::init(&folder.path().join("operator"), &config, Secret::from_bytes([9; 32]), DAY)
                .unwrap();
        for id in ["hospital-a", "hospital-b", "clinic-c", "insurer-d"] {
            let home = folder.path().join("world").join(id);
            let provider = Provider {
                id: id.into(),
                name: id.into(),
                filed_on: Some("2022-01-01".into()),
                published_on: Some("2022-02-01".into()),
            };
            operator.put_provider(&provider, DAY).unwrap();
            operator.add_notices(id, &home.join("notices.csv"), DAY).unwrap();
            operator.add_objections(id, &home.join("objections.csv"), DAY).unwrap();
            let manifest = read_manifest(&home.join("manifest.toml")).unwrap();
            let received = operator.receive(&home.join("delivery"), &manifest, DAY, &|_| {}).unwrap();
            operator.intake(&received.delivery, DAY, &|_| {}).unwrap();
        }
        operator.link(DAY, &|_| {}).unwrap();
        Self { folder }
    }

    fn operator(&self) -> Operator {
        Operator::open(&self.folder.path().join("operator")).unwrap()
    }

    /// Links, takes a snapshot and releases it to the project; the package's folder.
    fn settle(&self, name: &str) -> PathBuf {
        let operator = self.operator();
        operator.link(DAY, &|_| {}).unwrap();
        operator.take_snapshot(name, DAY).unwrap();
        let policy = policy("research-pseudonymized.toml");
        let request = Request {
            policy: &policy,
            snapshot: name,
            project: "p",
            name: Some(name),
            seed: 3,
            recipient: "大学",
        };
        operator.build_release(&request, DAY, &|_| {}).unwrap().package
    }

    /// The person of every visit and claim, as a snapshot shows it: (provider, place) → person.
    fn persons(&self, snapshot: &str) -> BTreeMap<(String, String), String> {
        let rows = |table| {
            format!(
                "SELECT provider_id, concat('{table}/', delivery_id, '/', file_no, '/', record_no, '/', position, '/', part), person_id FROM {table}"
            )
        };
        let sql = format!("{} UNION ALL {}", rows("visit"), rows("claim"));
        let answer = self.operator().query(snapshot, &sql, DAY).unwrap();
        let mut persons = BTreeMap::new();
        for batch in &answer.batches {
            let cell =
                |column, row| arrow::util::display::array_value_to_string(batch.column(column), row).unwrap();
            persons.extend((0..batch.num_rows()).map(|row| ((cell(0, row), cell(1, row)), cell(2, row))));
        }
        persons
    }

    /// Opens the desk, sends one request after another, and closes it.
    fn at_the_desk<T>(&self, visit: impl FnOnce(&dyn Fn(&str, &str, &str) -> String) -> T) -> T {
        let desk = Desk::new(self.operator(), "確認係".into(), || DAY.to_owned(), Private::new(KEY.into()));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = runtime.spawn(serve_desk(listener, desk, async move {
            let _ = stopped.await;
        }));
        let done = visit(&|method, path, body| send(address, method, path, body));
        stop.send(()).unwrap();
        runtime.block_on(served).unwrap().unwrap();
        done
    }
}

fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} /{KEY}/ja{path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn pseudonyms(package: &std::path::Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(package.join("data/person.csv")).unwrap();
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
}

#[test]
fn a_split_at_the_desk_repairs_what_follows_and_undoing_it_brings_it_back() {
    let journey = Journey::begin();
    let first = journey.settle("one");
    let (before, bytes) = (journey.persons("one"), tree(&first));

    // Of two subjects that are one person and nobody else, the reviewer says they are two.
    let sample = journey.operator().draw_sample(60, 1, DAY).unwrap();
    let alone = |pair: &&kiban_app::link::SampledPair| {
        let history = journey.operator().link_history(pair.a.0).unwrap();
        let person = history.person.0.to_string();
        let providers = before.iter().filter(|(_, p)| **p == person).map(|((provider, _), _)| provider);
        pair.joined && history.now.len() == 2 && providers.collect::<BTreeSet<_>>().len() == 2
    };
    let pair = sample.pairs.iter().find(alone).unwrap();
    let here = format!("/sample/{}/{}", pair.a.0, pair.b.0);
    journey.at_the_desk(|send| {
        assert!(send("GET", "/", "").contains("名寄せの確認"));
        let page = send("GET", &here, "");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("この二人は同一人ですか"), "{page}");
        let answer = send("POST", &format!("{here}/decide"), "answer=different&reason=%E5%8F%8C%E5%AD%90");
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    });

    let second = journey.settle("two");
    let after = journey.persons("two");
    let operator = journey.operator();
    let [a, b] =
        [pair.a, pair.b].map(|subject| operator.link_history(subject.0).unwrap().person.0.to_string());
    assert_ne!(a, b, "two persons now");
    let changed: BTreeSet<_> =
        before.iter().filter(|(row, person)| after[*row] != **person).map(|(_, person)| person).collect();
    let [kept] = changed.into_iter().collect::<Vec<_>>()[..] else {
        panic!("one person is concerned, nobody else")
    };
    assert!([&a, &b].contains(&kept), "one part keeps the number");
    let new = if &a == kept { &b } else { &a };
    assert!(!before.values().any(|person| person == new), "the other has a number nobody ever had");
    assert!(after.values().any(|person| person == new) && after.values().any(|person| person == kept));
    let (was, is) = (pseudonyms(&first), pseudonyms(&second));
    assert!(is.is_superset(&was) && is.len() == was.len() + 1, "one person more, everybody else as before");

    // Taken back: as it was, in a third release; the earlier two stand as they were made.
    journey.at_the_desk(|send| {
        let page = send("GET", "/", "");
        assert!(page.contains("/undo/1"), "{page}");
        assert!(send("POST", "/undo/1", "").starts_with("HTTP/1.1 303"));
    });
    let third = journey.settle("three");
    assert_eq!(journey.persons("three"), before);
    assert_eq!(pseudonyms(&third), was);
    assert_eq!(journey.persons("one"), before, "a snapshot stays as it was");
    assert_eq!(journey.persons("two"), after);
    assert!(tree(&first) == bytes, "a release stays as it was");
    for package in [&first, &second, &third] {
        kiban_app::verify_package(package).unwrap();
    }

    let history = operator.link_history(kept.parse().unwrap()).unwrap();
    let steps: Vec<_> = history
        .steps
        .iter()
        .map(|s| (s.came.len(), s.went.len(), s.decided.clone(), s.undone.clone()))
        .collect();
    assert_eq!(steps, [(2, 0, vec![], vec![]), (0, 1, vec![1], vec![]), (1, 0, vec![], vec![1])]);
    let shown: Vec<_> = history.steps.iter().map(|s| s.snapshots.clone()).collect();
    assert_eq!(shown, [["one"], ["two"], ["three"]], "which snapshot shows which state");
    let report = kiban_portal::quality_page(&operator.quality_report(DAY).unwrap());
    assert!(
        report.contains("名寄せの品質報告")
            && !report.contains(kept.as_str())
            && !report.contains(new.as_str())
    );
    operator.verify_ledger().unwrap();
}
