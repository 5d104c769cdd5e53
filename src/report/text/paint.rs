//! Colour: a hint on top of signs and words that say the same.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// What a piece of text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Something that appears.
    Added,
    /// Something that goes.
    Removed,
    /// Something that becomes something else.
    Changed,
    /// Something that a person should look at.
    Alarm,
    /// A heading.
    Strong,
    /// Something beside the point.
    Faint,
}

/// Puts a colour around a text.
pub fn paint(ink: Ink, text: impl Display) -> String {
    let style = match ink {
        Ink::Added => Style::new().fg_color(Some(AnsiColor::Green.into())),
        Ink::Removed => Style::new().fg_color(Some(AnsiColor::Red.into())),
        Ink::Changed => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
        Ink::Alarm => Style::new().fg_color(Some(AnsiColor::Red.into())).bold(),
        Ink::Strong => Style::new().bold(),
        Ink::Faint => Style::new().dimmed(),
    };
    format!("{style}{text}{style:#}")
}
