//! The numbers of an author's draft against those of a study: which agree, also when they are
//! rounded otherwise, which differ and by what, which have no source.
//!
//! A number counts as a claim when something marks it as a result: a percent sign, an interval, a P,
//! a unit of time, "of" between two counts, the word for what is counted. What a claim is of is read
//! off the words around it: the group in its parenthesis, the statistic and the time named before it,
//! the event of its sentence, the row and the heading of its cell. A number that agrees with the study
//! under another group, time or statistic than the words say differs. So a swapped arm, a stale
//! interval and a digit mistyped are found; a number that agrees by chance with the one that its words
//! mean is not.

mod claims;
mod draft;
mod judge;
mod page;
mod results;
mod scan;

pub(crate) use draft::sentences;

use crate::Error;
use crate::documents::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use claims::{Claim, Kind, Parts};
use draft::Piece;
use judge::{Around, Verdict};
use results::Results;
use serde::Serialize;
use std::path::Path;

/// The results are said to be those of another study when fewer than one claim of this many agrees.
const OTHER_STUDY: usize = 5;

/// A draft checked against the results of a study.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyDocument {
    /// What every document starts with; `n` is the number of claims.
    #[serde(flatten)]
    pub head: Head,
    /// Claims that agree.
    pub agree: usize,
    /// Claims that differ.
    pub differ: usize,
    /// Claims that no number of the study answers.
    pub no_source: usize,
    /// One entry per claim, in the order of the draft.
    pub claims: Vec<Entry>,
    #[serde(skip)]
    pieces: Vec<(Piece, Vec<Marked>)>,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// `agrees`, `differs` or `no source`.
    pub verdict: &'static str,
    /// As the draft has it.
    pub claimed: String,
    /// The key of the number of the study; `null` without one.
    pub key: Option<String>,
    /// What the study says instead; `null` unless it differs.
    pub expected: Option<String>,
    /// Whose number it is, when it is another's.
    pub because: Option<String>,
    /// The sentence, or the cell with its row and heading.
    pub sentence: String,
}

/// Where a claim stands in its piece.
#[derive(Clone, Debug)]
struct Marked {
    place: std::ops::Range<usize>,
    entry: usize,
}

/// Checks a draft against the text of a `results.json`; `results_name` is what messages call it.
///
/// # Errors
///
/// [`Error::Data`] for a draft that cannot be read or holds no number of a result, and for results
/// that are none.
pub fn verify(
    path: &Path,
    bytes: &[u8],
    results_name: &str,
    results: &str,
) -> Result<VerifyDocument, Error> {
    let results = Results::read(results_name, results)?;
    let name = path.display();
    let mut document = VerifyDocument {
        head: Head::new("verify", 0, 0, format!("{name} against {results_name}")),
        agree: 0,
        differ: 0,
        no_source: 0,
        claims: Vec::new(),
        pieces: Vec::new(),
    };
    for piece in draft::read(path, bytes)? {
        check(&mut document, piece, &results);
    }
    document.head.n = document.claims.len();
    if document.claims.is_empty() {
        return Err(Error::Data(format!(
            "{name} holds no number that claims to be a result; give the draft with its Results"
        )));
    }
    // A few small counts agree with the numbers of any study.
    if document.claims.len() > 3 && document.agree * OTHER_STUDY < document.claims.len() {
        document.head.warn(
            "other_study",
            "hardly a number of the draft is one of the study; the results may be those of another",
        );
    }
    Ok(document)
}

fn check(document: &mut VerifyDocument, piece: Piece, results: &Results) {
    let places = match piece.is_cell {
        true => std::iter::once(0..piece.text.len()).collect(),
        false => draft::sentences(&piece.text),
    };
    let context = piece.context.to_lowercase();
    let mut before: Vec<String> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    let mut marked = Vec::new();
    for place in places {
        let sentence = &piece.text[place.clone()];
        let small = sentence.to_lowercase();
        // A heading names what a paragraph is about, and not whose each of its numbers is.
        let cell = if piece.is_cell { piece.context.as_str() } else { "" };
        let mut claims = claims::claims(sentence, cell, results);
        in_order(&mut claims, &mut order);
        let around = Around { sentence: &small, before: &before, context: &context };
        for (place_of, claim) in claims.iter().enumerate() {
            let verdict = beside(sentence, &claims, place_of)
                .unwrap_or_else(|| judge::judge(claim, &around, results));
            let shown = match piece.is_cell {
                true => format!("{}: {sentence}", piece.context),
                false => sentence.trim().to_owned(),
            };
            let span = place.start + claim.place.start..place.start + claim.place.end;
            marked.push(Marked { place: span, entry: document.claims.len() });
            document.add(sentence[claim.place.clone()].to_owned(), verdict, shown);
        }
        before.push(small);
    }
    document.pieces.push((piece, marked));
}

