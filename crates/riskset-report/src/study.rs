//! A whole study from one declarative file: `riskset study study.toml --output DIR`.

mod adjust;
mod amounts;
mod analysis;
mod check;
mod checklist;
mod cohort;
mod compare;
mod competing;
mod computed;
mod context;
mod counted;
mod cutpoint;
mod data;
mod describe;
mod design;
mod factors;
mod figures;
mod file;
mod flow;
mod followup;
mod forest;
mod incidence;
mod init;
mod labels;
mod manuscript;
mod meta;
mod methods;
mod missing;
mod model;
mod page;
mod panels;
mod performance;
mod proportion;
mod published;
mod read;
mod reading;
mod report;
mod requested;
mod results;
mod retold;
mod run;
mod sections;
mod subject;
mod tables;
mod text;
mod voice;

pub use checklist::{Filled, FilledItem, checklist_of, names as checklist_names};
pub use init::study_of;
pub(crate) use published::PRINTED;
pub use requested::dress_synthetic;
pub use run::{StudyOptions, Summary, check_study, describe_study, run_study};

/// The study file that `riskset study --init` writes: recurrence and death by arm in `@colon`.
pub fn init_template() -> &'static str {
    include_str!("../../../datasets/colon/study.toml")
}
