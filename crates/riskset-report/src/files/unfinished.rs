//! What is being written and must not stay when the program is interrupted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files and folders that are removed by an interruption.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Whether the program is about to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// How many holds this thread has: a step within an exchange holds already.
    static HOLDS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    static EXCHANGING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    static GUARD: std::cell::RefCell<Option<MutexGuard<'static, Vec<PathBuf>>>> =
        const { std::cell::RefCell::new(None) };
}

/// Holds the disk between two interruptions until it is dropped.
pub struct Hold(());

/// Waits until nobody else changes the disk; an interruption waits until this is dropped.
pub fn hold() -> Hold {
    if HOLDS.get() == 0 {
        wait_for_the_end();
        let guard = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        GUARD.with(|place| *place.borrow_mut() = Some(guard));
    }
    HOLDS.set(HOLDS.get() + 1);
    Hold(())
}

/// Several steps between which no interruption may come: a report goes, and the new one comes.
pub fn exchange<T>(steps: impl FnOnce() -> T) -> T {
    let _held = hold();
    EXCHANGING.set(true);
    let done = steps();
    EXCHANGING.set(false);
    done
}

impl Drop for Hold {
    fn drop(&mut self) {
        HOLDS.set(HOLDS.get() - 1);
        if HOLDS.get() == 0 {
            GUARD.with(|place| drop(place.borrow_mut().take()));
            wait_for_the_end();
        }
    }
}

thread_local! {
    /// Whether this thread is the one that abandons.
    static ABANDONS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// An interrupted program does not go on while it is being ended.
fn wait_for_the_end() {
    while INTERRUPTED.load(Ordering::SeqCst) && !ABANDONS.get() {
        std::thread::park();
    }
}

/// Waits for a signal, for tests: an interruption may come between two steps, and within an exchange
/// it waits for the end of it.
#[cfg(feature = "faults")]
pub fn pause() {
    use std::time::Duration;
    let exchanging = EXCHANGING.get();
    if exchanging {
        return std::thread::sleep(Duration::from_secs(1));
    }
    let held = HOLDS.get() == 1;
    GUARD.with(|place| drop(place.borrow_mut().take()));
    std::thread::sleep(Duration::from_secs(60));
    if held {
        let guard = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        GUARD.with(|place| *place.borrow_mut() = Some(guard));
    }
}

/// Notes a place that is removed by an interruption.
pub fn add(path: &Path) {
    let _held = hold();
    GUARD.with(|place| place.borrow_mut().as_mut().expect("it is held").push(path.into()));
}

/// Takes a place off the list: it is finished, or gone.
pub fn done(path: &Path) {
    let _held = hold();
    GUARD.with(|place| {
        place.borrow_mut().as_mut().expect("it is held").retain(|other| other != path);
    });
}

/// Removes everything that is unfinished, for a program that ends at once: other threads that write
/// wait from now on, for ever.
pub fn abandon() {
    ABANDONS.set(true);
    INTERRUPTED.store(true, Ordering::SeqCst);
    let held = hold();
    GUARD.with(|place| {
        for path in place.borrow().as_ref().expect("it is held").iter() {
            // Nothing better can be done with a failure here than leave what the next run clears.
            let _ = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
        }
    });
    std::mem::forget(held);
}
