//! The server: four routes, all of them GET.

use crate::headers::{READING, guard, media_type};
use crate::paths::{Found, find, list};
use crate::{DemoIndex, pages};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;

/// Larger JSON files are served as they are, not as pages.
const MOST_JSON: u64 = 8 * 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// Why the server did not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener can be reached from other machines.
    #[error("the portal only listens on this machine (127.0.0.1 or ::1), not on {0}")]
    NotLocal(std::net::IpAddr),
    /// The network failed.
    #[error("the portal cannot serve: {0}")]
    Io(#[from] io::Error),
}

struct Shown {
    root: PathBuf,
    index: DemoIndex,
}

/// Shows what `index` names below `root`, until `shutdown` is ready.
///
/// # Errors
/// Where the listener is not a loopback address, or the network fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    root: PathBuf,
    index: DemoIndex,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let router = Router::new()
        .route("/", get(first_page))
        .route("/folder/{*path}", get(folder))
        .route("/view/{*path}", get(view))
        .route("/files/{*path}", get(file))
        .fallback(async || missing())
        .layer(from_fn_with_state(READING, guard))
        .with_state(Arc::new(Shown { root, index }));
    on_this_machine(listener, router, shutdown).await
}

/// Answers on a loopback address until `shutdown` is ready.
pub(crate) async fn on_this_machine(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?.ip();
    if !address.is_loopback() {
        return Err(ServeError::NotLocal(address));
    }
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await?;
    Ok(())
}

async fn first_page(State(shown): State<Arc<Shown>>) -> Html<String> {
    Html(pages::index(&shown.index, |path| find(&shown.root, &shown.index, path).is_some()))
}

async fn folder(State(shown): State<Arc<Shown>>, Path(path): Path<String>) -> Response {
    match find(&shown.root, &shown.index, &path) {
        Some(Found::Folder(folder)) => Html(pages::folder(&path, &list(&folder))).into_response(),
        _ => missing(),
    }
}

async fn view(State(shown): State<Arc<Shown>>, Path(path): Path<String>) -> Response {
    let Some(Found::File(file, 0..=MOST_JSON)) = find(&shown.root, &shown.index, &path) else {
        return missing();
    };
    let read = tokio::fs::read(file).await.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.map_or_else(missing, |value| Html(pages::json(&path, &value)).into_response())
}

async fn file(State(shown): State<Arc<Shown>>, Path(path): Path<String>) -> Response {
    let Some(Found::File(file, size)) = find(&shown.root, &shown.index, &path) else { return missing() };
    let Ok(file) = tokio::fs::File::open(file).await else { return missing() };
    // Read in pieces: a table may be larger than memory. `take` keeps the answer to the length announced.
    let pieces = futures::stream::try_unfold(file.take(size), |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type(&path))),
        (CONTENT_LENGTH, HeaderValue::from(size)),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, Html(pages::missing())).into_response()
}
