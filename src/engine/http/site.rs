//! What becomes of one request: who answers it, what the client gets, what the user is told.

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::{Either, FutureExt, select};
use http::header::{CONTENT_LENGTH, HOST};
use http::uri::Scheme;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use wasmtime_wasi_http::{Error as HttpError, WasiBody};

use super::alone;
use super::exchange::Answer;
use super::request::no_answer;
use super::serve::{Served, Work};
use super::shared::Job;
use super::watched::Watched;
use crate::engine::program::Surroundings;
use crate::engine::stores::Recipe;
use crate::error::{Error, Kind};
use crate::model::HttpHandler;

/// The longest body of a request, in bytes.
const LONGEST_BODY: u64 = 64 << 20;

/// A component that is served.
pub struct Site<'a> {
    /// What all stores share.
    pub around: &'a Surroundings,
    /// The component's number.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// How it answers.
    pub handler: HttpHandler,
    /// Which of its instances does.
    pub answerer: Answerer<'a>,
    /// What was done so far.
    pub served: &'a Cell<Served>,
}

/// Which instance answers a request.
pub enum Answerer<'a> {
    /// One of its own.
    Fresh(&'a Recipe),
    /// The one that answers all.
    Shared(UnboundedSender<Job>),
}

/// How a guest ended a request.
pub type Ended = Result<(), Error>;

/// What is known of a request's answer.
#[derive(Default)]
struct Told {
    status: Option<StatusCode>,
    /// Why there is no response of the guest's own.
    why: Option<String>,
}

impl<'a> Site<'a> {
    /// Answers one request. What goes on when the answer is there goes to `later`.
    pub async fn answer(
        self: &Rc<Self>,
        request: Request<Incoming>,
        later: &UnboundedSender<Work<'a>>,
    ) -> Response<WasiBody> {
        let began = Instant::now();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let what = format!("{} {path}", request.method());
        let is_head = request.method() == Method::HEAD;
        let request = match accepted(request) {
            Ok(request) => request,
            Err(refused) => {
                self.tell(&format!("{what} {}", refused.as_str()), 0, began, Some("the request was refused"));
                return plain(refused);
            }
        };
        let (answer, answered) = oneshot::channel();
        let (whole, is_whole) = oneshot::channel();
        let (told, bytes) = (Rc::new(RefCell::new(Told::default())), Arc::new(AtomicU64::new(0)));
        let guest = Guest { site: self.clone(), what, began, told: told.clone(), bytes: bytes.clone() };
        let _ = later.send(guest.run(request, answer, is_whole).boxed_local());
        let answered = answered.await;
        let mut told = told.borrow_mut();
        if let Ok(Ok(response)) = answered {
            told.status = Some(response.status());
            let without_body =
                is_head || matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
            let length = if without_body { Some(0) } else { length(response.headers()) };
            return response.map(|body| Watched::new(body, length, bytes, whole).boxed_unsync());
        }
        told.status = Some(StatusCode::INTERNAL_SERVER_ERROR);
        told.why = match answered {
            Ok(Err(code)) => Some(format!("{} answered with the error {code}", self.name)),
            _ => None,
        };
        let _ = whole.send(());
        plain(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A line about a request that is over, and its place in the sums.
    fn tell(&self, what: &str, bytes: u64, began: Instant, failure: Option<&str>) {
        let mut served = self.served.get();
        served.requests += 1;
        served.failures += u64::from(failure.is_some());
        self.served.set(served);
        let bytes = crate::wording::counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte");
        let why = failure.map_or_else(String::new, |why| format!(": {why}"));
        self.around.frontend.note(&format!("{what}, {bytes}, {}{why}", milliseconds(began.elapsed())));
    }
}

/// A guest at work on a request.
struct Guest<'a> {
    site: Rc<Site<'a>>,
    /// `GET /path`
    what: String,
    began: Instant,
    told: Rc<RefCell<Told>>,
    bytes: Arc<AtomicU64>,
}

impl Guest<'_> {
    /// Lets the guest answer; it is given up when the client is gone. Tells how that went when both are over.
    async fn run(self, request: Request<WasiBody>, answer: oneshot::Sender<Answer>, is_whole: oneshot::Receiver<()>) {
        let site = &self.site;
        let guest = async {
            match &site.answerer {
                Answerer::Fresh(recipe) => alone::answer(site, recipe, request, answer).await,
                Answerer::Shared(jobs) => {
                    let (end, ended) = oneshot::channel();
                    let _ = jobs.send(Job { request, answer, end });
                    ended.await.unwrap_or_else(|_| Err(Error::new(Kind::Internal, "the shared instance is gone")))
                }
            }
        };
        let guest = std::pin::pin!(guest);
        let (ended, is_whole) = match select(guest, is_whole).await {
            Either::Left((ended, is_whole)) => (ended, is_whole.await.is_ok()),
            Either::Right((Ok(()), guest)) => (guest.await, true),
            Either::Right((Err(_), _)) => (Ok(()), false),
        };
        let told = self.told.borrow();
        let status = told.status.map_or_else(|| "-".to_owned(), |status| status.as_str().to_owned());
        let failure = match (ended, &told.why, told.status) {
            (Err(error), ..) => Some(told_in_full(&error)),
            (Ok(()), Some(why), _) => Some(why.clone()),
            (Ok(()), None, _) if !is_whole => Some("the client left".to_owned()),
            (Ok(()), None, Some(StatusCode::INTERNAL_SERVER_ERROR)) if self.bytes.load(Ordering::Relaxed) == 0 => {
                Some(told_in_full(&no_answer(site.name)))
            }
            _ => None,
        };
        // What Ctrl-C cut short has neither failed nor been answered.
        if failure.is_some() && site.around.interrupt.is_raised() {
            return;
        }
        let bytes = self.bytes.load(Ordering::Relaxed);
        site.tell(&format!("{} {status}", self.what), bytes, self.began, failure.as_deref());
    }
}

/// The message and what lay behind it, on one line.
fn told_in_full(error: &Error) -> String {
    error.causes.iter().fold(error.message.clone(), |all, cause| format!("{all}: {cause}"))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The request as a guest gets it: with a whole URL, its body within the bound. Otherwise the status of its refusal.
fn accepted(request: Request<Incoming>) -> Result<Request<WasiBody>, StatusCode> {
    if length(request.headers()).is_some_and(|length| length > LONGEST_BODY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let (mut head, body) = request.into_parts();
    let host = head.headers.get(HOST).map_or(Ok("localhost"), |host| host.to_str());
    let host = head.uri.authority().map(|authority| authority.as_str()).map_or(host, Ok);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = Uri::builder().scheme(Scheme::HTTP).authority(host.map_err(|_| StatusCode::BAD_REQUEST)?);
    head.uri = uri.path_and_query(path).build().map_err(|_| StatusCode::BAD_REQUEST)?;
    let body = Limited::new(body, LONGEST_BODY as usize).map_err(incoming_error).boxed_unsync();
    Ok(Request::from_parts(head, body))
}

fn incoming_error(error: Box<dyn StdError + Send + Sync>) -> HttpError {
    match error.downcast::<LengthLimitError>() {
        Ok(_) => HttpError::HttpRequestBodySize(Some(LONGEST_BODY)),
        Err(error) => HttpError::InternalError(Some(error.to_string())),
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A response of the server's own: its status in words.
fn plain(status: StatusCode) -> Response<WasiBody> {
    let text = Bytes::from(format!("{}\n", status.canonical_reason().unwrap_or("error").to_lowercase()));
    let mut response = Response::new(Full::new(text).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response
}
