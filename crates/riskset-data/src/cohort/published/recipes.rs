//! How each printed quantity is computed, by its key.

use super::rows::File::{DreamLesions, DreamPatients, KuhlmannLesions, KuhlmannPatients};
use super::rows::{File, Filter};

/// How one quantity is computed.
#[derive(Clone, Copy, Debug)]
pub enum Recipe {
    /// Rows that meet `of` among those that meet `among`.
    Count { file: File, among: Filter, of: Filter },
    /// The same as a percentage.
    Share { file: File, among: Filter, of: Filter },
    /// The same as a fraction of 1.
    Fraction { file: File, among: Filter, of: Filter },
    /// The number of different values of a column.
    Distinct { file: File, column: &'static str },
    /// Mean and standard deviation.
    MeanSd { file: File, column: &'static str, among: Filter },
    /// Median and quartiles.
    Quartiles { file: File, column: &'static str, among: Filter },
    /// Median, smallest and largest value.
    MedianRange { file: File, column: &'static str },
    /// Deaths within 90 days after surgery.
    PostoperativeDeaths,
    /// A negative predictive value of DREAM's lesions.
    Npv(Filter),
    /// The Kaplan-Meier median of an endpoint.
    Median { file: File, endpoint: &'static str, among: Filter },
    /// The hazard ratio of all removed against left behind.
    HazardRatio(&'static str),
    /// The log-rank P value by disappearing lesion in the Kuhlmann cohort.
    LogRankP(&'static str),
    /// DREAM's survival by this column, described as similar in words.
    Similar(&'static str),
    /// Quartiles of follow-up.
    FollowUp,
    /// A number of the design of DREAM.
    Design(DesignNumber),
    /// Not computed, and why.
    Nothing(&'static str),
}

/// A number that follows from the assumptions of the design.
#[derive(Clone, Copy, Debug)]
pub enum DesignNumber {
    /// Evaluable lesions.
    Lesions,
    /// Patients in whom that many are expected.
    Eligible,
    /// Patients to enrol, with the losses.
    Planned,
}

const REGISTERED: Filter = &[("registered", "1")];
const ENROLLED: Filter = &[("enrolled", "1")];
const OPERATED: Filter = &[("operated", "1")];
const SURVIVAL_SET: Filter = &[("survival_set", "1")];
const DLM: Filter = &[("kind", "cDLM|non-cDLM")];
const EVALUABLE_DLM: Filter = &[("kind", "cDLM|non-cDLM"), ("evaluable", "1")];
const CDLM: Filter = &[("kind", "cDLM")];
const NON_CDLM: Filter = &[("kind", "non-cDLM")];
const EVALUABLE_CDLM: Filter = &[("kind", "cDLM"), ("evaluable", "1")];
const CEUS: Filter = &[("kind", "cDLM"), ("evaluable", "1"), ("ceus", "visible|not visible")];
const CEUS_UNSEEN: Filter = &[("kind", "cDLM"), ("evaluable", "1"), ("ceus", "not visible")];

/// The recipe of a quantity.
pub fn recipe(id: &str) -> Recipe {
    RECIPES
        .iter()
        .find(|(key, _)| *key == id)
        .map_or_else(|| Recipe::Nothing(reason(id)), |(_, recipe)| *recipe)
}

/// Why a quantity has no recipe.
fn reason(id: &str) -> &'static str {
    let begins = |prefix: &str| id.starts_with(prefix);
    if id == "dream.npv.threshold" {
        "fixed in the design, not computed from the data"
    } else if id == "dream.design.evaluable_revised" {
        "the recalculation is not described, so it cannot be repeated"
    } else if begins("dream.design.") {
        "an assumption of the design, not a result"
    } else if begins("dream.literature.") || begins("kuhlmann.literature") {
        "quoted from earlier studies"
    } else if id == "kuhlmann.smaller_metastases" {
        "no number is printed, and lesions of patients without a DLM are not described"
    } else if begins("tanaka.") || begins("benoist.") {
        "a bare count of another study; no rows can be made from it"
    } else if begins("ansari.") {
        "a review: a direction without a number"
    } else {
        "quoted from literature and a survey; no rows can be made from it"
    }
}

const fn count(file: File, among: Filter, of: Filter) -> Recipe {
    Recipe::Count { file, among, of }
}

const fn share(file: File, among: Filter, of: Filter) -> Recipe {
    Recipe::Share { file, among, of }
}

const fn quartiles(column: &'static str, among: Filter) -> Recipe {
    Recipe::Quartiles { file: DreamPatients, column, among }
}

const fn median(endpoint: &'static str, among: Filter) -> Recipe {
    Recipe::Median { file: DreamPatients, endpoint, among }
}

/// The quantities that can be computed, in the order of `published.toml`.
const RECIPES: &[(&str, Recipe)] = &[
    ("dream.flow.registered", count(DreamPatients, &[], &[("registered", "1")])),
    ("dream.flow.centres", Recipe::Distinct { file: DreamPatients, column: "centre" }),
    ("dream.flow.enrolled", count(DreamPatients, REGISTERED, &[("enrolled", "1")])),
    ("dream.flow.operated", count(DreamPatients, ENROLLED, &[("operated", "1")])),
    ("dream.flow.survival_set", count(DreamPatients, OPERATED, &[("survival_set", "1")])),
    ("dream.flow.survival_set_cdlm", count(DreamPatients, SURVIVAL_SET, &[("cdlm", "1")])),
    ("dream.flow.with_dlm", count(DreamPatients, REGISTERED, &[("dlm", "1")])),
    ("dream.flow.with_cdlm", count(DreamPatients, REGISTERED, &[("cdlm", "1")])),
    (
        "dream.flow.prospective_cohort",
        count(DreamPatients, ENROLLED, &[("prospective_cohort", "1")]),
    ),
    (
        "dream.table.age_mean",
        Recipe::MeanSd { file: DreamPatients, column: "age", among: ENROLLED },
    ),
    ("dream.table.age_median", quartiles("age", ENROLLED)),
    ("dream.table.sex.male", count(DreamPatients, ENROLLED, &[("sex", "male")])),
    ("dream.table.sex.female", count(DreamPatients, ENROLLED, &[("sex", "female")])),
    (
        "dream.table.primary_site.right",
        count(DreamPatients, ENROLLED, &[("primary_site", "right colon")]),
    ),
    (
        "dream.table.primary_site.left",
        count(DreamPatients, ENROLLED, &[("primary_site", "left colon")]),
    ),
    (
        "dream.table.primary_site.rectum",
        count(DreamPatients, ENROLLED, &[("primary_site", "rectum")]),
    ),
    ("dream.table.clinical_t.t1_t2", count(DreamPatients, ENROLLED, &[("clinical_t", "T1/T2")])),
    ("dream.table.clinical_t.t3", count(DreamPatients, ENROLLED, &[("clinical_t", "T3")])),
    ("dream.table.clinical_t.t4", count(DreamPatients, ENROLLED, &[("clinical_t", "T4")])),
    ("dream.table.clinical_t.missing", count(DreamPatients, ENROLLED, &[("clinical_t", "")])),
    ("dream.table.clinical_n.n0", count(DreamPatients, ENROLLED, &[("clinical_n", "N0")])),
    ("dream.table.clinical_n.n1", count(DreamPatients, ENROLLED, &[("clinical_n", "N1")])),
    ("dream.table.clinical_n.n2", count(DreamPatients, ENROLLED, &[("clinical_n", "N2")])),
    ("dream.table.clinical_n.missing", count(DreamPatients, ENROLLED, &[("clinical_n", "")])),
    (
        "dream.table.primary_resected.yes",
        count(DreamPatients, ENROLLED, &[("primary_resected", "yes")]),
    ),
    (
        "dream.table.primary_resected.no",
        count(DreamPatients, ENROLLED, &[("primary_resected", "no")]),
    ),
    ("dream.table.extrahepatic.yes", count(DreamPatients, ENROLLED, &[("extrahepatic", "1")])),
    ("dream.table.extrahepatic.no", count(DreamPatients, ENROLLED, &[("extrahepatic", "0")])),
    ("dream.table.n_metastases", quartiles("n_metastases", ENROLLED)),
    ("dream.table.who_ps.0", count(DreamPatients, ENROLLED, &[("who_ps", "0")])),
    ("dream.table.who_ps.1", count(DreamPatients, ENROLLED, &[("who_ps", "1")])),
    ("dream.table.kras.wild", count(DreamPatients, ENROLLED, &[("kras", "wild")])),
    ("dream.table.kras.variant", count(DreamPatients, ENROLLED, &[("kras", "variant")])),
    ("dream.table.kras.missing", count(DreamPatients, ENROLLED, &[("kras", "")])),
    ("dream.table.braf.wild", count(DreamPatients, ENROLLED, &[("braf", "wild")])),
    ("dream.table.braf.variant", count(DreamPatients, ENROLLED, &[("braf", "variant")])),
    ("dream.table.braf.missing", count(DreamPatients, ENROLLED, &[("braf", "")])),
    ("dream.table.msi.high", count(DreamPatients, ENROLLED, &[("msi", "high")])),
    ("dream.table.msi.stable", count(DreamPatients, ENROLLED, &[("msi", "stable")])),
    ("dream.table.msi.missing", count(DreamPatients, ENROLLED, &[("msi", "")])),
    (
        "dream.table.first_regimen.doublet",
        count(DreamPatients, ENROLLED, &[("first_regimen", "doublet")]),
    ),
    (
        "dream.table.first_regimen.doublet_egfr",
        count(DreamPatients, ENROLLED, &[("first_regimen", "doublet + EGFR")]),
    ),
    (
        "dream.table.first_regimen.doublet_vegf",
        count(DreamPatients, ENROLLED, &[("first_regimen", "doublet + VEGF")]),
    ),
    (
        "dream.table.first_regimen.triplet",
        count(DreamPatients, ENROLLED, &[("first_regimen", "triplet")]),
    ),
    (
        "dream.table.first_regimen.triplet_egfr",
        count(DreamPatients, ENROLLED, &[("first_regimen", "triplet + EGFR")]),
    ),
    (
        "dream.table.first_regimen.triplet_vegf",
        count(DreamPatients, ENROLLED, &[("first_regimen", "triplet + VEGF")]),
    ),
    ("dream.table.first_regimen.iah", count(DreamPatients, ENROLLED, &[("first_regimen", "IAH")])),
    ("dream.table.cycles", quartiles("chemo_cycles", ENROLLED)),
    (
        "dream.table.contrast_agent.primovist",
        count(DreamPatients, ENROLLED, &[("contrast_agent", "Gd-EOB-DTPA")]),
    ),
    (
        "dream.table.contrast_agent.multihance",
        count(DreamPatients, ENROLLED, &[("contrast_agent", "Gd-BOPTA")]),
    ),
    (
        "dream.table.contrast_agent.gadolinium",
        count(DreamPatients, ENROLLED, &[("contrast_agent", "gadolinium")]),
    ),
    (
        "dream.table.contrast_agent.missing",
        count(DreamPatients, ENROLLED, &[("contrast_agent", "")]),
    ),
    ("dream.table.cea", quartiles("cea", ENROLLED)),
    ("dream.table.ca19_9", quartiles("ca19_9", ENROLLED)),
    ("dream.lesions.dlm", count(DreamLesions, &[], &[("kind", "cDLM|non-cDLM")])),
    ("dream.lesions.cdlm", count(DreamLesions, DLM, &[("kind", "cDLM")])),
    ("dream.lesions.non_cdlm", count(DreamLesions, DLM, &[("kind", "non-cDLM")])),
    ("dream.lesions.dlm_per_patient", quartiles("n_dlm", &[("dlm", "1")])),
    ("dream.lesions.cdlm_per_patient", quartiles("n_cdlm", &[("cdlm", "1")])),
    ("dream.lesions.dlm_evaluable", count(DreamLesions, DLM, &[("evaluable", "1")])),
    (
        "dream.lesions.dlm_evaluable_resected",
        count(DreamLesions, EVALUABLE_DLM, &[("management", "resected")]),
    ),
    (
        "dream.lesions.dlm_evaluable_left",
        count(DreamLesions, EVALUABLE_DLM, &[("management", "left behind")]),
    ),
    ("dream.lesions.cdlm_evaluable", count(DreamLesions, CDLM, &[("evaluable", "1")])),
    (
        "dream.lesions.cdlm_evaluable_resected",
        count(DreamLesions, EVALUABLE_CDLM, &[("management", "resected")]),
    ),
    (
        "dream.lesions.cdlm_evaluable_left",
        count(DreamLesions, EVALUABLE_CDLM, &[("management", "left behind")]),
    ),
    ("dream.lesions.non_cdlm_evaluable", count(DreamLesions, NON_CDLM, &[("evaluable", "1")])),
    (
        "dream.lesions.non_cdlm_seen_ce_mri",
        count(DreamLesions, &[("kind", "non-cDLM"), ("evaluable", "1")], &[("ce_mri", "visible")]),
    ),
    (
        "dream.lesions.non_dlm_evaluable",
        count(DreamLesions, &[("kind", "non-DLM")], &[("evaluable", "1")]),
    ),
    (
        "dream.lesions.non_dlm_unseen_ce_mri",
        count(
            DreamLesions,
            &[("kind", "non-DLM"), ("evaluable", "1")],
            &[("ce_mri", "not visible")],
        ),
    ),
    (
        "dream.lesions.non_cdlm_evaluable_left",
        count(
            DreamLesions,
            &[("kind", "cDLM|non-cDLM"), ("evaluable", "1"), ("management", "left behind")],
            &[("kind", "non-cDLM")],
        ),
    ),
    ("dream.intraop.cdlm_us_visible", count(DreamLesions, CDLM, &[("ultrasound", "visible")])),
    ("dream.intraop.cdlm_scar", count(DreamLesions, CDLM, &[("ultrasound", "scar")])),
    (
        "dream.intraop.non_cdlm_us_visible",
        count(DreamLesions, NON_CDLM, &[("ultrasound", "visible")]),
    ),
    ("dream.intraop.non_cdlm_scar", count(DreamLesions, NON_CDLM, &[("ultrasound", "scar")])),
    (
        "dream.intraop.cdlm_invisible_resected",
        Recipe::Fraction {
            file: DreamLesions,
            among: &[("kind", "cDLM"), ("ultrasound", "scar|not visible")],
            of: &[("management", "resected")],
        },
    ),
    ("dream.ceus.done_all", count(DreamLesions, CDLM, &[("ceus", "visible|not visible")])),
    (
        "dream.ceus.visible_all",
        count(
            DreamLesions,
            &[("kind", "cDLM"), ("ceus", "visible|not visible")],
            &[("ceus", "visible")],
        ),
    ),
    (
        "dream.ceus.done_evaluable",
        count(DreamLesions, EVALUABLE_CDLM, &[("ceus", "visible|not visible")]),
    ),
    (
        "dream.ceus.visible_evaluable",
        count(DreamLesions, CEUS, &[("ceus", "visible"), ("management", "resected")]),
    ),
    ("dream.ceus.invisible_evaluable", count(DreamLesions, CEUS, &[("ceus", "not visible")])),
    (
        "dream.ceus.invisible_resected",
        count(DreamLesions, CEUS_UNSEEN, &[("management", "resected")]),
    ),
    (
        "dream.ceus.invisible_left",
        count(DreamLesions, CEUS_UNSEEN, &[("management", "left behind")]),
    ),
    ("dream.npv.cdlm_all", Recipe::Npv(EVALUABLE_CDLM)),
    (
        "dream.npv.cdlm_resected",
        Recipe::Npv(&[("kind", "cDLM"), ("evaluable", "1"), ("management", "resected")]),
    ),
    (
        "dream.npv.cdlm_left",
        Recipe::Npv(&[("kind", "cDLM"), ("evaluable", "1"), ("management", "left behind")]),
    ),
    ("dream.npv.ceus_invisible", Recipe::Npv(CEUS_UNSEEN)),
    (
        "dream.npv.ceus_visible",
        Recipe::Npv(&[("kind", "cDLM"), ("evaluable", "1"), ("ceus", "visible")]),
    ),
    ("dream.npv.dlm_all", share(DreamLesions, EVALUABLE_DLM, &[("nonviable", "1")])),
    (
        "dream.npv.non_cdlm_resected",
        share(
            DreamLesions,
            &[("kind", "non-cDLM"), ("evaluable", "1"), ("management", "resected")],
            &[("nonviable", "1")],
        ),
    ),
    ("dream.surgery.r0_r1", share(DreamPatients, OPERATED, &[("resection", "R0/R1")])),
    (
        "dream.surgery.complication_30d",
        count(DreamPatients, OPERATED, &[("complication_30d", "1")]),
    ),
    (
        "dream.surgery.complication_90d",
        count(DreamPatients, OPERATED, &[("complication_90d", "1")]),
    ),
    ("dream.surgery.mortality", Recipe::PostoperativeDeaths),
    ("dream.surgery.two_stage", count(DreamPatients, OPERATED, &[("two_stage", "1")])),
    (
        "dream.surgery.adjuvant",
        count(DreamPatients, OPERATED, &[("adjuvant", "oxaliplatin|other")]),
    ),
    (
        "dream.surgery.adjuvant_oxaliplatin",
        count(DreamPatients, OPERATED, &[("adjuvant", "oxaliplatin")]),
    ),
    ("dream.followup", Recipe::FollowUp),
    ("dream.dfs.cdlm", median("dfs", &[("survival_set", "1"), ("cdlm", "1")])),
    ("dream.dfs.no_cdlm", median("dfs", &[("survival_set", "1"), ("cdlm", "0")])),
    (
        "dream.dfs.all_removed",
        median("dfs", &[("survival_set", "1"), ("management", "all removed")]),
    ),
    (
        "dream.dfs.left_behind",
        median("dfs", &[("survival_set", "1"), ("management", "at least one left behind")]),
    ),
    ("dream.os.cdlm", median("os", &[("survival_set", "1"), ("cdlm", "1")])),
    ("dream.os.no_cdlm", median("os", &[("survival_set", "1"), ("cdlm", "0")])),
    ("dream.dfs.hr_removed_vs_left", Recipe::HazardRatio("dfs")),
    ("dream.os.hr_removed_vs_left", Recipe::HazardRatio("os")),
    ("dream.dfs_os.cdlm_vs_none", Recipe::Similar("cdlm")),
    ("dream.dfs_os.dlm_vs_none", Recipe::Similar("dlm")),
    ("dream.design.evaluable_initial", Recipe::Design(DesignNumber::Lesions)),
    ("dream.design.eligible", Recipe::Design(DesignNumber::Eligible)),
    ("dream.design.planned", Recipe::Design(DesignNumber::Planned)),
    ("kuhlmann.patients", count(KuhlmannPatients, &[], &[("synthetic", "1")])),
    ("kuhlmann.with_dlm", count(KuhlmannPatients, &[], &[("dlm", "1")])),
    ("kuhlmann.dlm", count(KuhlmannLesions, &[], &[("synthetic", "1")])),
    ("kuhlmann.triple_imaging", share(KuhlmannPatients, &[], &[("triple_imaging", "1")])),
    (
        "kuhlmann.restaged_primovist",
        share(KuhlmannPatients, &[("dlm", "1")], &[("restaged_primovist", "1")]),
    ),
    ("kuhlmann.initial_size", Recipe::MedianRange { file: KuhlmannLesions, column: "initial_mm" }),
    (
        "kuhlmann.regrowth",
        share(KuhlmannLesions, &[("management", "watch and wait")], &[("nonviable", "0")]),
    ),
    (
        "kuhlmann.resected_nonviable",
        count(KuhlmannLesions, &[("management", "resected")], &[("nonviable", "1")]),
    ),
    (
        "kuhlmann.os_dlm",
        Recipe::Median { file: KuhlmannPatients, endpoint: "os", among: &[("dlm", "1")] },
    ),
    (
        "kuhlmann.os_no_dlm",
        Recipe::Median { file: KuhlmannPatients, endpoint: "os", among: &[("dlm", "0")] },
    ),
    ("kuhlmann.os_p", Recipe::LogRankP("os")),
    (
        "kuhlmann.pfs_dlm",
        Recipe::Median { file: KuhlmannPatients, endpoint: "pfs", among: &[("dlm", "1")] },
    ),
    (
        "kuhlmann.pfs_no_dlm",
        Recipe::Median { file: KuhlmannPatients, endpoint: "pfs", among: &[("dlm", "0")] },
    ),
    ("kuhlmann.pfs_p", Recipe::LogRankP("pfs")),
];
