//! Work that leaves Python free: it runs without Python's lock, Ctrl-C is heard, and who waits long
//! is told how far it is.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use riskset_data::ReadProgress;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Between two looks whether somebody pressed Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);
/// Work that takes longer is told of.
const LONG: Duration = Duration::from_secs(1);
/// Threads of Python have 8 MB; deep formulas and figures are written for that.
const STACK: usize = 8 << 20;

/// The threads, and the process that they belong to: a child made by `fork` has none of them.
static POOL: Mutex<Option<(u32, Arc<rayon::ThreadPool>)>> = Mutex::new(None);

fn pool() -> PyResult<Arc<rayon::ThreadPool>> {
    let process = std::process::id();
    let mut known = POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((owner, pool)) = known.as_ref()
        && *owner == process
    {
        return Ok(Arc::clone(pool));
    }
    let made = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    let made = Arc::new(made.map_err(|error| PyRuntimeError::new_err(error.to_string()))?);
    // The threads of the parent process cannot be ended here, so what stands for them is forgotten.
    std::mem::forget(known.replace((process, Arc::clone(&made))));
    Ok(made)
}

/// Does the work on other threads. `watch` is called every half second after the first, with the
/// seconds that passed and the bytes read of how many.
///
/// # Errors
///
/// What `watch` or a signal raises, in particular `KeyboardInterrupt`: then the work is abandoned,
/// which means that its thread goes on to its end and nobody gets the answer. A `RuntimeError` for a
/// panic, which is a fault of riskset.
pub fn wait<T: Send + 'static>(
    py: Python<'_>,
    watch: Option<&Bound<'_, PyAny>>,
    reading: &Arc<ReadProgress>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let (send, receive) = channel();
    pool()?.spawn(move || {
        // Nobody listens when the caller was interrupted.
        let _ = send.send(catch_unwind(AssertUnwindSafe(work)));
    });
    let receive = Mutex::new(receive);
    let (start, mut told) = (Instant::now(), LONG);
    loop {
        match py.detach(|| next(&receive)) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(panic)) => return Err(PyRuntimeError::new_err(fault(&*panic))),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the work ended without an answer"));
            }
        }
        let passed = start.elapsed();
        if let Some(watch) = watch
            && passed >= told
        {
            told = passed + Duration::from_millis(500);
            watch.call1((passed.as_secs_f64(), reading.done(), reading.total()))?;
        }
    }
}

type Outcome<T> = Result<T, Box<dyn Any + Send>>;

fn next<T>(receive: &Mutex<Receiver<Outcome<T>>>) -> Result<Outcome<T>, RecvTimeoutError> {
    receive.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv_timeout(LOOK)
}

fn fault(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    format!("this is a fault of riskset, please report it with the call that led here: {said}")
}
