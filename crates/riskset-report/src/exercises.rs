//! Exercises by hand: a small table, a question with one number for an answer, and what a reader's
//! own number says.
//!
//! No answer is stored: each is read from the document of the request that the exercise holds.

use crate::documents::AnyDocument;
use crate::error::Error;
use riskset_analysis::{Data, Problem, Request, Voice, run};
use riskset_data::{ReadOptions, ReadProgress, Table};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The exercises of the program, in their order.
pub fn all() -> &'static [Exercise] {
    static ALL: LazyLock<Vec<Exercise>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("exercises/exercises.toml"))
            .expect("a test reads the exercises");
        file.exercise
    });
    &ALL
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exercise: Vec<Exercise>,
}

/// An exercise.
#[derive(Clone, Debug, Deserialize)]
pub struct Exercise {
    /// What it is about, in a few words.
    pub topic: String,
    /// The question.
    pub question: String,
    /// To how many decimals the answer is asked.
    pub decimals: usize,
    /// The table as CSV; empty where there is none.
    #[serde(default)]
    data: String,
    /// The command that gives the answer, with the table in `exercise.csv`.
    pub command: String,
    /// What helps without giving the answer.
    pub hint: String,
    /// How the answer comes about.
    pub why: String,
    #[serde(flatten)]
    number: Number,
    #[serde(default)]
    wrong: Vec<Mistake>,
}

/// A mistake that is often made, by its number.
#[derive(Clone, Debug, Deserialize)]
struct Mistake {
    says: String,
    #[serde(flatten)]
    number: Number,
}

/// A number in the document of a request.
#[derive(Clone, Debug, Deserialize)]
struct Number {
    request: Map<String, Value>,
    pointer: String,
    turn: Option<Turn>,
}

/// What is done to the number.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Turn {
    Complement,
    Inverse,
}

/// The answer with all that leads to it.
#[derive(Debug)]
pub struct Solution {
    /// The number, in full precision.
    pub number: f64,
    /// The document that it stands in.
    pub document: AnyDocument,
}

/// What a reader's number is.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is the answer, rounded as asked.
    Right,
    /// It is off by one in the last decimal: rounded on the way.
    Rounded {
        /// The answer as it is asked for.
        answer: String,
    },
    /// It may be right and has too few decimals to tell.
    TooShort {
        /// To how many decimals it is asked.
        decimals: usize,
    },
    /// It is what a common mistake gives, in words; or any other number.
    Wrong(Option<String>),
}

/// What the table of an exercise is called.
pub const NAME: &str = "exercise.csv";

impl Exercise {
    /// The table as CSV; `None` where the question has none.
    pub fn data(&self) -> Option<&str> {
        Some(self.data.trim_start()).filter(|data| !data.is_empty())
    }

    /// The answer, computed.
    ///
    /// # Errors
    ///
    /// Those of the analysis.
    pub fn solve(&self, voice: &dyn Voice) -> Result<Solution, Error> {
        self.solve_number(&self.number, voice)
    }

    /// The answer, rounded as it is asked for.
    ///
    /// # Errors
    ///
    /// Those of the analysis.
    pub fn answer(&self, voice: &dyn Voice) -> Result<String, Error> {
        Ok(rounded(self.solve(voice)?.number, self.decimals))
    }

    /// What `typed` says.
    ///
    /// # Errors
    ///
    /// A refusal when it is no number, and those of the analysis.
    pub fn judge(&self, typed: &str, voice: &dyn Voice) -> Result<Verdict, Error> {
        let text = typed.trim().replace('\u{2212}', "-").replace(',', ".");
        let mine: f64 =
            text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| {
                refusal(format!("`{typed}` is no number; write one such as 0.62"))
            })?;
        let given = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let fits = |number: f64, by: f64| {
            // To as many decimals as were typed, at most those asked for and a few more.
            let unit = 0.1_f64.powi(given.min(self.decimals) as i32);
            (mine - number).abs() <= by * unit + 1e-9
        };
        let answer = self.solve(voice)?.number;
        if fits(answer, 0.5) {
            return Ok(match given < self.decimals {
                true => Verdict::TooShort { decimals: self.decimals },
                false => Verdict::Right,
            });
        }
        for mistake in &self.wrong {
            if fits(self.solve_number(&mistake.number, voice)?.number, 0.5) {
                return Ok(Verdict::Wrong(Some(mistake.says.clone())));
            }
        }
        if given >= self.decimals && self.decimals > 0 && fits(answer, 1.5) {
            return Ok(Verdict::Rounded { answer: rounded(answer, self.decimals) });
        }
        Ok(Verdict::Wrong(None))
    }

    fn solve_number(&self, number: &Number, voice: &dyn Voice) -> Result<Solution, Error> {
        let mut fields = number.request.clone();
        let data = match self.data() {
            Some(data) => {
                fields.insert("data".to_owned(), NAME.into());
                let (told, progress) = (ReadOptions::default(), ReadProgress::default());
                let table = Table::from_bytes(data.as_bytes(), NAME, None, &told, &progress)
                    .map_err(|error| refusal(error.to_string()))?;
                Data::table(table, NAME)
            }
            None => Data::none(),
        };
        let problem = |problem: Problem| refusal(problem.words(voice));
        let request = Request::from_fields(fields).map_err(problem)?;
        let answer = run(&request, &data).map_err(problem)?;
        let document = AnyDocument::of(answer, voice).ok_or_else(|| {
            refusal("an exercise asks for a number, and a figure has none".into())
        })?;
        let value = serde_json::to_value(&document).map_err(|error| refusal(error.to_string()))?;
        let found = value.pointer(&number.pointer).and_then(Value::as_f64);
        let found =
            found.ok_or_else(|| refusal(format!("there is no number at {}", number.pointer)))?;
        let number = match number.turn {
            None => found,
            Some(Turn::Complement) => 1.0 - found,
            Some(Turn::Inverse) => found.recip(),
        };
        Ok(Solution { number, document })
    }
}

