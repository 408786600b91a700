//! LaTeX with the three rules of the package booktabs.

use super::{Align, RowKind, Table};
use crate::escape;

impl Table {
    /// A `table` environment with `\caption` and `\label`, ready for `\input`. Needs
    /// `\usepackage{booktabs}` and, for letters beyond Western European ones, XeLaTeX or LuaLaTeX.
    /// `label` may hold letters, digits and hyphens; anything else is left out of it.
    pub fn to_latex(&self, label: &str) -> String {
        let label: String =
            label.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
        let columns: String = self
            .columns
            .iter()
            .map(|column| match column.align {
                Align::Left => 'l',
                Align::Right => 'r',
                Align::Center => 'c',
            })
            .collect();
        let headings = self.columns.iter().map(|column| escape::latex(&column.heading)).collect();
        let mut text =
            String::from("% Needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}.\n");
        text.push_str("\\begin{table}[htbp]\n\\centering\n");
        text.push_str(&format!("\\caption{{{}}}\n", self.latex_caption()));
        text.push_str(&format!(
            "\\label{{tab:{label}}}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n"
        ));
        text.push_str(&line(headings));
        text.push_str("\\midrule\n");
        for row in &self.rows {
            let mut cells: Vec<String> = row.cells.iter().map(|cell| escape::latex(cell)).collect();
            match row.kind {
                RowKind::Group => cells[0] = format!("\\textbf{{{}}}", cells[0]),
                RowKind::Indented => cells[0].insert_str(0, "\\quad "),
                RowKind::Plain => {}
            }
            text.push_str(&line(cells));
        }
        text.push_str("\\bottomrule\n\\end{tabular}\n");
        for note in &self.footnotes {
            text.push_str(&format!("\\par\\smallskip{{\\footnotesize {}}}\n", escape::latex(note)));
        }
        text.push_str("\\end{table}\n");
        text
    }

    fn latex_caption(&self) -> String {
        match &*self.caption {
            "" => escape::latex(&self.title),
            caption => format!("{}. {}", escape::latex(&self.title), escape::latex(caption)),
        }
    }
}

fn line(cells: Vec<String>) -> String {
    format!("{} \\\\\n", cells.join(" & "))
}

#[cfg(test)]
mod tests {
    use crate::table::tests::hostile;

    #[test]
    fn a_group_name_cannot_be_a_command() {
        let latex = hostile().to_latex("na/me_1");
        assert!(latex.contains("\\label{tab:name1}"));
        assert!(latex.contains("\\quad \\textbackslash{}input\\{x\\} & 3 & 0.1 \\\\\n"));
        assert!(latex.contains("\\quad =1+1 & 2 & $-$0.5 ($-$1.2 to 0.3) \\\\\n"));
        assert!(latex.contains("Märta Ångström, naïve & 5 & 0.3"));
        assert!(!latex.contains("\\input"));
        assert_eq!(latex.matches("rule\n").count(), 3);
    }
}
