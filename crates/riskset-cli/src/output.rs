//! Where answers go: standard output, or a file that is whole or not there.

use crate::Failure;
use crate::args::{Format as FormatArg, OutputArgs};
use riskset_report::documents::{Document, Format, write};
use riskset_report::files::{write_file, write_file_with};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The streams of a command.
pub struct Console<'a> {
    /// Answers.
    pub out: &'a mut dyn Write,
    /// Messages.
    pub err: &'a mut dyn Write,
    /// No notes, only failures.
    pub quiet: bool,
    /// The request is printed, and not answered.
    pub print_request: bool,
    /// The files that the command reads, none of which is written over.
    pub inputs: Vec<PathBuf>,
}

impl Console<'_> {
    /// Writes an answer to standard output.
    pub fn answer(&mut self, text: &[u8]) -> Result<(), Failure> {
        delivered(self.out.write_all(text).and_then(|()| self.out.flush()))
    }

    /// Says something that is not the answer, unless --quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// Writes a document as asked, as it is computed.
    pub fn document(&mut self, document: &impl Document, args: &OutputArgs) -> Result<(), Failure> {
        let format = format_of(args)?;
        match &args.output {
            None => {
                let mut out = BufWriter::new(&mut self.out);
                let written = write(document, format, &mut out).and_then(|()| out.flush());
                delivered(written)
            }
            Some(file) => {
                write_file_with(file, &self.inputs, |out| write(document, format, out))
                    .map_err(Failure::analysis)?;
                self.note(&format!("wrote {}", file.display()));
                Ok(())
            }
        }
    }

    /// Writes a file, whole or not at all, and says so.
    pub fn write_file(&mut self, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
        write_file(file, bytes, &self.inputs).map_err(Failure::analysis)?;
        self.note(&format!("wrote {}", file.display()));
        Ok(())
    }

    /// Writes to the file, or to standard output without one.
    pub fn deliver(&mut self, bytes: &[u8], file: Option<&Path>) -> Result<(), Failure> {
        match file {
            None => self.answer(bytes),
            Some(file) => self.write_file(file, bytes),
        }
    }
}

/// A reader that has gone away, as `head` does, is no failure.
fn delivered(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::analysis(format!("standard output: {error}")))
        }
        _ => Ok(()),
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
