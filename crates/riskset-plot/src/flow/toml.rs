//! The counts of a flow of patients, read from a TOML file.
//!
//! ```toml
//! title = "Flow of the patients"
//!
//! [[stage]]
//! label = "Assessed for eligibility"
//! n = 120
//! excluded = { label = "Excluded", n = 20, reasons = [["Not eligible", 15], ["Declined", 5]] }
//!
//! [[stage]]
//! label = "Randomised"
//! n = 100
//!
//! [[arm]]
//! stages = [{ label = "Treatment", n = 52 }, { label = "Analysed", n = 52 }]
//!
//! [[arm]]
//! stages = [{ label = "Control", n = 48 }, { label = "Analysed", n = 48 }]
//! ```
//!
//! Instead of arms, one table `branch` may count what belongs to the patients in a unit of its own:
//!
//! ```toml
//! [branch]
//! unit = "lesions"
//! stages = [{ label = "Disappearing lesions", n = 159 }, { label = "Resected", n = 90 }]
//! ```

use super::figure::{FlowBranch, FlowExclusion, FlowFigure, FlowStep};
use crate::error::Error;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    #[serde(default)]
    stage: Vec<Stage>,
    #[serde(default)]
    arm: Vec<Arm>,
    branch: Option<Branch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Branch {
    unit: String,
    stages: Vec<Stage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arm {
    stages: Vec<Stage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stage {
    label: String,
    n: u64,
    excluded: Option<Excluded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Excluded {
    label: String,
    n: u64,
    #[serde(default)]
    reasons: Vec<(String, u64)>,
}

impl From<Stage> for FlowStep {
    fn from(stage: Stage) -> FlowStep {
        let excluded = stage.excluded.map(|excluded| FlowExclusion {
            label: excluded.label,
            n: excluded.n,
            reasons: excluded.reasons,
        });
        FlowStep { label: stage.label, n: stage.n, excluded }
    }
}

impl FlowFigure {
    /// The stages and arms of a TOML text, called `name` in messages: tables `stage` with `label`,
    /// `n` and `excluded` (with `label`, `n` and `reasons`), and tables `arm` with `stages`.
    ///
    /// # Errors
    ///
    /// [`Error::Counts`] for text that is not TOML, or has other keys or values. Whether the counts
    /// add up is checked when the figure is laid out.
    pub fn from_toml(name: &str, text: &str) -> Result<FlowFigure, Error> {
        let file: File = ::toml::from_str(text).map_err(|error| Error::Counts {
            name: name.to_owned(),
            message: riskset::toml_refusal(
                &error.to_string(),
                text,
                error.span().map(|span| span.start),
            ),
        })?;
        let steps = |stages: Vec<Stage>| stages.into_iter().map(FlowStep::from).collect();
        Ok(FlowFigure {
            name: file.title.unwrap_or_default(),
            steps: steps(file.stage),
            branch: file
                .branch
                .map(|branch| FlowBranch { unit: branch.unit, steps: steps(branch.stages) }),
            arms: file.arm.into_iter().map(|arm| steps(arm.stages)).collect(),
            ..FlowFigure::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    const TRIAL: &str = r#"
        [[stage]]
        label = "Assessed"
        n = 120
        excluded = { label = "Excluded", n = 20, reasons = [["Not eligible", 15], ["Declined", 5]] }
        [[stage]]
        label = "Randomised"
        n = 100
        [[arm]]
        stages = [{ label = "Treatment", n = 52 }]
        [[arm]]
        stages = [{ label = "Control", n = 48 }]
    "#;

    #[test]
    fn a_file_of_counts_becomes_boxes() {
        let figure = FlowFigure::from_toml("trial.toml", TRIAL).unwrap();
        assert_eq!(figure.steps[0].excluded.as_ref().unwrap().reasons[1], ("Declined".into(), 5));
        assert_eq!(figure.arms.len(), 2);
        let scene = figure.draw(&Profile::plain()).unwrap().scene;
        let words: Vec<String> = scene.texts().map(|(_, text)| text.letters()).collect();
        assert!(words.iter().any(|text| text == "n = 48"), "{words:?}");
    }

    #[test]
    fn counts_that_do_not_add_up_and_unknown_keys_are_refused() {
        let wrong = TRIAL.replace("n = 48", "n = 47");
        let figure = FlowFigure::from_toml("trial.toml", &wrong).unwrap();
        assert!(figure.draw(&Profile::plain()).unwrap_err().to_string().contains("Randomised"));
        let unknown = TRIAL.replace("excluded =", "exclude =");
        let refusal = FlowFigure::from_toml("trial.toml", &unknown).unwrap_err().to_string();
        assert!(refusal.contains("trial.toml") && refusal.contains("exclude"), "{refusal}");
    }
}
