//! What bounds a call, and the memory bound that the runtime asks about.

use std::time::Duration;

use wasmtime::ResourceLimiter;

use crate::units;

/// What bounds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time a call may take.
    pub timeout: Option<Duration>,
    /// Fuel a call may use (the runtime's unit: about one an instruction).
    pub fuel: Option<u64>,
    /// Bytes that the linear memories and the tables of a store may have together.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { timeout: None, fuel: None, memory: 1 << 30 }
    }
}

/// Elements that one table may have: a table of a gigabyte is no table.
const TABLE_ELEMENTS: usize = 10_000_000;

/// What one element of a table takes, in bytes.
const ELEMENT: usize = 8;

/// Bytes that may cross between a guest and the host in one call, as the runtime counts them: about 40 for each element of a list.
pub const CROSSING: usize = 512 << 20;

/// Counts the linear memory and the tables of a store and refuses what goes over its bound.
#[derive(Debug)]
pub struct MemoryBound {
    bound: usize,
    used: usize,
    /// A growth was refused: what the guest does next is probably its answer to that.
    pub refused: bool,
    /// What grows now is the shell's own, and not counted.
    pub is_ours: bool,
}

impl MemoryBound {
    /// At most `bound` bytes.
    pub fn new(bound: u64) -> MemoryBound {
        MemoryBound { bound: usize::try_from(bound).unwrap_or(usize::MAX), used: 0, refused: false, is_ours: false }
    }

    /// The bound as a person writes it.
    pub fn describe(&self) -> String {
        units::show_memory(self.bound as u64)
    }

    fn take(&mut self, bytes: usize) -> bool {
        if self.is_ours {
            return true;
        }
        let used = self.used.saturating_add(bytes);
        let fits = used <= self.bound;
        if fits {
            self.used = used;
        }
        self.refused |= !fits;
        fits
    }
}

impl ResourceLimiter for MemoryBound {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.take(desired.saturating_sub(current)))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        // A guest may have many tables, each of them within its own bound.
        Ok(desired <= TABLE_ELEMENTS && self.take(desired.saturating_sub(current).saturating_mul(ELEMENT)))
    }
}
