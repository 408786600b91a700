//! A study file to start from, made of what is in a table.
//!
//! What the table shows is written down; what only its author can know is a question, `key = "?"`
//! with the possible answers above it. A study with a question left is refused with all of them
//! ([`unanswered`]), so that nothing is chosen by leaving it as it is.

use super::read::Source;
use crate::Error;
use crate::store::{slug, unique_slugs};
use riskset_analysis::{LookAnswer, Request};
use riskset_data::endpoint::RuleSpec;
use riskset_data::{ColumnKind, Formula, Look, LookedAt, ResponseExpr, names_patients};
use serde_json::Value;
use std::fmt::Write;

/// What stands for an answer that is not given yet.
const OPEN: &str = "\"?\"";

/// The text of a study of a table; `file` is the table's name as the study file has to call it.
pub fn study_of(answer: &LookAnswer, file: &str) -> String {
    let mut draft = Draft { look: &answer.look, text: String::new(), questions: 0 };
    draft.head(file);
    draft.data(answer, file);
    draft.endpoint(dates(answer));
    draft.groups();
    draft.table();
    draft.model();
    draft.text
}

/// Refuses a study file with questions that nobody answered, all at once.
pub(super) fn unanswered(source: &Source) -> Result<(), Error> {
    let mut open = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.split('#').next().unwrap_or("").trim());
        let is_key = key.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        if is_key && value == OPEN {
            open.push(format!("\n  line {}: {key}", number + 1));
        }
    }
    match open.len() {
        0 => Ok(()),
        n => Err(Error::Study(format!(
            "{}: {} not answered yet; the lines above each say what can stand there:{}",
            source.path.display(),
            if n == 1 { "a question is".to_owned() } else { format!("{n} questions are") },
            open.concat()
        ))),
    }
}

/// The rule of dates that the look found, if it did.
fn dates(answer: &LookAnswer) -> Option<&RuleSpec> {
    answer.next.iter().find_map(|request| match request {
        Request::Endpoint(request) => Some(&request.rule),
        _ => None,
    })
}

struct Draft<'a> {
    look: &'a Look,
    text: String,
    questions: usize,
}

