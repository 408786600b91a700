//! The parser of expressions; `terms.rs` adds what stands to the right of `~`.

use std::ops::Range;

use super::FormulaError;
use super::expr::{Binary, Expr, Function, Several, Unary};
use super::token::{Spanned, Token, tokens};

/// Parentheses deeper than this are refused, so that no text can exhaust the stack.
const DEEPEST: usize = 64;

/// More additions and multiplications than this are refused: each is one step deeper.
const MOST_OPERATORS: usize = 200;

/// Functions that have a meaning elsewhere, and where.
const ELSEWHERE: [(&str, &str); 31] = [
    ("Surv", "write Surv() once, to the left of ~"),
    ("strata", "add strata(x) as a term of its own: ~ age + strata(x)"),
    ("cluster", "add cluster(id) as a term of its own: ~ age + cluster(id)"),
    ("offset", "add offset(x) as a term of its own: ~ age + offset(x)"),
    ("tv", "add tv(x, log(t)) as a term of its own: ~ age + tv(x, log(t))"),
    ("c", "write c(...) only after %in%: x %in% c(\"a\", \"b\")"),
    ("relevel", "choose the reference level with factor(x, ref = \"level\")"),
    ("as.factor", "write factor(x)"),
    ("surv", "write Surv() with a capital S"),
    ("survfit", "give the formula alone, Surv(time, event) ~ sex: curves are the analysis km"),
    (
        "survdiff",
        "give the formula alone, Surv(time, event) ~ sex: the test is the analysis logrank",
    ),
    ("coxph", "give the formula alone, Surv(time, event) ~ age: the model is the analysis cox"),
    ("crr", "give the formula alone, Surv(time, cause) ~ age: the model is the analysis fine-gray"),
    ("cuminc", "give the formula alone, Surv(time, cause) ~ arm: incidences are the analysis cif"),
    ("Hist", "write Surv(time, cause)"),
    (
        "tt",
        "for an effect that changes with time, write tv(x, log(t)) as a term of its own: it is x and \
         x times log(t)",
    ),
    ("frailty", "add frailty(id) as a term of its own: ~ age + frailty(id)"),
    ("frailty.gamma", "write frailty(id)"),
    ("frailty.gaussian", "write frailty(id, distribution = \"gaussian\")"),
    (
        "frailty.t",
        "write frailty(id, distribution = \"gaussian\"): frailties with a t distribution are not here",
    ),
    ("ridge", "add ridge(x, y, theta = 1) as a term of its own: ~ age + ridge(x, y, theta = 1)"),
    ("pspline", "add pspline(x, df = 4) as a term of its own: ~ sex + pspline(age, df = 4)"),
    ("rcs", "add rcs(x, 4) as a term of its own: ~ sex + rcs(age, 4)"),
    ("ns", "add ns(x, df = 3) as a term of its own: ~ sex + ns(age, df = 3)"),
    ("poly", "add poly(x, 2) as a term of its own: ~ sex + poly(age, 2)"),
    (
        "bs",
        "write rcs(x, 4) or ns(x, df = 3): they are straight where the data end, which B-splines \
         without a boundary are not",
    ),
    ("nsk", "write ns(x, df = 3): the same curves, with coefficients of another basis"),
    ("lsp", "write pmax(x - 50, 0) beside x for a bend at 50, or rcs(x, 4)"),
    ("pol", "write poly(x, 2, raw = TRUE)"),
    ("if_else", "write ifelse(test, yes, no)"),
    ("as.numeric", "a text column whose used values are numbers is a number: write its name alone"),
];

