//! Streams and futures at the prompt: made by hand, read, written, closed, and brought to where a call needs them.

use std::path::Path;
use std::sync::Arc;

use super::Engine;
use super::handle::HandleState;
use super::handle_table::{Entry, Held};
use super::lock;
use super::runner::Waited;
use super::stream::channel::Look;
use super::stream::ends::{self, Given};
use super::stream::{Channel, End, MOST_WAITING};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::model::Type;
use crate::value::Value;
use crate::wording::counted;

/// Items that one `.read` without a number takes at most, and bytes.
const MOST_ITEMS: usize = 100_000;
const MOST_BYTES: usize = 64 << 20;

/// What a read gave.
#[derive(Debug)]
pub struct Taken {
    /// The items as one list; of a future its value.
    pub value: Value,
    /// How the stream ended, if it has and nothing is left.
    pub ended: Option<String>,
    /// More may come.
    pub is_open: bool,
}

/// What became of what was written.
#[derive(Debug)]
pub struct Written {
    /// Items that nobody has taken yet.
    pub waiting: usize,
    /// Why nobody will, if so.
    pub refused: Option<String>,
}

impl Engine {
    /// Makes a stream or future of this type; the numbers of its writable and its readable end.
    pub fn make_ends(&mut self, ty: &Type) -> Result<(u32, u32)> {
        let channel = Arc::new(ends::channel(ty)?);
        let mut handles = lock(&self.around.host.handles);
        let writable = handles.add(Entry::end(ty, Held::Writer(channel.clone())));
        Ok((writable, handles.add(Entry::end(ty, Held::Channel(channel)))))
    }

    /// A `stream<u8>` of the bytes of a file, which are read while the stream is; its number.
    pub fn stream_file(&mut self, path: &Path) -> Result<u32> {
        let (file, _) =
            files::open(path).map_err(|why| Error::new(Kind::Io, format!("cannot read {path:?}: {why}")))?;
        let ty = Type::Stream(Some(Type::U8.into()));
        Ok(lock(&self.around.host.handles).add_unseen(Entry::end(&ty, Held::File(file))))
    }

    /// A stream of these items (a list), or a future that has this value; its number.
    pub fn stream_of(&mut self, ty: &Type, content: Value) -> Result<u32> {
        let channel = ends::channel(ty)?;
        match (ty, content) {
            (Type::Stream(_), Value::Bytes(bytes)) => channel.push_bytes(&bytes),
            (Type::Stream(_), Value::List(items)) => channel.push_values(items),
            (_, value) => channel.push_values(vec![value]),
        }
        channel.close_writer("all its items were read");
        Ok(lock(&self.around.host.handles).add_unseen(Entry::end(ty, Held::Channel(Arc::new(channel)))))
    }

    /// Forgets what [`Engine::stream_file`] and [`Engine::stream_of`] made, whether or not a call has taken it.
    pub fn discard(&mut self, number: u32) {
        lock(&self.around.host.handles).forget_unseen(number);
    }

    /// Takes up to `most` items of a stream (all, where no number is given), or the value of a future, and waits for them. Where
    /// the wait ends before, nothing is lost: what has come stays to be read.
    pub fn read(&mut self, number: u32, most: Option<usize>) -> Result<Taken> {
        let (channel, ty) = self.readable(number)?;
        let is_future = matches!(ty, Type::Future(_));
        let bound = if ends::is_bytes(&ty) { MOST_BYTES } else { MOST_ITEMS };
        let wanted = if is_future { 1 } else { most.unwrap_or(bound).min(bound) };
        channel.want(wanted);
        let by_hand = self.is_written_by_hand(&channel);
        let met = || {
            let look = channel.look();
            look.waiting >= wanted || look.writer != End::Open || by_hand
        };
        let what = format!("reading {ty}#{number}");
        let waited = self.wait_until(None, &what, &met);
        channel.want(0);
        let (waited, look) = (waited?, channel.look());
        if waited != Waited::Met {
            let came = counted(look.waiting, "item");
            return Err(self.not_met(waited, &what).note(format!("{came} came so far; the next `.read` gives them")));
        }
        if look.waiting == 0 && (is_future || look.writer == End::Open) && wanted > 0 {
            return Err(nothing(number, &ty, &look));
        }
        let taken = channel.take(wanted);
        if is_future {
            lock(&self.around.host.handles).end(number, HandleState::Moved(".read".to_owned()));
            let value = match taken {
                Value::List(mut items) => items.pop(),
                _ => None,
            };
            let value = value.ok_or_else(|| Error::new(Kind::Internal, "a future without a value"))?;
            return Ok(Taken { value, ended: None, is_open: false });
        }
        let ended = match (channel.look().waiting, look.writer) {
            (0, End::Closed(why)) => Some(why),
            _ => None,
        };
        Ok(Taken { value: taken, is_open: ended.is_none(), ended })
    }

