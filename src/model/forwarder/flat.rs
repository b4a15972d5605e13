//! How the canonical ABI passes a function's parameters and result: flat core values, or a pointer where there are many.
//!
//! Component model specification, CanonicalABI.md, "Flattening".

use wasm_encoder::ValType;

use super::resource_of;
use crate::model::{Function, Type, TypeName};

/// Flat parameters that a function may have before they go through memory.
const MOST_PARAMS: usize = 16;

/// Bytes that a result in memory may take: what the core module reserves.
pub const RESULT_BYTES: u64 = 60_000;

/// A function as core WebAssembly sees it.
#[derive(Debug)]
pub struct Signature {
    /// The parameters, alike for who calls and who is called.
    pub params: Vec<ValType>,
    /// The result, where it is one flat value.
    pub result: Option<ValType>,
    /// The result goes through memory: a pointer to it is the last parameter of what is called, and the result of what calls.
    pub in_memory: bool,
    /// The handles among the parameters that have to be given back.
    pub borrows: Vec<Borrow>,
}

/// A borrowed handle, or a list of them, among the parameters.
#[derive(Debug)]
pub struct Borrow {
    /// Its flat parameter; of a list, the pointer, which the length follows.
    pub param: u32,
    /// A list.
    pub is_list: bool,
    /// What it is a handle of.
    pub resource: TypeName,
}

impl Signature {
    /// The signature; `None` for what cannot be passed on.
    pub fn of(function: &Function) -> Option<Signature> {
        let mut params = Vec::new();
        let mut borrows = Vec::new();
        for param in &function.params {
            let at = u32::try_from(params.len()).ok()?;
            match &param.ty {
                Type::Borrow(_) => {
                    borrows.push(Borrow { param: at, is_list: false, resource: resource_of(&param.ty)?.clone() });
                }
                Type::List(item) if matches!(**item, Type::Borrow(_)) => {
                    borrows.push(Borrow { param: at, is_list: true, resource: resource_of(item)?.clone() });
                }
                other if has_borrow(other) => return None,
                _ => {}
            }
            flatten(&param.ty, &mut params);
        }
        if params.len() > MOST_PARAMS {
            if !borrows.is_empty() {
                return None;
            }
            params = vec![ValType::I32];
        }
        let mut result = Vec::new();
        if let Some(ty) = &function.result {
            flatten(ty, &mut result);
            if most_bytes(ty) > RESULT_BYTES {
                return None;
            }
        }
        let in_memory = result.len() > 1;
        Some(Signature { params, result: result.pop().filter(|_| !in_memory), in_memory, borrows })
    }

    /// What a function of it returns that others call: the value itself, or a pointer to it.
    pub fn returned(&self) -> Option<ValType> {
        if self.in_memory { Some(ValType::I32) } else { self.result }
    }
}

/// Adds a type's flat values. What has more than can stay flat is not finished.
fn flatten(ty: &Type, flat: &mut Vec<ValType>) {
    if flat.len() > MOST_PARAMS {
        return;
    }
    match ty {
        Type::S64 | Type::U64 => flat.push(ValType::I64),
        Type::F32 => flat.push(ValType::F32),
        Type::F64 => flat.push(ValType::F64),
        Type::String | Type::List(_) | Type::Map(..) => flat.extend([ValType::I32; 2]),
        Type::FixedList(item, length) => {
            for _ in 0..*length {
                flatten(item, flat);
                if flat.len() > MOST_PARAMS {
                    return;
                }
            }
        }
        Type::Tuple(items) => items.iter().for_each(|item| flatten(item, flat)),
        Type::Record(record) => record.fields.iter().for_each(|field| flatten(&field.ty, flat)),
        Type::Variant(variant) => cases(variant.cases.iter().map(|case| case.ty.as_ref()), flat),
        Type::Option(payload) => cases([Some(&**payload)].into_iter(), flat),
        Type::Result(result) => cases([result.ok.as_ref(), result.err.as_ref()].into_iter(), flat),
        _ => flat.push(ValType::I32),
    }
}

/// The case's number, then values that each case's payload fits in.
fn cases<'a>(payloads: impl Iterator<Item = Option<&'a Type>>, flat: &mut Vec<ValType>) {
    flat.push(ValType::I32);
    let mut joined: Vec<ValType> = Vec::new();
    for payload in payloads.flatten() {
        let mut own = Vec::new();
        flatten(payload, &mut own);
        for (at, ty) in own.into_iter().enumerate() {
            match joined.get_mut(at) {
                Some(known) => *known = join(*known, ty),
                None => joined.push(ty),
            }
        }
    }
    flat.extend(joined);
}

fn join(a: ValType, b: ValType) -> ValType {
    match (a, b) {
        _ if a == b => a,
        (ValType::I32, ValType::F32) | (ValType::F32, ValType::I32) => ValType::I32,
        _ => ValType::I64,
    }
}

/// A borrow anywhere in it.
fn has_borrow(ty: &Type) -> bool {
    match ty {
        Type::Borrow(_) => true,
        Type::List(item) | Type::FixedList(item, _) | Type::Option(item) => has_borrow(item),
        Type::Map(key, value) => has_borrow(key) || has_borrow(value),
        Type::Tuple(items) => items.iter().any(has_borrow),
        Type::Record(record) => record.fields.iter().any(|field| has_borrow(&field.ty)),
        Type::Variant(variant) => variant.cases.iter().any(|case| case.ty.as_ref().is_some_and(has_borrow)),
        Type::Result(result) => [&result.ok, &result.err].into_iter().flatten().any(has_borrow),
        _ => false,
    }
}

/// At most so many bytes of memory: every part and every case's number counted as the biggest and most aligned there is.
fn most_bytes(ty: &Type) -> u64 {
    let all = |sizes: &mut dyn Iterator<Item = u64>| sizes.fold(0, u64::saturating_add);
    match ty {
        Type::FixedList(item, length) => most_bytes(item).saturating_mul(u64::from(*length)),
        Type::Tuple(items) => all(&mut items.iter().map(most_bytes)),
        Type::Record(record) => all(&mut record.fields.iter().map(|field| most_bytes(&field.ty))),
        Type::Variant(variant) => {
            let payloads = variant.cases.iter().filter_map(|case| case.ty.as_ref());
            payloads.map(most_bytes).max().unwrap_or(0).saturating_add(8)
        }
        Type::Option(payload) => most_bytes(payload).saturating_add(8),
        Type::Result(result) => {
            let payloads = [&result.ok, &result.err].into_iter().flatten();
            payloads.map(most_bytes).max().unwrap_or(0).saturating_add(8)
        }
        _ => 8,
    }
}
