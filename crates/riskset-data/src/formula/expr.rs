//! Expressions: what stands inside `Surv()`, `I()`, a function, or `--subset`.

use std::fmt;
use std::ops::Range;

use super::FormulaError;
use super::parse::Parser;

/// An expression over the columns of a table.
///
/// [`Display`](fmt::Display) writes it as R deparses it (`exp(-0.12 * nodes)`), because the names
/// of coefficients are made of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// `TRUE` or `FALSE`.
    Flag(bool),
    /// A column, with the bytes of the formula where it stands.
    Column {
        /// Its name, without backticks.
        name: String,
        /// Where it stands.
        span: Range<usize>,
    },
    /// A function of one expression: `log(x)`.
    Call(Function, Box<Expr>),
    /// A function of several expressions: `ifelse(a > 1, b, c)`.
    Several(Several, Vec<Expr>),
    /// `factor(x)`, `factor(x, ref = "placebo")`,
    /// `factor(x, levels = c("low", "high"))`.
    Factor {
        /// What is turned into categories.
        of: Box<Expr>,
        /// The level that the others are compared with; the first one when `None`.
        reference: Option<String>,
        /// The order of the levels; empty for their natural order.
        levels: Vec<String>,
    },
    /// `-x` or `!x`.
    Unary(Unary, Box<Expr>),
    /// `x + y`, `x == y`, `x & y`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `x %in% c("a", "b")`: the values are numbers, texts or flags.
    In(Box<Expr>, Vec<Expr>),
    /// Parentheses as they were written, because R keeps them in names.
    Group(Box<Expr>),
}

/// Functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The natural logarithm.
    Log,
    /// The logarithm to base 2.
    Log2,
    /// The logarithm to base 10.
    Log10,
    /// The logarithm of 1 + x.
    Log1p,
    /// The square root.
    Sqrt,
    /// The exponential.
    Exp,
    /// The absolute value.
    Abs,
    /// `I()`: the expression as it stands.
    Identity,
}

impl Function {
    /// Every function with its name in a formula.
    pub(crate) const ALL: [(&'static str, Function); 8] = [
        ("log", Function::Log),
        ("log2", Function::Log2),
        ("log10", Function::Log10),
        ("log1p", Function::Log1p),
        ("sqrt", Function::Sqrt),
        ("exp", Function::Exp),
        ("abs", Function::Abs),
        ("I", Function::Identity),
    ];

    /// The name in a formula.
    pub fn name(self) -> &'static str {
        let named = Function::ALL.iter().find(|(_, function)| *function == self);
        named.expect("every function is listed").0
    }

    /// The value at `x`.
    pub(crate) fn apply(self, x: f64) -> f64 {
        match self {
            Function::Log => x.ln(),
            Function::Log2 => x.log2(),
            Function::Log10 => x.log10(),
            Function::Log1p => x.ln_1p(),
            Function::Sqrt => x.sqrt(),
            Function::Exp => x.exp(),
            Function::Abs => x.abs(),
            Function::Identity => x,
        }
    }
}

/// Functions of which the arguments are of several kinds, or several in number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// `is.na(x)`: whether a value is missing.
    IsMissing,
    /// `coalesce(x, y, ...)`: the first value that is not missing.
    Coalesce,
    /// `ifelse(test, yes, no)`: missing where the test is.
    IfElse,
    /// `pmin(x, y, ...)`: the least of a row, missing where one is.
    Least,
    /// `pmax(x, y, ...)`: the greatest of a row, missing where one is.
    Greatest,
    /// `cut(x, c(1, 5))`: the cut points are the arguments after the first; the intervals are open
    /// to the left and closed to the right, the outer ones endless.
    Cut,
}

impl Several {
    /// Every function with its name in a formula.
    pub(crate) const ALL: [(&'static str, Several); 6] = [
        ("is.na", Several::IsMissing),
        ("coalesce", Several::Coalesce),
        ("ifelse", Several::IfElse),
        ("pmin", Several::Least),
        ("pmax", Several::Greatest),
        ("cut", Several::Cut),
    ];

    /// The name in a formula.
    pub fn name(self) -> &'static str {
        let named = Several::ALL.iter().find(|(_, function)| *function == self);
        named.expect("every function is listed").0
    }

    /// How it is written.
    pub(crate) fn usage(self) -> &'static str {
        match self {
            Several::IsMissing => "write is.na(x)",
            Several::Coalesce => "write coalesce(x, y): the first value that is not missing",
            Several::IfElse => "write ifelse(test, yes, no): ifelse(age > 60, 1, 0)",
            Several::Least => "write pmin(x, y)",
            Several::Greatest => "write pmax(x, y)",
            Several::Cut => {
                "write cut(x, c(40, 60)) with increasing cut points: x up to 40, up to 60, above"
            }
        }
    }

    pub(crate) fn takes(self, arguments: usize) -> bool {
        match self {
            Several::IsMissing => arguments == 1,
            Several::IfElse => arguments == 3,
            _ => arguments >= 2,
        }
    }
}

/// Operators before one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `-x`
    Minus,
    /// `!x`
    Not,
}

/// Operators between two expressions, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `|`
    Or,
    /// `&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
    /// `^`
    Power,
}

