//! Reporting checklists: for each item the place in the manuscript that answers it, or a question to the
//! authors. The items are asked in our words; the publications, which are named, have theirs.

mod remark;
mod stard;
mod strobe;
mod tripod;

use super::context::Context;
use super::file::{ManuscriptSpec, StudyFile};
use super::read::Source;
use crate::Error;
use crate::files::Output;
use crate::manuscript::{Block, Manuscript, Target};
use crate::table::{Align, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;

/// A checklist.
pub struct Checklist {
    /// As study files and files name it.
    pub name: &'static str,
    /// As readers know it, with the publication.
    pub title: &'static str,
    /// Where the items are from.
    pub source: &'static str,
    pub items: &'static [Asked],
}

/// One item.
pub struct Asked {
    /// Its number in the publication.
    pub id: &'static str,
    /// What it asks, in our words.
    pub asks: &'static str,
    /// What can answer it; the places found are named, and without any the authors are asked.
    pub places: &'static [Place],
}

/// What can answer an item.
#[derive(Clone, Copy)]
pub enum Place {
    /// The title of the manuscript.
    Title,
    /// An entry of the title page that the authors filled in.
    Front(&'static str),
    /// A key of `[manuscript]`, which stands in a section of Methods.
    Said(Key, &'static str),
    /// A section of Methods.
    Methods(&'static str),
    /// A section of Results by its heading.
    Results(&'static str),
    /// The sections of Results of a kind of analysis.
    Analyses(Analysis),
    /// The figure of the flow.
    Flow,
    /// The first table of characteristics.
    Characteristics,
    /// Why covariates were taken, where every analysis with covariates says it.
    Reasons,
}

/// A key of `[manuscript]`.
#[derive(Clone, Copy)]
pub enum Key {
    Setting,
    Eligibility,
}

/// A kind of analysis.
#[derive(Clone, Copy)]
pub enum Analysis {
    Comparison,
    Proportion,
    Adjust,
    Model,
    Factors,
}

/// The checklists that there are.
pub const ALL: [&Checklist; 4] =
    [&strobe::CHECKLIST, &remark::CHECKLIST, &stard::CHECKLIST, &tripod::CHECKLIST];

/// Refuses the name of a checklist that there is not.
pub fn check(source: &Source, spec: &ManuscriptSpec) -> Result<(), Error> {
    let known: Vec<&str> = ALL.iter().map(|one| one.name).collect();
    match spec.checklists.iter().flatten().find(|name| !known.contains(&name.get_ref().as_str())) {
        Some(name) => Err(source.unknown(name, "the checklist", &known)),
        None => Ok(()),
    }
}

/// Those asked for, else those that fit: STROBE; REMARK and TRIPOD for models of prognosis, STARD for
/// proportions of units that a test called positive or negative.
fn chosen(file: &StudyFile) -> Vec<&'static Checklist> {
    let asked = file.manuscript.as_ref().and_then(|spec| spec.checklists.as_ref());
    if let Some(asked) = asked {
        let is_asked = |one: &&Checklist| asked.iter().any(|name| name.get_ref() == one.name);
        return ALL.into_iter().filter(is_asked).collect();
    }
    let prognosis = !(file.model.is_empty() && file.factors.is_empty());
    let fits = |one: &&Checklist| match one.name {
        "strobe" => true,
        "stard" => !file.proportion.is_empty(),
        _ => prognosis,
    };
    ALL.into_iter().filter(fits).collect()
}

/// A checklist filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Filled {
    /// As study files name it: `strobe`.
    pub name: String,
    /// As readers know it.
    pub title: String,
    /// The publication that the items are from.
    pub source: String,
    /// Its items, in their order.
    pub items: Vec<FilledItem>,
}

/// An item with its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilledItem {
    /// Its number in the publication.
    pub item: String,
    /// What it asks, in our words.
    pub asked: String,
    /// Where the manuscript answers it; empty where that is a question to the authors.
    pub places: Vec<String>,
}

/// Every checklist that there is, filled in.
pub fn all(context: &Context, manuscript: &Manuscript) -> Vec<Filled> {
    ALL.iter().map(|checklist| filled(context, manuscript, checklist)).collect()
}

/// Writes the checklists as Word and Markdown.
pub fn write(output: &Output, context: &Context, manuscript: &Manuscript) -> Result<(), Error> {
    for checklist in chosen(context.file) {
        let table = filled(context, manuscript, checklist).table();
        output.write(&format!("checklists/{}.md", checklist.name), table.to_markdown())?;
        output.write(&format!("checklists/{}.docx", checklist.name), table.to_docx())?;
    }
    Ok(())
}

fn filled(context: &Context, manuscript: &Manuscript, checklist: &Checklist) -> Filled {
    let found = Found { context, manuscript };
    let items = checklist.items.iter().map(|item| FilledItem {
        item: item.id.to_owned(),
        asked: item.asks.to_owned(),
        places: found.places(item),
    });
    Filled {
        name: checklist.name.to_owned(),
        title: checklist.title.to_owned(),
        source: checklist.source.to_owned(),
        items: items.collect(),
    }
}

impl Filled {
    /// Items that the authors have to answer.
    pub fn open(&self) -> usize {
        self.items.iter().filter(|item| item.places.is_empty()).count()
    }

    /// The table for readers.
    pub fn table(&self) -> Table {
        let mut table = Table::new(&self.title)
            .column("Item", Align::Left)
            .column("Asked", Align::Left)
            .column("Place in the manuscript", Align::Left);
        for item in &self.items {
            let shown = match item.places.is_empty() {
                true => "QUESTION TO THE AUTHORS".to_owned(),
                false => item.places.join("; "),
            };
            table = table.row([item.item.clone(), item.asked.clone(), shown]);
        }
        let (all, open) = (self.items.len(), self.open());
        table
            .footnote(format!(
                "{} of {all} items have a place that the study gives; the authors check that it says \
                 enough, and answer the other {open}.",
                all - open
            ))
            .footnote(format!("Items in our words, after: {}", self.source))
    }
}

/// The names of the checklists.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|one| one.name).collect()
}

/// A checklist filled in for a study: from the folder or the `results.json` of its report, or from the
/// study file, which is run for it and leaves nothing behind.
///
/// # Errors
///
/// Those of the study; [`Error::Data`] for results without checklists, and for a name that is none.
pub fn checklist_of(path: &Path, name: &str) -> Result<Filled, Error> {
    let is_results = path.extension().is_some_and(|extension| extension == "json");
    let text = match (path.is_dir(), is_results) {
        (true, _) => read(&path.join("results.json"))?,
        (_, true) => read(path)?,
        _ => of_study(path)?,
    };
    let place = path.display();
    let refuse = |what: String| Error::Data(format!("{place}: {what}"));
    let json: Value = serde_json::from_str(&text)
        .map_err(|error| refuse(format!("this is no JSON ({error})")))?;
    if json["schema"].as_str() != Some("riskset.study/1") {
        return Err(refuse(
            "these are not the results of a study; give its study file, or the folder or the \
             results.json of its report"
                .to_owned(),
        ));
    }
    let Some(found) = json["checklists"].as_array() else {
        let what =
            "these results have no checklists, so an older program wrote them; run the study again";
        return Err(refuse(what.to_owned()));
    };
    let found = found.iter().find(|one| one["name"].as_str() == Some(name));
    let found = found.and_then(|one| serde_json::from_value(one.clone()).ok());
    found.ok_or_else(|| {
        refuse(format!("there is no checklist {name}; there are {}", names().join(", ")))
    })
}

fn read(path: &Path) -> Result<String, Error> {
    let bytes = crate::files::read_file(path)?;
    String::from_utf8(bytes)
        .map_err(|_| Error::Data(format!("{} is not UTF-8 text", path.display())))
}

/// The results of a study that is run in a folder of its own.
fn of_study(path: &Path) -> Result<String, Error> {
    let folder = std::env::temp_dir().join(format!("riskset-checklist-{}", std::process::id()));
    let options = super::StudyOptions { output: folder.clone(), force: true, dpi: COARSE };
    let text =
        super::run_study(path, &options, &|_| {}).and_then(|_| read(&folder.join("results.json")));
    // What cannot be removed lies where the system removes it.
    let _ = std::fs::remove_dir_all(&folder);
    text
}

/// The pixels of drawings that nobody sees.
const COARSE: u32 = 36;

struct Found<'a> {
    context: &'a Context<'a>,
    manuscript: &'a Manuscript,
}

