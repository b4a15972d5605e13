//! Types of core functions, reduced to what an indirect call can tell apart.
//!
//! Two functions of the same number here may be called through the same `call_indirect`; functions of different numbers never.
//! References of every kind count as one, so subtypes, which differ in references alone, share a number with what they
//! stand for. That can only add possible calls.

use std::collections::HashMap;

use wasmparser::{CompositeInnerType, FuncType, RecGroup, ValType};

/// A function type in its reduced form; equal across all modules of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature(u32);

impl Signature {
    /// What is no function type, and so nothing that is called has it.
    pub const NONE: Signature = Signature(u32::MAX);
}

/// All signatures of one file.
#[derive(Debug, Default)]
pub struct Signatures(HashMap<Box<[u8]>, Signature>);

impl Signatures {
    /// The signatures of the types of a recursion group, in order.
    pub fn of_group(&mut self, group: RecGroup) -> Vec<Signature> {
        let types = group.into_types();
        types
            .map(|ty| match &ty.composite_type.inner {
                CompositeInnerType::Func(function) => self.of(function),
                _ => Signature::NONE,
            })
            .collect()
    }

    fn of(&mut self, function: &FuncType) -> Signature {
        let letter = |ty: &ValType| match ty {
            ValType::I32 => b'i',
            ValType::I64 => b'l',
            ValType::F32 => b'f',
            ValType::F64 => b'd',
            ValType::V128 => b'v',
            ValType::Ref(_) => b'r',
        };
        let params = function.params().iter().map(letter);
        let key: Box<[u8]> = params.chain([b'>']).chain(function.results().iter().map(letter)).collect();
        let next = Signature(self.0.len() as u32);
        *self.0.entry(key).or_insert(next)
    }
}
