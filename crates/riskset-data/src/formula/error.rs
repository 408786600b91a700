//! Why a formula or an expression could not be read, and where.

use std::fmt;
use std::ops::Range;

/// A refusal that points at its place.
///
/// [`Display`](fmt::Display) shows what is wrong, the formula with a caret under the place, and
/// what to do:
///
/// ```
/// let error = riskset_data::Formula::parse("Surv(time, status ~ sex").unwrap_err();
/// let lines = [
///     "expected a comma or ), found `~`",
///     "  Surv(time, status ~ sex",
///     "                    ^",
///     "close the parenthesis of Surv(",
/// ];
/// assert_eq!(error.to_string(), lines.join("\n"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    /// The whole formula or expression.
    pub text: String,
    /// The bytes of `text` that cannot be used; empty at its end.
    pub span: Range<usize>,
    /// What was found and expected.
    pub problem: String,
    /// What to do.
    pub help: String,
}

impl FormulaError {
    pub(super) fn new(
        text: &str,
        span: Range<usize>,
        problem: String,
        help: impl Into<String>,
    ) -> FormulaError {
        FormulaError { text: text.to_string(), span, problem, help: help.into() }
    }
}

impl std::error::Error for FormulaError {}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Line breaks and tabs would move the caret.
        let shown = |text: &str| text.replace(['\n', '\r', '\t'], " ");
        let before = self.text[..self.span.start].chars().count();
        let under = self.text[self.span.clone()].chars().count().max(1);
        writeln!(f, "{}", self.problem)?;
        writeln!(f, "  {}", shown(&self.text))?;
        writeln!(f, "  {}{}", " ".repeat(before), "^".repeat(under))?;
        f.write_str(&self.help)
    }
}
