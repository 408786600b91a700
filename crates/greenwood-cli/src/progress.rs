//! A sign of life on standard error while long work runs.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Long work shows itself after a second, when a terminal listens and `--quiet` was not said.
pub struct Busy(Option<ProgressBar>);

impl Busy {
    /// Starts the work named `what`.
    pub fn new(what: &'static str, quiet: bool) -> Busy {
        if quiet {
            return Busy(None);
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_spinner());
        bar.set_message(what);
        let waiting = bar.clone();
        // The bar is drawn only if the work is still going on after a second.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            if !waiting.is_finished() {
                waiting.set_draw_target(ProgressDrawTarget::stderr());
                waiting.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Busy(Some(bar))
    }

    /// Says what is being done now.
    pub fn say(&self, what: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(what.to_string());
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
