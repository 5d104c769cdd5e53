//! The simulation: thousands of tenants, files, faults, deaths and other people's edits, and the
//! laws of [`laws`] over each.
//!
//! A seed decides everything. All of a run is on one thread and in paused time, over real HTTP: a
//! vendor's minutes cost nothing, and the same seed does the same again.
//!
//! Assumed: a request in flight when a process dies takes effect before the next process reads, or
//! never. What happens without that is a test of its own here.

mod disk;
mod generate;
mod laws;
mod run;
mod storm;
mod table;
mod witness;
mod world;

use std::collections::BTreeMap;

use permctl::apply::{Applied, Status};
use permctl::error::Exit;
use permctl::finding::Finding;
use permctl::provider::{SYSTEMS, systems};
use permctl_sandbox::{Dice, Fault, Received};

use generate::{ByHand, entries, meddling, texts, without_mistakes};
use laws::{Broken, Ran};
use run::{Process, Text};
use storm::{Signals, Storm};
use world::{World, settle};

/// How many seeds an ordinary run of the tests takes; `SEEDS` asks for more.
const SEEDS: u64 = 300;

/// What happened over many seeds.
#[derive(Debug, Default)]
struct Tally {
    changes: usize,
    runs: usize,
    requests: usize,
    writes: usize,
    killed: usize,
    exits: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, world: &World, ran: &Ran) {
        self.runs += 1;
        self.requests += ran.exchanges.len();
        let writes = ran.exchanges.iter().filter(|it| world.facts.is_write(&it.request));
        self.writes += writes.count();
        let exit = match &ran.ended {
            Some((exit, _)) => exit.code().to_string(),
            None => "killed".to_owned(),
        };
        self.killed += usize::from(ran.ended.is_none());
        *self.exits.entry(exit).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        let Self { changes, runs, requests, writes, killed, exits } = other;
        self.changes += changes;
        self.runs += runs;
        self.requests += requests;
        self.writes += writes;
        self.killed += killed;
        for (exit, count) in exits {
            *self.exits.entry(exit).or_default() += count;
        }
    }
}

/// Does everything that a seed stands for.
async fn simulate(seed: u64, tally: &mut Tally) -> Result<(), Broken> {
    // The spread of pauses before repeats comes from here.
    fastrand::seed(seed);
    let mut dice = Dice::new(seed);
    let at = usize::try_from(seed).expect("it fits") % systems().count();
    let system = systems().nth(at).expect("it is one of them");
    let mut world = World::start(system, &mut dice, false).await;
    let nobody = without_mistakes(system, world.facts, &mut Vec::new());
    for live in world.live(&nobody).await {
        let catalogue = system.provider.catalogue();
        let entries = entries(catalogue, &live, &mut dice);
        for _ in 0..dice.below(8) {
            if let Some(edit) = ByHand::draw(&mut dice, catalogue, &entries, &live) {
                world.sandbox.with_vendor(|vendor| edit.act(vendor));
            }
        }
    }
    let live = world.live(&nobody).await;
    let mut texts = texts(&mut dice, system, world.facts, &live);
    let (desired, plan) = settle(&world, &mut texts).await;
    world.looked = world.log.lock().expect("no holder of this lock can panic").len() - 1;

    let meddled = dice.percent(40);
    let edit = |dice: &mut Dice| meddling(dice, system, &live, &desired, &plan);
    if meddled
        && dice.percent(40)
        && let Some(edit) = edit(&mut dice)
    {
        world.sandbox.with_vendor(|vendor| edit.act(vendor));
    }
    let mut runs = Vec::new();
    for _ in 0..1 + dice.below(3) {
        let mut edits = Vec::new();
        for _ in 0..if meddled { dice.below(3) } else { 0 } {
            let at = 1 + dice.below(12);
            edits.extend(edit(&mut dice).map(|edit| (at, edit)));
        }
        let storm = Storm::draw(&mut dice, &plan, edits);
        let ran = world.apply(&desired, &plan, Some(storm)).await;
        tally.add(&world, &ran);
        runs.push(ran);
    }
    // Promise 4: the same plan finishes the rest.
    let mut ran = world.apply(&desired, &plan, None).await;
    tally.add(&world, &ran);
    let done = ran.ended.as_ref().is_some_and(|(exit, _)| *exit == Exit::Done);
    if !done && runs.iter().any(Ran::pretends_a_create) {
        // What was answered is looked for before it is sent again.
        world.later();
        runs.push(ran);
        ran = world.apply(&desired, &plan, None).await;
        tally.add(&world, &ran);
    }
    tally.changes += plan.changes().count();
    let ended = ran.ended.as_ref().expect("nobody kills it");
    let smooth = !meddled && world.readings.is_empty() && world.twice.is_empty();
    if smooth && ended.0 != Exit::Done {
        return Err(format!("promise 4: the same plan again ends with {ended:?}"));
    }
    runs.push(ran);
    // Who gave a name as well has changed what is live.
    let meddled = meddled || !world.twice.is_empty();
    let checked = world.case(&plan).check(&runs);
    let checked = match checked {
        Ok(()) => in_the_end(&mut world, texts, meddled, tally).await,
        broken => broken,
    };
    checked.map_err(|broken| format!("{broken}\n  readings: {:?}", world.readings))
}

