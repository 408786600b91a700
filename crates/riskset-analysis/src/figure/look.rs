//! What may be chosen about the look of a figure.

use super::rename::Rename;
use crate::{About, Data, Problem, RowsRequest};
use riskset::Remedy;
use riskset_data::Grouping;
use riskset_plot::{
    Annotation, FigureOptions, Intervals, Legend, Profile, Quantity, RiskTable, Tail,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What every figure takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PageRequest {
    /// The journal profile by its name, or a TOML file.
    pub theme: String,
    /// Width in millimetres; one column of the profile when absent.
    pub width: Option<f64>,
    /// Leave out the numbers behind the figure, which otherwise travel inside the file.
    pub no_embed: bool,
}

impl Default for PageRequest {
    fn default() -> PageRequest {
        PageRequest { theme: "plain".to_owned(), width: None, no_embed: false }
    }
}

impl PageRequest {
    /// The profile file that is to be read.
    pub(crate) fn file(&self) -> Option<&str> {
        Some(self.theme.as_str()).filter(|theme| theme.ends_with(".toml"))
    }

    /// A profile by its name, or from a user's TOML file.
    pub(crate) fn profile(&self, data: &Data) -> Result<Profile, Problem> {
        match self.file() {
            None => Ok(Profile::named(&self.theme)?),
            Some(name) => Ok(Profile::from_toml(name, data.text("theme")?)?),
        }
    }
}

/// The time axis of curves and bars.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TimeAxis {
    /// The unit of the time axis in words, such as months.
    pub unit: Option<String>,
    /// Units of the data in one unit of the axis, such as 30.4375 for days shown as months.
    pub per: Option<f64>,
    /// The origin of time, such as randomisation, for the axis title.
    pub origin: Option<String>,
    /// The endpoint in words, such as "Overall survival", for the axis title.
    pub endpoint: Option<String>,
    /// The whole title of the time axis.
    pub xlab: Option<String>,
}

impl TimeAxis {
    /// Units of the data in one unit of the axis.
    pub(crate) fn scale(&self) -> Result<f64, Problem> {
        if self.per.is_some() && self.unit.is_none() {
            return Err(Problem::request(
                "the time axis is rescaled, so its unit has to be named",
                Remedy::set_to("unit", "months"),
            ));
        }
        Ok(self.per.unwrap_or(1.0))
    }

    /// The axis of these rows: an endpoint that was derived by a rule has a title and a unit, which
    /// stand where nothing else was said.
    pub(crate) fn of_rows(&self, rows: &RowsRequest) -> TimeAxis {
        let mut axis = self.unit_of_rows(rows);
        axis.endpoint = axis.endpoint.or_else(|| Some(rows.endpoint_words()?.0));
        axis
    }

    /// The same where the curves are not of the endpoint itself.
    pub(crate) fn unit_of_rows(&self, rows: &RowsRequest) -> TimeAxis {
        let mut axis = self.clone();
        if axis.per.is_none() {
            axis.unit = axis.unit.or_else(|| Some(rows.endpoint_words()?.1));
        }
        axis
    }

    /// The axis of an analysis: with a landmark it starts there, and its title says so.
    pub(crate) fn of(&self, about: &About) -> Result<TimeAxis, Problem> {
        let Some(landmark) = about.landmark else { return Ok(self.clone()) };
        let time = landmark.time / self.scale()?;
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
        let after = self.origin.as_ref().map_or(String::new(), |origin| format!(" after {origin}"));
        let origin = Some(format!("the landmark at {time}{unit}{after}"));
        Ok(TimeAxis { origin, ..self.clone() })
    }

    /// The title of the time axis.
    pub(crate) fn title(&self) -> Result<String, Problem> {
        Ok(self.options()?.time_title())
    }

    fn options(&self) -> Result<FigureOptions, Problem> {
        Ok(FigureOptions {
            endpoint: self.endpoint.clone(),
            unit: self.unit.clone(),
            per: self.scale()?,
            origin: self.origin.clone(),
            x_title: self.xlab.clone(),
            ..FigureOptions::default()
        })
    }
}

/// The look of curves over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CurveLook {
    /// Height in millimetres.
    pub height: Option<f64>,
    /// The whole title of the other axis.
    pub ylab: Option<String>,
    /// A title above the plot; journals want none.
    pub title: Option<String>,
    /// Distance of the ticks of the time axis, in its unit.
    pub break_time: Option<f64>,
    /// Range of the time axis, in its unit.
    pub xlim: Option<(f64, f64)>,
    /// Equal ratios of time take equal lengths.
    pub log_time: bool,
    /// Range of the other axis: probabilities as fractions, or in per cent where the axis is.
    pub ylim: Option<(f64, f64)>,
    /// The counts under the curves.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<RiskTable>")]
    pub risk_table: RiskTable,
    /// Confidence intervals.
    pub conf_band: bool,
    /// How they are drawn.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Intervals>")]
    pub intervals: Intervals,
    /// A part of the scale is drawn again, larger, in a free place: for rare events.
    pub inset: bool,
    /// Censoring marks; shown unless a group has more than 200 when absent.
    pub censor_marks: Option<bool>,
    /// Where the groups are named.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Legend>")]
    pub legend: Legend,
    /// Names of the groups: `level=Name` by level, or all of them in their order.
    pub labels: Vec<String>,
    /// What happens where few remain at risk.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Tail>")]
    pub tail: Tail,
    /// A time marked by a line, in the unit of the axis.
    pub mark_time: Option<f64>,
    /// Mask counts, steps and marks of fewer patients than this.
    pub min_cell: Option<u32>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for CurveLook {
    fn default() -> CurveLook {
        CurveLook {
            height: None,
            ylab: None,
            title: None,
            break_time: None,
            xlim: None,
            log_time: false,
            ylim: None,
            risk_table: RiskTable::AtRisk,
            conf_band: true,
            intervals: Intervals::Auto,
            inset: false,
            censor_marks: None,
            legend: Legend::Auto,
            labels: Vec::new(),
            tail: Tail::default(),
            mark_time: None,
            min_cell: None,
            rename: Vec::new(),
        }
    }
}

