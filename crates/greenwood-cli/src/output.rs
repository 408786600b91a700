//! Where answers go: standard output, or a file that is whole or not there.

use crate::Failure;
use crate::args::{Format as FormatArg, OutputArgs};
use greenwood_report::documents::{Document, Format, render};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The streams of a command.
pub struct Console<'a> {
    /// Answers.
    pub out: &'a mut dyn Write,
    /// Messages.
    pub err: &'a mut dyn Write,
    /// No notes, only failures.
    pub quiet: bool,
}

impl Console<'_> {
    /// Writes an answer to standard output. A reader that has gone away, as `head` does, is no
    /// failure.
    pub fn answer(&mut self, text: &[u8]) -> Result<(), Failure> {
        match self.out.write_all(text).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::analysis(format!("standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Says something that is not the answer, unless --quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// Writes a document as asked.
    pub fn document(&mut self, document: &impl Document, args: &OutputArgs) -> Result<(), Failure> {
        let format = format_of(args)?;
        let text = render(document, format).map_err(Failure::analysis)?;
        self.deliver(text.as_bytes(), args.output.as_deref())
    }

    /// Writes to the file, or to standard output without one.
    pub fn deliver(&mut self, bytes: &[u8], file: Option<&Path>) -> Result<(), Failure> {
        match file {
            None => self.answer(bytes),
            Some(file) => {
                write_file(file, bytes)?;
                self.note(&format!("wrote {}", file.display()));
                Ok(())
            }
        }
    }
}

/// The format asked for, or the one the file's extension names, or text.
pub fn format_of(args: &OutputArgs) -> Result<Format, Failure> {
    if let Some(format) = args.format {
        return Ok(match format {
            FormatArg::Text => Format::Text,
            FormatArg::Json => Format::Json,
            FormatArg::Csv => Format::Csv,
            FormatArg::Markdown => Format::Markdown,
            FormatArg::Latex => Format::Latex,
        });
    }
    let Some(file) = &args.output else { return Ok(Format::Text) };
    match extension(file).as_str() {
        "txt" | "" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        "md" => Ok(Format::Markdown),
        "tex" => Ok(Format::Latex),
        other => Err(Failure::usage(format!(
            "--output {}: the extension .{other} names no format; use .txt, .json, .csv, .md or \
             .tex, or say --format",
            file.display()
        ))),
    }
}

/// The extension in lower case, empty without one.
pub fn extension(file: &Path) -> String {
    file.extension().map_or_else(String::new, |text| text.to_string_lossy().to_lowercase())
}

/// Writes a file beside its place and renames it: it is whole or it is not there.
pub fn write_file(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(Failure::analysis(format!(
            "cannot write {}: there is no folder {}; make it first",
            file.display(),
            folder.display()
        )));
    }
    let Some(name) = file.file_name() else {
        return Err(Failure::analysis(format!(
            "cannot write {}: it names no file",
            file.display()
        )));
    };
    // A device or a pipe, such as /dev/stdout, cannot be renamed onto.
    if file.exists() && !file.is_file() {
        return fs::write(file, bytes).map_err(|error| refuse(file, &error));
    }
    let beside = folder.join(part_name(name));
    let written = fs::File::create(&beside)
        .and_then(|mut part| part.write_all(bytes).and_then(|()| part.sync_all()))
        .and_then(|()| fs::rename(&beside, file));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        refuse(file, &error)
    })
}

fn part_name(name: &std::ffi::OsStr) -> PathBuf {
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", std::process::id()));
    part.into()
}

fn refuse(file: &Path, error: &std::io::Error) -> Failure {
    Failure::analysis(format!(
        "cannot write {}: {error}; check the disk and the rights of the folder, or choose another \
         place with --output",
        file.display()
    ))
}
