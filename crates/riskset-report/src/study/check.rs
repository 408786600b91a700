//! What can be said about a study file before any data are read: names, references, options.

use super::file::{Endpoint, FlowUnits, Group, StudyFile, TableSpec, Text};
use super::read::Source;
use super::subject::Subject;
use crate::Error;
use crate::store::slug;
use riskset::{Choice, ConfType};
use riskset_analysis::Software;

/// Names that keys and files of the report have already.
const RESERVED: [&str; 9] = [
    "population",
    "flow",
    "flow-units",
    "data",
    "study",
    "published",
    "follow-up",
    "discrepancies",
    "outcomes",
];

/// The most characters of a name, which becomes a part of file names.
const LONGEST_NAME: usize = 60;

/// Checks the file against itself.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    names(source, file)?;
    options(source, file)?;
    super::amounts::check(source, file)?;
    super::counted::check(source, file)?;
    identified(source, file)?;
    subjects(source, file)?;
    super::requested::check(source, file)?;
    super::manuscript::check(source, file)?;
    super::analysis::check(source, file)?;
    figure_names(source, file)?;
    file.endpoint.iter().try_for_each(|endpoint| endpoint_is_whole(source, endpoint))?;
    super::competing::check(source, file)?;
    file.group.iter().try_for_each(|group| group_is_whole(source, group))?;
    references(source, file)
}

/// What is matched by the patient's id needs one.
fn identified(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let rows = file.data.rows.iter().chain(file.endpoint.iter().filter_map(|e| e.rows.as_ref()));
    let matched = rows.chain(file.units.iter().map(|units| &units.patient)).next();
    match (&file.data.id, matched) {
        (None, Some(text)) => {
            let message =
                "rows are matched by the patient's id here; name its column as `id` in [data]";
            Err(source.refuse(text, message))
        }
        _ => Ok(()),
    }
}

/// The interval type as the study file names it; checked by [`check`].
pub fn conf_type(source: &Source, text: &Text) -> Result<ConfType, Error> {
    let name = text.get_ref();
    name.parse().map_err(|_| source.unknown(text, "the interval type", &ConfType::names()))
}

/// Every name becomes a part of a key and of a file name, so it holds only what is safe in both,
/// and no two things share one.
fn names(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let outputs: Vec<&Text> = file
        .comparison
        .iter()
        .map(|item| &item.name)
        .chain(file.follow_up.iter().map(|item| &item.name))
        .chain(file.model.iter().map(|item| &item.name))
        .chain(file.adjust.iter().map(|item| &item.name))
        .chain(file.cutpoint.iter().map(|item| &item.name))
        .chain(file.analysis.iter().map(|item| &item.name))
        .chain(file.factors.iter().map(|item| &item.name))
        .chain(file.performance.iter().map(|item| &item.name))
        .chain(file.proportion.iter().map(|item| &item.name))
        .chain(file.table.iter().map(|item| &item.name))
        .chain(file.panel.iter().map(|item| &item.name))
        .chain(file.figure.iter().map(|item| &item.name))
        .chain(file.meta.iter().map(|item| &item.name))
        .collect();
    let endpoints: Vec<&Text> = file.endpoint.iter().map(|item| &item.name).collect();
    let populations: Vec<&Text> = file.population.iter().map(|item| &item.name).collect();
    let groups: Vec<&Text> = file.group.iter().map(|item| &item.name).collect();
    let levels =
        file.group.iter().map(|group| group.levels.iter().map(|level| &level.name).collect());
    let rows = file.table.iter().map(|table| table.rows.iter().map(|row| &row.name).collect());
    let parts = file.proportion.iter().map(|item| item.rows.iter().map(|row| &row.name).collect());
    let stages = file.flow.iter().filter_map(|flow| flow.units.as_ref());
    let stages = stages.map(|units| units.stages.iter().map(|stage| &stage.name).collect());
    let scopes = [outputs, endpoints, populations, groups];
    let competing =
        file.endpoint.iter().map(|item| item.competing.iter().map(|event| &event.name).collect());
    for scope in
        scopes.into_iter().chain(levels).chain(rows).chain(parts).chain(competing).chain(stages)
    {
        distinct(source, &scope)?;
    }
    Ok(())
}

