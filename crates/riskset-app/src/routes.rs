//! What is asked of the server, and where it is answered.

use crate::ask::Asked;
use crate::counted;
use crate::guard::{self, Guard};
use crate::plan::{Counts, Plan, RowsAre};
use crate::shelf::{Opened, Shelf, too_large};
use crate::study::study;
use crate::take::{Taken, take};
use crate::{answer as parts, assets, further, progress, roles, start};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as FromState};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use riskset_analysis::Problem;
use riskset_data::ReadOptions;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::{Arc, Weak};
use tokio::sync::{Notify, Semaphore};

/// What all answers share.
#[derive(Debug)]
pub struct State {
    pub guard: Guard,
    pub shelf: Shelf,
    /// The file that was named on the command line.
    pub first: Option<Arc<Opened>>,
    pub analyses: Arc<Semaphore>,
    pub uploads: Semaphore,
    pub quit: Notify,
}

/// The bytes of a request that is no upload.
const MOST_JSON: usize = 1 << 20;

/// An answer, or the status and the words of a refusal.
type Answered = Result<Response, (StatusCode, Value)>;

/// Answers a request, with the headers that every answer has.
pub async fn answer(FromState(state): FromState<Arc<State>>, request: Request) -> Response {
    let admitted = state.guard.admit(request.method(), request.uri().path(), request.headers());
    let mut response = match admitted.map(str::to_owned) {
        Err((status, words)) => text(status, "text/plain; charset=utf-8", words.into()),
        Ok(rest) => match route(&state, &rest, request).await {
            Ok(response) => response,
            Err((status, problem)) => json_response(status, &json!({ "problem": problem })),
        },
    };
    guard::protect(response.headers_mut());
    response
}

