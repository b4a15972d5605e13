//! Requests that guests send: what is granted arrives, and nothing else does.

use super::server::Server;
use super::shell::{demo, printed, run};

/// What both ways of fetching give, and how many requests arrived.
#[track_caller]
fn check(grants: &[&str], host: &str, answered: bool) {
    let server = Server::start();
    let place = |text: &str| text.replace("PORT", &server.port.to_string());
    let grants: Vec<String> = grants.iter().map(|grant| place(grant)).collect();
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--http", grant.as_str()]).collect();
    let url = format!("http://{}/a?b=c", place(host));
    let lines = [format!("fetch(\"{url}\")"), format!("fetch-async(\"{url}\")")];
    let output = run(&demo("fetcher", "fetcher"), &flags, &[&lines[0], &lines[1]]);
    let (stdout, stderr) = printed(&output);
    let expected = match answered {
        true => "ok({status: 200, body: \"get /a?b=c http/1.1\", kept: false})\n".repeat(2),
        false => "err(\"ErrorCode::HttpRequestDenied\")\n".repeat(2),
    };
    assert_eq!(stdout, expected, "{flags:?} {stderr}");
    assert_eq!(server.requests().len(), if answered { 2 } else { 0 });
    let refusals = stderr.lines().filter(|line| line.contains("denied") && line.contains(".allow http")).count();
    assert_eq!(refusals, if answered { 0 } else { 2 }, "{stderr}");
}

#[test]
fn only_what_is_granted_arrives() {
    check(&[], "127.0.0.1:PORT", false);
    check(&["127.0.0.1:PORT"], "127.0.0.1:PORT", true);
    check(&["127.0.0.1"], "127.0.0.1:PORT", true);
    check(&["127.0.0.1:1"], "127.0.0.1:PORT", false);
    check(&["localhost"], "127.0.0.1:PORT", false);
    check(&["127.0.0.1"], "localhost:PORT", false);
    check(&["*"], "LOCALHOST:PORT", true);
    check(&["*.localhost", "example.org"], "localhost:PORT", false);
}

#[test]
fn a_grant_at_the_prompt_holds_for_the_instance_that_is_there() {
    let server = Server::start();
    let fetch = format!("fetch(\"http://127.0.0.1:{}/\")?.body", server.port);
    let grant = format!(".allow http 127.0.0.1:{}", server.port);
    let lines = ["fetch(\"\")", &fetch, &grant, ".allow config user-agent=witsh/1", &fetch, "visited()"];
    let (stdout, stderr) = printed(&run(&demo("fetcher", "fetcher"), &[], &lines));
    let kept = format!("(3, [\"http://127.0.0.1:{}/\"])", server.port);
    assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>(), ["\"get / http/1.1\"", &kept], "{stderr}");
    assert!(!stderr.contains("fresh instance"), "{stderr}");
    let requests = server.requests();
    assert!(requests.len() == 1 && requests[0].contains("user-agent: witsh/1\r\n"), "{requests:?}");
    assert!(requests[0].contains(&format!("host: 127.0.0.1:{}\r\n", server.port)), "{requests:?}");
}
