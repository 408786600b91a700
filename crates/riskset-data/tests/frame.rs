//! Model frames over the bundled data sets: rows, groups, and the columns that R makes.

use riskset_data::{
    Competing, Error, Expr, Formula, FrameOptions, ModelFrame, Source, Table, TermKind,
};

fn subset(text: &str) -> FrameOptions {
    let subset = (!text.is_empty()).then(|| Expr::parse(text).unwrap());
    FrameOptions { subset, ..FrameOptions::default() }
}

fn build(data: &str, formula: &str, options: &FrameOptions) -> Result<ModelFrame, Error> {
    let formula = Formula::parse(formula)?;
    let table = Table::read(&Source::parse(data)?, Some(&options.columns(&formula)))?;
    ModelFrame::build(&table, &formula, options)
}

fn csv(text: &str, formula: &str, options: &FrameOptions) -> Result<ModelFrame, Error> {
    let table = Table::from_csv(text.as_bytes(), b',', "test.csv", None)?;
    ModelFrame::build(&table, &Formula::parse(formula)?, options)
}

fn refusal(text: &str, formula: &str, options: &FrameOptions) -> String {
    csv(text, formula, options).unwrap_err().to_string()
}

fn names(data: &str, formula: &str) -> Vec<String> {
    build(data, formula, &subset("")).unwrap().design().unwrap().names
}

#[test]
fn groups_are_the_combinations_that_occur() {
    let frame = build("@lung", "Surv(time, status == 2) ~ sex + ph.ecog", &subset("")).unwrap();
    assert_eq!((frame.n, frame.n_missing), (227, 1));
    assert_eq!(frame.missing, [("ph.ecog".to_string(), 1)]);
    let groups = frame.groups().unwrap().unwrap();
    let labels = [
        "sex=1, ph.ecog=0",
        "sex=1, ph.ecog=1",
        "sex=1, ph.ecog=2",
        "sex=1, ph.ecog=3",
        "sex=2, ph.ecog=0",
        "sex=2, ph.ecog=1",
        "sex=2, ph.ecog=2",
    ];
    assert_eq!(groups.labels, labels);
    assert_eq!(groups.groups.sizes(), [36, 71, 29, 1, 27, 42, 21]);
    let none = build("@lung", "Surv(time, status == 2) ~ 1", &subset("")).unwrap();
    assert_eq!(none.groups().unwrap(), None);
    assert_eq!(none.design().unwrap().n_columns(), 0);
}