/// A figure that will be written: its name, and where in the file it comes from.
struct Drawn<'a> {
    name: String,
    text: &'a Text,
    what: &'static str,
}

/// Two figures never share a file. A figure of curves is called COMPARISON-ENDPOINT, which may be the
/// name of a model, or of the curves of another comparison: `a` with `b-c` and `a-b` with `c`.
fn figure_names(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let named =
        |what: &'static str| move |text| Drawn { name: Text::get_ref(text).clone(), text, what };
    let curves = file.comparison.iter().flat_map(|comparison| {
        comparison.endpoints.iter().map(|endpoint| Drawn {
            name: format!("{}-{}", comparison.name.get_ref(), endpoint.get_ref()),
            text: endpoint,
            what: "the curves of a comparison and this endpoint",
        })
    });
    let competing = file.comparison.iter().flat_map(|comparison| {
        let compared = |endpoint: &&super::file::Endpoint| {
            let name = endpoint.name.get_ref();
            comparison.endpoints.iter().any(|item| item.get_ref() == name)
        };
        file.endpoint.iter().filter(compared).flat_map(move |endpoint| {
            endpoint.competing.iter().map(move |event| Drawn {
                name: format!(
                    "{}-{}-{}",
                    comparison.name.get_ref(),
                    endpoint.name.get_ref(),
                    event.name.get_ref()
                ),
                text: &event.name,
                what: "the curves of a comparison and this competing event",
            })
        })
    });
    let subdistributions = file.model.iter().filter_map(|model| {
        let mut endpoints = file.endpoint.iter();
        let found = endpoints.find(|item| item.name.get_ref() == model.endpoint.get_ref())?;
        (!found.competing.is_empty()).then(|| Drawn {
            name: format!("{}-subdistribution", model.name.get_ref()),
            text: &model.name,
            what: "the subdistribution hazard ratios of a model",
        })
    });
    let drawn: Vec<Drawn> = curves
        .chain(competing)
        .chain(file.proportion.iter().map(|item| &item.name).map(named("a proportion")))
        .chain(file.panel.iter().map(|item| &item.name).map(named("a panel")))
        .chain(file.figure.iter().map(|item| &item.name).map(named("a request")))
        .chain(file.model.iter().map(|item| &item.name).map(named("a model")))
        .chain(file.adjust.iter().map(|item| &item.name).map(named("an adjusted comparison")))
        .chain(file.adjust.iter().map(|item| Drawn {
            name: format!("{}-balance", item.name.get_ref()),
            text: &item.name,
            what: "the balance of an adjusted comparison",
        }))
        .chain(file.cutpoint.iter().map(|item| &item.name).map(named("a cut-point")))
        .chain(file.factors.iter().map(|item| &item.name).map(named("factors")))
        .chain(file.performance.iter().flat_map(|item| {
            let drawn = move |(name, what)| Drawn { name, text: &item.name, what };
            item.figures().into_iter().map(drawn)
        }))
        .chain(subdistributions)
        .chain(file.meta.iter().map(|item| &item.name).map(named("a meta-analysis")))
        .collect();
    for (position, later) in drawn.iter().enumerate() {
        let same = |earlier: &&Drawn| slug(&earlier.name) == slug(&later.name);
        if let Some(earlier) = drawn[..position].iter().find(same) {
            return Err(one_file(source, earlier, later));
        }
    }
    Ok(())
}

/// The refusal shows both lines.
fn one_file(source: &Source, earlier: &Drawn, later: &Drawn) -> Error {
    let message = format!(
        "the figure of {} would have the file name {:?}, which the figure of {} has already ({}); \
         choose another name",
        later.what,
        later.name,
        earlier.what,
        source.line_of(earlier.text)
    );
    source.refuse(later.text, message)
}

