//! What a sentence claims: estimates with their intervals, counts, P values, and what it says they
//! are of.

use super::results::Results;
use super::scan::{Number, numbers};
use std::ops::Range;

/// What kind of number is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Percent,
    /// Percentage points: a difference of two percentages.
    Points,
    Time,
    Ratio,
    PValue,
    Count,
    /// An estimate with an interval and no sign of its unit, as in a cell of a table.
    Estimate,
}

/// Which statistic the words name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    HazardRatio,
    Subdistribution,
    Median,
    LogRank,
    /// The permutation test, of the log-rank statistic too.
    Permutation,
    Gray,
    Proportional,
    RestrictedMean,
    /// I²: the share of the variance that lies between series.
    Heterogeneity,
    /// A difference of the part without the event at a time, in percentage points.
    Difference,
    /// "a 22% lower hazard": the distance of a hazard ratio from 1.
    Change,
}

/// One claim of a sentence.
#[derive(Clone, Debug)]
pub struct Claim {
    pub kind: Kind,
    /// One number; an estimate with limits (each may be missing, as "not reached"); a part and its
    /// whole.
    pub parts: Parts,
    /// The bytes of the sentence that it takes.
    pub place: Range<usize>,
    /// The groups that it may be of; empty when none is named.
    pub groups: Vec<String>,
    /// Whether they stand in its own parenthesis: "22 patients (Levamisole)".
    pub own_group: bool,
    /// Whether the word behind it is that for events.
    pub of_events: bool,
    pub measure: Option<Measure>,
    /// The time at which a percentage stands.
    pub time: Option<f64>,
}

/// The numbers of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parts {
    One(Number),
    Interval {
        estimate: Option<Number>,
        lower: Option<Number>,
        upper: Option<Number>,
    },
    Share {
        part: Number,
        whole: Number,
    },
    /// Limits apart from their estimate.
    Range {
        lower: Number,
        upper: Number,
    },
}

impl Parts {
    /// The numbers, in order.
    pub fn numbers(&self) -> Vec<Number> {
        match *self {
            Parts::One(number) => vec![number],
            Parts::Interval { estimate, lower, upper } => {
                [estimate, lower, upper].into_iter().flatten().collect()
            }
            Parts::Share { part, whole } => vec![part, whole],
            Parts::Range { lower, upper } => vec![lower, upper],
        }
    }
}

const TIMES: [&str; 8] = ["months", "month", "years", "year", "weeks", "week", "days", "day"];
const THINGS: [&str; 13] = [
    "series",
    "patients",
    "deaths",
    "events",
    "women",
    "men",
    "lesions",
    "teeth",
    "units",
    "participants",
    "recurrences",
    "persons",
    "people",
];

/// The claims of a sentence, in order; `context` is what stands around it, such as the row and the
/// heading of a cell.
pub fn claims(sentence: &str, context: &str, results: &Results) -> Vec<Claim> {
    let tokens = numbers(sentence);
    let lower = lower(sentence);
    let mut found: Vec<Claim> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let step = claim_at(sentence, context, &tokens, index, results);
        index += step.as_ref().map_or(1, |(_, taken)| *taken);
        if let Some((claim, _)) = step {
            found.push(claim);
        }
    }
    for place in 0..found.len() {
        let before = if place == 0 {
            0
        } else {
            closed(&lower, &found[place - 1].place, found[place].place.start)
        };
        let after = found.get(place + 1).map_or(sentence.len(), |next| next.place.start);
        let own = found[place].place.clone();
        let behind = lower[own.end..].trim_start();
        found[place].of_events = ["event", "death"].iter().any(|word| behind.starts_with(word));
        found[place].own_group = has_own_group(&lower[own.end..after], results);
        let groups = groups(&lower, before, &own, after, found[place].kind, results);
        found[place].groups = if groups.is_empty() {
            mentions(&self::lower(context), &results.groups)
        } else {
            groups
        };
        found[place].measure = measure(&lower, own.start).or_else(|| measure_of_cell(context));
        let behind = lower[own.end..].trim_start_matches(['%', ' ']);
        if behind.starts_with("lower hazard") || behind.starts_with("higher hazard") {
            found[place].measure = Some(Measure::Change);
        }
        if behind.starts_with("percentage points") {
            found[place].measure = Some(Measure::Difference);
        }
        found[place].time = named_time(&lower, own.start)
            .or_else(|| named_time(&self::lower(context), context.len()));
    }
    found
}

