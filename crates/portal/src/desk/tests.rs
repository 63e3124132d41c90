//! The desk over a real operator's folder: what is answered, to whom, and what is never answered (LNK-02, SEC-03, SEC-07).

use super::{Desk, serve_desk};
use crate::tests::exchange;
use kiban_app::{Config, Operator, Provider, Secret};
use kiban_model::Private;
use kiban_model::delivery::Manifest;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const ON: &str = "2025-06-01";
const KEY: &str = "k3y0fth1spr0cess";

struct Seat {
    address: SocketAddr,
    runtime: Runtime,
    folder: tempfile::TempDir,
    /// A pair of the sample: both known as one person.
    pair: String,
}

fn patient(provider: &str, number: usize, name: &str, born: &str, phone: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{provider}{number}","identifier":[{{"system":"urn:oid:1.2.392.100495.20.3.51.11234567890","value":"{provider}-{number}"}}],"name":[{{"text":"{name}"}}],"gender":"female","birthDate":"{born}","telecom":[{{"system":"phone","value":"{phone}"}}]}}"#
    )
}

/// Two hospitals that know the same four people, linked and sampled; the desk is open.
fn sit() -> Seat {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { operator: "試験事業者".into(), masters: None, rules: Default::default() };
    let root = folder.path().join("operator");
    let operator = Operator::init(&root, &config, Secret::from_bytes([9; 32]), ON).unwrap();
    for provider in ["hospital-a", "hospital-b"] {
        let home = folder.path().join(provider);
        std::fs::create_dir_all(&home).unwrap();
        let people = [
            ("黒羽 <b>千景", "1961-03-09", "045-555-1201"),
            ("南条 紗季", "1974-11-23", "045-555-3402"),
            ("九重 直", "1988-07-30", "045-555-5603"),
            ("雨宮 澪", "1950-01-17", "045-555-7804"),
        ];
        for (number, (name, born, phone)) in people.into_iter().enumerate() {
            std::fs::write(home.join(format!("{number}.json")), patient(provider, number, name, born, phone))
                .unwrap();
        }
        let new = Provider {
            id: provider.into(),
            name: provider.into(),
            filed_on: Some("2020-01-01".into()),
            published_on: Some("2020-02-01".into()),
        };
        operator.put_provider(&new, ON).unwrap();
        operator.notify_everyone(provider, "2020-03-01", ON).unwrap();
        operator.notify_everyone(provider, "2025-04-01", ON).unwrap();
        let manifest = Manifest {
            provider: provider.into(),
            period: None,
            provided_on: "2025-05-01".into(),
            note: String::new(),
            files: Vec::new(),
        };
        let received = operator.receive(&home, &manifest, ON, &|_| {}).unwrap();
        assert_eq!(operator.intake(&received.delivery, ON, &|_| {}).unwrap().total.stored, 4);
    }
    assert_eq!(operator.link(ON, &|_| {}).unwrap().persons, 4);
    let sample = operator.draw_sample(8, 1, ON).unwrap();
    let pair = sample.pairs.iter().find(|p| p.joined).unwrap();
    let pair = format!("{}/{}", pair.a.0, pair.b.0);
    let desk = Desk::new(operator, "確認係".into(), || ON.to_owned(), Private::new(KEY.into()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { serve_desk(listener, desk, std::future::pending()).await.unwrap() });
    Seat { address, runtime, folder, pair }
}

impl Seat {
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (String, String) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let (head, body) = exchange(self.address, &request);
        (head, String::from_utf8_lossy(&body).into_owned())
    }

    fn get(&self, path: &str) -> (String, String) {
        self.send("GET", &format!("/{KEY}{path}"), "", "")
    }

    fn post(&self, path: &str, body: &str) -> (String, String) {
        self.send(
            "POST",
            &format!("/{KEY}{path}"),
            "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n",
            body,
        )
    }

    fn ledger(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("operator/ledger/events.jsonl")).unwrap()
    }
}

