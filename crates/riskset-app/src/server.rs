//! The server: one port of the loopback address, until the page or the user ends it.

use crate::guard::Guard;
use crate::routes::{self, State};
use crate::shelf::{Limits, Shelf};
use axum::Router;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore};

/// How the page is served.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port; a free one for 0.
    pub port: u16,
    /// A file or a bundled set (`@lung`) that is open when the page comes up.
    pub file: Option<String>,
    /// How much is held in memory.
    pub limits: Limits,
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    state: Arc<State>,
}

/// Ends a server from another thread.
#[derive(Clone, Debug)]
pub struct Stop(Arc<State>);

impl Stop {
    /// Ends it: answers under way are finished.
    pub fn stop(&self) {
        self.0.quit.notify_one();
    }
}

/// Analyses that run side by side; others wait. Each uses all cores by itself.
const ANALYSES: usize = 2;
/// Uploads that are taken in side by side, so that what is under way is bounded too.
const UPLOADS: usize = 2;

impl Server {
    /// Listens on the loopback address, which no other computer can reach.
    ///
    /// # Errors
    ///
    /// A port that is taken or not allowed, and a file that cannot be opened.
    pub fn bind(options: &Options) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shelf = Shelf::new(options.limits);
        let first = match &options.file {
            Some(name) => Some(shelf.open_named(name).map_err(io::Error::other)?),
            None => None,
        };
        let state = State {
            guard: Guard::new(port)?,
            shelf,
            first,
            analyses: Arc::new(Semaphore::new(ANALYSES)),
            uploads: Semaphore::new(UPLOADS),
            quit: Notify::new(),
        };
        Ok(Server { listener, state: Arc::new(state) })
    }

    /// The address of the page, which holds the token of this run.
    pub fn address(&self) -> String {
        self.state.guard.address()
    }

    /// What ends the server from another thread.
    pub fn stopper(&self) -> Stop {
        Stop(Arc::clone(&self.state))
    }

    /// Answers until it is ended.
    ///
    /// # Errors
    ///
    /// Those of the system's network.
    pub fn run(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let state = Arc::clone(&self.state);
            let quit = async move { state.quit.notified().await };
            let router = Router::new().fallback(routes::answer).with_state(self.state);
            axum::serve(listener, router).with_graceful_shutdown(quit).await
        })
    }
}

/// Opens an address in the user's browser.
///
/// # Errors
///
/// A system without a browser.
pub fn open_browser(address: &str) -> io::Result<()> {
    open::that_detached(address)
}
