//! The page: from a workbook to the figure without a terminal, and without a patient's row leaving
//! the computer.
//!
//! A server on the loopback address of this computer answers one page, whose address holds a token
//! made for this run. The page says what a person chose as a plan; the module `ask` makes requests of
//! it, and `riskset-analysis` answers them: the browser computes nothing. Files are held in memory, within
//! [`Limits`], and are gone when the server ends.
//!
//! ```
//! use riskset_app::{Options, Server};
//!
//! let server = Server::bind(&Options { file: Some("@lung".into()), ..Options::default() })?;
//! assert!(server.address().starts_with("http://127.0.0.1:"));
//! let stop = server.stopper();
//! let serving = std::thread::spawn(move || server.run());
//! // A person opens the address, and ends the program on the page or with Ctrl-C.
//! stop.stop();
//! serving.join().unwrap()?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod alike;
mod answer;
mod ask;
mod assets;
mod axes;
mod competing;
mod counted;
mod further;
mod guard;
mod hand;
mod plan;
mod progress;
mod report;
mod roles;
mod routes;
mod sampled;
mod server;
mod shelf;
mod start;
mod study;
mod take;
mod voice;

pub use hand::command;
pub use server::{Options, Server, Stop, open_browser};
pub use shelf::Limits;
