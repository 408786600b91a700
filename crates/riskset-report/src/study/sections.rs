//! The sections of `report.html`, in the order of reading.

use super::analysis::Answered;
use super::context::Warning;
use super::data::sha256;
use super::figures;
use super::forest;
use super::page::{Block, FigureBlock, Frame, PageSection, page};
use super::published;
use super::report::{Report, file_name};
use super::text::Section;

impl Report<'_> {
    /// The page.
    pub fn html(&self) -> String {
        let study = &self.context.file.study;
        let name = file_name(&self.context.source.path);
        let frame = Frame {
            title: &study.title,
            subtitle: study.subtitle.as_deref(),
            citation: study.citation.as_deref(),
            note: study.note.as_deref(),
            synthetic: study.synthetic,
            study_file: &name,
        };
        page(&frame, &Pen { report: self, results: self.plain_results() }.sections())
    }
}

/// Sections of a page from the tables, the figures and the text of a report.
struct Pen<'a> {
    report: &'a Report<'a>,
    results: Vec<Section>,
}

impl Pen<'_> {
    fn sections(&self) -> Vec<PageSection> {
        let Report { context, computed, .. } = self.report;
        let file = context.file;
        let mut sections = vec![self.patients()];
        for spec in &file.proportion {
            let name = spec.name.get_ref();
            sections.push(self.part(name, &spec.label, &[name], &[name]));
        }
        sections.extend(computed.compared.iter().map(|all| self.comparison(all)));
        if !file.panel.is_empty() {
            let names = file.panel.iter().map(|panel| &**panel.name.get_ref());
            sections.push(self.figures_only("panels", "Figures in panels", names));
        }
        for adjusted in &computed.adjusted {
            let name = adjusted.spec.name.get_ref();
            let mut section = self.part(name, &adjusted.spec.label, &[name], &[name]);
            let balance = format!("{name}-balance");
            self.figure(&mut section, &balance);
            self.table(&mut section, &balance);
            sections.push(section);
        }
        for searched in &computed.searched {
            let name = searched.spec.name.get_ref();
            sections.push(self.part(name, &searched.spec.label, &[name], &[name]));
        }
        for answered in &computed.answered {
            let names = answered.tables(context).into_iter().map(|(name, _)| name);
            let names: Vec<String> = names.collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let spec = answered.spec;
            sections.push(self.part(spec.name.get_ref(), &spec.label, &[], &names));
        }
        if !file.figure.is_empty() {
            let names = file.figure.iter().map(|spec| &**spec.name.get_ref());
            sections.push(self.figures_only("requests", "Further figures", names));
        }
        if !computed.models.is_empty() {
            sections.push(self.models());
        }
        for told in &computed.told {
            let name = told.spec.name.get_ref();
            sections.push(self.part(name, &told.spec.label, &[name], &[name]));
        }
        for judged in &computed.judged {
            let name = judged.spec.name.get_ref();
            let mut section = self.part(name, &judged.spec.label, &[name], &[name]);
            if !judged.spec.groups.is_empty() {
                let groups = format!("{name}-groups");
                self.figure(&mut section, &groups);
                self.table(&mut section, &groups);
            }
            sections.push(section);
        }
        for pooled in &computed.pooled {
            let name = pooled.spec.name.get_ref();
            sections.push(self.part(name, &pooled.spec.label, &[name], &[name]));
        }
        let mut methods = PageSection::new("methods", "Methods");
        self.report.plain_methods().iter().for_each(|text| methods.text(text));
        sections.push(methods);
        sections.extend(self.published());
        let conventions = context.matching.borrow();
        if let Some(software) = context.file.study.software() {
            let title = format!("Conventions of {}", software.title());
            let mut section = PageSection::new("conventions", &title);
            let none = vec!["None of the numbers of this study differs.".to_owned()];
            let said = if conventions.is_empty() { &none } else { &*conventions };
            let blocks = said.iter().map(|text| Block::Text { text: text.clone() });
            section.blocks.extend(blocks);
            sections.push(section);
        }
        if !context.warnings.is_empty() {
            let mut section = PageSection::new("cautions", "Cautions");
            for Warning { message, .. } in &context.warnings {
                section.blocks.push(Block::Doubt { text: format!("{message}.") });
            }
            sections.push(section);
        }
        sections.push(self.report.provenance());
        sections
    }

    /// A part of the results: what its text says, its figures, its tables.
    fn part(&self, name: &str, label: &str, figures: &[&str], tables: &[&str]) -> PageSection {
        let mut section = PageSection::new(&format!("part-{name}"), label);
        self.say(&mut section, label);
        figures.iter().for_each(|name| self.figure(&mut section, name));
        tables.iter().for_each(|name| self.table(&mut section, name));
        section
    }

    fn patients(&self) -> PageSection {
        let Report { context, computed, .. } = self.report;
        let mut section = PageSection::new("patients", "Patients");
        self.say(&mut section, "Participants");
        self.figure(&mut section, "flow");
        computed.described.iter().for_each(|(name, table)| section.table(name, table));
        if !context.file.endpoint.is_empty() {
            self.table(&mut section, "outcomes");
        }
        if !context.file.follow_up.is_empty() {
            self.text("Follow-up").into_iter().for_each(|text| section.text(text));
            self.table(&mut section, "follow-up");
        }
        section
    }

    fn comparison(&self, all: &[super::compare::Compared]) -> PageSection {
        let spec = all[0].spec;
        let mut section = PageSection::new(&format!("part-{}", spec.name.get_ref()), &spec.label);
        let doubts = self.report.context.warnings.iter().filter(|warning| {
            warning.code == "group_after_baseline" && warning.message.starts_with(&spec.label)
        });
        for Warning { message, .. } in doubts {
            section.blocks.push(Block::Doubt { text: message.clone() });
        }
        self.say(&mut section, &spec.label);
        for compared in all {
            let name = figures::curve_name(compared);
            self.figure(&mut section, &name);
            for event in &compared.endpoint.competing {
                self.figure(&mut section, &format!("{name}-{}", event.name.get_ref()));
            }
        }
        self.table(&mut section, spec.name.get_ref());
        section
    }

    fn models(&self) -> PageSection {
        let mut section = PageSection::new("models", "Adjusted models");
        for fitted in &self.report.computed.models {
            let name = fitted.spec.name.get_ref();
            self.say(&mut section, &fitted.spec.label);
            self.figure(&mut section, name);
            self.figure(&mut section, &forest::subdistribution_name(fitted));
            self.table(&mut section, name);
        }
        section
    }

    fn published(&self) -> Option<PageSection> {
        let printed = self.report.printed.as_ref()?;
        let mut section = PageSection::new("published", "Published and reproduced");
        section.blocks.push(Block::Text { text: published::sentence(printed) });
        self.table(&mut section, "published");
        if !printed.discrepancies.is_empty() {
            self.table(&mut section, "discrepancies");
        }
        Some(section)
    }

    fn figures_only<'n>(
        &self,
        id: &str,
        heading: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> PageSection {
        let mut section = PageSection::new(id, heading);
        names.for_each(|name| self.figure(&mut section, name));
        section
    }

    fn text(&self, heading: &str) -> Option<&Section> {
        self.results.iter().find(|section| section.heading == heading)
    }

    fn say(&self, section: &mut PageSection, heading: &str) {
        self.text(heading).into_iter().for_each(|text| section.paragraphs(text));
    }

    fn figure(&self, section: &mut PageSection, name: &str) {
        if let Some(figure) = self.report.drawn.iter().find(|figure| figure.name == name) {
            let block = FigureBlock::of(figure, &self.report.context.style);
            section.blocks.push(Block::Figure(Box::new(block)));
        }
    }

    fn table(&self, section: &mut PageSection, name: &str) {
        let found = self.report.tables.iter().find(|(other, _)| other == name);
        section.table(name, &found.expect("every table of the report was made").1);
    }
}

