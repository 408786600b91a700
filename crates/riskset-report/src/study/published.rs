//! Printed numbers beside those computed here.
//!
//! The file of printed quantities says what is in print; the study file says which key of the store
//! each is to be set beside. Agreement is judged as printed: the computed number, rounded with
//! halves up to the printed decimals, reads the same. What is not recomputed is listed with the
//! reason.

use super::context::Context;
use super::file::Published;
use super::read::Source;
use crate::Error;
use crate::format::Style;
use crate::table::{Align, Table};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The titles of the tables of what stands in print.
pub const PRINTED: [&str; 2] = ["Published and reproduced", "Discrepancies in print"];

/// A file of printed quantities.
#[derive(Debug, Deserialize)]
pub struct Printed {
    #[serde(default)]
    pub quantity: Vec<Quantity>,
    #[serde(default)]
    pub discrepancy: Vec<Discrepancy>,
}

/// One printed quantity; its keys are described at the top of the file it comes from.
#[derive(Debug, Deserialize)]
pub struct Quantity {
    pub id: String,
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub sd: Option<f64>,
    pub n: Option<f64>,
    pub k: Option<f64>,
    pub percent: Option<f64>,
    #[serde(default)]
    pub decimals: usize,
    #[serde(default)]
    pub percent_decimals: usize,
    /// What lower and upper are: `ci`, `iqr` or `range`.
    pub interval: Option<String>,
    /// False for a median that was not reached.
    pub reached: Option<bool>,
    /// How a P value is printed: `<`.
    pub relation: Option<String>,
    pub direction: Option<String>,
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub population: String,
}

/// Printed numbers that do not follow from each other.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Discrepancy {
    pub id: String,
    pub kind: String,
    #[serde(default, rename = "where")]
    pub places: Vec<String>,
    pub detail: String,
}

/// One printed quantity with what was computed for it.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    pub id: String,
    pub population: String,
    /// As printed: `11.4 (6.4-18.8)`.
    pub printed: String,
    /// As computed, rounded as printed; `None` when it was not recomputed.
    pub computed: Option<String>,
    /// Whether every part that is printed reads the same; `None` when it was not recomputed.
    pub agrees: Option<bool>,
    /// The key of the number, or why there is none, or the discrepancy that explains it.
    pub note: String,
}

/// What a study's published numbers come to.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub checked: Vec<Checked>,
    pub discrepancies: Vec<Discrepancy>,
}

/// Reads the printed quantities and sets each beside the store.
pub fn check(context: &Context, folder: &Path, spec: &Published) -> Result<Comparison, Error> {
    let path = folder.join(spec.file.get_ref());
    let printed: Printed = toml::from_str(&Source::read(&path)?.text)
        .map_err(|error| Error::Study(format!("{}: {}", path.display(), error.message())))?;
    for (id, key) in &spec.keys {
        if printed.quantity.iter().all(|quantity| quantity.id != *id) {
            let message = format!("{id:?} is no quantity of {}; correct the id", path.display());
            return Err(context.source.refuse(key, message));
        }
    }
    let selected = printed.quantity.iter().filter(|quantity| mentioned(spec, &quantity.id));
    let checked = selected
        .map(|quantity| one(context, spec, quantity, &printed.discrepancy))
        .collect::<Result<Vec<Checked>, Error>>()?;
    let about =
        |discrepancy: &&Discrepancy| discrepancy.places.iter().any(|place| mentioned(spec, place));
    let discrepancies = printed.discrepancy.iter().filter(about).cloned().collect();
    Ok(Comparison { checked, discrepancies })
}

/// Whether the study file says anything of a quantity; those of other studies are left out.
fn mentioned(spec: &Published, id: &str) -> bool {
    spec.keys.contains_key(id) || reason(spec, id).is_some()
}

fn reason<'a>(spec: &'a Published, id: &str) -> Option<&'a str> {
    spec.not_recomputed
        .iter()
        .filter(|(prefix, _)| id.starts_with(prefix.as_str()))
        .max_by_key(|(prefix, _)| prefix.len())
        .map(|(_, reason)| reason.as_str())
}

