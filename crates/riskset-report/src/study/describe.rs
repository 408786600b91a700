//! Tables of patients and units: baseline variables, counts, lesions per patient.
//!
//! The numbers go into the store; the tables are made from it.

use super::context::{Context, rows};
use super::data::Sheet;
use super::file::{Group, Part, TableSpec, Variable};
use crate::Error;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, RowKind, Table};
use riskset::Sample;
use riskset_analysis::Doubt;
use std::collections::{BTreeMap, BTreeSet};

/// One column of a baseline table: whose key, which rows.
struct Column {
    key: String,
    heading: String,
    rows: Vec<usize>,
}

/// A table with its numbers, by its kind.
pub fn table(
    context: &mut Context,
    patients: &Sheet,
    units: Option<&Sheet>,
    spec: &TableSpec,
) -> Result<Table, Error> {
    let sheet = if spec.of_units() || spec.kind.get_ref() == "per-patient" {
        units.ok_or_else(|| {
            context.source.refuse(&spec.kind, "there is no [units] section; add one")
        })?
    } else {
        patients
    };
    let base = base(context, sheet, spec)?;
    match spec.kind.get_ref().as_str() {
        "baseline" => baseline(context, sheet, spec, &base),
        "counts" => counts(context, sheet, spec, &base),
        _ => per_patient(context, sheet, spec, &base),
    }
}

/// Says what is odd about the rows of a sheet and about the columns that its tables show; a comparison
/// says it of its own groups.
pub fn doubt_rows(context: &mut Context, sheet: &Sheet) {
    let shown = |spec: &&TableSpec| spec.of_units() == sheet.is_units();
    let tables = context.file.table.iter().filter(shown);
    let columns: BTreeSet<&str> = tables
        .flat_map(|spec| &spec.variables)
        .map(|variable| variable.column.get_ref().as_str())
        .collect();
    // A column that is not there is refused where the table is made, with its line.
    let known = columns.into_iter().filter(|column| sheet.column(column).is_ok());
    let doubts = sheet.odd(&known.collect::<Vec<_>>()).unwrap_or_default();
    for doubt in doubts {
        context.doubt::<TableSpec>(&sheet.input().name, &Doubt::Frame(doubt));
    }
}

/// The rows that a table is about.
fn base(context: &Context, sheet: &Sheet, spec: &TableSpec) -> Result<Vec<bool>, Error> {
    let mut mask = sheet.mask(context.source, spec.filter.as_ref())?;
    if let Some(name) = &spec.population {
        let (population, _) = context.population(name);
        let members = &context.cohort.populations[population];
        for (row, keep) in mask.iter_mut().enumerate() {
            *keep &= members[sheet.patient(row)];
        }
    }
    if !mask.contains(&true) {
        let message =
            format!("the table {:?} is about nobody; check its filter", spec.name.get_ref());
        return Err(context.source.refuse(&spec.name, message));
    }
    Ok(mask)
}

fn title(context: &Context, spec: &TableSpec) -> String {
    format!("{}{}", spec.title, context.synthetic())
}

fn baseline(
    context: &mut Context,
    sheet: &Sheet,
    spec: &TableSpec,
    base: &[bool],
) -> Result<Table, Error> {
    let name = slug(spec.name.get_ref());
    let things = if spec.of_units() { context.file.many_units() } else { "patients" };
    let columns = baseline_columns(context, sheet, spec, base, &name, things);
    let mut table = Table::new(title(context, spec)).column("Characteristic", Align::Left);
    for column in &columns {
        context.store.count(format!("{}.total", column.key), column.rows.len(), things);
        let total = context.store.show(&format!("{}.total", column.key), &context.style);
        table = table.column(format!("{} (n = {total})", column.heading), Align::Right);
    }
    if spec.of_units() {
        let owners: BTreeSet<usize> =
            rows(base).into_iter().map(|row| sheet.patient(row)).collect();
        context.store.count(format!("{name}.patients"), owners.len(), "patients of the units");
    }
    let names = spec.variables.iter().map(|variable| variable.column.get_ref().as_str());
    // `NAME.total`, `NAME.by` and `NAME.patients` are keys of the table itself, which a column may be called too.
    let keys = unique_slugs(["total", "by", "patients"].into_iter().chain(names));
    for (variable, key) in spec.variables.iter().zip(&keys[3..]) {
        if is_own_group(context, sheet, spec, variable, base)? {
            let column = variable.label.clone().unwrap_or(variable.column.get_ref().clone());
            context.doubt::<TableSpec>(&spec.title, &Doubt::GroupAsRow { column });
            continue;
        }
        let recorded = sheet.mask(context.source, variable.filter.as_ref())?;
        let columns: Vec<Column> = columns
            .iter()
            .map(|column| Column {
                key: format!("{}.{key}", column.key),
                heading: String::new(),
                rows: column.rows.iter().copied().filter(|&row| recorded[row]).collect(),
            })
            .collect();
        table = variable_rows(context, sheet, spec, variable, &columns, table)?;
    }
    table.footnotes.extend(spec.footnotes.iter().cloned());
    let counted = table.rows.iter().any(|row| row.kind != RowKind::Plain);
    if counted {
        table.footnotes.push(format!(
            "Counts are with percentages of all {things} of the column, those with a missing value \
             included."
        ));
    }
    Ok(table)
}

