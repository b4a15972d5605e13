//! From reports to text: the only room that makes something fit for a terminal.