/// The tokens of one text and how far they are read.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    operators: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Parser<'a>, FormulaError> {
        Ok(Parser { text, tokens: tokens(text)?, at: 0, depth: 0, operators: 0 })
    }

    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    pub(super) fn peek_second(&self) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + 1).min(last)].0
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes the next token; the end stays where it is.
    pub(super) fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    /// Takes `symbol` if it comes next.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.next();
        }
        found
    }

    /// An error at the next token: what was expected, what stands there, what to do.
    pub(super) fn expected(&self, what: &str, help: impl Into<String>) -> FormulaError {
        let found = format!("expected {what}, found {}", self.peek().describe());
        FormulaError::new(self.text, self.span(), found, help)
    }

    pub(super) fn expect(
        &mut self,
        symbol: &str,
        what: &str,
        help: &str,
    ) -> Result<(), FormulaError> {
        if self.take(symbol) { Ok(()) } else { Err(self.expected(what, help)) }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), FormulaError> {
        match self.peek() {
            Token::End => Ok(()),
            Token::Symbol("=") => Err(self.expected(
                "an operator or the end",
                "to test for equality, write == with two equal signs",
            )),
            Token::Symbol("<-") => Err(self.expected(
                "an operator or the end",
                "for less than a negative number, put a blank between < and -",
            )),
            Token::Symbol(")") => Err(self.expected(
                "an operator or the end",
                "remove this parenthesis, or open one before it",
            )),
            Token::Symbol("~") => {
                Err(self.expected("an operator or the end", "write ~ once, after the response"))
            }
            _ => Err(self.expected(
                "an operator or the end",
                "join expressions with an operator: ==, <, &, |, +, %in%",
            )),
        }
    }

    /// Runs `read` one level deeper.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, FormulaError>,
    ) -> Result<T, FormulaError> {
        if self.depth == DEEPEST {
            return Err(FormulaError::new(
                self.text,
                self.span(),
                format!("the parentheses are nested more than {DEEPEST} deep"),
                "write a simpler expression",
            ));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A whole expression: `|` binds loosest.
    pub(super) fn expression(&mut self) -> Result<Expr, FormulaError> {
        self.deeper(|parser| {
            let mut all = vec![parser.conjunction()?];
            while parser.take("|") || parser.take("||") {
                all.push(parser.conjunction()?);
            }
            Ok(balanced(Binary::Or, all))
        })
    }

    fn conjunction(&mut self) -> Result<Expr, FormulaError> {
        let mut all = vec![self.negation()?];
        while self.take("&") || self.take("&&") {
            all.push(self.negation()?);
        }
        Ok(balanced(Binary::And, all))
    }

    fn negation(&mut self) -> Result<Expr, FormulaError> {
        if self.take("!") {
            let inner = self.deeper(Parser::negation)?;
            return Ok(Expr::Unary(Unary::Not, Box::new(inner)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr, FormulaError> {
        let left = self.sum()?;
        let Some(operator) = self.comparison_operator() else { return Ok(left) };
        self.next();
        let right = self.sum()?;
        if self.comparison_operator().is_some() {
            return Err(self.expected(
                "the end of the comparison",
                "join two comparisons with &: x > 1 & x < 5",
            ));
        }
        Ok(binary(operator, left, right))
    }

    fn comparison_operator(&self) -> Option<Binary> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        match *symbol {
            "==" => Some(Binary::Equal),
            "!=" => Some(Binary::NotEqual),
            "<" => Some(Binary::Less),
            "<=" => Some(Binary::LessEqual),
            ">" => Some(Binary::Greater),
            ">=" => Some(Binary::GreaterEqual),
            _ => None,
        }
    }

    fn sum(&mut self) -> Result<Expr, FormulaError> {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Symbol("+") => Binary::Plus,
                Token::Symbol("-") => Binary::Minus,
                _ => return Ok(left),
            };
            self.count_operator()?;
            self.next();
            left = binary(operator, left, self.product()?);
        }
    }

    fn count_operator(&mut self) -> Result<(), FormulaError> {
        self.operators += 1;
        if self.operators <= MOST_OPERATORS {
            return Ok(());
        }
        Err(self.expected(
            &format!("at most {MOST_OPERATORS} additions and multiplications"),
            "compute the column before the analysis",
        ))
    }

    fn product(&mut self) -> Result<Expr, FormulaError> {
        let mut left = self.membership()?;
        loop {
            let operator = match self.peek() {
                Token::Symbol("*") => Binary::Times,
                Token::Symbol("/") => Binary::Over,
                _ => return Ok(left),
            };
            self.count_operator()?;
            self.next();
            left = binary(operator, left, self.membership()?);
        }
    }

    fn membership(&mut self) -> Result<Expr, FormulaError> {
        let left = self.signed()?;
        if !self.take("%in%") {
            return Ok(left);
        }
        const HELP: &str = "write the values as x %in% c(\"a\", \"b\") or x %in% c(0, 1)";
        if !matches!(self.peek(), Token::Name { name, quoted: false } if name == "c") {
            return Err(self.expected("c(...) after %in%", HELP));
        }
        self.next();
        self.expect("(", "( after c", HELP)?;
        let mut values = Vec::new();
        loop {
            values.push(self.literal(HELP)?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "another value or ) after the values", HELP)?;
        Ok(Expr::In(Box::new(left), values))
    }

    /// A number, text or flag, with an optional minus before a number.
    fn literal(&mut self, help: &str) -> Result<Expr, FormulaError> {
        let minus = self.take("-");
        let value = match self.peek() {
            Token::Number(number) => Expr::Number(if minus { -number } else { *number }),
            Token::Text(text) if !minus => Expr::Text(text.clone()),
            Token::Name { name, quoted: false } if !minus && flag(name).is_some() => {
                Expr::Flag(flag(name).expect("just checked"))
            }
            _ => return Err(self.expected("a number or a text in quotes", help)),
        };
        self.next();
        Ok(value)
    }

    fn signed(&mut self) -> Result<Expr, FormulaError> {
        if self.take("-") {
            let inner = self.deeper(Parser::signed)?;
            return Ok(Expr::Unary(Unary::Minus, Box::new(inner)));
        }
        if self.take("+") {
            return self.deeper(Parser::signed);
        }
        let base = self.atom()?;
        if self.take("^") {
            let exponent = self.deeper(Parser::signed)?;
            return Ok(binary(Binary::Power, base, exponent));
        }
        Ok(base)
    }

    /// A value, a column, a function or a parenthesis.
    pub(super) fn atom(&mut self) -> Result<Expr, FormulaError> {
        let span = self.span();
        match self.peek().clone() {
            Token::Number(number) => {
                self.next();
                Ok(Expr::Number(number))
            }
            Token::Text(text) => {
                self.next();
                Ok(Expr::Text(text))
            }
            Token::Name { name, quoted: false } if *self.peek_second() == Token::Symbol("(") => {
                self.call(&name, span)
            }
            Token::Name { name, quoted } => {
                self.next();
                Ok(match flag(&name).filter(|_| !quoted) {
                    Some(flag) => Expr::Flag(flag),
                    None => Expr::Column { name, span },
                })
            }
            Token::Symbol("(") => {
                self.next();
                let inner = self.expression()?;
                self.expect(")", "an operator or )", "close the parenthesis")?;
                Ok(Expr::Group(Box::new(inner)))
            }
            _ => Err(self.expected(
                "a column, a number or a text in quotes",
                "complete the expression here",
            )),
        }
    }

    /// `name(...)`, with the name next.
    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Expr, FormulaError> {
        if name == "factor" {
            return self.factor();
        }
        if let Some((_, function)) = Several::ALL.iter().find(|(known, ..)| *known == name) {
            return self.several(name, *function, span);
        }
        let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) else {
            return Err(self.unknown_function(name, span));
        };
        self.next();
        self.next();
        let inner = self.expression()?;
        let help = format!("{name}() takes one expression: {name}(x)");
        self.expect(")", "an operator or )", &help)?;
        Ok(Expr::Call(*function, Box::new(inner)))
    }

    /// A function of several arguments, with its name next.
    fn several(
        &mut self,
        name: &str,
        function: Several,
        span: Range<usize>,
    ) -> Result<Expr, FormulaError> {
        let help = function.usage();
        self.next();
        self.next();
        let mut arguments = vec![self.expression()?];
        while self.take(",") {
            if function == Several::Cut && self.is_breaks() {
                arguments.extend(self.breaks(help)?);
            } else {
                arguments.push(self.expression()?);
            }
        }
        self.expect(")", "an operator, a comma or )", help)?;
        if !function.takes(arguments.len()) {
            let found = format!("{name}() stands here with {} arguments", arguments.len());
            return Err(FormulaError::new(self.text, span, found, help));
        }
        Ok(Expr::Several(function, arguments))
    }

    fn is_breaks(&self) -> bool {
        let is_c = matches!(self.peek(), Token::Name { name, quoted: false } if name == "c");
        is_c && *self.peek_second() == Token::Symbol("(")
    }

    /// The cut points of `cut()`: increasing numbers in `c(...)`.
    fn breaks(&mut self, help: &str) -> Result<Vec<Expr>, FormulaError> {
        let span = self.span();
        self.next();
        self.next();
        let mut breaks = Vec::new();
        loop {
            match self.literal(help)? {
                Expr::Number(number) => breaks.push(number),
                _ => return Err(self.expected("a number", help)),
            }
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "another number or )", help)?;
        if breaks.windows(2).any(|pair| pair[0] >= pair[1]) {
            let found = "the cut points do not increase".to_string();
            return Err(FormulaError::new(self.text, span, found, help));
        }
        Ok(breaks.into_iter().map(Expr::Number).collect())
    }

    fn unknown_function(&self, name: &str, span: Range<usize>) -> FormulaError {
        if let Some((_, help)) = ELSEWHERE.iter().find(|(known, _)| *known == name) {
            let found = format!("`{name}()` cannot stand here");
            return FormulaError::new(self.text, span, found, *help);
        }
        let known = Function::ALL.iter().map(|(name, _)| *name);
        let known = known.chain(Several::ALL.iter().map(|(name, _)| *name)).chain(["factor"]);
        let help = match crate::nearest::nearest(name, known.clone()) {
            Some(near) => format!("did you mean {near}()?"),
            None => format!("the functions are {}", known.collect::<Vec<_>>().join(", ")),
        };
        FormulaError::new(self.text, span, format!("there is no function `{name}()`"), help)
    }

    /// `factor(x)`, perhaps with `ref = "level"` and `levels = c("a", "b")`, with the name next.
    fn factor(&mut self) -> Result<Expr, FormulaError> {
        const HELP: &str =
            "write factor(x), factor(x, ref = \"level\") or factor(x, levels = c(\"a\", \"b\"))";
        self.next();
        self.next();
        let of = Box::new(self.expression()?);
        let (mut reference, mut levels) = (None, Vec::new());
        while self.take(",") {
            let name = match self.peek() {
                Token::Name { name, quoted: false } => name.clone(),
                _ => String::new(),
            };
            match name.as_str() {
                "ref" if reference.is_none() => {
                    self.next();
                    self.expect("=", "= after ref", HELP)?;
                    reference = Some(self.level("the reference level in quotes", HELP)?);
                }
                "levels" if levels.is_empty() => {
                    self.next();
                    self.expect("=", "= after levels", HELP)?;
                    levels = self.levels(HELP)?;
                }
                _ => return Err(self.expected("ref = \"level\" or levels = c(...)", HELP)),
            }
        }
        self.expect(")", "an operator, a comma or )", HELP)?;
        Ok(Expr::Factor { of, reference, levels })
    }

    fn level(&mut self, what: &str, help: &str) -> Result<String, FormulaError> {
        let level = match self.peek() {
            Token::Text(level) => level.clone(),
            Token::Number(level) => level.to_string(),
            Token::Name { name, quoted: false } if flag(name).is_some() => name.to_uppercase(),
            _ => return Err(self.expected(what, help)),
        };
        self.next();
        Ok(level)
    }

    /// `c("a", "b")`, each level once.
    fn levels(&mut self, help: &str) -> Result<Vec<String>, FormulaError> {
        if !self.is_breaks() {
            return Err(self.expected("c(...) after levels =", help));
        }
        self.next();
        self.next();
        let mut levels = Vec::new();
        loop {
            let span = self.span();
            let level = self.level("a level in quotes", help)?;
            if levels.contains(&level) {
                let found = format!("the level \"{level}\" stands here a second time");
                return Err(FormulaError::new(self.text, span, found, help));
            }
            levels.push(level);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "another level or )", help)?;
        Ok(levels)
    }
}

/// A chain of one operator as a tree of the least depth: where it is taken apart does not change
/// what `&` and `|` mean, and ten thousand of them are fourteen steps deep.
fn balanced(operator: Binary, mut all: Vec<Expr>) -> Expr {
    if all.len() > 1 {
        let right = all.split_off(all.len().div_ceil(2));
        return binary(operator, balanced(operator, all), balanced(operator, right));
    }
    all.pop().expect("a chain has at least one link")
}

fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
    Expr::Binary(operator, Box::new(left), Box::new(right))
}

fn flag(name: &str) -> Option<bool> {
    match name {
        "TRUE" | "true" => Some(true),
        "FALSE" | "false" => Some(false),
        _ => None,
    }
}
