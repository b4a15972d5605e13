//! `.http`: send one request to the current component.

use std::path::Path;

use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, http_answer};
use crate::engine::RequestBody;
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::files;
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax;
use crate::value::Value;

/// `.http METHOD PATH [OPTION…]`
pub static SPEC: Spec = Spec {
    name: "http",
    args: &[
        Arg { name: "METHOD", kind: ArgKind::OneOf(&METHODS), count: Count::One },
        Arg { name: "PATH", kind: ArgKind::Text, count: Count::One },
        Arg { name: "OPTION", kind: ArgKind::RequestOption, count: Count::Any },
    ],
    summary: "Send one request to the current component, and show its response",
    details: "The component exports wasi:http/incoming-handler (0.2) or wasi:http/handler (0.3), and nothing goes over the network. \
              PATH begins with `/`, or is a whole URL whose host the guest sees. An OPTION is a header, `-H 'NAME: VALUE'`, or the \
              body: `-d BODY` is a text, a variable that holds a string or a list<u8>, or with `@FILE` what a file holds, read as the guest takes it. The \
              request goes to the instance that calls go to, so what the guest keeps it has at the next request, until `.reset`. The response is \
              also `$_`, a record of `status`, `headers` and `body`, whose body is a string where it is text and a list<u8> otherwise.",
    examples: &[
        (".http GET /", "status, headers and body"),
        (".http POST /items -H 'content-type: application/json' -d '{\"name\": \"x\"}'", "with a body"),
    ],
    group: Group::Values,
    run,
};

/// The methods that have names of their own; others may be written.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(method), Some(path)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    let loaded = session.component_or_current(None)?;
    let request = request(session, method, path, &args.words[2..])?;
    let response = session.engine.http(loaded.component.id, request)?;
    let typed = http_answer::value(&response);
    session.variables.keep(typed.clone());
    Ok(http_answer::outcome(response, &typed, session.frontend.is_interactive()))
}

/// The request as it was written.
fn request(session: &mut Session, method: &Word, path: &Word, options: &[Word]) -> Result<Request<RequestBody>> {
    let (mut headers, mut body) = (HeaderMap::new(), None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match (option.text.as_str(), options.next()) {
            ("-H" | "--header", Some(written)) => {
                let (name, value) = header(written)?;
                headers.append(name, value);
            }
            ("-d" | "--data", Some(_)) if body.is_some() => {
                return Err(Error::new(Kind::Parse, "a request has one body").at(option.span));
            }
            ("-d" | "--data", Some(written)) => body = Some(content(session, written)?),
            ("-H" | "--header" | "-d" | "--data", None) => {
                return Err(Error::new(Kind::Parse, format!("nothing stands behind `{}`", option.text))
                    .at(option.span)
                    .help("write `-H 'NAME: VALUE'`, `-d 'BODY'` or `-d @FILE`"));
            }
            (other, _) => {
                return Err(Error::new(Kind::Parse, format!("`{other}` is no part of a request"))
                    .at(option.span)
                    .help("behind the path stand `-H 'NAME: VALUE'` and `-d BODY`"));
            }
        }
    }
    let (body, length) = body.unwrap_or((RequestBody::Empty, None));
    if let Some(length) = length {
        headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    let mut request = Request::new(body);
    *request.uri_mut() = target(path, headers.get(HOST))?;
    *request.method_mut() = named_method(method)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// A method; those with names of their own may be written small.
fn named_method(word: &Word) -> Result<Method> {
    let capital = word.text.to_ascii_uppercase();
    let text = if METHODS.contains(&capital.as_str()) { &capital } else { &word.text };
    Method::from_bytes(text.as_bytes()).map_err(|_| {
        Error::new(Kind::Parse, format!("`{}` is no method", word.text))
            .at(word.span)
            .help(format!("a method is one of {}, or another word", METHODS.join(", ")))
    })
}

/// A whole URL: the path's own, or one with the host that the headers name.
fn target(path: &Word, host: Option<&HeaderValue>) -> Result<Uri> {
    let wrong = |why: &str| {
        Error::new(Kind::Parse, format!("`{}` is no path: {why}", path.text))
            .at(path.span)
            .help("a path is written as in a URL: `/items?name=a%20b`")
    };
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let text = match path.text.as_str() {
        url if url.contains("://") && !url.starts_with('/') => url.to_owned(),
        path if path.starts_with(['/', '?']) => format!("http://{host}{path}"),
        _ => return Err(wrong("it does not begin with `/`")),
    };
    text.parse::<Uri>().map_err(|why| wrong(&why.to_string()))
}

/// `NAME: VALUE`
fn header(word: &Word) -> Result<(HeaderName, HeaderValue)> {
    let wrong = |why: String| {
        Error::new(Kind::Parse, why).at(word.span).help("a header is written `-H 'content-type: text/plain'`")
    };
    let (name, value) =
        word.text.split_once(':').ok_or_else(|| wrong(format!("`{}` is no header: it has no colon", word.text)))?;
    let name: HeaderName = name.trim().parse().map_err(|_| wrong(format!("`{name}` is no name of a header")))?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes())
        .map_err(|_| wrong(format!("the value of {name} cannot be sent")))?;
    Ok((name, value))
}

/// A body and its length.
fn content(session: &mut Session, word: &Word) -> Result<(RequestBody, Option<u64>)> {
    if let Some(path) = word.text.strip_prefix('@') {
        let (file, length) = files::open(Path::new(path))
            .map_err(|why| Error::new(Kind::Io, format!("cannot read {path}: {why}")).at(word.span))?;
        return Ok((RequestBody::File(file), Some(length)));
    }
    // What is quoted or escaped is longer in the line than it is.
    let is_written_plain = word.span.end - word.span.start == word.text.len();
    let bytes = match word.text.starts_with('$') && is_written_plain {
        true => variable(session, word)?,
        false => word.text.clone().into_bytes(),
    };
    let length = bytes.len() as u64;
    Ok((RequestBody::Bytes(bytes), Some(length)))
}

fn variable(session: &mut Session, word: &Word) -> Result<Vec<u8>> {
    let expr = syntax::parse_expression(&word.text, word.span.start)?;
    let typed = eval::evaluate(session, &expr, None)?;
    match typed.value {
        Value::String(text) => Ok(text.into_bytes()),
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(Error::new(Kind::Type, format!("a body is a string or a list<u8>, and this is {}", typed.ty))
            .at(word.span)
            .help("in quotes it is a text: `-d '$5'`")),
    }
}