#[test]
fn a_reviewer_looks_uncovers_answers_and_takes_it_back() {
    let seat = sit();
    let (head, page) = seat.get("/ja/");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(page.contains("名寄せの確認") && page.contains("確認係") && page.contains("/ja/sample/"));
    assert!(!page.contains("南条"), "the list names nobody");

    let here = format!("/ja/sample/{}", seat.pair);
    let (_, page) = seat.get(&here);
    assert!(page.contains("この二人は同一人ですか") && page.contains("標本") && page.contains("••••"));
    assert!(!page.contains("045-555") && !page.contains("<b>千景"));
    assert!(!page.contains("waterfall"), "what linkage thinks is kept back in the sample");
    for (answer, key) in [("same", "s"), ("different", "d"), ("unsure", "u")] {
        assert!(page.contains(&format!("value=\"{answer}\" accesskey=\"{key}\"")), "{answer} by keyboard");
    }
    let (_, english) = seat.get(&here.replace("/ja/", "/en/"));
    assert!(english.contains("Are these two one person?") && english.contains(&format!("/{KEY}{here}")));

    let (head, page) = seat.post(&format!("{here}/show"), "field=phones");
    assert!(head.starts_with("http/1.1 200") && page.contains("045-555-"), "{head}");

    let (head, _) = seat.post(&format!("{here}/decide"), "answer=different&reason=%E5%8F%8C%E5%AD%90");
    assert!(head.starts_with("http/1.1 303") && head.contains(&format!("location: /{KEY}/ja/")), "{head}");
    let (_, page) = seat.get(&here);
    assert!(page.contains("双子") && page.contains("waterfall") && page.contains("/ja/undo/1"));
    let (_, page) = seat.get("/ja/");
    assert!(
        page.contains("1 件あります") && page.contains("1 / "),
        "one decision waits to be applied; one of the sample is answered"
    );
    let (head, _) = seat.post("/ja/undo/1", "");
    assert!(head.starts_with("http/1.1 303"));
    assert!(seat.post("/ja/undo/1", "").0.starts_with("http/1.1 409"), "not twice");
    assert!(seat.post("/ja/undo/9", "").0.starts_with("http/1.1 404"));

    let ledger = seat.ledger();
    for kind in ["PairLookedAt", "ValuesShown", "PersonsSeparated", "DecisionUndone"] {
        assert!(ledger.contains(kind), "{kind}");
    }
    for value in ["南条", "千景", "双子", "045-555", KEY] {
        assert!(!ledger.contains(value), "{value}");
    }
    drop(seat.runtime);
}

#[test]
fn nobody_without_the_key_and_no_other_site_learns_or_says_anything() {
    let seat = sit();
    let here = format!("/ja/sample/{}", seat.pair);
    for path in [
        "/".to_owned(),
        "/ja/".to_owned(),
        here.clone(),
        format!("/{}{here}", &KEY[..KEY.len() - 1]),
        format!("/{KEY}x{here}"),
        format!("/{KEY}/fr/sample/{}", seat.pair),
        format!("/{KEY}/ja/all/{}", seat.pair),
        format!("/{KEY}/ja/queue/1/2"),
        format!("/{KEY}/ja/queue/x/y"),
    ] {
        let (head, page) = seat.send("GET", &path, "", "");
        assert!(head.starts_with("http/1.1 404") || head.starts_with("http/1.1 400"), "{path}: {head}");
        assert!(!page.contains("1974") && !page.contains("南条"), "{path}");
    }
    let decide = format!("/{KEY}{here}/decide");
    for foreign in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Origin: http://localhost:1\r\n",
    ] {
        assert!(
            seat.send("POST", &decide, foreign, "answer=same").0.starts_with("http/1.1 403"),
            "{foreign}"
        );
    }
    assert!(seat.send("GET", &decide, "", "").0.starts_with("http/1.1 405"), "an answer is never an address");
    assert!(seat.post(&format!("{here}/decide"), "answer=maybe").0.starts_with("http/1.1 400"));
    let (head, _) = exchange(
        seat.address,
        &format!("GET /{KEY}/ja/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    );
    assert!(head.starts_with("http/1.1 403"));
    assert!(!seat.ledger().contains("PersonsMerged"), "nothing was decided");

    let (head, _) = seat.get(&here);
    for header in [
        "form-action 'self'",
        "default-src 'none'",
        "cache-control: no-store",
        "referrer-policy: same-origin",
        "x-frame-options: deny",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    assert!(!head.contains("script-src"));
}
