//! Terms of a Cox model that hold coefficients back: `ridge(x, y, theta = 1)`, `frailty(id)`.

use super::curve::{argument, number};
use super::expr::Expr;
use super::parse::Parser;
use super::token::Token;
use super::{Curve, Formula, FormulaError};
use riskset::FrailtyDistribution;

/// `ridge(x, y, theta = 1)`: a penalty on the squared coefficients of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    /// The columns, as indices into [`Formula::variables`].
    pub variables: Vec<usize>,
    /// The weight of the penalty, above 0.
    pub theta: f64,
    /// Whether each square counts times the variance of its column; `scale = FALSE` says no.
    pub scaled: bool,
}

/// `frailty(id)`: a random factor of the hazard that the rows of a group share.
#[derive(Clone, Debug, PartialEq)]
pub struct FrailtyTerm {
    /// The group.
    pub of: Expr,
    /// `distribution = "gaussian"`; gamma otherwise.
    pub distribution: FrailtyDistribution,
    /// `theta = 0.5`: the variance where it is given and not estimated.
    pub variance: Option<f64>,
}

const FRAILTY: &str =
    "write frailty(id), frailty(id, distribution = \"gaussian\") or frailty(id, theta = 0.5)";
pub(super) const RIDGE: &str =
    "write ridge(x, y, theta = 1), or ridge(x, y, theta = 1, scale = FALSE)";

impl Formula {
    /// The terms of `ridge()`.
    pub fn ridges(&self) -> &[Ridge] {
        &self.ridges
    }

    /// The term of `frailty()`.
    pub fn frailty(&self) -> Option<&FrailtyTerm> {
        self.frailty.as_ref()
    }

    /// Whether a term holds coefficients back: `ridge()`, `pspline()` or `frailty()`.
    pub fn is_penalised(&self) -> bool {
        let smooth = |curve: &Option<Curve>| matches!(curve, Some(Curve::Penalised { .. }));
        !self.ridges.is_empty()
            || self.frailty.is_some()
            || self.variables.iter().any(|variable| smooth(&variable.curve))
    }
}

impl FrailtyTerm {
    /// As a formula writes it.
    pub fn written(&self) -> String {
        let distribution = match self.distribution {
            FrailtyDistribution::Gamma => String::new(),
            other => format!(", distribution = \"{}\"", other.name()),
        };
        let variance = self.variance.map_or(String::new(), |theta| format!(", theta = {theta}"));
        format!("frailty({}{distribution}{variance})", self.of)
    }

    /// Reads it, with the name next.
    pub(super) fn read(parser: &mut Parser) -> Result<FrailtyTerm, FormulaError> {
        parser.next();
        parser.next();
        let of = parser.expression()?;
        let mut term = FrailtyTerm { of, distribution: FrailtyDistribution::Gamma, variance: None };
        while parser.take(",") {
            match argument(parser).as_deref() {
                Some("distribution") => term.distribution = distribution(parser)?,
                Some("theta") => term.variance = Some(weight(parser, FRAILTY)?),
                _ => return Err(parser.expected("distribution = or theta =", FRAILTY)),
            }
        }
        parser.expect(")", "a comma or )", FRAILTY)?;
        Ok(term)
    }
}

fn distribution(parser: &mut Parser) -> Result<FrailtyDistribution, FormulaError> {
    let found = match parser.peek() {
        Token::Text(text) if text == "gaussian" || text == "gauss" => {
            FrailtyDistribution::LogNormal
        }
        Token::Text(text) if text == "gamma" => FrailtyDistribution::Gamma,
        _ => return Err(parser.expected("\"gamma\" or \"gaussian\"", FRAILTY)),
    };
    parser.next();
    Ok(found)
}

/// A number above 0.
fn weight(parser: &mut Parser, help: &str) -> Result<f64, FormulaError> {
    let span = parser.span();
    match number(parser, help)? {
        value if value > 0.0 => Ok(value),
        value => {
            let found = format!("theta is {value}, and has to be above 0");
            Err(FormulaError::new(parser.text, span, found, help))
        }
    }
}

/// What follows the columns of `ridge(`: theta, which has no default, and the scale.
pub(super) fn ridge_options(parser: &mut Parser) -> Result<(f64, bool), FormulaError> {
    let (mut theta, mut scaled) = (None, true);
    loop {
        match argument(parser).as_deref() {
            Some("theta") => theta = Some(weight(parser, RIDGE)?),
            Some("scale") => {
                scaled = match parser.peek() {
                    Token::Name { name, quoted: false } if name == "TRUE" || name == "true" => true,
                    Token::Name { name, quoted: false } if name == "FALSE" || name == "false" => {
                        false
                    }
                    _ => return Err(parser.expected("TRUE or FALSE", RIDGE)),
                };
                parser.next();
            }
            _ => return Err(parser.expected("theta = or scale =", RIDGE)),
        }
        if !parser.take(",") {
            break;
        }
    }
    let theta = theta.ok_or_else(|| parser.expected("theta = before )", RIDGE))?;
    parser.expect(")", "a comma or )", RIDGE)?;
    Ok((theta, scaled))
}