/// Whether a variable is the group that splits the table: its column, of which every level of the group
/// is one value.
fn is_own_group(
    context: &Context,
    sheet: &Sheet,
    spec: &TableSpec,
    variable: &Variable,
    base: &[bool],
) -> Result<bool, Error> {
    let Some(by) = &spec.by else { return Ok(false) };
    let (number, group): (usize, &Group) = context.group(by);
    let column = variable.column.get_ref();
    let of_column = match &group.variable {
        Some(own) => own.get_ref() == column,
        None => group.levels.iter().all(|level| {
            let filter = level.filter.as_ref().map(|filter| filter.get_ref().as_str());
            filter.is_some_and(|filter| reads_alone(filter, column))
        }),
    };
    if !of_column {
        return Ok(false);
    }
    let values = sheet.texts(context.source, &variable.column)?;
    let groups = &context.cohort.groups[number];
    let mut pairs = BTreeSet::new();
    for row in (0..base.len()).filter(|&row| base[row]) {
        if let (Some(value), Some(level)) = (&values[row], groups[sheet.patient(row)]) {
            pairs.insert((value.as_str(), level));
        }
    }
    let different = pairs.iter().map(|(value, _)| value).collect::<BTreeSet<_>>().len();
    let levels = pairs.iter().map(|(_, level)| level).collect::<BTreeSet<_>>().len();
    Ok(different == pairs.len() && levels == pairs.len())
}

/// Whether a comparison reads one column and no other.
fn reads_alone(filter: &str, column: &str) -> bool {
    let parsed = riskset_data::Expr::parse(filter);
    parsed.is_ok_and(|expression| expression.columns().iter().all(|one| *one == column))
}

fn baseline_columns(
    context: &Context,
    sheet: &Sheet,
    spec: &TableSpec,
    base: &[bool],
    name: &str,
    things: &str,
) -> Vec<Column> {
    let mut columns = Vec::new();
    if let Some(by) = &spec.by {
        let (number, group): (usize, &Group) = context.group(by);
        for (place, level) in group.levels.iter().enumerate() {
            let index = &context.cohort.groups[number];
            let rows = (0..base.len())
                .filter(|&row| base[row] && index[sheet.patient(row)] == Some(place as u32))
                .collect();
            let key = format!("{name}.by.{}", slug(level.name.get_ref()));
            columns.push(Column { key, heading: level.label.clone(), rows });
        }
    }
    columns.push(Column {
        key: name.to_owned(),
        heading: format!("All {things}"),
        rows: rows(base),
    });
    columns
}

fn variable_rows(
    context: &mut Context,
    sheet: &Sheet,
    spec: &TableSpec,
    variable: &Variable,
    columns: &[Column],
    table: Table,
) -> Result<Table, Error> {
    let summary = match &variable.summary {
        Some(text) => text.get_ref().as_str(),
        None if sheet.is_numeric(context.source, &variable.column)?
            && variable.levels.is_empty() =>
        {
            "median"
        }
        None => "levels",
    };
    match summary {
        "levels" => level_rows(context, sheet, spec, variable, columns, table),
        summary => numeric_row(context, sheet, variable, summary == "mean", columns, table),
    }
}

