# Shortcuts for those who have `just`; each line works without it too.

# What to run before a commit.
check:
    cargo fmt -- --check
    cargo clippy --all-targets -- -D warnings
    cargo test

# Open a demo: `just demo counter`.
demo name="kv-store":
    cargo run --release -- demos/{{name}}/{{name}}.wasm

# Replay the sessions in the documentation; `just transcripts --update` rewrites what they expect.
transcripts *flags:
    cargo run -- test {{flags}} README.md docs demos tests/transcripts

# Build the demos' components again from their sources.
demos:
    demos/build

# Everything that the build server does.
ci:
    .ci/run