/// Small letters of the same length, so that places stay; letters that change their length stay.
fn lower(text: &str) -> String {
    let small = |sign: char| {
        let mut small = sign.to_lowercase();
        match (small.next(), small.next()) {
            (Some(one), None) if one.len_utf8() == sign.len_utf8() => one,
            _ => sign,
        }
    };
    text.chars().map(small).collect()
}

/// The claim that starts with a number, and how many numbers it takes.
fn claim_at(
    text: &str,
    context: &str,
    tokens: &[Number],
    index: usize,
    results: &Results,
) -> Option<(Claim, usize)> {
    let token = tokens[index];
    let before = text[..token.start].trim_end();
    let after = text[token.end..].trim_start();
    if is_level(after) || names_a_time(text, token) || is_threshold(before, after) {
        return None;
    }
    let made = |kind, parts: Parts, taken: usize| {
        let numbers = parts.numbers();
        let end = numbers.iter().map(|number| number.end).max().unwrap_or(token.end);
        let place = token.start..end.max(tokens[index + taken - 1].end);
        Some((
            Claim {
                kind,
                parts,
                place,
                groups: Vec::new(),
                own_group: false,
                of_events: false,
                measure: None,
                time: None,
            },
            taken,
        ))
    };
    if p_value(before) {
        return made(Kind::PValue, Parts::One(token), 1);
    }
    // "lower 95% limits, 30.6 and 30.0 months": each is a limit by itself.
    let start = floor(before, before.len().saturating_sub(90));
    let limits_open = before[start..].rfind("(lower ");
    if limits_open.is_some_and(|at| {
        before[start + at..].contains("% limit") && !before[start + at..].contains(')')
    }) {
        return made(Kind::Estimate, Parts::One(token), 1);
    }
    if let Some((lower, upper, taken)) = interval(text, tokens, index) {
        let kind = unit(after, before, context);
        return made(kind, Parts::Interval { estimate: Some(token), lower, upper }, taken);
    }
    if let Some((lower, upper, taken)) = limits(text, tokens, index) {
        let kind = unit(after, before, context);
        return made(kind, Parts::Interval { estimate: None, lower, upper }, taken);
    }
    if let Some(upper) = range(text, tokens, index) {
        let after = &text[upper.end..];
        let kind = if after.starts_with('%') { Kind::Percent } else { Kind::Estimate };
        return made(kind, Parts::Range { lower: token, upper }, 2);
    }
    if let Some(whole) = tokens.get(index + 1) {
        let join = text[token.end..whole.start].trim();
        if ["of", "of the", "/", "out of", "of all"].contains(&join) && whole.decimals == 0 {
            return made(Kind::Count, Parts::Share { part: token, whole: *whole }, 2);
        }
    }
    let word: String = after.chars().take_while(|sign| sign.is_alphabetic()).collect();
    if after.starts_with("percentage points") {
        return made(Kind::Points, Parts::One(token), 1);
    }
    if after.starts_with("events for each") {
        return made(Kind::Ratio, Parts::One(token), 1);
    }
    if after.starts_with('%') || word == "percent" {
        return made(Kind::Percent, Parts::One(token), 1);
    }
    if TIMES.contains(&word.as_str()) {
        return made(Kind::Time, Parts::One(token), 1);
    }
    let counted =
        before.ends_with("n =") || before.ends_with("n=") || THINGS.contains(&word.as_str());
    let told = names_a_group(after, results) && !before.contains("at risk than");
    if token.decimals == 0 && (counted || told) {
        return made(Kind::Count, Parts::One(token), 1);
    }
    let start = floor(before, before.len().saturating_sub(90));
    let near = lower(&before[start..]);
    if token.decimals > 0 && (has_ratio(&near) || near.contains(" hr ")) {
        return made(Kind::Ratio, Parts::One(token), 1);
    }
    None
}

