//! Who can do what, in sentences: what the same people get is one sentence, and so is what one change gives in many
//! profiles.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::catalogue::Tier;
use crate::model::{Direction, Holders};
use crate::plan::review::people::beside;
use crate::plan::review::{Ability, Difference, People, Quote, Side};
use crate::text::{counted, first_of};

/// How many profiles are named in a sentence.
const MOST_PROFILES: usize = 3;

/// How many things that people can do are named in a sentence, beside critical ones.
const MOST_ABILITIES: usize = 5;

/// What some people get.
#[derive(Debug)]
pub struct Sentence<'p> {
    /// How bad it can be.
    pub tier: Tier,
    /// Whether they get it for certain; else the vendor leaves it open.
    pub is_certain: bool,
    /// What they can do.
    pub abilities: Vec<Ability>,
    /// Who they are.
    pub people: People<'p>,
    /// The profiles by which they get it, each with its workspace.
    pub profiles: BTreeSet<(&'p str, &'p str)>,
    /// The differences that give it, by position.
    pub differences: Vec<usize>,
    /// Whether they get whole profiles.
    pub is_given: bool,
    side: Side,
}

/// A profile that gets broader (`false`), or that users get (`true`), and from which side. A setting that some holders have
/// already is apart from the others, with the people who gain it.
type GainTarget<'p> = (&'p str, &'p str, bool, Side, Vec<&'p String>);

/// Makes the sentences, the most dangerous first.
pub(super) fn sentences<'p>(differences: &[Difference<'p>]) -> Vec<Sentence<'p>> {
    let mut known: HashMap<GainTarget<'p>, usize> = HashMap::new();
    // The differences of each target, by position.
    let mut of_target: Vec<(GainTarget<'p>, Vec<usize>)> = Vec::new();
    // Which profiles give each ability. Who gets a whole profile is told apart from who has it.
    let mut given: BTreeMap<(&Ability, bool, bool, Side), BTreeSet<usize>> = BTreeMap::new();
    for (position, difference) in differences.iter().enumerate() {
        let target = target(difference);
        let (_, _, is_given, side, _) = target;
        let at = *known.entry(target).or_insert_with_key(|target| {
            of_target.push((target.clone(), Vec::new()));
            of_target.len() - 1
        });
        of_target[at].1.push(position);
        let is_certain = difference.direction != Direction::Unclear;
        for ability in &difference.abilities {
            given.entry((ability, is_certain, is_given, side)).or_default().insert(at);
        }
    }
    // What the same profiles give is one sentence.
    let mut together: BTreeMap<(Tier, bool, Vec<usize>), BTreeSet<&Ability>> = BTreeMap::new();
    for ((ability, is_certain, ..), at) in given {
        let key = (ability.tier, is_certain, at.into_iter().collect());
        together.entry(key).or_default().insert(ability);
    }
    let mut sentences: Vec<Sentence<'p>> = together
        .into_iter()
        .map(|((tier, is_certain, at), given)| {
            let (mut people, mut giving) = (People::default(), Vec::new());
            for target in &at {
                let (_, positions) = &of_target[*target];
                add(&mut people, differences, positions);
                giving.extend(positions.iter().copied().filter(|at| {
                    let Difference { abilities, direction, .. } = &differences[*at];
                    (*direction != Direction::Unclear) == is_certain
                        && abilities.iter().any(|it| given.contains(it))
                }));
            }
            let abilities = in_order(differences, &giving, given);
            let ((_, _, is_given, side, _), _) = of_target[at[0]];
            let profile = |at: &usize| (of_target[*at].0.0, of_target[*at].0.1);
            let profiles = at.iter().map(profile).collect();
            let differences = giving;
            Sentence { tier, is_certain, abilities, people, profiles, differences, is_given, side }
        })
        .collect();
    sentences.sort_by(|one, other| {
        // Who is not counted may be many.
        let rank = |it: &Sentence<'_>| {
            (it.tier, it.people.uncounted > 0, it.people.count(), it.profiles.len())
        };
        rank(other).cmp(&rank(one)).then_with(|| one.profiles.cmp(&other.profiles))
    });
    sentences
}

/// Returns what a difference is of.
fn target<'p>(it: &Difference<'p>) -> GainTarget<'p> {
    let own = it.holders.filter(|_| it.elsewhere > 0);
    let gaining = own.into_iter().flat_map(Holders::known).collect();
    (it.workspace, it.profile, it.user().is_some(), it.side, gaining)
}