fn one(
    context: &Context,
    spec: &Published,
    quantity: &Quantity,
    discrepancies: &[Discrepancy],
) -> Result<Checked, Error> {
    let parts = parts(quantity);
    let printed = written(quantity, &context.style, &|part: &Part| part.printed);
    let Some(key) = spec.keys.get(&quantity.id) else {
        let note = reason(spec, &quantity.id).unwrap_or("not recomputed").to_owned();
        return Ok(checked(quantity, printed, None, None, note));
    };
    let name = key.get_ref();
    let lookup = |part: &Part| {
        part.keys.iter().find_map(|suffix| {
            let full = if suffix.is_empty() { name.clone() } else { format!("{name}.{suffix}") };
            context.store.get(&full)
        })
    };
    let exists = parts.iter().any(|part| lookup(part).is_some())
        || context.store.get(&format!("{name}.estimate")).is_some();
    if !exists {
        return Err(context.source.refuse(
            key,
            format!("no number of this study has the key {name:?}; see results.json for the keys"),
        ));
    }
    let value = |part: &Part| Some(part.scale * lookup(part)?.value.ok()?);
    let computed = match quantity.reached {
        Some(_) => match context.store.number(&format!("{name}.estimate")) {
            None => "not reached".to_owned(),
            Some(median) => context.style.number(median, quantity.decimals),
        },
        // Printed is only a bound; the computed P value is shown as such, never under a bound of its own.
        None if quantity.relation.as_deref() == Some("<") => {
            context.style.p_value(value(&parts[0]))
        }
        None => written(quantity, &context.style, &value),
    };
    let agrees = match (quantity.reached, quantity.relation.as_deref()) {
        (Some(_), _) => computed == printed,
        (None, Some("<")) => parts[0].printed > value(&parts[0]),
        _ => parts.iter().all(|part| same(part, value(part))),
    };
    // The denominator must be the printed one wherever both are known.
    let n = context.store.number(&format!("{name}.n"));
    let agrees = agrees && quantity.n.zip(n).is_none_or(|(printed, found)| printed == found);
    let known = discrepancies.iter().find(|item| item.places.contains(&quantity.id));
    let note = match (agrees, known) {
        (false, Some(item)) => {
            format!("{name}; printed numbers contradict each other ({})", item.id)
        }
        _ => name.clone(),
    };
    Ok(checked(quantity, printed, Some(computed), Some(agrees), note))
}

fn checked(
    quantity: &Quantity,
    printed: String,
    computed: Option<String>,
    agrees: Option<bool>,
    note: String,
) -> Checked {
    let (id, population) = (quantity.id.clone(), quantity.population.clone());
    Checked { id, population, printed, computed, agrees, note }
}

/// One printed number of a quantity and the ends of the keys that may hold its counterpart.
struct Part {
    printed: Option<f64>,
    decimals: usize,
    keys: &'static [&'static str],
    /// What the number of the store is multiplied by to be in the printed unit.
    scale: f64,
}

/// The keys of a median with its range.
const ENDS: [&str; 3] = ["quartiles.estimate", "range.lower", "range.upper"];

/// The parts that are printed, the value first.
fn parts(quantity: &Quantity) -> Vec<Part> {
    let decimals = quantity.decimals;
    if quantity.interval.as_deref() == Some("range") && quantity.value.is_some() {
        return [quantity.value, quantity.lower, quantity.upper]
            .into_iter()
            .zip([&ENDS[0..1], &ENDS[1..2], &ENDS[2..3]])
            .filter(|(printed, _)| printed.is_some())
            .map(|(printed, keys)| Part { printed, decimals, keys, scale: 1.0 })
            .collect();
    }
    let value: &[&str] = match (quantity.sd.is_some(), quantity.unit.as_str()) {
        (true, _) => &["mean"],
        (_, "percent") => &["estimate", "percent", ""],
        (_, "proportion") => &["percent"],
        _ => &["", "k", "estimate"],
    };
    let scale = if quantity.unit == "proportion" { 0.01 } else { 1.0 };
    let all = [
        (quantity.value, decimals, value),
        (quantity.lower, decimals, &["lower"] as &[&str]),
        (quantity.upper, decimals, &["upper"]),
        (quantity.sd, decimals, &["sd"]),
        (quantity.percent, quantity.percent_decimals, &["percent"]),
        (quantity.k, 0, &["k"]),
    ];
    all.into_iter()
        .filter(|(printed, _, _)| printed.is_some())
        .map(|(printed, decimals, keys)| Part { printed, decimals, keys, scale })
        .collect()
}

