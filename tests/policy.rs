//! What guests may do: the ways out of a grant, the network, and the flags, with guests of the transcripts.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A guest among the transcripts.
fn guest(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/commands").join(name)
}

/// A folder that holds `secret` and two folders that are granted: `ro`, read-only, and `rw`.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        for folder in ["ro", "rw"] {
            fs::create_dir(place.path(folder)).expect("a folder");
            fs::write(place.path(folder).join("own"), "own").expect("a file");
        }
        fs::write(place.path("secret"), "secret").expect("a file");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The shell in this folder with a guest, these flags and these lines.
    fn run(&self, component: &str, flags: &[&str], lines: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
        command.arg(guest(component)).arg("--keep-going").args(flags).current_dir(self.0.path()).env_remove("HOME");
        for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env(variable, self.0.path());
        }
        command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        command.args(lines.iter().flat_map(|line| ["-e", *line]));
        command.stdin(Stdio::null()).output().expect("the shell runs")
    }
}

const GRANTS: [&str; 4] = ["--dir", "ro::/ro:ro", "--dir", "rw::/rw"];

/// What each line prints on standard output.
#[track_caller]
fn check(output: &Output, expected: &[(&str, &str)]) {
    let printed = String::from_utf8_lossy(&output.stdout);
    let printed: Vec<&str> = printed.lines().collect();
    let wanted: Vec<&str> = expected.iter().map(|(_, result)| *result).collect();
    let lines: Vec<&str> = expected.iter().map(|(line, _)| *line).collect();
    assert_eq!(printed, wanted, "of {lines:#?}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn check_files(place: &Place, flags: &[&str], expected: &[(&str, &str)]) {
    let lines: Vec<&str> = expected.iter().map(|(line, _)| *line).collect();
    check(&place.run("files.wat", flags, &lines), expected);
}

const REFUSED: &str = "err(not-permitted)";

#[test]
fn a_path_does_not_leave_its_directory() {
    let place = Place::new();
    let absolute = format!("open(1, \"{}\")", place.path("secret").display());
    check_files(
        &place,
        &GRANTS,
        &[
            ("open(1, \"own\")", "ok"),
            ("open(1, \"./../rw/own\")", REFUSED),
            ("open(1, \"../secret\")", REFUSED),
            ("open(1, \"own/../../secret\")", "err(not-directory)"),
            ("open(1, \"/etc/passwd\")", REFUSED),
            (&absolute, REFUSED),
            ("create(1, \"../made\")", REFUSED),
            ("rename(1, \"own\", 1, \"../own\")", REFUSED),
            ("rename(1, \"../secret\", 1, \"secret\")", REFUSED),
        ],
    );
    assert!(!place.path("made").exists() && place.path("secret").exists() && place.path("rw/own").exists());
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_out() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    symlink("../secret", place.path("rw/relative")).expect("a link");
    symlink(place.path("secret"), place.path("rw/absolute")).expect("a link");
    symlink("..", place.path("rw/up")).expect("a link");
    symlink("own", place.path("rw/inside")).expect("a link");
    check_files(
        &place,
        &GRANTS,
        &[
            ("open(1, \"inside\")", "ok"),
            ("open(1, \"relative\")", REFUSED),
            ("open(1, \"absolute\")", REFUSED),
            ("open(1, \"up/secret\")", REFUSED),
            ("create(1, \"up/made\")", REFUSED),
            ("link(1, \"../secret\", \"mine\")", "ok"),
            ("open(1, \"mine\")", REFUSED),
            ("create(1, \"mine\")", REFUSED),
            ("link(1, \"/etc/passwd\", \"passwd\")", REFUSED),
        ],
    );
    assert!(!place.path("made").exists());
    assert_eq!(fs::read(place.path("secret")).expect("read"), b"secret");
}

#[test]
fn a_read_only_directory_stays_as_it_is() {
    let place = Place::new();
    check_files(
        &place,
        &GRANTS,
        &[
            ("open(0, \"own\")", "ok"),
            ("create(0, \"own\")", REFUSED),
            ("create(0, \"made\")", REFUSED),
            ("link(0, \"own\", \"made\")", REFUSED),
            ("rename(0, \"own\", 0, \"other\")", REFUSED),
            ("rename(0, \"own\", 1, \"taken\")", REFUSED),
            ("rename(1, \"own\", 0, \"given\")", REFUSED),
            ("create(1, \"made\")", "ok"),
            ("rename(1, \"made\", 1, \"other\")", "ok"),
        ],
    );
    let names: Vec<_> =
        fs::read_dir(place.path("ro")).expect("listed").map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(names, ["own"]);
    assert_eq!(fs::read(place.path("ro/own")).expect("read"), b"own");
    assert!(place.path("rw/own").exists() && place.path("rw/other").exists());
}

#[test]
fn only_granted_addresses_are_connected_to() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let (connect, grant) = (format!("connect({port})"), format!("127.0.0.1:{port}"));
    let check =
        |flags: &[&str], result: &str| check(&place.run("connects.wat", flags, &[&connect]), &[(&connect, result)]);
    check(&[], "err(access-denied)");
    check(&["--net", "127.0.0.2:*"], "err(access-denied)");
    check(&["--net", &format!("127.0.0.1:{}", if port == 9 { 10 } else { 9 })], "err(access-denied)");
    check(&["--net", &grant], "ok");
    check(&["--net", "127.0.0.1:*"], "ok");
    let denied = place.run("connects.wat", &["--net", &grant, "--deny", "wasi:sockets"], &[&connect]);
    assert_eq!(denied.status.code(), Some(1));
    let message = String::from_utf8_lossy(&denied.stderr);
    assert!(
        message.contains("#instance-network is denied by the rule `wasi:sockets`")
            || message.contains("#create-tcp-socket is denied by the rule `wasi:sockets`"),
        "{message}"
    );
}