/// S5: with nothing going wrong any more, plan and apply end in exit 0 and an empty plan, or say
/// which setting the vendor does not take.
async fn in_the_end(
    world: &mut World,
    mut texts: Vec<Text>,
    meddled: bool,
    tally: &mut Tally,
) -> Result<(), Broken> {
    world.later();
    let desired = without_mistakes(world.system, world.facts, &mut texts);
    let plan = world.plan(&desired).await;
    let wrong: Vec<&Finding> = plan.findings().filter(|finding| finding.is_error()).collect();
    if !wrong.is_empty() && !meddled && !world.takes_less() {
        return Err(format!("S5: the next plan finds {wrong:?}"));
    }
    let (desired, plan) = settle(world, &mut texts).await;
    let ran = world.apply(&desired, &plan, None).await;
    tally.add(world, &ran);
    let runs = [ran];
    world.case(&plan).check(&runs)?;
    let (exit, applied) = runs[0].ended.as_ref().expect("nobody kills it");
    if *exit == Exit::Done {
        let second = world.plan(&desired).await;
        return match second.is_empty() {
            true => Ok(()),
            false => {
                Err(format!("S5: after exit 0 there is {:?}", second.changes().collect::<Vec<_>>()))
            }
        };
    }
    if world.takes_less() && names_a_setting(applied) {
        return Ok(());
    }
    let outcomes: Vec<_> = applied.outcomes().map(|(_, outcome)| outcome).collect();
    Err(format!("S5: exit {} with {outcomes:?}", exit.code()))
}

/// Tells whether everything that was not done is said with the setting that the vendor did not take.
fn names_a_setting(applied: &Applied) -> bool {
    let took_less = |status: &Status| matches!(status, Status::NotPersisted { .. });
    applied.outcomes().all(|(_, outcome)| match &outcome.status {
        Status::Done | Status::AlreadyDone => true,
        // Where a vendor does not take what makes another administrator, the last one keeps it.
        Status::HeldBack => applied.statuses().any(took_less),
        Status::NotPersisted { differences, .. } => !differences.is_empty(),
        Status::Failed { error, .. } => !error.is_empty(),
        _ => false,
    })
}

/// Runs something on one thread in paused time.
pub fn in_paused_time<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build();
    runtime.expect("a runtime can be made").block_on(work)
}

/// Runs some seeds. Returns what happened, and what was broken.
fn several(seeds: impl Iterator<Item = u64>) -> (Tally, Vec<Broken>) {
    let mut tally = Tally::default();
    let mut broken = Vec::new();
    for seed in seeds {
        if let Err(law) = in_paused_time(simulate(seed, &mut tally)) {
            broken.push(format!(
                "{law}\n  again: SEED={seed} cargo test --release --test main simulation::every_law"
            ));
        }
    }
    (tally, broken)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("it is a number"))
}

#[test]
#[expect(clippy::print_stderr, reason = "how much was simulated is worth knowing")]
fn every_law_holds_over_every_seed() {
    let (first, count) = match number("SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("SEEDS").unwrap_or(SEEDS)),
    };
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get() as u64);
    let (tally, broken) = std::thread::scope(|scope| {
        let run =
            |part: u64| move || several((first + part..first + count).step_by(threads as usize));
        let running: Vec<_> = (0..threads).map(|part| scope.spawn(run(part))).collect();
        let done = running.into_iter().map(|it| it.join().expect("a broken law is no panic"));
        done.fold((Tally::default(), Vec::new()), |(mut tally, mut broken), (more, others)| {
            tally.merge(more);
            broken.extend(others);
            (tally, broken)
        })
    });
    // Shown with `--nocapture`, and with a failure.
    eprintln!("{count} seeds: {tally:?}");
    let shown: Vec<&String> = broken.iter().take(20).collect();
    assert!(broken.is_empty(), "{} of {count} seeds broke a law:\n{shown:#?}", broken.len());
}

/// Promise 5 names one schedule that no client can close: a create whose answer was lost takes effect
/// after the next run's read, at a vendor that accepts a name twice. The plan after that says so.
#[test]
fn promise_5_a_create_that_comes_too_late_makes_two_and_the_next_plan_says_so() {
    let gong = &SYSTEMS[0];
    in_paused_time(async {
        let mut dice = Dice::new(1);
        let mut world = World::start(gong, &mut dice, true).await;
        world.sandbox.choose("duplicate-name", "accepted").expect("a reading");
        let text = "profile: Too late\nnew: true\nsettings: {deals: true}\n".to_owned();
        let mut texts = vec![Text { folder: &world.facts.workspaces[0].0, text }];
        let (desired, first) = settle(&world, &mut texts).await;
        // Far more requests than one run makes: the vendor sees it when the next run has read.
        let mut left = Some(8);
        let late = move |request: &Received| match left.take_if(|_| request.method == "POST") {
            Some(others) => Fault::Postpone(others),
            None => Fault::None,
        };
        world.sandbox.script(Box::new(late));
        let work = async |it: &Process<'_>| it.apply(&first, &()).await;
        let ended = world.process(&desired, &Signals::default(), work).await;
        let (exit, applied) = ended.expect("nobody kills it");
        assert_eq!(exit, Exit::Partial, "{applied:?}");
        let unknown = applied.outcomes().all(|(_, it)| matches!(it.status, Status::Unknown { .. }));
        assert!(unknown, "{applied:?}");
        let second = world.plan(&desired).await;
        assert_eq!(second.changes().count(), 1, "nobody has seen the first one");
        let ran = world.apply(&desired, &second, None).await;
        assert_eq!(ran.ended.map(|(exit, _)| exit), Some(Exit::Done));
        while world.twins("Too late") < 2 {
            let _ = world.live(&desired).await;
        }
        let third = world.plan(&desired).await;
        let said: Vec<&str> = third.findings().map(|finding| finding.message.as_str()).collect();
        assert!(third.is_empty() && said.iter().any(|it| it.contains("Too late")), "{said:?}");
    });
}
