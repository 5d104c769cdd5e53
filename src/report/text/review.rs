//! The first lines of a plan and of drift: who gets what, the most dangerous first.

use crate::model::catalogue::Tier;
use crate::plan::review::{Review, Sentence};
use crate::report::View;
use crate::report::text::style::{Style, styled};
use crate::text::{quoted, wrapped};

/// How many sentences are written, critical ones first.
const MOST: usize = 20;

/// The width of the longest word for a tier.
const WIDTH: usize = 9;

/// Writes the verdict and the sentences; nothing where nothing differs.
pub fn text(review: &Review<'_>, view: View) -> String {
    let verdict = review.verdict.text();
    if verdict.is_empty() {
        return verdict;
    }
    let verdict = fitting(&verdict, 0, view);
    let mut text = format!("{}\n\n", styled(Style::Strong, verdict));
    let (shown, rest) = review.sentences.split_at(review.sentences.len().min(MOST));
    for sentence in shown {
        text.push_str(&line(sentence, view));
    }
    if let Some(first) = rest.first() {
        let worst = first.tier.word();
        text.push_str(&format!(
            "  and {} more, {worst} at most, in the changes below\n",
            rest.len()
        ));
    }
    if !shown.is_empty() {
        text.push('\n');
    }
    text
}

fn line(sentence: &Sentence<'_>, view: View) -> String {
    let tier = styled(style(sentence.tier), format!("{:WIDTH$}", sentence.tier.word()));
    let said = format!("{}: {}", sentence.text(view.names, quoted), sentence.places(quoted));
    format!("  {tier}  {}\n", fitting(&said, WIDTH + 4, view))
}

/// Breaks a text so that it fits the terminal, if there is one.
fn fitting(text: &str, from: usize, view: View) -> String {
    view.width.map_or_else(|| text.to_owned(), |width| wrapped(text, from, width))
}

/// Returns the colour of a tier.
fn style(tier: Tier) -> Style {
    match tier {
        Tier::Critical => Style::Alarm,
        Tier::Sensitive => Style::Changed,
        Tier::Ordinary => Style::Faint,
    }
}
