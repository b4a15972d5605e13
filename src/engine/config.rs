//! How the runtime is configured, once for the whole process.
//!
//! A shell runs little code and waits for a lot of it to compile, so compiling is tuned and running is not. Two runtimes share
//! the work. The quick one compiles with Winch, in a fifth of the default's time; it knows every feature of the component model
//! but not all of core WebAssembly. What it refuses goes to the full one, which has Cranelift and every feature on that can be
//! run (component gc apart).

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wasmtime::component::Component;
use wasmtime::{Cache, CacheConfig, Config, Engine, OptLevel, RegallocAlgorithm, Strategy, WasmBacktraceDetails};

use crate::error::{Error, Kind, Result};
use crate::panics::contained;

/// The stack of a guest. Code that is not optimised has frames several times the usual size: with the usual 512 KiB CPython does
/// not get as far as its prompt.
const GUEST_STACK: usize = 4 << 20;
/// The stack that a call runs on: the guest's, and what the host needs when the guest calls it. Only what is used is memory.
const CALL_STACK: usize = GUEST_STACK + (2 << 20);

/// Which of the two runtimes compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// The quick one, and the full one for what it refuses.
    Quickest,
    /// The full one: what shares a store must come from the same.
    Full,
}

/// The runtimes. The full one is made when a component needs it.
pub struct Runtimes {
    /// `None` where Winch does not know the processor.
    quick: Option<Engine>,
    full: OnceLock<Result<Engine>>,
    cache: Option<PathBuf>,
}

impl Runtimes {
    /// Compiled code is kept in `cache`. A folder that cannot be used is no error: code is compiled again each time.
    pub fn new(cache: Option<PathBuf>) -> Result<Runtimes> {
        let mut config = Config::new();
        config.strategy(Strategy::Winch);
        component_features(&mut config);
        let quick = engine(&mut config, cache.as_deref()).ok();
        let runtimes = Runtimes { quick, full: OnceLock::new(), cache };
        if runtimes.quick.is_none() {
            runtimes.full()?;
        }
        Ok(runtimes)
    }

    /// Compiles a component.
    pub fn compile(&self, bytes: &[u8], compiler: Compiler) -> Result<Component> {
        if compiler == Compiler::Quickest
            && let Some(quick) = &self.quick
            && let Ok(component) = compile(quick, bytes)
        {
            return Ok(component);
        }
        compile(&self.full()?, bytes)
    }

    /// Lets running guests look up: they ask whether to stop.
    pub fn increment_epoch(&self) {
        let full = self.full.get().and_then(|full| full.as_ref().ok());
        self.quick.iter().chain(full).for_each(Engine::increment_epoch);
    }

    /// The runtime that compiles quickest.
    pub fn quickest(&self) -> Result<Engine> {
        self.quick.clone().map_or_else(|| self.full(), Ok)
    }

    /// The runtime that takes everything.
    pub fn full(&self) -> Result<Engine> {
        let made = self.full.get_or_init(|| {
            let mut config = Config::new();
            config.cranelift_opt_level(OptLevel::None).cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
            component_features(&mut config);
            core_features(&mut config);
            engine(&mut config, self.cache.as_deref())
        });
        made.clone()
    }
}

fn engine(config: &mut Config, cache: Option<&Path>) -> Result<Engine> {
    config
        .epoch_interruption(true)
        .consume_fuel(true)
        .max_wasm_stack(GUEST_STACK)
        .async_stack_size(CALL_STACK)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .cache(cache.and_then(code_cache));
    Engine::new(config).map_err(|e| Error::new(Kind::Internal, "the runtime does not start").cause(format!("{e:#}")))
}

/// A compiler that panics has refused: its input came from a file.
pub fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component> {
    let compiled = contained(|| Component::from_binary(engine, bytes))
        .unwrap_or_else(|_| Err(wasmtime::Error::msg("the compiler panicked")));
    compiled.map_err(|error| {
        let mut chain = error.chain().map(|cause| cause.to_string());
        let first = chain.next().unwrap_or_default();
        chain.fold(Error::new(Kind::Load, format!("it does not compile: {first}")), Error::cause)
    })
}

fn component_features(config: &mut Config) {
    config
        .wasm_component_model_async(true)
        .wasm_component_model_more_async_builtins(true)
        .wasm_component_model_async_stackful(true)
        .wasm_component_model_threading(true)
        .wasm_component_model_error_context(true)
        .wasm_component_model_map(true)
        .wasm_component_model_memory64(true)
        .wasm_component_model_fixed_length_lists(true)
        .wasm_component_model_implements(true);
}

/// Those of core WebAssembly that are off by default, and those that Winch lacks.
fn core_features(config: &mut Config) {
    config
        .wasm_wide_arithmetic(true)
        .wasm_custom_page_sizes(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_exceptions(true);
}

fn code_cache(folder: &Path) -> Option<Cache> {
    let mut config = CacheConfig::new();
    config.with_directory(std::path::absolute(folder).ok()?);
    Cache::new(config).ok()
}
