//! The command line: flags and their help, nothing of what they do.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use crate::engine::{Denial, DirGrant, Grants, HttpGrant, Limits, NetGrant, Stdin};
use crate::files;
use crate::frontend::{Frontend, Interrupt};
use crate::model::FeatureSet;
use crate::model::pattern::Pattern;
use crate::paths;
use crate::render::Color;
use crate::session::SessionOptions;
use crate::session::policy::{self, Policy, parse_config, parse_dir, parse_env, parse_http, parse_net};
use crate::units;

const USAGE: &str = "\
witsh [OPTIONS] [FILE]...
       witsh FILE -e 'LINE' [-e 'LINE']... [-- ARG...]
       witsh FILE < SCRIPT
       witsh test [--update] TRANSCRIPT...";

const EXAMPLES: &str = "\
Examples:
  witsh adder.wasm                                  open a shell with this component
  witsh adder.wasm -e 'add(1, 2)'                   call a function, print the result, exit
  witsh adder.wasm -e '.exports' --json             the same as data
  witsh tool.wasm --dir .::/work -e .run -- a.txt   run a command-line component
  witsh test README.md                              replay the sessions in a document

Exit status: 0 all went well; 1 a line failed; 2 the command line is wrong or a FILE could not be loaded; 130 interrupted. \
A guest's own exit status from .run is passed on.

In the shell, .help lists the commands.";

/// An interactive shell for WebAssembly components: read them, call them, hold their values and resources.
#[derive(Debug, Parser)]
#[command(name = "witsh", version, override_usage = USAGE, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// Components to load (.wasm or .wat); the last one is current.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Run this line and exit; may be given several times, and a LINE may hold line breaks.
    #[arg(short = 'e', long = "execute", value_name = "LINE", allow_hyphen_values = true)]
    pub lines: Vec<String>,

    /// Stay at the prompt after the -e lines.
    #[arg(short, long)]
    pub interactive: bool,

    /// Print one JSON object a line for each statement or command.
    #[arg(long)]
    pub json: bool,

    /// Go on after a line that failed; the exit status is still 1.
    #[arg(long)]
    pub keep_going: bool,

    #[command(flatten)]
    pub guest: GuestOptions,

    /// When to use colours; NO_COLOR is heeded.
    #[arg(long, value_name = "auto|always|never", value_parser = parse_color, default_value = "auto", hide_default_value = true)]
    pub color: Color,

    /// Do not read the rc file ($XDG_CONFIG_HOME/witsh/rc) at the prompt.
    #[arg(long)]
    pub no_rc: bool,

    /// No banner and no notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// What guests are given, and what bounds them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct GuestOptions {
    /// Let guests see a directory, under its own path or another, read-only with :ro.
    #[arg(long = "dir", value_name = "HOST[::GUEST][:ro]", value_parser = parse_dir)]
    pub dirs: Vec<DirGrant>,

    /// Give guests an environment variable; without a value, the shell's own.
    #[arg(long = "env", value_name = "NAME[=VALUE]", value_parser = parse_env)]
    pub env: Vec<(String, String)>,

    /// Let guests connect to a host, or to any of its ports with `*`; a name is looked up at once.
    #[arg(long = "net", value_name = "HOST:PORT", value_parser = parse_net)]
    pub net: Vec<NetGrant>,

    /// Let guests send HTTP requests to a host: a name, an address, or *.NAME for every name below one.
    #[arg(long = "http", value_name = "HOST[:PORT]", value_parser = parse_http)]
    pub http: Vec<HttpGrant>,

    /// Give guests a setting: a value of `wasi:config/store`.
    #[arg(long = "config", value_name = "KEY=VALUE", value_parser = parse_config)]
    pub config: Vec<(String, String)>,

    /// Deny a package, an interface or INTERFACE#FUNCTION, whatever grants it.
    #[arg(long = "deny", value_name = "TARGET", value_parser = Denial::parse)]
    pub deny: Vec<Denial>,

    /// Grants and denials from a TOML file, as .policy -o writes it; flags are added to it.
    #[arg(long = "policy", value_name = "FILE", value_parser = parse_policy)]
    pub policy: Option<Policy>,

    /// Decide who answers an import, as .provide does: --provide 'wasi:cli/environment=default'.
    #[arg(long = "provide", value_name = "TARGET=PROVIDER", value_parser = parse_provide)]
    pub provide: Vec<(String, String)>,

    /// Print every call that crosses a boundary, or those that PATTERN means, on standard error.
    #[arg(long, value_name = "PATTERN", num_args = 0..=1, require_equals = true, default_missing_value = "all", value_parser = parse_pattern)]
    pub trace: Option<Pattern>,

    /// Answer all imports from a recording that .record made, as .provide all replay LOG does.
    #[arg(long, value_name = "LOG")]
    pub replay: Option<PathBuf>,

    /// The fuel that a call may use: about one unit an instruction.
    #[arg(long, value_name = "N", value_parser = parse_fuel)]
    pub fuel: Option<Limit<u64>>,

    /// The time that a call may take: 500ms, 2s, 1m.
    #[arg(long, value_name = "TIME", value_parser = parse_timeout)]
    pub timeout: Option<Limit<Duration>>,

    /// The memory that an instance may have: 64MiB, 1GiB (the default).
    #[arg(long, value_name = "SIZE", value_parser = units::parse_memory)]
    pub memory: Option<u64>,

    /// The WebAssembly features that a FILE may use: default, all, or names [default: all].
    #[arg(long, value_name = "default|all|NAME,...", value_parser = parse_features)]
    pub wasm_features: Option<FeatureSet>,

    /// Arguments of the guest, for a .run that names none.
    #[arg(last = true, value_name = "ARG")]
    pub guest_args: Vec<String>,
}