#[test]
fn a_denied_call_is_an_error_of_its_own_kind() {
    let place = Place::new();
    let rule = "wasi:filesystem/types#[method]descriptor.write";
    let output = place.run("files.wat", &["--json", "--dir", "rw::/rw", "--deny", rule], &["create(0, \"made\")"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["error"]["kind"], "denied");
    let message = format!("wasi:filesystem/types@0.2.6#[method]descriptor.write is denied by the rule `{rule}`");
    assert_eq!(json["error"]["message"], message);
    assert_eq!(fs::read(place.path("rw/made")).expect("opened before the write"), b"");
}

#[test]
fn what_policy_writes_is_what_it_reads() {
    let place = Place::new();
    let rule = "wasi:filesystem/types#[method]descriptor.rename-at";
    let flags = [&GRANTS[..], &["--deny", rule, "--net", "127.0.0.1:80", "--env", "A=\"1\""]].concat();
    let table = place.run("files.wat", &flags, &[".policy -o policy.toml", ".policy"]).stdout;
    assert!(String::from_utf8_lossy(&table).contains("dir ro::/ro:ro, dir rw::/rw"));
    assert_eq!(place.run("files.wat", &["--policy", "policy.toml"], &[".policy"]).stdout, table);
    let lines = [("create(0, \"made\")", REFUSED), ("create(1, \"made\")", "ok")];
    check_files(&place, &["--policy", "policy.toml"], &lines);
    let output = place.run("files.wat", &["--policy", "policy.toml"], &["rename(1, \"made\", 1, \"other\")"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(place.path("rw/made").exists());
}

#[test]
fn what_policy_writes_after_calls_is_what_they_needed() {
    let place = Place::new();
    let flags = ["--dir", "ro::/ro", "--dir", "rw::/rw", "--env", "A=1", "--net", "127.0.0.1:80"];
    let lines = ["open(0, \"own\")", ".policy -o read.toml", "create(1, \"made\")", ".policy -o written.toml"];
    check(&place.run("files.wat", &flags, &lines), &[(lines[0], "ok"), (lines[2], "ok")]);
    let written = |name: &str| fs::read_to_string(place.path(name)).expect("a policy");
    let (read, both) = (written("read.toml"), written("written.toml"));
    for left_out in [
        "# Left out: env A",
        "# Left out: net 127.0.0.1:80",
        "# Left out: writing in dir ro::/ro",
        "# Left out: dir rw::/rw",
    ] {
        assert!(read.contains(left_out), "no {left_out:?} in {read}");
    }
    assert!(both.contains("guest = \"/rw\"") && !both.contains("A = "), "{both}");
    // The same calls go through with nothing else, and what they did not need does not.
    fs::remove_file(place.path("rw/made")).expect("made");
    check_files(
        &place,
        &["--policy", "written.toml"],
        &[("open(0, \"own\")", "ok"), ("create(1, \"made\")", "ok"), ("create(0, \"made\")", REFUSED)],
    );
    check_files(&place, &["--policy", "read.toml"], &[("open(0, \"own\")", "ok"), ("create(0, \"made\")", REFUSED)]);
}

#[test]
fn wrong_flags_end_with_2() {
    let place = Place::new();
    fs::write(place.path("bad.toml"), "allow = 1\n").expect("written");
    for flags in [
        ["--net", "127.0.0.1"],
        ["--net", "127.0.0.1:0"],
        ["--deny", "wasi:filesystm"],
        ["--deny", ""],
        ["--policy", "bad.toml"],
        ["--policy", "no-such.toml"],
        ["--dir", "secret"],
    ] {
        let output = place.run("files.wat", &flags, &["count()"]);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{flags:?}");
    }
}