fn distinct(source: &Source, names: &[&Text]) -> Result<(), Error> {
    for (position, name) in names.iter().enumerate() {
        safe(source, name)?;
        // Keys and some file systems do not tell `a-b` from `A_b`.
        let same = |earlier: &&&Text| slug(earlier.get_ref()) == slug(name.get_ref());
        if let Some(earlier) = names[..position].iter().find(same) {
            return Err(source.refuse(
                name,
                format!(
                    "the name {:?} is used twice ({}; - and _, capitals and small letters count as \
                     the same); give each its own",
                    name.get_ref(),
                    source.line_of(earlier)
                ),
            ));
        }
    }
    Ok(())
}

/// Names become file names: nothing that leaves the folder, and nothing an operating system reserves.
fn safe(source: &Source, name: &Text) -> Result<(), Error> {
    let text = name.get_ref();
    let letters =
        text.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-'));
    let begins = text.starts_with(|sign: char| sign.is_ascii_alphanumeric());
    if !letters || !begins || text.len() > LONGEST_NAME {
        return Err(source.refuse(
            name,
            format!(
                "{text:?} cannot be a name, because names become parts of file names; use letters \
                 (a-z), digits, _ and -, at most {LONGEST_NAME}, and put words for readers into `label`"
            ),
        ));
    }
    let lower = text.to_lowercase();
    let device = ["con", "prn", "aux", "nul"].contains(&&*lower)
        || (lower.len() == 4 && (lower.starts_with("com") || lower.starts_with("lpt")));
    let audit = slug(text).starts_with("endpoints_");
    if device || audit || RESERVED.contains(&&*lower) {
        return Err(source.refuse(name, format!("the name {text:?} is reserved; choose another")));
    }
    Ok(())
}

fn options(source: &Source, file: &StudyFile) -> Result<(), Error> {
    if let Some(name) = &file.study.matched
        && file.study.software().is_none()
    {
        return Err(source.unknown(name, "the program to match", &Software::names()));
    }
    conf_type(source, &file.study.conf_type)?;
    let levels = file.study.level.iter().chain(file.proportion.iter().flat_map(|item| &item.level));
    for level in levels {
        let value = *level.get_ref();
        if !(value > 0.0 && value < 1.0) {
            return Err(source.refuse_at(
                level.span(),
                format!("the level {value} must lie between 0 and 1; write 0.95 for 95%"),
            ));
        }
    }
    for proportion in &file.proportion {
        let known = ["donner", "gee", "ratio", "binomial"];
        one_of(source, proportion.variance.as_ref(), "the variance", &known)?;
        let known = ["wald", "logit", "wilson", "exact"];
        one_of(source, proportion.interval.as_ref(), "the interval", &known)?;
    }
    for meta in &file.meta {
        one_of(source, meta.method.as_ref(), "the method", &["reml", "glmm"])?;
    }
    let counts = |table: &&TableSpec| table.kind.get_ref() == "counts";
    let others = file.table.iter().filter(|table| !counts(table)).flat_map(|table| &table.rows);
    let parts = file.proportion.iter().flat_map(|item| &item.rows).chain(others);
    if let Some(column) = parts.filter_map(|part| part.distinct.as_ref()).next() {
        let message = "different values are counted in tables of the kind \"counts\" only; take \
                       `distinct` out here";
        return Err(source.refuse(column, message));
    }
    for table in &file.table {
        let known = ["baseline", "counts", "per-patient"];
        one_of(source, Some(&table.kind), "the kind of table", &known)?;
        one_of(source, table.data.as_ref(), "the data", &["patients", "units"])?;
        if file.units.is_none() && table.data.as_ref().is_some_and(|data| data.get_ref() == "units")
        {
            let data = table.data.as_ref().expect("it was just read");
            return Err(source.refuse(data, "there is no [units] section; add one with its file"));
        }
        for variable in &table.variables {
            let known = ["median", "mean", "levels"];
            one_of(source, variable.summary.as_ref(), "the summary", &known)?;
        }
    }
    Ok(())
}

fn one_of(source: &Source, text: Option<&Text>, what: &str, known: &[&str]) -> Result<(), Error> {
    match text {
        Some(text) if !known.contains(&text.get_ref().as_str()) => {
            Err(source.unknown(text, what, known))
        }
        _ => Ok(()),
    }
}