/// The nearest start of a letter at or before a place.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// "221 (Levamisole)": a count of the group in the parenthesis behind it.
fn names_a_group(after: &str, results: &Results) -> bool {
    let inside = after.strip_prefix('(').and_then(|rest| rest.split(')').next());
    inside.is_some_and(|inside| results.groups.contains(&lower(inside)))
}

/// Whether a text has the word "ratio": "calibration" has not.
fn has_ratio(text: &str) -> bool {
    text.split(|sign: char| !sign.is_alphabetic()).any(|word| word == "ratio" || word == "ratios")
}

/// `fewer than 10 patients`, `40% to below 60%`, `chi-square = 3.5`: where something begins, what a group
/// is called, and a statistic whose P value is the claim.
fn is_threshold(before: &str, after: &str) -> bool {
    let before = lower(before);
    ["fewer than", "below", "less than", "chi-square ="].iter().any(|word| before.ends_with(word))
        || ["% or more", "% to below"].iter().any(|word| after.starts_with(word))
}

/// `95% CI`: a level is no result.
fn is_level(after: &str) -> bool {
    let rest = after.strip_prefix('%').unwrap_or(after).trim_start();
    after.starts_with('%')
        && ["CI", "confidence", "prediction", "interval", "limit", "two-sided"]
            .iter()
            .any(|word| rest.starts_with(word))
}

/// `at 5 years`, `the first 8.8 years`: where a number stands, and no result.
fn names_a_time(text: &str, token: Number) -> bool {
    let after = text[token.end..].trim_start();
    let is_time = TIMES.iter().any(|unit| after.starts_with(unit));
    let before = lower(text[..token.start].trim_end());
    is_time
        && (["at", "before", "after", "first", "from", "within", "time to", "mean to", "means to"]
            .iter()
            .any(|word| before.ends_with(word))
            || before.ends_with(" 0 to")
            || before == "0 to")
}

fn p_value(before: &str) -> bool {
    let stem = before.trim_end_matches(['=', '<', '>', '\u{2264}', '\u{2265}', ' ']);
    let signed = stem.len() < before.len();
    let word = stem.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
    signed && (word == "P" || word == "p")
}

/// The limits after an estimate: `(95% CI, 4.5-7.6`, `(4.2 to NR`.
fn interval(
    text: &str,
    tokens: &[Number],
    index: usize,
) -> Option<(Option<Number>, Option<Number>, usize)> {
    let mut next = index + 1;
    let level = tokens.get(next).is_some_and(|token| is_level(text[token.end..].trim_start()));
    next += usize::from(level);
    let lower = *tokens.get(next)?;
    let gap = &text[tokens[index].end..lower.start];
    if gap.len() > 60 || !gap.contains(['(', '[']) && !gap.contains("CI") {
        return None;
    }
    // A new sentence part, another word than a unit or the interval's name: another number.
    let allowed = [
        "ci",
        "confidence",
        "interval",
        "iqr",
        "interquartile",
        "range",
        "to",
        "months",
        "years",
        "weeks",
        "days",
        "month",
        "year",
        "quartiles",
    ];
    let words = gap.split(|sign: char| !sign.is_alphabetic()).filter(|word| !word.is_empty());
    if words.into_iter().any(|word| !allowed.contains(&word.to_lowercase().as_str())) {
        return None;
    }
    let (limits, taken) = pair(text, tokens, next, level || gap.contains("CI"))?;
    Some((limits.0, limits.1, next - index + taken))
}

