//! What stands to the right of `~`: terms, their interactions, and strata, cluster and offset.

use super::curve::{CURVES, Curve};
use super::expr::Expr;
use super::parse::Parser;
use super::penalised::{FrailtyTerm, RIDGE, Ridge, ridge_options};
use super::token::Token;
use super::{FormulaError, Variable};

/// A product of variables, as increasing indices into [`Terms::variables`].
pub(super) type Product = Vec<usize>;

/// More terms than this come from a slip, not from a plan.
const MOST_TERMS: usize = 2000;

/// The right-hand side as it is read.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) variables: Vec<Variable>,
    pub(super) strata: Vec<Expr>,
    pub(super) cluster: Option<Expr>,
    pub(super) offsets: Vec<Expr>,
    /// Variables whose effect changes with time, each with its function of `t`.
    pub(super) timed: Vec<(usize, Expr)>,
    pub(super) ridges: Vec<Ridge>,
    pub(super) frailty: Option<FrailtyTerm>,
    /// Where each variable stands first.
    spans: Vec<std::ops::Range<usize>>,
}

impl Terms {
    /// `a + b:c + ...`, each product once, in the order written.
    pub(super) fn sum(&mut self, parser: &mut Parser) -> Result<Vec<Product>, FormulaError> {
        parser.deeper(|parser| {
            parser.take("+");
            let mut products = self.crossing(parser)?;
            while parser.take("+") {
                let more = self.crossing(parser)?;
                products = union(parser, products, more)?;
            }
            Ok(products)
        })
    }

    /// `a * b`: both, and their interaction.
    fn crossing(&mut self, parser: &mut Parser) -> Result<Vec<Product>, FormulaError> {
        let mut left = self.interaction(parser)?;
        while parser.is("*") {
            let specials = self.n_specials();
            parser.next();
            let right = self.interaction(parser)?;
            self.refuse_special(parser, specials)?;
            let both = products(parser, &left, &right)?;
            left = union(parser, left, right)?;
            left = union(parser, left, both)?;
        }
        Ok(left)
    }

    /// `a:b`.
    fn interaction(&mut self, parser: &mut Parser) -> Result<Vec<Product>, FormulaError> {
        let mut left = self.operand(parser)?;
        while parser.is(":") {
            let specials = self.n_specials();
            parser.next();
            let right = self.operand(parser)?;
            self.refuse_special(parser, specials)?;
            left = products(parser, &left, &right)?;
        }
        Ok(left)
    }

    fn n_specials(&self) -> usize {
        let lists = self.strata.len() + self.offsets.len() + self.timed.len();
        let once = usize::from(self.cluster.is_some()) + usize::from(self.frailty.is_some());
        lists + self.ridges.len() + once
    }

    /// strata(), cluster() and offset() are not variables that can be multiplied.
    fn refuse_special(&self, parser: &Parser, before: usize) -> Result<(), FormulaError> {
        if self.n_specials() == before {
            return Ok(());
        }
        Err(parser.expected(
            "a product of columns before this place",
            "strata(), cluster(), offset(), tv(), ridge() and frailty() stand alone: ~ age + strata(x); \
             multiply the columns themselves",
        ))
    }

    fn operand(&mut self, parser: &mut Parser) -> Result<Vec<Product>, FormulaError> {
        let products = match parser.peek().clone() {
            Token::Number(1.0) => {
                parser.next();
                Vec::new()
            }
            Token::Number(_) => {
                return Err(parser.expected(
                    "a column or 1",
                    "write ~ 1 for no covariates; a curve or a Cox model has no intercept to remove",
                ));
            }
            Token::Symbol("(") => {
                parser.next();
                let products = self.sum(parser)?;
                parser.expect(")", "+ or )", "close the parenthesis")?;
                products
            }
            Token::Name { name, quoted: false } if name == "." => {
                return Err(parser.expected(
                    "a column",
                    "name the columns: a model of everything in a file is refused, because it \
                     changes with the file",
                ));
            }
            Token::Name { name, quoted: false }
                if *parser.peek_second() == Token::Symbol("(")
                    && matches!(name.as_str(), "strata" | "cluster" | "offset") =>
            {
                self.special(parser, &name)?;
                Vec::new()
            }
            Token::Name { name, quoted: false }
                if *parser.peek_second() == Token::Symbol("(") && name == "tv" =>
            {
                vec![vec![self.timed(parser)?]]
            }
            Token::Name { name, quoted: false }
                if *parser.peek_second() == Token::Symbol("(") && name == "ridge" =>
            {
                self.ridge(parser)?
            }
            Token::Name { name, quoted: false }
                if *parser.peek_second() == Token::Symbol("(") && name == "frailty" =>
            {
                if self.frailty.is_some() {
                    return Err(parser.expected("one frailty()", "keep one frailty()"));
                }
                self.frailty = Some(FrailtyTerm::read(parser)?);
                Vec::new()
            }
            Token::Name { .. } => {
                let variable = self.variable(parser)?;
                let multiplied = matches!(parser.peek(), Token::Symbol("*" | ":"));
                let ridged = self.ridges.iter().any(|ridge| ridge.variables.contains(&variable));
                if ridged && !multiplied {
                    return Err(self.twice(parser, variable));
                }
                vec![vec![variable]]
            }
            _ => {
                return Err(parser.expected(
                    "a column, a function or 1",
                    "write terms after ~ joined by +: ~ age + sex, or ~ 1 for none",
                ));
            }
        };
        refuse_operator(parser)?;
        Ok(products)
    }

