//! Items out of a guest into a channel: a task of the store that reads through a pump, as much as the channel's reader wants.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use futures::future::{Either, select};
use wasmtime::component::{Accessor, AccessorTask, FutureAny, ResourceAny, StreamAny, Val};

use super::channel::Channel;
use super::pump::most_items;
use super::pumps::Pump;
use crate::engine::lift::{LiftHandle, lift};
use crate::engine::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Type};
use crate::value::Value;

/// Reads one stream to its end, or one future.
pub struct Drain {
    /// Where the items go.
    pub channel: Arc<Channel>,
    /// Who has the readable end.
    pub pump: Pump,
    /// One item is all there is.
    pub is_future: bool,
    /// What an item is; nothing where it holds nothing.
    pub payload: Option<Type>,
}

impl AccessorTask<StoreState> for Drain {
    async fn run(self, accessor: &Accessor<StoreState>) -> wasmtime::Result<()> {
        if let Err(why) = self.drain(accessor).await {
            self.channel.close_writer(&why.to_string());
        }
        Ok(())
    }
}

impl Drain {
    async fn drain(&self, accessor: &Accessor<StoreState>) -> wasmtime::Result<()> {
        let most = most_items(self.payload.as_ref()) as usize;
        while let Some(room) = poll_fn(|context| self.channel.poll_room(context)).await {
            let args = [Val::U32(u32::try_from(room.min(most)).unwrap_or(1))];
            let mut results = [Val::Bool(false)];
            let no_reader = poll_fn(|context| self.channel.poll_no_reader(context));
            let read = {
                let read = pin!(self.pump.next.call_concurrent(accessor, &args, &mut results));
                match select(read, no_reader).await {
                    Either::Left((read, _)) => Some(read),
                    Either::Right(_) => None,
                }
            };
            let Some(read) = read else {
                // The read that waits is given up with the end; its instance is not used again.
                self.channel.close_writer("the readable end was dropped");
                return self.pump.close.call_concurrent(accessor, &[], &mut []).await;
            };
            read?;
            let (items, code) = self.items(results)?;
            let came = !items.is_empty();
            self.channel.push_values(items);
            if code != 0 || (self.is_future && came) {
                let why = if self.is_future { "it was resolved" } else { "the guest dropped the writable end" };
                self.channel.close_writer(why);
                break;
            }
        }
        self.pump.close.call_concurrent(accessor, &[], &mut []).await?;
        accessor.with(|mut access| access.data_mut().pumps.give_back(self.pump.clone()));
        Ok(())
    }

    /// What `next` gave: the items, and the code with which the read ended.
    fn items(&self, results: [Val; 1]) -> Result<(Vec<Value>, u32)> {
        let [Val::Tuple(parts)] = results else { return Err(unexpected()) };
        match (<[Val; 2]>::try_from(parts), &self.payload) {
            (Ok([Val::List(items), Val::U32(code)]), Some(ty)) => {
                let items = items.into_iter().map(|item| lift(item, ty, &mut NoHandles));
                Ok((items.collect::<Result<_>>()?, code))
            }
            (Err(parts), None) => match parts[..] {
                [_, Val::U32(length), Val::U32(code)] => Ok((vec![Value::Tuple(Vec::new()); length as usize], code)),
                _ => Err(unexpected()),
            },
            _ => Err(unexpected()),
        }
    }
}

/// Payloads hold no handles.
struct NoHandles;

impl LiftHandle for NoHandles {
    fn resource(&mut self, _any: ResourceAny, _resource: &Resource) -> Result<u32> {
        Err(unexpected())
    }

    fn stream(&mut self, _any: StreamAny, _ty: &Type) -> Result<u32> {
        Err(unexpected())
    }

    fn future(&mut self, _any: FutureAny, _ty: &Type) -> Result<u32> {
        Err(unexpected())
    }
}

fn unexpected() -> Error {
    Error::new(Kind::Internal, "a pump gave something else than items")
}
