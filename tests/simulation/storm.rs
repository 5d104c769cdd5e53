//! What goes wrong while one process runs: faults drawn from a seed, somebody's edits, and its end.
//!
//! A fault belongs to a request and how often that request came before, not to its place in time, so
//! that requests that are under way together draw the same faults in any order.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use permctl::plan::Plan;
use permctl::provider::http::{Limit, Run};
use permctl_sandbox::{Dice, Fault, Kind, Received, Script};
use serde_json::Value as Json;
use tokio::sync::Notify;

use super::generate::ByHand;

/// How a process ends before its time, at one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It dies; the request never takes effect: the death between the request before and this one.
    Never,
    /// It dies; the request took effect, and nobody heard of it.
    Unheard,
    /// It dies; the request takes effect just before the next process reads.
    Later,
    /// Somebody asks it to stop.
    Asked,
}

impl End {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Never, Self::Unheard, Self::Later, Self::Asked];

    /// Says what it is, for a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Never => "killed; it never took effect",
            Self::Unheard => "killed; it took effect",
            Self::Later => "killed; it takes effect before the next run reads",
            Self::Asked => "asked to stop",
        }
    }
}

/// What goes wrong in one run.
#[derive(Debug, Clone, Default)]
pub struct Storm {
    /// What the faults follow from.
    pub seed: u64,
    /// How many requests in a hundred have one.
    pub percent: u32,
    /// Which there are.
    pub kinds: Vec<Kind>,
    /// At which request, counted from 1, the process ends and how.
    pub end: Option<(usize, End)>,
    /// Whether the machine loses its power when the process dies, so that only what is on the disk is left.
    pub cuts_power: bool,
    /// At which requests somebody edits what.
    pub edits: Vec<(usize, ByHand)>,
    /// How long each connection takes until it is made.
    pub connecting: Duration,
    /// The profile whose requests take long, and how long.
    pub slow: Option<(String, Duration)>,
    /// Whether another client makes a profile just before the one of its name that is to be made.
    pub twin: bool,
    /// At which request, counted from 1, this fault happens whatever was drawn.
    pub one: Option<(usize, Kind)>,
}

/// What happens in a run, as far as the process is concerned.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// It dies.
    pub killed: Arc<Notify>,
    /// What it may take; it can be asked to stop.
    pub run: Arc<Run>,
    /// The profiles that another client made as well, as the vendor was asked for them.
    pub twins: Arc<Mutex<Vec<Json>>>,
}

impl Storm {
    /// Draws one for a run of this plan.
    pub fn draw(dice: &mut Dice, plan: &Plan, edits: Vec<(usize, ByHand)>) -> Self {
        let percent = *dice.pick(&[0, 5, 15, 40]);
        let kinds = (0..1 + dice.below(5)).map(|_| *dice.pick(&Kind::ALL)).collect();
        let end = dice.percent(50).then(|| (1 + dice.below(8), *dice.pick(&End::ALL)));
        let connecting = Duration::from_millis(*dice.pick(&[0, 0, 0, 700, 6_000]));
        let updated: Vec<&String> =
            plan.changes().filter_map(|(_, it)| Some(&it.change.updates()?.0.0)).collect();
        let is_slow = !updated.is_empty() && dice.percent(20);
        let slow = is_slow.then(|| {
            let long = Duration::from_millis(*dice.pick(&[900, 4_000, 7_000]));
            ((*dice.pick(&updated)).clone(), long)
        });
        let (seed, twin, cuts_power) = (dice.roll(), dice.percent(15), dice.percent(50));
        Self { seed, percent, kinds, end, cuts_power, edits, connecting, slow, twin, one: None }
    }

    /// Makes it a script for the sandbox.
    pub fn script(self, signals: &Signals) -> Script {
        let Signals { killed, run, twins } = signals.clone();
        let mut count = 0;
        let mut seen: HashMap<u64, u64> = HashMap::new();
        Box::new(move |request| {
            count += 1;
            let times = seen.entry(key(request)).or_default();
            *times += 1;
            let mut dice = Dice::new(self.seed ^ key(request) ^ times.rotate_left(17));
            match self.end {
                Some((at, End::Asked)) if at == count => run.close(Limit::Interrupted),
                Some((at, end)) if at == count => {
                    killed.notify_one();
                    return match end {
                        End::Never => Fault::ResetBefore,
                        End::Unheard => Fault::LoseAnswer,
                        End::Later => Fault::Postpone(0),
                        End::Asked => unreachable!("it has an arm of its own"),
                    };
                }
                _ => {}
            }
            if let Some((at, kind)) = self.one
                && at == count
            {
                return kind.fault(&mut dice);
            }
            if let Some((_, edit)) = self.edits.iter().find(|(at, _)| *at == count) {
                let edit = edit.clone();
                return Fault::Edit(Box::new(move |vendor| edit.act(vendor)));
            }
            if dice.percent(self.percent) && !self.kinds.is_empty() {
                return dice.pick(&self.kinds).fault(&mut dice.fork());
            }
            match &self.slow {
                _ if self.twin && request.method == "POST" => twin(request, Arc::clone(&twins)),
                Some((profile, long)) if is_about(request, profile) => Fault::Delay(*long),
                _ => Fault::None,
            }
        })
    }
}

/// Lets another client make the same profile first. A request that only signs in makes none.
fn twin(request: &Received, twins: Arc<Mutex<Vec<Json>>>) -> Fault {
    let request = request.clone();
    Fault::Edit(Box::new(move |vendor| {
        if vendor.is_write(&request) && (200..300).contains(&vendor.answer(&request).status) {
            twins.lock().expect("no holder of this lock can panic").extend(request.body);
        }
    }))
}

/// Tells whether a request names a profile, in its path or behind it.
fn is_about(request: &Received, profile: &str) -> bool {
    let behind = || request.query.iter().any(|(_, value)| value == profile);
    request.segments().last().is_some_and(|last| last == profile) || behind()
}

fn key(request: &Received) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&request.method, &request.path, &request.query).hash(&mut hasher);
    hasher.finish()
}