/// Adds the people of one target.
fn add<'p>(people: &mut People<'p>, differences: &[Difference<'p>], of_target: &[usize]) {
    let gains = of_target.iter().map(|at| &differences[*at]);
    let gains = gains.filter(|difference| difference.direction.may_broaden());
    for (at, difference) in gains.enumerate() {
        match difference.user() {
            Some(user) => people.add_user(user),
            // All differences of a profile are about the same people.
            None if at == 0 => {
                people.add(difference.holders, difference.is_new);
                people.elsewhere += difference.elsewhere;
            }
            None => {}
        }
    }
}

/// Puts what people can do into the order of the settings.
fn in_order<'d>(
    differences: &'d [Difference<'_>],
    giving: &[usize],
    mut given: BTreeSet<&'d Ability>,
) -> Vec<Ability> {
    let all = giving.iter().flat_map(|at| &differences[*at].abilities);
    all.filter(|ability| given.remove(ability)).cloned().collect()
}

impl Sentence<'_> {
    /// Writes it; with the name of the first person where people may be named.
    pub fn text(&self, names: bool, quote: Quote) -> String {
        let verb = match (self.is_certain, self.side) {
            (true, Side::Plan) if self.is_new() => "can",
            (true, Side::Plan) => "can now",
            (true, Side::Drift | Side::Accepted) => "can",
            (false, Side::Plan) if self.is_new() => "may",
            (false, Side::Plan) => "may now",
            (false, Side::Drift | Side::Accepted) => "may",
        };
        let most = if self.tier == Tier::Critical { usize::MAX } else { MOST_ABILITIES };
        let abilities = self.abilities.iter();
        let mut can: Vec<String> = abilities.take(most).map(|it| it.words(quote)).collect();
        let more = self.abilities.len() - can.len();
        if more > 0 {
            can.push(format!("{more} more"));
        }
        let can = match can.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, first)) => format!("{} and {last}", first.join(", ")),
            None => String::new(),
        };
        let gets = match (self.is_given, self.side, self.people.count()) {
            (false, ..) => "",
            (true, Side::Plan, 1) => "gets the profile and ",
            (true, Side::Plan, _) => "get the profile and ",
            (true, Side::Drift | Side::Accepted, 1) => "has the profile and ",
            (true, Side::Drift | Side::Accepted, _) => "have the profile and ",
        };
        match (self.people.elsewhere, self.people.count()) {
            (0, _) if self.side == Side::Accepted => {
                let who = self.who(names, quote);
                format!("{who} {gets}{verb} {can}, and the files allow it from now on")
            }
            (0, _) => format!("{} {gets}{verb} {can}", self.who(names, quote)),
            (1, 0) => format!("its 1 holder {verb} {can}, as before through another profile"),
            (all, 0) => {
                format!("its {all} holders {verb} {can}, as before through another profile")
            }
            (others, gaining) => {
                let (who, all) = (self.who(names, quote), others + gaining);
                let have = if others == 1 { "1 has" } else { &format!("{others} have") };
                format!("{who} of {all} holders {verb} {can}; {have} it through another profile")
            }
        }
    }

    /// Names the profiles by which people get it.
    pub fn places(&self, quote: Quote) -> String {
        let name = |(workspace, profile): &(&str, &str)| quote(&format!("{workspace}/{profile}"));
        first_of(self.profiles.iter().map(name), MOST_PROFILES)
    }

    /// Tells whether the plan makes all of the profiles, so that they have no holders yet.
    fn is_new(&self) -> bool {
        self.people.new == self.profiles.len()
    }

    fn who(&self, names: bool, quote: Quote) -> String {
        let (count, profiles) = (self.people.count(), self.profiles.len());
        let People { uncounted, new, .. } = self.people;
        if self.is_new() {
            return match new {
                1 => "holders of the new profile".to_owned(),
                new => format!("holders of {new} new profiles"),
            };
        }
        if uncounted + new == profiles {
            let new = if new > 0 { format!(", {new} new") } else { String::new() };
            return match profiles {
                1 => "its holders (not counted)".to_owned(),
                _ => format!("the holders of {profiles} profiles (not counted{new})"),
            };
        }
        let people = match (count, self.people.first().filter(|_| names)) {
            (0, _) if profiles == 1 => return "its holders (none yet)".to_owned(),
            (0, _) => return format!("the holders of {profiles} profiles (none yet)"),
            (1, Some(name)) => quote(name),
            (2, Some(name)) => format!("{} and 1 other", quote(name)),
            (count, Some(name)) => format!("{} and {} others", quote(name), count - 1),
            (1, None) => "1 person".to_owned(),
            (count, None) => format!("{count} people"),
        };
        let beside = beside(new, uncounted);
        match profiles {
            1 => format!("{people}{beside}"),
            _ => format!("{people} in {}{beside}", counted(profiles, "profile")),
        }
    }
}