/// A bound, or expressly none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit<T>(pub Option<T>);

/// Replay transcripts: Markdown whose code blocks marked `witsh` hold sessions, each line typed behind `> `.
#[derive(Debug, Parser)]
#[command(name = "witsh test", bin_name = "witsh test", max_term_width = 100)]
pub struct TestCli {
    /// The documents to replay, each in a session of its own; a folder stands for all that it holds.
    #[arg(value_name = "TRANSCRIPT", required = true)]
    pub transcripts: Vec<PathBuf>,

    /// Write what the shell prints now into the documents.
    #[arg(long)]
    pub update: bool,
}

/// What may stand behind the mark of a transcript's first block.
#[derive(Debug, Parser)]
#[command(name = "witsh", disable_help_flag = true)]
pub struct BlockCli {
    /// Components to load.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub guest: GuestOptions,
}

impl GuestOptions {
    /// What a session is made with, by these flags.
    pub fn session(&self, frontend: Arc<dyn Frontend>, interrupt: Interrupt) -> SessionOptions {
        let Policy { grants, denials } = self.policy();
        SessionOptions {
            cache: paths::cache(),
            limits: self.limits(),
            grants,
            denials,
            features: self.wasm_features.unwrap_or_default(),
            guest_args: self.guest_args.clone(),
            trace: self.trace.clone(),
            ..SessionOptions::new(frontend, interrupt)
        }
    }

    /// What the policy file says, and the flags on top of it.
    fn policy(&self) -> Policy {
        let mut policy = self.policy.clone().unwrap_or_default();
        let flags = Grants {
            env: self.env.clone(),
            dirs: self.dirs.clone(),
            net: self.net.clone(),
            http: self.http.clone(),
            config: self.config.clone(),
            stdin: Stdin::Closed,
        };
        policy.grants.extend(flags);
        policy.denials.extend(self.deny.iter().cloned());
        policy
    }

    /// The bounds of calls.
    pub fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            timeout: self.timeout.map_or(defaults.timeout, |limit| limit.0),
            fuel: self.fuel.map_or(defaults.fuel, |limit| limit.0),
            memory: self.memory.unwrap_or(defaults.memory),
        }
    }
}

fn parse_color(text: &str) -> Result<Color, String> {
    Color::named(text).ok_or_else(|| "colours are auto, always or never".to_owned())
}

fn parse_fuel(text: &str) -> Result<Limit<u64>, String> {
    units::parse_fuel(text).map(Limit)
}

fn parse_timeout(text: &str) -> Result<Limit<Duration>, String> {
    units::parse_time(text).map(Limit)
}

fn parse_pattern(text: &str) -> Result<Pattern, String> {
    if text == "on" { Ok(Pattern::all()) } else { Pattern::parse(text) }
}

fn parse_features(text: &str) -> Result<FeatureSet, String> {
    FeatureSet::parse(text).map_err(|error| error.to_string())
}

/// `TARGET=PROVIDER`; a target holds no `=`, a literal behind it may.
fn parse_provide(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((target, provider)) if !target.is_empty() && !provider.is_empty() => Ok((target.into(), provider.into())),
        _ => {
            Err("write TARGET=PROVIDER, such as `wasi:clocks/wall-clock#now=value {seconds: 0, nanoseconds: 0}`".into())
        }
    }
}

/// A policy file, read whole.
fn parse_policy(path: &str) -> Result<Policy, String> {
    let bytes = files::read(Path::new(path), 1).map_err(|why| why.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    policy::read(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(args: &[&str]) -> Cli {
        Cli::try_parse_from(std::iter::once("witsh").chain(args.iter().copied())).unwrap()
    }

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
        TestCli::command().debug_assert();
        BlockCli::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_behind_files() {
        let cli = parse(&["a.wasm", "-e", "-3 : s32", "--json", "b.wasm", "-e", "x", "--", "-v", "y"]);
        assert_eq!(cli.files, [PathBuf::from("a.wasm"), PathBuf::from("b.wasm")]);
        assert_eq!(cli.lines, ["-3 : s32", "x"]);
        assert_eq!(cli.guest.guest_args, ["-v", "y"]);
        assert!(cli.json);
    }

    #[test]
    fn flags_are_added_to_the_policy_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, "deny = [\"wasi:sockets\"]\nhttp = [\"example.org\"]\nenv = { A = \"1\", B = \"2\" }\n")
            .unwrap();
        let args = ["--env", "B=3", "--policy", path.to_str().unwrap(), "--deny", "log", "--net", "10.0.0.1:80"];
        let args = [&args[..], &["--http", "*.example.net", "--config", "k=v=w"]].concat();
        let policy = parse(&args).guest.policy();
        assert_eq!(policy.grants.env, [("A".into(), "1".into()), ("B".into(), "3".into())]);
        assert_eq!(policy.grants.net, [parse_net("10.0.0.1:80").unwrap()]);
        assert_eq!(policy.grants.http, [parse_http("example.org").unwrap(), parse_http("*.example.net").unwrap()]);
        assert_eq!(policy.grants.config, [("k".into(), "v=w".into())]);
        let rules: Vec<&str> = policy.denials.iter().map(Denial::text).collect();
        assert_eq!(rules, ["wasi:sockets", "log"]);
    }

    #[test]
    fn limits_have_units() {
        let limits = parse(&["--timeout", "2s", "--memory", "64MiB", "--fuel", "1000"]).guest.limits();
        let expected = Limits { timeout: Some(Duration::from_secs(2)), fuel: Some(1000), memory: 64 << 20 };
        assert_eq!(limits, expected);
        assert_eq!(parse(&[]).guest.limits(), Limits::default());
    }
}
