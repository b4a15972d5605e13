//! A recording is read as it was written, and whatever else a file holds is refused.

use super::*;

const WHOLE: &str = "{\"witsh-recording\":1,\"components\":[{\"name\":\"c\",\"sha256\":\"00\"}]}\n\
    {\"output\":\"stdout\",\"text\":\"hi\"}\n\
    {\"call\":2,\"by\":\"c\",\"function\":\"f\",\"arguments\":[1],\"result\":2}\n\
    {\"component\":{\"name\":\"d\",\"sha256\":\"11\"}}\n\
    {\"call\":3,\"by\":\"d\",\"function\":\"g\",\"arguments\":[],\"result\":null,\"error\":{\"kind\":\"exit\",\"message\":\"m\",\"status\":3}}\n\
    {\"end\":2}\n";

fn read(text: &str) -> crate::error::Result<Recording> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    std::fs::write(&path, text).expect("written");
    Recording::read(&path.to_string_lossy())
}

#[test]
fn what_was_written_is_read() {
    let recording = read(WHOLE).expect("it is whole");
    assert_eq!(recording.components.iter().map(|component| &*component.name).collect::<Vec<_>>(), ["c", "d"]);
    assert_eq!(recording.calls().map(|call| call.call).collect::<Vec<_>>(), [2, 3]);
    let Entry::Output(output) = &recording.entries[0] else { panic!("{:?}", recording.entries) };
    assert_eq!(output.text.as_deref(), Some("hi"));
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = read(text).expect_err("it is refused");
    assert!(error.message.contains(expected), "{} does not say {expected:?}", error.message);
}

#[test]
fn what_is_no_recording_is_refused() {
    check_refused("", "it does not begin like one");
    check_refused("hello\n", "it does not begin like one");
    check_refused("{\"a\": 1}\n", "it does not begin like one");
    check_refused(&WHOLE.replace("recording\":1", "recording\":2"), "of version 2, and this shell reads version 1");
    check_refused(&WHOLE.replace("\"by\"", "\"buy\""), "line 3 is no call, output, component or end");
    check_refused(&WHOLE.replace("{\"end\":2}", "{\"end\":2}\n{\"end\":2}"), "line 7 stands behind its end");
}

#[test]
fn what_was_cut_is_refused_wherever_that_was() {
    let header = WHOLE.find('\n').unwrap_or(0) + 1;
    for length in header..WHOLE.len() - 1 {
        if WHOLE[..length].ends_with("{\"end\":2}") {
            continue;
        }
        check_refused(&WHOLE[..length], "not whole");
    }
    check_refused(&WHOLE.replace("{\"end\":2}", "{\"end\":3}"), "it has 2 calls, and its end says 3");
}

#[test]
fn streams_have_no_number() {
    let ty = Type::Tuple([Type::Stream(None), Type::U8].into());
    let value = value(&Value::Tuple(vec![Value::Handle(7), Value::U8(1)]), &ty);
    assert_eq!(value.to_string(), r#"[{"stream":null,"handle":0},1]"#);
}
