//! The manuscript as LaTeX: `longtable` with columns that fit the page, figures from the files of the
//! study's folder, references by `\cite`.

use super::{Block, Label, Manuscript, Numbered, Picture, Piece};
use crate::escape;
use crate::table::{Align, RowKind, Table};

const HEAD: &str = "\\documentclass[11pt,a4paper]{article}
\\usepackage[T1]{fontenc}
\\usepackage[utf8]{inputenc}
\\usepackage{textcomp}
\\usepackage[margin=20mm]{geometry}
\\usepackage{array,booktabs,longtable,pdflscape,graphicx,caption}
\\usepackage[hidelinks]{hyperref}
\\captionsetup{labelformat=empty,justification=raggedright,singlelinecheck=false,font=small}
\\newcolumntype{L}[1]{>{\\raggedright\\arraybackslash}p{#1}}
\\newcolumntype{R}[1]{>{\\raggedleft\\arraybackslash}p{#1}}
\\newcolumntype{C}[1]{>{\\centering\\arraybackslash}p{#1}}
\\makeatletter
\\renewcommand{\\@biblabel}[1]{#1.}
\\renewcommand{\\@cite}[2]{\\textsuperscript{#1}}
\\makeatother
\\setlength{\\tabcolsep}{3pt}
\\setlength{\\parindent}{0pt}
\\setlength{\\parskip}{6pt}
\\emergencystretch=3em
";

impl Manuscript {
    /// A document that compiles beside the folder `figures` of the study.
    pub fn to_latex(&self) -> String {
        let mut text =
            format!("% Compile twice, in the study's folder: figures/ holds the drawings.\n{HEAD}");
        text.push_str(&format!(
            "\\title{{{}}}\n\\date{{}}\n\\author{{}}\n\\begin{{document}}\n\\maketitle\n",
            escape::latex(&self.title)
        ));
        for (label, words) in &self.front {
            let (label, words) = (escape::latex(label), escape::latex(words));
            text.push_str(&format!("\\textbf{{{label}:}} {words}\n\n"));
        }
        if !self.abbreviations.is_empty() {
            let list = escape::latex(&super::listed(&self.abbreviations));
            text.push_str(&format!("\\textbf{{Abbreviations:}} {list}\n\n"));
        }
        text.push_str("\\clearpage\n");
        self.main.iter().for_each(|block| text.push_str(&self.of(block)));
        self.bibliography(&mut text);
        if !self.supplement.is_empty() {
            text.push_str("\\clearpage\n\\section*{Supplement}\n");
            self.supplement.iter().for_each(|block| text.push_str(&self.of(block)));
        }
        text + "\\end{document}\n"
    }

    fn bibliography(&self, text: &mut String) {
        if self.references.is_empty() {
            return;
        }
        text.push_str("\\begin{thebibliography}{99}\n");
        for one in &self.references {
            let words = escape::latex(&one.text());
            text.push_str(&format!("\\bibitem{{{}}} {words}\n", one.key));
        }
        text.push_str("\\end{thebibliography}\n");
    }

    fn of(&self, block: &Block) -> String {
        match block {
            Block::Heading(1, heading) => format!("\\section*{{{}}}\n", escape::latex(heading)),
            Block::Heading(_, heading) => format!("\\subsection*{{{}}}\n", escape::latex(heading)),
            Block::Text(pieces) => {
                let inside: String = pieces.iter().map(|piece| self.piece(piece)).collect();
                format!("{inside}\n\n")
            }
            Block::Table(item) => table(item),
            Block::Figure(item) => figure(item),
        }
    }

    fn piece(&self, piece: &Piece) -> String {
        match piece {
            Piece::Text(text) => escape::latex(text),
            Piece::Cite(numbers) => {
                let keys: Vec<&str> = numbers
                    .iter()
                    .filter_map(|number| self.references.get(number - 1))
                    .map(|one| one.key)
                    .collect();
                format!("\\cite{{{}}}", keys.join(","))
            }
            Piece::See(labels) => {
                let link =
                    |label: &Label| format!("\\hyperlink{{{}}}{{{}}}", anchor(label), label.text);
                format!(" ({})", labels.iter().map(link).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn anchor(label: &Label) -> String {
    label.text.to_lowercase().replace(' ', "-")
}

fn caption<T>(item: &Numbered<T>, notes: bool) -> String {
    let notes = match notes && !item.notes.is_empty() {
        true => format!(" {}", escape::latex(&item.notes)),
        false => String::new(),
    };
    format!(
        "\\hypertarget{{{}}}{{}}\\textbf{{{}. {}.}}{notes}",
        anchor(&item.label),
        item.label.text,
        escape::latex(&item.title)
    )
}

fn table(item: &Numbered<Table>) -> String {
    let table = &item.content;
    let columns: String = table
        .columns
        .iter()
        .zip(table.shares())
        .map(|(column, share)| {
            let letter = match column.align {
                Align::Left => 'L',
                Align::Right => 'R',
                Align::Center => 'C',
            };
            // The gaps between columns are a part of the width.
            let gaps = 2 * table.columns.len();
            format!("{letter}{{{share:.4}\\dimexpr\\linewidth-{gaps}\\tabcolsep\\relax}}")
        })
        .collect();
    let headings: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\\bfseries {}", escape::latex(&column.heading)))
        .collect();
    let head = headings.join(" & ");
    let size = if table.is_wide() { "scriptsize" } else { "footnotesize" };
    let mut text = format!(
        "{{\\{size}\n\\begin{{longtable}}{{{columns}}}\n\\caption*{{{}}}\\\\\n\\toprule\n{head} \\\\\n\
         \\midrule\n\\endfirsthead\n\\toprule\n{head} \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n",
        caption(item, false)
    );
    for row in &table.rows {
        let mut cells: Vec<String> = row.cells.iter().map(|cell| escape::latex(cell)).collect();
        match row.kind {
            RowKind::Group if cells[1..].iter().all(String::is_empty) => {
                let all = table.columns.len();
                // A page does not end between the heading of a group and its first row.
                text.push_str(&format!(
                    "\\multicolumn{{{all}}}{{l}}{{\\bfseries {}}} \\\\*\n",
                    cells[0]
                ));
                continue;
            }
            RowKind::Group => cells[0] = format!("\\bfseries {}", cells[0]),
            RowKind::Indented => cells[0].insert_str(0, "\\hspace*{0.8em}"),
            RowKind::Plain => {}
        }
        text.push_str(&format!("{} \\\\\n", cells.join(" & ")));
    }
    text.push_str("\\end{longtable}\n");
    if !item.notes.is_empty() {
        text.push_str(&format!(
            "\\vspace{{-1.5ex}}{{\\scriptsize {}\\par}}\n",
            escape::latex(&item.notes)
        ));
    }
    text.push_str("}\n");
    match table.is_landscape() {
        true => format!("\\begin{{landscape}}\n{text}\\end{{landscape}}\n"),
        false => text,
    }
}

fn figure(item: &Numbered<Picture>) -> String {
    let picture = &item.content;
    format!(
        "\\begin{{figure}}[htbp]\n\\centering\n\\includegraphics[width={:.1}mm,height=215mm,keepaspectratio]\
         {{{}}}\n\\caption*{{{}}}\n\\end{{figure}}\n",
        picture.width.min(170.0),
        picture.file,
        caption(item, true)
    )
}
