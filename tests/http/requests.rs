//! Requests from the prompt whose bodies are too long for a transcript.

use std::fs;

use super::shell::{corners, printed, run};

#[test]
fn long_bodies_go_in_and_come_out_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sent, received) = (folder.path().join("sent"), folder.path().join("received"));
    let content: Vec<u8> = (0..1_000_000_u32).map(|number| number as u8).collect();
    fs::write(&sent, &content).expect("a file");
    for version in ["v2", "v3"] {
        let request = format!(".http POST /echo -d '@{}'", sent.display());
        let put = format!(".put $_.body '{}'", received.display());
        let (_, stderr) = printed(&run(&corners(version), &[], &[&request, &put]));
        let received = fs::read(&received).unwrap_or_else(|why| panic!("{why}: {stderr}"));
        assert!(received.ends_with(&content), "{version}: {} bytes came back", received.len());
        fs::remove_file(folder.path().join("received")).expect("it was there");
    }
}

#[test]
fn a_body_without_an_end_is_read_up_to_a_bound() {
    for version in ["v2", "v3"] {
        let lines = [".http GET /endless", ".http GET /count"];
        let (stdout, stderr) = printed(&run(&corners(version), &[], &lines));
        assert_eq!(stdout.bytes().filter(|byte| *byte == b'x').count(), (64 << 20) + 2, "{version}: {stderr}");
        assert!(stderr.contains("the body is longer than 64MiB: the rest was not read"), "{stderr}");
        assert!(stdout.ends_with("\n2\n"), "the instance is still good: {stderr}");
    }
}

#[test]
fn a_response_is_data() {
    let output = run(&corners("v2"), &["--json"], &[".http GET /json"]);
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an object");
    let expected = serde_json::json!({
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": r#"{"name":"x","list":[1,2.50],"none":{}}"#,
    });
    assert_eq!(object["value"], expected);
}
