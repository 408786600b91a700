//! Formulas and expressions: what they mean, every refusal at its place, and no panic on any text.

use proptest::prelude::*;
use riskset_data::{Expr, Formula, ResponseExpr};

fn terms(formula: &str) -> Vec<String> {
    Formula::parse(&format!("Surv(t, e) ~ {formula}")).unwrap().term_names()
}

/// The message of a formula that is refused.
fn refusal(formula: &str) -> String {
    Formula::parse(formula).unwrap_err().to_string()
}

/// What stands under the carets, and the message, of a refused formula.
fn place(formula: &str) -> (String, String) {
    let error = Formula::parse(formula).unwrap_err();
    (error.text[error.span.clone()].to_string(), error.to_string())
}

#[test]
fn responses_have_one_or_two_times() {
    let formula = Formula::parse("Surv(start, stop, state == \"dead\") ~ 1").unwrap();
    let ResponseExpr::Surv { start: Some(start), time, event } = formula.response() else {
        panic!("{formula:?}")
    };
    assert_eq!(
        (start.to_string(), time.to_string(), event.to_string()),
        ("start".into(), "stop".into(), "state == \"dead\"".into())
    );
    let plain = Formula::parse("nonviable ~ 1").unwrap();
    assert_eq!(plain.columns(), ["nonviable"]);
    assert!(matches!(plain.response(), ResponseExpr::Plain(_)));
}

#[test]
fn terms_follow_the_order_of_r() {
    assert_eq!(terms("1"), [""; 0]);
    assert_eq!(terms("a:b + c + a"), ["c", "a", "a:b"]);
    assert_eq!(terms("b + a:b"), ["b", "b:a"]);
    assert_eq!(terms("a*b*c"), ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]);
    assert_eq!(terms("(a + b):c + a"), ["a", "a:c", "b:c"]);
    assert_eq!(terms("a + a + a:a + 1"), ["a"]);
    assert_eq!(terms("I((age-60)/10) + exp( -0.12*n )"), ["I((age - 60)/10)", "exp(-0.12 * n)"]);
    assert_eq!(terms("`arm group` + factor(`x y`)"), ["arm group", "factor(`x y`)"]);
    assert_eq!(terms("I(x %in% c('a','b'))"), ["I(x %in% c(\"a\", \"b\"))"]);
}

#[test]
fn specials_stand_beside_the_terms() {
    let formula = Formula::parse("Surv(t,e)~age+strata(a,b)+cluster(id)+offset(log(w))").unwrap();
    assert_eq!(formula.term_names(), ["age"]);
    assert_eq!(formula.strata().len(), 2);
    assert_eq!(formula.cluster().unwrap().to_string(), "id");
    assert_eq!(formula.offsets()[0].to_string(), "log(w)");
    assert_eq!(formula.columns(), ["t", "e", "age", "a", "b", "id", "w"]);
    let text = "Surv(t, e) ~ age + strata(a, b) + cluster(id) + offset(log(w))";
    assert_eq!(formula.to_string(), text);
}

#[test]
fn operators_bind_as_in_r() {
    let shape = |text: &str| format!("{:?}", Expr::parse(text).unwrap());
    let same = |a: &str, b: &str| {
        // Parentheses are kept in the tree, so compare what is left without them.
        let strip = |text: &str| -> String {
            let mut text = text.replace("Group(", "(");
            while let Some(at) = text.find("span: ") {
                let end = at + text[at..].find([' ', '}']).unwrap_or(0).max(6);
                let rest = text[end..].find(['}']).map_or(text.len(), |close| end + close);
                text.replace_range(at..rest, "");
            }
            text.replace(['(', ')'], "")
        };
        assert_eq!(strip(&shape(a)), strip(&shape(b)), "{a} and {b}");
    };
    same("a | b & !c == d + e * f", "a | (b & (!(c == (d + (e * f)))))");
    same("-a^2", "-(a^2)");
    same("a^b^c", "a^(b^c)");
    same("a - b - c", "(a - b) - c");
    same("-2 * x", "(-2) * x");
}