/// Whether a computed number reads as printed, or as the printed number would with fewer decimals
/// (a whole median beside quartiles with one decimal).
fn same(part: &Part, value: Option<f64>) -> bool {
    let style = Style::default();
    match (part.printed, value) {
        (Some(printed), Some(value)) => {
            style.number(value, part.decimals) == style.number(printed, part.decimals)
        }
        _ => false,
    }
}

/// The quantity in one line, from printed or from computed values.
fn written(quantity: &Quantity, style: &Style, value: &dyn Fn(&Part) -> Option<f64>) -> String {
    if quantity.reached == Some(false) {
        return "not reached".into();
    }
    if let (Some(direction), None) = (&quantity.direction, quantity.value) {
        return direction.clone();
    }
    let parts = parts(quantity);
    let number = |keys: &str| {
        let part = parts.iter().find(|part| part.keys.contains(&keys))?;
        Some(style.optional(value(part), part.decimals, "NE"))
    };
    let main = parts.first().filter(|_| quantity.value.is_some());
    let mut text =
        main.map_or(String::new(), |part| style.optional(value(part), part.decimals, "NE"));
    if let Some(sign) = quantity.relation.as_ref().filter(|sign| *sign == "<") {
        text = format!("{sign}{text}");
    }
    match (quantity.lower, quantity.upper) {
        (Some(_), Some(_)) => {
            let part = |end: &str| {
                let found =
                    parts.iter().find(|part| part.keys.iter().any(|key| key.ends_with(end)));
                found.and_then(value)
            };
            let range = style.range(part("lower"), part("upper"), quantity.decimals, "NE");
            text = if text.is_empty() { range } else { format!("{text} ({range})") };
        }
        (None, Some(_)) => text = format!("up to {}", number("upper").unwrap_or_default()),
        _ => {}
    }
    if let Some(sd) = number("sd") {
        text.push_str(&format!(" (SD {sd})"));
    }
    if quantity.unit == "percent" {
        text.push('%');
    } else if quantity.percent.is_some() {
        text.push_str(&format!(" ({}%)", number("percent").unwrap_or_default()));
    }
    text
}

/// The table of all printed quantities.
pub fn table(context: &Context, comparison: &Comparison) -> Table {
    let mut table = Table::new(format!("{}{}", PRINTED[0], context.synthetic()))
        .column("Quantity", Align::Left)
        .column("In print", Align::Right)
        .column("Computed here", Align::Right)
        .column("Agrees", Align::Center)
        .column("Number, or why not recomputed", Align::Left);
    for item in &comparison.checked {
        table = table.row([
            if item.population.is_empty() { item.id.clone() } else { item.population.clone() },
            item.printed.clone(),
            item.computed.clone().unwrap_or_else(|| "\u{2013}".into()),
            match item.agrees {
                Some(true) => "yes".into(),
                Some(false) => "no".into(),
                None => String::new(),
            },
            item.note.clone(),
        ]);
    }
    table.footnote("Agreement is judged to the printed decimals, halves rounded up.")
}

/// The table of numbers in print that contradict each other.
pub fn discrepancies(context: &Context, comparison: &Comparison) -> Table {
    let mut table = Table::new(format!("{}{}", PRINTED[1], context.synthetic()))
        .column("Kind", Align::Left)
        .column("What", Align::Left);
    for item in &comparison.discrepancies {
        table = table.row([item.kind.clone(), item.detail.clone()]);
    }
    table
}

/// How many quantities were recomputed, and how many of them agree as printed.
pub fn agreement(comparison: &Comparison) -> (usize, usize) {
    let recomputed = comparison.checked.iter().filter(|item| item.agrees.is_some()).count();
    let agree = comparison.checked.iter().filter(|item| item.agrees == Some(true)).count();
    (recomputed, agree)
}

/// The agreement in a sentence.
pub fn sentence(comparison: &Comparison) -> String {
    let (recomputed, agree) = agreement(comparison);
    let listed = comparison.checked.len() - recomputed;
    let (others, cannot) = match recomputed - agree {
        0 => (String::new(), String::new()),
        1 => {
            ("; one does not".to_owned(), " The one that does not agree carries the reason.".into())
        }
        some => (format!("; {some} do not"), " Those that do not agree carry the reason.".into()),
    };
    let missing = match listed {
        0 => String::new(),
        _ => {
            format!(" {listed} printed quantities cannot be recomputed from the data, and say why.")
        }
    };
    format!(
        "Of {recomputed} printed quantities recomputed here, {agree} agree to the printed decimals\
         {others}.{cannot}{missing}"
    )
}
