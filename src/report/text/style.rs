//! Colour: a hint on top of signs and words that say the same.

use std::fmt::Display;

use anstyle::AnsiColor;

/// What a piece of text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
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
pub fn styled(style: Style, text: impl Display) -> String {
    let plain = anstyle::Style::new();
    let ansi = match style {
        Style::Added => plain.fg_color(Some(AnsiColor::Green.into())),
        Style::Removed => plain.fg_color(Some(AnsiColor::Red.into())),
        Style::Changed => plain.fg_color(Some(AnsiColor::Yellow.into())),
        Style::Alarm => plain.fg_color(Some(AnsiColor::Red.into())).bold(),
        Style::Strong => plain.bold(),
        Style::Faint => plain.dimmed(),
    };
    format!("{ansi}{text}{ansi:#}")
}
