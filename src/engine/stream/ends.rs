//! Where a channel meets a store: giving a guest the readable end, and taking the one that a guest gave.

use std::fs::File;
use std::sync::Arc;

use wasmtime::component::{FutureAny, StreamAny, StreamReader, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::bytes::{FromChannel, FromFile, IntoChannel};
use super::channel::{Channel, PASSING_ITEMS};
use super::drain::Drain;
use super::feed::Feed;
use super::{pump, pumps};
use crate::engine::store_state::StoreState;
use crate::error::{Error, Kind, Result};
use crate::model::Type;

/// A readable end that a guest gave out.
pub enum Given {
    /// Of a stream.
    Stream(StreamAny),
    /// Of a future.
    Future(FutureAny),
}

/// What a stream or future carries, and whether it is a future.
fn parts(ty: &Type) -> Result<(bool, Option<&Type>)> {
    match ty {
        Type::Stream(Some(item)) if matches!(**item, Type::Char) => {
            Err(Error::new(Kind::Type, "the component model has no stream<char>")
                .help("`stream<u8>` is for text in an encoding, `stream<string>` for pieces of it"))
        }
        Type::Stream(payload) => Ok((false, payload.as_deref())),
        Type::Future(payload) => Ok((true, payload.as_deref())),
        _ => Err(internal("neither a stream nor a future")),
    }
}

/// An empty channel for a stream or future of this type; an error if the shell cannot move its items.
pub fn channel(ty: &Type) -> Result<Channel> {
    let (is_future, payload) = parts(ty)?;
    let bytes = is_bytes(ty);
    if !bytes {
        pump::component(is_future, payload)?;
    }
    Ok(Channel::new(bytes))
}

/// Whether it is a `stream<u8>`.
pub fn is_bytes(ty: &Type) -> bool {
    matches!(ty, Type::Stream(Some(item)) if matches!(**item, Type::U8))
}

/// Gives a guest of this store the readable end of a channel.
pub async fn give(
    store: &mut StoreContextMut<'_, StoreState>,
    channel: &Arc<Channel>,
    ty: &Type,
) -> wasmtime::Result<Val> {
    store.data_mut().channels.push(Arc::downgrade(channel));
    if is_bytes(ty) {
        let reader = StreamReader::new(&mut *store, FromChannel::new(channel.clone()))?;
        return reader.try_into_stream_any(&mut *store).map(Val::Stream);
    }
    let (is_future, payload) = parts(ty)?;
    let pump = pumps::obtain(store, is_future, payload).await?;
    let mut results = [Val::Bool(false)];
    pump.make.call_async(&mut *store, &[], &mut results).await?;
    channel.want(PASSING_ITEMS);
    let feed = Feed { channel: channel.clone(), pump, is_future, is_empty: payload.is_none() };
    store.as_context_mut().spawn(feed)?;
    let [end] = results;
    Ok(end)
}

/// Gives a guest of this store the bytes of a file as a stream.
pub fn give_file(store: &mut StoreContextMut<'_, StoreState>, file: File) -> wasmtime::Result<Val> {
    let reader = StreamReader::new(&mut *store, FromFile(file))?;
    reader.try_into_stream_any(&mut *store).map(Val::Stream)
}

/// Takes a readable end that a guest of this store gave: what comes goes into a channel, as its reader wants it.
pub async fn take(
    store: &mut StoreContextMut<'_, StoreState>,
    end: Given,
    ty: &Type,
) -> wasmtime::Result<Arc<Channel>> {
    let channel = Arc::new(channel(ty)?);
    store.data_mut().channels.push(Arc::downgrade(&channel));
    if is_bytes(ty) {
        let Given::Stream(any) = end else { return Err(internal("a future of bytes is none").into()) };
        let reader = any.try_into_stream_reader::<u8>()?;
        reader.pipe(&mut *store, IntoChannel(channel.clone()))?;
        return Ok(channel);
    }
    let (is_future, payload) = parts(ty)?;
    let pump = pumps::obtain(store, is_future, payload).await?;
    let end = match end {
        Given::Stream(any) => Val::Stream(any),
        Given::Future(any) => Val::Future(any),
    };
    pump.open.call_async(&mut *store, &[end], &mut []).await?;
    let drain = Drain { channel: channel.clone(), pump, is_future, payload: payload.cloned() };
    store.as_context_mut().spawn(drain)?;
    Ok(channel)
}

fn internal(what: &str) -> Error {
    Error::new(Kind::Internal, what)
}
