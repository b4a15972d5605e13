//! Help while typing: pure functions over the session and a line.
