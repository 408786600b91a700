//! What a file is, seen from its first bytes and not from its name.

/// What a source turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Gzip,
    /// A zip of files; workbooks that are zips are told apart when it is opened.
    Zip,
    /// A compound file of Microsoft: an old workbook, or a protected new one.
    Compound,
    Stata,
    SasTransport,
    Sas,
    Parquet,
    #[cfg(feature = "arrow")]
    Spss,
    #[cfg(feature = "arrow")]
    Feather,
    /// A kind that is not read: what it is, and one line that makes a CSV of `{}`.
    Foreign(&'static str, Option<&'static str>),
}

#[cfg(not(feature = "arrow"))]
const SPSS: &str = "Rscript -e 'write.csv(haven::as_factor(haven::read_sav(\"{}\")), \"data.csv\", \
                    row.names = FALSE, na = \"\")'";
const PORTABLE: &str = "Rscript -e 'write.csv(haven::as_factor(haven::read_por(\"{}\")), \
                        \"data.csv\", row.names = FALSE, na = \"\")'";
const FEATHER: &str =
    "python3 -c 'import pandas; pandas.read_feather(\"{}\").to_csv(\"data.csv\", index=False)'";
const JSON: &str =
    "python3 -c 'import pandas; pandas.read_json(\"{}\").to_csv(\"data.csv\", index=False)'";
const NDJSON: &str = "python3 -c 'import pandas; pandas.read_json(\"{}\", lines=True).to_csv(\"data.csv\", index=False)'";
const RDS: &str =
    "Rscript -e 'write.csv(readRDS(\"{}\"), \"data.csv\", row.names = FALSE, na = \"\")'";
const ARFF: &str = "Rscript -e 'write.csv(foreign::read.arff(\"{}\"), \"data.csv\", row.names = \
                    FALSE, na = \"\")'";

/// Beginnings of files.
const STARTS: &[(&[u8], Kind)] = &[
    (&[0x1F, 0x8B], Kind::Gzip),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Kind::Compound),
    (b"PAR1", Kind::Parquet),
    (b"<stata_dta>", Kind::Stata),
    (b"HEADER RECORD*******LIB", Kind::SasTransport),
    #[cfg(feature = "arrow")]
    (b"ARROW1", Kind::Feather),
    #[cfg(feature = "arrow")]
    (b"$FL2", Kind::Spss),
    #[cfg(feature = "arrow")]
    (b"$FL3", Kind::Spss),
    #[cfg(not(feature = "arrow"))]
    (b"ARROW1", Kind::Foreign("an Arrow (Feather) file", Some(FEATHER))),
    #[cfg(not(feature = "arrow"))]
    (b"$FL2", Kind::Foreign("an SPSS file (.sav)", Some(SPSS))),
    #[cfg(not(feature = "arrow"))]
    (b"$FL3", Kind::Foreign("an SPSS file (.zsav)", Some(SPSS))),
    (b"FEA1", Kind::Foreign("an old Feather file", Some(FEATHER))),
    (b"RDX", Kind::Foreign("a workspace of R", None)),
    (b"SQLite format 3", Kind::Foreign("a database (SQLite)", None)),
    (b"%PDF", Kind::Foreign("a PDF document", None)),
    (b"BZh", Kind::Foreign("packed by bzip2", Some("bunzip2 \"{}\""))),
    (&[0xFD, b'7', b'z', b'X', b'Z'], Kind::Foreign("packed by xz", Some("unxz \"{}\""))),
    (b"7z\xBC\xAF", Kind::Foreign("a 7z archive", Some("7z x \"{}\""))),
    (&[0x28, 0xB5, 0x2F, 0xFD], Kind::Foreign("packed by zstd", Some("unzstd \"{}\""))),
    (&[0x89, b'P', b'N', b'G'], Kind::Foreign("a picture", None)),
];

/// The number with which files of SAS start, after 12 zeros.
const SAS: [u8; 8] = [0xC2, 0xEA, 0x81, 0x60, 0xB3, 0x14, 0x11, 0xCF];

pub(crate) fn of(bytes: &[u8]) -> Kind {
    if let Some((_, kind)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return *kind;
    }
    if bytes.get(12..20) == Some(&SAS) {
        return Kind::Sas;
    }
    // Before release 117 a file of Stata starts with its release and byte order.
    if let [102..=116, 1 | 2, 1, _, ..] = bytes {
        return Kind::Stata;
    }
    of_text(bytes)
}

/// Texts that are no tables.
fn of_text(bytes: &[u8]) -> Kind {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]);
    let start = start.trim_start_matches('\u{FEFF}').trim_start();
    let lower = start.to_ascii_lowercase();
    if start.starts_with("ASCII SPSS PORT") || start.contains("SPSSPORT") {
        return Kind::Foreign("a portable file of SPSS (.por)", Some(PORTABLE));
    }
    if ["<html", "<!doctype html", "<table"].iter().any(|tag| lower.starts_with(tag)) {
        let line = "open it in a spreadsheet program and save it as .xlsx";
        return Kind::Foreign("a page of HTML", Some(line));
    }
    if lower.starts_with("<?xml") {
        return Kind::Foreign("XML", None);
    }
    if lower.starts_with("@relation") {
        return Kind::Foreign("an ARFF file", Some(ARFF));
    }
    if start.starts_with("[{") || start.starts_with("[\n") {
        return Kind::Foreign("JSON", Some(JSON));
    }
    if start.starts_with("{\"") || start.starts_with("{\n") {
        return Kind::Foreign("JSON, one object per line", Some(NDJSON));
    }
    if start.starts_with("A\n3\n") || start.starts_with("X\n\0") {
        return Kind::Foreign("a file of R (.rds)", Some(RDS));
    }
    Kind::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_seen_from_the_content() {
        assert_eq!(of(b"a,b\n1,2\n"), Kind::Text);
        assert_eq!(of(b""), Kind::Text);
        assert_eq!(of(b"PK\x03\x04rest"), Kind::Zip);
        assert_eq!(of(&[115, 2, 1, 0, 5]), Kind::Stata);
        assert!(matches!(of(b"  <html><table>"), Kind::Foreign("a page of HTML", _)));
        assert!(matches!(of(b"[{\"a\": 1}]"), Kind::Foreign("JSON", _)));
    }
}
