//! Colours, and what a reader with another eye or a grey printer makes of them.

use serde::{Deserialize, Serialize};

/// A colour of the screen: red, green and blue from 0 to 255 (sRGB).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// White, the paper.
    pub const WHITE: Colour = Colour(255, 255, 255);
    /// Black.
    pub const BLACK: Colour = Colour(0, 0, 0);

    /// This colour mixed with white; `share` of white from 0 to 1.
    pub fn lighter(self, share: f64) -> Colour {
        let mix = |c: u8| (f64::from(c) + (255.0 - f64::from(c)) * share).round() as u8;
        Colour(mix(self.0), mix(self.1), mix(self.2))
    }

    /// Relative luminance from 0 (black) to 1 (white), by WCAG 2.2.
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The WCAG contrast with another colour, from 1 (equal) to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// How a reader without long-wave (protan) or medium-wave (deutan) cones sees the colour.
    ///
    /// Source: Machado, Oliveira and Fernandes (2009), IEEE Trans Vis Comput Graph 15:1291-1298,
    /// the matrices of severity 1.
    pub fn as_seen(self, eye: Eye) -> Colour {
        let matrix = match eye {
            Eye::Usual => return self,
            Eye::Protan => [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            Eye::Deutan => [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            Eye::Tritan => [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        };
        let linear = self.linear();
        let seen = matrix.map(|row: [f64; 3]| {
            let value: f64 = row.iter().zip(linear).map(|(weight, c)| weight * c).sum();
            let value = value.clamp(0.0, 1.0);
            let coded = if value <= 0.003_130_8 {
                12.92 * value
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            };
            (coded * 255.0).round() as u8
        });
        Colour(seen[0], seen[1], seen[2])
    }

    /// The distance to another colour in CIE L*a*b* (1976): 2 is just noticed, 10 is plain.
    pub fn distance(self, other: Colour) -> f64 {
        let (a, b) = (self.lab(), other.lab());
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn lab(self) -> [f64; 3] {
        let [r, g, b] = self.linear();
        let f =
            |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (841.0 / 108.0) * t + 4.0 / 29.0 };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }
}

/// An eye, by the cones it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eye {
    /// All three kinds of cones.
    Usual,
    /// No long-wave cones.
    Protan,
    /// No medium-wave cones.
    Deutan,
    /// No short-wave cones.
    Tritan,
}

impl From<Colour> for String {
    fn from(colour: Colour) -> String {
        format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2)
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Colour, String> {
        let refusal = || format!("`{text}` is no colour; write it as #0063A8");
        let digits = text.strip_prefix('#').ok_or_else(refusal)?;
        if digits.len() != 6 || !digits.is_ascii() {
            return Err(refusal());
        }
        let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16);
        match (part(0), part(2), part(4)) {
            (Ok(r), Ok(g), Ok(b)) => Ok(Colour(r, g, b)),
            _ => Err(refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_runs_from_1_to_21() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert_eq!(Colour(9, 9, 9).contrast(Colour(9, 9, 9)), 1.0);
    }

    #[test]
    fn a_colour_is_read_as_it_is_written() {
        let colour = Colour::try_from("#0063A8".to_owned()).unwrap();
        assert_eq!(String::from(colour), "#0063A8");
        assert!(Colour::try_from("blue".to_owned()).unwrap_err().contains("#0063A8"));
    }
}