impl<'a> Draft<'a> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    fn lines(&mut self, lines: &[&str]) {
        lines.iter().for_each(|line| self.line(line));
    }

    /// The words of a question, before its key.
    fn ask(&mut self, words: &str) {
        self.questions += 1;
        self.line(format!("# QUESTION {}. {words}", self.questions));
    }

    /// A key with its only possible value, or a question with the values that it can have.
    fn choose(&mut self, key: &str, words: &str, values: &[(String, String)]) {
        if let [(value, note)] = values {
            return self.line(format!("{key} = {value}{}", comment(note)));
        }
        self.ask(words);
        for (value, note) in values {
            self.line(format!("#     {key} = {value}{}", comment(note)));
        }
        self.line(format!("{key} = {OPEN}"));
    }

    fn head(&mut self, file: &str) {
        self.line(format!("# A study of {}, begun from what is in it.", one_line(file)));
        self.lines(&[
            "#",
            "# Answer the questions: put an answer in the place of each \"?\". Then",
            "#",
            "#     riskset study THIS-FILE --output report",
            "#",
            "# Every key is described in docs/guide/study.md. A key that is misspelt is refused.",
            "",
            "schema = \"riskset.study/1\"",
            "",
            "[study]",
        ]);
        self.line(format!("title = {}", quoted(&format!("Survival in {}", stem(file)))));
        let kinds = [("log", "the default of R"), ("log-log", "the default of SAS and Stata")];
        let values = kinds.map(|(name, note)| (quoted(name), note.to_owned()));
        let words = "On which scale are the intervals of survival and medians made?";
        self.choose("conf_type", words, &values);
        self.lines(&[
            "unit = \"months\" # of the report: days, weeks, months or years",
            "# times = [12, 36, 60] # where survival is reported, in this unit",
            "",
        ]);
    }

    fn data(&mut self, answer: &LookAnswer, file: &str) {
        self.line("[data]");
        self.line(format!("file = {}", quoted(file)));
        let id = self.look.columns.iter().find(|column| names_patients(&column.name));
        match id {
            Some(id) if id.repeats => {
                self.line(format!("id = {}", quoted(&id.name)));
                self.line("# Patients stand in several rows; say which row is the patient's:");
                self.line("# rows = 'visit == 1'");
            }
            Some(id) => self.line(format!("id = {}", quoted(&id.name))),
            None => {
                self.line("# id = \"...\" # the column that names the patient");
                self.counts();
            }
        }
        for note in &self.look.notes {
            self.text.push_str(&format!("# {}\n", one_line(&note.to_string())));
        }
        if let Ok(Value::Object(told)) = serde_json::to_value(&answer.request.reading) {
            for (key, value) in told {
                self.line(format!("{key} = {}", toml_value(&value)));
            }
        }
        self.questions_about_reading();
        self.line("");
    }

    /// Rows that name nobody may count people; two columns of numbers that could be events can be such
    /// counts.
    fn counts(&mut self) {
        let number = |name: &str| {
            let column = self.look.columns.iter().find(|column| column.name == name);
            column.is_some_and(|column| column.kind == ColumnKind::Number)
        };
        let formulas = self.look.suggestions.formulas.iter().filter_map(|formula| parts(formula));
        let mut columns: Vec<String> = Vec::new();
        for (_, event) in formulas {
            let name = event.split(" == ").next().unwrap_or_default().trim_matches('`').to_owned();
            if number(&name) && !columns.contains(&name) {
                columns.push(name);
            }
        }
        if columns.len() >= 2 {
            let list: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
            self.line("# Where a row is a count of people, these are its columns of events, those");
            self.line("# censored last; of one event the endpoint then has `event = \"event\"`:");
            self.line(format!("# counts = [{}]", list.join(", ")));
        }
    }

    /// Days with two readings; texts among numbers.
    fn questions_about_reading(&mut self) {
        let unclear = |column: &&LookedAt| {
            let dates = column.dates.as_ref();
            dates.is_some_and(|dates| dates.problem.is_some() && dates.format.is_empty())
        };
        if let Some(column) = self.look.columns.iter().find(unclear) {
            let words =
                format!("How are the days of `{}` and the others written?", one_line(&column.name));
            let values = [("dmy", "day first"), ("mdy", "month first")];
            let values = values.map(|(name, note)| (quoted(name), note.to_owned()));
            self.choose("date_format", &words, &values);
        }
        let odd = self.look.columns.iter().filter(|column| column.kind == ColumnKind::MostlyNumber);
        let mut words: Vec<&str> =
            odd.flat_map(|column| &column.odd_texts).map(|(text, _)| text.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        if !words.is_empty() {
            let list: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            self.line("# Texts among numbers: if they mean missing, take the # away.");
            self.line(format!("# na = [{}]", list.join(", ")));
        }
    }

    fn endpoint(&mut self, dates: Option<&RuleSpec>) {
        self.lines(&["[[endpoint]]", "name = \"survival\""]);
        if let Some(rule) = dates {
            self.line("label = \"Overall survival\"");
            self.line("");
            self.line("[endpoint.dates]");
            self.line(format!("rule = {}", quoted(rule.rule.as_deref().unwrap_or("os"))));
            self.line(format!("time_zero = {}", quoted(&rule.time_zero)));
            if let Some(death) = &rule.death {
                self.line(format!("death = {}", quoted(death)));
            }
            let last: Vec<String> = rule.last_visit.iter().map(|column| quoted(column)).collect();
            self.line(format!("last_visit = [{}]", last.join(", ")));
        } else {
            self.line("label = \"Survival\" # as readers see it: Overall survival");
            self.time_and_event();
        }
        self.lines(&[
            "",
            "[[population]]",
            "name = \"all\"",
            "label = \"All patients\"",
            "",
            "[[follow_up]]",
            "name = \"followup\"",
            "label = \"All patients\"",
            "population = \"all\"",
            "endpoint = \"survival\"",
            "",
        ]);
    }

    fn time_and_event(&mut self) {
        let pairs: Vec<(String, String)> =
            self.look.suggestions.formulas.iter().filter_map(|formula| parts(formula)).collect();
        let mut times: Vec<String> = pairs.iter().map(|(time, _)| time.clone()).collect();
        let mut events: Vec<String> = pairs.into_iter().map(|(_, event)| event).collect();
        for list in [&mut times, &mut events] {
            let mut seen = Vec::new();
            list.retain(|text| {
                !seen.contains(text) && {
                    seen.push(text.clone());
                    true
                }
            });
        }
        let noted = |text: &String| (literal(text), self.rows_with(text));
        let event_values: Vec<_> = events.iter().map(noted).collect();
        let time_values: Vec<_> = times.iter().map(|text| (literal(text), String::new())).collect();
        self.choose("time", "Which column is the time?", &time_values);
        let units: Vec<_> = match times.as_slice() {
            [time] => unit_of(time).into_iter().collect(),
            _ => Vec::new(),
        };
        let units = if units.is_empty() { vec!["days", "weeks", "months", "years"] } else { units };
        let units: Vec<_> = units.iter().map(|unit| (quoted(unit), String::new())).collect();
        self.choose("time_unit", "In which unit is it?", &units);
        self.choose("event", "What is the event? Only you know what a value means.", &event_values);
    }

    /// How many rows have the value of a comparison: `43 rows`.
    fn rows_with(&self, event: &str) -> String {
        let Some((column, value)) = event.split_once(" == ") else { return String::new() };
        let (column, value) = (column.trim_matches('`'), value.trim_matches('"'));
        let looked = self.look.columns.iter().find(|one| one.name == column);
        let levels = looked.map(|one| one.levels.as_slice()).unwrap_or_default();
        let found = levels.iter().find(|(level, _)| level == value);
        found.map_or_else(String::new, |(_, rows)| format!("{rows} rows"))
    }

    /// Columns that could be groups, each as a block; of several the author takes one.
    fn groups(&mut self) {
        let columns = self.candidates();
        let names = names_of(columns.iter().map(|column| column.name.as_str()));
        let names: Vec<String> = names.iter().map(|name| format!("by_{name}")).collect();
        if columns.is_empty() {
            return;
        }
        self.lines(&["[[comparison]]", "name = \"comparison\"", "label = \"Survival by group\""]);
        self.line("population = \"all\"");
        self.line("endpoints = [\"survival\"]");
        let values: Vec<_> = names.iter().map(|name| (quoted(name), String::new())).collect();
        let words = "Which groups are compared? Take the # away from their block below as well; \
                     without groups, delete this section.";
        self.choose("group", words, &values);
        self.line("");
        let several = columns.len() > 1;
        for (column, name) in columns.iter().zip(&names) {
            let block = self.group(column, name, several);
            self.text.push_str(&block);
            self.line("");
        }
    }

    fn candidates(&self) -> Vec<&'a LookedAt> {
        let look = self.look;
        let groups = look.suggestions.groups.iter();
        let found = groups.filter_map(|name| look.columns.iter().find(|c| &c.name == name));
        found.filter(|column| self.is_usable(column) && !names_patients(&column.name)).collect()
    }

    /// A group with its levels; as a comment where the author has to choose among several.
    fn group(&mut self, column: &LookedAt, name: &str, commented: bool) -> String {
        let mut block = Draft { look: self.look, text: String::new(), questions: self.questions };
        block.line("[[group]]");
        block.line(format!("name = {}", quoted(name)));
        block.line(format!("label = {}", quoted(&title(column))));
        block.line(format!("variable = {}", quoted(&column.name)));
        let levels = names_of(column.levels.iter().map(|(level, _)| level.as_str()));
        let values: Vec<_> = levels.iter().map(|level| (quoted(level), String::new())).collect();
        block.choose("reference", "Which group are the others compared with?", &values);
        let when = [
            ("before", "known before time zero"),
            ("at", "such as randomisation at time zero"),
            ("after", "known only later"),
        ];
        let when = when.map(|(name, note)| (quoted(name), note.to_owned()));
        block.choose("known", "When is the group of a patient known?", &when);
        for ((value, rows), level) in column.levels.iter().zip(&levels) {
            block.line(format!("\n[[group.levels]] # {rows} rows"));
            block.line(format!("name = {}", quoted(level)));
            block.line(format!("label = {}", quoted(value)));
            block.line(format!("value = {}", level_value(column, value)));
        }
        if commented {
            return commented_out(&block.text);
        }
        self.questions = block.questions;
        block.text
    }

    fn is_usable(&self, column: &LookedAt) -> bool {
        !column.name.is_empty()
            && !self.look.duplicates.contains(&column.name)
            && column.bad_cells.is_none()
            && !matches!(column.kind, ColumnKind::Empty | ColumnKind::Date)
            && column.dates.is_none()
    }

    /// The columns that describe patients: neither their names, nor the endpoint, nor free text.
    fn describing(&self) -> Vec<&'a LookedAt> {
        let look = self.look;
        let endpoint: Vec<String> = self
            .look
            .suggestions
            .formulas
            .iter()
            .filter_map(|formula| Formula::parse(formula).ok())
            .flat_map(|formula| formula.columns())
            .collect();
        let describes = |column: &&LookedAt| {
            let free = matches!(column.kind, ColumnKind::Text) && column.distinct > 12;
            self.is_usable(column)
                && !free
                && !names_patients(&column.name)
                && !endpoint.contains(&column.name)
        };
        look.columns.iter().filter(describes).collect()
    }

    fn table(&mut self) {
        let candidates = self.candidates();
        // The group that splits the table stands in its heads.
        let splits =
            |column: &LookedAt| matches!(&candidates[..], [one] if one.name == column.name);
        let columns: Vec<&LookedAt> =
            self.describing().into_iter().filter(|column| !splits(column)).collect();
        if columns.is_empty() {
            return;
        }
        let blocks: Vec<String> = columns.iter().map(|column| variable(column)).collect();
        let by = match &candidates[..] {
            [] => String::new(),
            [one] => {
                let name = names_of([one.name.as_str()]).remove(0);
                format!("by = {}\n", quoted(&format!("by_{name}")))
            }
            _ => "# by = \"...\" # the name of a group: a column for each\n".to_owned(),
        };
        self.lines(&["[[table]]", "name = \"baseline\"", "kind = \"baseline\""]);
        self.lines(&["title = \"Patients\"", "population = \"all\""]);
        self.text.push_str(&by);
        self.text.push_str(&blocks.concat());
        self.line("");
    }

    /// A model is chosen by its author, so that it is there as a comment.
    fn model(&mut self) {
        let known = |column: &&LookedAt| column.kind != ColumnKind::MostlyNumber;
        let terms: Vec<String> = self
            .describing()
            .into_iter()
            .filter(known)
            .map(|column| riskset_data::written_name(&column.name))
            .collect();
        if terms.is_empty() {
            return;
        }
        self.line(
            "# A Cox model: keep the terms that belong to the question, and take the # away.",
        );
        self.lines(&["#", "# [[model]]", "# name = \"adjusted\""]);
        self.lines(&["# label = \"Survival, adjusted\"", "# population = \"all\""]);
        self.line("# endpoint = \"survival\"");
        self.line(format!("# terms = {}", literal(&terms.join(" + "))));
    }
}