    /// `ridge(x, y, theta = 1)`: columns whose coefficients are held back together.
    fn ridge(&mut self, parser: &mut Parser) -> Result<Vec<Product>, FormulaError> {
        parser.next();
        parser.next();
        let mut variables: Vec<usize> = Vec::new();
        loop {
            let named = matches!(parser.peek(), Token::Name { .. });
            if named && *parser.peek_second() == Token::Symbol("=") {
                break;
            }
            if next_is_curve(parser).is_some() {
                return Err(parser.expected("a column in ridge()", RIDGE));
            }
            let known = self.variables.len();
            let variable = self.variable(parser)?;
            if variable < known {
                return Err(self.twice(parser, variable));
            }
            variables.push(variable);
            parser.expect(",", "a comma, and theta = at the end", RIDGE)?;
        }
        if variables.is_empty() {
            return Err(parser.expected("a column in ridge()", RIDGE));
        }
        let (theta, scaled) = ridge_options(parser)?;
        self.ridges.push(Ridge { variables: variables.clone(), theta, scaled });
        Ok(variables.into_iter().map(|variable| vec![variable]).collect())
    }

    fn twice(&self, parser: &Parser, variable: usize) -> FormulaError {
        FormulaError::new(
            parser.text,
            self.spans[variable].clone(),
            format!(
                "`{}` stands here a second time, with a penalty and without one or with another",
                self.variables[variable].name
            ),
            "keep one of them",
        )
    }

    /// `tv(x, log(t))`: x, and x times a function of the time t.
    fn timed(&mut self, parser: &mut Parser) -> Result<usize, FormulaError> {
        const HELP: &str = "write tv(x, log(t)): a column, and a function of the time t";
        let span = parser.span();
        parser.next();
        parser.next();
        if next_is_curve(parser).is_some() {
            return Err(parser.expected("a column in tv()", HELP));
        }
        let variable = self.variable(parser)?;
        parser.expect(",", "a comma", HELP)?;
        let of_time = parser.expression()?;
        parser.expect(")", "an operator or )", "close the parenthesis of tv(")?;
        if of_time.columns() != ["t"] {
            let what = format!("`{of_time}` is not a function of the time t");
            return Err(FormulaError::new(parser.text, span, what, HELP));
        }
        if matches!(parser.peek(), Token::Symbol("*" | ":")) {
            return Err(parser.expected(
                "+ or the end after tv()",
                "an effect that changes with time stands alone; make a column of the product first",
            ));
        }
        self.timed.push((variable, of_time));
        Ok(variable)
    }

    /// Reads a variable and returns its index, the same for the same name.
    fn variable(&mut self, parser: &mut Parser) -> Result<usize, FormulaError> {
        let span = parser.span();
        let variable = match next_is_curve(parser) {
            Some(name) => {
                let (of, curve) = Curve::read(parser, name)?;
                Variable::curved(of, curve)
            }
            None => Variable::new(parser.atom()?),
        };
        if let Some(known) = self.variables.iter().position(|known| known.name == variable.name) {
            let before = &self.variables[known];
            if before.reference() != variable.reference() || before.levels() != variable.levels() {
                return Err(FormulaError::new(
                    parser.text,
                    span,
                    format!(
                        "`{}` stands here with another reference level or order",
                        variable.name
                    ),
                    "give the same ref everywhere",
                ));
            }
            return Ok(known);
        }
        self.variables.push(variable);
        self.spans.push(span);
        Ok(self.variables.len() - 1)
    }

