//! What is linked at the prompt and what `.compose` writes answer the same: the one in the shell, the other in the runtime alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use wasmtime::component::{Component, Instance, Linker, Val};
use wasmtime::{Config, Engine, Store};

/// A file of the project.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the shell prints for these lines, with these files loaded.
fn shell(files: &[PathBuf], lines: &[String]) -> Vec<String> {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(name, home.path());
    }
    command.args(files);
    for line in lines {
        command.args(["-e", line]);
    }
    let output = command.output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{lines:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// A composed component in the runtime as anybody embeds it.
struct Embedded {
    store: Store<Vec<String>>,
    instance: Instance,
}

impl Embedded {
    /// With nothing but `log` to import.
    fn new(file: &Path) -> Embedded {
        let mut config = Config::new();
        // The kitchen sink has every type that there is.
        config.wasm_component_model_fixed_length_lists(true).wasm_component_model_map(true);
        let engine = Engine::new(&config).expect("the runtime starts");
        let component = Component::from_file(&engine, file).expect("it compiles");
        let mut linker: Linker<Vec<String>> = Linker::new(&engine);
        let log = linker.root().func_new("log", |mut store, _, args, _| {
            let [Val::String(message)] = args else { panic!("log takes a string: {args:?}") };
            store.data_mut().push(message.clone());
            Ok(())
        });
        log.expect("it is defined");
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &component).expect("it is instantiated");
        Embedded { store, instance }
    }

    /// Calls a function at the root; its result as WAVE.
    fn call(&mut self, name: &str, args: &[Val]) -> String {
        wave(&self.call_for(name, args))
    }

    fn call_for(&mut self, name: &str, args: &[Val]) -> Val {
        let function = self.instance.get_func(&mut self.store, name).expect("it is exported");
        let mut results = [Val::Bool(false)];
        function.call(&mut self.store, args, &mut results).expect("it answers");
        let [result] = results;
        result
    }
}

/// A value of those types that these tests need, as WAVE.
fn wave(val: &Val) -> String {
    let all = |vals: &[Val]| vals.iter().map(wave).collect::<Vec<_>>().join(", ");
    let payload = |name: &str, inner: Option<&Val>| match inner {
        Some(inner) => format!("{name}({})", wave(inner)),
        None => name.to_owned(),
    };
    match val {
        Val::U32(number) => number.to_string(),
        Val::U64(number) => number.to_string(),
        Val::Float32(number) => number.to_string(),
        Val::String(text) => format!("{text:?}"),
        Val::List(items) => format!("[{}]", all(items)),
        Val::Tuple(items) => format!("({})", all(items)),
        Val::Record(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, val)| format!("{name}: {}", wave(val))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Val::Enum(name) => name.clone(),
        Val::Variant(name, inner) => payload(name, inner.as_deref()),
        Val::Option(inner) => inner.as_deref().map_or_else(|| "none".to_owned(), |inner| payload("some", Some(inner))),
        Val::Result(Ok(inner)) => payload("ok", inner.as_deref()),
        Val::Result(Err(inner)) => payload("err", inner.as_deref()),
        other => panic!("no WAVE for {other:?}"),
    }
}

fn text(text: &str) -> Val {
    Val::String(text.to_owned())
}

/// Links these, runs the lines, and writes the composition: what the lines printed, and the file.
fn linked(files: &[PathBuf], links: &[&str], lines: &[&str]) -> (Vec<String>, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let composed = folder.path().join("composed.wasm");
    let mut all: Vec<String> = links.iter().map(|link| format!(".link {link}")).collect();
    all.extend(lines.iter().map(|line| (*line).to_owned()));
    all.push(format!(".compose -o '{}'", composed.display()));
    (shell(files, &all), folder, composed)
}