fn refusal(message: String) -> Error {
    Error::Data(message)
}

fn rounded(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    impl Voice for Plain {
        fn field(&self, field: &str, _: Option<&str>) -> String {
            field.to_owned()
        }

        fn analysis(&self, name: &str) -> String {
            name.to_owned()
        }
    }

    /// Each answer by hand, in the order of the exercises.
    #[test]
    fn answers_are_those_of_a_calculation_by_hand() {
        let s = 5.0 / 6.0 * 3.0 / 4.0 * 2.0 / 3.0;
        let expected = 4.0 / 8.0 + 4.0 / 7.0 + 4.0 / 6.0 + 3.0 / 5.0 + 1.0;
        // m of the treated among n, one death each: V = m/n (1 - m/n).
        let variance: f64 = [(4.0, 8.0), (4.0, 7.0), (4.0, 6.0), (3.0, 5.0), (2.0, 2.0)]
            .iter()
            .map(|(m, n)| m / n * (1.0 - m / n))
            .sum();
        let (between, within) = (1.375 / 3.0, 0.5 / 4.0);
        let by_hand = [
            s,
            s * f64::sqrt(1.0 / 30.0 + 1.0 / 12.0 + 1.0 / 6.0),
            8.0,
            expected,
            (2.0 - expected) * (2.0 - expected) / variance,
            1.0 + 2.0 * 5.0 / 6.0 + 5.0 / 8.0 + 2.0 * s,
            (1.0 + f64::sqrt(17.0)) / 2.0,
            1.0 / 5.0 + 4.0 / 5.0 * 3.0 / 4.0 / 3.0,
            2.0 / 3.0,
            1.0 + (between - within) / (between + within),
            6.0 / 8.0,
        ];
        assert_eq!(all().len(), by_hand.len() + 1);
        for (exercise, by_hand) in all().iter().zip(by_hand) {
            let number = exercise.solve(&Plain).unwrap().number;
            assert!((number - by_hand).abs() < 1e-8, "{}: {number} {by_hand}", exercise.topic);
        }
        // Schoenfeld: 4 (1.9600 + 1.2816)^2 / ln(0.6)^2 is 161.07, and two equal arms have an even
        // number.
        assert_eq!(all().last().unwrap().answer(&Plain).unwrap(), "162");
    }

    /// The answer is right, every mistake is known by its words, and no mistake is the answer.
    #[test]
    fn numbers_are_judged() {
        for exercise in all() {
            let answer = exercise.answer(&Plain).unwrap();
            assert_eq!(exercise.judge(&answer, &Plain).unwrap(), Verdict::Right, "{answer}");
            for mistake in &exercise.wrong {
                let number = exercise.solve_number(&mistake.number, &Plain).unwrap().number;
                let typed = rounded(number, exercise.decimals);
                let said = Verdict::Wrong(Some(mistake.says.clone()));
                assert_eq!(exercise.judge(&typed, &Plain).unwrap(), said, "{}", exercise.topic);
            }
        }
        let first = &all()[0];
        assert_eq!(first.judge("0.4", &Plain).unwrap(), Verdict::TooShort { decimals: 2 });
        assert_eq!(first.judge("0,42", &Plain).unwrap(), Verdict::Right);
        assert_eq!(first.judge("0.41667", &Plain).unwrap(), Verdict::Right);
        let rounded = Verdict::Rounded { answer: "0.42".to_owned() };
        assert_eq!(first.judge("0.41", &Plain).unwrap(), rounded);
        assert_eq!(first.judge("0.9", &Plain).unwrap(), Verdict::Wrong(None));
        assert!(first.judge("much", &Plain).unwrap_err().to_string().contains("no number"));
    }
}
