//! A handler of WASI 0.2 that does what its path says, good or bad.

wit_bindgen::generate!({
    world: "wasi-mindmap:corners/corners-v2",
    path: [
        "../../../demos/http-handler/wit/deps/wasi-io-0.2.wit",
        "../../../demos/http-handler/wit/deps/wasi-clocks-0.2.wit",
        "../../../demos/http-handler/wit/deps/wasi-http-0.2.wit",
        "wit",
    ],
    generate_all,
});

use std::cell::Cell;

use exports::wasi::http::incoming_handler::Guest;
use wasi::clocks::monotonic_clock;
use wasi::http::types::{ErrorCode, Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasi::io::streams::OutputStream;

/// Bytes written at once.
const CHUNK: usize = 4096;

thread_local! {
    static REQUESTS: Cell<u32> = const { Cell::new(0) };
    /// The body is left open.
    static LEAK: Cell<bool> = const { Cell::new(false) };
}

struct Corners;

impl Guest for Corners {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        REQUESTS.set(REQUESTS.get() + 1);
        let path = request.path_with_query().unwrap_or_default();
        let mut parts = path.trim_start_matches('/').split('/');
        let (name, number) = (parts.next().unwrap_or(""), parts.next().and_then(|number| number.parse().ok()));
        let number: u64 = number.unwrap_or(0);
        match name {
            "count" => respond(out, 200, "text/plain", |to| write(to, format!("{}\n", REQUESTS.get()).as_bytes())),
            "status" => respond(out, number as u16, "text/plain", |_| true),
            "json" => respond(out, 200, "application/json", |to| write(to, br#"{"name":"x","list":[1,2.50],"none":{}}"#)),
            "binary" => respond(out, 200, "image/png", |to| write(to, &[0x89, b'P', b'N', b'G', 0, 255])),
            "escape" => respond(out, 200, "text/plain", |to| write(to, b"\x1b[2Jgone\x07\n")),
            "big" => respond(out, 200, "text/plain", |to| fill(to, number)),
            "endless" => respond(out, 200, "text/plain", |to| fill(to, u64::MAX)),
            "echo" => echo(&request, out),
            "sleep" => {
                monotonic_clock::subscribe_duration(number * 1_000_000).block();
                respond(out, 200, "text/plain", |to| write(to, b"slept\n"));
            }
            "trap" => panic!("as asked"),
            "trap-in-body" => respond(out, 200, "text/plain", |to| {
                write(to, b"the beginning\n");
                panic!("as asked");
            }),
            "spin" => loop {
                std::hint::black_box(REQUESTS.get());
            },
            "error" => ResponseOutparam::set(out, Err(ErrorCode::InternalError(Some("as asked".to_owned())))),
            "silent" => drop(out),
            "leak" => std::mem::forget(out),
            "leak-body" => respond(out, 200, "text/plain", |to| {
                write(to, b"the beginning\n");
                LEAK.set(true);
                true
            }),
            _ => respond(out, 404, "text/plain", |to| write(to, format!("no {name}\n").as_bytes())),
        }
    }
}

fn respond(out: ResponseOutparam, status: u16, content_type: &str, content: impl FnOnce(&OutputStream) -> bool) {
    let headers = Fields::new();
    let _ = headers.append("content-type", content_type.as_bytes());
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    if let Ok(stream) = body.write() {
        content(&stream);
        if LEAK.take() {
            std::mem::forget((stream, body));
            return;
        }
    }
    let _ = OutgoingBody::finish(body, None);
}

/// Whether whoever reads wants more.
fn write(to: &OutputStream, bytes: &[u8]) -> bool {
    bytes.chunks(CHUNK).all(|chunk| to.blocking_write_and_flush(chunk).is_ok())
}

fn fill(to: &OutputStream, mut bytes: u64) -> bool {
    while bytes > 0 {
        let length = bytes.min(CHUNK as u64);
        if !write(to, &vec![b'x'; length as usize]) {
            return false;
        }
        bytes -= length;
    }
    true
}

/// The request's headers and its body, sent back as it is read.
fn echo(request: &IncomingRequest, out: ResponseOutparam) {
    let mut head = String::new();
    for (name, value) in request.headers().entries() {
        head += &format!("{name}: {}\n", String::from_utf8_lossy(&value));
    }
    let authority = request.authority().unwrap_or_default();
    let body = request.consume();
    respond(out, 200, "text/plain", |to| {
        write(to, format!("authority: {authority}\n{head}\n").as_bytes());
        let Ok(body) = body else { return false };
        let Ok(stream) = body.stream() else { return false };
        while let Ok(chunk) = stream.blocking_read(CHUNK as u64) {
            if !write(to, &chunk) {
                return false;
            }
        }
        true
    });
}

export!(Corners);
