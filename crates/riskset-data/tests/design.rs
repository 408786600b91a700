//! Design matrices against R's `model.matrix`: the same columns, in the same order, of the same
//! names and values. `golden/design.R` writes what is compared.

use riskset_data::{Expr, Formula, FrameOptions, ModelFrame, Source, Table};

/// Sums of the same numbers in another order differ by rounding only.
const SUMS: f64 = 1e-12;

struct Column {
    name: String,
    sum: f64,
    weighted: f64,
}

/// The formulas of the golden file with their columns.
fn golden() -> Vec<(String, String, Vec<Column>)> {
    let mut formulas: Vec<(String, String, Vec<Column>)> = Vec::new();
    for line in include_str!("golden/design.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [data, formula, name, sum, weighted] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let number = |text: &str| text.trim().parse::<f64>().unwrap();
        let column =
            Column { name: name.to_string(), sum: number(sum), weighted: number(weighted) };
        match formulas.last_mut() {
            Some(last) if last.0 == data && last.1 == formula => last.2.push(column),
            _ => formulas.push((data.to_string(), formula.to_string(), vec![column])),
        }
    }
    formulas
}

/// Some time and event of each data set that are never missing.
fn response(data: &str) -> &'static str {
    match data {
        "cgd" => "Surv(tstart, tstop, status)",
        "rotterdam" => "Surv(rtime, recur)",
        "transplant" => "Surv(futime, event == \"ltx\")",
        "lung" | "pbc" => "Surv(time, status == 2)",
        _ => "Surv(time, status)",
    }
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= SUMS * expected.abs().max(1.0)
}

#[test]
fn designs_agree_with_model_matrix() {
    let golden = golden();
    assert!(golden.len() > 30);
    for (data, terms, columns) in golden {
        let formula = Formula::parse(&format!("{} ~ {terms}", response(&data))).unwrap();
        let options = FrameOptions::default();
        let source = Source::parse(&format!("@{data}")).unwrap();
        let table = Table::read(&source, Some(&options.columns(&formula))).unwrap();
        let design = ModelFrame::build(&table, &formula, &options).unwrap().design().unwrap();
        let names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
        assert_eq!(design.names.iter().collect::<Vec<_>>(), names, "@{data} {terms}");
        for (index, expected) in columns.iter().enumerate() {
            let values = design.column(index);
            let sum: f64 = values.iter().sum();
            let weighted: f64 = values.iter().zip(1u32..).map(|(x, i)| x * f64::from(i)).sum();
            let name = &expected.name;
            assert!(close(sum, expected.sum), "@{data} {terms} {name}: {sum}");
            assert!(close(weighted, expected.weighted), "@{data} {terms} {name}: {weighted}");
        }
    }
}

/// The blocks of the design are the terms, without gaps.
#[test]
fn terms_cover_the_columns() {
    let formula = Formula::parse("Surv(time, status) ~ celltype*karno + factor(trt)").unwrap();
    let table = Table::read(&Source::parse("@veteran").unwrap(), None).unwrap();
    let frame = ModelFrame::build(&table, &formula, &FrameOptions::default()).unwrap();
    let design = frame.design().unwrap();
    let ranges: Vec<_> =
        design.terms.iter().map(|t| (t.name.as_str(), t.columns.clone())).collect();
    let expected =
        [("celltype", 0..3), ("karno", 3..4), ("factor(trt)", 4..5), ("celltype:karno", 5..8)];
    assert_eq!(ranges, expected);
}

/// A subset that leaves a level without rows leaves it out of the design.
#[test]
fn levels_are_those_of_the_rows_used() {
    let formula = Formula::parse("Surv(time, status) ~ celltype").unwrap();
    let table = Table::read(&Source::parse("@veteran").unwrap(), None).unwrap();
    let subset = Some(Expr::parse("celltype != \"adeno\"").unwrap());
    let options = FrameOptions { subset, ..FrameOptions::default() };
    let design = ModelFrame::build(&table, &formula, &options).unwrap().design().unwrap();
    assert_eq!(design.names, ["celltypesmallcell", "celltypesquamous"]);
}
