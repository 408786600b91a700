//! What a reader of others does at a damaged file, kept within it.
//!
//! The crates that read other programs' files refuse most damages in words, and panic at some. A panic
//! in one of them is a refusal here. It says nothing on the terminal: the words are those of the refusal.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    /// Whether this thread reads within [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// How many threads read within [`guarded`]. What they share out is done by the threads of rayon.
static READING: AtomicUsize = AtomicUsize::new(0);

/// Whether this thread reads, or does what a reading thread has shared out. While one reads, a panic of
/// another work in the same pool says nothing either: its caller still gets it.
fn is_reading() -> bool {
    let shared = rayon::current_thread_index().is_some() && READING.load(Ordering::Relaxed) > 0;
    GUARDED.get() || shared
}

/// What `work` says, or that the file is damaged when it panics. Nothing that `work` was changing is
/// used afterwards: it owns what it reads, or only looks at it.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            if !is_reading() {
                before(about);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    READING.fetch_add(1, Ordering::Relaxed);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    READING.fetch_sub(1, Ordering::Relaxed);
    GUARDED.set(outer);
    done.unwrap_or_else(|_| Err("its parts contradict each other".to_owned()))
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn a_panic_is_a_refusal() {
        assert_eq!(guarded(|| Ok(1)), Ok(1));
        assert_eq!(guarded(|| Err::<i32, _>("cut off".to_owned())), Err("cut off".to_owned()));
        let empty: &[i32] = &[];
        let refused = guarded(|| Ok(empty[std::hint::black_box(0)])).unwrap_err();
        assert!(refused.contains("contradict"), "{refused}");
        assert!(!GUARDED.get(), "what comes after speaks again");
    }

    #[test]
    fn a_panic_in_what_was_shared_out_is_a_refusal_too() {
        let empty: &[i32] = &[];
        let work = |at: usize| {
            assert!(is_reading(), "it says nothing on the terminal");
            empty[std::hint::black_box(at)]
        };
        let shared = || Ok((0..64_usize).into_par_iter().map(work).collect::<Vec<_>>());
        assert!(guarded(shared).unwrap_err().contains("contradict"));
    }
}
