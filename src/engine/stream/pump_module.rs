//! The core code of the pump: a memory that is filled from its beginning for each call, and six short functions.
//!
//! What each function does is in `pump.rs`. The code that a read or write ends with is the canonical ABI's: 0 completed,
//! 1 the other end was dropped, 2 cancelled, and above it the number of items; a future has no number.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, ImportSection, InstructionSink, MemArg, MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// Where allocation begins.
const FIRST: i32 = 64;
/// What the built-in functions answer when they have to wait.
const BLOCKED: i32 = -1;

const I32: ValType = ValType::I32;

/// Builds a module function by function.
#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    globals: GlobalSection,
    exports: ExportSection,
    code: CodeSection,
    /// How many functions there are so far, imported ones included.
    count: u32,
}

impl Parts {
    fn ty(&mut self, params: &[ValType], results: &[ValType]) -> u32 {
        self.types.ty().function(params.iter().copied(), results.iter().copied());
        self.types.len() - 1
    }

    fn import(&mut self, name: &str, params: &[ValType], results: &[ValType]) -> u32 {
        let ty = self.ty(params, results);
        self.imports.import("", name, EntityType::Function(ty));
        self.count += 1;
        self.count - 1
    }

    /// An exported function whose body `write` adds.
    fn export(
        &mut self,
        name: &str,
        params: &[ValType],
        results: &[ValType],
        locals: u32,
        write: impl FnOnce(&mut InstructionSink<'_>),
    ) {
        let ty = self.ty(params, results);
        self.functions.function(ty);
        self.exports.export(name, ExportKind::Func, self.count);
        self.count += 1;
        let mut function = Function::new([(locals, I32)]);
        write(&mut function.instructions());
        function.instructions().end();
        self.code.function(&function);
    }

    /// `make`: the built-in function gives both ends at once, the readable one in the lower half.
    fn make(&mut self, new: u32) {
        let ty = self.ty(&[], &[I32]);
        self.functions.function(ty);
        self.exports.export("make", ExportKind::Func, self.count);
        self.count += 1;
        let mut function = Function::new([(1, ValType::I64)]);
        let mut code = function.instructions();
        code.call(new).local_tee(0).i64_const(32).i64_shr_u().i32_wrap_i64().global_set(WRITABLE);
        code.local_get(0).i32_wrap_i64().end();
        self.code.function(&function);
    }

    fn global(&mut self, value: i32) {
        let ty = GlobalType { val_type: I32, mutable: true, shared: false };
        self.globals.global(ty, &ConstExpr::i32_const(value));
    }

    fn module(self, memory: Option<MemorySection>) -> Module {
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions);
        if let Some(memory) = &memory {
            module.section(memory);
        }
        module.section(&self.globals).section(&self.exports).section(&self.code);
        module
    }
}

fn word(offset: u64) -> MemArg {
    MemArg { offset, align: 2, memory_index: 0 }
}

/// The memory, an allocator that never frees, and `reset`, which frees all.
pub fn memory() -> Module {
    let mut parts = Parts::default();
    parts.global(FIRST);
    // (old pointer, old size, alignment, size) -> pointer
    parts.export("realloc", &[I32; 4], &[I32], 1, |code| {
        code.global_get(0).local_get(2).i32_add().i32_const(1).i32_sub();
        code.i32_const(0).local_get(2).i32_sub().i32_and().local_tee(4);
        code.local_get(3).i32_add().global_set(0);
        // More pages, where it does not fit.
        code.block(BlockType::Empty).loop_(BlockType::Empty);
        code.global_get(0).memory_size(0).i32_const(16).i32_shl().i32_le_u().br_if(1);
        code.i32_const(1).memory_grow(0).i32_const(-1).i32_ne().br_if(0).unreachable();
        code.end().end();
        code.local_get(4);
    });
    parts.export("reset", &[], &[], 0, |code| {
        code.i32_const(FIRST).global_set(0);
    });
    parts.exports.export("memory", ExportKind::Memory, 0);
    let mut memory = MemorySection::new();
    memory.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    parts.module(Some(memory))
}

/// The readable end that was opened, the writable end that was made, and whether a read waits.
const READABLE: u32 = 0;
const WRITABLE: u32 = 1;
const READING: u32 = 2;

