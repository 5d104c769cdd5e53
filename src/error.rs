//! How a run ends: the exit codes, and the errors that end one.

/// The exit codes; they are an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// A bug, or our own input or output failed.
    Internal,
    /// There are changes, or drift.
    Changes,
    /// The files are wrong.
    Files,
    /// An API could not be reached, or refused us.
    Api,
    /// The plan no longer fits files or live.
    Stale,
    /// A guard refused.
    Guard,
    /// Applied in part, or not persisted by the server.
    Partial,
    /// Bad usage.
    Usage,
    /// Interrupted with nothing sent.
    Interrupted,
}

impl Exit {
    /// Returns the number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Changes => 2,
            Self::Files => 3,
            Self::Api => 4,
            Self::Stale => 5,
            Self::Guard => 6,
            Self::Partial => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }

    /// Chooses among several when nothing was sent: the one that most needs a person.
    pub fn worst(self, other: Self) -> Self {
        const ORDER: [Exit; 10] = [
            Exit::Done,
            Exit::Changes,
            Exit::Internal,
            Exit::Stale,
            Exit::Guard,
            Exit::Api,
            Exit::Files,
            Exit::Usage,
            Exit::Interrupted,
            Exit::Partial,
        ];
        let rank = |exit: Exit| ORDER.iter().position(|known| *known == exit);
        if rank(other) > rank(self) { other } else { self }
    }
}

/// An error that ends a run: what was attempted, what came back, what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// The exit code.
    pub exit: Exit,
    /// What was attempted, on what, what came back; a lowercase fragment.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Stop {
    /// Makes one.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    /// Adds what to do.
    #[must_use = "returns the error with the hint"]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Says what to do where the system lets the process have no more files open, if that is the problem.
pub fn too_few_files(problem: &str) -> Option<&'static str> {
    // Of Linux and macOS, and of Windows' sockets.
    let words = ["os error 24)", "os error 10024)"];
    words.iter().any(|it| problem.contains(it)).then_some(
        "the system lets permctl open too few files at once: allow more (`ulimit -n 4096`), or select less",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_several_apply_and_nothing_was_sent_the_table_of_the_readme_decides() {
        // 64 > 3 > 4 > 6 > 5 > 1 > 2 > 0
        let falling = [
            Exit::Usage,
            Exit::Files,
            Exit::Api,
            Exit::Guard,
            Exit::Stale,
            Exit::Internal,
            Exit::Changes,
            Exit::Done,
        ];
        for pair in falling.windows(2) {
            assert_eq!(pair[0].worst(pair[1]), pair[0]);
            assert_eq!(pair[1].worst(pair[0]), pair[0]);
        }
    }
}
