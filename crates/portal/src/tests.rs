use crate::{DemoIndex, Item, ItemKind, Section, ServeError, serve};
use kiban_model::report::Bilingual;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A running server over a small demonstration.
struct Desk {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    runtime: Runtime,
    _root: TempDir,
}

fn both(text: &str) -> Bilingual {
    Bilingual::new(format!("{text}（日）"), text)
}

fn index() -> DemoIndex {
    let item = |title: &str, path: &str, kind| Item {
        title: both(title),
        about: both("about"),
        path: path.into(),
        kind,
    };
    DemoIndex {
        title: both("Demo"),
        lead: both("What was made"),
        sections: vec![
            Section {
                heading: both("Releases"),
                items: vec![item("Release <1>", "packages/rel 1", ItemKind::Package)],
            },
            Section {
                heading: both("Receipts"),
                items: vec![
                    item("Receipt", "receipts/a.json", ItemKind::Json),
                    item("Gone", "receipts/gone.json", ItemKind::Json),
                ],
            },
        ],
    }
}

fn start() -> Desk {
    let root = TempDir::new().unwrap();
    let package = root.path().join("packages/rel 1");
    fs::create_dir_all(package.join("data")).unwrap();
    fs::create_dir_all(root.path().join("receipts")).unwrap();
    fs::create_dir_all(root.path().join("vault")).unwrap();
    fs::write(package.join("report.html"), "<!DOCTYPE html><title>r</title>").unwrap();
    fs::write(package.join("data/person.csv"), "id\r\n1\r\n").unwrap();
    fs::write(package.join("data/person.parquet"), vec![7_u8; 200_000]).unwrap();
    fs::write(package.join(".hidden"), "SECRET").unwrap();
    fs::write(root.path().join("vault/key"), "SECRET").unwrap();
    fs::write(root.path().join("packages/rel 1x"), "SECRET").unwrap();
    fs::write(root.path().join("receipts/a.json"), "{\"delivery\": \"<d-1>\", \"total\": {\"read\": 48210}}")
        .unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.path().join("vault"), package.join("link")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let path = root.path().to_path_buf();
    runtime.spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        serve(listener, path, index(), shutdown).await.unwrap();
    });
    Desk { address, stop: Some(stop), runtime, _root: root }
}

/// Sends a request as it is; returns the head in lower case, and the body of the answer.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let split = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(&answer[..split]).to_lowercase();
    (head, answer.get(split + 4..).unwrap_or_default().to_vec())
}

impl Desk {
    fn send(&self, request: &str) -> (String, Vec<u8>) {
        exchange(self.address, request)
    }

    fn get(&self, path: &str) -> (String, String) {
        let (head, body) =
            self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        (head, String::from_utf8_lossy(&body).into_owned())
    }
}

#[test]
fn the_index_leads_to_the_report_and_the_receipt() {
    let mut desk = start();
    let (head, page) = desk.get("/");
    assert!(head.starts_with("http/1.1 200") && head.contains("content-type: text/html; charset=utf-8"));
    assert!(page.contains("Release &lt;1&gt;（日）") && page.contains("/files/packages/rel%201/report.html"));
    assert!(page.contains("ファイルがありません"), "a missing file is said to be missing, not linked");

    let (head, page) = desk.get("/files/packages/rel%201/report.html");
    assert!(head.starts_with("http/1.1 200") && head.contains("text/html") && page.contains("<title>r"));
    let (_, page) = desk.get("/view/receipts/a.json");
    assert!(
        page.contains("提供番号 <code>delivery</code>")
            && page.contains("&lt;d-1&gt;")
            && page.contains("48,210")
    );
    let (_, page) = desk.get("/folder/packages/rel%201");
    assert!(page.contains("report.html") && page.contains("/folder/packages/rel%201/data"));
    assert!(!page.contains(".hidden") && !page.contains("rel%201/link"));

    desk.stop.take().unwrap().send(()).unwrap();
    desk.runtime.shutdown_timeout(std::time::Duration::from_secs(5));
}

#[test]
fn files_arrive_whole_with_their_type() {
    let desk = start();
    let (head, body) = desk.send(
        "GET /files/packages/rel%201/data/person.parquet HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    );
    assert!(
        head.contains("content-type: application/vnd.apache.parquet")
            && head.contains("content-length: 200000")
    );
    assert_eq!(body, vec![7_u8; 200_000]);
    let (head, body) = desk.get("/files/packages/rel%201/data/person.csv");
    assert!(head.contains("text/csv; charset=utf-8"));
    assert_eq!(body, "id\r\n1\r\n");
    let (head, body) = desk.send(
        "HEAD /files/packages/rel%201/report.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assert!(head.starts_with("http/1.1 200") && body.is_empty());
}

#[test]
fn nothing_outside_what_the_index_names_can_be_reached() {
    let desk = start();
    for path in [
        "/files/vault/key",
        "/files/packages/rel%201/../../vault/key",
        "/files/packages/rel%201/..%2f..%2fvault/key",
        "/files/packages/rel%201/%2e%2e/%2e%2e/vault/key",
        "/files/packages/rel%201/%252e%252e/vault/key",
        "/files/packages/rel%201/..\\..\\vault\\key",
        "/files/packages/rel%201//vault/key",
        "/files//etc/hostname",
        "/files/%2fetc%2fhostname",
        "/files/packages/rel%201/.hidden",
        "/files/packages/rel%201/link/key",
        "/files/packages/rel%201x",
        "/files/packages/rel%201/report.html%00.csv",
        "/files/packages/rel%201",
        "/files/packages",
        "/files/",
        "/folder/vault",
        "/folder/packages",
        "/folder/.",
        "/view/packages/rel%201/report.html",
        "/../vault/key",
        "/nothing",
    ] {
        let (head, body) = desk.get(path);
        assert!(head.starts_with("http/1.1 404") || head.starts_with("http/1.1 400"), "{path}: {head}");
        assert!(!body.contains("SECRET"), "{path}");
    }
}

#[test]
fn every_answer_has_the_headers_and_only_reading_is_answered() {
    let desk = start();
    for path in ["/", "/files/packages/rel%201/report.html", "/nothing"] {
        let (head, _) = desk.get(path);
        for header in [
            "content-security-policy: default-src 'none'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(head.contains(header), "{path} lacks {header}: {head}");
        }
        assert!(!head.contains("script-src"));
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        assert!(desk.send(&request).0.starts_with("http/1.1 405"), "{method}");
    }
    for host in ["evil.example", "localhost.evil.example:80"] {
        let (head, body) = desk.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(head.starts_with("http/1.1 403") && body.is_empty(), "{host}");
        assert!(head.contains("nosniff"));
    }
}

#[test]
fn a_listener_that_others_can_reach_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(async {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        serve(listener, std::env::temp_dir(), index(), std::future::pending()).await
    });
    assert!(matches!(refused, Err(ServeError::NotLocal(_))));
}