    /// Writes items (one list) to a stream, or its value to a future.
    pub fn write(&mut self, number: u32, items: Value) -> Result<Written> {
        let (channel, ty) = self.writable(number)?;
        let look = channel.look();
        if matches!(ty, Type::Future(_)) && look.written > 0 {
            return Err(Error::new(Kind::Handle, format!("{ty}#{number} has its value already")));
        }
        if let End::Closed(why) = look.reader {
            return Err(Error::new(Kind::Handle, format!("nobody reads from {ty}#{number}: {why}")));
        }
        let (more, bytes) = match &items {
            Value::Bytes(bytes) => (bytes.len(), bytes.len()),
            Value::List(list) => (list.len(), items.size()),
            _ => return Err(Error::new(Kind::Internal, "items that are no list")),
        };
        if look.waiting + more > MOST_WAITING || bytes > MOST_BYTES {
            let message = format!("{} wait for the reader of {ty}#{number} already", counted(look.waiting, "item"));
            return Err(Error::new(Kind::Limit, message).help("write less at once; a file is passed as `@\"path\"`"));
        }
        match items {
            Value::Bytes(bytes) => channel.push_bytes(&bytes),
            Value::List(items) => channel.push_values(items),
            _ => {}
        }
        self.advance();
        let look = channel.look();
        let refused = match look.reader {
            End::Closed(why) if look.waiting > 0 => Some(why),
            _ => None,
        };
        Ok(Written { waiting: look.waiting, refused })
    }

    /// Closes the writable end of a stream.
    pub fn close(&mut self, number: u32) -> Result<()> {
        let (channel, ty) = self.writable(number)?;
        if matches!(ty, Type::Future(_)) && channel.look().written == 0 {
            return Err(Error::new(
                Kind::Handle,
                format!("{ty}#{number} has no value yet: a future cannot be closed without"),
            )
            .help("`.write` gives it one"));
        }
        channel.close_writer("it was closed at the prompt");
        lock(&self.around.host.handles).end(number, HandleState::Dropped);
        self.advance();
        Ok(())
    }

    /// Brings the streams and futures among the arguments of a call into its store, those of other stores too; the ones that
    /// pass through the shell.
    pub(super) fn bring(&mut self, args: &[Value], store: u32) -> Result<Vec<(u32, Arc<Channel>)>> {
        let mut brought = Vec::new();
        for number in args.iter().flat_map(Value::handles) {
            let foreign = {
                let mut handles = lock(&self.around.host.handles);
                // What cannot be used is refused when the arguments are read.
                let Ok(entry) = handles.live(number) else { continue };
                matches!(entry.held, Held::Stream(_) | Held::Future(_)) && entry.store != Some(store)
            };
            if foreign {
                self.readable(number)?;
            }
            let (held, ty) = {
                let mut handles = lock(&self.around.host.handles);
                let entry = handles.live(number)?;
                let (Held::Channel(_) | Held::File(_), Some(ty)) = (&entry.held, entry.ty.clone()) else { continue };
                (std::mem::replace(&mut entry.held, Held::Nothing), ty)
            };
            if let Held::Channel(channel) = &held {
                brought.push((number, channel.clone()));
            }
            let given = self.stores.get_mut(store)?.give_end(&self.around, held, &ty);
            let given = self.stores.settle(&self.around, store, given)?;
            let mut handles = lock(&self.around.host.handles);
            let entry = handles.live(number)?;
            (entry.held, entry.store) = (given, Some(store));
        }
        Ok(brought)
    }

    /// The channel that ends in a readable end. One that is still the runtime's is taken out of its store.
    fn readable(&mut self, number: u32) -> Result<(Arc<Channel>, Type)> {
        let (given, ty, store) = {
            let mut handles = lock(&self.around.host.handles);
            let entry = handles.live(number)?;
            let Some(ty) = entry.ty.clone() else { return Err(no_end(number, "readable")) };
            if let Held::Channel(channel) = &entry.held {
                return Ok((channel.clone(), ty));
            }
            // What cannot be taken out stays where it is.
            ends::channel(&ty)?;
            let given = match std::mem::replace(&mut entry.held, Held::Nothing) {
                Held::Stream(any) => Given::Stream(any),
                Held::Future(any) => Given::Future(any),
                other => {
                    entry.held = other;
                    return Err(no_end(number, "readable"));
                }
            };
            (given, ty, entry.store.unwrap_or_default())
        };
        let taken = self.stores.get_mut(store)?.take_end(&self.around, given, &ty);
        let channel = self.stores.settle(&self.around, store, taken)?;
        lock(&self.around.host.handles).live(number)?.held = Held::Channel(channel.clone());
        Ok((channel, ty))
    }

    fn writable(&self, number: u32) -> Result<(Arc<Channel>, Type)> {
        let mut handles = lock(&self.around.host.handles);
        let entry = handles.live(number)?;
        match (&entry.held, &entry.ty) {
            (Held::Writer(channel), Some(ty)) => Ok((channel.clone(), ty.clone())),
            _ => Err(no_end(number, "writable")),
        }
    }

    /// Whether the shell holds the writable end, so that nothing comes while it waits.
    fn is_written_by_hand(&self, channel: &Arc<Channel>) -> bool {
        lock(&self.around.host.handles).writes(channel)
    }
}

fn no_end(number: u32, which: &str) -> Error {
    Error::new(Kind::Handle, format!("#{number} is no {which} end of a stream or future"))
}

/// Why there is nothing to be read.
fn nothing(number: u32, ty: &Type, look: &Look) -> Error {
    match &look.writer {
        End::Open => Error::new(Kind::Handle, format!("nothing was written to {ty}#{number}")).help(match ty {
            Type::Future(_) => "`.write` gives it its value, through its other end",
            _ => "`.write` puts something into its other end, `.close` ends it",
        }),
        End::Closed(why) => Error::new(Kind::Handle, format!("{ty}#{number} will have no value: {why}")),
    }
}
