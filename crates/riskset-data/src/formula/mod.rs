//! Formulas: `Surv(time, status == 2) ~ age + factor(stage) + strata(inst)`.
//!
//! The grammar is R's as far as the command line promises it, and nothing is guessed: what has no
//! meaning is refused at its place. Terms follow R's rules: interactions after main effects, each
//! term once, variables of an interaction in the order in which the formula names them first.

mod curve;
mod error;
mod expr;
mod parse;
mod penalised;
mod terms;
mod token;

use std::fmt;

pub use curve::{Curve, Knots};
pub use error::FormulaError;
pub use expr::{Binary, Expr, Function, Several, Unary, written_name, written_text};

pub use penalised::{FrailtyTerm, Ridge};

use parse::Parser;
use terms::Terms;
use token::Token;

/// A formula as it was read; it knows no table.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    text: String,
    response: ResponseExpr,
    variables: Vec<Variable>,
    /// The terms in the order written, and with main effects first.
    written: Vec<Vec<usize>>,
    terms: Vec<Vec<usize>>,
    strata: Vec<Expr>,
    cluster: Option<Expr>,
    offsets: Vec<Expr>,
    timed: Vec<(usize, Expr)>,
    ridges: Vec<Ridge>,
    frailty: Option<FrailtyTerm>,
}

/// What stands to the left of `~`.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseExpr {
    /// `Surv(time, event)` or `Surv(start, stop, event)`.
    Surv {
        /// The start of the interval, excluded; `None` when followed from the origin.
        start: Option<Expr>,
        /// The time of the event or of censoring.
        time: Expr,
        /// Whether (or, for competing risks, which) event.
        event: Expr,
    },
    /// A column or an expression by itself, as for proportions: `nonviable ~ 1`.
    Plain(Expr),
}

/// A variable of the right-hand side: a column or an expression, perhaps made a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The name as R writes it, without a reference level: `log(bili)`, `factor(stage)`.
    pub name: String,
    /// The expression.
    pub expr: Expr,
    /// The curve of the expression that the term is, such as a spline; `None` for the expression
    /// itself.
    pub curve: Option<Curve>,
}

impl Variable {
    fn new(expr: Expr) -> Variable {
        let name = match &expr {
            Expr::Factor { of, .. } => format!("factor({of})"),
            // A coefficient is called `arm group`, without the backticks.
            Expr::Column { name, .. } => name.clone(),
            other => other.to_string(),
        };
        Variable { name, expr, curve: None }
    }

    fn curved(expr: Expr, curve: Curve) -> Variable {
        Variable { name: curve.written(&expr), expr, curve: Some(curve) }
    }

    /// As a formula writes it.
    fn written(&self) -> String {
        match &self.curve {
            Some(curve) => curve.written(&self.expr),
            None => self.expr.to_string(),
        }
    }

    /// The reference level chosen with `factor(x, ref = "level")`.
    pub fn reference(&self) -> Option<&str> {
        match &self.expr {
            Expr::Factor { reference, .. } => reference.as_deref(),
            _ => None,
        }
    }

