//! How much of a conclusion hangs on those who were lost to follow-up.

use crate::{About, ContrastDoubt, Data, Doubt, GroupName, Problem, RowsRequest};
use riskset::{
    DeltaImputation, Groups, LostCase, Observations, Remedy, TippedRatio, Towards, lost_case,
};
use riskset_data::Expr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Best and worst case, and the delta at which the conclusion turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TippingRequest {
    /// Data, model and rows; the one column right of `~` has the two groups.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction; it also says when a conclusion turns.
    pub conf_level: f64,
    /// Who of the censored was lost, as a comparison: `reason == "lost"`; all who are censored when
    /// absent.
    pub lost: Option<String>,
    /// The hazard of those who were lost over that of those still followed, at which the hazard ratio
    /// is given, in one group at a time.
    pub deltas: Vec<f64>,
    /// Imputations of their times.
    pub imputations: usize,
    /// The seed of the imputations.
    pub seed: u64,
}

impl Default for TippingRequest {
    fn default() -> TippingRequest {
        TippingRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            lost: None,
            deltas: vec![0.25, 0.5, 1.0, 2.0, 4.0],
            imputations: 50,
            seed: 1,
        }
    }
}

/// How much hangs on those who were lost.
#[derive(Clone, Debug)]
pub struct TippingAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: TippingRequest,
    /// The reference and the group compared with it.
    pub groups: [LostGroup; 2],
    /// As observed, and in the four cases; a ratio is `None` where it is not estimable.
    pub cases: Vec<(LostCase, Option<TippedRatio>)>,
    /// For each group the ratios at the deltas, in the order asked for, the other group's delta 1.
    pub deltas: [Vec<(f64, Option<TippedRatio>)>; 2],
    /// For each group the delta above 1 and that below 1 at which the conclusion turns; `None` where
    /// it does not.
    pub turns: [[Option<f64>; 2]; 2],
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostGroup {
    /// Its level.
    pub name: GroupName,
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
    /// Patients who were lost.
    pub lost: usize,
}

/// Two groups with who was lost.
struct Prepared {
    about: About,
    response: Observations,
    groups: Groups,
    names: Vec<GroupName>,
    lost: Vec<bool>,
}

/// The cases, in the order in which they are told.
const CASES: [LostCase; 5] = [
    LostCase::Observed,
    LostCase::WorstForSecond,
    LostCase::BestForSecond,
    LostCase::AllEvents,
    LostCase::NoEvents,
];

impl TippingRequest {
    /// Imputes and compares.
    pub(crate) fn run(&self, data: &Data) -> Result<TippingAnswer, Problem> {
        let Prepared { mut about, response, groups, names, lost } = self.prepare(data)?;
        let censored = (0..lost.len()).filter(|&row| !response.event()[row]).count();
        let own = |row: usize| lost[row] && !response.event()[row];
        let all = (0..lost.len()).filter(|&row| own(row)).count();
        if self.lost.is_none() {
            about.doubt(Doubt::Contrast(ContrastDoubt::AllLost { patients: censored }));
        }
        if all == 0 {
            return Err(Problem::analysis(
                "none of those without the event was lost, so nothing hangs on them",
                Remedy::set("lost"),
            ));
        }
        let cases = CASES.into_iter().map(|case| {
            let found = lost_case(&response, &groups, &lost, case, self.conf_level)?;
            Ok::<_, Problem>((case, found))
        });
        let cases = cases.collect::<Result<Vec<_>, Problem>>()?;
        let method = self.method();
        let at = |group: usize, delta: f64| {
            let mut both = [1.0, 1.0];
            both[group] = delta;
            Ok::<_, Problem>((delta, method.at(&response, &groups, &lost, both)?))
        };
        let row = |group: usize| {
            self.deltas.iter().map(|&delta| at(group, delta)).collect::<Result<Vec<_>, Problem>>()
        };
        let turn = |group: usize, towards: Towards| {
            method.turns(&response, &groups, &lost, group, towards)
        };
        let turns = |group: usize| {
            Ok::<_, Problem>([turn(group, Towards::More)?, turn(group, Towards::Fewer)?])
        };
        let mut told = names.into_iter().enumerate().map(|(group, name)| {
            let members = (0..lost.len()).filter(|&row| groups.index()[row] as usize == group);
            LostGroup {
                name,
                n: members.clone().count(),
                events: members.clone().filter(|&row| response.event()[row]).count(),
                lost: members.filter(|&row| own(row)).count(),
            }
        });
        let (Some(first), Some(second)) = (told.next(), told.next()) else {
            return Err(riskset::Error::OneGroup.into());
        };
        Ok(TippingAnswer {
            groups: [first, second],
            cases,
            deltas: [row(0)?, row(1)?],
            turns: [turns(0)?, turns(1)?],
            request: self.clone(),
            about,
        })
    }

    fn method(&self) -> DeltaImputation {
        let method = DeltaImputation::default().imputations(self.imputations);
        method.seed(self.seed).conf_level(self.conf_level)
    }

    fn prepare(&self, data: &Data) -> Result<Prepared, Problem> {
        let parse = |text: &String| Expr::parse(text).map_err(riskset_data::Error::from);
        let expr = self.lost.as_ref().map(parse).transpose()?;
        let (formula, options) = (self.rows.parsed()?, self.rows.options()?);
        if self.rows.known_at.is_some() || self.rows.weights.is_some() {
            let field = if self.rows.weights.is_some() { "weights" } else { "known_at" };
            let what =
                "a tipping point is of two groups of patients followed from time 0, each once";
            return Err(Problem::request(what, Remedy::Unset(field.into())));
        }
        let mut columns = options.columns(&formula);
        columns.extend(expr.iter().flat_map(Expr::columns));
        let read = self.rows.read_columns(data, columns, &options)?;
        let table = read.table;
        let mut rows = self.rows.rows_of(&table, "tipping", &formula, &options)?;
        rows.about.doubts.extend(read.doubts);
        rows.refuse_model_terms()?;
        rows.doubt_competing();
        if rows.frame.strata.is_some() {
            let what = "a tipping point takes no strata()";
            return Err(Problem::request(what, Remedy::to("leave strata() out")));
        }
        let grouping = rows.compared()?;
        if grouping.count() != 2 {
            return Err(Problem::analysis(
                format!(
                    "a tipping point is between two groups, and there are {}",
                    grouping.count()
                ),
                Remedy::set("subset"),
            ));
        }
        let lost = match &expr {
            None => vec![true; rows.frame.n],
            Some(expr) => {
                let flags = table.flags(expr)?;
                let own = rows.frame.rows.iter().map(|&row| flags[row as usize] == Some(true));
                own.collect()
            }
        };
        Ok(Prepared {
            response: rows.frame.observations()?.clone(),
            names: GroupName::all(Some(&grouping)),
            groups: grouping.groups.clone(),
            about: rows.about,
            lost,
        })
    }
}
