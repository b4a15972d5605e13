//! Lifting, lowering and the builtins of the canonical ABI: what each of them calls.

use wasmparser::{CanonicalFunction, CanonicalOption};

use super::body::Access;
use super::build::{Builder, Outcome, unresolved};
use super::graph::{Edge, How, Node, What};
use super::scope::Type;

impl Builder<'_, '_> {
    /// Adds the function that a canonical definition defines.
    pub(super) fn canonical(&mut self, at: usize, function: &CanonicalFunction) -> Outcome<()> {
        let node = match function {
            CanonicalFunction::Lift { core_func_index, options, .. } => {
                let mut edges = vec![Edge::new(How::Calls, self.core_function(at, *core_func_index)?)];
                edges.extend(self.options(at, options)?);
                let lifted = self.graph.add(What::Lift, edges);
                self.scopes[at].functions.push(lifted);
                return Ok(());
            }
            CanonicalFunction::Lower { func_index, options } => {
                let function = self.scopes[at].functions.get(*func_index as usize).copied();
                let function = function.ok_or_else(|| unresolved("a function is missing"))?;
                let mut edges = vec![Edge::new(How::Calls, function)];
                edges.extend(self.options(at, options)?);
                self.graph.add(What::Lower, edges)
            }
            CanonicalFunction::ResourceDrop { resource } => self.resource_drop(at, *resource)?,
            CanonicalFunction::ThreadSpawnRef { .. } => self.starts_threads("thread.spawn-ref"),
            CanonicalFunction::ThreadSpawnIndirect { table_index, .. }
            | CanonicalFunction::ThreadNewIndirect { table_index, .. } => {
                let table = self.scopes[at].core_tables.get(*table_index as usize).copied();
                let table = table.ok_or_else(|| unresolved("a table is missing"))?;
                self.tables.access(table, Access { read: true, written: false });
                self.starts_threads("thread.new-indirect")
            }
            other => {
                let (name, options) = builtin(other);
                let edges = self.options(at, options)?;
                self.graph.add(What::Builtin(name), edges)
            }
        };
        self.scopes[at].core_functions.push(node);
        Ok(())
    }

    /// The functions that a lifted or lowered function or a builtin needs beside its own.
    fn options(&self, at: usize, options: &[CanonicalOption]) -> Outcome<Vec<Edge>> {
        let mut edges = Vec::new();
        for option in options {
            let (how, index) = match option {
                CanonicalOption::Realloc(index) => (How::Reallocates, *index),
                CanonicalOption::PostReturn(index) => (How::PostReturn, *index),
                CanonicalOption::Callback(index) => (How::Callback, *index),
                CanonicalOption::UTF8
                | CanonicalOption::UTF16
                | CanonicalOption::CompactUTF16
                | CanonicalOption::Memory(_)
                | CanonicalOption::Async
                | CanonicalOption::CoreType(_)
                | CanonicalOption::Gc => continue,
            };
            edges.push(Edge::new(how, self.core_function(at, index)?));
        }
        Ok(edges)
    }

    /// Dropping a handle runs the destructor, or tells whoever provides the resource.
    fn resource_drop(&mut self, at: usize, resource: u32) -> Outcome<Node> {
        let ty = self.scopes[at].types.get(resource as usize).cloned();
        let edge = match ty.ok_or_else(|| unresolved("a resource is missing"))? {
            Type::Plain => None,
            Type::Resource(place) => self.resources[place].destructor.map(|node| Edge::new(How::Destroys, node)),
            Type::Imported(path) => Some(Edge::new(How::Calls, self.dropping(&path))),
            Type::Unknown(node) => Some(Edge::new(How::MayCall, node)),
        };
        Ok(self.graph.add(What::Builtin("resource.drop"), edge.into_iter().collect()))
    }

    fn starts_threads(&mut self, name: &'static str) -> Node {
        let node = self.graph.add(What::Builtin(name), Vec::new());
        self.wide.push(node);
        node
    }
}

/// A builtin's name and options.
fn builtin(function: &CanonicalFunction) -> (&'static str, &[CanonicalOption]) {
    use CanonicalFunction as F;
    match function {
        F::Lift { options, .. } => ("lift", options),
        F::Lower { options, .. } => ("lower", options),
        F::ResourceNew { .. } => ("resource.new", &[]),
        F::ResourceDrop { .. } => ("resource.drop", &[]),
        F::ResourceRep { .. } => ("resource.rep", &[]),
        F::ThreadSpawnRef { .. } => ("thread.spawn-ref", &[]),
        F::ThreadSpawnIndirect { .. } => ("thread.spawn-indirect", &[]),
        F::ThreadAvailableParallelism => ("thread.available-parallelism", &[]),
        F::BackpressureInc => ("backpressure.inc", &[]),
        F::BackpressureDec => ("backpressure.dec", &[]),
        F::TaskReturn { options, .. } => ("task.return", options),
        F::TaskCancel => ("task.cancel", &[]),
        F::ContextGet { .. } => ("context.get", &[]),
        F::ContextSet { .. } => ("context.set", &[]),
        F::ThreadYield { .. } => ("thread.yield", &[]),
        F::SubtaskDrop => ("subtask.drop", &[]),
        F::SubtaskCancel { .. } => ("subtask.cancel", &[]),
        F::StreamNew { .. } => ("stream.new", &[]),
        F::StreamRead { options, .. } => ("stream.read", options),
        F::StreamWrite { options, .. } => ("stream.write", options),
        F::StreamCancelRead { .. } => ("stream.cancel-read", &[]),
        F::StreamCancelWrite { .. } => ("stream.cancel-write", &[]),
        F::StreamDropReadable { .. } => ("stream.drop-readable", &[]),
        F::StreamDropWritable { .. } => ("stream.drop-writable", &[]),
        F::FutureNew { .. } => ("future.new", &[]),
        F::FutureRead { options, .. } => ("future.read", options),
        F::FutureWrite { options, .. } => ("future.write", options),
        F::FutureCancelRead { .. } => ("future.cancel-read", &[]),
        F::FutureCancelWrite { .. } => ("future.cancel-write", &[]),
        F::FutureDropReadable { .. } => ("future.drop-readable", &[]),
        F::FutureDropWritable { .. } => ("future.drop-writable", &[]),
        F::ErrorContextNew { options } => ("error-context.new", options),
        F::ErrorContextDebugMessage { options } => ("error-context.debug-message", options),
        F::ErrorContextDrop => ("error-context.drop", &[]),
        F::WaitableSetNew => ("waitable-set.new", &[]),
        F::WaitableSetWait { .. } => ("waitable-set.wait", &[]),
        F::WaitableSetPoll { .. } => ("waitable-set.poll", &[]),
        F::WaitableSetDrop => ("waitable-set.drop", &[]),
        F::WaitableJoin => ("waitable.join", &[]),
        F::ThreadIndex => ("thread.index", &[]),
        F::ThreadNewIndirect { .. } => ("thread.new-indirect", &[]),
        F::ThreadResumeLater => ("thread.resume-later", &[]),
        F::ThreadSuspend { .. } => ("thread.suspend", &[]),
        F::ThreadSuspendThenResume { .. } => ("thread.suspend-then-resume", &[]),
        F::ThreadYieldThenResume { .. } => ("thread.yield-then-resume", &[]),
        F::ThreadSuspendThenPromote { .. } => ("thread.suspend-then-promote", &[]),
        F::ThreadYieldThenPromote { .. } => ("thread.yield-then-promote", &[]),
    }
}
