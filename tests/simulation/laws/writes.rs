//! The laws over the requests of a run: S1, S2, S3, S8 and promise 3.

use std::collections::BTreeMap;

use permctl::model::{Action, Document, difference, document};

use permctl_sandbox::{Exchange, Fate, Received};
use serde_json::Value as Json;

use super::{Broken, Case, Ran, Step, Write, apart, meaning, same};

impl Case<'_> {
    /// S1, S2, S3 and S8 for one run; adds its writes.
    pub(super) fn writes<'r>(&self, run: &'r Ran, sent: &mut Vec<Write<'r>>) -> Result<(), Broken> {
        // A process knows nothing of the documents that earlier ones were served.
        let mut served: BTreeMap<String, Document> = BTreeMap::new();
        // For each earlier write, whether a read since then showed it undone.
        let mut undone: Vec<bool> = vec![false; sent.len()];
        let steps = self.steps();
        for exchange in &run.exchanges {
            let Exchange { request, reply, fate } = exchange;
            if !self.facts.is_allowed(request) {
                return Err(format!("S8: {} {} was sent", request.method, request.path));
            }
            if !self.facts.is_write(request) {
                let heard = matches!(fate, Fate::Answered | Fate::Replaced) && reply.status == 200;
                for document in
                    self.facts.served(request, &reply.body).into_iter().filter(|_| heard)
                {
                    served.insert(self.id(&document), document);
                }
                if heard && self.reads_names(request) {
                    for (write, undone) in sent.iter().zip(&mut undone) {
                        *undone |= self.shows_undone(&steps[write.step], &served);
                    }
                }
                continue;
            }
            let (step, from) = self.source(&steps, request, &served)?;
            for (write, undone) in sent.iter().zip(&undone) {
                let same = write.step == step
                    && write.exchange.request.method == request.method
                    && write.exchange.request.path == request.path;
                if same && may_have_worked(write.exchange) && !undone {
                    return Err(format!(
                        "S2: {} {} for {:?} was sent again, and no read showed it undone",
                        request.method, request.path, steps[step].change.name
                    ));
                }
            }
            if let Some(from) = &from {
                self.reviewed(&steps[step], from)?;
                self.outside(&steps[step], request, from)?;
            }
            sent.push(Write { step, exchange });
            undone.push(false);
        }
        Ok(())
    }

    /// Finds the change and the document that a write was made from.
    pub(super) fn source(
        &self,
        steps: &[Step<'_>],
        request: &Received,
        served: &BTreeMap<String, Document>,
    ) -> Result<(usize, Option<Document>), Broken> {
        for (at, step) in steps.iter().enumerate() {
            let from = self.find(step, served);
            if from.is_none() && step.change.action != Action::Create {
                continue;
            }
            let mut calls = self.provider.requests(
                self.provider.catalogue(),
                &step.workspace.id,
                step.change,
                from.as_ref(),
            );
            let bodies = calls.iter_mut().filter_map(|call| call.body.as_mut());
            bodies.for_each(|body| self.provider.name_references(body, &step.workspace.labels));
            let is_it = calls.iter().any(|call| {
                let query =
                    call.query.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
                call.route.method == request.method
                    && call.path() == request.path
                    && query.collect::<Vec<_>>() == request.query
                    && call.body == request.body
                    && call.headers.iter().all(|(name, value)| {
                        request.header(&name.to_lowercase()) == Some(value.as_str())
                    })
            });
            if is_it {
                return Ok((at, from));
            }
        }
        let Received { method, path, body, .. } = request;
        Err(format!("S1: {method} {path} with {body:?} is no change of the plan as last served"))
    }

    /// Promise 3 for one write: what it replaces is what was reviewed, or done already.
    pub(super) fn reviewed(&self, step: &Step<'_>, from: &Document) -> Result<(), Broken> {
        let catalogue = self.provider.catalogue();
        for transition in &step.change.transitions {
            let now = meaning(catalogue, transition, from);
            let sides = self.ends(catalogue, step.change, transition);
            if !sides.iter().any(|side| same(catalogue, transition, side, &now)) {
                return Err(format!(
                    "promise 3: `{}` of {:?} had moved, and was written: {}",
                    transition.bundle,
                    step.change.name,
                    apart(&now, &sides)
                ));
            }
        }
        Ok(())
    }

    /// S3 for one write.
    pub(super) fn outside(
        &self,
        step: &Step<'_>,
        request: &Received,
        from: &Document,
    ) -> Result<(), Broken> {
        let Some(stated) =
            request.body.as_ref().and_then(|body| self.provider.document_of_update(body))
        else {
            return Ok(());
        };
        let catalogue = self.provider.catalogue();
        let (is, was) =
            (document::settings(catalogue, &stated), document::settings(catalogue, from));
        for bundle in catalogue.bundles_over([&is, &was]).iter() {
            let touched = step.change.transitions.iter().any(|it| it.bundle == bundle.path);
            // An update need not speak of all: a rename of Pulse's roles is no part of one.
            let said = stated.contains_key(&bundle.lead().segments()[0]);
            let same =
                difference::is_at(catalogue, bundle, &catalogue.effective(bundle, &is), &was);
            if !touched && said && !same {
                return Err(format!(
                    "S3: a write of {:?} changes `{}`, which the plan does not",
                    step.change.name, bundle.path
                ));
            }
        }
        let unknown = |document| document::unknown_members(catalogue, document);
        let lost = unknown(from).into_iter().find(|member| {
            let segments = member.path.segments();
            stated.contains_key(&segments[0]) && get(&stated, segments) != get(from, segments)
        });
        match lost {
            Some(member) => Err(format!(
                "S3: a write of {:?} does not give `{}` back as it was served",
                step.change.name, member.path
            )),
            None => Ok(()),
        }
    }

    /// Tells whether a read says which profiles there are, or all that one profile has.
    fn reads_names(&self, request: &Received) -> bool {
        !self.facts.served(request, &Json::Object(Document::new())).is_empty()
    }

    fn shows_undone(&self, step: &Step<'_>, served: &BTreeMap<String, Document>) -> bool {
        let Some(document) = served.values().find(|document| self.is(document, step.change)) else {
            return true;
        };
        let catalogue = self.provider.catalogue();
        step.change.transitions.iter().any(|transition| {
            let now = meaning(catalogue, transition, document);
            !same(catalogue, transition, &transition.after, &now)
        })
    }
}

/// Tells whether a write may have taken effect, for all that its sender can know.
fn may_have_worked(exchange: &Exchange) -> bool {
    let refused = (400..500).contains(&exchange.reply.status);
    // A status says it, whatever became of the words behind it.
    let told = matches!(exchange.fate, Fate::Answered | Fate::Damaged | Fate::Replaced);
    !(refused && told)
}

fn get<'d>(document: &'d Document, segments: &[String]) -> Option<&'d Json> {
    let (first, rest) = segments.split_first()?;
    rest.iter().try_fold(document.get(first)?, |value, member| value.get(member))
}
