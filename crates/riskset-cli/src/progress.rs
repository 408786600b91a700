//! A sign of life on standard error while long work runs.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use riskset::tallied;
use riskset_data::ReadProgress;
use std::sync::Arc;
use std::time::Duration;

/// Long work shows itself after a second, when a terminal listens and `--quiet` was not said: a
/// bar while a file is read and while like parts are done (draws, permutations, simulated tables), a
/// message in motion otherwise.
pub struct Busy {
    bar: Option<ProgressBar>,
    reading: Arc<ReadProgress>,
}

/// Between two looks at the work.
const TICK: Duration = Duration::from_millis(120);

impl Busy {
    /// Starts the work named `what`.
    pub fn new(what: &'static str, quiet: bool) -> Busy {
        let reading = Arc::new(ReadProgress::default());
        if quiet {
            return Busy { bar: None, reading };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_spinner());
        bar.set_message(what);
        let (watched, progress) = (bar.clone(), Arc::clone(&reading));
        // The bar is drawn only if the work is still going on after a second.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            if !watched.is_finished() {
                watched.set_draw_target(ProgressDrawTarget::stderr());
                show(&watched, &progress);
            }
        });
        Busy { bar: Some(bar), reading }
    }

    /// Says what is being done now.
    pub fn say(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_string());
        }
    }

    /// Where reading a file is to note how far it is.
    pub fn reading(&self) -> &Arc<ReadProgress> {
        &self.reading
    }
}

/// What is shown.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    File,
    Parts,
    Motion,
}

/// Draws until the work is done: the part of the file that was read, the draws that are done, or a
/// message in motion.
fn show(bar: &ProgressBar, reading: &ReadProgress) {
    let file = "reading [{bar:30}] {bytes} of {total_bytes}, {eta} to go";
    let file = ProgressStyle::with_template(file).expect("the template is a valid one");
    let parts = "{msg} [{bar:30}] {pos} of {len}, {eta} to go";
    let parts = ProgressStyle::with_template(parts).expect("the template is a valid one");
    let mut shown = Shown::Motion;
    while !bar.is_finished() {
        let (read, size) = (reading.done(), reading.total());
        let (done, all) = tallied();
        let (now, position, length) = match (read < size, all > 0) {
            (true, _) => (Shown::File, read, size),
            (false, true) => (Shown::Parts, done, all),
            (false, false) => (Shown::Motion, 0, 0),
        };
        if now != shown {
            shown = now;
            bar.reset_eta();
            bar.set_style(match now {
                Shown::File => file.clone(),
                Shown::Parts => parts.clone(),
                Shown::Motion => ProgressStyle::default_spinner(),
            });
        }
        match now {
            Shown::Motion => bar.tick(),
            _ => {
                bar.set_length(length);
                bar.set_position(position);
            }
        }
        std::thread::sleep(TICK);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
