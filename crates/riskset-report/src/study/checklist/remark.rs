//! REMARK, studies of prognostic markers.

use super::{Analysis, Asked, Checklist, Key, Place};

pub const CHECKLIST: Checklist = Checklist {
    name: "remark",
    title: "REMARK checklist of prognostic marker studies",
    source: "Altman DG, McShane LM, Sauerbrei W, Taube SE. Reporting recommendations for tumor marker prognostic studies (REMARK): explanation and elaboration. PLoS Med 2012;9(5):e1001216.",
    items: &[
        Asked { id: "1", asks: "Are the marker, the aims and the hypotheses stated?", places: &[] },
        Asked {
            id: "2",
            asks: "What are the patients, their stage and comorbidities, from where, and who was eligible?",
            places: &[Place::Said(Key::Eligibility, "Patients")],
        },
        Asked { id: "3", asks: "How were patients treated, and how was that chosen?", places: &[] },
        Asked {
            id: "4",
            asks: "Which specimens and controls were used, and how were they kept?",
            places: &[],
        },
        Asked {
            id: "5",
            asks: "How was the marker measured, in which laboratory protocol, and blinded to outcome?",
            places: &[],
        },
        Asked {
            id: "6",
            asks: "How were cases selected, over which time, with how long a follow-up?",
            places: &[Place::Said(Key::Setting, "Patients"), Place::Results("Follow-up")],
        },
        Asked {
            id: "7",
            asks: "How are the endpoints defined?",
            places: &[Place::Methods("Endpoints")],
        },
        Asked {
            id: "8",
            asks: "Which candidate variables were examined?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "9",
            asks: "Why this size of the study: power, or the effect to be found?",
            places: &[Place::Methods("Sample size")],
        },
        Asked {
            id: "10",
            asks: "Which statistical methods were used: choice of variables, assumptions, missing data?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "11",
            asks: "How was the marker handled in analyses; how were cut-points chosen?",
            places: &[Place::Reasons],
        },
        Asked {
            id: "12",
            asks: "What is the flow of patients and events, overall and by group?",
            places: &[Place::Flow, Place::Results("Participants")],
        },
        Asked {
            id: "13",
            asks: "What are the basic characteristics, the marker and missing values included?",
            places: &[Place::Characteristics],
        },
        Asked {
            id: "14",
            asks: "How is the marker related to the standard variables?",
            places: &[],
        },
        Asked {
            id: "15",
            asks: "What is the univariable relation of marker and outcome, with effect and interval?",
            places: &[Place::Analyses(Analysis::Factors), Place::Analyses(Analysis::Comparison)],
        },
        Asked {
            id: "16",
            asks: "What is the multivariable effect of the marker, with interval?",
            places: &[Place::Analyses(Analysis::Factors), Place::Analyses(Analysis::Model)],
        },
        Asked {
            id: "17",
            asks: "Is there a model with the marker and all standard variables, whatever their significance?",
            places: &[Place::Analyses(Analysis::Factors), Place::Analyses(Analysis::Model)],
        },
        Asked {
            id: "18",
            asks: "Which further checks were done: assumptions, sensitivity, internal validation?",
            places: &[Place::Analyses(Analysis::Adjust)],
        },
        Asked {
            id: "19",
            asks: "What do the results mean against the hypotheses and other studies, and what limits them?",
            places: &[],
        },
        Asked { id: "20", asks: "What follows for research and for care?", places: &[] },
    ],
};
