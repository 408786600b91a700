//! The seeded cohort that every program reads, and how it is read back.
//!
//! A column is a file of 64-bit little-endian numbers, which R (`readBin`), numpy (`fromfile`) and
//! Rust read without parsing. `cohort.csv` holds the same rows for the programs started as whole
//! processes, covariates with six decimals; `large.csv` has ten times the rows and only the columns of a
//! curve by group.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Covariates of the cohort.
pub const COVARIATES: usize = 10;
/// Covariates of the wide cohort, which has a tenth of the rows.
pub const WIDE: usize = 50;

/// SplitMix64 of Steele, Lea and Flood (2014): enough for data that only have to be the same each
/// time, everywhere.
struct Random(u64);

impl Random {
    /// Uniform in (0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Rounds to whole ten-millionths of a year, 3 seconds, and up from 0. Times that differ by less
/// than about 1.5e-8 are one time for riskset and R and two for the Python programs; on this grid
/// every program sees the same ties, a few in a hundred rows of a million.
fn on_grid(time: f64) -> f64 {
    (time * 1e7).round().max(1.0) / 1e7
}

/// Columns by name. Times are in years; half of the covariates are normal, half are 0 or 1.
pub struct Cohort {
    pub time: Vec<f64>,
    pub event: Vec<f64>,
    pub group: Vec<f64>,
    cause: Vec<f64>,
    start: Vec<f64>,
    stop: Vec<f64>,
    x: Vec<Vec<f64>>,
}

impl Cohort {
    pub fn new(rows: usize, covariates: usize, seed: u64) -> Cohort {
        let mut random = Random(seed);
        let column = || Vec::with_capacity(rows);
        let mut cohort = Cohort {
            time: column(),
            event: column(),
            group: column(),
            cause: column(),
            start: column(),
            stop: column(),
            x: vec![column(); covariates],
        };
        for row in 0..rows {
            // The first rows use every group, so that none is empty.
            let group = if row < 3 { row as f64 } else { (random.uniform() * 3.0).floor() };
            let mut linear = 0.1 * group;
            for (j, x) in cohort.x.iter_mut().enumerate() {
                let coin = f64::from(u8::from(random.uniform() < 0.5));
                let value = if j % 2 == 0 { random.normal() } else { coin };
                linear += value * if j % 3 == 0 { 0.3 } else { -0.1 };
                x.push(value);
            }
            let death = -random.uniform().ln() * f64::exp(-linear);
            let censored = random.uniform() * 5.0;
            let (time, event) = (on_grid(death.min(censored)), death <= censored);
            let cause = if random.uniform() < 0.4 { 1.0 } else { 2.0 };
            let entry = on_grid(random.uniform() * 2.0);
            cohort.time.push(time);
            cohort.event.push(f64::from(u8::from(event)));
            cohort.group.push(group);
            cohort.cause.push(if event { cause } else { 0.0 });
            cohort.start.push(entry);
            cohort.stop.push(on_grid(entry + time));
        }
        cohort
    }

    fn write_columns(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let write = |name: &str, values: &[f64]| -> std::io::Result<()> {
            let mut file = BufWriter::new(File::create(folder.join(format!("{name}.f64")))?);
            values.iter().try_for_each(|value| file.write_all(&value.to_le_bytes()))?;
            file.flush()
        };
        write("time", &self.time)?;
        write("event", &self.event)?;
        write("group", &self.group)?;
        write("cause", &self.cause)?;
        write("start", &self.start)?;
        write("stop", &self.stop)?;
        self.x.iter().zip(1..).try_for_each(|(x, j)| write(&format!("x{j}"), x))
    }

    /// Time, event, group and the covariates: 13 columns for ten covariates.
    fn write_csv(&self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        write!(file, "time,event,group")?;
        (1..=self.x.len()).try_for_each(|j| write!(file, ",x{j}"))?;
        writeln!(file)?;
        for row in 0..self.time.len() {
            write!(file, "{:.7},{},{}", self.time[row], self.event[row], self.group[row])?;
            for (j, x) in self.x.iter().enumerate() {
                if j % 2 == 0 {
                    write!(file, ",{:.6}", x[row])?
                } else {
                    write!(file, ",{}", x[row])?
                }
            }
            writeln!(file)?;
        }
        file.flush()
    }
}

/// Writes `cohort/`, `wide/`, `cohort.csv` and `large.csv` into `folder`.
pub fn generate(folder: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    if rows < 1000 {
        return Err(format!("{rows} rows are too few to compare programs on; ask for 1000").into());
    }
    let cohort = Cohort::new(rows, COVARIATES, 1);
    cohort.write_columns(&folder.join("cohort"))?;
    cohort.write_csv(&folder.join("cohort.csv"))?;
    Cohort::new(rows / 10, WIDE, 2).write_columns(&folder.join("wide"))?;
    Cohort::new(rows * 10, 0, 3).write_csv(&folder.join("large.csv"))?;
    Ok(())
}

/// A folder of columns, of which the first `1/part` of the rows are read.
pub struct Columns<'a> {
    folder: &'a Path,
    part: usize,
}

impl<'a> Columns<'a> {
    pub fn new(folder: &'a Path, part: usize) -> Columns<'a> {
        Columns { folder, part }
    }

    pub fn read(&self, name: &str) -> Result<Vec<f64>, Box<dyn Error>> {
        let path = self.folder.join(format!("{name}.f64"));
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(format!("{}: not a whole number of values", path.display()).into());
        }
        let rows = numbers.len() / self.part;
        Ok(numbers[..rows].iter().map(|&bytes| f64::from_le_bytes(bytes)).collect())
    }

    pub fn flags(&self, name: &str) -> Result<Vec<bool>, Box<dyn Error>> {
        Ok(self.read(name)?.into_iter().map(|value| value != 0.0).collect())
    }

    pub fn codes(&self, name: &str) -> Result<Vec<u32>, Box<dyn Error>> {
        Ok(self.read(name)?.into_iter().map(|value| value as u32).collect())
    }

    /// `x1` to `xN`, one column after the other.
    pub fn covariates(&self, count: usize) -> Result<Vec<f64>, Box<dyn Error>> {
        let mut values = Vec::new();
        for j in 1..=count {
            values.extend(self.read(&format!("x{j}"))?);
        }
        Ok(values)
    }
}