/// A variable of the table of patients; one with texts among its numbers waits as a comment.
fn variable(column: &LookedAt) -> String {
    let mut text = String::from("\n[[table.variables]]\n");
    let _ = writeln!(text, "column = {}", quoted(&column.name));
    let _ = writeln!(text, "label = {}", quoted(&title(column)));
    if column.kind == ColumnKind::Number && column.distinct <= 6 {
        text.push_str("summary = \"levels\"\n");
    }
    match column.kind {
        ColumnKind::MostlyNumber => format!(
            "\n# {} holds texts among its numbers, see `na` above.\n{}",
            one_line(&column.name),
            commented_out(text.trim_start())
        ),
        _ => text,
    }
}

fn commented_out(text: &str) -> String {
    let line = |line: &str| match line.is_empty() {
        true => "#\n".to_owned(),
        false => format!("# {line}\n"),
    };
    text.lines().map(line).collect()
}

/// Names as a study takes them, of plain letters, each once: `maennlich` for `männlich`.
fn names_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const LETTERS: [(char, &str); 12] = [
        ('ä', "ae"),
        ('ö', "oe"),
        ('ü', "ue"),
        ('ß', "ss"),
        ('é', "e"),
        ('è', "e"),
        ('ê', "e"),
        ('á', "a"),
        ('à', "a"),
        ('í', "i"),
        ('ó', "o"),
        ('ñ', "n"),
    ];
    let plain = |word: &str| -> String {
        let letter = |sign: char| match LETTERS.iter().find(|(own, _)| *own == sign) {
            Some((_, plain)) => (*plain).to_owned(),
            None if sign.is_ascii() => sign.to_string(),
            None => "_".to_owned(),
        };
        let name: String = slug(word).chars().map(letter).collect();
        let name = name.trim_matches('_').chars().take(40).collect::<String>();
        if name.is_empty() { "level".to_owned() } else { name }
    };
    let names: Vec<String> = words.into_iter().map(plain).collect();
    unique_slugs(names.iter().map(String::as_str))
}