impl CurveLook {
    /// The options as the plot crate has them.
    pub(crate) fn options(
        &self,
        page: &PageRequest,
        time: &TimeAxis,
        quantity: Quantity,
        annotations: Vec<Annotation>,
    ) -> Result<FigureOptions, Problem> {
        if self.min_cell.is_some() && !annotations.is_empty() {
            return Err(Problem::request(
                "annotations write numbers of the unmasked data, which the mask of small cells is \
                 there to hide",
                Remedy::AnyOf(vec![
                    Remedy::Unset("annotate".into()),
                    Remedy::Unset("min_cell".into()),
                ]),
            ));
        }
        Ok(FigureOptions {
            width: page.width,
            height: self.height,
            quantity,
            y_title: self.ylab.clone(),
            title: self.title.clone(),
            break_time: self.break_time,
            x_limits: self.xlim,
            y_limits: self.ylim,
            log_time: self.log_time,
            inset: self.inset,
            bands: self.conf_band,
            intervals: self.intervals,
            censor_marks: self.censor_marks,
            risk_table: self.risk_table,
            legend: self.legend,
            annotations,
            tail: self.tail,
            landmark: self.mark_time,
            min_cell: self.min_cell,
            embed: !page.no_embed,
            ..time.options()?
        })
    }

    /// The names of the groups: those given, or the levels in words.
    pub(super) fn names(
        &self,
        words: &super::rename::Words,
        grouping: Option<&Grouping>,
    ) -> Result<Vec<String>, Problem> {
        named(&self.labels, words.groups(grouping), grouping)
    }
}

/// The labels given for the groups, or the names that they have: `level=Label` by name, else in the
/// order of the groups. A label that is another group's level would exchange two groups in silence,
/// and is refused.
pub(super) fn named(
    labels: &[String],
    names: Vec<String>,
    grouping: Option<&Grouping>,
) -> Result<Vec<String>, Problem> {
    if labels.is_empty() {
        return Ok(names);
    }
    let groups = grouping.map_or_else(String::new, |grouping| grouping.labels.join(", "));
    if let Some(by_name) = by_name(labels, &names, &groups)? {
        return Ok(by_name);
    }
    if labels.len() != names.len() {
        let what = format!(
            "the labels name {} groups, but there are {}: {groups}",
            labels.len(),
            names.len()
        );
        return Err(Problem::request(what, Remedy::set("labels")));
    }
    let clash = labels.iter().enumerate().find(|(place, label)| {
        names.iter().enumerate().any(|(other, name)| other != *place && name == *label)
    });
    match clash {
        None => Ok(labels.to_vec()),
        Some((place, label)) => Err(Problem::request(
            format!(
                "the label {label:?} stands for the group {}, but it is the name of another group: \
                 the labels follow the order of the groups ({groups})",
                names[place]
            ),
            Remedy::set("labels"),
        )),
    }
}

/// The names with the labels that are given by name; `None` where no label names a group.
fn by_name(
    labels: &[String],
    names: &[String],
    groups: &str,
) -> Result<Option<Vec<String>>, Problem> {
    let parts = |label: &String| {
        let mut cuts = label.match_indices('=').map(|(at, _)| (&label[..at], &label[at + 1..]));
        cuts.find_map(|(level, words)| {
            let group = names.iter().position(|name| name == level.trim())?;
            Some((group, words.trim().to_owned()))
        })
    };
    let found: Vec<Option<(usize, String)>> = labels.iter().map(parts).collect();
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let refuse = |what: String| Err(Problem::request(what, Remedy::set("labels")));
    let mut named = names.to_vec();
    let mut given = vec![false; names.len()];
    for (label, found) in labels.iter().zip(found) {
        match found {
            None => {
                return refuse(format!(
                    "the label {label:?} names no group where others do; the groups are {groups}, \
                     each written level=Label"
                ));
            }
            Some((_, words)) if words.is_empty() => {
                return refuse(format!("the label {label:?} has no words after its level"));
            }
            Some((group, _)) if given[group] => {
                return refuse(format!("the group {} has two labels", names[group]));
            }
            Some((group, words)) => (named[group], given[group]) = (words, true),
        }
    }
    Ok(Some(named))
}

#[cfg(test)]
mod tests {
    use super::named;

    fn labelled(labels: &[&str]) -> Result<Vec<String>, String> {
        let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        named(&own(labels), own(&["1", "2", "a=b"]), None).map_err(|problem| problem.to_string())
    }

    #[test]
    fn labels_are_given_by_name_or_in_order() {
        assert_eq!(labelled(&["2=Women", "1=Men"]).unwrap(), ["Men", "Women", "a=b"]);
        assert_eq!(labelled(&["a=b=Both"]).unwrap(), ["1", "2", "Both"]);
        assert_eq!(labelled(&["Men", "Women", "x=y"]).unwrap(), ["Men", "Women", "x=y"]);
        assert!(labelled(&["2", "1", "Both"]).unwrap_err().contains("name of another group"));
        assert!(labelled(&["2=Women", "Men"]).unwrap_err().contains("names no group"));
        assert!(labelled(&["2=Women", "2=Men"]).unwrap_err().contains("two labels"));
        assert!(labelled(&["2="]).unwrap_err().contains("no words"));
        assert!(labelled(&["Men", "Women"]).unwrap_err().contains("2 groups, but there are 3"));
    }
}
