//! Items out of a channel into a guest: a task of the store that keeps a pump's writable end supplied.

use std::future::poll_fn;
use std::sync::Arc;

use wasmtime::component::types::Type as RuntimeType;
use wasmtime::component::{Accessor, AccessorTask, ResourceType, Val};

use super::channel::{Channel, PASSING_ITEMS};
use super::pumps::Pump;
use crate::engine::lower::{LowerHandle, lower};
use crate::engine::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// Keeps one stream supplied, or resolves one future.
pub struct Feed {
    /// Where the items come from.
    pub channel: Arc<Channel>,
    /// Who has the writable end.
    pub pump: Pump,
    /// One item is all there is.
    pub is_future: bool,
    /// The items hold nothing.
    pub is_empty: bool,
}

impl AccessorTask<StoreState> for Feed {
    async fn run(self, accessor: &Accessor<StoreState>) -> wasmtime::Result<()> {
        if let Err(why) = self.feed(accessor).await {
            self.channel.close_reader(&why.to_string());
        }
        Ok(())
    }
}

impl Feed {
    async fn feed(&self, accessor: &Accessor<StoreState>) -> wasmtime::Result<()> {
        while poll_fn(|context| self.channel.poll_items(context)).await {
            let args = self.args()?;
            let mut results = [Val::U32(0)];
            self.pump.push.call_concurrent(accessor, &args, &mut results).await?;
            let code = if let [Val::U32(code)] = results { code } else { 0 };
            if code & 15 != 0 {
                self.channel.close_reader("the guest dropped the readable end");
                break;
            }
            if self.is_future {
                self.channel.close_reader("the guest has taken the value");
                break;
            }
        }
        // A future that nobody resolved must be kept: its writable end may not be dropped.
        if !self.is_future || self.channel.look().written > 0 {
            self.pump.finish.call_concurrent(accessor, &[], &mut []).await?;
            accessor.with(|mut access| access.data_mut().pumps.give_back(self.pump.clone()));
        }
        Ok(())
    }

    fn args(&self) -> Result<Vec<Val>> {
        let items = self.channel.take(if self.is_future { 1 } else { PASSING_ITEMS });
        match &items {
            Value::List(items) if self.is_empty => {
                Ok(vec![Val::U32(0), Val::U32(u32::try_from(items.len()).unwrap_or(u32::MAX))])
            }
            items => Ok(vec![lower(items, &self.pump.items, &mut NoHandles)?]),
        }
    }
}

/// Payloads hold no handles.
struct NoHandles;

impl LowerHandle for NoHandles {
    fn resource(&mut self, _number: u32, _ty: ResourceType, _own: bool) -> Result<Val> {
        Err(unexpected())
    }

    fn transfer(&mut self, _number: u32, _ty: &RuntimeType) -> Result<Val> {
        Err(unexpected())
    }
}

fn unexpected() -> Error {
    Error::new(Kind::Internal, "a handle in a payload that can hold none")
}
