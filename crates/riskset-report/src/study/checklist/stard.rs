//! STARD, studies of diagnostic accuracy.

use super::{Analysis, Asked, Checklist, Key, Place};

pub const CHECKLIST: Checklist = Checklist {
    name: "stard",
    title: "STARD checklist of studies of diagnostic accuracy",
    source: "Bossuyt PM, Reitsma JB, Bruns DE, et al. STARD 2015: an updated list of essential items for reporting diagnostic accuracy studies. BMJ 2015;351:h5527.",
    items: &[
        Asked {
            id: "1",
            asks: "Do title or abstract say that diagnostic accuracy was studied, with one measure of it?",
            places: &[Place::Title],
        },
        Asked { id: "2", asks: "Is there a structured abstract?", places: &[] },
        Asked {
            id: "3",
            asks: "What is the background, and the use and place of the index test?",
            places: &[],
        },
        Asked { id: "4", asks: "What are aims and hypotheses?", places: &[] },
        Asked {
            id: "5",
            asks: "Were data collected before or after the tests were done?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "6",
            asks: "Who was eligible?",
            places: &[Place::Said(Key::Eligibility, "Patients")],
        },
        Asked { id: "7", asks: "On what ground were eligible patients found?", places: &[] },
        Asked {
            id: "8",
            asks: "Where and when were they found?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked { id: "9", asks: "Were they consecutive, random, or by convenience?", places: &[] },
        Asked {
            id: "10a",
            asks: "How was the index test done, in enough detail to repeat it?",
            places: &[],
        },
        Asked {
            id: "10b",
            asks: "How was the reference standard done?",
            places: &[Place::Methods("Endpoints")],
        },
        Asked { id: "11", asks: "Why this reference standard?", places: &[] },
        Asked {
            id: "12a",
            asks: "Which cut-offs or categories of the index test were used, and were they set beforehand?",
            places: &[],
        },
        Asked { id: "12b", asks: "Which of the reference standard?", places: &[] },
        Asked {
            id: "13a",
            asks: "Did those who read the index test know clinical data and the reference?",
            places: &[],
        },
        Asked {
            id: "13b",
            asks: "Did those who judged the reference know clinical data and the index test?",
            places: &[],
        },
        Asked {
            id: "14",
            asks: "How was accuracy estimated and compared?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked { id: "15", asks: "How were indeterminate results handled?", places: &[] },
        Asked {
            id: "16",
            asks: "How were missing data of test and reference handled?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "17",
            asks: "How was variability of accuracy examined, and what was set beforehand?",
            places: &[Place::Analyses(Analysis::Proportion)],
        },
        Asked {
            id: "18",
            asks: "How was the size of the study arrived at?",
            places: &[Place::Methods("Sample size")],
        },
        Asked { id: "19", asks: "Is there a diagram of the flow?", places: &[Place::Flow] },
        Asked {
            id: "20",
            asks: "What are the characteristics of the patients?",
            places: &[Place::Characteristics],
        },
        Asked {
            id: "21a",
            asks: "How severe was the disease in those with the condition?",
            places: &[],
        },
        Asked { id: "21b", asks: "What else did those without it have?", places: &[] },
        Asked {
            id: "22",
            asks: "How long, and which treatment, lay between test and reference?",
            places: &[],
        },
        Asked {
            id: "23",
            asks: "Is the index test tabulated against the reference?",
            places: &[Place::Analyses(Analysis::Proportion)],
        },
        Asked {
            id: "24",
            asks: "Are estimates of accuracy given with intervals?",
            places: &[Place::Analyses(Analysis::Proportion)],
        },
        Asked { id: "25", asks: "Were there harms of test or reference?", places: &[] },
        Asked { id: "26", asks: "What limits the study: bias, imprecision, reach?", places: &[] },
        Asked {
            id: "27",
            asks: "What follows for care, and for the use of the test?",
            places: &[],
        },
        Asked {
            id: "28",
            asks: "Under which number is the study registered?",
            places: &[Place::Front("Registration")],
        },
        Asked { id: "29", asks: "Where can the protocol be had?", places: &[] },
        Asked {
            id: "30",
            asks: "Who paid, and what was their part?",
            places: &[Place::Front("Funding")],
        },
    ],
};
