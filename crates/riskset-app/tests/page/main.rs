//! The page from outside: over the socket, as a browser meets it.

mod alike;
mod counts;
mod further;
mod refine;
mod server;
mod support;
