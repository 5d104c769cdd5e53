//! What a review says of any plan, and what renderers of Markdown make of it.

use std::collections::BTreeSet;

use markdown::mdast::Node;
use permctl::model::names::Names;
use permctl::plan::review::{Aspect, Review, Side};
use permctl::report::{Report, View, markdown as report};
use permctl::text::code;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::state;

/// What could be a link, a mention, a tag or a part of a table.
const PIECES: [&str; 20] = [
    "`",
    "``",
    "|",
    "\\",
    "\\|",
    "@security-team",
    "[x](https://evil.example)",
    "![x](y)",
    "<img src=x>",
    "<!--",
    "-->",
    "</details>",
    "\n",
    "**",
    "#1",
    "https://evil.example",
    " ",
    "www.evil.example",
    "\u{202e}",
    "emea",
];

proptest! {
    #[test]
    fn every_bundle_that_may_broaden_lets_people_do_something_and_no_other_does(
        live in state::live(),
        described in state::described(),
    ) {
        let desired = state::loaded(state::texts(&live, &described).into_iter().enumerate());
        let plan = state::whole(state::planned(&desired, &live, &Names::default()));
        let review = Review::of(&plan, Side::Plan);
        for planned in plan.workspaces.iter().flat_map(|workspace| &workspace.changes) {
            for transition in &planned.change.transitions {
                let of_transition = review.differences.iter().filter(|it| {
                    let is_member = |path| {
                        transition.after.contains_key(path) || transition.before.contains_key(path)
                    };
                    it.profile == planned.change.name
                        && matches!(it.aspect, Aspect::Setting(path) if is_member(path))
                });
                let gives = of_transition.flat_map(|it| &it.abilities).count() > 0;
                prop_assert_eq!(gives, transition.direction.may_broaden(), "{:?}", transition);
            }
        }
        let given: usize = review.differences.iter().map(|it| it.abilities.len()).sum();
        let said: BTreeSet<usize> =
            review.sentences.iter().flat_map(|it| it.differences.iter().copied()).collect();
        let gain = review.differences.iter().filter(|it| !it.abilities.is_empty()).count();
        prop_assert_eq!(said.len(), gain, "{} abilities", given);
        prop_assert!(review.sentences.is_sorted_by(|one, other| one.tier >= other.tier));
    }

    #[test]
    fn a_name_is_one_span_of_code_to_two_renderers_also_in_a_table(
        pieces in vec(select(&PIECES[..]), 0..8),
    ) {
        let shown = code(&pieces.concat());
        let table = format!("| a | b |\n|---|---|\n| x {shown} | {shown} |\n");
        for text in [format!("- x {shown} y\n"), table] {
            let spans = if text.starts_with('|') { 2 } else { 1 };
            let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::all()).collect();
            let is_odd = |event: &Event<'_>| matches!(
                event,
                Event::Html(_) | Event::InlineHtml(_) | Event::HardBreak | Event::InlineMath(_)
                    | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::HtmlBlock)
            );
            let odd: Vec<_> = events.iter().filter(|event| is_odd(event)).collect();
            prop_assert!(odd.is_empty(), "{odd:?} in\n{text}");
            let codes = events.iter().filter(|event| matches!(event, Event::Code(_))).count();
            prop_assert_eq!(codes, spans, "{:?} in\n{}", events, text);
            let tree = markdown::to_mdast(&text, &markdown::ParseOptions::gfm());
            let tree = tree.expect("Markdown has no syntax errors");
            let (mut codes, mut odd) = (0, Vec::new());
            walk(&tree, &mut |node| match node {
                Node::InlineCode(_) => codes += 1,
                Node::Link(_) | Node::Image(_) | Node::Html(_) | Node::Emphasis(_)
                | Node::Strong(_) | Node::FootnoteReference(_) | Node::Code(_) => odd.push(format!("{node:?}")),
                _ => {}
            });
            prop_assert!(odd.is_empty(), "{odd:?} in\n{text}");
            prop_assert_eq!(codes, spans, "{:?} in\n{}", tree, text);
        }
    }

    #[test]
    fn no_comment_is_longer_than_it_may_be(
        live in state::live(),
        described in state::described(),
        max_size in 1_000_usize..6_000,
    ) {
        let desired = state::loaded(state::texts(&live, &described).into_iter().enumerate());
        let plan = state::whole(state::planned(&desired, &live, &Names::default()));
        let view = View { max_size, ..View::default() };
        let text = report::render(Report::Plan(&plan), view);
        prop_assert!(text.len() <= max_size, "{} of {max_size}\n{text}", text.len());
    }
}

fn walk(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    for child in node.children().into_iter().flatten() {
        walk(child, visit);
    }
}
