//! The terminal as a guest's standard input: line by line as it is typed, while the guest reads.
//!
//! Nothing is read ahead, and nothing blocks: what nobody reads before the line is over belongs to the prompt. So the terminal is
//! opened anew without blocking, which leaves the shell's own standard input as it is.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::unix::pipe::{OpenOptions, Receiver};
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

use crate::frontend::Frontend;

/// Bytes that are read at once at most.
const MOST: usize = 64 << 10;

/// The terminal at this path.
#[derive(Clone)]
pub struct Terminal {
    path: PathBuf,
    frontend: Arc<dyn Frontend>,
}

impl Terminal {
    /// The driver is told of what was typed.
    pub fn new(path: PathBuf, frontend: Arc<dyn Frontend>) -> Terminal {
        Terminal { path, frontend }
    }
}

impl IsTerminal for Terminal {
    /// It is, and a guest that knows may ask for what it wants.
    fn is_terminal(&self) -> bool {
        true
    }
}

impl StdinStream for Terminal {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(Typed { terminal: self.clone(), opened: None })
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(Typed { terminal: self.clone(), opened: None })
    }
}

/// One stream of what is typed. Several take turns.
struct Typed {
    terminal: Terminal,
    opened: Option<Receiver>,
}

impl Typed {
    /// Opens the terminal, which only works while a call runs.
    fn open(&mut self) -> io::Result<&mut Receiver> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            // A reader of pipes reads anything that can be waited for.
            None => OpenOptions::new().unchecked(true).open_receiver(&self.terminal.path)?,
        };
        Ok(self.opened.insert(opened))
    }
}

#[async_trait::async_trait]
impl Pollable for Typed {
    async fn ready(&mut self) {
        if let Ok(opened) = self.open() {
            // An error shows when it is read.
            let _ = opened.readable().await;
        }
    }
}

#[async_trait::async_trait]
impl InputStream for Typed {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let mut bytes = vec![0; size.min(MOST)];
        let failed = |error: io::Error| StreamError::LastOperationFailed(error.into());
        match self.open().map_err(failed)?.try_read(&mut bytes) {
            // Ctrl-D.
            Ok(0) if size > 0 => Err(StreamError::Closed),
            Ok(length) => {
                bytes.truncate(length);
                self.terminal.frontend.typed(&bytes);
                Ok(bytes.into())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Bytes::new()),
            Err(error) => Err(failed(error)),
        }
    }
}

impl AsyncRead for Typed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(self.open()?).poll_read(cx, buf))?;
        self.terminal.frontend.typed(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}
