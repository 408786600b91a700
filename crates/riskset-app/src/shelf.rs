//! The files that are open: in memory, bounded, gone with the server.

use axum::body::Bytes;
use riskset_analysis::Problem;
use riskset_data::{ReadOptions, ReadProgress, Source, Table};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much is held in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of one file.
    pub file: usize,
    /// The bytes of all files; the one that was used longest ago makes room.
    pub all: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { file: 256 << 20, all: 1 << 30 }
    }
}

/// A file that a person opened.
#[derive(Debug)]
pub struct Opened {
    /// What the page calls it.
    pub id: u64,
    /// Its name without folders, or `@name` of a bundled set.
    pub name: String,
    content: Content,
    /// How far the reading is.
    pub progress: Arc<ReadProgress>,
    /// The table as it was last read.
    read: Mutex<Option<(ReadOptions, Table)>>,
}

#[derive(Debug)]
enum Content {
    Bundled,
    Bytes(Bytes),
}

impl Opened {
    /// The bytes of the file; none for a bundled set.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Bundled => &[],
            Content::Bytes(bytes) => bytes,
        }
    }

    /// The whole table, read as it is told; once for the same reading.
    ///
    /// # Errors
    ///
    /// What keeps the file from being read.
    pub fn table(&self, reading: &ReadOptions) -> Result<Table, Problem> {
        let mut read = lock(&self.read);
        if let Some((_, table)) = read.as_ref().filter(|(told, _)| told == reading) {
            return Ok(table.clone());
        }
        // What was read before is let go first, so that two tables of one file are never held.
        *read = None;
        let table = match &self.content {
            Content::Bundled => {
                Table::read_with(&Source::parse(&self.name)?, None, reading, &self.progress)?
            }
            Content::Bytes(bytes) => {
                Table::from_bytes(bytes, &self.name, None, reading, &self.progress)?
            }
        };
        *read = Some((reading.clone(), table.clone()));
        Ok(table)
    }
}

/// The files that are open.
#[derive(Debug)]
pub struct Shelf {
    limits: Limits,
    files: Mutex<Files>,
}

#[derive(Debug, Default)]
struct Files {
    next: u64,
    /// Each with when it was last used, counted in uses.
    open: BTreeMap<u64, (u64, Arc<Opened>)>,
    uses: u64,
}

impl Shelf {
    /// An empty shelf.
    pub fn new(limits: Limits) -> Shelf {
        Shelf { limits, files: Mutex::default() }
    }

    /// How much is held.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Opens a file or a bundled set that was named on the command line.
    ///
    /// # Errors
    ///
    /// A name that is neither, and a file that is too large or cannot be opened.
    pub fn open_named(&self, name: &str) -> Result<Arc<Opened>, Problem> {
        let Source::File { path, .. } = Source::parse(name)? else { return self.bundled(name) };
        let refuse = |why: &dyn std::fmt::Display| {
            Problem::analysis(format!("{} cannot be opened: {why}", path.display()), None)
        };
        let found = path.metadata().map_err(|error| refuse(&error))?;
        if !found.is_file() {
            return Err(refuse(&"it is no regular file"));
        }
        if found.len() > self.limits.file as u64 {
            return Err(refuse(&too_large(self.limits.file)));
        }
        let bytes = std::fs::read(&path).map_err(|error| refuse(&error))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Ok(self.put(name.into_owned(), Content::Bytes(bytes.into())))
    }

    /// Opens a bundled set.
    ///
    /// # Errors
    ///
    /// A set that does not exist.
    pub fn bundled(&self, name: &str) -> Result<Arc<Opened>, Problem> {
        match Source::parse(name)? {
            Source::Bundled(_) => Ok(self.put(name.to_owned(), Content::Bundled)),
            _ => Err(Problem::request(format!("{name} is no bundled set"), None)),
        }
    }

