//! What the fuzz targets have in common: a session without a driver, and what has to hold for every line.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use witsh::assist::complete;
use witsh::driver::printed;
use witsh::engine::Limits;
use witsh::error::Kind;
use witsh::frontend::{Interrupt, Silent};
use witsh::model::{Component, FeatureSet};
use witsh::render::Look;
use witsh::render::json::{GuestOutput, object};
use witsh::render::sanitize::is_hidden;
use witsh::session::{Session, SessionOptions};
use witsh::value::wave::wave;

/// Commands that read or write files: a fuzzer must not choose which.
const WITH_FILES: [&str; 5] = [".load", ".source", ".put", ".save", "@\""];

/// Commands that only look at what is loaded.
const LOOKS: [&str; 7] = [".exports", ".imports", ".wit", ".info", ".components", ".type f", ".why -a"];

fn session() -> Session {
    let mut options = SessionOptions::new(Arc::new(Silent), Interrupt::default());
    options.limits = Limits { timeout: Some(Duration::from_millis(100)), fuel: Some(1_000_000), memory: 16 << 20 };
    Session::new(options).expect("the runtime starts")
}

/// Runs a line; whatever comes of it can be shown, and is no defect of the shell.
fn check_line(session: &mut Session, line: &str) {
    let result = session.run_line(line);
    if let Err(error) = &result {
        assert_ne!(error.kind, Kind::Internal, "{error:?}");
    }
    let shown = printed(line, &result, &Look::PLAIN, false);
    for text in [&shown.stdout, &shown.stderr] {
        assert!(!text.as_str().contains(|c| c != '\n' && is_hidden(c)));
    }
    object(line, &result, GuestOutput::default());
}

/// A line: it is completed at every place, and run.
pub fn line(line: &str) {
    if WITH_FILES.iter().any(|command| line.contains(command)) {
        return;
    }
    thread_local! {
        static SESSION: std::cell::RefCell<Session> = std::cell::RefCell::new({
            let mut session = session();
            let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../demos/kitchen-sink/kitchen-sink.wasm");
            session.load(Path::new(demo), None).expect("the demo loads");
            session
        });
    }
    SESSION.with_borrow_mut(|session| {
        for at in (0..=line.len()).filter(|at| line.is_char_boundary(*at)) {
            for candidate in complete(session, line, at).candidates {
                assert!(!candidate.display.contains(is_hidden));
            }
        }
        check_line(session, line);
    });
}

/// The bytes of a file: it is loaded or refused, and looked at.
pub fn component(bytes: &[u8]) {
    if Component::from_bytes(bytes, Path::new("x.wasm"), 1, FeatureSet::all()).is_err() {
        return;
    }
    let mut session = session();
    let path = std::env::temp_dir().join(format!("witsh-fuzz-{}.wasm", std::process::id()));
    std::fs::write(&path, bytes).expect("the file is written");
    session.load(&path, None).expect("what loaded once loads again");
    LOOKS.iter().for_each(|line| check_line(&mut session, line));
}

/// A type, a line break, and a literal: what is read prints, and what is printed reads as the same.
pub fn value(text: &str) {
    let Some((ty, literal)) = text.split_once('\n') else { return };
    if WITH_FILES.iter().any(|command| text.contains(command)) {
        return;
    }
    let mut session = session();
    let mut read = |name: &str, literal: &str, ty: &str| {
        session.run_line(&format!("${name} = {literal} : {ty}")).ok()?;
        session.variables.get(name).map(|typed| (typed.ty.to_string(), wave(&typed.ty, &typed.value)))
    };
    // The type is the value's own: the literal may end in a comment, which hides the other.
    if let Some((ty, first)) = read("first", literal, ty) {
        let second = read("second", &first, &ty);
        assert_eq!(second, Some((ty, first)));
    }
}
