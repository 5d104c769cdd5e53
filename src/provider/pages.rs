//! Lists that come in pages: every page, or an error.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::model::request::{ReadEffect, Request};
use crate::provider::http::{Answer, ApiError, Reader};

/// More pages than any list fills; a vendor that never ends its pages stops here.
pub const MOST_PAGES: u64 = 10_000;

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The items by their ids.
    pub items: Vec<(String, T)>,
    /// What the next page is asked for with; `None` at the end.
    pub next: Option<String>,
    /// How many items the whole list has, as the vendor says it.
    pub total: Total,
}

/// How many items a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// The vendor does not say it.
    Unknown,
    /// So many, or more where some came while the pages were read.
    AtLeast(u64),
    /// So many.
    Exactly(u64),
}

/// Reads every page of a list: its items by id, each once, in the order in which they came.
///
/// `request` asks for a page with what the page before it said is next, the first page with `None`.
/// `parse` gets the answer, its JSON and the same. `noun` is the word for several items.
///
/// A list that stops early would make items look gone, so the list's own count is checked at the end.
/// An item that comes twice, because the pages moved in between, hides one that did not come.
///
/// # Errors
/// When a page can't be had or parsed, the pages don't end, or items are missing.
pub async fn read_pages<T>(
    reader: &Reader<'_>,
    noun: &str,
    request: impl Fn(Option<&str>) -> Request<ReadEffect>,
    parse: impl Fn(&Answer, &Json, Option<&str>) -> Result<Page<T>, ApiError>,
) -> Result<Vec<(String, T)>, ApiError> {
    let mut items: Vec<(String, T)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut at: Option<String> = None;
    let mut followed = BTreeSet::new();
    let mut most = MOST_PAGES;
    for page in 1..=MOST_PAGES {
        let answer = reader.send(request(at.as_deref())).await?;
        let Page { items: found, next, total } = parse(&answer, &answer.json()?, at.as_deref())?;
        let before = items.len();
        if page == 1 {
            most = most.min(most_pages(total, found.len()));
        }
        items.extend(found.into_iter().filter(|(id, _)| seen.insert(id.clone())));
        match next {
            None => return complete(&answer, noun, total, items),
            Some(_) if page == most => return Err(answer.invalid("pages without end")),
            // A ring of pages would cost the whole account its calls of the day.
            Some(next) if !followed.insert(next.clone()) => {
                return Err(answer.invalid("the same cursor twice"));
            }
            Some(_) if items.len() == before => {
                return Err(answer.invalid("a page with nothing new in it and a further page"));
            }
            next => at = next,
        }
    }
    unreachable!("the last page returns")
}

/// Returns how many pages a list may have, by its count and its first page: twice as many as it needs,
/// since later pages may be smaller and items may come while the pages are read.
fn most_pages(total: Total, first: usize) -> u64 {
    match total {
        Total::Unknown => MOST_PAGES,
        Total::AtLeast(total) | Total::Exactly(total) => {
            2 * total.div_ceil(first.max(1) as u64) + 2
        }
    }
}

fn complete<T>(
    answer: &Answer,
    noun: &str,
    total: Total,
    items: Vec<(String, T)>,
) -> Result<Vec<(String, T)>, ApiError> {
    let found = items.len() as u64;
    match total {
        Total::AtLeast(total) if found < total => Err(total),
        Total::Exactly(total) if found != total => Err(total),
        Total::Unknown | Total::AtLeast(_) | Total::Exactly(_) => Ok(items),
    }
    .map_err(|total| answer.invalid(format!("{found} of {total} {noun} and no further page")))
}