    /// Takes in an upload. Its name keeps no folder.
    pub fn upload(&self, name: &str, bytes: Bytes) -> Arc<Opened> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let name =
            if name.is_empty() || name == "-" || name.starts_with('@') { "data.csv" } else { name };
        self.put(name.to_owned(), Content::Bytes(bytes))
    }

    fn put(&self, name: String, content: Content) -> Arc<Opened> {
        let mut files = lock(&self.files);
        files.next += 1;
        let id = files.next;
        let (progress, read) = (Arc::default(), Mutex::default());
        let opened = Arc::new(Opened { id, name, content, progress, read });
        files.make_room(self.limits.all, opened.bytes().len());
        files.uses += 1;
        let now = files.uses;
        files.open.insert(id, (now, Arc::clone(&opened)));
        opened
    }

    /// A file by what the page calls it.
    ///
    /// # Errors
    ///
    /// A file that is not held any more.
    pub fn get(&self, id: u64) -> Result<Arc<Opened>, Problem> {
        let mut files = lock(&self.files);
        files.uses += 1;
        let now = files.uses;
        match files.open.get_mut(&id) {
            Some((used, opened)) => {
                *used = now;
                Ok(Arc::clone(opened))
            }
            None => Err(Problem::request(
                "this file is not held any more: it made room for others, or the program was \
                 started anew",
                riskset::Remedy::to("open the file again"),
            )),
        }
    }

    /// Lets a file go, also while it is being read.
    pub fn close(&self, id: u64) {
        if let Some((_, opened)) = lock(&self.files).open.remove(&id) {
            opened.progress.stop();
        }
    }
}

impl Files {
    /// Lets go of the files used longest ago until `more` bytes fit.
    fn make_room(&mut self, limit: usize, more: usize) {
        let held = |files: &Files| -> usize {
            files.open.values().map(|(_, opened)| opened.bytes().len()).sum()
        };
        while held(self) + more > limit {
            let oldest = self.open.iter().min_by_key(|(_, (used, _))| *used).map(|(&id, _)| id);
            match oldest {
                Some(id) => self.open.remove(&id),
                None => return,
            };
        }
    }
}

/// What is said of a file beyond the limit.
pub fn too_large(limit: usize) -> String {
    format!(
        "it is larger than {} MB, the most that the page holds; use the command line for it",
        limit >> 20
    )
}

/// A lock whose holder met an error of its own is taken over: what it guards is put in whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_used_longest_ago_makes_room() {
        let shelf = Shelf::new(Limits { file: 10, all: 10 });
        let a = shelf.upload("a.csv", Bytes::from_static(b"1234")).id;
        let b = shelf.upload("../../etc/b.csv", Bytes::from_static(b"1234")).id;
        assert_eq!(shelf.get(b).unwrap().name, "b.csv");
        shelf.get(a).unwrap();
        let c = shelf.upload("c.csv", Bytes::from_static(b"1234")).id;
        assert!(shelf.get(b).unwrap_err().to_string().contains("open the file again"));
        assert!(shelf.get(a).is_ok() && shelf.get(c).is_ok());
    }

    #[test]
    fn a_name_never_stands_for_another_source() {
        let shelf = Shelf::new(Limits::default());
        for name in ["@lung", "-", "", "folder/"] {
            assert_eq!(shelf.upload(name, Bytes::new()).name, "data.csv", "{name:?}");
        }
        assert!(shelf.bundled("/etc/passwd").is_err());
        assert!(shelf.bundled("@nothing").is_err());
    }

    #[test]
    fn a_table_is_read_once_for_one_reading() {
        let shelf = Shelf::new(Limits::default());
        let opened = shelf.upload("t.csv", Bytes::from_static(b"a;b\n1,5;2\n"));
        let table = opened.table(&ReadOptions::default()).unwrap();
        assert_eq!(table.column_names(), ["a", "b"]);
        let told = ReadOptions { header_row: Some(7), ..ReadOptions::default() };
        assert!(opened.table(&told).is_err());
        assert_eq!(opened.table(&ReadOptions::default()).unwrap().n_rows(), 1);
    }
}
