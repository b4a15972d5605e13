//! The components of `cases/`: each says in comments at its top what it is, what is typed, and what comes of it.
//!
//! ```text
//! ;; what it is and what is expected
//! ;; > a line that is typed
//! ;; < a part of standard output
//! ;; ! a part of standard error
//! ;; exit 1
//! ;; looks 1
//! ;; timeout 60s
//! ```
//!
//! `exit` is the code of what is typed, `looks` that of the commands that only look; both are 0 unless said. A call has
//! 300ms unless said.
//! Whatever a case types, a variable from before it answers afterwards, and all commands that only look are tried too.

use std::path::{Path, PathBuf};

use crate::looks::LOOKS;
use crate::shell::Place;

/// A component and what its comments say.
#[derive(Default)]
struct Case {
    path: PathBuf,
    lines: Vec<String>,
    stdout: Vec<String>,
    stderr: Vec<String>,
    code: i32,
    looks_code: i32,
    timeout: String,
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut case = Case { path, timeout: "300ms".to_owned(), ..Case::default() };
        for (number, line) in text.lines().map_while(|line| line.strip_prefix(";; ")).enumerate() {
            match line.split_once(' ') {
                Some((">", typed)) => case.lines.push(typed.to_owned()),
                Some(("<", part)) => case.stdout.push(part.to_owned()),
                Some(("!", part)) => case.stderr.push(part.to_owned()),
                Some(("exit", code)) => case.code = code.parse().unwrap(),
                Some(("looks", code)) => case.looks_code = code.parse().unwrap(),
                Some(("timeout", time)) => case.timeout = time.to_owned(),
                _ => assert_eq!(number, 0, "{}: what is `{line}`?", case.path.display()),
            }
        }
        assert!(!case.lines.is_empty(), "{}: nothing is typed", case.path.display());
        case
    }

    fn args<'a>(&'a self, flags: &[&'a str], lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut args =
            vec![self.path.to_str().unwrap(), "--keep-going", "--timeout", &self.timeout, "--memory", "16MiB"];
        args.extend(flags);
        for line in ["$before = 41 : u8"].into_iter().chain(lines).chain(["$before"]) {
            args.extend(["-e", line]);
        }
        args
    }

    fn check(&self) {
        eprintln!("{}", self.path.display());
        let place = Place::new();
        let ended = place.run(&self.args(&[], self.lines.iter().map(String::as_str))).stood(self.code);
        assert!(ended.stdout().ends_with("41\n"), "the variable is gone: {}", ended.shown());
        for part in &self.stdout {
            assert!(ended.stdout().contains(part.as_str()), "`{part}` is missing: {}", ended.shown());
        }
        for part in &self.stderr {
            assert!(ended.stderr().contains(part.as_str()), "`{part}` is missing: {}", ended.shown());
        }
        let ended = place.run(&self.args(&[], LOOKS)).stood(self.looks_code);
        assert!(ended.stdout().ends_with("41\n"), "{}", ended.shown());
        self.check_json(&place);
    }

    fn check_json(&self, place: &Place) {
        let lines = || self.lines.iter().map(String::as_str).chain(LOOKS);
        let ended = place.run(&self.args(&["--json"], lines())).stood(self.code.max(self.looks_code));
        let objects: Vec<serde_json::Value> =
            ended.stdout().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(objects.len(), lines().count() + 2, "{}", ended.shown());
        assert_eq!(objects[objects.len() - 1]["value"], 41);
    }
}

#[test]
fn every_case_leaves_the_shell_standing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 20, "only {} cases", paths.len());
    paths.into_iter().for_each(|path| Case::read(path).check());
}
