//! Readers that turn a text as it lies in the file into UTF-8 with line feeds and one separator.

use std::io::{self, Read};

/// Bytes of the file that are decoded at a time.
const CHUNK: usize = 1 << 16;

/// Decodes another encoding; bytes that it does not know become U+FFFD.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of the output was handed on.
    taken: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static encoding_rs::Encoding) -> Decoded<R> {
        let decoder = encoding.new_decoder_without_bom_handling();
        let (input, output) = (vec![0; CHUNK], Vec::new());
        Decoded { inner, decoder, input, output, taken: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.input)?;
        self.ended = read == 0;
        let needed = self.decoder.max_utf8_buffer_length(read).unwrap_or(4 * CHUNK);
        self.output.resize(needed, 0);
        let (_, _, written, _) =
            self.decoder.decode_to_utf8(&self.input[..read], &mut self.output, self.ended);
        self.output.truncate(written);
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.refill()?;
        }
        let rest = &self.output[self.taken..];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

/// Carriage returns as line feeds, for files without any line feed.
pub(super) struct LineFeeds<R>(pub(super) R);

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        for byte in buffer[..n].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(n)
    }
}

/// One tab for each run of blanks outside quotes; none at the ends of a line.
pub(super) struct Tabbed<R> {
    inner: R,
    squeezer: Squeezer,
    output: Vec<u8>,
    taken: usize,
}

impl<R: Read> Tabbed<R> {
    pub(super) fn new(inner: R) -> Tabbed<R> {
        Tabbed { inner, squeezer: Squeezer::default(), output: Vec::new(), taken: 0 }
    }
}

impl<R: Read> Read for Tabbed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() {
            let mut input = vec![0; CHUNK];
            let n = self.inner.read(&mut input)?;
            if n == 0 {
                return Ok(0);
            }
            self.output.clear();
            self.taken = 0;
            for &byte in &input[..n] {
                self.squeezer.push(byte, &mut self.output);
            }
        }
        let rest = &self.output[self.taken..];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

/// Where the squeezing of blanks stands between two bytes.
#[derive(Default)]
struct Squeezer {
    /// Blanks were met and no byte after them yet.
    pending: bool,
    /// Something of the line was written.
    in_line: bool,
    in_quotes: bool,
}

impl Squeezer {
    fn push(&mut self, byte: u8, output: &mut Vec<u8>) {
        match byte {
            b' ' | b'\t' if !self.in_quotes => self.pending = true,
            b'\r' if !self.in_quotes => {}
            b'\n' if !self.in_quotes => {
                output.push(b'\n');
                *self = Squeezer::default();
            }
            byte => {
                let starts = self.pending || !self.in_line;
                if self.pending && self.in_line {
                    output.push(b'\t');
                }
                // A quote inside a field is an ordinary character, as it is elsewhere.
                if byte == b'"' && (starts || self.in_quotes) {
                    self.in_quotes = !self.in_quotes;
                }
                (self.pending, self.in_line) = (false, true);
                output.push(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut reader: impl Read) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_line_ends_and_blanks() {
        assert_eq!(all(Decoded::new(&b"m\xE4nn\xFF"[..], encoding_rs::WINDOWS_1252)), "männÿ");
        assert_eq!(all(Decoded::new(&b"m\x8Ann"[..], encoding_rs::MACINTOSH)), "männ");
        assert_eq!(all(Decoded::new(&b"a\0\xE4\0"[..], encoding_rs::UTF_16LE)), "aä");
        assert_eq!(all(Decoded::new(&b"G\xFCn"[..], encoding_rs::UTF_8)), "G\u{FFFD}n");
        assert_eq!(all(LineFeeds(&b"a\rb\r"[..])), "a\nb\n");
        let lines = b"  \"a b\"   1  \r\nx\t 5\" pipe\n";
        assert_eq!(all(Tabbed::new(&lines[..])), "\"a b\"\t1\nx\t5\"\tpipe\n");
    }
}
