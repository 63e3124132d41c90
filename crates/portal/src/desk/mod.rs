//! The desk where doubtful pairs are reviewed (名寄せの確認窓口): a queue, one pair at a time, an answer, an undo (LNK-02).
//!
//! It must never show what `app` did not hand out, answer another machine, another site, or anybody who does not hold the
//! key of this process. The key stands in every address, so that no other page can name one; it dies with the process. No
//! identity and no answer is ever in an address: what is asked for or said comes in the body of a form (SEC-03, SEC-07).
//!
//! | below `/<key>/<language>` | what |
//! |---|---|
//! | `GET /` | what waits, what was decided |
//! | `GET /<list>/<a>/<b>` | a pair of the `queue` or the `sample` |
//! | `POST /<list>/<a>/<b>/show` | the same with a field uncovered |
//! | `POST /<list>/<a>/<b>/decide` | an answer; leads to the next pair |
//! | `POST /undo/<decision>` | takes an answer back; leads to its pair |

mod overview;
mod pair;
#[cfg(test)]
mod tests;
mod waterfall;

use crate::headers::{ANSWERING, guard};
use crate::html::{Lang, Text, in_one};
use crate::serve::{ServeError, on_this_machine};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use kiban_app::link::{Answer, IdentityField, Reviewer};
use kiban_app::{AppError, Operator};
use kiban_model::{Private, SubjectId};
use pair::Around;
use std::sync::{Arc, mpsc};
use tokio::sync::oneshot;

/// Pairs of the queue that are listed and walked through at a time.
const MOST: u32 = 200;

/// A desk: who sits at it, what day it is, and the key of this process. The operator's folder lives on a thread of its
/// own, for vault and ledger block while they write.
#[derive(Debug)]
pub struct Desk {
    jobs: mpsc::Sender<Job>,
    by: String,
    today: fn() -> String,
    key: Private<String>,
}

type Job = Box<dyn FnOnce(&Operator) + Send>;

impl Desk {
    /// A desk for `by`. `key` is secret, fresh for this process, and fit for an address (letters and digits).
    pub fn new(operator: Operator, by: String, today: fn() -> String, key: Private<String>) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        std::thread::spawn(move || waiting.iter().for_each(|job| job(&operator)));
        Self { jobs, by, today, key }
    }

    /// Where the desk begins.
    pub fn first_path(&self, lang: Lang) -> Private<String> {
        Private::new(format!("/{}/{}/", self.key.expose(), lang.tag()))
    }
}

/// Which list a pair is looked at from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Queue,
    Sample,
}

impl List {
    const fn code(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Sample => "sample",
        }
    }

    fn of(code: &str) -> Option<Self> {
        [Self::Queue, Self::Sample].into_iter().find(|list| list.code() == code)
    }
}

/// What a page needs to name addresses: they all begin with the key and the language.
#[derive(Debug, Clone)]
struct Place {
    base: String,
    lang: Lang,
}

impl Place {
    fn other(&self) -> String {
        let other = self.lang.pick(Lang::En, Lang::Ja);
        self.base
            .strip_suffix(self.lang.tag())
            .map_or_else(String::new, |key| format!("{key}{}", other.tag()))
    }

    fn pair(&self, list: List, (a, b): Pair) -> String {
        format!("{}/{}/{}/{}", self.base, list.code(), a.0, b.0)
    }

    /// A page of the desk at `path` below the language.
    fn page(&self, title: &str, path: &str, main: &str) -> String {
        let (home, other) = (format!("{}/", self.base), format!("{}{path}", self.other()));
        in_one(self.lang, title, [&home, &other], include_str!("desk.css"), main)
    }
}

type Pair = (SubjectId, SubjectId);
type Seated = Arc<Desk>;

/// Opens the desk until `shutdown` is ready.
///
/// # Errors
/// Where the listener is not a loopback address, or the network fails.
pub async fn serve_desk(
    listener: tokio::net::TcpListener,
    desk: Desk,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let router = Router::new()
        .route("/{key}/{lang}/", get(overview_page))
        .route("/{key}/{lang}/{list}/{a}/{b}", get(pair_page))
        .route("/{key}/{lang}/{list}/{a}/{b}/show", post(show))
        .route("/{key}/{lang}/{list}/{a}/{b}/decide", post(decide))
        .route("/{key}/{lang}/undo/{decision}", post(undo))
        .fallback(async || missing(Lang::Ja))
        .layer(from_fn_with_state(ANSWERING, guard))
        .with_state(Arc::new(desk));
    on_this_machine(listener, router, shutdown).await
}

/// Whoever does not hold the key learns only that there is nothing.
fn seated(desk: &Desk, key: &str, lang: &str) -> Option<Place> {
    let lang = [Lang::Ja, Lang::En].into_iter().find(|l| l.tag() == lang)?;
    let right = desk.key.expose();
    // As long for a wrong key as for the right one.
    let differ = right.bytes().zip(key.bytes()).fold(0, |sum, (x, y)| sum | (x ^ y));
    (differ == 0 && key.len() == right.len()).then(|| Place { base: format!("/{key}/{}", lang.tag()), lang })
}

