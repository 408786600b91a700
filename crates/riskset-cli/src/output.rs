//! Where answers go: standard output, or a file that is whole or not there.

use crate::Failure;
use crate::args::{Format as FormatArg, OutputArgs};
use riskset_analysis::{Request, Software};
use riskset_plot::Profile;
use riskset_report::documents::{Document, Format, SHOWN_WARNINGS, write_in};
use riskset_report::escape::{escaped, shown};
use riskset_report::files::{same_output, write_file_with};
use riskset_report::format::Style;
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
    /// The program whose defaults are taken, with the options that were typed.
    pub matched: Option<(Software, Vec<String>)>,
    /// The files that the command reads, none of which is written over.
    pub inputs: Vec<PathBuf>,
    /// The files that the command has written, none of which it writes again.
    pub written: Vec<PathBuf>,
}

impl Console<'_> {
    /// The request with the defaults of the program to match, where one was named.
    pub fn settled(&self, request: &Request) -> Result<Request, Failure> {
        match &self.matched {
            None => Ok(request.clone()),
            Some((software, typed)) => {
                let given = |field: &str| typed.iter().any(|name| name == field);
                Ok(request.matched(*software, &given)?)
            }
        }
    }

    /// Writes an answer to standard output.
    pub fn answer(&mut self, text: &[u8]) -> Result<(), Failure> {
        delivered(self.out.write_all(text).and_then(|()| self.out.flush()))
    }

    /// Says something that is not the answer, unless --quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            let _ = writeln!(self.err, "{}", shown(text));
        }
    }

    /// Says the caption of a figure: a text for the manuscript, which is never cut.
    pub fn caption(&mut self, text: &str) {
        if !self.quiet {
            let _ = writeln!(self.err, "Caption: {}", escaped(text));
        }
    }

    /// Says doubts: the first of them, and how many more there are.
    pub fn warnings(&mut self, doubts: impl IntoIterator<Item = String>) {
        let mut more = 0;
        for (number, doubt) in doubts.into_iter().enumerate() {
            match number < SHOWN_WARNINGS {
                true => self.note(&format!("Warning: {doubt}")),
                false => more += 1,
            }
        }
        if more > 0 {
            self.note(&format!("... and {more} more warnings"));
        }
    }

    /// Writes a document as asked, as it is computed.
    pub fn document(&mut self, document: &impl Document, args: &OutputArgs) -> Result<(), Failure> {
        let format = format_of(args)?;
        let style = style_of(args, format)?;
        match &args.output {
            None => {
                let mut out = BufWriter::new(&mut self.out);
                let written =
                    write_in(document, format, &style, &mut out).and_then(|()| out.flush());
                delivered(written)
            }
            Some(file) => self.write_file_with(file, |out| write_in(document, format, &style, out)),
        }
    }

    /// Writes a file, whole or not at all, and says so.
    pub fn write_file(&mut self, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
        self.write_file_with(file, |out| out.write_all(bytes))
    }

    /// The same for content that is written as it is computed.
    fn write_file_with(
        &mut self,
        file: &Path,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        refuse_twice(&self.written, file)?;
        let cleared = write_file_with(file, &self.inputs, fill)?;
        self.written.push(file.to_owned());
        cleared.iter().for_each(|sentence| self.note(sentence));
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

/// Refuses a list of outputs in which two are one file, before anything is computed.
pub fn refuse_one_file<'a>(outputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    let mut before = Vec::new();
    for output in outputs {
        refuse_twice(&before, output)?;
        before.push(output.to_owned());
    }
    Ok(())
}

/// Two outputs of one run never share a file.
fn refuse_twice(before: &[PathBuf], file: &Path) -> Result<(), Failure> {
    match before.iter().find(|earlier| same_output(earlier, file)) {
        None => Ok(()),
        Some(earlier) => Err(Failure::usage(format!(
            "{} and {} are one file, and the second output would replace the first; give each a \
             name of its own",
            earlier.display(),
            file.display()
        ))),
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
            FormatArg::Html => Format::Html,
            FormatArg::Docx => Format::Docx,
            FormatArg::Xlsx => Format::Xlsx,
        });
    }
    let Some(file) = &args.output else { return Ok(Format::Text) };
    match extension(file).as_str() {
        "txt" | "" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        "md" => Ok(Format::Markdown),
        "tex" => Ok(Format::Latex),
        "html" | "htm" => Ok(Format::Html),
        "docx" => Ok(Format::Docx),
        "xlsx" => Ok(Format::Xlsx),
        other => Err(Failure::usage(format!(
            "--output {}: the extension .{other} names no format; use .txt, .json, .csv, .md, \
             .tex, .html, .docx or .xlsx, or say --format",
            file.display()
        ))),
    }
}

/// How numbers are written for people: as the journal asked for writes them.
fn style_of(args: &OutputArgs, format: Format) -> Result<Style, Failure> {
    let Some(journal) = &args.journal else { return Ok(Style::default()) };
    if matches!(format, Format::Json | Format::Csv) {
        return Err(Failure::usage(
            "--journal is for numbers as people read them, and JSON and CSV have them in full precision; \
             leave it out",
        ));
    }
    Profile::named(journal).map(|profile| Style::of(&profile)).map_err(Failure::usage)
}

/// The extension in lower case, empty without one.
pub fn extension(file: &Path) -> String {
    file.extension().map_or_else(String::new, |text| text.to_string_lossy().to_lowercase())
}