/// A row with one summary per column, and a row with the number missing when there are any.
fn numeric_row(
    context: &mut Context,
    sheet: &Sheet,
    variable: &Variable,
    mean: bool,
    columns: &[Column],
    mut table: Table,
) -> Result<Table, Error> {
    let values = sheet.numbers(context.source, &variable.column)?;
    let decimals = variable.decimals.unwrap_or(1);
    let label = variable.label.clone().unwrap_or_else(|| variable.column.get_ref().clone());
    let unit = variable.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
    let kind = if mean { "mean (SD)" } else { "median (IQR)" };
    let mut cells = vec![format!("{label}, {kind}{unit}")];
    let mut missing = vec!["Missing".to_owned()];
    let mut any_missing = false;
    for column in columns {
        let known: Vec<f64> = column.rows.iter().filter_map(|&row| values[row]).collect();
        let sample = Sample::new(&known).ok();
        cells.push(numeric_cell(context, &column.key, sample.as_ref(), mean, decimals));
        let key = format!("{}.missing", column.key);
        let absent = column.rows.len() - known.len();
        context.store.share(&key, absent, column.rows.len(), 1, "missing values");
        any_missing |= absent > 0;
        missing.push(context.store.show_share(&key, &context.style));
    }
    table = table.row(cells);
    Ok(if any_missing { table.indented(missing) } else { table })
}

/// Puts the numbers of a sample and writes those asked for.
fn numeric_cell(
    context: &mut Context,
    key: &str,
    sample: Option<&Sample>,
    mean: bool,
    decimals: usize,
) -> String {
    let rule = context.quartiles();
    let quartile = |p| sample.map(|sample| sample.quantile_by(rule, p));
    let quartiles =
        Estimate { estimate: quartile(0.5), lower: quartile(0.25), upper: quartile(0.75) };
    let store = &mut context.store;
    store.count(format!("{key}.known"), sample.map_or(0, Sample::n), "values");
    let source = format!("median and quartiles ({})", rule.name().replace("type-", "definition "));
    store.estimate(&format!("{key}.quartiles"), quartiles, Unit::Value, decimals, &source);
    let range = sample.map(Sample::range);
    for (end, value) in
        [("lower", range.map(|range| range.0)), ("upper", range.map(|range| range.1))]
    {
        store.value(format!("{key}.range.{end}"), value, Unit::Value, decimals, "range");
    }
    let value = sample.map(Sample::mean);
    store.value(format!("{key}.mean"), value, Unit::Value, decimals, "arithmetic mean");
    let deviation = sample.and_then(Sample::std_deviation);
    store.value(format!("{key}.sd"), deviation, Unit::Value, decimals, "standard deviation, n - 1");
    match mean {
        false => store.show_interval(&format!("{key}.quartiles"), &context.style),
        true => format!(
            "{} ({})",
            store.show(&format!("{key}.mean"), &context.style),
            store.show(&format!("{key}.sd"), &context.style)
        ),
    }
}

/// A group of rows, one per level, the missing values last.
fn level_rows(
    context: &mut Context,
    sheet: &Sheet,
    spec: &TableSpec,
    variable: &Variable,
    columns: &[Column],
    mut table: Table,
) -> Result<Table, Error> {
    let values = sheet.texts(context.source, &variable.column)?;
    let decimals = spec.decimals.unwrap_or(1);
    let label = variable.label.clone().unwrap_or_else(|| variable.column.get_ref().clone());
    let levels = levels(context, sheet, variable)?;
    let keys = unique_slugs(levels.iter().map(|(value, _)| value.as_str()).chain(["missing"]));
    let any_missing =
        columns.iter().any(|column| column.rows.iter().any(|&row| values[row].is_none()));
    table = table.group(format!("{label}, {}", context.style.count_heading));
    let missing = (None, "Missing".to_owned());
    let all = levels.into_iter().map(|(value, label)| (Some(value), label)).chain([missing]);
    for ((value, label), key) in all.zip(&keys) {
        let mut cells = vec![label];
        for column in columns {
            let k = column.rows.iter().filter(|&&row| values[row] == value).count();
            let key = format!("{}.{key}", column.key);
            context.store.share(&key, k, column.rows.len(), decimals, "patients counted");
            cells.push(context.store.show_share(&key, &context.style));
        }
        if value.is_some() || any_missing {
            table = table.indented(cells);
        }
    }
    Ok(table)
}

/// The levels with their labels: as the study file lists them, or as the data have them. A value
/// that the study file does not list is refused, because it would be in no row.
fn levels(
    context: &Context,
    sheet: &Sheet,
    variable: &Variable,
) -> Result<Vec<(String, String)>, Error> {
    let found = sheet.levels(context.source, &variable.column)?;
    if variable.levels.is_empty() {
        return Ok(found.into_iter().map(|level| (level.clone(), level)).collect());
    }
    let listed: Vec<(String, String)> = variable
        .levels
        .iter()
        .map(|level| (super::data::written(&level.value), level.label.clone()))
        .collect();
    match found.iter().find(|value| listed.iter().all(|(listed, _)| listed != *value)) {
        Some(value) => Err(context.source.refuse(
            &variable.column,
            format!("the column holds {value:?}, which `levels` does not list; add it or correct the data"),
        )),
        None => Ok(listed),
    }
}