/// The functions for streams (or futures) whose items take `size` bytes each.
pub fn code(is_future: bool, size: u32) -> Module {
    let mut parts = Parts::default();
    let size = size.cast_signed();
    let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
    parts.imports.import("", "memory", EntityType::Memory(memory));
    let transfer: &[ValType] = if is_future { &[I32; 2] } else { &[I32; 3] };
    let realloc = parts.import("realloc", &[I32; 4], &[I32]);
    let reset = parts.import("reset", &[], &[]);
    let new = parts.import("new", &[], &[ValType::I64]);
    let read = parts.import("read", transfer, &[I32]);
    let write = parts.import("write", transfer, &[I32]);
    let cancel = parts.import("cancel-read", &[I32], &[I32]);
    let drop_readable = parts.import("drop-readable", &[I32], &[]);
    let drop_writable = parts.import("drop-writable", &[I32], &[]);
    let set_new = parts.import("set-new", &[], &[I32]);
    let set_wait = parts.import("set-wait", &[I32; 2], &[I32]);
    let set_drop = parts.import("set-drop", &[I32], &[]);
    let join = parts.import("join", &[I32; 2], &[]);
    let return_next = parts.import("return-next", &[I32; 3], &[]);
    (0..3).for_each(|_| parts.global(0));

    parts.export("open", &[I32], &[], 0, |code| {
        code.local_get(0).global_set(READABLE);
    });
    // Locals behind `most`: the buffer, the event, what the read ended with, the set.
    parts.export("next", &[I32], &[], 4, |code| {
        let (most, buffer, event, ended, set) = (0, 1, 2, 3, 4);
        code.call(reset);
        code.i32_const(0).i32_const(0).i32_const(8).local_get(most).i32_const(size).i32_mul();
        code.call(realloc).local_set(buffer);
        code.i32_const(0).i32_const(0).i32_const(4).i32_const(8).call(realloc).local_set(event);
        code.global_get(READABLE).local_get(buffer);
        if !is_future {
            code.local_get(most);
        }
        code.call(read).local_tee(ended).i32_const(BLOCKED).i32_eq().if_(BlockType::Empty);
        code.i32_const(1).global_set(READING);
        code.global_get(READABLE).call(set_new).local_tee(set).call(join);
        code.local_get(set).local_get(event).call(set_wait).drop();
        code.global_get(READABLE).i32_const(0).call(join).local_get(set).call(set_drop);
        code.i32_const(0).global_set(READING);
        code.local_get(event).i32_load(word(4)).local_set(ended).end();
        code.local_get(buffer).local_get(ended);
        if is_future {
            code.i32_const(15).i32_and().i32_eqz();
        } else {
            code.i32_const(4).i32_shr_u();
        }
        code.local_get(ended).i32_const(15).i32_and().call(return_next);
    });
    parts.export("close", &[], &[], 0, |code| {
        code.global_get(READING).if_(BlockType::Empty);
        code.global_get(READABLE).i32_const(0).call(join);
        code.global_get(READABLE).call(cancel).drop().end();
        code.global_get(READABLE).call(drop_readable);
    });
    parts.make(new);
    push(&mut parts, is_future, size, write, reset);
    parts.export("finish", &[], &[], 0, |code| {
        code.global_get(WRITABLE).call(drop_writable);
    });
    parts.module(None)
}

/// `push(pointer, length)`: writes until all is taken or nobody takes it any more.
fn push(parts: &mut Parts, is_future: bool, size: i32, write: u32, reset: u32) {
    let (pointer, length, done, ended) = (0, 1, 2, 3);
    parts.export("push", &[I32; 2], &[I32], 2, |code| {
        if is_future {
            code.global_get(WRITABLE).local_get(pointer).call(write).i32_const(15).i32_and().local_tee(ended);
            code.i32_eqz().local_set(done);
        } else {
            code.loop_(BlockType::Empty);
            code.global_get(WRITABLE);
            code.local_get(pointer).local_get(done).i32_const(size).i32_mul().i32_add();
            code.local_get(length).local_get(done).i32_sub().call(write).local_tee(ended);
            code.i32_const(4).i32_shr_u().local_get(done).i32_add().local_set(done);
            code.local_get(ended).i32_const(15).i32_and().local_tee(ended).i32_eqz();
            code.local_get(done).local_get(length).i32_lt_u().i32_and().br_if(0).end();
        }
        code.call(reset);
        code.local_get(done).i32_const(4).i32_shl().local_get(ended).i32_or();
    });
}