fn endpoint_is_whole(source: &Source, endpoint: &Endpoint) -> Result<(), Error> {
    let by_time = endpoint.time.is_some() || endpoint.event.is_some();
    let name = &endpoint.name;
    match (&endpoint.dates, by_time) {
        (Some(_), true) => Err(source.refuse(
            name,
            "the endpoint has `dates` and a time column (`time`, `event`); keep one of the two",
        )),
        (Some(dates), false) => match dates.get_ref().resolve() {
            Ok(_) => Ok(()),
            Err(error) => Err(source.refuse_at(dates.span(), error)),
        },
        (None, true) if endpoint.time.is_none() || endpoint.event.is_none() => Err(source.refuse(
            name,
            "the endpoint needs both `time` (a column) and `event` (a column or a comparison \
             such as \"status == 2\")",
        )),
        (None, false) => Err(source.refuse(
            name,
            "the endpoint says nothing of its time; give `time` and `event`, or `dates`",
        )),
        _ => Ok(()),
    }
}

fn group_is_whole(source: &Source, group: &Group) -> Result<(), Error> {
    if group.levels.len() < 2 {
        return Err(source.refuse(
            &group.name,
            format!(
                "the group has {} level, and a comparison needs two; list the levels in `levels`",
                group.levels.len()
            ),
        ));
    }
    one_of(source, Some(&group.known), "known", &["before", "at", "after"])?;
    let names: Vec<&str> = group.levels.iter().map(|level| level.name.get_ref().as_str()).collect();
    one_of(source, Some(&group.reference), "the reference level", &names)?;
    for level in &group.levels {
        if group.variable.is_none() && level.filter.is_none() {
            return Err(source.refuse(
                &level.name,
                "the level has no filter and the group no variable; give the group a `variable` \
                 (a column) or each level a `filter`",
            ));
        }
        if let Some(colour) = &level.colour {
            let text = colour.get_ref();
            let hex = text.strip_prefix('#').is_some_and(|digits| {
                digits.len() == 6 && digits.chars().all(|sign| sign.is_ascii_hexdigit())
            });
            if !hex {
                let message = format!("{text:?} is not a colour; write it as \"#0072B2\"");
                return Err(source.refuse(colour, message));
            }
        }
    }
    Ok(())
}

/// What requests are about is there.
fn subjects(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let populations: Vec<&str> =
        file.population.iter().map(|item| &**item.name.get_ref()).collect();
    let endpoints: Vec<&str> = file.endpoint.iter().map(|item| &**item.name.get_ref()).collect();
    let groups: Vec<&str> = file.group.iter().map(|item| &**item.name.get_ref()).collect();
    for subject in file.analysis.iter().map(Subject::from) {
        one_of(source, subject.population, "the population", &populations)?;
        one_of(source, subject.endpoint, "the endpoint", &endpoints)?;
        one_of(source, subject.group, "the group", &groups)?;
    }
    Ok(())
}

/// Units are counted where there are some, in at least one box, below at least one of patients.
fn flow_units(source: &Source, file: &StudyFile, units: &FlowUnits) -> Result<(), Error> {
    let refuse = |text: Option<&Text>, why: &str| {
        let text = text.or_else(|| file.flow.as_ref()?.populations.first());
        Err(source.refuse(text.unwrap_or(&file.schema), why))
    };
    match (units.populations.first(), units.stages.first()) {
        (Some(_), Some(stage)) if file.units.is_none() => refuse(
            Some(&stage.name),
            "the flow counts units, and there is no [units] section; add one",
        ),
        (Some(_), Some(_)) => Ok(()),
        (population, _) => refuse(
            population,
            "the flow of units needs at least one population and at least one of `stages`",
        ),
    }
}

