//! Whole figures against those that were looked at and found good: SVG text, then pixels.
//!
//! After an intended change, run with `RISKSET_BLESS=1`, look at every figure in `tests/golden`,
//! and commit them.

mod support;

use riskset_plot::{
    Annotation, Figure, FigureOptions, ForestEffect, ForestFigure, ForestRow, KmFigure, Profile,
};
use std::path::{Path, PathBuf};
use support::{five, made_up};

const DPI: f64 = 110.0;

fn figures() -> Vec<(&'static str, Figure)> {
    let plain = Profile::plain();
    let smallest = KmFigure {
        groups: vec![five()],
        options: FigureOptions {
            width: Some(60.0),
            height: Some(45.0),
            ..FigureOptions::default()
        },
    };
    let two = KmFigure {
        groups: vec![made_up("First", 60, 3, 0.03), made_up("Second ≥ 5 & more", 45, 4, 0.06)],
        options: FigureOptions {
            unit: Some("months".to_owned()),
            endpoint: Some("Overall survival".to_owned()),
            annotations: vec![Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.0123 }],
            ..FigureOptions::default()
        },
    };
    let estimate = |value: f64, lower: f64, upper: f64| ForestEffect::Estimate {
        value,
        lower: Some(lower),
        upper: Some(upper),
        weight: None,
    };
    let row = |label: &str, effect: ForestEffect| ForestRow {
        label: label.to_owned(),
        effect,
        ..ForestRow::default()
    };
    let forest = ForestFigure {
        name: "Hazard ratios".to_owned(),
        rows: vec![
            row("Male", ForestEffect::Reference),
            row("Female", estimate(0.58, 0.41, 0.80)),
            row("Few events", estimate(2.0, 0.1, 40.0)),
        ],
        width: Some(110.0),
        ..ForestFigure::default()
    };
    vec![
        ("km-smallest", smallest.draw(&plain).unwrap()),
        ("km-two", two.draw(&plain).unwrap()),
        ("forest", forest.draw(&plain).unwrap()),
    ]
}

fn golden(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.{extension}"))
}

fn blessing() -> bool {
    std::env::var_os("RISKSET_BLESS").is_some()
}

#[test]
fn svg_text_is_that_of_the_figure_that_was_looked_at() {
    for (name, figure) in figures() {
        let (path, svg) = (golden(name, "svg"), figure.svg());
        if blessing() {
            std::fs::write(&path, &svg).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap();
        let mut lines = expected.lines().zip(svg.lines()).enumerate();
        let first = lines.find(|(_, (expected, found))| {
            // The embedded data name the version of the program.
            expected != found && !expected.starts_with("<metadata")
        });
        assert!(first.is_none(), "{name}.svg differs in line {:?}", first.map(|(l, p)| (l + 1, p)));
        assert_eq!(expected.lines().count(), svg.lines().count(), "{name}.svg");
    }
}

#[test]
fn pixels_are_those_of_the_figure_that_was_looked_at() {
    for (name, figure) in figures() {
        let (path, bytes) = (golden(name, "png"), figure.png(DPI).unwrap());
        if blessing() {
            std::fs::write(&path, &bytes).unwrap();
        }
        let expected = pixels(&std::fs::read(&path).unwrap());
        let found = pixels(&bytes);
        assert_eq!((expected.0, expected.1), (found.0, found.1), "{name}.png has another size");
        let differ = expected.2.iter().zip(&found.2).filter(|(a, b)| a != b).count();
        if differ > 0 {
            let image = difference(name, &expected, &found);
            panic!("{name}.png: {differ} values differ; see {}", image.display());
        }
    }
}

/// Width, height and the bytes of the pixels.
fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    bytes.truncate(info.buffer_size());
    (info.width, info.height, bytes)
}

/// Writes a picture in which only what differs is dark, and returns where it lies.
fn difference(name: &str, a: &(u32, u32, Vec<u8>), b: &(u32, u32, Vec<u8>)) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-difference.png"));
    let bytes: Vec<u8> = a.2.iter().zip(&b.2).map(|(a, b)| 255 - a.abs_diff(*b)).collect();
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), a.0, a.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    path
}
