//! JSON written as it is computed: indented for people, with arrays of numbers on one line.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Writes a value. A curve of a thousand times is ten lines, not ten thousand, and nothing of it is
/// kept in memory.
///
/// # Errors
///
/// Those of the writer.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Compact::default()))?;
    out.write_all(b"\n")
}

/// Two spaces a level. Whether an array is written on one line is known when its first entry comes:
/// numbers, `true`, `false` and `null` stand side by side, everything else has a line of its own.
#[derive(Default)]
struct Compact {
    /// One entry for each open array or object.
    open: Vec<Open>,
    /// An array entry was announced, and what it is comes next.
    announced: Option<Place>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    First,
    Later,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Empty,
    /// Entries on lines of their own.
    Lines,
    /// Entries side by side.
    Side,
}

impl Compact {
    fn line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..self.open.len()).try_for_each(|_| out.write_all(b"  "))
    }

    /// Writes what separates an array's entry from the one before, now that its kind is known.
    fn entry<W: ?Sized + Write>(&mut self, out: &mut W, scalar: bool) -> io::Result<()> {
        let Some(place) = self.announced.take() else { return Ok(()) };
        let side = match (place, self.open.last()) {
            (Place::First, _) => scalar,
            (Place::Later, open) => scalar && open == Some(&Open::Side),
        };
        if place == Place::Later {
            out.write_all(b",")?;
        }
        if let Some(open) = self.open.last_mut() {
            *open = if side { Open::Side } else { Open::Lines };
        }
        match (side, place) {
            (true, Place::First) => Ok(()),
            (true, Place::Later) => out.write_all(b" "),
            (false, _) => self.line(out),
        }
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, sign: &[u8]) -> io::Result<()> {
        if self.open.pop() == Some(Open::Lines) {
            self.line(out)?;
        }
        out.write_all(sign)
    }
}

/// Each scalar is written as it is, after the separator of its array.
macro_rules! scalars {
    ($($name:ident($kind:ty),)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, out: &mut W, value: $kind) -> io::Result<()> {
            self.entry(out, true)?;
            serde_json::ser::CompactFormatter.$name(out, value)
        })*
    };
}

impl Formatter for Compact {
    scalars! {
        write_bool(bool), write_i8(i8), write_i16(i16), write_i32(i32), write_i64(i64),
        write_u8(u8), write_u16(u16), write_u32(u32), write_u64(u64), write_f32(f32),
        write_f64(f64),
    }

    fn write_null<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.entry(out, true)?;
        out.write_all(b"null")
    }

    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.entry(out, false)?;
        out.write_all(b"\"")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.entry(out, false)?;
        self.open.push(Open::Empty);
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.announced = Some(if first { Place::First } else { Place::Later });
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.entry(out, false)?;
        self.open.push(Open::Empty);
        out.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if let Some(open) = self.open.last_mut() {
            *open = Open::Lines;
        }
        self.line(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        write_json(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn arrays_of_numbers_take_one_line_and_stay_the_same_document() {
        let value = json!({
            "a": [1, 2.5, null], "b": [], "c": [{"d": [0.1]}, {}], "e": ["x", "y"], "f": {},
            "g": [[1, 2], [3]], "h": [1, "mixed", 2], "i": true,
        });
        let text = written(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        for part in [
            "\"a\": [1, 2.5, null],\n",
            "\"b\": [],\n",
            "\"c\": [\n    {\n      \"d\": [0.1]\n    },\n    {}\n  ],\n",
            "\"e\": [\n    \"x\",\n    \"y\"\n  ],\n",
            "\"g\": [\n    [1, 2],\n    [3]\n  ],\n",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(text.ends_with("\"i\": true\n}\n"), "{text}");
    }
}
