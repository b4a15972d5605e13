//! WASI 0.2 and 0.3 as the runtime implements them, with nothing granted but standard output, standard error, clocks and random.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime::component::Linker;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{FsPerms, WasiCtx};

use super::grants::{Grants, NetGrant, Stdin};
use super::store_state::StoreState;
#[cfg(unix)]
use super::terminal_input::Terminal;
use super::wasi_interfaces::implements;
use crate::error::{Error, Kind, Result};
use crate::frontend::{Channel, Frontend};

/// Links the versions that these imports ask for; the others would only cost time.
pub fn link<'a>(
    linker: &mut Linker<StoreState>,
    imports: impl Iterator<Item = &'a str> + Clone,
) -> wasmtime::Result<()> {
    let wanted = imports.filter(|name| implements(name));
    if wanted.clone().any(|name| name.contains("@0.2.")) {
        let mut options = wasmtime_wasi::p2::bindings::LinkOptions::default();
        options.network_error_code(true);
        wasmtime_wasi::p2::add_to_linker_with_options_async(linker, &options)?;
    }
    if wanted.clone().any(|name| name.contains("@0.3.")) {
        wasmtime_wasi::p3::add_to_linker(linker)?;
    }
    let mut http = wanted.filter(|name| name.starts_with("wasi:http/"));
    if http.clone().any(|name| name.contains("@0.2.")) {
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    }
    if http.any(|name| name.contains("@0.3.")) {
        wasmtime_wasi_http::p3::add_to_linker(linker)?;
    }
    Ok(())
}

/// A guest's WASI state under these grants, with these program arguments.
pub fn context(grants: &Grants, args: &[String], frontend: &Arc<dyn Frontend>) -> Result<WasiCtx> {
    let mut builder = WasiCtx::builder();
    builder.args(args).envs(&grants.env);
    builder.stdout(GuestStream { frontend: frontend.clone(), channel: Channel::Stdout });
    builder.stderr(GuestStream { frontend: frontend.clone(), channel: Channel::Stderr });
    match &grants.stdin {
        Stdin::Closed => {}
        Stdin::Bytes(bytes) => drop(builder.stdin(MemoryInputPipe::new(bytes.clone()))),
        #[cfg(unix)]
        Stdin::Terminal(path) => drop(builder.stdin(Terminal::new(path.clone(), frontend.clone()))),
        #[cfg(not(unix))]
        Stdin::Terminal(_) => {}
    }
    if !grants.net.is_empty() {
        let permitted = grants.clone();
        builder.allow_tcp(true).allow_udp(true);
        builder.allow_ip_name_lookup(grants.net.iter().any(NetGrant::is_name));
        builder.socket_addr_check(move |address, purpose| {
            let permits = permitted.permits(address, purpose);
            Box::pin(async move { permits })
        });
    }
    for dir in &grants.dirs {
        let permissions = if dir.read_only { FsPerms::ReadOnly } else { FsPerms::ReadWrite };
        builder.preopened_dir(&dir.host, &dir.guest, permissions).map_err(|e| {
            Error::new(Kind::Io, format!("the directory {} cannot be granted", dir.host.display()))
                .cause(format!("{e:#}"))
        })?;
    }
    Ok(builder.build())
}

/// A guest's standard output or standard error: every write goes straight to the driver.
#[derive(Clone)]
struct GuestStream {
    frontend: Arc<dyn Frontend>,
    channel: Channel,
}

/// Bytes that a guest may write at once.
const WRITE_SIZE: usize = 64 * 1024;

impl IsTerminal for GuestStream {
    /// Never: the terminal is the shell's, and a guest that believed in one would send escape sequences.
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Pollable for GuestStream {
    async fn ready(&mut self) {}
}

#[async_trait::async_trait]
impl OutputStream for GuestStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.frontend.guest_output(self.channel, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_SIZE)
    }
}

impl AsyncWrite for GuestStream {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.frontend.guest_output(self.channel, bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