/// A percentage beside its own part and whole, "56.8% (50 of 88" or "50 of 88 (56.8%)", has to be theirs:
/// `None` where it is, or where there are none.
fn beside(sentence: &str, claims: &[Claim], at: usize) -> Option<Verdict> {
    let claim = &claims[at];
    let (Kind::Percent, Parts::One(percent)) = (claim.kind, claim.parts) else { return None };
    let joined = |first: &Claim, second: &Claim| {
        let between = sentence.get(first.place.end..second.place.start).unwrap_or_default();
        between.trim_start_matches('%').trim() == "("
    };
    let after = claims.get(at + 1).filter(|next| joined(claim, next));
    let before = at.checked_sub(1).map(|at| &claims[at]).filter(|last| joined(last, claim));
    let share = [after, before].into_iter().flatten().find_map(|one| match one.parts {
        Parts::Share { part, whole } if whole.value > 0.0 => Some((part, whole)),
        _ => None,
    });
    let (part, whole) = share?;
    let value = 100.0 * part.value / whole.value;
    let digits = percent.decimals;
    (!percent.is(value)).then(|| Verdict::Differs {
        key: String::new(),
        expected: format!("{value:.digits$}"),
        why: format!("it is not the share of {} of {}", part.value, whole.value),
    })
}

/// "in the same order": a list without names has the groups of the list before it, as long as it is as
/// long.
fn in_order(claims: &mut [Claim], order: &mut Vec<String>) {
    let listed = |claim: &Claim| !matches!(claim.parts, Parts::One(_) | Parts::Range { .. });
    let mut from = 0;
    while from < claims.len() {
        // A named list may mix kinds, as medians of which one was not reached.
        let same = |claim: &Claim| {
            listed(claim)
                && claim.time == claims[from].time
                && claim.groups.is_empty() == claims[from].groups.is_empty()
                && (!claim.groups.is_empty() || claim.kind == claims[from].kind)
        };
        let length = claims[from..].iter().take_while(|claim| same(claim)).count();
        if length > 1 && !claims[from].groups.is_empty() {
            let named: Vec<String> = claims[from..from + length]
                .iter()
                .filter_map(|claim| claim.groups.first().cloned())
                .collect();
            let distinct = named.iter().enumerate().all(|(at, one)| !named[..at].contains(one));
            if distinct && named.len() == length {
                *order = named;
            }
        } else if length > 1 && length == order.len() {
            for (claim, group) in claims[from..from + length].iter_mut().zip(order.iter()) {
                claim.groups = vec![group.clone()];
            }
        }
        from += length.max(1);
    }
}

impl VerifyDocument {
    fn add(&mut self, claimed: String, verdict: Verdict, sentence: String) {
        let (word, key, expected, because) = match verdict {
            Verdict::Agrees { key } => ("agrees", Some(key), None, None),
            Verdict::Differs { key, expected, why } => {
                ("differs", Some(key), Some(expected), (!why.is_empty()).then_some(why))
            }
            Verdict::NoSource => ("no source", None, None, None),
        };
        match word {
            "agrees" => self.agree += 1,
            "differs" => self.differ += 1,
            _ => self.no_source += 1,
        }
        self.claims.push(Entry { verdict: word, claimed, key, expected, because, sentence });
    }

    /// The draft with every claim marked, as one page.
    pub fn html(&self) -> String {
        page::page(self)
    }

    /// The claims that do not agree.
    fn table(&self) -> Table {
        let mut table = Table::new("Claims");
        for heading in ["Verdict", "Draft", "Study", "Number", "Sentence"] {
            table = table.column(heading, Align::Left);
        }
        let shown = |entry: &&Entry| entry.verdict != "agrees";
        for entry in self.claims.iter().filter(shown) {
            let key = entry.key.clone().unwrap_or_default();
            table = table.row([
                entry.verdict.to_owned(),
                entry.claimed.clone(),
                entry.expected.clone().unwrap_or_default(),
                entry.because.as_ref().map_or(key.clone(), |why| format!("{key}; {why}")),
                entry.sentence.clone(),
            ]);
        }
        table
    }
}

impl Document for VerifyDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        match self.differ + self.no_source {
            0 => Vec::new(),
            _ => vec![self.table()],
        }
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec![format!(
            "{} claims: {} agree, {} differ, {} have no source in the results.",
            self.claims.len(),
            self.agree,
            self.differ,
            self.no_source
        )]
    }
}
