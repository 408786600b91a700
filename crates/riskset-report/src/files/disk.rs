//! Every change of the disk, one step at a time.
//!
//! Each step holds the list of what is unfinished, so that an interruption finds the disk between two
//! steps and can clear it ([`abandon`](super::abandon)). Tests make a chosen step fail or end the
//! program: feature `faults`, which no program that is handed out has.

use super::unfinished;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Makes a folder that an interruption removes until it is [`done`](unfinished::done). It must not be
/// there yet.
pub fn make_unfinished(path: &Path) -> io::Result<()> {
    fault(|| Ok(()))?;
    let _held = unfinished::hold();
    fs::create_dir(path)?;
    unfinished::add(path);
    Ok(())
}

/// Makes a folder and those above it, within one that is unfinished.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fault(|| Ok(()))?;
    let _held = unfinished::hold();
    fs::create_dir_all(path)
}

/// Writes a file that is not there yet.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let _held = unfinished::hold();
    let mut file = File::create_new(path)?;
    let half = &content[..content.len() / 2];
    // Whoever is stopped within a file leaves a part of it.
    fault(|| file.write_all(half))?;
    file.write_all(&content[half.len()..])
}

/// Makes a file and holds it until the answer is dropped, which a killed program does too. The file is
/// on the disk then, not only in the system's memory.
pub fn make_held(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<File> {
    let file = {
        let _held = unfinished::hold();
        let file = File::create_new(path)?;
        // A file system without locks is none of our business: then a leftover stays.
        let _ = file.try_lock();
        file
    };
    fault(|| Ok(()))?;
    let mut out = BufWriter::new(file);
    fill(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    fault(|| file.sync_all())?;
    Ok(file)
}

/// Gives a file or folder another name.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fault(|| Ok(()))?;
    let _held = unfinished::hold();
    fs::rename(from, to)
}

/// Removes a file that the program made.
pub fn remove_file(path: &Path) -> io::Result<()> {
    fault(|| Ok(()))?;
    let _held = unfinished::hold();
    fs::remove_file(path)
}

/// Removes an empty folder that the program made.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    fault(|| Ok(()))?;
    let _held = unfinished::hold();
    fs::remove_dir(path)
}

/// Whether somebody holds the file: the run that made it is not over. Where that cannot be known the
/// file counts as held, and is left alone.
pub fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

/// Holds a folder for the moment in which something in it is exchanged, so that two runs do it one
/// after the other. Where a folder cannot be held, they do not wait for each other.
pub fn hold_folder(path: &Path) -> Option<File> {
    let folder = File::open(path).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Without the feature, no fault happens.
#[cfg(not(feature = "faults"))]
fn fault(half: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    half()
}

/// `RISKSET_FAULT=kill:7` ends the program in the seventh step as a KILL does, `full:7` finds the disk
/// full from there on, `pause:7` says so and waits for a signal, `count:0` numbers the steps.
#[cfg(feature = "faults")]
fn fault(half: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static STEPS: AtomicU64 = AtomicU64::new(0);
    half()?;
    let Ok(wanted) = std::env::var("RISKSET_FAULT") else { return Ok(()) };
    let step = 1 + STEPS.fetch_add(1, Ordering::SeqCst);
    let (kind, at) = wanted.split_once(':').expect("a fault is KIND:STEP");
    let at: u64 = at.parse().expect("a fault has the number of a step");
    match kind {
        "count" => eprintln!("step {step}"),
        "full" if step >= at => return Err(io::ErrorKind::StorageFull.into()),
        "kill" if step == at => std::process::abort(),
        "pause" if step == at => {
            eprintln!("paused");
            unfinished::pause();
        }
        _ => {}
    }
    Ok(())
}