/// Limits without an estimate: "not reached (95% CI, 7.5 to not reached".
fn limits(
    text: &str,
    tokens: &[Number],
    index: usize,
) -> Option<(Option<Number>, Option<Number>, usize)> {
    let before = lower(text[..tokens[index].start].trim_end());
    let start = floor(&before, before.len().saturating_sub(40));
    let near = &before[start..];
    let named = near.contains("ci,") || near.ends_with("ci") || near.contains("nr (");
    if !(named && (near.contains("not reached") || near.contains("nr ("))) {
        return None;
    }
    let (limits, taken) = pair(text, tokens, index, true)?;
    Some((limits.0, limits.1, taken))
}

/// The upper limit of a range that is marked as an interval: by a percent sign behind it, or by "CI"
/// right before it. Pages and years are none.
fn range(text: &str, tokens: &[Number], index: usize) -> Option<Number> {
    let (lower, upper) = (tokens[index], *tokens.get(index + 1)?);
    let join = text[lower.end..upper.start].trim().trim_start_matches('%').trim();
    let before = text[..lower.start].trim_end_matches([',', ':', ' ']);
    let compatible = before.ends_with("ratio from");
    let marked = text[upper.end..].starts_with('%') || before.ends_with("CI") || compatible;
    (marked && ["-", "\u{2013}", "--", "to"].contains(&join)).then_some(upper)
}

/// A lower and an upper limit, each of which may be one that was not reached.
type Limits = (Option<Number>, Option<Number>);

/// Two limits joined, or one joined to "not reached".
fn pair(text: &str, tokens: &[Number], at: usize, named: bool) -> Option<(Limits, usize)> {
    let lower = tokens[at];
    let rest = self::lower(text[lower.end..].trim_start_matches(['%', ' ']));
    let open = ["to nr", "to not reached", "\u{2013}nr", "-nr", "to ne", "\u{2013} nr"];
    if open.iter().any(|word| rest.starts_with(word)) {
        return Some(((Some(lower), None), 1));
    }
    let upper = *tokens.get(at + 1)?;
    let join = text[lower.end..upper.start].trim().trim_start_matches('%').trim();
    let ranged = ["-", "\u{2013}", "\u{2014}", "--", "to"].contains(&join);
    (ranged || (named && [",", ";"].contains(&join))).then_some(((Some(lower), Some(upper)), 2))
}

/// What an estimate is, by the sign after it or the words before it.
fn unit(after: &str, before: &str, context: &str) -> Kind {
    let word: String = after.chars().take_while(|sign| sign.is_alphabetic()).collect();
    if after.starts_with('%') {
        return Kind::Percent;
    }
    if TIMES.contains(&word.as_str()) {
        return Kind::Time;
    }
    let start = floor(before, before.len().saturating_sub(90));
    let near = lower(&before[start..]);
    let context = lower(context);
    if has_ratio(&near) || near.ends_with("hr") || has_ratio(&context) {
        return Kind::Ratio;
    }
    Kind::Estimate
}

/// The last words before a claim that name a statistic.
fn measure(lower: &str, until: usize) -> Option<Measure> {
    let text = &lower[..until];
    let known = [
        ("subdistribution", Measure::Subdistribution),
        ("shr ", Measure::Subdistribution),
        ("hazard ratio", Measure::HazardRatio),
        ("hr ", Measure::HazardRatio),
        ("median", Measure::Median),
        ("log-rank", Measure::LogRank),
        ("logrank", Measure::LogRank),
        ("permutation", Measure::Permutation),
        ("gray", Measure::Gray),
        ("proportional", Measure::Proportional),
        ("mean", Measure::RestrictedMean),
        ("percentage points", Measure::Difference),
        ("i\u{b2}", Measure::Heterogeneity),
    ];
    let found = known.iter().filter_map(|(word, measure)| Some((text.rfind(word)?, *measure)));
    let last = found.max_by_key(|(at, _)| *at)?;
    // "subdistribution hazard ratio" and "permutation log-rank test" are one name each.
    let joined = |word: &str| text.rfind(word).is_some_and(|at| last.0 > at && last.0 - at < 20);
    Some(match last.1 {
        Measure::HazardRatio if joined("subdistribution") => Measure::Subdistribution,
        Measure::LogRank if joined("permutation") => Measure::Permutation,
        other => other,
    })
}

