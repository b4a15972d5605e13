//! What the shell says of a handle. The table behind it is the engine's own.

/// One handle, as `.resources` shows it.
#[derive(Clone, Debug)]
pub struct HandleInfo {
    /// Its number: `#3`.
    pub number: u32,
    /// `connection`, `stream<u8>`, `future<string>`.
    pub type_name: String,
    /// The interface of a resource type, if it has one.
    pub interface: Option<String>,
    /// Who made it and runs its destructor: a component's name, or `host`.
    pub owner: String,
    /// Who holds it now: `shell`, or the component that it was moved into; empty where it is no handle any more.
    pub holder: String,
    /// What may be done with it.
    pub state: HandleState,
    /// How many borrows of it are under way.
    pub lends: u32,
    /// It is of a resource, not of a stream or future.
    pub is_resource: bool,
}

/// What may be done with a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleState {
    /// Everything.
    Live,
    /// Nothing: this call took it.
    Moved(String),
    /// Nothing: it was dropped.
    Dropped,
    /// Nothing: its instance is gone, for this reason.
    Stale(String),
}

impl HandleState {
    /// One word: `live`, `moved`, `dropped`, `stale`.
    pub fn word(&self) -> &'static str {
        match self {
            HandleState::Live => "live",
            HandleState::Moved(_) => "moved",
            HandleState::Dropped => "dropped",
            HandleState::Stale(_) => "stale",
        }
    }
}
