//! What the Word library does not write: heads of tables that repeat, drawings as vectors beside
//! their pixels, their alternative texts, fields that are brought up to date when the file is opened.
//!
//! The parts of the package are changed as text between the library's `build` and its packing, and
//! the archive is then written anew, packed and without times.

use super::Picture;
use crate::escape;
use docx_rs::XMLDocx;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What marks the first row of a table that is to repeat: a height that no other row has.
pub const HEAD_ROW: f32 = 1.0;

/// The identifier of a picture in the package, from 0.
pub fn picture_id(number: usize) -> String {
    format!("rIdImage{}", number + 1)
}

/// The bytes of the document; `pictures` in the order in which they stand in it.
pub fn pack(mut parts: XMLDocx, pictures: &[&Picture]) -> Vec<u8> {
    parts.document = with(parts.document, |text| drawings(&footers(&heads(text)), pictures));
    parts.document_rels = with(parts.document_rels, |text| {
        let mut more = String::new();
        for number in 0..pictures.len() {
            more.push_str(&format!(
                "<Relationship Id=\"rIdVector{0}\" Type=\"http://schemas.openxmlformats.org/\
                 officeDocument/2006/relationships/image\" Target=\"media/vector{0}.svg\" />",
                number + 1
            ));
        }
        text.replace("</Relationships>", &format!("{more}</Relationships>"))
    });
    parts.content_type = with(parts.content_type, |text| {
        let kind = "<Default Extension=\"svg\" ContentType=\"image/svg+xml\" />";
        match text.find("<Default") {
            Some(at) => format!("{}{kind}{}", &text[..at], &text[at..]),
            None => text.replace("</Types>", &format!("{kind}</Types>")),
        }
    });
    let mut packed = Cursor::new(Vec::new());
    parts.pack(&mut packed).expect("writing to memory does not fail");
    again(packed, pictures)
}

fn with(bytes: Vec<u8>, change: impl Fn(&str) -> String) -> Vec<u8> {
    change(&String::from_utf8(bytes).expect("the library writes UTF-8")).into_bytes()
}

/// The marked rows become heads that repeat on each page.
fn heads(text: &str) -> String {
    let mark = format!("<w:trHeight w:val=\"{HEAD_ROW}\" w:hRule=\"auto\" />");
    text.replace(&mark, "<w:tblHeader />")
}

/// The library gives the last section of the pages the number at their foot, and the others none.
fn footers(text: &str) -> String {
    let Some(start) = text.find("<w:footerReference ") else { return text.to_owned() };
    let Some(end) = text[start..].find("/>").map(|at| start + at + 2) else {
        return text.to_owned();
    };
    let reference = &text[start..end];
    let without = format!("{}{}", &text[..start], &text[end..]);
    without.replace("<w:sectPr>", &format!("<w:sectPr>{reference}"))
}

/// Each drawing gets its own number, its alternative text and its vector.
fn drawings(text: &str, pictures: &[&Picture]) -> String {
    let mut out = text.to_owned();
    for (number, picture) in pictures.iter().enumerate() {
        let (number, alt) = (number + 1, escape::html(&escape::xml_characters(&picture.alt)));
        let properties = format!(
            "<wp:docPr id=\"{}\" name=\"Drawing {number}\" descr=\"{alt}\" />",
            100 + number
        );
        out = out.replacen("<wp:docPr id=\"1\" name=\"Figure\" />", &properties, 1);
        let pixels = format!("<a:blip r:embed=\"{}\" />", picture_id(number - 1));
        let vector = format!(
            "<a:blip r:embed=\"{}\"><a:extLst><a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\">\
             <asvg:svgBlip xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" \
             r:embed=\"rIdVector{number}\" /></a:ext></a:extLst></a:blip>",
            picture_id(number - 1)
        );
        out = out.replacen(&pixels, &vector, 1);
    }
    out
}

/// The archive written anew with the vectors, every part packed.
fn again(packed: Cursor<Vec<u8>>, pictures: &[&Picture]) -> Vec<u8> {
    let never = "the archive was just written to memory";
    let mut archive = ZipArchive::new(packed).expect(never);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect(never);
        if part.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect(never);
        let name = part.name().expect(never).into_owned();
        writer.start_file(name, options).expect(never);
        writer.write_all(&bytes).expect(never);
    }
    for (number, picture) in pictures.iter().enumerate() {
        writer.start_file(format!("word/media/vector{}.svg", number + 1), options).expect(never);
        writer.write_all(picture.svg.as_bytes()).expect(never);
    }
    writer.finish().expect(never).into_inner()
}
