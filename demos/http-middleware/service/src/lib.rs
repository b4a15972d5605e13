//! An HTTP handler on WASI 0.3. Its routes are the ways in which a handler can answer, or fail to.

wit_bindgen::generate!({
    world: "wasi-mindmap:http-middleware/service",
    path: "../wit",
    generate_all,
});

use std::future::pending;

use exports::wasi::http::handler::Guest;
use wasi::clocks::monotonic_clock::wait_for;
use wasi::http::types::{ErrorCode, Fields, Method, Request, Response, Trailers};
use wit_bindgen::{FutureReader, StreamReader, spawn_local};

struct Service;

impl Guest for Service {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path_with_query = request.get_path_with_query().unwrap_or_default();
        let path = path_with_query.split('?').next().unwrap_or_default();
        let response = match (request.get_method(), path) {
            (Method::Get | Method::Head, "/") => text(200, "Hello from WASI 0.3.\n".to_string()),
            (Method::Get, "/headers") => text(200, headers(&request)),
            (Method::Post, "/echo") => echo(request),
            (Method::Get, "/slow") => respond(200, "text/plain", slow(), no_trailers()),
            (Method::Get, "/error") => return Err(ErrorCode::InternalError(Some("asked to fail".to_string()))),
            (Method::Get, "/trap") => panic!("asked to panic"),
            (Method::Get, "/hang") => pending().await,
            _ => text(404, "There is nothing here.\n".to_string()),
        };
        Ok(response)
    }
}

fn text(status: u16, text: String) -> Response {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move { writer.write_all(text.into_bytes()).await });
    respond(status, "text/plain", reader, no_trailers())
}

fn respond(
    status: u16,
    content_type: &str,
    body: StreamReader<u8>,
    trailers: FutureReader<Result<Option<Trailers>, ErrorCode>>,
) -> Response {
    let headers = Fields::new();
    headers.append("content-type", content_type.as_bytes()).expect("the host has accepted it before");
    let (response, _sent) = Response::new(headers, Some(body), trailers);
    response.set_status_code(status).expect("the statuses above are good");
    response
}

fn no_trailers() -> FutureReader<Result<Option<Trailers>, ErrorCode>> {
    let (writer, reader) = wit_future::new(|| Ok(None));
    spawn_local(async move { writer.write(Ok(None)).await });
    reader
}

/// The request's body becomes the response's, without a byte of it having been read here.
fn echo(request: Request) -> Response {
    let content_type = request.get_headers().get("content-type").into_iter().next();
    let content_type = content_type.and_then(|value| String::from_utf8(value).ok());
    let (done, is_done) = wit_future::new(|| Ok(()));
    spawn_local(async move { done.write(Ok(())).await });
    let (body, trailers) = Request::consume_body(request, is_done);
    respond(200, content_type.as_deref().unwrap_or("text/plain"), body, trailers)
}

/// Three lines with a pause before each.
fn slow() -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        for line in ["one\n", "two\n", "three\n"] {
            wait_for(50_000_000).await;
            if !writer.write_all(line.into()).await.is_empty() {
                break;
            }
        }
    });
    reader
}

/// The request's headers as they came, one a line, in the order of their names.
fn headers(request: &Request) -> String {
    let mut all = request.get_headers().copy_all();
    all.sort();
    all.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value))).collect()
}

export!(Service);
