//! What a reader of others does at a damaged file, kept within it.
//!
//! The crates that read other programs' files refuse most damages in words, and panic at some. A panic
//! in one of them is a refusal here. It says nothing on the terminal: the words are those of the refusal.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread reads within [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `work` says, or that the file is damaged when it panics. Nothing that `work` was changing is
/// used afterwards: it owns what it reads, or only looks at it.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            if !GUARDED.get() {
                before(about);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    done.unwrap_or_else(|_| Err("its parts contradict each other".to_owned()))
}

#[cfg(test)]
mod tests {
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
}
