//! An HTTP handler on WASI 0.2. Its routes are the ways in which a handler can answer, or fail to.

wit_bindgen::generate!({
    world: "wasi-mindmap:http-handler/handler",
    path: "../wit",
    generate_all,
});

use exports::wasi::http::incoming_handler::Guest;
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasi::io::streams::{OutputStream, StreamError};

/// What `blocking-write-and-flush` takes at once.
const PIECE: u64 = 4096;

struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path_with_query = request.path_with_query().unwrap_or_default();
        let path = path_with_query.split('?').next().unwrap_or_default();
        match (request.method(), path) {
            (Method::Get | Method::Head, "/") => {
                answer(out, 200, "text/plain", |body| body.blocking_write_and_flush(b"Hello from WASI 0.2.\n"))
            }
            (Method::Get, "/json") => answer(out, 200, "application/json", |body| {
                let text = format!("{{\"method\":\"GET\",\"path\":{}}}", json_string(&path_with_query));
                body.blocking_write_and_flush(text.as_bytes())
            }),
            (Method::Post, "/echo") => {
                let content_type = header(&request, "content-type").unwrap_or_else(|| "text/plain".to_string());
                answer(out, 200, &content_type, |body| echo(&request, body))
            }
            (_, "/echo") => answer(out, 405, "text/plain", |body| body.blocking_write_and_flush(b"POST it.\n")),
            (Method::Get, "/slow") => answer(out, 200, "text/plain", slow),
            (Method::Get, "/trap") => panic!("asked to panic"),
            // Long enough: 584 years.
            (Method::Get, "/hang") => subscribe_duration(u64::MAX).block(),
            // Returns, and has never said what the response is.
            (Method::Get, "/silent") => drop(out),
            _ => answer(out, 404, "text/plain", |body| body.blocking_write_and_flush(b"There is nothing here.\n")),
        }
    }
}

/// Sends the status and the headers, and then the body as it comes.
fn answer(
    out: ResponseOutparam,
    status: u16,
    content_type: &str,
    write: impl FnOnce(&OutputStream) -> Result<(), StreamError>,
) {
    let headers = Fields::new();
    headers.append("content-type", content_type.as_bytes()).expect("the host has accepted it before");
    let response = OutgoingResponse::new(headers);
    response.set_status_code(status).expect("the statuses above are good");
    let body = response.body().expect("asked for once only");
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().expect("asked for once only");
    let written = write(&stream);
    drop(stream);
    // A body that is not finished is one that broke off, which the other side sees.
    if written.is_ok() {
        let _ = OutgoingBody::finish(body, None);
    }
}

fn header(request: &IncomingRequest, name: &str) -> Option<String> {
    let values = request.headers().get(name);
    String::from_utf8(values.into_iter().next()?).ok()
}

fn echo(request: &IncomingRequest, output: &OutputStream) -> Result<(), StreamError> {
    let body = request.consume().expect("asked for once only");
    let input = body.stream().expect("asked for once only");
    loop {
        match input.blocking_read(PIECE) {
            Ok(piece) => output.blocking_write_and_flush(&piece)?,
            Err(StreamError::Closed) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Three lines with a pause before each.
fn slow(output: &OutputStream) -> Result<(), StreamError> {
    for line in ["one\n", "two\n", "three\n"] {
        subscribe_duration(50_000_000).block();
        output.blocking_write_and_flush(line.as_bytes())?;
    }
    Ok(())
}

/// A JSON string; a path holds no control characters, but it may hold the two that JSON escapes.
fn json_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

export!(Handler);
