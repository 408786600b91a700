//! How much of a file has been read, for whoever watches, and an end to it for whoever has waited
//! enough.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes read so far, of how many. Reading writes it, another thread may look at any time.
#[derive(Debug, Default)]
pub struct ReadProgress {
    done: AtomicU64,
    total: AtomicU64,
    stopped: AtomicBool,
}

impl ReadProgress {
    /// Bytes read so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The bytes of the file; 0 before reading starts and where the number is not known.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Ends the reading under way, and every later one: it fails when it asks for its next bytes. Rows
    /// that were taken in are let go with it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// A reader that counts what goes through it, from the start of a file of `total` bytes.
    pub(crate) fn watch<'a>(&'a self, inner: impl Read + 'a, total: Option<u64>) -> impl Read + 'a {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total.unwrap_or(0), Ordering::Relaxed);
        Watched { inner, progress: self }
    }
}

struct Watched<'a, R> {
    inner: R,
    progress: &'a ReadProgress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("the reading was stopped"));
        }
        let read = self.inner.read(buffer)?;
        self.progress.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_as_they_are_read() {
        let progress = ReadProgress::default();
        assert_eq!((progress.done(), progress.total()), (0, 0));
        let mut reader = progress.watch(&b"time,event\n1,1\n"[..], Some(15));
        let mut first = [0; 11];
        reader.read_exact(&mut first).unwrap();
        assert_eq!((progress.done(), progress.total()), (11, 15));
        io::copy(&mut reader, &mut io::sink()).unwrap();
        assert_eq!(progress.done(), 15);
    }

    #[test]
    fn a_reading_is_stopped_in_the_middle() {
        let progress = ReadProgress::default();
        let mut reader = progress.watch(&b"time,event\n1,1\n"[..], None);
        reader.read_exact(&mut [0; 4]).unwrap();
        progress.stop();
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the reading was stopped");
        assert_eq!(progress.done(), 4);
    }
}