    /// A curve of a column holds the column itself: two effects of it would explain each other.
    pub(super) fn refuse_twice(
        &self,
        parser: &Parser,
        written: &[Product],
    ) -> Result<(), FormulaError> {
        let alone = |product: &Product| match product[..] {
            [variable] => Some(variable),
            _ => None,
        };
        let alone: Vec<usize> = written.iter().filter_map(alone).collect();
        let penalised = |&variable: &usize| {
            matches!(self.variables[variable].curve, Some(Curve::Penalised { .. }))
        };
        let products = written.iter().filter(|product| product.len() > 1);
        if let Some(&found) = products.flatten().find(|variable| penalised(variable)) {
            return Err(FormulaError::new(
                parser.text,
                self.spans[found].clone(),
                format!(
                    "`{}` is multiplied, and a penalised curve stands alone",
                    self.variables[found].name
                ),
                "write rcs(x, 4) for a curve that differs between groups",
            ));
        }
        for (place, &later) in alone.iter().enumerate() {
            let (own, own_text) = (&self.variables[later], self.variables[later].expr.to_string());
            let same = |&&index: &&usize| {
                let other = &self.variables[index];
                let curved = own.curve.is_some() || other.curve.is_some();
                curved && other.expr.to_string() == own_text
            };
            if let Some(&earlier) = alone[..place].iter().find(same) {
                let found = format!(
                    "`{}` stands here beside `{}`, and both are the effect of `{own_text}`",
                    own.name, self.variables[earlier].name
                );
                let help = "keep one of them: a curve holds the straight line too";
                return Err(FormulaError::new(parser.text, self.spans[later].clone(), found, help));
            }
        }
        Ok(())
    }

    /// `strata(a, b)`, `cluster(id)` or `offset(x)`, with the name next.
    fn special(&mut self, parser: &mut Parser, name: &str) -> Result<(), FormulaError> {
        let span = parser.span();
        parser.next();
        parser.next();
        let mut arguments = vec![parser.expression()?];
        while parser.take(",") {
            arguments.push(parser.expression()?);
        }
        parser.expect(")", "a comma or )", &format!("close the parenthesis of {name}("))?;
        let once = |found: &str, help: &str| {
            Err(FormulaError::new(parser.text, span.clone(), found.to_string(), help))
        };
        match name {
            "strata" => self.strata.append(&mut arguments),
            _ if arguments.len() > 1 => {
                return once(
                    &format!("{name}() takes one column"),
                    "for clusters made of two columns, make one column of them first",
                );
            }
            "cluster" if self.cluster.is_some() => {
                return once("cluster() stands here a second time", "keep one cluster()");
            }
            "cluster" => self.cluster = arguments.pop(),
            _ => self.offsets.append(&mut arguments),
        }
        Ok(())
    }
}

/// The function of a curve, when one comes next.
fn next_is_curve(parser: &Parser) -> Option<&'static str> {
    let Token::Name { name, quoted: false } = parser.peek() else { return None };
    let known = CURVES.into_iter().find(|known| known == name)?;
    (*parser.peek_second() == Token::Symbol("(")).then_some(known)
}

/// An operator of R's formulas, or of arithmetic, that terms do not have.
fn refuse_operator(parser: &Parser) -> Result<(), FormulaError> {
    let Token::Symbol(symbol) = parser.peek() else { return Ok(()) };
    let help = match *symbol {
        "-" => {
            "leave the term out instead of subtracting it; for a difference, write I(a - b); a name \
                with a hyphen stands in backticks: `ca19-9`"
        }
        "/" => "for a quotient, write I(a / b); for nested terms, write a + a:b",
        "^" => "for a power, write I(x^2); for interactions, write a*b",
        "%in%" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&" | "|" | "&&" | "||" => {
            "wrap a comparison in I(): ~ age + I(bili > 3)"
        }
        _ => return Ok(()),
    };
    Err(parser.expected("+, *, : or the end", help))
}

fn products(
    parser: &Parser,
    left: &[Product],
    right: &[Product],
) -> Result<Vec<Product>, FormulaError> {
    let mut all = Vec::new();
    for a in left {
        for b in right {
            let mut product: Product = a.iter().chain(b).copied().collect();
            product.sort_unstable();
            product.dedup();
            all = union(parser, all, vec![product])?;
        }
    }
    // A product with 1 is the other side.
    if left.is_empty() {
        return Ok(right.to_vec());
    }
    if right.is_empty() {
        return Ok(left.to_vec());
    }
    Ok(all)
}

fn union(
    parser: &Parser,
    mut products: Vec<Product>,
    more: Vec<Product>,
) -> Result<Vec<Product>, FormulaError> {
    for product in more {
        if !products.contains(&product) {
            products.push(product);
        }
    }
    if products.len() > MOST_TERMS {
        return Err(parser.expected(
            &format!("at most {MOST_TERMS} terms before this place"),
            "write out the interactions that are meant",
        ));
    }
    Ok(products)
}