async fn route(state: &Arc<State>, rest: &str, request: Request) -> Answered {
    match (request.method().clone(), rest) {
        (Method::GET, "") => asset("index.html"),
        (Method::GET, "api/alive") => Ok(done(&json!({ "alive": true }))),
        (Method::GET, "api/start") => Ok(done(&start::start(state))),
        (Method::GET, rest) if rest.starts_with("api/progress/") => {
            let opened = state.shelf.get(number(rest)?).map_err(refused)?;
            Ok(done(&progress::of(&opened)))
        }
        (Method::GET, name) => asset(name),
        (Method::POST, "api/files") => upload(state, request).await,
        (Method::DELETE, rest) if rest.starts_with("api/files/") => {
            state.shelf.close(number(rest)?);
            Ok(done(&json!({ "closed": true })))
        }
        (Method::POST, "api/bundled") => {
            let asked: Bundled = body(request).await?;
            let opened = state.shelf.bundled(&asked.name).map_err(refused)?;
            Ok(done(&json!({ "file": opened.id, "name": opened.name })))
        }
        (Method::POST, "api/look") => {
            let asked: Look = body(request).await?;
            let opened = state.shelf.get(asked.file).map_err(refused)?;
            work(state, move |_| look(&opened, &asked.reading, asked.counts)).await
        }
        (Method::POST, "api/show") => {
            let asked: Show = body(request).await?;
            let opened = state.shelf.get(asked.plan.file).map_err(refused)?;
            work(state, move |asker| show(&opened, &asked, asker)).await
        }
        (Method::POST, "api/take") => {
            let asked: Take = body(request).await?;
            let opened = state.shelf.get(asked.plan.file).map_err(refused)?;
            work(state, move |_| {
                let table = opened.table(&asked.plan.reading)?;
                let people = asked.plan.people(&table)?;
                let about =
                    Asked { plan: &asked.plan, table: &people, read: &table, name: &opened.name };
                take(&about, opened.bytes(), &asked.part, &asked.format).map(file)
            })
            .await
        }
        (Method::POST, "api/quit") => {
            state.quit.notify_one();
            Ok(done(&json!({ "ended": true })))
        }
        _ => Err((StatusCode::NOT_FOUND, json!({ "what": "there is nothing at this address" }))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundled {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    file: u64,
    #[serde(default)]
    reading: ReadOptions,
    /// Where rows are counts of people: what they count.
    #[serde(default)]
    counts: Option<Counts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Show {
    plan: Plan,
    /// Which parts: `curves`, `incidence`, `numbers`, `model`, `fine-gray`, `forest`, `subgroups`,
    /// `adjusted`, `adjust`, `balance`, `table1`, `audit`, `teach`, `sampled`, or the kind of a further
    /// analysis.
    parts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Take {
    plan: Plan,
    part: String,
    format: String,
}

/// What is in a file; of a table of counts, by its people, with its own columns as `rows`.
fn look(
    opened: &Opened,
    reading: &ReadOptions,
    counts: Option<Counts>,
) -> Result<Response, Problem> {
    let table = opened.table(reading)?;
    let rows = riskset_data::look(&table);
    let mut roles = roles::propose(&rows);
    roles["counts"] = counted::propose(&rows, &table);
    let mut found = json!({ "name": opened.name, "rows": rows });
    let people = counts.map(|counts| {
        let plan = Plan { rows: Some(RowsAre::Counts), counts, ..Plan::default() };
        counted::look_at_people(&plan, &table)
    });
    let (seen, refused) = match people {
        Some(Ok(people)) => (people, None),
        Some(Err(problem)) => (rows, Some(parts::problem(&problem))),
        None => (rows, None),
    };
    let notes: Vec<String> = seen.notes.iter().map(ToString::to_string).collect();
    found["look"] = json!(seen);
    found["notes"] = json!(notes);
    found["roles"] = roles;
    found["refused"] = json!(refused);
    Ok(done(&found))
}

/// The parts that are asked for, each with its request and its answer.
fn show(opened: &Opened, asked: &Show, asker: &Asker) -> Result<Response, Problem> {
    let table = opened.table(&asked.plan.reading)?;
    let people = asked.plan.people(&table)?;
    let about = Asked { plan: &asked.plan, table: &people, read: &table, name: &opened.name };
    let endpoints = &asked.plan.endpoints;
    let mut shown = Vec::new();
    for part in &asked.parts {
        // Another choice was made meanwhile, and nobody waits for the rest.
        if !asker.waits() {
            break;
        }
        let each = |request: &dyn Fn(&crate::plan::Endpoint) -> Result<_, Problem>| {
            let one = |endpoint| parts::part(part, request(endpoint), &table);
            endpoints.iter().map(one).collect::<Vec<Value>>()
        };
        match part.as_str() {
            "curves" => shown.push(parts::part(part, about.curves(), &table)),
            "table1" => shown.push(parts::table_one(&about, opened.bytes())),
            "incidence" | "fine-gray" => {
                let ask = |endpoint| match part.as_str() {
                    "incidence" => about.incidence_figure(endpoint),
                    _ => about.fine_gray(endpoint),
                };
                let competing = endpoints.iter().filter(|endpoint| endpoint.competes());
                shown.extend(competing.map(|endpoint| parts::part(part, ask(endpoint), &table)));
            }
            "adjusted" | "adjust" | "balance" => {
                let ask = |endpoint| match part.as_str() {
                    "adjusted" => about.adjusted_curves(endpoint),
                    "adjust" => about.adjusted(endpoint),
                    _ => about.balance(endpoint),
                };
                let one = |endpoint| parts::part(part, ask(endpoint), &table);
                shown.extend(about.survival_endpoints().into_iter().map(one));
            }
            "numbers" => shown.extend(each(&|endpoint| about.numbers(endpoint))),
            "model" => shown.extend(each(&|endpoint| about.model("cox", endpoint))),
            "forest" => shown.extend(each(&|endpoint| about.model("plot-forest", endpoint))),
            "subgroups" => shown.extend(each(&|endpoint| about.subgroups(endpoint))),
            "teach" => shown.extend(each(&|endpoint| about.explained(endpoint))),
            "sampled" => shown.extend(each(&|endpoint| about.of_sample(endpoint))),
            kind if further::is_part(kind) => {
                let one = |endpoint| parts::part(part, about.further(kind, endpoint), &table);
                shown.extend(about.endpoints_of(kind).into_iter().map(one));
            }
            "audit" => shown.extend(each(&|endpoint| about.audit(endpoint))),
            _ => return Err(Problem::request(format!("there is no part {part:?}"), None)),
        }
    }
    let study = match study(&about, parts::is_synthetic(&opened.name)) {
        Ok(text) => json!({ "text": text }),
        Err(problem) => json!({ "problem": parts::problem(&problem) }),
    };
    Ok(done(&json!({ "parts": shown, "study": study })))
}

/// Takes in a file: its bytes are the body, its name stands in the address.
async fn upload(state: &Arc<State>, request: Request) -> Answered {
    let limit = state.shelf.limits().file;
    let refuse = || (StatusCode::PAYLOAD_TOO_LARGE, json!({ "what": too_large(limit) }));
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // Refused before a byte is taken in, where the browser says how much is coming.
    if length.is_some_and(|length| length > limit) {
        return Err(refuse());
    }
    let name = request.uri().query().and_then(|query| query.strip_prefix("name="));
    let name = decoded(name.unwrap_or_default());
    let _turn = state.uploads.acquire().await;
    let bytes = taken_in(request.into_body(), limit).await.map_err(|_| refuse())?;
    if let (Some(length), true) = (length, bytes.is_empty()) {
        let what = format!("the file {name} is empty ({length} bytes)");
        return Err((StatusCode::BAD_REQUEST, json!({ "what": what })));
    }
    let opened = state.shelf.upload(&name, bytes);
    Ok(done(&json!({ "file": opened.id, "name": opened.name })))
}

/// A body within a bound; one that is cut off is let go.
async fn taken_in(body: Body, limit: usize) -> Result<Bytes, axum::Error> {
    to_bytes(body, limit).await
}

/// Reads the JSON of a request.
async fn body<T: DeserializeOwned>(request: Request) -> Result<T, (StatusCode, Value)> {
    let refuse = |what: String| (StatusCode::BAD_REQUEST, json!({ "what": what }));
    let bytes = to_bytes(request.into_body(), MOST_JSON)
        .await
        .map_err(|_| refuse("the request is too long, or was cut off".into()))?;
    serde_json::from_slice(&bytes).map_err(|error| refuse(format!("the page asked badly: {error}")))
}

/// Whoever asked, as an analysis sees it: gone once the connection was closed.
struct Asker(Weak<()>);

impl Asker {
    fn waits(&self) -> bool {
        self.0.strong_count() > 0
    }
}

/// Runs an analysis beside the server, so that the page is answered meanwhile. A request whose asker
/// goes away while it waits for its turn is never begun; one that was begun keeps its turn to its end,
/// so that never more than the allowed number runs.
async fn work(
    state: &Arc<State>,
    job: impl FnOnce(&Asker) -> Result<Response, Problem> + Send + 'static,
) -> Answered {
    let turn = Arc::clone(&state.analyses).acquire_owned().await;
    // Dropped with this future, which the server drops when the connection is closed.
    let here = Arc::new(());
    let asker = Asker(Arc::downgrade(&here));
    let begun = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        job(&asker)
    });
    match begun.await {
        Ok(answered) => answered.map_err(refused),
        Err(_) => {
            let what = "the program met an error of its own; your file is still held";
            Err((StatusCode::INTERNAL_SERVER_ERROR, json!({ "what": what })))
        }
    }
}

fn refused(problem: Problem) -> (StatusCode, Value) {
    (StatusCode::UNPROCESSABLE_ENTITY, parts::problem(&problem))
}

/// The number at the end of a path.
fn number(path: &str) -> Result<u64, (StatusCode, Value)> {
    let number = path.rsplit('/').next().and_then(|text| text.parse().ok());
    number.ok_or_else(|| (StatusCode::NOT_FOUND, json!({ "what": "there is no such file" })))
}

fn asset(name: &str) -> Answered {
    match assets::get(name) {
        Some((kind, content)) => Ok(text(StatusCode::OK, kind, Body::from(content))),
        None => Err((StatusCode::NOT_FOUND, json!({ "what": "there is nothing at this address" }))),
    }
}

fn done(value: &Value) -> Response {
    json_response(StatusCode::OK, value)
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    text(status, "application/json", Body::from(value.to_string()))
}

/// A file, to be saved under its name.
fn file(taken: Taken) -> Response {
    let mut response = text(StatusCode::OK, taken.kind, Body::from(taken.bytes));
    let name = format!("attachment; filename=\"{}\"", taken.name);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

fn text(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A name from an address, where other bytes than letters stand as %41.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded() {
        assert_eq!(decoded("M%C3%BCller%20%25.csv"), "Müller %.csv");
        assert_eq!(decoded("100%"), "100%");
    }
}
