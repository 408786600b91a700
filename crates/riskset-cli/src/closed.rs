//! Whether standard output was closed when the program began: `riskset ... >&-`.
//!
//! Before `main` the Rust runtime opens the place where everything vanishes for a stream that is
//! closed, so that an answer would be lost without a word; afterwards nobody can tell that from a
//! caller who asked for it. So the question is put before.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether there is nowhere to answer.
pub fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// A descriptor that is closed cannot be copied.
#[cfg(unix)]
#[ctor::ctor]
fn look() {
    use std::os::fd::AsFd;
    let closed = std::io::stdout().as_fd().try_clone_to_owned().is_err();
    CLOSED.store(closed, Ordering::Relaxed);
}
