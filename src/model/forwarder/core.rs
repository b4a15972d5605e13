//! The two core modules of a forwarder: one with the memory, which has to be there before anything can be lowered, and one with
//! the functions.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, ImportSection, Instruction, MemArg, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use super::flat::{Borrow, Signature};

/// The module that the functions import everything from.
pub const HOST: &str = "host";
/// The exports of the memory's module, beside [`ended`].
pub const MEMORY: &str = "memory";
pub const REALLOC: &str = "realloc";

/// Where a result in memory begins, and where what is allocated does: `flat::RESULT_BYTES` are between them.
const RESULT: i32 = 16;
const HEAP: i32 = 65_536;

/// What a core function may return: for each of them there is an export that ends the call.
pub const RETURNS: [Option<ValType>; 5] =
    [None, Some(ValType::I32), Some(ValType::I64), Some(ValType::F32), Some(ValType::F64)];

/// The name of a function that is called.
pub fn imported(number: usize) -> String {
    format!("i{number}")
}

/// The name of what drops a handle.
pub fn dropped(number: usize) -> String {
    format!("drop{number}")
}

/// The name of a function that calls.
pub fn exported(number: usize) -> String {
    format!("f{number}")
}

/// The name of what ends a call that returned the type of this number.
pub fn ended(number: usize) -> String {
    format!("end{number}")
}

/// A function and which of its handles are given back how.
pub struct Forwarded<'a> {
    /// The function.
    pub signature: &'a Signature,
    /// Its borrows.
    pub passed: Vec<Passed<'a>>,
}

/// A borrow, and the number of what drops it.
pub struct Passed<'a> {
    /// The borrow.
    pub borrow: &'a Borrow,
    /// The number of what drops it.
    pub drop: usize,
}

/// A memory, an allocator that only ever goes on, and what lets it begin anew when a call is over.
pub fn memory() -> Module {
    let (mut types, mut functions, mut exports, mut code) =
        (TypeSection::new(), FunctionSection::new(), ExportSection::new(), CodeSection::new());
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    functions.function(0);
    exports.export(REALLOC, ExportKind::Func, 0);
    code.function(&realloc());
    for (number, returned) in RETURNS.into_iter().enumerate() {
        let index = number as u32 + 1;
        types.ty().function(returned, []);
        functions.function(index);
        exports.export(&ended(number), ExportKind::Func, index);
        let mut body = Function::new([]);
        body.instruction(&Instruction::I32Const(HEAP)).instruction(&Instruction::GlobalSet(0));
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 2, maximum: None, memory64: false, shared: false, page_size_log2: None });
    exports.export(MEMORY, ExportKind::Memory, 0);
    let mut globals = GlobalSection::new();
    globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(HEAP));
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&globals).section(&exports).section(&code);
    module
}

/// `(old, old size, align, size) -> address`. Text and lists are written once, so nothing old is ever moved.
fn realloc() -> Function {
    use Instruction as I;
    const ALIGN_MASK: i32 = 7;
    let (size, start) = (3, 4);
    let mut body = Function::new([(1, ValType::I32)]);
    let mut code = |instructions: &[I<'_>]| {
        for instruction in instructions {
            body.instruction(instruction);
        }
    };
    code(&[
        I::GlobalGet(0),
        I::I32Const(ALIGN_MASK),
        I::I32Add,
        I::I32Const(!ALIGN_MASK),
        I::I32And,
        I::LocalTee(start),
    ]);
    code(&[I::LocalGet(size), I::I32Add, I::GlobalSet(0)]);
    // Past the end of the address space?
    code(&[I::GlobalGet(0), I::LocalGet(start), I::I32LtU, I::If(BlockType::Empty), I::Unreachable, I::End]);
    // Grow until it fits.
    code(&[I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
    code(&[I::GlobalGet(0), I::I32Const(16), I::I32ShrU, I::MemorySize(0), I::I32LtU, I::BrIf(1)]);
    code(&[I::I32Const(1), I::MemoryGrow(0), I::I32Const(-1), I::I32Eq, I::If(BlockType::Empty), I::Unreachable]);
    code(&[I::End, I::Br(0), I::End, I::End, I::LocalGet(start), I::End]);
    body
}

/// The functions that call those of the same number.
pub fn forwarding(forwarded: &[Forwarded<'_>], drops: usize) -> Module {
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    let (mut functions, mut exports, mut code) = (FunctionSection::new(), ExportSection::new(), CodeSection::new());
    let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import(HOST, MEMORY, EntityType::Memory(memory));
    types.ty().function([ValType::I32], []);
    for number in 0..drops {
        imports.import(HOST, &dropped(number), EntityType::Function(0));
    }
    let called = drops as u32;
    let calling = called + forwarded.len() as u32;
    for (number, forwarded) in forwarded.iter().enumerate() {
        let signature = forwarded.signature;
        let ty = number as u32 * 2 + 1;
        let mut params = signature.params.clone();
        params.extend(signature.in_memory.then_some(ValType::I32));
        types.ty().function(params, signature.result);
        types.ty().function(signature.params.iter().copied(), signature.returned());
        imports.import(HOST, &imported(number), EntityType::Function(ty));
        functions.function(ty + 1);
        exports.export(&exported(number), ExportKind::Func, calling + number as u32);
        code.function(&forwarded.body(called + number as u32));
    }
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module
}

impl Forwarded<'_> {
    /// Calls, gives back what was borrowed, returns.
    fn body(&self, called: u32) -> Function {
        use Instruction as I;
        let params = self.signature.params.len() as u32;
        let mut body = Function::new([(1, ValType::I32)]);
        for param in 0..params {
            body.instruction(&I::LocalGet(param));
        }
        if self.signature.in_memory {
            body.instruction(&I::I32Const(RESULT));
        }
        body.instruction(&I::Call(called));
        for passed in &self.passed {
            let (param, drop) = (passed.borrow.param, passed.drop as u32);
            match passed.borrow.is_list {
                false => drop_one(&mut body, param, drop),
                true => drop_list(&mut body, param, params, drop),
            }
        }
        if self.signature.in_memory {
            body.instruction(&I::I32Const(RESULT));
        }
        body.instruction(&I::End);
        body
    }
}

fn drop_one(body: &mut Function, param: u32, drop: u32) {
    body.instruction(&Instruction::LocalGet(param)).instruction(&Instruction::Call(drop));
}

/// Drops each handle of a list whose pointer and length are parameters.
fn drop_list(body: &mut Function, pointer: u32, at: u32, drop: u32) {
    use Instruction as I;
    let handle = MemArg { offset: 0, align: 2, memory_index: 0 };
    let instructions = [
        I::I32Const(0),
        I::LocalSet(at),
        I::Block(BlockType::Empty),
        I::Loop(BlockType::Empty),
        I::LocalGet(at),
        I::LocalGet(pointer + 1),
        I::I32GeU,
        I::BrIf(1),
        I::LocalGet(pointer),
        I::LocalGet(at),
        I::I32Const(4),
        I::I32Mul,
        I::I32Add,
        I::I32Load(handle),
        I::Call(drop),
        I::LocalGet(at),
        I::I32Const(1),
        I::I32Add,
        I::LocalSet(at),
        I::Br(0),
        I::End,
        I::End,
    ];
    for instruction in &instructions {
        body.instruction(instruction);
    }
}