/// The words of a column for readers.
fn title(column: &LookedAt) -> String {
    column.label.clone().unwrap_or_else(|| column.name.clone())
}

/// A level as the data have it: a number as a number.
fn level_value(column: &LookedAt, value: &str) -> String {
    match column.kind {
        ColumnKind::Number if value.parse::<f64>().is_ok() => value.to_owned(),
        _ => quoted(value),
    }
}

/// The time and the event of a formula, as a study writes them: the bare name of a column.
fn parts(formula: &str) -> Option<(String, String)> {
    let formula = Formula::parse(formula).ok()?;
    let ResponseExpr::Surv { start: None, time, event } = formula.response() else { return None };
    let bare = |expr: &riskset_data::Expr| match expr {
        riskset_data::Expr::Column { name, .. } => name.clone(),
        other => other.to_string(),
    };
    Some((bare(time), event.to_string()))
}

/// The unit that the name of a time tells.
fn unit_of(time: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 12] = [
        ("30.4375", "months"),
        ("month", "months"),
        ("monat", "months"),
        ("mois", "months"),
        ("day", "days"),
        ("tage", "days"),
        ("jours", "days"),
        ("week", "weeks"),
        ("woche", "weeks"),
        ("year", "years"),
        ("jahr", "years"),
        ("ans", "years"),
    ];
    let time = time.to_lowercase();
    let mut found: Vec<&str> =
        WORDS.iter().filter(|(word, _)| time.contains(word)).map(|(_, unit)| *unit).collect();
    found.dedup();
    match found[..] {
        [unit] => Some(unit),
        _ => None,
    }
}

fn comment(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" # {}", one_line(note)) }
}

/// A text without what would end a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_start_matches('@');
    name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name).to_owned()
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A string of TOML in single quotes, for expressions that hold double ones.
fn literal(text: &str) -> String {
    match text.contains('\'') || text.chars().any(char::is_control) || !text.contains('"') {
        true => quoted(text),
        false => format!("'{text}'"),
    }
}

/// A value of the request's JSON as TOML.
fn toml_value(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| quoted(&value.to_string()), |v| v.to_string())
}
