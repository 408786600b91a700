//! TERM, HUP and INT: what is unfinished is removed, and the exit status is 128 and the signal's
//! number, as a shell has it.

/// Watches for the signals from now on, in a thread of its own.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let ignored = ignored();
    // A shell tells a job in the background to go on, and nohup tells every job.
    let wanted = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|n| ignored >> (n - 1) & 1 == 0);
    // Without the thread the signals end the program as ever, and the next run clears what is left.
    let Ok(mut signals) = Signals::new(wanted) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            riskset_report::files::abandon();
            eprintln!("riskset: interrupted; nothing that was unfinished is left");
            std::process::exit(128 + signal);
        }
    });
}

/// The signals that the program was started to ignore, as bits; none where the system does not say.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0)
}

/// Elsewhere an interruption ends the program, and the next run clears what is left.
#[cfg(not(unix))]
pub fn watch() {}