/// Every name that refers to a section refers to one that is there.
fn references(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let populations: Vec<&str> =
        file.population.iter().map(|item| &**item.name.get_ref()).collect();
    let endpoints: Vec<&str> = file.endpoint.iter().map(|item| &**item.name.get_ref()).collect();
    let groups: Vec<&str> = file.group.iter().map(|item| &**item.name.get_ref()).collect();
    let population = |text: &Text| one_of(source, Some(text), "the population", &populations);
    let endpoint = |text: &Text| one_of(source, Some(text), "the endpoint", &endpoints);
    let group = |text: &Text| one_of(source, Some(text), "the group", &groups);
    for (position, item) in file.population.iter().enumerate() {
        // Only earlier populations, so that no population is part of itself.
        one_of(source, item.of.as_ref(), "the earlier population", &populations[..position])?;
    }
    for item in &file.endpoint {
        item.population.iter().try_for_each(population)?;
    }
    if let Some(flow) = &file.flow {
        flow.populations.iter().try_for_each(population)?;
        flow.split.iter().try_for_each(group)?;
        if let Some(units) = &flow.units {
            units.populations.iter().try_for_each(population)?;
            flow_units(source, file, units)?;
        }
    }
    for item in &file.comparison {
        population(&item.population)?;
        group(&item.group)?;
        item.endpoints.iter().try_for_each(endpoint)?;
    }
    for item in &file.adjust {
        population(&item.population)?;
        group(&item.group)?;
        endpoint(&item.endpoint)?;
        two_levels(source, file, item)?;
    }
    for item in &file.cutpoint {
        population(&item.population)?;
        endpoint(&item.endpoint)?;
    }
    for item in &file.follow_up {
        population(&item.population)?;
        endpoint(&item.endpoint)?;
    }
    for item in &file.model {
        population(&item.population)?;
        endpoint(&item.endpoint)?;
    }
    for item in &file.factors {
        population(&item.population)?;
        endpoint(&item.endpoint)?;
    }
    for item in &file.performance {
        population(&item.population)?;
        endpoint(&item.endpoint)?;
    }
    for item in &file.table {
        item.population.iter().try_for_each(population)?;
        item.by.iter().try_for_each(group)?;
    }
    panels(source, file)?;
    match file.proportion.first() {
        Some(proportion) if file.units.is_none() => Err(source.refuse(
            &proportion.name,
            "a proportion counts units such as lesions or teeth, and there is no [units] section; add one",
        )),
        _ => Ok(()),
    }
}

/// An adjusted comparison is between two groups.
fn two_levels(source: &Source, file: &StudyFile, item: &super::file::Adjust) -> Result<(), Error> {
    let group = file.group.iter().find(|group| group.name.get_ref() == item.group.get_ref());
    match group.map(|group| group.levels.len()) {
        Some(2) | None => Ok(()),
        Some(levels) => {
            let why = format!(
                "an adjusted comparison is between two groups, and this group has {levels} levels; \
                 make a group of two of them"
            );
            Err(source.refuse(&item.group, why))
        }
    }
}