impl Binary {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Or => "|",
            Binary::And => "&",
            Binary::Equal => "==",
            Binary::NotEqual => "!=",
            Binary::Less => "<",
            Binary::LessEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterEqual => ">=",
            Binary::Plus => "+",
            Binary::Minus => "-",
            Binary::Times => "*",
            Binary::Over => "/",
            Binary::Power => "^",
        }
    }

    /// Whether it compares, so that the result is true or false.
    pub fn is_comparison(self) -> bool {
        use Binary::*;
        matches!(self, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
    }

    /// Whether R writes it without blanks around it.
    fn is_tight(self) -> bool {
        matches!(self, Binary::Over | Binary::Power)
    }
}

impl Expr {
    /// Reads an expression, as `--subset` takes it: `age > 60 & ph.ecog %in% c(0, 1)`.
    ///
    /// # Errors
    ///
    /// A [`FormulaError`] that points at the place.
    ///
    /// ```
    /// use riskset_data::Expr;
    ///
    /// let subset = Expr::parse("sex==2&age<70")?;
    /// assert_eq!(subset.to_string(), "sex == 2 & age < 70");
    /// assert_eq!(subset.columns(), ["sex", "age"]);
    /// # Ok::<(), riskset_data::FormulaError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Expr, FormulaError> {
        let mut parser = Parser::new(text)?;
        let expr = parser.expression()?;
        parser.end()?;
        Ok(expr)
    }

    /// The columns used, in order of first appearance.
    pub fn columns(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.visit_columns(&mut |name, _| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_string());
            }
        });
        names
    }

    /// Calls `found` with each column and its place, in order.
    pub(crate) fn visit_columns(&self, found: &mut impl FnMut(&str, &Range<usize>)) {
        match self {
            Expr::Number(_) | Expr::Text(_) | Expr::Flag(_) => {}
            Expr::Column { name, span } => found(name, span),
            Expr::Call(_, inner) | Expr::Unary(_, inner) | Expr::Group(inner) => {
                inner.visit_columns(found);
            }
            Expr::Several(_, arguments) => {
                arguments.iter().for_each(|argument| argument.visit_columns(found));
            }
            Expr::Factor { of, .. } => of.visit_columns(found),
            Expr::Binary(_, left, right) => {
                left.visit_columns(found);
                right.visit_columns(found);
            }
            Expr::In(of, _) => of.visit_columns(found),
        }
    }

    /// The expression without outer parentheses and `I()`.
    pub(crate) fn inner(&self) -> &Expr {
        match self {
            Expr::Group(inner) | Expr::Call(Function::Identity, inner) => inner.inner(),
            other => other,
        }
    }
}

/// Whether a name needs no backticks.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next();
    let starts_well = first.is_some_and(|c| c.is_alphabetic() || c == '.' || c == '_');
    let dot_digit = first == Some('.') && name[1..].starts_with(|c: char| c.is_ascii_digit());
    starts_well
        && !dot_digit
        && characters.all(|c| c.is_alphanumeric() || c == '.' || c == '_')
        && !matches!(name, "TRUE" | "FALSE" | "true" | "false" | ".")
}

/// A text as a formula writes it, in double quotes.
///
/// ```
/// assert_eq!(riskset_data::written_text("say \"a\""), r#""say \"a\"""#);
/// ```
pub fn written_text(text: &str) -> String {
    Expr::Text(text.to_owned()).to_string()
}

/// A column's name as a formula writes it, in backticks where it needs them.
///
/// ```
/// assert_eq!(riskset_data::written_name("age"), "age");
/// assert_eq!(riskset_data::written_name("age at surgery"), "`age at surgery`");
/// ```
pub fn written_name(name: &str) -> String {
    if is_plain_name(name) {
        name.to_string()
    } else {
        format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
    }
}

/// Writes a text in double quotes.
pub(crate) fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Number(number) => write!(f, "{number}"),
            Expr::Text(text) => write_text(f, text),
            Expr::Flag(flag) => f.write_str(if *flag { "TRUE" } else { "FALSE" }),
            Expr::Column { name, .. } => f.write_str(&written_name(name)),
            Expr::Call(function, inner) => write!(f, "{}({inner})", function.name()),
            Expr::Several(function, arguments) => {
                let texts: Vec<String> = arguments.iter().map(Expr::to_string).collect();
                match function {
                    Several::Cut => write!(f, "cut({}, c({}))", texts[0], texts[1..].join(", ")),
                    _ => write!(f, "{}({})", function.name(), texts.join(", ")),
                }
            }
            // Reference and order do not belong to the name of a coefficient.
            Expr::Factor { of, reference, levels } => {
                write!(f, "factor({of}")?;
                for (i, level) in levels.iter().enumerate() {
                    f.write_str(if i == 0 { ", levels = c(" } else { ", " })?;
                    write_text(f, level)?;
                }
                f.write_str(if levels.is_empty() { "" } else { ")" })?;
                if let Some(reference) = reference {
                    f.write_str(", ref = ")?;
                    write_text(f, reference)?;
                }
                f.write_str(")")
            }
            Expr::Unary(Unary::Minus, inner) => write!(f, "-{inner}"),
            Expr::Unary(Unary::Not, inner) => write!(f, "!{inner}"),
            Expr::Binary(operator, left, right) if operator.is_tight() => {
                write!(f, "{left}{}{right}", operator.symbol())
            }
            Expr::Binary(operator, left, right) => {
                write!(f, "{left} {} {right}", operator.symbol())
            }
            Expr::In(of, values) => {
                write!(f, "{of} %in% c(")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Expr::Group(inner) => write!(f, "({inner})"),
        }
    }
}