impl Found<'_> {
    fn places(&self, item: &Asked) -> Vec<String> {
        let mut places: Vec<String> =
            item.places.iter().flat_map(|place| self.place(*place)).collect();
        places.dedup();
        places
    }

    fn place(&self, place: Place) -> Vec<String> {
        let file = self.context.file;
        let one = |text: Option<String>| text.into_iter().collect();
        match place {
            Place::Title => vec!["Title".to_owned()],
            Place::Front(label) => {
                let open = |text: &str| text.starts_with('[');
                let found =
                    self.manuscript.front.iter().any(|(one, text)| one == label && !open(text));
                one(found.then(|| format!("Title page, {label}")))
            }
            Place::Said(key, heading) => one(self.said(key).then(|| format!("Methods, {heading}"))),
            Place::Methods(heading) => self.section("Methods", heading),
            Place::Results(heading) => self.section("Results", heading),
            Place::Analyses(kind) => {
                let labels: Vec<&str> = match kind {
                    Analysis::Comparison => file.comparison.iter().map(|one| &*one.label).collect(),
                    Analysis::Proportion => file.proportion.iter().map(|one| &*one.label).collect(),
                    Analysis::Adjust => file.adjust.iter().map(|one| &*one.label).collect(),
                    Analysis::Model => file.model.iter().map(|one| &*one.label).collect(),
                    Analysis::Factors => file.factors.iter().map(|one| &*one.label).collect(),
                };
                labels.into_iter().flat_map(|label| self.section("Results", label)).collect()
            }
            Place::Flow => one(self.label(&Target::figure("flow"))),
            Place::Characteristics => {
                let mut tables = file.table.iter();
                let first = tables.find(|table| table.kind.get_ref() == "baseline");
                one(first.and_then(|table| self.label(&Target::table(table.name.get_ref()))))
            }
            Place::Reasons => {
                let reasons: Vec<&Option<String>> = (file.model.iter().map(|one| &one.reason))
                    .chain(file.factors.iter().map(|one| &one.reason))
                    .chain(file.adjust.iter().map(|one| &one.reason))
                    .collect();
                let all = !reasons.is_empty() && reasons.iter().all(|reason| reason.is_some());
                one(all.then(|| "Methods, Statistical analysis".to_owned()))
            }
        }
    }

    fn said(&self, key: Key) -> bool {
        let Some(spec) = &self.context.file.manuscript else { return false };
        match key {
            Key::Setting => spec.setting.is_some(),
            Key::Eligibility => spec.eligibility.is_some(),
        }
    }

    /// "Results, Follow-up" where the main text has such a section.
    fn section(&self, part: &str, heading: &str) -> Vec<String> {
        let mut within = "";
        for block in &self.manuscript.main {
            match block {
                Block::Heading(1, text) => within = text,
                Block::Heading(_, text) if within == part && text == heading => {
                    return vec![format!("{part}, {heading}")];
                }
                _ => {}
            }
        }
        Vec::new()
    }

    fn label(&self, target: &Target) -> Option<String> {
        let found = self.manuscript.labels.iter().find(|(one, _)| one == target);
        found.map(|(_, label)| label.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_asks_once_and_ends_as_a_question() {
        for checklist in ALL {
            for (at, item) in checklist.items.iter().enumerate() {
                assert!(item.asks.ends_with('?'), "{} {}: {}", checklist.name, item.id, item.asks);
                let earlier = &checklist.items[..at];
                assert!(
                    earlier.iter().all(|one| one.id != item.id),
                    "{} {}",
                    checklist.name,
                    item.id
                );
            }
        }
        let counts: Vec<usize> = ALL.iter().map(|one| one.items.len()).collect();
        assert_eq!(counts, [34, 20, 34, 31]);
    }
}
