//! The estimates that a search judges its cohort by, on whole days.
//!
//! They are not for analyses: those belong to the core crate, which also checks the finished
//! cohorts. They stand here once more because a search evaluates them a million times on a few
//! dozen rows, and because every exponential and logarithm must come from `libm`, so that each
//! machine takes the same path to the same cohort.

/// The normal quantile of a two-sided 95% interval, at full precision.
const Z95: f64 = 1.959_963_984_540_054;

/// One event day of a Kaplan-Meier curve.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub day: f64,
    /// S just after the day.
    pub survival: f64,
    /// Greenwood's variance of log S; infinite once S is 0.
    pub log_variance: f64,
}

/// The Kaplan-Meier curve of (day, event) pairs at its event days.
pub fn kaplan_meier(mut rows: Vec<(i32, bool)>) -> Vec<Step> {
    rows.sort_unstable();
    let (mut steps, mut survival, mut log_variance) = (Vec::with_capacity(rows.len()), 1.0, 0.0);
    let mut at_risk = rows.len();
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let events = tied.iter().filter(|row| row.1).count();
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            survival *= 1.0 - d / n;
            log_variance += d / (n * (n - d));
            steps.push(Step { day: f64::from(tied[0].0), survival, log_variance });
        }
        at_risk -= tied.len();
    }
    steps
}

/// The first day at which S is `level` or less; where S stays exactly there, the middle between
/// that day and the next event day. `None` when the level is not reached.
pub fn quantile(steps: &[Step], level: f64) -> Option<f64> {
    let first = steps.iter().position(|step| step.survival <= level + 1e-9)?;
    let exactly = steps[first].survival >= level - 1e-9;
    Some(match steps.get(first + 1) {
        Some(next) if exactly => (steps[first].day + next.day) / 2.0,
        _ => steps[first].day,
    })
}

/// The median by every convention: the first day at which S is 1/2 or less, and, where S is exactly
/// 1/2 there, the next event day. `None` when the median is not reached.
pub fn median_days(steps: &[Step]) -> Option<(f64, f64)> {
    let first = steps.iter().position(|step| step.survival <= 0.5 + 1e-9)?;
    let exactly = steps[first].survival >= 0.5 - 1e-9;
    let last = if exactly { steps.get(first + 1)?.day } else { steps[first].day };
    Some((steps[first].day, last))
}

/// The scale on which the interval of S is symmetric.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    LogLog,
    Plain,
    Logit,
    Arcsine,
}

/// All four scales: the shipped cohort prints the same limits on each.
pub const SCALES: [Scale; 4] = [Scale::LogLog, Scale::Plain, Scale::Logit, Scale::Arcsine];

impl Scale {
    /// How many standard errors S lies above 1/2, both taken to this scale.
    fn above_half(self, step: &Step) -> f64 {
        let (s, log_error) = (step.survival, libm::sqrt(step.log_variance));
        match self {
            Scale::Plain => (s - 0.5) / (s * log_error),
            // log(-log S) falls as S rises, hence the order of the difference.
            Scale::LogLog => {
                let hazard = -libm::log(s);
                (libm::log(std::f64::consts::LN_2) - libm::log(hazard)) * hazard / log_error
            }
            Scale::Logit => libm::log(s / (1.0 - s)) * (1.0 - s) / log_error,
            Scale::Arcsine => {
                let angle = libm::asin(libm::sqrt(s)) - std::f64::consts::FRAC_PI_4;
                angle / (0.5 * log_error * libm::sqrt(s / (1.0 - s)))
            }
        }
    }
}

/// The 95% limits of the median: the first days at which the lower and the upper limit of S are 1/2
/// or less (Brookmeyer and Crowley 1982, Biometrics 38:29-41). `None` when a limit stays above.
pub fn median_limits(steps: &[Step], scale: Scale) -> (Option<f64>, Option<f64>) {
    let (mut lower, mut upper) = (None, None);
    for step in steps.iter().take_while(|step| step.survival > 0.0) {
        let distance = scale.above_half(step);
        if lower.is_none() && distance <= Z95 {
            lower = Some(step.day);
        }
        if distance <= -Z95 {
            upper = Some(step.day);
            break;
        }
    }
    (lower, upper)
}

/// The ranks of the events that are the lower and the upper limit of the median among `n` patients
/// when no censoring comes before them.
pub fn limit_ranks(n: usize, scale: Scale) -> (f64, f64) {
    let uncensored: Vec<(i32, bool)> = (1..n as i32).map(|day| (day, true)).collect();
    let mut steps = kaplan_meier(uncensored.into_iter().chain([(n as i32, true)]).collect());
    steps.truncate(n - 1);
    let (lower, upper) = median_limits(&steps, scale);
    (lower.unwrap_or(1.0), upper.unwrap_or(n as f64))
}

/// A hazard ratio and its 95% limits.
pub type HazardRatio = [f64; 3];

/// The Cox hazard ratio of `true` against `false` in (day, event, group) rows, with Efron's ties.
/// `None` when the information vanishes.
pub fn hazard_ratio(mut rows: Vec<(i32, bool, bool)>) -> Option<HazardRatio> {
    rows.sort_unstable_by(|a, b| b.cmp(a));
    // For each event day: at risk and events outside the group, at risk and events inside.
    let mut days: Vec<[f64; 4]> = Vec::with_capacity(rows.len());
    let mut at_risk = [0.0, 0.0];
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let mut events = [0.0, 0.0];
        for &(_, event, group) in tied {
            at_risk[usize::from(group)] += 1.0;
            events[usize::from(group)] += if event { 1.0 } else { 0.0 };
        }
        if events[0] + events[1] > 0.0 {
            days.push([at_risk[0], events[0], at_risk[1], events[1]]);
        }
    }
    let mut beta = 0.0;
    for _ in 0..30 {
        let (score, information) = score_and_information(&days, libm::exp(beta));
        if information <= 1e-12 {
            return None;
        }
        let step = score / information;
        beta += step.clamp(-2.0, 2.0);
        if step.abs() < 1e-11 {
            let half_width = Z95 / libm::sqrt(information);
            return Some([beta, beta - half_width, beta + half_width].map(libm::exp));
        }
    }
    None
}

