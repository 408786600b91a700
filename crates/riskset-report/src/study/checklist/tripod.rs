//! TRIPOD, development of prediction models.

use super::{Analysis, Asked, Checklist, Key, Place};

pub const CHECKLIST: Checklist = Checklist {
    name: "tripod",
    title: "TRIPOD checklist of prediction models, items of development",
    source: "Collins GS, Reitsma JB, Altman DG, Moons KGM. Transparent reporting of a multivariable prediction model for individual prognosis or diagnosis (TRIPOD). Ann Intern Med 2015;162(1):55-63.",
    items: &[
        Asked {
            id: "1",
            asks: "Does the title name the model, its population and its outcome, and whether it is developed or validated?",
            places: &[],
        },
        Asked { id: "2", asks: "Does the abstract sum up aims, methods and results?", places: &[] },
        Asked { id: "3a", asks: "What is the context, and why this model?", places: &[] },
        Asked {
            id: "3b",
            asks: "What are the aims: development, validation, or both?",
            places: &[],
        },
        Asked {
            id: "4a",
            asks: "What is the design and where are the data from?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "4b",
            asks: "When did recruitment begin and end, and when did follow-up end?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "5a",
            asks: "What is the setting, with number and place of centres?",
            places: &[Place::Said(Key::Setting, "Patients")],
        },
        Asked {
            id: "5b",
            asks: "Who was eligible?",
            places: &[Place::Said(Key::Eligibility, "Patients")],
        },
        Asked { id: "5c", asks: "Which treatments were given?", places: &[] },
        Asked {
            id: "6a",
            asks: "Which outcome is predicted, how and when was it assessed?",
            places: &[Place::Methods("Endpoints")],
        },
        Asked {
            id: "6b",
            asks: "Was it assessed without knowledge of the predictors?",
            places: &[],
        },
        Asked {
            id: "7a",
            asks: "Which predictors were used, how and when were they measured?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "7b",
            asks: "Were they assessed without knowledge of the outcome?",
            places: &[],
        },
        Asked {
            id: "8",
            asks: "How was the size of the study arrived at?",
            places: &[Place::Methods("Sample size")],
        },
        Asked {
            id: "9",
            asks: "How were missing data handled?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked {
            id: "10a",
            asks: "How were predictors handled in the analyses?",
            places: &[Place::Reasons],
        },
        Asked {
            id: "10b",
            asks: "Which kind of model, how built, with which selection and internal validation?",
            places: &[Place::Methods("Statistical analysis")],
        },
        Asked { id: "10d", asks: "Which measures of performance were used?", places: &[] },
        Asked { id: "11", asks: "How were risk groups made, if any?", places: &[] },
        Asked {
            id: "13a",
            asks: "What is the flow of patients, with numbers with and without the outcome, and follow-up?",
            places: &[Place::Flow, Place::Results("Participants"), Place::Results("Follow-up")],
        },
        Asked {
            id: "13b",
            asks: "What are the characteristics, with missing predictors and outcomes?",
            places: &[Place::Characteristics],
        },
        Asked {
            id: "14a",
            asks: "How many patients and events had each analysis?",
            places: &[Place::Analyses(Analysis::Model), Place::Analyses(Analysis::Factors)],
        },
        Asked {
            id: "14b",
            asks: "What is the unadjusted relation of each predictor with the outcome?",
            places: &[Place::Analyses(Analysis::Factors)],
        },
        Asked {
            id: "15a",
            asks: "Is the full model given, with all coefficients and the baseline survival at a time?",
            places: &[],
        },
        Asked { id: "15b", asks: "How is the model to be used?", places: &[] },
        Asked { id: "16", asks: "How well does the model perform, with intervals?", places: &[] },
        Asked {
            id: "18",
            asks: "What limits the study: sample, events per predictor, missing data?",
            places: &[],
        },
        Asked {
            id: "19",
            asks: "How do the results compare with aims, limits and other studies?",
            places: &[],
        },
        Asked {
            id: "20",
            asks: "What is the use of the model, and what is to be studied next?",
            places: &[],
        },
        Asked {
            id: "21",
            asks: "Where are supplement, protocol, calculator and data?",
            places: &[Place::Front("Data availability")],
        },
        Asked {
            id: "22",
            asks: "Who paid, and what was their part?",
            places: &[Place::Front("Funding")],
        },
    ],
};
