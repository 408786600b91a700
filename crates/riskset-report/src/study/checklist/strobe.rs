//! STROBE, cohort studies.

use super::{Analysis, Asked, Checklist, Key, Place};

pub const CHECKLIST: Checklist = Checklist {
    name: "strobe",
    title: "STROBE checklist of cohort studies",
    source: "von Elm E, Altman DG, Egger M, et al. The Strengthening the Reporting of Observational Studies in Epidemiology (STROBE) statement. PLoS Med 2007;4(10):e296.",
    items: &[
        Asked { id: "1a", asks: "Is the design named in the title or the abstract?", places: &[] },
        Asked {
            id: "1b",
            asks: "Does the abstract say in balance what was done and found?",
            places: &[],
        },
        Asked { id: "2", asks: "What is known so far, and why was the study done?", places: &[] },
        Asked {
            id: "3",
            asks: "What are the aims, and which hypotheses were stated beforehand?",
            places: &[],
        },
        Asked {
            id: "4",
            asks: "Is the design given early?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "5",
            asks: "Where and when were patients recruited, exposed, followed and measured?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "6a",
            asks: "Who was eligible, from which sources, how selected, and how followed?",
            places: &[Place::Said(Key::Eligibility, "Patients")],
        },
        Asked {
            id: "6b",
            asks: "In a matched study, what was matched on, and how many were exposed and not exposed?",
            places: &[],
        },
        Asked {
            id: "7",
            asks: "Are outcomes, exposures, predictors and confounders defined?",
            places: &[Place::Methods("Endpoints")],
        },
        Asked {
            id: "8",
            asks: "From where is each variable, and was it measured alike in all groups?",
            places: &[],
        },
        Asked { id: "9", asks: "What was done about possible bias?", places: &[] },
        Asked {
            id: "10",
            asks: "How was the size of the study arrived at?",
            places: &[Place::Methods("Sample size")],
        },
        Asked {
            id: "11",
            asks: "How were measured variables handled, and which groupings were chosen, and why?",
            places: &[Place::Reasons],
        },
        Asked {
            id: "12a",
            asks: "Which statistical methods were used, those against confounding included?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked { id: "12b", asks: "How were subgroups and interactions examined?", places: &[] },
        Asked {
            id: "12c",
            asks: "How were missing data handled?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "12d",
            asks: "How was loss to follow-up handled?",
            places: &[Place::Methods("Endpoints")],
        },
        Asked {
            id: "12e",
            asks: "Which sensitivity analyses were done?",
            places: &[Place::Analyses(Analysis::Adjust)],
        },
        Asked {
            id: "13a",
            asks: "How many were there at each stage: eligible, included, followed, analysed?",
            places: &[Place::Results("Participants")],
        },
        Asked {
            id: "13b",
            asks: "Why did patients not take part at each stage?",
            places: &[Place::Results("Participants")],
        },
        Asked { id: "13c", asks: "Is there a diagram of the flow?", places: &[Place::Flow] },
        Asked {
            id: "14a",
            asks: "What are the characteristics of the patients, with exposures and confounders?",
            places: &[Place::Characteristics],
        },
        Asked {
            id: "14b",
            asks: "How many have missing data in each variable?",
            places: &[Place::Characteristics],
        },
        Asked {
            id: "14c",
            asks: "How long was follow-up, on average and in total?",
            places: &[Place::Results("Follow-up")],
        },
        Asked {
            id: "15",
            asks: "How many outcome events were there, over time?",
            places: &[Place::Analyses(Analysis::Comparison), Place::Results("Follow-up")],
        },
        Asked {
            id: "16a",
            asks: "Are estimates given unadjusted and adjusted, with intervals and the confounders?",
            places: &[
                Place::Analyses(Analysis::Adjust),
                Place::Analyses(Analysis::Model),
                Place::Analyses(Analysis::Factors),
            ],
        },
        Asked {
            id: "16b",
            asks: "Where measurements were cut into categories, are the bounds given?",
            places: &[],
        },
        Asked {
            id: "16c",
            asks: "Are relative risks also told as absolute ones over a meaningful time?",
            places: &[Place::Analyses(Analysis::Comparison), Place::Analyses(Analysis::Adjust)],
        },
        Asked {
            id: "17",
            asks: "Which other analyses were done: subgroups, interactions, sensitivity?",
            places: &[Place::Analyses(Analysis::Factors), Place::Analyses(Analysis::Adjust)],
        },
        Asked { id: "18", asks: "Are the key results summed up against the aims?", places: &[] },
        Asked {
            id: "19",
            asks: "What limits the study, bias and imprecision included, and in which direction?",
            places: &[],
        },
        Asked {
            id: "20",
            asks: "Is the interpretation cautious in view of aims, limits, and other evidence?",
            places: &[],
        },
        Asked { id: "21", asks: "To whom do the results apply?", places: &[] },
        Asked {
            id: "22",
            asks: "Who paid, and what was their part?",
            places: &[Place::Front("Funding")],
        },
    ],
};