    /// The order chosen with `factor(x, levels = c(...))`; empty for the natural order.
    pub fn levels(&self) -> &[String] {
        match &self.expr {
            Expr::Factor { levels, .. } => levels,
            _ => &[],
        }
    }
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    ///
    /// A [`FormulaError`], whose message shows the formula with a caret under the place.
    ///
    /// ```
    /// use riskset_data::Formula;
    ///
    /// let formula = Formula::parse("Surv(time, status == 2) ~ age*sex + strata(inst)")?;
    /// assert_eq!(formula.term_names(), ["age", "sex", "age:sex"]);
    /// assert_eq!(formula.columns(), ["time", "status", "age", "sex", "inst"]);
    /// # Ok::<(), riskset_data::FormulaError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        let mut parser = Parser::new(text)?;
        let response = response(&mut parser)?;
        parser.expect(
            "~",
            "~ after the response",
            "write Surv(time, event) ~ terms, with ~ 1 for no covariates",
        )?;
        let mut terms = Terms::default();
        let written = terms.sum(&mut parser)?;
        terms_end(&parser)?;
        terms.refuse_twice(&parser, &written)?;
        let mut products = written.clone();
        products.sort_by_key(Vec::len);
        Ok(Formula {
            text: text.to_string(),
            response,
            variables: terms.variables,
            written,
            terms: products,
            strata: terms.strata,
            cluster: terms.cluster,
            offsets: terms.offsets,
            timed: terms.timed,
            ridges: terms.ridges,
            frailty: terms.frailty,
        })
    }

    /// The formula as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The left-hand side.
    pub fn response(&self) -> &ResponseExpr {
        &self.response
    }

    /// The variables of the terms, in order of first appearance.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The terms, main effects first: each a list of indices into [`variables`](Self::variables).
    /// Empty for `~ 1`.
    pub fn terms(&self) -> &[Vec<usize>] {
        &self.terms
    }

    /// The name of each term, as R writes it: `age`, `factor(stage)`, `age:sex`.
    pub fn term_names(&self) -> Vec<String> {
        let name = |term: &Vec<usize>| {
            let names: Vec<&str> =
                term.iter().map(|&index| self.variables[index].name.as_str()).collect();
            names.join(":")
        };
        self.terms.iter().map(name).collect()
    }

    /// The formula with one of its [`terms`](Self::terms) alone: the same response, strata,
    /// clusters and offsets.
    ///
    /// # Panics
    ///
    /// When there is no such term.
    pub fn only(&self, term: usize) -> Formula {
        let kept = &self.terms[term];
        let mut formula = self.clone();
        formula.variables = kept.iter().map(|&index| self.variables[index].clone()).collect();
        formula.terms = vec![(0..kept.len()).collect()];
        formula.timed = Vec::new();
        formula.ridges = Vec::new();
        formula.frailty = None;
        formula.written.clone_from(&formula.terms);
        formula.text = formula.to_string();
        formula
    }

    /// The arguments of `strata()`, of all of them when there are several.
    pub fn strata(&self) -> &[Expr] {
        &self.strata
    }

    /// The argument of `cluster()`.
    pub fn cluster(&self) -> Option<&Expr> {
        self.cluster.as_ref()
    }

    /// The arguments of `offset()`.
    pub fn offsets(&self) -> &[Expr] {
        &self.offsets
    }

    /// What `tv()` was given: indices into [`variables`](Self::variables), each with an expression of
    /// the time `t`. The variable is among the terms too.
    pub fn time_varying(&self) -> &[(usize, Expr)] {
        &self.timed
    }

    /// Every column that the formula uses, in order of first appearance.
    pub fn columns(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for expr in self.expressions() {
            for name in expr.columns() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let response: Vec<&Expr> = match &self.response {
            ResponseExpr::Surv { start, time, event } => {
                start.iter().chain([time, event]).collect()
            }
            ResponseExpr::Plain(expr) => vec![expr],
        };
        response
            .into_iter()
            .chain(self.variables.iter().map(|variable| &variable.expr))
            .chain(&self.strata)
            .chain(&self.cluster)
            .chain(self.frailty.iter().map(|term| &term.of))
            .chain(&self.offsets)
    }
}

/// `Surv(...)`, or an expression by itself.
fn response(parser: &mut Parser) -> Result<ResponseExpr, FormulaError> {
    const HELP: &str = "write Surv(time, event) or Surv(start, stop, event) before ~";
    match parser.peek() {
        Token::Name { name, quoted: false } if name == "Surv" => {}
        Token::Symbol("~") | Token::End => {
            return Err(parser.expected("a response before ~", HELP));
        }
        _ => return parser.expression().map(ResponseExpr::Plain),
    }
    let span = parser.span();
    parser.next();
    parser.expect("(", "( after Surv", HELP)?;
    let mut arguments = vec![surv_argument(parser)?];
    while parser.take(",") {
        arguments.push(surv_argument(parser)?);
    }
    parser.expect(")", "a comma or )", "close the parenthesis of Surv(")?;
    let mut arguments = arguments.into_iter();
    let four = [arguments.next(), arguments.next(), arguments.next(), arguments.next()];
    match four {
        // Arithmetic alone would be one time for all: a date typed as 2020-01-31 is 1988.
        [_, Some(time), Some(_), None] | [Some(time), Some(_), None, None]
            if time.columns().is_empty() =>
        {
            Err(FormulaError::new(
                parser.text,
                span,
                "the time of Surv() names no column".to_string(),
                "write the column with the time; for two columns of dates, Surv(end - start, event) \
                 counts the days between them",
            ))
        }
        [Some(time), Some(event), None, _] => Ok(ResponseExpr::Surv { start: None, time, event }),
        [Some(start), Some(time), Some(event), None] => {
            Ok(ResponseExpr::Surv { start: Some(start), time, event })
        }
        [_, None, ..] => Err(FormulaError::new(
            parser.text,
            span,
            "Surv() has one argument".to_string(),
            "add the event: Surv(time, status == 2)",
        )),
        _ => Err(FormulaError::new(
            parser.text,
            span,
            "Surv() has more than three arguments".to_string(),
            HELP,
        )),
    }
}

