//! Numbers and lists of a study file that must make sense before anything is computed.

use super::file::{StudyFile, Text};
use super::read::Source;
use crate::Error;
use crate::store::slug;
use toml::Spanned;

/// Checks times, the horizon, landmarks, and lists that must not be empty or repeat themselves.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    times(source, &file.study.times)?;
    if let Some(tau) = &file.study.rmst {
        positive(source, tau, "the horizon of the restricted means")?;
    }
    for comparison in &file.comparison {
        let what = "an endpoint to compare";
        list(source, &comparison.name, &comparison.endpoints, what)?;
        if let Some(landmark) = &comparison.landmark {
            positive(source, landmark, "the landmark")?;
        }
    }
    if let Some(flow) = &file.flow {
        match flow.populations.first() {
            Some(first) => list(source, first, &flow.populations, "a population")?,
            None => {
                return Err(Error::Study(format!(
                    "{}: [flow] names no populations; list them from the largest to the smallest, \
                     or take the section out",
                    source.path.display()
                )));
            }
        }
    }
    if let Some(panel) = file.panel.iter().find(|panel| panel.curves.is_empty()) {
        return Err(source.refuse(
            &panel.name,
            "the panel has no curves; list them in `curves`, each with comparison and endpoint",
        ));
    }
    tables(source, file)
}

fn tables(source: &Source, file: &StudyFile) -> Result<(), Error> {
    for table in &file.table {
        let (empty, what) = match table.kind.get_ref().as_str() {
            "baseline" => (table.variables.is_empty(), "[[table.variables]]"),
            _ => (table.rows.is_empty(), "[[table.rows]]"),
        };
        if empty {
            let message = format!("the table has no rows; add {what} below it");
            return Err(source.refuse(&table.name, message));
        }
    }
    if let Some(proportion) = file.proportion.iter().find(|proportion| proportion.rows.is_empty()) {
        let message = "the proportion has no rows; add [[proportion.rows]] below it";
        return Err(source.refuse(&proportion.name, message));
    }
    Ok(())
}

/// Survival is reported at times after 0, each once: a number has one key.
fn times(source: &Source, times: &[Spanned<f64>]) -> Result<(), Error> {
    for (position, time) in times.iter().enumerate() {
        positive(source, time, "a time at which survival is reported")?;
        if times[..position].iter().any(|earlier| earlier.get_ref() == time.get_ref()) {
            return Err(source.refuse_at(
                time.span(),
                format!("the time {} stands twice in `times`; give it once", time.get_ref()),
            ));
        }
    }
    Ok(())
}

fn positive(source: &Source, number: &Spanned<f64>, what: &str) -> Result<(), Error> {
    let value = *number.get_ref();
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(source.refuse_at(
        number.span(),
        format!("{what} must be above 0, and {value} is not; give it in the study's `unit`"),
    ))
}

/// At least one name, and none twice.
fn list(source: &Source, owner: &Text, names: &[Text], what: &str) -> Result<(), Error> {
    if names.is_empty() {
        return Err(source.refuse(owner, format!("{what} is missing; name at least one")));
    }
    for (position, name) in names.iter().enumerate() {
        if names[..position].iter().any(|earlier| slug(earlier.get_ref()) == slug(name.get_ref())) {
            let message = format!("{:?} stands twice in this list; name it once", name.get_ref());
            return Err(source.refuse(name, message));
        }
    }
    Ok(())
}
