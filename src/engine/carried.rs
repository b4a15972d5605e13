//! What a call of an import carries that no provider of the shell understands: WASI's own resources, streams and futures.
//!
//! In the shell's values such a thing is a handle whose number is above all real ones; whoever answers from inside the same store
//! (another component, WASI) takes it as it is. What nobody took is released when the call is over.

use wasmtime::StoreContextMut;
use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{ResourceAny, ResourceType, Val};

use super::handle_table::Held;
use super::host::StoreState;
use crate::error::{Error, Kind, Result};

/// The number of the first; real handles and resources never get as far.
const FIRST: u32 = 1 << 31;

/// The things that one call carries.
#[derive(Default)]
pub struct Carried(Vec<Held>);

impl Carried {
    /// Whether a number means something carried.
    pub fn is(number: u32) -> bool {
        number >= FIRST
    }

    /// Takes one in; its number.
    pub fn push(&mut self, held: Held) -> u32 {
        self.0.push(held);
        FIRST + u32::try_from(self.0.len() - 1).unwrap_or(0)
    }

    /// Passes a resource on: an owned one goes, a borrowed one stays to be given back.
    pub fn resource(&mut self, number: u32, ty: ResourceType, own: bool) -> Result<ResourceAny> {
        let held = self.get(number)?;
        let any = match held {
            Held::Guest(any) if any.ty() == ty => *any,
            _ => return Err(misfit()),
        };
        if own {
            *held = Held::Nothing;
        }
        Ok(any)
    }

    /// Passes a stream or future on.
    pub fn transfer(&mut self, number: u32, ty: &RuntimeType) -> Result<Val> {
        let held = self.get(number)?;
        match (std::mem::replace(held, Held::Nothing), ty) {
            (Held::Stream(any), RuntimeType::Stream(_)) => Ok(Val::Stream(any)),
            (Held::Future(any), RuntimeType::Future(_)) => Ok(Val::Future(any)),
            _ => Err(misfit()),
        }
    }

    /// Whether anything has to be released.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|held| matches!(held, Held::Nothing))
    }

    /// Takes out what came in before `end`: what was owned is dropped, what was borrowed given back, streams are closed.
    pub async fn release(&mut self, end: usize, store: &mut StoreContextMut<'_, StoreState>) -> wasmtime::Result<()> {
        for held in self.0.iter_mut().take(end) {
            match std::mem::replace(held, Held::Nothing) {
                Held::Guest(any) => any.resource_drop_async(&mut *store).await?,
                Held::Stream(mut any) => any.close(&mut *store)?,
                Held::Future(mut any) => any.close(&mut *store)?,
                Held::Host { .. } | Held::Nothing => {}
            }
        }
        Ok(())
    }

    /// How many came in so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&mut self, number: u32) -> Result<&mut Held> {
        let index = number.checked_sub(FIRST).map(|index| index as usize);
        index.and_then(|index| self.0.get_mut(index)).ok_or_else(misfit)
    }
}

fn misfit() -> Error {
    Error::new(Kind::Provider, "a handle was passed on that is not of the type expected there")
}