/// Has the work done on the operator's thread.
async fn ask<T: Send + 'static>(
    desk: Seated,
    work: impl FnOnce(&Operator, &Reviewer) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let reviewer = Reviewer { by: desk.by.clone(), on: (desk.today)() };
    let (tell, told) = oneshot::channel();
    // Whoever no longer waits for the answer needs none.
    let job: Job = Box::new(move |operator| drop(tell.send(work(operator, &reviewer))));
    desk.jobs.send(job).map_err(|_| AppError::Interrupted)?;
    told.await.unwrap_or(Err(AppError::Interrupted))
}

async fn overview_page(State(desk): State<Seated>, Path((key, lang)): Path<(String, String)>) -> Response {
    let Some(place) = seated(&desk, &key, &lang) else { return missing(Lang::Ja) };
    match ask(desk, overview::gather).await {
        Ok(overview) => Html(overview::page(&overview, &place)).into_response(),
        Err(error) => failed(&error, &place),
    }
}

type PairPath = (String, String, String, i64, i64);

/// The place, the list and the pair that an address names.
fn named(desk: &Desk, (key, lang, list, a, b): &PairPath) -> Option<(Place, List, Pair)> {
    let place = seated(desk, key, lang)?;
    Some((place, List::of(list)?, (SubjectId(*a), SubjectId(*b))))
}

async fn pair_page(State(desk): State<Seated>, Path(path): Path<PairPath>, uri: Uri) -> Response {
    let Some((place, list, pair)) = named(&desk, &path) else { return missing(Lang::Ja) };
    // The decision that led here: its number, not what it said.
    let after = uri.query().and_then(|query| query.strip_prefix("after=")?.parse().ok());
    look(desk, place, list, pair, (Vec::new(), after)).await
}

async fn show(State(desk): State<Seated>, Path(path): Path<PairPath>, body: Bytes) -> Response {
    let Some((place, list, pair)) = named(&desk, &path) else { return missing(Lang::Ja) };
    let open = form(&body)
        .into_iter()
        .filter(|(name, _)| name == "field")
        .filter_map(|(_, code)| IdentityField::of_code(&code))
        .collect();
    look(desk, place, list, pair, (open, None)).await
}

async fn look(
    desk: Seated,
    place: Place,
    list: List,
    pair: Pair,
    (open, after): (Vec<IdentityField>, Option<i64>),
) -> Response {
    let asked = open.clone();
    let seen = ask(desk, move |operator, reviewer| {
        let view = operator.look_at_pair(pair, &asked, reviewer)?;
        let mut around = Around::of(operator, list, pair)?;
        around.after = after;
        Ok((view, around))
    });
    match seen.await {
        Ok((view, around)) => Html(pair::page(&view, &around, list, &open, &place)).into_response(),
        Err(error) => failed(&error, &place),
    }
}

async fn decide(State(desk): State<Seated>, Path(path): Path<PairPath>, body: Bytes) -> Response {
    let Some((place, list, pair)) = named(&desk, &path) else { return missing(Lang::Ja) };
    let said = form(&body);
    let value = |name: &str| said.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    let answer = match value("answer").as_deref() {
        Some("same") => Answer::Same,
        Some("different") => Answer::Different,
        Some("unsure") => Answer::Unsure,
        _ => return (StatusCode::BAD_REQUEST, missing(place.lang)).into_response(),
    };
    let reason = Private::new(value("reason").unwrap_or_default().trim().to_owned());
    let decided = ask(desk, move |operator, reviewer| {
        let next = Around::of(operator, list, pair)?.next;
        Ok((operator.decide_pair(pair, answer, &reason, reviewer)?, next))
    });
    match decided.await {
        Ok((number, Some(next))) => {
            Redirect::to(&format!("{}?after={number}", place.pair(list, next))).into_response()
        }
        Ok((_, None)) => Redirect::to(&format!("{}/", place.base)).into_response(),
        Err(error) => failed(&error, &place),
    }
}

async fn undo(
    State(desk): State<Seated>,
    Path((key, lang, decision)): Path<(String, String, i64)>,
) -> Response {
    let Some(place) = seated(&desk, &key, &lang) else { return missing(Lang::Ja) };
    let undone = ask(desk, move |operator, reviewer| {
        operator.undo_decision(decision, &Private::new(String::new()), reviewer)
    });
    match undone.await {
        Ok(decision) => Redirect::to(&place.pair(List::Queue, (decision.a, decision.b))).into_response(),
        Err(error) => failed(&error, &place),
    }
}

fn form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// Errors of use cases name no value of a person.
fn failed(error: &AppError, place: &Place) -> Response {
    let title = place.lang.pick("できませんでした", "This could not be done");
    let back = place.lang.pick("一覧へ戻る", "Back to the list");
    let main = format!(
        "<h1>{title}</h1>\n<p>{}</p>\n<p><a href=\"{}/\">{back}</a></p>",
        Text(&error.to_string()),
        place.base
    );
    let status = match error {
        AppError::NotToBeLookedAt | AppError::UnknownSubject { .. } | AppError::UnknownDecision { .. } => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::CONFLICT,
    };
    (status, Html(place.page(title, "/", &main))).into_response()
}

fn missing(lang: Lang) -> Response {
    let text = lang.pick("見つかりません", "Not found");
    let words = lang.pick(
        "起動時に端末へ表示されたアドレスを開いてください。",
        "Open the address that was printed when the desk was started.",
    );
    let page = in_one(lang, "404", ["", ""], "", &format!("<h1>{text}</h1><p>{words}</p>"));
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