/// The names are those of `coxph` in R 4.2.2 with survival 3.5-3.
#[test]
fn columns_carry_the_names_that_r_gives() {
    let cases: [(&str, &str, &[&str]); 12] = [
        (
            "@bladder",
            "Surv(stop, event) ~ rx*factor(enum) + cluster(id)",
            &[
                "rx",
                "factor(enum)2",
                "factor(enum)3",
                "factor(enum)4",
                "rx:factor(enum)2",
                "rx:factor(enum)3",
                "rx:factor(enum)4",
            ],
        ),
        (
            "@gbsg",
            "Surv(rfstime,status)~hormon+age+I((age/50)^2)+factor(grade)+exp(-0.12*nodes)+sqrt(pgr+1)",
            &[
                "hormon",
                "age",
                "I((age/50)^2)",
                "factor(grade)2",
                "factor(grade)3",
                "exp(-0.12 * nodes)",
                "sqrt(pgr + 1)",
            ],
        ),
        (
            "@heart",
            "Surv(start, stop, event) ~ age*transplant + surgery*transplant",
            &["age", "transplant", "surgery", "age:transplant", "transplant:surgery"],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ celltype + celltype:karno",
            &[
                "celltypelarge",
                "celltypesmallcell",
                "celltypesquamous",
                "celltypeadeno:karno",
                "celltypelarge:karno",
                "celltypesmallcell:karno",
                "celltypesquamous:karno",
            ],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ factor(trt)*celltype + karno",
            &[
                "factor(trt)2",
                "celltypelarge",
                "celltypesmallcell",
                "celltypesquamous",
                "karno",
                "factor(trt)2:celltypelarge",
                "factor(trt)2:celltypesmallcell",
                "factor(trt)2:celltypesquamous",
            ],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ factor(celltype, ref = \"squamous\") + karno",
            &[
                "factor(celltype)adeno",
                "factor(celltype)large",
                "factor(celltype)smallcell",
                "karno",
            ],
        ),
        (
            "@pbc",
            "Surv(time, status == 2) ~ sex + factor(stage) + I(bili>3)",
            &["sexm", "factor(stage)2", "factor(stage)3", "factor(stage)4", "I(bili > 3)TRUE"],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ log(karno) + sqrt(diagtime) + I(age^2) + log2(age)",
            &["log(karno)", "sqrt(diagtime)", "I(age^2)", "log2(age)"],
        ),
        // A category by a number alone, and a product before its parts.
        (
            "@veteran",
            "Surv(time, status) ~ karno:celltype",
            &[
                "karno:celltypeadeno",
                "karno:celltypelarge",
                "karno:celltypesmallcell",
                "karno:celltypesquamous",
            ],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ factor(trt):factor(prior) + age",
            &[
                "age",
                "factor(trt)1:factor(prior)0",
                "factor(trt)2:factor(prior)0",
                "factor(trt)1:factor(prior)10",
                "factor(trt)2:factor(prior)10",
            ],
        ),
        (
            "@veteran",
            "Surv(time, status) ~ (age + karno)*trt",
            &["age", "karno", "trt", "age:trt", "karno:trt"],
        ),
        ("@veteran", "Surv(time, status) ~ trt + age:trt + age", &["trt", "age", "trt:age"]),
    ];
    for (data, formula, expected) in cases {
        assert_eq!(names(data, formula), expected, "{formula}");
    }
}

#[test]
fn columns_hold_contrasts_with_the_reference() {
    let text = "t,e,x,y\n1,1,b,2\n2,0,a,3\n3,1,c,4\n4,1,a,5\n";
    let formula = "Surv(t, e) ~ factor(x, ref = \"b\")*y";
    let design = csv(text, formula, &subset("")).unwrap().design().unwrap();
    assert_eq!(design.names, ["factor(x)a", "factor(x)c", "y", "factor(x)a:y", "factor(x)c:y"]);
    assert_eq!(design.column(0), [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(design.column(1), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(design.column(3), [0.0, 3.0, 0.0, 5.0]);
    let TermKind::Factor { levels, reference } = &design.terms[0].kind else { panic!() };
    let counts: Vec<_> = levels.iter().map(|l| (l.name.as_str(), l.n, l.events)).collect();
    assert_eq!(counts, [("b", 1, 1), ("a", 2, 1), ("c", 1, 1)]);
    assert_eq!((*reference, &design.terms[0].columns), (0, &(0..2)));
    let TermKind::Interaction(products) = &design.terms[2].kind else { panic!() };
    let held: Vec<_> = products.iter().map(|p| (&p.factors[..], p.n, p.events)).collect();
    let factors =
        |level: &str| [("factor(x)".to_owned(), Some(level.to_owned())), ("y".to_owned(), None)];
    // By hand: a has the rows 2 and 4, of which the last has the event; c has row 3.
    assert_eq!(held, [(&factors("a")[..], 2, 1), (&factors("c")[..], 1, 1)]);
}

#[test]
fn subsets_leave_rows_out_before_missing_values_are_counted() {
    let frame = build("@lung", "Surv(time, status == 2) ~ age", &subset("ph.ecog == 1")).unwrap();
    assert_eq!((frame.n, frame.n_missing, frame.n_excluded), (113, 0, 115));
    // Missing is not false: a row without ph.ecog is in neither subset.
    let frame = build("@lung", "Surv(time, status == 2) ~ 1", &subset("!(ph.ecog %in% c(1, 2))"));
    assert_eq!(frame.unwrap().n, 64);
    let wt = build("@lung", "Surv(time, status == 2) ~ wt.loss", &subset("")).unwrap();
    assert_eq!((wt.n, wt.n_missing), (214, 14));
}

#[test]
fn strata_clusters_offsets_and_weights() {
    let formula =
        "Surv(time, status == 2) ~ age + strata(sex, ph.ecog) + cluster(inst) + offset(age)";
    let options = FrameOptions { weights: Some("wt.loss".into()), ..subset("wt.loss >= 0") };
    let frame = build("@lung", formula, &options).unwrap();
    assert_eq!(frame.strata.as_ref().unwrap().labels[0], "sex=1, ph.ecog=0");
    assert_eq!(frame.cluster.as_ref().unwrap().labels[0], "inst=1");
    assert_eq!(frame.offset.as_deref(), Some(frame.design().unwrap().column(0)));
    assert_eq!(frame.observations().unwrap().weights(), frame.weights.as_deref());
    assert_eq!(frame.n + frame.n_missing + frame.n_excluded, 228);
}

#[test]
fn competing_causes_are_named_and_numbered() {
    let competing = Competing { censor: vec!["censor".into()], cause: Some("pcm".into()) };
    let options = FrameOptions { competing: Some(competing), ..subset("") };
    let frame = build("@mgus2", "Surv(etime, event) ~ sex", &options).unwrap();
    let competing = frame.competing.as_ref().unwrap();
    assert_eq!((competing.causes.join(" "), competing.cause), ("death pcm".into(), Some(2)));
    let count = |code| competing.codes.iter().filter(|&&c| c == code).count();
    assert_eq!((count(0), count(1), count(2)), (409, 860, 115));
    assert_eq!(frame.observations().unwrap().n_events(), 975);
    // Numeric codes are named as they are typed.
    let competing = Competing { censor: vec!["0".into()], cause: Some("2".into()) };
    let options = FrameOptions { competing: Some(competing), ..subset("") };
    let frame = build("@pbc", "Surv(time, status) ~ trt", &options).unwrap();
    assert_eq!(frame.competing.unwrap().causes, ["1", "2"]);
    assert_eq!(frame.n_missing, 106);
}

#[test]
fn proportions_have_a_plain_response() {
    let text = "ok,id\n1,a\n0,a\n,b\n1,c\n";
    let options = FrameOptions { cluster: Some("id".into()), ..subset("") };
    let frame = csv(text, "ok ~ 1", &options).unwrap();
    assert_eq!(frame.outcome().unwrap(), [true, false, true]);
    assert_eq!(frame.cluster.as_ref().unwrap().labels, ["id=a", "id=c"]);
    assert_eq!(
        frame.observations().unwrap_err().to_string(),
        "this analysis needs a response of the form Surv(time, event); write it before ~"
    );
}

#[test]
fn true_and_false_are_read_in_any_case() {
    let text = "t,e,f\n1,TRUE,true\n2,false,False\n3,True,\n";
    let frame = csv(text, "Surv(t, e) ~ f", &subset("")).unwrap();
    assert_eq!(frame.observations().unwrap().event(), [true, false]);
    assert_eq!(frame.design().unwrap().names, ["fTRUE"]);
    assert_eq!(frame.groups().unwrap().unwrap().labels, ["f=FALSE", "f=TRUE"]);
}

#[test]
fn a_coding_of_events_is_never_guessed() {
    let error = build("@lung", "Surv(time, status) ~ sex", &subset("")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event `status` holds 1 (63 rows), 2 (165 rows), and which of them is the event is \
         never guessed"
    );
    // Not even where the subset leaves one code.
    let text = "t,my status,g\n1,1,a\n2,2,b\n";
    assert_eq!(
        refusal(text, "Surv(t, `my status`) ~ 1", &subset("g == \"a\"")),
        "the event `my status` holds 1 (1 row), 2 (0 rows), and which of them is the event is \
         never guessed"
    );
    assert_eq!(
        refusal("t,e\n1,yes\n2,no\n", "Surv(t, e) ~ 1", &subset("")),
        "the event `e` holds \"no\" (1 row), \"yes\" (1 row), and which of them is the event is \
         never guessed"
    );
}

#[test]
fn a_value_that_never_occurs_is_a_slip() {
    let text = "t,e,s\n1,1,Dead\n2,2,alive\n";
    assert_eq!(
        refusal(text, "Surv(t, s == \"dead\") ~ 1", &subset("")),
        "no row has \"dead\" in `s`; did you mean \"Dead\"?; its values are \"Dead\", \"alive\""
    );
    assert_eq!(
        refusal(text, "Surv(t, e == 3) ~ 1", &subset("")),
        "no row has 3 in `e`; its values are 1, 2"
    );
    let competing = Competing { censor: vec!["nobody".into()], cause: None };
    assert_eq!(
        refusal(text, "Surv(t, s) ~ 1", &FrameOptions { competing: Some(competing), ..subset("") }),
        "no row has \"nobody\" in `s`; its values are \"Dead\", \"alive\""
    );
}

#[test]
fn refusals_name_column_row_and_line() {
    let text = "t,e,x,g\n1,1,2,a\n\n-2,0,many,a\n";
    assert_eq!(
        refusal(text, "Surv(t, e) ~ 1", &subset("")),
        "row 2 (line 4): `t` is -2, but a time must be finite and 0 or more"
    );
    assert_eq!(
        refusal(text, "Surv(e, t, e) ~ 1", &subset("")),
        "row 1 (line 2): `t` is 1, which is not after `e` (1), so the interval holds no time"
    );
    assert_eq!(
        refusal(text, "Surv(e, e) ~ log(x)", &subset("")),
        "`x` is used as a number, but row 2 (line 4) holds \"many\"; correct the value, or leave \
         the field empty if it is missing"
    );
    assert_eq!(
        refusal(text, "Surv(e, e) ~ log(t)", &subset("")),
        "`log(t)` has no finite value at row 2 (line 4), where its argument is -2"
    );
    let weights = FrameOptions { weights: Some("t".into()), ..subset("") };
    assert_eq!(
        refusal(text, "Surv(e, e) ~ 1", &weights),
        "row 2 (line 4): `t` is -2, but a weight must be finite and 0 or more"
    );
    let frame = csv(text, "Surv(e, e) ~ g", &subset("")).unwrap();
    assert_eq!(
        frame.design().unwrap_err().to_string(),
        "`g` is \"a\" in every row used, so it tells no rows apart; leave the term out, or check \
         the subset and the missing values"
    );
}

#[test]
fn rows_that_are_not_there_are_refused() {
    let error = build("@lung", "Surv(time, status == 2) ~ 1", &subset("age > 200")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no row satisfies the subset `age > 200`: none of 228 rows is left; check the values it \
         compares with"
    );
    assert_eq!(
        refusal("t,e,x\n1,1,\n2,0,\n", "Surv(t, e) ~ x", &subset("")),
        "every one of 2 rows misses a value that is used (`x` in 2), so none is left; leave out \
         the column that is missing most"
    );
    let error = build("@lung", "Surv(time, status == 2) ~ agee", &subset("")).unwrap_err();
    assert!(error.to_string().starts_with("@lung has no column `agee`; did you mean `age`?"));
}

#[test]
fn kinds_that_do_not_fit_are_refused() {
    let text = "t,e,s,f\n1,1,a,true\n2,0,b,false\n";
    let kind = |formula: &str| refusal(text, formula, &subset(""));
    assert_eq!(
        kind("Surv(t, s == 1) ~ 1"),
        "`s` is used as a number, but row 1 (line 2) holds \"a\" and 1 more row holds a text; \
         correct the value, or leave the field empty if it is missing"
    );
    assert_eq!(
        kind("Surv(t, e == \"1\") ~ 1"),
        "`e == \"1\"`: compares numbers with the text \"1\"; write the number without quotes"
    );
    assert_eq!(
        kind("Surv(t, f == \"true\") ~ 1"),
        "`f == \"true\"`: compares true/false with the text \"true\"; write TRUE or FALSE without \
         quotes"
    );
    assert_eq!(
        refusal(text, "Surv(t, e) ~ 1", &subset("t + 1")),
        "`t + 1`: is not true or false; write a comparison, such as x == 1 or x %in% c(\"a\", \
         \"b\")"
    );
    assert!(kind("Surv(t, s > \"a\") ~ 1").contains("compares texts by order"));
}

#[test]
fn dates_compare_by_day() {
    let text = "t,e,seen\n1,1,2020-01-31\n2,0,2021-06-01\n3,1,\n";
    let frame = csv(text, "Surv(t, e) ~ 1", &subset("seen >= \"2020-02-01\"")).unwrap();
    assert_eq!(frame.rows, [1]);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let text = "t,e,id,s\n1,1,a,dead\n2,0,b,alive\n";
    let cluster = FrameOptions { cluster: Some("id".into()), ..subset("") };
    assert_eq!(
        refusal(text, "Surv(t, e) ~ cluster(id)", &cluster),
        "`Surv(t, e) ~ cluster(id)`: has a cluster() and the options name a cluster column too; \
         keep one"
    );
    let competing =
        |cause: &str| Some(Competing { censor: vec!["alive".into()], cause: Some(cause.into()) });
    let same = FrameOptions { competing: competing("alive"), ..subset("") };
    assert_eq!(
        refusal(text, "Surv(t, s) ~ 1", &same),
        "`s`: the value \"alive\" is given both as the cause and as the censoring; name one of \
         them differently"
    );
    let plain = FrameOptions { competing: competing("dead"), ..subset("") };
    assert_eq!(
        refusal(text, "s ~ 1", &plain),
        "this analysis needs a response of the form Surv(time, event); write it before ~"
    );
}

#[test]
fn infinite_covariates_are_refused_with_their_row() {
    assert_eq!(
        refusal("t,e,x\n1,1,2\n2,0,inf\n", "Surv(t, e) ~ x", &subset("")),
        "row 2 (line 3): `x` is infinite, but a covariate must be finite"
    );
}

#[test]
fn a_reference_level_must_occur() {
    let text = "t,e,x\n1,1,a\n2,0,b\n";
    let frame = csv(text, "Surv(t, e) ~ factor(x, ref = \"c\")", &subset("")).unwrap();
    let message = "no row has \"c\" in `factor(x)`; its values are \"a\", \"b\"";
    assert_eq!(frame.design().unwrap_err().to_string(), message);
    assert_eq!(frame.groups().unwrap_err().to_string(), message);
}

/// A cause that a subset leaves without rows is kept, with its incidence of zero; others go.
#[test]
fn causes_are_those_that_occur_and_the_one_of_interest() {
    let text = "t,s,g\n1,a,x\n2,b,y\n3,none,x\n4,c,y\n";
    let competing = Some(Competing { censor: vec!["none".into()], cause: Some("b".into()) });
    let options = FrameOptions { competing, ..subset("g == \"x\"") };
    let competing = csv(text, "Surv(t, s) ~ 1", &options).unwrap().competing.unwrap();
    assert_eq!(competing.causes, ["a", "b"]);
    assert_eq!((competing.codes, competing.cause), (vec![1, 0], Some(2)));
}

/// Identifiers name the rows used; one that is missing does not drop its row.
#[test]
fn identifiers_follow_the_rows() {
    let text = "t,e,id,x\n1,1,p1,1\n2,0,,2\n3,1,p3,\n4,0,p4,1\n";
    let options = FrameOptions { id: Some("id".into()), ..subset("") };
    let frame = csv(text, "Surv(t, e) ~ x", &options).unwrap();
    assert_eq!(frame.ids.unwrap(), ["p1", "", "p4"]);
    assert_eq!(frame.rows, [0, 1, 3]);
}