fn counts(
    context: &mut Context,
    sheet: &Sheet,
    spec: &TableSpec,
    base: &[bool],
) -> Result<Table, Error> {
    let name = slug(spec.name.get_ref());
    let decimals = spec.decimals.unwrap_or(1);
    let many = super::figures::capital(context.file.many_units());
    let unit = if sheet.is_units() { many.as_str() } else { "Patients" };
    let mut table = Table::new(title(context, spec))
        .column("", Align::Left)
        .column(format!("{unit}, No. / of (%)"), Align::Right);
    for row in &spec.rows {
        let of = sheet.mask(context.source, row.of.as_ref())?;
        let wanted = sheet.mask(context.source, row.filter.as_ref())?;
        let total = (0..base.len()).filter(|&row| base[row] && of[row]).count();
        let k = (0..base.len()).filter(|&row| base[row] && of[row] && wanted[row]).count();
        let key = format!("{name}.{}", slug(row.name.get_ref()));
        if let Some(column) = &row.distinct {
            let texts = sheet.texts(context.source, column)?;
            let counted = (0..base.len()).filter(|&row| base[row] && of[row] && wanted[row]);
            let values: BTreeSet<&str> = counted.filter_map(|row| texts[row].as_deref()).collect();
            let source = format!("different values of {}", column.get_ref());
            context.store.count(&key, values.len(), &source);
            let cell = context.store.show(&key, &context.style);
            table = part_row(table, row, vec![row.label.clone(), cell]);
            continue;
        }
        context.store.share(&key, k, total, decimals, "counted");
        let store = &context.store;
        let cell = if row.filter.is_none() {
            store.show(&format!("{key}.k"), &context.style)
        } else {
            format!(
                "{} / {} ({}%)",
                store.show(&format!("{key}.k"), &context.style),
                store.show(&format!("{key}.n"), &context.style),
                store.show(&format!("{key}.percent"), &context.style)
            )
        };
        table = part_row(table, row, vec![row.label.clone(), cell]);
    }
    table.footnotes.extend(spec.footnotes.iter().cloned());
    Ok(table)
}

/// Adds a row, below its heading when one was given here or earlier.
fn part_row(mut table: Table, row: &Part, cells: Vec<String>) -> Table {
    if let Some(heading) = &row.heading {
        table = table.group(heading);
    }
    let grouped = table.rows.iter().any(|row| row.kind == RowKind::Group);
    if grouped { table.indented(cells) } else { table.row(cells) }
}

/// How many lesions a patient has, among patients with at least one.
fn per_patient(
    context: &mut Context,
    sheet: &Sheet,
    spec: &TableSpec,
    base: &[bool],
) -> Result<Table, Error> {
    let name = slug(spec.name.get_ref());
    let many = super::figures::capital(context.file.many_units());
    let mut table = Table::new(title(context, spec))
        .column("", Align::Left)
        .column("Patients with at least one", Align::Right)
        .column(&many, Align::Right)
        .column(format!("{many} per patient, median (IQR)"), Align::Right);
    for row in &spec.rows {
        let wanted = sheet.mask(context.source, row.filter.as_ref())?;
        let mut each: BTreeMap<u32, usize> = BTreeMap::new();
        for lesion in (0..base.len()).filter(|&lesion| base[lesion] && wanted[lesion]) {
            *each.entry(sheet.clusters()[lesion]).or_default() += 1;
        }
        let values: Vec<f64> = each.values().map(|&count| count as f64).collect();
        let key = format!("{name}.{}", slug(row.name.get_ref()));
        let many = context.file.many_units();
        context.store.count(format!("{key}.units"), each.values().sum(), many);
        let sample = Sample::new(&values).ok();
        let cell = numeric_cell(context, &key, sample.as_ref(), false, spec.decimals.unwrap_or(0));
        let store = &context.store;
        let cells = vec![
            row.label.clone(),
            store.show(&format!("{key}.known"), &context.style),
            store.show(&format!("{key}.units"), &context.style),
            cell,
        ];
        table = part_row(table, row, cells);
    }
    table.footnotes.extend(spec.footnotes.iter().cloned());
    Ok(table)
}
