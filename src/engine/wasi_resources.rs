//! The resources that the runtime's WASI makes, known by their types, so that each of them has a number of its own.
//!
//! The runtime hands a resource over under another index at each crossing. What stays is its representation, which only who
//! knows the type may see. So a person can follow one stream through a trace, and a replay knows which one is meant.

use std::collections::{HashMap, HashSet};

use wasmtime::StoreContextMut;
use wasmtime::component::{Resource, ResourceAny, ResourceType};
use wasmtime_wasi::p2::bindings as p2;
use wasmtime_wasi::p3::bindings as p3;
use wasmtime_wasi_http::p2::bindings::http::types as http_p2;
use wasmtime_wasi_http::p3::bindings::http::types as http_p3;

use super::store_state::StoreState;
use crate::model::TypeName;
use crate::model::interface::compatible_interface;

/// The representations of resources that only take the place of one begin here; the runtime counts its own from 0.
const PLACEHOLDERS: u32 = 1 << 30;

/// One type of resource.
pub struct WasiKind {
    /// The interface that has it, up to what compatible versions share.
    interface: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// The type as the runtime knows it.
    pub ty: fn() -> ResourceType,
    take: fn(ResourceAny, &mut StoreContextMut<'_, StoreState>) -> wasmtime::Result<u32>,
    make: fn(u32, &mut StoreContextMut<'_, StoreState>) -> wasmtime::Result<ResourceAny>,
}

macro_rules! kinds {
    ($($interface:literal $name:literal $ty:ty;)*) => {
        &[$(WasiKind {
            interface: $interface,
            name: $name,
            ty: ResourceType::host::<$ty>,
            take: |any, store| Ok(any.try_into_resource::<$ty>(store)?.rep()),
            make: |rep, store| Resource::<$ty>::new_own(rep).try_into_resource_any(store),
        }),*]
    };
}

static KINDS: &[WasiKind] = kinds! {
    "wasi:io/error@0.2" "error" p2::io::error::Error;
    "wasi:io/poll@0.2" "pollable" p2::io::poll::Pollable;
    "wasi:io/streams@0.2" "input-stream" p2::io::streams::InputStream;
    "wasi:io/streams@0.2" "output-stream" p2::io::streams::OutputStream;
    "wasi:filesystem/types@0.2" "descriptor" p2::filesystem::types::Descriptor;
    "wasi:filesystem/types@0.2" "directory-entry-stream" p2::filesystem::types::DirectoryEntryStream;
    "wasi:sockets/network@0.2" "network" p2::sockets::network::Network;
    "wasi:sockets/tcp@0.2" "tcp-socket" p2::sockets::tcp::TcpSocket;
    "wasi:sockets/udp@0.2" "udp-socket" p2::sockets::udp::UdpSocket;
    "wasi:sockets/udp@0.2" "incoming-datagram-stream" p2::sockets::udp::IncomingDatagramStream;
    "wasi:sockets/udp@0.2" "outgoing-datagram-stream" p2::sockets::udp::OutgoingDatagramStream;
    "wasi:sockets/ip-name-lookup@0.2" "resolve-address-stream" p2::sockets::ip_name_lookup::ResolveAddressStream;
    "wasi:cli/terminal-input@0.2" "terminal-input" p2::cli::terminal_input::TerminalInput;
    "wasi:cli/terminal-output@0.2" "terminal-output" p2::cli::terminal_output::TerminalOutput;
    "wasi:filesystem/types@0.3" "descriptor" p3::filesystem::types::Descriptor;
    "wasi:sockets/types@0.3" "tcp-socket" p3::sockets::types::TcpSocket;
    "wasi:sockets/types@0.3" "udp-socket" p3::sockets::types::UdpSocket;
    "wasi:cli/terminal-input@0.3" "terminal-input" p3::cli::terminal_input::TerminalInput;
    "wasi:cli/terminal-output@0.3" "terminal-output" p3::cli::terminal_output::TerminalOutput;
    "wasi:http/types@0.2" "fields" http_p2::Fields;
    "wasi:http/types@0.2" "request-options" http_p2::RequestOptions;
    "wasi:http/types@0.2" "incoming-request" http_p2::IncomingRequest;
    "wasi:http/types@0.2" "outgoing-request" http_p2::OutgoingRequest;
    "wasi:http/types@0.2" "incoming-response" http_p2::IncomingResponse;
    "wasi:http/types@0.2" "outgoing-response" http_p2::OutgoingResponse;
    "wasi:http/types@0.2" "response-outparam" http_p2::ResponseOutparam;
    "wasi:http/types@0.2" "incoming-body" http_p2::IncomingBody;
    "wasi:http/types@0.2" "outgoing-body" http_p2::OutgoingBody;
    "wasi:http/types@0.2" "future-trailers" http_p2::FutureTrailers;
    "wasi:http/types@0.2" "future-incoming-response" http_p2::FutureIncomingResponse;
    "wasi:http/types@0.3" "fields" http_p3::Fields;
    "wasi:http/types@0.3" "request" http_p3::Request;
    "wasi:http/types@0.3" "request-options" http_p3::RequestOptions;
    "wasi:http/types@0.3" "response" http_p3::Response;
};

impl WasiKind {
    /// The type of a resource that a guest imports from WASI.
    pub fn named(resource: &TypeName) -> Option<&'static WasiKind> {
        let interface = compatible_interface(resource.interface.as_deref()?);
        KINDS.iter().find(|kind| kind.interface == interface && *kind.name == *resource.name)
    }

    /// The type of a resource that the runtime handed over.
    pub fn of(any: ResourceAny) -> Option<&'static WasiKind> {
        KINDS.iter().find(|kind| (kind.ty)() == any.ty())
    }

