//! What a call of an import carries that no provider of the shell understands: WASI's own resources, streams and futures.
//!
//! In the shell's values such a thing is a handle whose number is above all real ones; whoever answers from inside the same store
//! (another component, WASI) takes it as it is. What nobody took is released when the call is over.

use wasmtime::StoreContextMut;
use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{ResourceAny, ResourceType, Val};

use super::handle_table::{Held, UNSEEN};
use super::store_state::StoreState;
use super::wasi_resources::WasiResource;
use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// The number below the first; real handles and resources never get as far.
const BELOW: u32 = 1 << 31;

/// The things that one call carries.
#[derive(Default)]
pub struct Carried(Vec<(u32, Thing)>);

enum Thing {
    /// A resource that only the runtime knows, a stream, a future, or nothing any more.
    Held(Held),
    /// A resource of WASI.
    Wasi(WasiResource),
}

impl Carried {
    /// Whether a number means something carried.
    pub fn is(number: u32) -> bool {
        number > BELOW
    }

    /// The number as a person sees it: carried things are numbered by themselves, from 1, and so is what was made for one call.
    pub fn shown(number: u32) -> u32 {
        number.checked_sub(BELOW).or(number.checked_sub(UNSEEN)).unwrap_or(number)
    }

    /// A carried thing's number, from the one that a person sees.
    pub fn number(shown: u32) -> u32 {
        BELOW + shown
    }

    /// Takes something in under the next number of this store; the number.
    pub fn push(&mut self, held: Held, state: &mut StoreState) -> u32 {
        let number = Carried::number(state.wasi_numbers.fresh());
        self.0.push((number, Thing::Held(held)));
        number
    }

    /// Takes a resource of WASI in, one that has just been made or a known one; its number.
    pub fn push_wasi(&mut self, resource: WasiResource, is_new: bool, state: &mut StoreState) -> u32 {
        let number = Carried::number(state.wasi_numbers.of(resource, is_new));
        self.0.push((number, Thing::Wasi(resource)));
        number
    }

    /// Passes a resource on: an owned one goes, a borrowed one stays to be given back.
    pub fn resource(
        &mut self,
        number: u32,
        ty: ResourceType,
        own: bool,
        store: &mut StoreContextMut<'_, StoreState>,
    ) -> Result<ResourceAny> {
        let thing = self.get(number)?;
        let any = match thing {
            Thing::Held(Held::Guest(any)) if any.ty() == ty => *any,
            Thing::Wasi(resource) if (resource.kind.ty)() == ty => resource
                .kind
                .make(resource.rep, store)
                .map_err(|e| Error::new(Kind::Limit, "no more resources can be passed on").cause(format!("{e:#}")))?,
            _ => return Err(misfit()),
        };
        if own {
            *thing = Thing::Held(Held::Nothing);
        }
        Ok(any)
    }

    /// Passes a stream or future on.
    pub fn transfer(&mut self, number: u32, ty: &RuntimeType) -> Result<Val> {
        let Thing::Held(held) = self.get(number)? else { return Err(misfit()) };
        match (std::mem::replace(held, Held::Nothing), ty) {
            (Held::Stream(any), RuntimeType::Stream(_)) => Ok(Val::Stream(any)),
            (Held::Future(any), RuntimeType::Future(_)) => Ok(Val::Future(any)),
            _ => Err(misfit()),
        }
    }

    /// The resource of WASI that a number means, if it means one.
    pub fn wasi(&self, number: u32) -> Option<WasiResource> {
        self.0.iter().rev().find_map(|(known, thing)| match thing {
            Thing::Wasi(resource) if *known == number => Some(*resource),
            _ => None,
        })
    }

    /// An error if WASI cannot be given these arguments, since a resource among them was not brought back.
    pub fn check_alive(&self, args: &[Value], state: &StoreState) -> Result<()> {
        let lost = |number: &u32| self.wasi(*number).filter(|resource| state.wasi_numbers.is_lost(*resource));
        let lost = args.iter().flat_map(Value::handles).find_map(|number| Some((number, lost(&number)?)));
        let Some((number, resource)) = lost else { return Ok(()) };
        let name = format!("{}#{}", resource.kind.name, Carried::shown(number));
        Err(Error::new(
            Kind::Handle,
            format!("{name} cannot be used any more: `.back` did not bring it to where it was"),
        )
        .help("`.help back` says what it cannot bring back; `.reset` gives a fresh instance"))
    }

    /// Whether nothing has to be released.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, thing)| matches!(thing, Thing::Held(Held::Nothing) | Thing::Wasi(_)))
    }

    /// Takes out what came in before `end`: what was owned is dropped, what was borrowed given back, streams are closed.
    pub async fn release(&mut self, end: usize, store: &mut StoreContextMut<'_, StoreState>) -> wasmtime::Result<()> {
        for (_, thing) in self.0.iter_mut().take(end) {
            let Thing::Held(held) = thing else { continue };
            match std::mem::replace(held, Held::Nothing) {
                Held::Guest(any) => any.resource_drop_async(&mut *store).await?,
                Held::Stream(mut any) => any.close(&mut *store)?,
                Held::Future(mut any) => any.close(&mut *store)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// How many came in so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&mut self, number: u32) -> Result<&mut Thing> {
        let mut same = self.0.iter_mut().rev().filter(|(known, _)| *known == number);
        same.next().map(|(_, thing)| thing).ok_or_else(misfit)
    }
}

fn misfit() -> Error {
    Error::new(Kind::Provider, "a handle was passed on that is not of the type expected there")
}
