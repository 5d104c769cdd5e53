//! `--report`: reports beside stdout, for CI and for what it sends on.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Context as _;

use crate::app::output::write_private;
use crate::app::{App, environment};
use crate::finding::Place;
use crate::plan::Plan;
use crate::plan::drift::Drift;
use crate::report::target::{ReportFormat, ReportTarget};
use crate::report::{Report, View, github, gitlab, json, markdown, notify, text};
use crate::text::{disarmed, disarmed_json, harmless};

/// The longest summary that GitHub takes of a step, in bytes, with room for what other steps wrote.
const SUMMARY: usize = 900_000;

impl App {
    /// Writes the reports that are asked for beside stdout. Names of people are in none of them, unless that is asked
    /// for.
    pub(super) fn write_reports(&self, report: Report<'_>) -> anyhow::Result<()> {
        if self.globals.report.is_empty() {
            return Ok(());
        }
        self.reports_written.store(true, Ordering::Relaxed);
        let plan;
        let drift;
        let report = match report {
            Report::Plan(shown) => {
                plan = self.for_reports(shown);
                Report::Plan(&plan)
            }
            Report::Drift(shown, _) => {
                plan = self.for_reports(shown);
                drift = Drift::new(&plan);
                Report::Drift(&plan, &drift)
            }
            other => other,
        };
        self.globals.report.iter().try_for_each(|target| self.write_report(target, report))
    }

    /// Writes how a run ended that has written no report.
    pub(super) fn write_last_report(&self, report: Report<'_>) -> anyhow::Result<()> {
        match self.reports_written.load(Ordering::Relaxed) {
            true => Ok(()),
            false => self.write_reports(report),
        }
    }

    /// Returns a plan without names, and with paths as they are in the repository.
    fn for_reports(&self, plan: &Plan) -> Plan {
        let mut plan = plan.clone();
        if !self.globals.holder_names {
            plan.hide_names();
        }
        let roots = self.roots();
        let in_repository = |place: &mut Place| {
            let below =
                roots.iter().find_map(|root| Path::new(&place.file).strip_prefix(root).ok());
            if let Some(below) = below.map(|path| path.to_string_lossy().into_owned()) {
                place.file = below;
            }
        };
        plan.for_each_place(in_repository);
        plan
    }

    /// Lists the folders that stand before the paths of a checkout: that of the configuration, and that around the
    /// profiles.
    fn roots(&self) -> Vec<PathBuf> {
        let config = self.globals.config.iter().filter_map(|path| path.parent());
        let profiles = self.globals.profiles.iter().filter_map(|path| path.parent());
        let all = config.chain(profiles).filter(|path| !path.as_os_str().is_empty());
        all.map(Path::to_owned).collect()
    }

    fn write_report(&self, target: &ReportTarget, report: Report<'_>) -> anyhow::Result<()> {
        let names = self.globals.holder_names;
        let view = View { names, width: None, ..self.view() };
        let of_json = |json: serde_json::Value| format!("{json:#}\n");
        let text = match target.format {
            ReportFormat::Github => return self.for_github(report, view),
            ReportFormat::Text => plain(&self.redactor.redact(&text::render(report, view))),
            ReportFormat::Markdown => plain(&self.redactor.redact(&markdown::render(report, view))),
            ReportFormat::Json => {
                let mut bytes = Vec::new();
                json::write(report, &mut bytes)?;
                self.as_json(&String::from_utf8(bytes).context("JSON is UTF-8")?)
            }
            ReportFormat::Gitlab => self.as_json(&of_json(gitlab::terraform(report))),
            ReportFormat::GitlabQuality => self.as_json(&of_json(gitlab::quality(report))),
            ReportFormat::Slack => self.as_json(&of_json(notify::slack(report))),
            ReportFormat::Webhook => self.as_json(&of_json(notify::webhook(report))),
        };
        let path = target.path.as_ref().expect("every format but `github` has one");
        write_private(path, std::iter::once(text))
    }

    fn as_json(&self, text: &str) -> String {
        disarmed_json(&self.redactor.redact(text)).into_owned()
    }

    /// Writes the annotations to stderr, where GitHub obeys them too and no report is broken by them; summary and outputs
    /// where it wants them.
    fn for_github(&self, report: Report<'_>, view: View) -> anyhow::Result<()> {
        let annotations = self.redactor.redact(&github::annotations(report)).into_owned();
        // An error there can't be reported.
        let _ = io::stderr().write_all(annotations.as_bytes());
        let view = View { max_size: SUMMARY, ..view };
        let summary = plain(&self.redactor.redact(&markdown::render(report, view)));
        let outputs = self.redactor.redact(&github::outputs(report)).into_owned();
        for (variable, text) in [("GITHUB_STEP_SUMMARY", summary), ("GITHUB_OUTPUT", outputs)] {
            let Some(path) = environment::variable(variable) else { continue };
            let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
            written.with_context(|| format!("could not write to the file of {variable}"))?;
        }
        Ok(())
    }
}

/// Takes colour out, and lines that a CI system would obey.
fn plain(text: &str) -> String {
    let text = harmless(text);
    disarmed(&anstream::adapter::strip_str(&text).to_string()).into_owned()
}