fn panels(source: &Source, file: &StudyFile) -> Result<(), Error> {
    for curve in file.panel.iter().flat_map(|panel| &panel.curves) {
        let names: Vec<&str> = file.comparison.iter().map(|item| &**item.name.get_ref()).collect();
        one_of(source, Some(&curve.comparison), "the comparison", &names)?;
        let comparison = file
            .comparison
            .iter()
            .find(|item| item.name.get_ref() == curve.comparison.get_ref())
            .expect("it was just found by its name");
        let names: Vec<&str> = comparison.endpoints.iter().map(|item| &**item.get_ref()).collect();
        one_of(source, Some(&curve.endpoint), "the endpoint of this comparison", &names)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
schema = "riskset.study/1"
[study]
title = "A"
conf_type = "log-log"
[data]
file = "@colon"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
time = "time"
event = "status"
[[population]]
name = "everybody"
label = "All"
[[group]]
name = "arm"
label = "Arm"
variable = "rx"
reference = "Obs"
known = "at"
levels = [{ name = "Obs", label = "Observation" }, { name = "Lev", label = "Levamisole" }]
[[comparison]]
name = "arms"
label = "Arms"
population = "everybody"
group = "arm"
endpoints = ["os"]
"#;

    fn checked(from: &str, to: &str) -> Result<(), Error> {
        assert!(GOOD.contains(from), "{from}");
        let source = Source { path: "study.toml".into(), text: GOOD.replacen(from, to, 1) };
        let file = source.parse()?;
        check(&source, &file)
    }

    #[track_caller]
    fn refused(from: &str, to: &str, expected: &str) {
        let message = checked(from, to).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn the_example_is_accepted() {
        checked("", "").unwrap();
    }

    #[test]
    fn names_never_leave_the_folder() {
        for bad in [
            "../x", "/etc/x", "a/b", "a\\\\b", "..", ".hidden", "", "a b", "café", "con", "COM1",
            "a:b",
        ] {
            let message =
                checked("name = \"arms\"", &format!("name = \"{bad}\"")).unwrap_err().to_string();
            assert!(
                message.contains("cannot be a name") || message.contains("reserved"),
                "{bad}: {message}"
            );
        }
    }

    #[test]
    fn references_must_exist_and_the_nearest_is_offered() {
        refused(
            "population = \"everybody\"",
            "population = \"everbody\"",
            "the population \"everbody\" is unknown; the nearest is \"everybody\"",
        );
        refused("endpoints = [\"os\"]", "endpoints = [\"dfs\"]", "the endpoint \"dfs\" is unknown");
        refused("reference = \"Obs\"", "reference = \"obs\"", "the nearest is \"Obs\"");
        refused("conf_type = \"log-log\"", "conf_type = \"loglog\"", "the nearest is \"log-log\"");
    }

    #[test]
    fn a_group_with_one_level_is_refused() {
        refused(", { name = \"Lev\", label = \"Levamisole\" }", "", "the group has 1 level");
    }

    #[test]
    fn an_endpoint_has_dates_or_times_and_not_both() {
        refused("event = \"status\"\n", "", "needs both `time`");
        refused(
            "event = \"status\"\n",
            "event = \"status\"\ndates = { rule = \"os\" }\n",
            "keep one of the two",
        );
        refused("time = \"time\"\nevent = \"status\"\n", "", "says nothing of its time");
    }

    /// Two figures of one file name, with both lines.
    #[test]
    fn two_figures_of_one_name_are_refused_with_both_places() {
        let model = |name: &str| {
            format!(
                "endpoints = [\"os\"]\n[[model]]\nname = \"{name}\"\nlabel = \"M\"\npopulation = \
                 \"everybody\"\nendpoint = \"os\"\nterms = \"rx\"\n"
            )
        };
        let endpoints = "endpoints = [\"os\"]\n";
        for name in ["arms-os", "Arms_OS"] {
            let parts =
                ["line 31: the figure of a model would have the file name", "(line 29: endpoints"];
            parts.iter().for_each(|part| refused(endpoints, &model(name), part));
        }
        checked(endpoints, &model("arms-dfs")).unwrap();
    }

    /// `a` with `b-c` and `a-b` with `c`.
    #[test]
    fn two_comparisons_cannot_make_one_figure() {
        let endpoint = |name: &str| {
            format!(
                "[[endpoint]]\nname = \"{name}\"\nlabel = \"E\"\ntime = \"time\"\nevent = \"status\"\n"
            )
        };
        let comparison = |name: &str, endpoint: &str| {
            format!(
                "[[comparison]]\nname = \"{name}\"\nlabel = \"C\"\npopulation = \"everybody\"\ngroup = \
                 \"arm\"\nendpoints = [\"{endpoint}\"]\n"
            )
        };
        let more = [endpoint("b-c"), endpoint("c"), comparison("a", "b-c"), comparison("a-b", "c")];
        let text = format!("{}[[population]]", more.concat());
        refused("[[population]]", &text, "would have the file name \"a-b-c\"");
        refused("[[population]]", &text, "(line 29: endpoints = [\"b-c\"])");
    }

    #[test]
    fn a_name_is_used_once() {
        let twice = "name = \"everybody\"\nlabel = \"All\"\n[[population]]\nname = \"everybody\"\n";
        refused("name = \"everybody\"\n", twice, "is used twice");
    }
}
