//! Fetches pages from the web, through WASI 0.2 and 0.3, with what surrounds that in a real service: a setting, a store, a log.

wit_bindgen::generate!({
    world: "wasi-mindmap:fetcher/fetcher",
    path: "wit",
    generate_all,
});

use wasi::config::store as config;
use wasi::http0_2_12::{outgoing_handler, types as v2};
use wasi::http0_3_0::{client, types as v3};
use wasi::keyvalue::{atomics, batch, store};
use wasi::logging::logging::{self, Level};

struct Fetcher;

impl Guest for Fetcher {
    fn fetch(url: String) -> Result<Page, String> {
        let pages = store::open("pages").map_err(text)?;
        if let Some(kept) = pages.get(&url).map_err(text)? {
            logging::log(Level::Debug, "fetcher", &format!("{url} is kept"));
            return Ok(Page { status: 200, body: String::from_utf8_lossy(&kept).into_owned(), kept: true });
        }
        logging::log(Level::Info, "fetcher", &format!("GET {url}"));
        let counts = store::open("counts").map_err(text)?;
        atomics::increment(&counts, "fetched", 1).map_err(text)?;
        let page = fetch_now(&url).inspect_err(|why| logging::log(Level::Error, "fetcher", why))?;
        if page.status == 200 {
            batch::set_many(&pages, &[(url, page.body.clone().into_bytes())]).map_err(text)?;
        }
        Ok(page)
    }

    async fn fetch_async(url: String) -> Result<Page, String> {
        let Url { scheme, authority, path } = Url::parse(&url)?;
        let headers = v3::Fields::new();
        headers.append("user-agent", user_agent()?.as_bytes()).map_err(text)?;
        let (_, no_trailers) = wit_future::new(|| Ok(None));
        let (request, _sent) = v3::Request::new(headers, None, no_trailers, None);
        let scheme = if scheme == "https" { v3::Scheme::Https } else { v3::Scheme::Http };
        let is_set = request.set_scheme(Some(&scheme)).is_ok()
            && request.set_authority(Some(authority)).is_ok()
            && request.set_path_with_query(Some(path)).is_ok();
        if !is_set {
            return Err(format!("{url} cannot be requested"));
        }
        let response = client::send(request).await.map_err(text)?;
        let status = response.get_status_code();
        let (_, processed) = wit_future::new(|| Ok(()));
        let (body, trailers) = v3::Response::consume_body(response, processed);
        let body = body.collect().await;
        trailers.await.map_err(text)?;
        Ok(Page { status, body: String::from_utf8_lossy(&body).into_owned(), kept: false })
    }

    fn visited() -> (u64, Vec<String>) {
        let counts = store::open("counts").and_then(|counts| counts.get("fetched")).ok().flatten();
        let count = counts.and_then(|digits| String::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0);
        let pages = store::open("pages").and_then(|pages| pages.list_keys(None));
        (count, pages.map_or_else(|_| Vec::new(), |pages| pages.keys))
    }
}

/// Fetches through WASI 0.2: a request, a response to wait for, a body to read.
fn fetch_now(url: &str) -> Result<Page, String> {
    let Url { scheme, authority, path } = Url::parse(url)?;
    let headers = v2::Fields::new();
    headers.append("user-agent", user_agent()?.as_bytes()).map_err(text)?;
    let request = v2::OutgoingRequest::new(headers);
    let scheme = if scheme == "https" { v2::Scheme::Https } else { v2::Scheme::Http };
    let is_set = request.set_scheme(Some(&scheme)).is_ok()
        && request.set_authority(Some(authority)).is_ok()
        && request.set_path_with_query(Some(path)).is_ok();
    if !is_set {
        return Err(format!("{url} cannot be requested"));
    }
    let response = outgoing_handler::handle(request, None).map_err(text)?;
    response.subscribe().block();
    let response = response.get().ok_or("it is not ready")?.map_err(|()| "it was taken")?.map_err(text)?;
    let body = response.consume().map_err(|()| "it has no body")?;
    let mut bytes = Vec::new();
    {
        let stream = body.stream().map_err(|()| "its body has no stream")?;
        while let Ok(chunk) = stream.blocking_read(64 << 10) {
            bytes.extend(chunk);
        }
    }
    Ok(Page { status: response.status(), body: String::from_utf8_lossy(&bytes).into_owned(), kept: false })
}

/// The setting `user-agent`, or a name for whoever has none.
fn user_agent() -> Result<String, String> {
    Ok(config::get("user-agent").map_err(text)?.unwrap_or_else(|| "fetcher".to_owned()))
}

/// The parts of `http://host:port/path`.
struct Url<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
}

impl Url<'_> {
    fn parse(url: &str) -> Result<Url<'_>, String> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("{url} is no URL"))?;
        let path = rest.find('/').unwrap_or(rest.len());
        Ok(Url { scheme, authority: &rest[..path], path: if path < rest.len() { &rest[path..] } else { "/" } })
    }
}

fn text(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

export!(Fetcher);
