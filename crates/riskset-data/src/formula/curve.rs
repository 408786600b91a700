//! Terms that are a curve of a number: `rcs(age, 4)`, `ns(age, df = 3)`, `poly(age, 2)`.

use super::FormulaError;
use super::expr::Expr;
use super::parse::Parser;
use super::token::Token;

/// The curve of a covariate that a term asks for. Where knots are counted and not given, they are
/// quantiles of the rows that a model is fitted to.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// `rcs(x, 4)`, `rcs(x, c(40, 55, 70))`: a restricted cubic spline.
    Restricted(Knots),
    /// `ns(x, df = 3)`, `ns(x, knots = c(50, 60))`: a natural spline.
    Natural {
        /// The degrees of freedom, or the inner knots.
        knots: Knots,
        /// The boundary, `Boundary.knots = c(30, 80)`; the least and the greatest value when `None`.
        boundary: Option<(f64, f64)>,
    },
    /// `poly(x, 2)`, `poly(x, 2, raw = TRUE)`: a polynomial.
    Polynomial {
        /// Its degree.
        degree: usize,
        /// Plain powers instead of polynomials that are orthogonal over the rows.
        raw: bool,
    },
    /// `pspline(x, df = 4)`: a penalised spline, in Cox models alone.
    Penalised {
        /// Its effective degrees of freedom, above 1.
        df: f64,
    },
}

/// How many knots, or where.
#[derive(Clone, Debug, PartialEq)]
pub enum Knots {
    /// So many knots; of a natural spline so many columns.
    Count(usize),
    /// These, increasing.
    At(Vec<f64>),
}

/// The functions of this kind, as a formula names them.
pub(super) const CURVES: [&str; 4] = ["rcs", "ns", "poly", "pspline"];

const RCS: &str = "write rcs(x, 4) for 4 knots (3 to 10) at quantiles of x, or rcs(x, c(40, 55, 70)) \
                   for these knots";
const NS: &str = "write ns(x, df = 3) for 3 columns (1 to 20), or ns(x, knots = c(50, 60))";
const PSPLINE: &str = "write pspline(x, df = 4) for a penalised spline with 4 effective degrees of freedom \
                       (above 1, at most 20)";
const POLY: &str = "write poly(x, 2) for a polynomial of degree 2 (1 to 10), or \
                    poly(x, 2, raw = TRUE) for x and x^2 themselves";

impl Curve {
    /// The term as it is written, of this expression.
    pub fn written(&self, of: &Expr) -> String {
        match self {
            Curve::Restricted(Knots::Count(count)) => format!("rcs({of}, {count})"),
            Curve::Restricted(Knots::At(knots)) => format!("rcs({of}, {})", list(knots)),
            Curve::Natural { knots, boundary } => {
                let knots = match knots {
                    Knots::Count(df) => format!("df = {df}"),
                    Knots::At(knots) => format!("knots = {}", list(knots)),
                };
                let boundary = boundary.map_or(String::new(), |(low, high)| {
                    format!(", Boundary.knots = {}", list(&[low, high]))
                });
                format!("ns({of}, {knots}{boundary})")
            }
            Curve::Penalised { df } => format!("pspline({of}, df = {df})"),
            Curve::Polynomial { degree, raw: false } => format!("poly({of}, {degree})"),
            Curve::Polynomial { degree, raw: true } => format!("poly({of}, {degree}, raw = TRUE)"),
        }
    }

    /// Whether the columns depend on the rows that the model is fitted to: other rows would give other
    /// knots.
    pub fn depends_on_rows(&self) -> bool {
        match self {
            Curve::Restricted(knots) => matches!(knots, Knots::Count(_)),
            Curve::Natural { knots, boundary } => {
                matches!(knots, Knots::Count(_)) || boundary.is_none()
            }
            Curve::Polynomial { raw, .. } => !raw,
            Curve::Penalised { .. } => true,
        }
    }

    /// Reads `name(x, ...)`, with the name next.
    pub(super) fn read(parser: &mut Parser, name: &str) -> Result<(Expr, Curve), FormulaError> {
        let help = match name {
            "rcs" => RCS,
            "ns" => NS,
            "pspline" => PSPLINE,
            _ => POLY,
        };
        parser.next();
        parser.next();
        let of = parser.expression()?;
        parser.expect(",", "a comma and how the curve may bend", help)?;
        let curve = match name {
            "rcs" => Curve::Restricted(knots(parser, 3..=10, "knots", help)?),
            "ns" => natural(parser, help)?,
            "pspline" => penalised(parser, help)?,
            _ => polynomial(parser, help)?,
        };
        parser.expect(")", "a comma or )", help)?;
        Ok((of, curve))
    }
}

/// `c(1, 2.5)`.
fn list(numbers: &[f64]) -> String {
    let texts: Vec<String> = numbers.iter().map(f64::to_string).collect();
    format!("c({})", texts.join(", "))
}

