//! S9: every write that the vendor received was noted on the disk before, an answer that is noted came, and a
//! run waits for the disk once for each request and once in the end.

use permctl_sandbox::{Exchange, Fate};
use serde_json::Value as Json;

use super::{Broken, Case, Ran};
use crate::vendors::plain;

/// A request that is noted, with what is noted of its answer.
struct Noted {
    method: String,
    path: String,
    answered: bool,
}

impl Noted {
    /// Tells whether a request is this one.
    fn is(&self, exchange: &Exchange) -> bool {
        let request = &exchange.request;
        !self.path.is_empty() && request.method == self.method && request.path.ends_with(&self.path)
    }
}

impl Case<'_> {
    /// Compares what the vendor received with the journal.
    pub(super) fn noted(&self, run: &Ran) -> Result<(), Broken> {
        let noted = read(&run.journal.lines())?;
        let writes = || run.exchanges.iter().filter(|it| self.facts.is_write(&it.request));
        // Each write takes a line of its own: all creates have one path.
        let mut left = read(&run.journal.synced())?;
        for write in writes() {
            let Some(at) = left.iter().position(|noted| noted.is(write)) else {
                return Err(format!("S9: {:?} was sent and is not on the disk", write.request));
            };
            left.swap_remove(at);
        }
        let heard = |noted: &Noted| {
            writes().any(|it| {
                let accepted = (200..300).contains(&it.reply.status);
                let came = matches!(it.fate, Fate::Answered | Fate::Pretended | Fate::Replaced);
                noted.is(it) && came && accepted
            })
        };
        if let Some(noted) = noted.iter().find(|noted| noted.answered && !heard(noted)) {
            let Noted { method, path, .. } = noted;
            return Err(format!("S9: an answer to {method} {path} is noted and did not come"));
        }
        let most = noted.len() + usize::from(run.ended.is_some());
        match run.journal.syncs() {
            syncs if syncs > most => Err(format!("S9: {syncs} syncs for {} requests", noted.len())),
            _ => Ok(()),
        }
    }
}

fn read(lines: &str) -> Result<Vec<Noted>, Broken> {
    let mut noted: Vec<Noted> = Vec::new();
    for line in lines.lines() {
        let line: Json = serde_json::from_str(line).map_err(|error| format!("S9: {error}"))?;
        let number = || usize::try_from(line["number"].as_u64().unwrap_or_default());
        match line["event"].as_str() {
            Some("intent") => {
                let target = plain(&line["target"]);
                let path = target.split('?').next().unwrap_or_default().to_owned();
                noted.push(Noted { method: plain(&line["method"]), path, answered: false });
                if number() != Ok(noted.len()) {
                    return Err(format!("S9: request {} is noted as {line}", noted.len()));
                }
            }
            Some("outcome") => {
                let at = number().unwrap_or_default().wrapping_sub(1);
                let Some(noted) = noted.get_mut(at) else {
                    return Err(format!("S9: an answer to no request: {line}"));
                };
                noted.answered = line["outcome"] == "answered";
            }
            _ => {}
        }
    }
    Ok(noted)
}
