//! The files of the page, which are part of the program.

/// A file of the page with its type; `None` where there is none of that name.
pub fn get(name: &str) -> Option<(&'static str, &'static [u8])> {
    let kind = match name.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };
    FILES.iter().find(|(known, _)| *known == name).map(|(_, content)| (kind, *content))
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../page/", $name)))),*]
    };
}

/// All of them. The first load is these files and one answer.
pub static FILES: &[(&str, &[u8])] = files![
    "index.html",
    "page.css",
    "main.js",
    "texts.js",
    "dom.js",
    "net.js",
    "state.js",
    "open.js",
    "look.js",
    "what.js",
    "counts.js",
    "further.js",
    "dates.js",
    "curve.js",
    "read.js",
    "refine.js",
    "take.js",
    "drawer.js",
    "teach.js",
    "icon.svg",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A surgeon's connection to the own computer is fast; the bound keeps the page small all the same.
    #[test]
    fn the_first_load_is_small() {
        let bytes: usize = FILES.iter().map(|(_, content)| content.len()).sum();
        assert!(bytes < 250_000, "{bytes} bytes");
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_nothing_stands_inline() {
        for (name, content) in FILES {
            let text = std::str::from_utf8(content).unwrap();
            let foreign = text.replace("http://www.w3.org/", "");
            assert!(!foreign.contains("http://") && !foreign.contains("https://"), "{name}");
            assert!(!text.contains("innerHTML") && !text.contains("eval("), "{name}");
            if name.ends_with(".html") {
                assert!(!text.contains("style=") && !text.contains(" onclick"), "{name}");
            }
        }
    }
}
