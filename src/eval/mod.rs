//! From an expression to a value: names looked up, literals typed by their place, calls made.
//!
//! In two steps. `check` turns the parsed expression into a plan in which every type is known and every literal is a value; it
//! asks the session and runs nothing, so that a wrong argument costs nothing and `.type` needs no call. `run` carries the plan
//! out through the engine.