#[test]
fn refusals_point_at_their_place() {
    assert_eq!(
        refusal("Surv(time, status == 2 ~ sex"),
        "expected a comma or ), found `~`\n  Surv(time, status == 2 ~ sex\n                         \
         ^\nclose the parenthesis of Surv("
    );
    let cases = [
        ("", "", "write Surv(time, event)"),
        ("~ sex", "~", "expected a response before ~"),
        ("Surv(t, e)", "", "expected ~ after the response"),
        ("Surv(t, e) ~", "", "write terms after ~"),
        ("Surv(t, e) ~ age +", "", "write terms after ~"),
        ("Surv(t) ~ 1", "Surv", "add the event: Surv(time, status == 2)"),
        ("Surv(a, b, c, d) ~ 1", "Surv", "more than three arguments"),
        ("Surv(t, e = 2) ~ 1", "e", "write == with two equal signs"),
        ("Surv(t, e) ~ age sex", "sex", "join terms with +"),
        ("Surv(t, e) ~ age)", ")", "remove this parenthesis"),
        ("Surv(t, e) ~ (age", "", "close the parenthesis"),
        ("Surv(t, e) ~ age - sex", "-", "leave the term out"),
        ("Surv(t, e) ~ age/10", "/", "write I(a / b)"),
        ("Surv(t, e) ~ age^2", "^", "write I(x^2)"),
        ("Surv(t, e) ~ bili > 3", ">", "wrap a comparison in I()"),
        ("Surv(t, e) ~ 0 + age", "0", "no intercept to remove"),
        ("Surv(t, e) ~ .", ".", "name the columns"),
        ("Surv(t, e) ~ lgo(age)", "lgo", "did you mean log()?"),
        ("Surv(t, e) ~ xyzzy(age)", "xyzzy", "the functions are log, log2"),
        ("Surv(t, e) ~ relevel(x)", "relevel", "factor(x, ref = \"level\")"),
        ("Surv(t, e) ~ log(strata(x))", "strata", "as a term of its own"),
        ("Surv(t, e) ~ age*strata(x) + b", "+", "stand alone"),
        ("Surv(t, e) ~ cluster(a) + cluster(b)", "cluster", "a second time"),
        ("Surv(t, e) ~ cluster(a, b)", "cluster", "takes one column"),
        ("Surv(t, e) ~ factor(x, \"a\")", "\"a\"", "factor(x, ref = \"level\")"),
        ("Surv(t, e) ~ factor(x) + factor(x, ref = \"a\")", "factor", "another reference level"),
        ("Surv(t, e) ~ factor(x, ref = a)", "a", "the reference level in quotes"),
        ("Surv(t, e %in% d) ~ 1", "d", "x %in% c("),
        ("Surv(t, e %in% c(a)) ~ 1", "a", "a number or a text in quotes"),
        ("Surv(t, 1 < e < 3) ~ 1", "<", "join two comparisons with &"),
        ("Surv(t, e == \"dead) ~ 1", "\"dead) ~ 1", "never closed"),
        ("Surv(t, `e) ~ 1", "`e) ~ 1", "never closed"),
        ("Surv(t, e) ~ age ? 1", "?", "has no meaning here"),
        ("Surv(t, e) ~ log(a, b)", ",", "log() takes one expression"),
        ("Surv(t, e) ~ I(1e999)", "1e999", "too large"),
        ("Surv(t, e) ~ a ~ b", "~", "join terms with +"),
    ];
    for (formula, at, message) in cases {
        let (found, text) = place(formula);
        assert_eq!(found, at, "{formula}\n{text}");
        assert!(text.contains(message), "{formula}\n{text}");
    }
}