    /// Puts a resource into the runtime's own list, to be passed to a guest and then to be taken out again.
    pub fn make(&self, rep: u32, store: &mut StoreContextMut<'_, StoreState>) -> wasmtime::Result<ResourceAny> {
        (self.make)(rep, store)
    }
}

/// One of WASI's resources.
#[derive(Clone, Copy)]
pub struct WasiResource {
    /// Its type.
    pub kind: &'static WasiKind,
    /// Its representation.
    pub rep: u32,
}

/// The numbers of a store's WASI resources, streams and futures, from 1, and which of them cannot be used.
#[derive(Default)]
pub struct WasiNumbers {
    last: u32,
    resources: HashMap<(usize, u32), u32>,
    /// Resources that are not where their guest believes them to be, since what it did with them was not done again.
    lost: HashSet<(usize, u32)>,
}

impl WasiNumbers {
    /// A number for something that nobody will know again.
    pub fn fresh(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// The number of a resource; one that has just been made gets a fresh one, since representations are used again.
    pub fn of(&mut self, resource: WasiResource, is_new: bool) -> u32 {
        let key = resource.key();
        match self.resources.get(&key) {
            Some(number) if !is_new => *number,
            _ => {
                let number = self.fresh();
                self.resources.insert(key, number);
                number
            }
        }
    }

    /// A resource of this type that WASI knows nothing of, for a guest that goes back to where it had one.
    pub fn placeholder(&mut self, kind: &'static WasiKind) -> WasiResource {
        let resource = WasiResource { kind, rep: PLACEHOLDERS + self.last };
        self.lose(resource);
        resource
    }

    /// A resource cannot be used any more.
    pub fn lose(&mut self, resource: WasiResource) {
        self.lost.insert(resource.key());
    }

    /// Whether it cannot.
    pub fn is_lost(&self, resource: WasiResource) -> bool {
        !self.lost.is_empty() && self.lost.contains(&resource.key())
    }

    /// A resource is gone; the number that it had.
    pub fn forget(&mut self, resource: WasiResource) -> u32 {
        self.lost.remove(&resource.key());
        self.resources.remove(&resource.key()).unwrap_or_else(|| self.fresh())
    }
}

impl WasiResource {
    /// Takes a resource out of the runtime's own list, if it is one of WASI's; any other is left there.
    pub fn from_runtime(any: ResourceAny, store: &mut StoreContextMut<'_, StoreState>) -> Option<WasiResource> {
        let kind = WasiKind::of(any)?;
        let rep = (kind.take)(any, store).ok()?;
        Some(WasiResource { kind, rep })
    }

    /// Whether WASI knows nothing of it.
    pub fn is_placeholder(self) -> bool {
        self.rep >= PLACEHOLDERS
    }

    /// Versions of WASI can have one type of the runtime between them, and what is one resource to it has one key.
    fn key(self) -> (usize, u32) {
        let ty = (self.kind.ty)();
        let first = KINDS.iter().position(|kind| (kind.ty)() == ty);
        (first.unwrap_or(KINDS.len()), self.rep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::wasi_interfaces;

    #[test]
    fn the_known_types_are_those_of_interfaces_that_the_runtime_has() {
        for kind in KINDS.iter().filter(|kind| !kind.interface.starts_with("wasi:http")) {
            assert!(wasi_interfaces::implements(&format!("{}.0", kind.interface)), "{}", kind.interface);
        }
    }

    #[test]
    fn versions_of_wasi_that_share_a_type_share_its_numbers() {
        let shared = |kind: &WasiKind| KINDS.iter().filter(|other| (other.ty)() == (kind.ty)()).collect::<Vec<_>>();
        let pairs: Vec<_> = KINDS.iter().map(shared).filter(|kinds| kinds.len() > 1).collect();
        assert!(!pairs.is_empty());
        for kinds in pairs {
            let mut numbers = WasiNumbers::default();
            let given = kinds.iter().map(|kind| numbers.of(WasiResource { kind, rep: 7 }, false)).collect::<Vec<_>>();
            assert_eq!(given, [1, 1], "{} in {} and {}", kinds[0].name, kinds[0].interface, kinds[1].interface);
        }
    }

    #[test]
    fn a_representation_that_is_used_again_is_another_resource() {
        let [kind, ..] = KINDS else { panic!("no kinds") };
        let resource = WasiResource { kind, rep: 7 };
        let mut numbers = WasiNumbers::default();
        let given = [numbers.of(resource, true), numbers.of(resource, false), numbers.of(resource, true)];
        assert_eq!(given, [1, 1, 2]);
        assert_eq!((numbers.forget(resource), numbers.of(resource, false)), (2, 3));
    }
}
