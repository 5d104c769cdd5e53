//! The table of every kill point and fault with its outcome, made by running each.
//!
//! One small plan a vendor. At each request of its apply each fault happens once, or the process
//! ends there; then the same plan is applied again with nothing going wrong. All laws are checked on
//! the way, and in the end a new plan has nothing to do.

use std::fmt::Write as _;
use std::thread;

use permctl::desired::Desired;
use permctl::model::Action;
use permctl::plan::Plan;
use permctl::provider::{SYSTEMS, System};
use permctl_sandbox::{Dice, Kind};
use serde_json::Value as Json;

use super::generate::{texts, without_mistakes};
use super::in_paused_time;
use super::laws::Ran;
use super::storm::{End, Storm};
use super::world::{World, settle};

/// Seeds are tried until one gives a plan of this many changes, a create among them.
const CHANGES: usize = 3;

/// What goes wrong at one request.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    Fault(Kind),
    End(End),
}

/// A plan and the tenant that it is for, as it was.
struct Stage {
    world: World,
    desired: Desired,
    plan: Plan,
    before: Json,
}

impl Stage {
    async fn new(system: &'static System) -> Self {
        for seed in 0..1000 {
            let mut dice = Dice::new(seed);
            let mut world = World::start(system, &mut dice, true).await;
            let nobody = without_mistakes(system, world.facts, &mut Vec::new());
            let live = world.live(&nobody).await;
            // One workspace is enough, and makes the order of the requests the same every time.
            let mut texts = texts(&mut dice, system, world.facts, &live[..1]);
            let (desired, plan) = settle(&world, &mut texts).await;
            let creates = plan.changes().filter(|(_, it)| it.change.action == Action::Create);
            if plan.changes().count() == CHANGES && creates.count() == 1 {
                let before = world.sandbox.state();
                world.looked =
                    world.log.lock().expect("no holder of this lock can panic").len() - 1;
                return Self { world, desired, plan, before };
            }
        }
        panic!("no seed gives such a plan")
    }

    /// Puts the tenant back to where the plan was made.
    fn again(&mut self) {
        let before = self.before.clone();
        self.world.sandbox.calm();
        self.world.sandbox.with_vendor(|vendor| vendor.load(before)).expect("its own state");
        self.world.log.lock().expect("no holder of this lock can panic").clear();
        self.world.looked = 0;
        self.world.later();
    }

    async fn apply(&mut self, storm: Option<Storm>) -> Ran {
        self.world.apply(&self.desired, &self.plan, storm).await
    }

    /// Runs one cell, and says how both runs ended.
    async fn cell(&mut self, at: usize, wrong: Wrong) -> String {
        self.again();
        let storm = match wrong {
            Wrong::Fault(kind) => Storm { one: Some((at, kind)), ..Storm::default() },
            Wrong::End(end) => Storm { end: Some((at, end)), ..Storm::default() },
        };
        let mut runs = vec![self.apply(Some(storm)).await, self.apply(None).await];
        // A create that was answered and did not happen is looked for before it is sent again.
        let pretended = runs[0].pretends_a_create();
        if pretended && !self.world.plan(&self.desired).await.is_empty() {
            self.world.later();
            runs.push(self.apply(None).await);
        }
        let case = self.world.case(&self.plan);
        if let Err(broken) = case.check(&runs) {
            panic!("{}: {wrong:?} at request {at}: {broken}", self.world.system.provider.id());
        }
        let next = self.world.plan(&self.desired).await;
        assert!(next.is_empty(), "{wrong:?} at request {at} leaves {:?}", next.changes().next());
        let codes = runs.iter().map(|ran| match &ran.ended {
            Some((exit, _)) => exit.code().to_string(),
            None => "died".to_owned(),
        });
        let mut codes: Vec<String> = codes.collect();
        if let Some(third) = codes.get_mut(2) {
            third.push_str(" an hour later");
        }
        codes.join(", ")
    }
}

async fn section(system: &'static System) -> String {
    fastrand::seed(1);
    let mut stage = Stage::new(system).await;
    let calm = stage.apply(None).await;
    let mut text = format!("\n## {}\n\n", system.provider.title());
    for (number, exchange) in calm.exchanges.iter().enumerate() {
        let request = &exchange.request;
        writeln!(text, "{}. `{} {}`", number + 1, request.method, request.path)
            .expect("a text takes all");
    }
    let columns = calm.exchanges.len();
    let numbers: Vec<String> = (1..=columns).map(|number| number.to_string()).collect();
    writeln!(text, "\n| at request | {} |", numbers.join(" | ")).expect("a text takes all");
    writeln!(text, "|---|{}", "---|".repeat(columns)).expect("a text takes all");
    let faults = Kind::ALL.into_iter().map(|kind| (kind.title(), Wrong::Fault(kind)));
    let ends = End::ALL.into_iter().map(|end| (end.title(), Wrong::End(end)));
    for (title, wrong) in faults.chain(ends) {
        let mut cells = Vec::new();
        for at in 1..=columns {
            cells.push(stage.cell(at, wrong).await);
        }
        writeln!(text, "| {title} | {} |", cells.join(" | ")).expect("a text takes all");
    }
    text
}

#[test]
fn the_table_of_kill_points_is_up_to_date() {
    let mut text = "# Kill points\n\nMade by running each of them: `UPDATE_DOCS=1 cargo test --test main kill_points`.\n\n\
        A plan with one create and two updates is applied to a simulated tenant. At one request of the\n\
        apply one thing goes wrong, or the process ends; then the same plan is applied again. A cell\n\
        has the two exit codes (`died` where the process was killed). Each cell was checked against the laws\n\
        S1 to S9 of `tests/simulation/laws.rs`, and after each a new plan had nothing to do.\n\n\
        0 done, 4 the API refused and nothing was sent, 7 applied in part, 130 stopped with nothing\n\
        sent. The second code is what matters: 0 says that running the same plan again finished the rest.\n\
        A create that was answered and that no list shows is not sent again within the hour; where that\n\
        leaves something, a third code is that of the same plan after the hour.\n"
        .to_owned();
    let sections: Vec<String> = thread::scope(|scope| {
        let running = SYSTEMS.iter().map(|system| scope.spawn(|| in_paused_time(section(system))));
        let running: Vec<_> = running.collect();
        running.into_iter().map(|it| it.join().expect("each says itself what is wrong")).collect()
    });
    text.extend(sections);
    crate::documents::up_to_date("docs/kill-points.md", &text);
}
