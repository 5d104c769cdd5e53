//! Where a report beside stdout goes: `FORMAT=PATH`.

use std::path::PathBuf;

/// The formats of `--report`.
const FORMATS: [(&str, ReportFormat); 8] = [
    ("text", ReportFormat::Text),
    ("markdown", ReportFormat::Markdown),
    ("json", ReportFormat::Json),
    ("github", ReportFormat::Github),
    ("gitlab", ReportFormat::Gitlab),
    ("gitlab-quality", ReportFormat::GitlabQuality),
    ("slack", ReportFormat::Slack),
    ("webhook", ReportFormat::Webhook),
];

/// What a report beside stdout is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For a comment.
    Markdown,
    /// For machines.
    Json,
    /// Annotations, summary and outputs of a step of GitHub Actions.
    Github,
    /// Counts for GitLab's `reports:terraform`.
    Gitlab,
    /// Remarks for GitLab's `reports:codequality`.
    GitlabQuality,
    /// A message of Slack.
    Slack,
    /// An event.
    Webhook,
}

/// Where a report beside stdout goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTarget {
    /// The format.
    pub format: ReportFormat,
    /// `None` of GitHub, which says itself where it goes.
    pub path: Option<PathBuf>,
}

/// Reads `FORMAT=PATH`, or `github`.
///
/// # Errors
/// When there is no such format, or it has no path or one too many.
pub fn target(text: &str) -> Result<ReportTarget, String> {
    let (word, path) = match text.split_once('=') {
        Some((word, path)) => (word, Some(path)),
        None => (text, None),
    };
    let words: Vec<&str> = FORMATS.iter().map(|(word, _)| *word).collect();
    let Some((_, format)) = FORMATS.iter().find(|(known, _)| *known == word) else {
        return Err(format!("the formats are {}", words.join(", ")));
    };
    match (format, path.filter(|path| !path.is_empty())) {
        (ReportFormat::Github, None) => Ok(ReportTarget { format: *format, path: None }),
        (ReportFormat::Github, Some(_)) => {
            Err("`github` takes no path: GitHub says where summary and outputs go".to_owned())
        }
        (_, Some(path)) => Ok(ReportTarget { format: *format, path: Some(PathBuf::from(path)) }),
        (_, None) => Err(format!("write where it goes: `{word}=PATH`")),
    }
}