fn measure_of_cell(context: &str) -> Option<Measure> {
    let lower = lower(context);
    measure(&lower, lower.len())
}

/// The time named last before a claim.
fn named_time(lower: &str, until: usize) -> Option<f64> {
    let text = &lower[..until];
    let found = numbers(text).into_iter().rfind(|token| {
        let before = text[..token.start].trim_end();
        let after = text[token.end..].trim_start();
        before.ends_with("at") && TIMES.iter().any(|unit| after.starts_with(unit))
    });
    found.map(|token| token.value)
}

/// The groups that a claim is of: those named in its own parenthesis after it, else those named
/// since the claim before; of "a vs b" the first.
fn groups(
    lower: &str,
    before: usize,
    own: &Range<usize>,
    after: usize,
    kind: Kind,
    results: &Results,
) -> Vec<String> {
    let mut tail = counted(&lower[own.end..after]);
    // Its parenthesis, or the one that opens right after it.
    let opens = tail.trim_start_matches(['%', ' ']).starts_with('(');
    let inside = is_inside(lower, own.end);
    tail = match tail.find(')') {
        Some(close) if opens || inside => &tail[..close],
        _ => "",
    };
    let named = mentions(tail, &results.groups);
    if !named.is_empty() {
        return named;
    }
    let head = &lower[before..own.start];
    let named = mentions(head, &results.groups);
    let contrast =
        [" vs ", " versus ", " v ", " against ", " compared with ", " minus ", " relative to "];
    if matches!(kind, Kind::Ratio | Kind::Estimate | Kind::Time)
        && contrast.iter().any(|word| head.contains(word))
    {
        return named.into_iter().take(1).collect();
    }
    named
}

/// What follows a claim without the word for what it counts.
fn counted(tail: &str) -> &str {
    let rest = tail.trim_start();
    let thing = THINGS.iter().find_map(|thing| rest.strip_prefix(thing));
    thing.filter(|rest| rest.trim_start().starts_with('(')).unwrap_or(tail)
}

/// Whether a group stands alone in the parenthesis right behind a claim.
fn has_own_group(tail: &str, results: &Results) -> bool {
    let inside =
        counted(tail).trim_start().strip_prefix('(').and_then(|rest| rest.split(')').next());
    inside.is_some_and(|inside| results.groups.iter().any(|group| group == inside))
}

/// Whether a place lies between parentheses.
fn is_inside(text: &str, at: usize) -> bool {
    let text = &text[..at];
    text.matches(['(', '[']).count() > text.matches([')', ']']).count()
}

/// Where the words after a claim begin that are not its own: behind its parenthesis.
fn closed(lower: &str, claim: &Range<usize>, next: usize) -> usize {
    let tail = &lower[claim.end..next];
    let inside = is_inside(lower, claim.end);
    let opens = tail.trim_start_matches(['%', ' ']).starts_with('(');
    match tail.find(')') {
        Some(close) if inside || opens => claim.end + close + 1,
        _ => claim.end,
    }
}

/// The known words in a text in the order in which they stand, the longest first where they overlap.
pub fn mentions(text: &str, known: &[String]) -> Vec<String> {
    let mut taken: Vec<(Range<usize>, &String)> = Vec::new();
    for word in known {
        for (at, _) in text.match_indices(word.as_str()) {
            let place = at..at + word.len();
            let edge = |sign: Option<char>| !sign.is_some_and(char::is_alphanumeric);
            let whole =
                edge(text[..at].chars().next_back()) && edge(text[place.end..].chars().next());
            let free =
                taken.iter().all(|(other, _)| place.end <= other.start || other.end <= place.start);
            if whole && free {
                taken.push((place, word));
            }
        }
    }
    taken.sort_by_key(|(place, _)| place.start);
    taken.into_iter().map(|(_, word)| word.clone()).collect()
}
