//! Files that people write or get besides their data: profiles, flows, study files, figures. Each is
//! refused in words, or taken and then keeps its promises.

use riskset_plot::lint_file;
use riskset_plot::{Figure, FlowFigure, Profile, extract};
use riskset_report::study::check_study;
use std::fmt::Display;
use std::path::Path;

/// The bytes as a profile; what is taken is the profile of a small flow of patients.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(profile) = accepted(Profile::from_toml("hard.toml", text)) else { return };
    let flow = FlowFigure::from_toml("flow.toml", FLOW).expect("the flow is fine");
    accepted(flow.draw(&profile)).iter().for_each(drawn);
}

/// The bytes as the counts of a flow of patients, drawn with the plain profile.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_flow(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(flow) = accepted(FlowFigure::from_toml("hard.toml", text)) else { return };
    accepted(flow.draw(&Profile::plain())).iter().for_each(drawn);
}

/// The bytes as a study file: all that is said of it before data are read.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_study_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    accepted(check_study(Path::new("hard.toml"), text));
}

/// The bytes as a figure: what it carries, and the checklist.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_figure(bytes: &[u8]) {
    if let Some(embedded) = accepted(extract(bytes)) {
        let _ = embedded.to_json();
        embedded.tables.iter().for_each(|table| drop(table.to_csv()));
    }
    if let Some(findings) = accepted(lint_file(bytes)) {
        assert!(!findings.is_empty(), "a checklist without a line");
    }
}

const FLOW: &str = "title = \"Patients\"\n[[stage]]\nlabel = \"Screened\"\nn = 12\n\
    [stage.excluded]\nlabel = \"Excluded\"\nn = 2\n[[stage]]\nlabel = \"Treated\"\nn = 10\n";

fn drawn(scene: &Figure) {
    let svg = scene.svg();
    // What stands in an attribute is a number or a name; words of a label may hold anything.
    let attributes = svg.split('"').skip(1).step_by(2);
    let mut parts = attributes.flat_map(|value| value.split([' ', ',', '(', ')']));
    let none = parts.any(|part| ["NaN", "inf", "-inf"].contains(&part));
    assert!(!none, "a figure with a number that is none");
}

/// The value, when it was not refused; a refusal says why.
fn accepted<T>(result: Result<T, impl Display>) -> Option<T> {
    result.map_err(|error| assert!(error.to_string().len() > 10, "{error}")).ok()
}
