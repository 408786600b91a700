//! Small survival data for every estimator: from arbitrary bytes, and from a table that a person
//! can read.

use std::fmt::Write;

/// What the covariate columns are called.
const COVARIATES: [&str; 3] = ["x1", "x2", "x3"];

/// One value per row in every column; all columns are as long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Start of the time at risk; not used when all are 0.
    pub entry: Vec<f64>,
    /// End of follow-up.
    pub time: Vec<f64>,
    /// 0 censored, else the cause of the event, 1 or 2.
    pub cause: Vec<u32>,
    /// Group, stratum and cluster, any numbers.
    pub group: Vec<u32>,
    /// Stratum.
    pub stratum: Vec<u32>,
    /// Cluster.
    pub cluster: Vec<u32>,
    /// Case weight; not used when all are 1.
    pub weight: Vec<f64>,
    /// Three covariates.
    pub x: [Vec<f64>; 3],
}

impl Rows {
    /// Reads arbitrary bytes: three that choose scales, then seven a row, at most 40 rows. Few
    /// distinct times and values, so that ties, empty risk sets and constant columns are common.
    /// `None` for too few bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Rows> {
        let (head, body) = bytes.split_at_checked(3)?;
        let unit =
            [1.0, 1e-9, 1e9, 1.0 / 365.25, 0.1, 1e-100, 1e100, 7.0][usize::from(head[0] % 8)];
        let (with_entry, with_weights) = (head[0] & 8 != 0, head[0] & 16 != 0);
        let scale =
            |which: u8| [1.0, 1e-3, 1e6, 1e-9, 0.1, 100.0, 1e-60, 1e60][usize::from(which % 8)];
        let scales = [scale(head[1]), scale(head[1] >> 4), scale(head[2])];
        let shift = if head[2] & 16 == 0 { 0.0 } else { 1e6 };
        let mut rows = Rows::default();
        for row in body.chunks_exact(7).take(40) {
            let start = f64::from(row[1] % 32);
            rows.entry.push(if with_entry { start * unit } else { 0.0 });
            rows.time.push(unit * (f64::from(row[0] % 64) + if with_entry { start } else { 0.0 }));
            rows.cause.push(u32::from(row[2] % 3));
            rows.group.push(u32::from((row[2] >> 2) % 4));
            rows.stratum.push(u32::from((row[2] >> 4) % 3));
            rows.cluster.push(u32::from(row[3] % 8));
            rows.weight.push(if with_weights { f64::from(row[3] >> 3) / 4.0 } else { 1.0 });
            for ((column, byte), scale) in rows.x.iter_mut().zip(&row[4..]).zip(scales) {
                column.push(f64::from(*byte as i8) * scale + shift);
            }
        }
        (!rows.time.is_empty()).then_some(rows)
    }

    /// Reads the table that [`to_csv`](Self::to_csv) writes. A column that is not there is 0, and
    /// 1 for the weights; columns may stand in any order.
    ///
    /// # Errors
    ///
    /// A sentence that names the line.
    pub fn from_csv(text: &str) -> Result<Rows, String> {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let names: Vec<&str> = lines.next().ok_or("no header")?.split(',').collect();
        let mut rows = Rows::default();
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            if cells.len() != names.len() {
                return Err(format!(
                    "`{line}` has {} cells, the header {}",
                    cells.len(),
                    names.len()
                ));
            }
            let cell =
                |name: &str| names.iter().position(|known| *known == name).map(|at| cells[at]);
            let number = |name: &str, default: f64| match cell(name) {
                Some(text) => text.parse().map_err(|error| format!("`{line}`: {name}: {error}")),
                None => Ok(default),
            };
            rows.entry.push(number("entry", 0.0)?);
            rows.time.push(number("time", 0.0)?);
            rows.weight.push(number("weight", 1.0)?);
            rows.cause.push(number("cause", 0.0)? as u32);
            rows.group.push(number("group", 0.0)? as u32);
            rows.stratum.push(number("stratum", 0.0)? as u32);
            rows.cluster.push(number("cluster", 0.0)? as u32);
            for (column, name) in rows.x.iter_mut().zip(COVARIATES) {
                column.push(number(name, 0.0)?);
            }
        }
        Ok(rows)
    }

    /// The rows as a table, for `tests/hard/estimators`. Numbers read back as the same bits.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("entry,time,cause,group,stratum,cluster,weight,x1,x2,x3\n");
        for row in 0..self.len() {
            let (entry, time, weight) = (self.entry[row], self.time[row], self.weight[row]);
            let codes = [&self.cause, &self.group, &self.stratum, &self.cluster].map(|c| c[row]);
            let x = [0, 1, 2].map(|column| self.x[column][row]);
            let _ = write!(text, "{entry:?},{time:?}");
            let _ = codes.iter().try_for_each(|code| write!(text, ",{code}"));
            let _ = writeln!(text, ",{weight:?},{:?},{:?},{:?}", x[0], x[1], x[2]);
        }
        text
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }
}