impl Report<'_> {
    /// What the report was made of, and with.
    fn provenance(&self) -> PageSection {
        let context = self.context;
        let mut items = vec![
            ("Program".to_owned(), format!("riskset {}", env!("CARGO_PKG_VERSION"))),
            (
                "Study file".to_owned(),
                format!(
                    "{}, SHA-256 {}",
                    file_name(&context.source.path),
                    sha256(context.source.text.as_bytes())
                ),
            ),
        ];
        for input in &self.inputs {
            items.push(("Data".into(), format!("{}, SHA-256 {}", input.name, input.sha256)));
            items.extend(input.notes.iter().map(|note| ("Read".into(), note.clone())));
        }
        items.push((
            "Settings".into(),
            format!(
                "intervals on the {} scale, level {}, times in {} of {} days",
                context.conf_type.name(),
                context.style.level(context.level),
                context.unit.name(),
                context.unit.days()
            ),
        ));
        for (name, table) in self.audits() {
            let text = format!(
                "tables/{name}.csv: {} rows, the date that decided each patient's time",
                table.rows.len()
            );
            items.push(("Endpoint, patient by patient".into(), text));
        }
        for (name, model) in self.saved() {
            let text = format!(
                "{name}, of {} patients with {} events: predicts without the data (`riskset predict`)",
                model.n, model.events
            );
            items.push(("Saved model".into(), text));
        }
        items.extend(self.computed.answered.iter().map(Answered::asked));
        items.push(("Numbers".into(), format!("{} in results.json", context.store.len())));
        let mut section = PageSection::new("provenance", "Provenance");
        section.blocks.push(Block::List { items });
        section
    }
}
