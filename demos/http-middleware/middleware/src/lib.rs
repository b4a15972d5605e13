//! Passes each request on and each response back, numbers both, and writes a line about them. Their bodies go by unread.

wit_bindgen::generate!({
    world: "wasi-mindmap:http-middleware/middleware",
    path: "../wit",
    generate_all,
});

use std::sync::atomic::{AtomicU32, Ordering};

use exports::wasi::http::handler::Guest;
use wasi::cli::stderr;
use wasi::http::handler as next;
use wasi::http::types::{ErrorCode, Fields, Method, Request, Response};
use wit_bindgen::{FutureReader, spawn_local};

/// The header that holds the number.
const NUMBER: &str = "x-request-number";

static REQUESTS: AtomicU32 = AtomicU32::new(0);

struct Middleware;

impl Guest for Middleware {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let number = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
        let line = format!("{} {}", method(&request), request.get_path_with_query().unwrap_or_default());
        let response = next::handle(numbered_request(request, number)).await;
        match response {
            Ok(response) => {
                log(format!("middleware: {number}: {line} -> {}\n", response.get_status_code())).await;
                Ok(numbered_response(response, number))
            }
            Err(error) => {
                log(format!("middleware: {number}: {line} -> {error:?}\n")).await;
                Err(error)
            }
        }
    }
}

/// The same request with its number. One that has come in cannot be changed, so that it has to be made again.
fn numbered_request(request: Request, number: u32) -> Request {
    let (method, path) = (request.get_method(), request.get_path_with_query());
    let (scheme, authority) = (request.get_scheme(), request.get_authority());
    let (headers, options) = (numbered(request.get_headers(), number), request.get_options());
    let (body, trailers) = Request::consume_body(request, done());
    let (request, _sent) = Request::new(headers, Some(body), trailers, options);
    let known = "it was good in the request that came in";
    request.set_method(&method).expect(known);
    request.set_path_with_query(path.as_deref()).expect(known);
    request.set_scheme(scheme.as_ref()).expect(known);
    request.set_authority(authority.as_deref()).expect(known);
    request
}

fn numbered_response(response: Response, number: u32) -> Response {
    let (status, headers) = (response.get_status_code(), numbered(response.get_headers(), number));
    let (body, trailers) = Response::consume_body(response, done());
    let (response, _sent) = Response::new(headers, Some(body), trailers);
    response.set_status_code(status).expect("it was good in the response that came back");
    response
}

fn numbered(headers: Fields, number: u32) -> Fields {
    let headers = headers.clone();
    headers.append(NUMBER, number.to_string().as_bytes()).expect("a copy can be changed");
    headers
}

/// Says of a body that there was nothing wrong with it.
fn done() -> FutureReader<Result<(), ErrorCode>> {
    let (writer, reader) = wit_future::new(|| Ok(()));
    spawn_local(async move { writer.write(Ok(())).await });
    reader
}

fn method(request: &Request) -> String {
    match request.get_method() {
        Method::Other(name) => name,
        known => format!("{known:?}").trim_start_matches("Method::").to_uppercase(),
    }
}

async fn log(line: String) {
    let (mut writer, reader) = wit_stream::new();
    let written = stderr::write_via_stream(reader);
    writer.write_all(line.into_bytes()).await;
    drop(writer);
    // Nobody could be told that there is no standard error.
    let _ = written.await;
}

export!(Middleware);
