//! A handler of WASI 0.3 that does what its path says, good or bad.

wit_bindgen::generate!({
    world: "wasi-mindmap:corners/corners-v3",
    path: ["../../../demos/http-middleware/wit", "wit"],
    generate_all,
});

use std::cell::Cell;

use exports::wasi::http::handler::Guest;
use wasi::clocks::monotonic_clock;
use wasi::http::types::{ErrorCode, Fields, Request, Response};
use wit_bindgen::{StreamReader, StreamResult, StreamWriter};

/// Bytes written at once.
const CHUNK: usize = 4096;

thread_local! {
    static REQUESTS: Cell<u32> = const { Cell::new(0) };
}

struct Corners;

impl Guest for Corners {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        REQUESTS.set(REQUESTS.get() + 1);
        let path = request.get_path_with_query().unwrap_or_default();
        let mut parts = path.trim_start_matches('/').split('/');
        let (name, number) = (parts.next().unwrap_or(""), parts.next().and_then(|number| number.parse().ok()));
        let number: u64 = number.unwrap_or(0);
        Ok(match name {
            "count" => text(200, format!("{}\n", REQUESTS.get()).into_bytes()),
            "json" => respond(200, "application/json", br#"{"name":"x","list":[1,2.50],"none":{}}"#.to_vec()),
            "big" => stream(async move |to| fill(to, number).await),
            "endless" => stream(async |to| fill(to, u64::MAX).await),
            "echo" => echo(request),
            "sleep" => {
                monotonic_clock::wait_for(number * 1_000_000).await;
                text(200, b"slept\n".to_vec())
            }
            "stall" => stream(async |to| {
                to.write_all(b"the beginning\n".to_vec()).await;
                monotonic_clock::wait_for(u64::MAX).await;
            }),
            "trap" => panic!("as asked"),
            "trap-in-body" => stream(async |to| {
                to.write_all(b"the beginning\n".to_vec()).await;
                panic!("as asked");
            }),
            "spin" => loop {
                std::hint::black_box(REQUESTS.get());
            },
            "error" => return Err(ErrorCode::InternalError(Some("as asked".to_owned()))),
            _ => text(404, format!("no {name}\n").into_bytes()),
        })
    }
}

fn text(status: u16, content: Vec<u8>) -> Response {
    respond(status, "text/plain", content)
}

fn respond(status: u16, content_type: &str, content: Vec<u8>) -> Response {
    let (mut writer, reader) = wit_stream::new();
    wit_bindgen::spawn_local(async move { drop(writer.write_all(content).await) });
    made(status, content_type, reader)
}

/// A response whose body is written while it is read.
fn stream(content: impl AsyncFnOnce(&mut StreamWriter<u8>) + 'static) -> Response {
    let (mut writer, reader) = wit_stream::new();
    wit_bindgen::spawn_local(async move { content(&mut writer).await });
    made(200, "text/plain", reader)
}

fn made(status: u16, content_type: &str, content: StreamReader<u8>) -> Response {
    let headers = Fields::new();
    let _ = headers.append("content-type", content_type.as_bytes());
    let (_, no_trailers) = wit_future::new(|| Ok(None));
    let (response, _sent) = Response::new(headers, Some(content), no_trailers);
    let _ = response.set_status_code(status);
    response
}

/// Writes so many bytes, or until nobody reads them.
async fn fill(to: &mut StreamWriter<u8>, mut bytes: u64) {
    while bytes > 0 {
        let length = bytes.min(CHUNK as u64);
        if !to.write_all(vec![b'x'; length as usize]).await.is_empty() {
            return;
        }
        bytes -= length;
    }
}

/// The request's headers and its body, sent back as it is read.
fn echo(request: Request) -> Response {
    let mut head = format!("authority: {}\n", request.get_authority().unwrap_or_default());
    for (name, value) in request.get_headers().copy_all() {
        head += &format!("{name}: {}\n", String::from_utf8_lossy(&value));
    }
    head += "\n";
    let (_, processed) = wit_future::new(|| Ok(()));
    let (mut body, _trailers) = Request::consume_body(request, processed);
    stream(async move |to| {
        if !to.write_all(head.into_bytes()).await.is_empty() {
            return;
        }
        loop {
            let (read, bytes) = body.read(Vec::with_capacity(CHUNK)).await;
            if !to.write_all(bytes).await.is_empty() || !matches!(read, StreamResult::Complete(_)) {
                return;
            }
        }
    })
}

export!(Corners);