#[test]
fn a_store_in_another_component() {
    let files = [file("demos/kv-store/kv-provider.wasm"), file("demos/kv-store/kv-store.wasm")];
    let lines =
        [r#"replace-value("k", "a")"#, r#"replace-value("k", "b")"#, r#"remove-value("k")"#, r#"remove-value("k")"#];
    let (live, _folder, composed) = linked(&files, &["kv-provider kv-store"], &lines);
    assert_eq!(live, ["none", "some(\"a\")", "some(\"b\")", "none"]);
    let mut embedded = Embedded::new(&composed);
    let answers = [
        embedded.call("replace-value", &[text("k"), text("a")]),
        embedded.call("replace-value", &[text("k"), text("b")]),
        embedded.call("remove-value", &[text("k")]),
        embedded.call("remove-value", &[text("k")]),
    ];
    assert_eq!(answers, live[..]);
    assert_eq!(embedded.store.data()[..2], ["replaced \"k\": None -> \"a\"", "replaced \"k\": Some(\"a\") -> \"b\""]);
    // And in the shell, which loads the result like any other file.
    let lines = lines.map(str::to_owned);
    assert_eq!(shell(&[composed], &lines), live);
}

#[test]
fn a_pipeline_of_three() {
    let files = ["extractor", "embedder", "orchestrator"].map(|name| file(&format!("demos/docpipe/{name}.wasm")));
    let line = r##"process([("# Title\nsome text here", markdown), ("", plain), ("<p>", html)])"##;
    let links = ["extractor orchestrator", "embedder orchestrator"];
    let (live, _folder, composed) = linked(&files, &links, &[line]);
    assert!(live[0].starts_with("[ok({id: ") && live[0].ends_with("err(empty), err(unsupported(html))]"), "{live:?}");
    let input = |content: &str, format: &str| Val::Tuple(vec![text(content), Val::Enum(format.to_owned())]);
    let inputs = vec![input("# Title\nsome text here", "markdown"), input("", "plain"), input("<p>", "html")];
    assert_eq!(Embedded::new(&composed).call("process", &[Val::List(inputs)]), live[0]);
    assert_eq!(shell(&[composed], &[line.to_owned()]), live);
}

#[test]
fn resources_in_every_place() {
    let files = [file("demos/kitchen-sink/kitchen-sink.wasm"), file("demos/kitchen-sink/counting.wasm")];
    let lines = [
        "drive()",
        "$p = swap({first: counting::make(1), second: counting::make(9)})",
        "twice($p.first)",
        "twice($p.second?)",
        "$l = make-many(3)",
        "first-of([none, $l[1], $l[2]])?.value()",
    ];
    let (live, _folder, composed) = linked(&files, &["kitchen-sink counting"], &lines);
    assert_eq!(live[1..], ["18", "2", "1"]);
    let mut embedded = Embedded::new(&composed);
    assert_eq!(embedded.call("drive", &[]), live[0]);
    let mut make = |start| embedded.call_for("make", &[Val::U32(start)]);
    let pair = vec![("first".to_owned(), make(1)), ("second".to_owned(), Val::Option(Some(Box::new(make(9)))))];
    let Val::Record(swapped) = embedded.call_for("swap", &[Val::Record(pair)]) else { panic!("a record") };
    assert_eq!(embedded.call("twice", &[swapped[0].1.clone()]), live[1]);
    let Val::Option(Some(second)) = &swapped[1].1 else { panic!("a counter") };
    assert_eq!(embedded.call("twice", std::slice::from_ref(second)), live[2]);
}

#[test]
fn the_result_names_its_parts_and_is_always_the_same() {
    let files = [file("demos/kv-store/kv-provider.wasm"), file("demos/kv-store/kv-store.wasm")];
    let (_, _one, first) = linked(&files, &["kv-provider kv-store"], &[]);
    let (_, _two, second) = linked(&files, &["kv-provider kv-store"], &[]);
    assert_eq!(std::fs::read(&first).expect("it is there"), std::fs::read(second).expect("it is there"));
    let tree = shell(&[first], &[".tree".to_owned()]).join("\n");
    assert!(tree.contains("component 0 kv-provider") && tree.contains("component 1 kv-store"), "{tree}");
}

#[test]
fn a_component_is_a_provider_on_the_command_line_too() {
    let files = [file("demos/kv-store/kv-provider.wasm"), file("demos/kv-store/kv-store.wasm")];
    let output = Command::new(env!("CARGO_BIN_EXE_witsh"))
        .args(files)
        .args(["--provide", "wasi-mindmap:kv-store/kvdb=component kv-provider"])
        .args(["-e", r#"replace-value("k", "a")"#, "-e", "dump()"])
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "none\n[(\"k\", \"a\")]\n");
}