fn score_and_information(days: &[[f64; 4]], ratio: f64) -> (f64, f64) {
    let (mut score, mut information) = (0.0, 0.0);
    for &[outside, events_outside, inside, events_inside] in days {
        let events = events_outside + events_inside;
        for already in 0..events as usize {
            let part = already as f64 / events;
            let weight = (inside - part * events_inside) * ratio;
            let share = weight / (outside - part * events_outside + weight);
            score -= share;
            information += share * (1.0 - share);
        }
        score += events_inside;
    }
    (score, information)
}

/// The log-rank statistic of (day, event, group) rows and its P value on one degree of freedom.
pub fn log_rank(mut rows: Vec<(i32, bool, bool)>) -> (f64, f64) {
    rows.sort_unstable();
    let (mut excess, mut variance) = (0.0, 0.0);
    let mut at_risk = rows.len() as f64;
    let mut inside = rows.iter().filter(|row| row.2).count() as f64;
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let events = tied.iter().filter(|row| row.1).count() as f64;
        if events > 0.0 {
            let share = inside / at_risk;
            let events_inside = tied.iter().filter(|row| row.1 && row.2).count() as f64;
            excess += events_inside - events * share;
            if at_risk > 1.0 {
                variance += events * share * (1.0 - share) * (at_risk - events) / (at_risk - 1.0);
            }
        }
        at_risk -= tied.len() as f64;
        inside -= tied.iter().filter(|row| row.2).count() as f64;
    }
    let statistic = if variance > 0.0 { excess * excess / variance } else { 0.0 };
    (statistic, libm::erfc(libm::sqrt(statistic / 2.0)))
}

/// Donner and Donald's standard error of a proportion from (observations, successes) by cluster,
/// with the intraclass correlation by analysis of variance, not truncated at 0.
///
/// Source: Donner and Donald (1988), J Clin Epidemiol 41:899-905.
pub fn clustered_std_error(clusters: &[(u32, u32)]) -> f64 {
    let (mut m_total, mut x_total, mut squares, mut within, mut between) =
        (0.0, 0.0, 0.0, 0.0, 0.0);
    for &(m, x) in clusters {
        let (m, x) = (f64::from(m), f64::from(x));
        m_total += m;
        x_total += x;
        squares += m * m;
        within += x * (m - x) / m;
        between += x * x / m;
    }
    let (k, p) = (clusters.len() as f64, x_total / m_total);
    let mut correlation = 0.0;
    if k > 1.0 && m_total > k {
        let mean_between = (between - x_total * x_total / m_total) / (k - 1.0);
        let mean_within = within / (m_total - k);
        let size = (m_total - squares / m_total) / (k - 1.0);
        let total = mean_between + (size - 1.0) * mean_within;
        if total > 0.0 {
            correlation = (mean_between - mean_within) / total;
        }
    }
    let design_effect = 1.0 + (squares / m_total - 1.0) * correlation;
    libm::sqrt((p * (1.0 - p) / m_total * design_effect).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days 1 (event and censoring), 2 (event), 3 (censoring), 4 (event): S is 4/5, 8/15, 0.
    #[test]
    fn five_patients_by_hand() {
        let steps = kaplan_meier(vec![(1, true), (1, false), (2, true), (3, false), (4, true)]);
        let survival: Vec<f64> = steps.iter().map(|step| step.survival).collect();
        assert!((survival[0] - 0.8).abs() < 1e-15 && (survival[1] - 8.0 / 15.0).abs() < 1e-15);
        assert_eq!(survival[2], 0.0);
        assert_eq!(median_days(&steps), Some((4.0, 4.0)));
        assert_eq!(quantile(&steps, 0.8), Some(1.5));
    }

    /// Order statistics that become limits without censoring; the same as `survfit` gives.
    #[test]
    fn ranks_of_the_limits() {
        assert_eq!(limit_ranks(22, Scale::LogLog), (6.0, 16.0));
        assert_eq!(limit_ranks(45, Scale::Plain), (17.0, 29.0));
        assert_eq!(limit_ranks(45, Scale::Logit), (16.0, 30.0));
        assert_eq!(limit_ranks(47, Scale::Arcsine), (17.0, 31.0));
    }

    /// Two events, one in each group, the group's first: the score is 0 at a ratio of sqrt(2).
    #[test]
    fn smallest_hazard_ratio() {
        // Risk sets (1 in, 1 out) with an event inside, then (1 out): the likelihood is monotone,
        // so a third patient closes it: (2 in, 1 out) inside, (1 in, 1 out) outside, 1 in.
        let [ratio, lower, upper] =
            hazard_ratio(vec![(1, true, true), (2, true, false), (3, true, true)]).unwrap();
        // Score: 1 - 2r/(2r+1) - r/(r+1) = 0, so 2r^2 = 1.
        assert!((ratio - libm::sqrt(0.5)).abs() < 1e-9);
        assert!(lower < ratio && ratio < upper);
    }

    /// Without correlation within clusters of one, the binomial standard error.
    #[test]
    fn singletons_are_binomial() {
        let clusters = [(1, 1), (1, 0), (1, 1), (1, 1)];
        assert!((clustered_std_error(&clusters) - libm::sqrt(0.75 * 0.25 / 4.0)).abs() < 1e-15);
    }
}
