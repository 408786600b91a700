//! The page from outside: over the socket, as a browser meets it.

mod refine;
mod server;
mod support;