fn surv_argument(parser: &mut Parser) -> Result<Expr, FormulaError> {
    let named =
        matches!(parser.peek(), Token::Name { .. }) && *parser.peek_second() == Token::Symbol("=");
    let of_type = matches!(parser.peek(), Token::Name { name, .. } if name == "type");
    if named && of_type {
        return Err(parser.expected(
            "a column or a comparison",
            "the number of arguments says the type: Surv(time, event) is censored to the right, \
             Surv(start, stop, event) counts from a start; censoring in intervals is not here",
        ));
    }
    if named {
        return Err(parser.expected(
            "a column or a comparison",
            "arguments of Surv() have no names here: Surv(time, event) or Surv(start, stop, \
             event); to test for equality, write == with two equal signs",
        ));
    }
    parser.expression()
}

fn terms_end(parser: &Parser) -> Result<(), FormulaError> {
    match parser.peek() {
        Token::End => Ok(()),
        Token::Symbol(")") => {
            Err(parser
                .expected("+, *, : or the end", "remove this parenthesis, or open one before it"))
        }
        _ => Err(parser.expected(
            "+, *, : or the end",
            "join terms with +: ~ age + sex; a name with blanks stands in backticks: `arm group`",
        )),
    }
}

impl Formula {
    fn ridge_of(&self, term: &[usize]) -> Option<&Ridge> {
        let [variable] = term else { return None };
        self.ridges.iter().find(|ridge| ridge.variables.contains(variable))
    }

    fn written_ridge(&self, ridge: &Ridge) -> String {
        let names: Vec<String> =
            ridge.variables.iter().map(|&index| self.variables[index].written()).collect();
        let scale = if ridge.scaled { "" } else { ", scale = FALSE" };
        format!("ridge({}, theta = {}{scale})", names.join(", "), ridge.theta)
    }
}

/// Writes the formula with its terms spelt out; reading that again gives the same formula.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.response {
            ResponseExpr::Surv { start, time, event } => {
                f.write_str("Surv(")?;
                if let Some(start) = start {
                    write!(f, "{start}, ")?;
                }
                write!(f, "{time}, {event})")?;
            }
            ResponseExpr::Plain(expr) => write!(f, "{expr}")?,
        }
        let list = |expressions: &[Expr]| -> String {
            expressions.iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
        };
        let mut parts: Vec<String> = Vec::new();
        // In the order written: the names of interactions depend on which variable comes first.
        for term in &self.written {
            if let Some(ridge) = self.ridge_of(term) {
                // All its columns at once, where the first of them stands.
                parts.extend((ridge.variables[..1] == term[..]).then(|| self.written_ridge(ridge)));
                continue;
            }
            let variables = term.iter().map(|&index| self.variables[index].written());
            let written = variables.collect::<Vec<_>>().join(":");
            let own = self.timed.iter().filter(|(variable, _)| term[..] == [*variable]);
            let timed: Vec<String> =
                own.map(|(_, of_time)| format!("tv({written}, {of_time})")).collect();
            if timed.is_empty() { parts.push(written) } else { parts.extend(timed) }
        }
        if !self.strata.is_empty() {
            parts.push(format!("strata({})", list(&self.strata)));
        }
        parts.extend(self.cluster.iter().map(|expr| format!("cluster({expr})")));
        parts.extend(self.frailty.iter().map(FrailtyTerm::written));
        parts.extend(self.offsets.iter().map(|expr| format!("offset({expr})")));
        if parts.is_empty() {
            parts.push("1".to_string());
        }
        write!(f, " ~ {}", parts.join(" + "))
    }
}