/// A count within the range, or at least as many knots as its start, increasing.
fn knots(
    parser: &mut Parser,
    range: std::ops::RangeInclusive<usize>,
    what: &str,
    help: &str,
) -> Result<Knots, FormulaError> {
    if is_list(parser) {
        let span = parser.span();
        let at = numbers(parser, help)?;
        if at.len() < *range.start() || at.len() > *range.end() {
            let found = format!(
                "expected {} to {} {what} in c(...), found {}",
                range.start(),
                range.end(),
                at.len()
            );
            return Err(FormulaError::new(parser.text, span, found, help));
        }
        return Ok(Knots::At(at));
    }
    Ok(Knots::Count(count(parser, range, what, help)?))
}

fn natural(parser: &mut Parser, help: &str) -> Result<Curve, FormulaError> {
    let name = argument(parser);
    let knots = match name.as_deref() {
        Some("knots") => Knots::At(numbers(parser, help)?),
        Some("df") | None => Knots::Count(count(parser, 1..=20, "columns", help)?),
        Some(_) => return Err(parser.expected("df = or knots =", help)),
    };
    let mut boundary = None;
    if parser.take(",") {
        if argument(parser).as_deref() != Some("Boundary.knots") {
            return Err(parser.expected("Boundary.knots = c(low, high)", help));
        }
        let span = parser.span();
        let [low, high] = numbers(parser, help)?[..] else {
            let found = "the boundary is two numbers".to_string();
            return Err(FormulaError::new(parser.text, span, found, help));
        };
        boundary = Some((low, high));
    }
    Ok(Curve::Natural { knots, boundary })
}

fn penalised(parser: &mut Parser, help: &str) -> Result<Curve, FormulaError> {
    if !matches!(argument(parser).as_deref(), None | Some("df")) {
        return Err(parser.expected("df =", help));
    }
    let span = parser.span();
    let df = number(parser, help)?;
    if df > 1.0 && df <= 20.0 {
        return Ok(Curve::Penalised { df });
    }
    let found = format!("{df} effective degrees of freedom");
    Err(FormulaError::new(parser.text, span, found, help))
}

fn polynomial(parser: &mut Parser, help: &str) -> Result<Curve, FormulaError> {
    if !matches!(argument(parser).as_deref(), None | Some("degree")) {
        return Err(parser.expected("the degree", help));
    }
    let degree = count(parser, 1..=10, "degrees", help)?;
    let mut raw = false;
    if parser.take(",") {
        if argument(parser).as_deref() != Some("raw") {
            return Err(parser.expected("raw = TRUE", help));
        }
        raw = match parser.peek() {
            Token::Name { name, quoted: false } if name == "TRUE" || name == "true" => true,
            Token::Name { name, quoted: false } if name == "FALSE" || name == "false" => false,
            _ => return Err(parser.expected("TRUE or FALSE", help)),
        };
        parser.next();
    }
    Ok(Curve::Polynomial { degree, raw })
}

/// The name of an argument and its equal sign, when they come next.
pub(super) fn argument(parser: &mut Parser) -> Option<String> {
    let Token::Name { name, quoted: false } = parser.peek().clone() else { return None };
    if *parser.peek_second() != Token::Symbol("=") {
        return None;
    }
    parser.next();
    parser.next();
    Some(name)
}

fn is_list(parser: &Parser) -> bool {
    let is_c = matches!(parser.peek(), Token::Name { name, quoted: false } if name == "c");
    is_c && *parser.peek_second() == Token::Symbol("(")
}

/// A whole number within the range.
fn count(
    parser: &mut Parser,
    range: std::ops::RangeInclusive<usize>,
    what: &str,
    help: &str,
) -> Result<usize, FormulaError> {
    let expected = format!("a whole number of {what}, {} to {}", range.start(), range.end());
    match *parser.peek() {
        Token::Number(number)
            if number.fract() == 0.0
                && number >= *range.start() as f64
                && number <= *range.end() as f64 =>
        {
            parser.next();
            Ok(number as usize)
        }
        _ => Err(parser.expected(&expected, help)),
    }
}

/// Increasing numbers in `c(...)`; one number may stand alone.
fn numbers(parser: &mut Parser, help: &str) -> Result<Vec<f64>, FormulaError> {
    let span = parser.span();
    if !is_list(parser) {
        return Ok(vec![number(parser, help)?]);
    }
    parser.next();
    parser.next();
    let mut all = vec![number(parser, help)?];
    while parser.take(",") {
        all.push(number(parser, help)?);
    }
    parser.expect(")", "another number or )", help)?;
    if all.windows(2).any(|pair| pair[0] >= pair[1]) {
        let found = "the knots do not increase".to_string();
        return Err(FormulaError::new(parser.text, span, found, help));
    }
    Ok(all)
}

pub(super) fn number(parser: &mut Parser, help: &str) -> Result<f64, FormulaError> {
    let sign = if parser.take("-") { -1.0 } else { 1.0 };
    match *parser.peek() {
        Token::Number(number) => {
            parser.next();
            Ok(sign * number)
        }
        _ => Err(parser.expected("a number", help)),
    }
}