#[test]
fn subsets_are_refused_at_their_place_too() {
    let refusal = |text: &str| Expr::parse(text).unwrap_err().to_string();
    assert!(refusal("age = 60").contains("write == with two equal signs"));
    assert!(refusal("age < -").contains("complete the expression here"));
    assert!(refusal("age <-5").contains("put a blank between < and -"));
    assert!(refusal("(age > 60").contains("close the parenthesis"));
    assert!(refusal("age > 60)").contains("open one before it"));
    assert!(refusal("age > 60 sex == 1").contains("join expressions with an operator"));
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!("Surv(t, e) ~ I({}x{})", "(".repeat(10_000), ")".repeat(10_000));
    assert!(refusal(&deep).contains("nested more than 64 deep"));
    assert!(refusal(&format!("Surv(t, e) ~ I({}x)", "-".repeat(10_000))).contains("nested"));
    assert!(Expr::parse(&"!".repeat(10_000)).unwrap_err().to_string().contains("nested"));
    let wide: Vec<String> = (0..40).map(|i| format!("x{i}")).collect();
    assert!(refusal(&format!("Surv(t, e) ~ {}", wide.join("*"))).contains("at most 2000 terms"));
    // A caret stands under a character, not under a byte.
    let text = refusal("Surv(zeit, größe ~ 1");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2].chars().position(|c| c == '^'), lines[1].chars().position(|c| c == '~'));
}

/// Texts made of the pieces of formulas, most of them wrong.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Surv(", "t", "e", ",", ")", "(", "~", "+", "*", ":", "-", "/", "^", "==", "!", "&", "|",
        "%in%", "c(", "\"a\"", "'", "`x y`", "factor(", ", ref = ", "strata(", "cluster(",
        "offset(", "log(", "I(", "1", "0.5e3", ".", " ", "é", "<", "<-", "=", "TRUE", "\\",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Formulas that are right.
fn formulas() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", "x.y", "`arm group`", "2.5", "1e-3"]);
    let number = leaf.prop_map(str::to_string).prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "^"]), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}{o}{b})")),
            inner.clone().prop_map(|a| format!("log( {a})")),
            inner.prop_map(|a| format!("-{a}")),
        ]
    });
    let variable = prop_oneof![
        prop::sample::select(vec!["a", "b", "`arm group`", "factor(g)", "factor(h,ref='u')"])
            .prop_map(str::to_string),
        number.clone().prop_map(|n| format!("I({n})")),
        number.prop_map(|n| format!("I({n}>=3&!(b==\"x\")|a %in% c(1,-2))")),
    ];
    let term = (variable.clone(), prop::sample::select(vec![":", "*", "+"]), variable)
        .prop_map(|(a, o, b)| format!("{a}{o}{b}"));
    let special = prop::sample::select(vec!["", "+strata(a,b)", "+cluster(id)", "+offset(a*2)"]);
    (prop::collection::vec(term, 1..4), special, prop::bool::ANY).prop_map(
        |(terms, special, long)| {
            let response = if long { "Surv(s,t,e)" } else { "Surv(t,e==\"dead\")" };
            format!("{response}~{}{special}", terms.join(" + "))
        },
    )
}

/// The formula without the places where its columns stand.
fn without_places(formula: &Formula) -> (String, Vec<String>, Vec<Vec<usize>>) {
    (formula.to_string(), formula.term_names(), formula.terms().to_vec())
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = Formula::parse(&text).map_err(|error| error.to_string());
        let _ = Expr::parse(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn no_heap_of_pieces_makes_the_parser_panic(text in pieces()) {
        if let Err(error) = Formula::parse(&text) {
            prop_assert!(text.get(error.span.clone()).is_some());
            prop_assert!(!error.to_string().is_empty());
        }
        let _ = Expr::parse(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn what_is_written_out_reads_the_same(text in formulas()) {
        let formula = Formula::parse(&text).unwrap();
        let again = Formula::parse(&formula.to_string()).unwrap();
        prop_assert_eq!(without_places(&again), without_places(&formula));
    }
}
