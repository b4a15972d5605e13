//! How the runtime is configured, once for the whole process.
//!
//! A shell runs little code and waits for a lot of it to compile, so compiling is tuned and running is not: no optimisation and
//! the single-pass register allocator take a third of the default's time.

use std::path::Path;

use wasmtime::{Cache, CacheConfig, Config, Engine, OptLevel, RegallocAlgorithm, WasmBacktraceDetails};

use crate::error::{Error, Kind, Result};

/// The stack of a guest. Code that is not optimised has frames several times the usual size: with the usual 512 KiB CPython does
/// not get as far as its prompt.
const GUEST_STACK: usize = 4 << 20;
/// The stack that a call runs on: the guest's, and what the host needs when the guest calls it. Only what is used is memory.
const CALL_STACK: usize = GUEST_STACK + (2 << 20);

/// The runtime with every feature on that it can run (component gc apart), its code cache in `cache`.
///
/// A cache folder that cannot be used is no error: the code is compiled again each time.
pub fn runtime(cache: Option<&Path>) -> Result<Engine> {
    let mut config = Config::new();
    features(&mut config);
    config
        .cranelift_opt_level(OptLevel::None)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass)
        .epoch_interruption(true)
        .consume_fuel(true)
        .max_wasm_stack(GUEST_STACK)
        .async_stack_size(CALL_STACK)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .cache(cache.and_then(code_cache));
    Engine::new(&config).map_err(|e| Error::new(Kind::Internal, "the runtime does not start").cause(format!("{e:#}")))
}

fn features(config: &mut Config) {
    config
        .wasm_wide_arithmetic(true)
        .wasm_custom_page_sizes(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_exceptions(true)
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

fn code_cache(folder: &Path) -> Option<Cache> {
    let mut config = CacheConfig::new();
    config.with_directory(std::path::absolute(folder).ok()?);
    Cache::new(config).ok()
}
