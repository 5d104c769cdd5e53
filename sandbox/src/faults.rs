//! What can go wrong between a client and a vendor, as values: scripted for one request, or drawn
//! from a seed for all of them.
//!
//! It only says what is to happen; [`super::server`] lets it happen. No clock, no sockets.

use std::time::Duration;

use super::{Dice, Received, Reply, Vendor};

/// A change of the vendor's data by another client.
pub type Edit = Box<dyn FnOnce(&mut dyn Vendor) + Send>;

/// What is to happen to one request.
pub enum Fault {
    /// Nothing unusual.
    None,
    /// This answer is given and the vendor never sees the request.
    Reply(Reply),
    /// The vendor carries the request out, and a gateway in front of it gives this answer.
    ThenReply(Reply),
    /// The vendor refuses or fails with this status, in its own shape, and does nothing.
    Status(u16),
    /// 429, and how long to wait is said like this.
    RateLimited(RetryAfter),
    /// The vendor never sees the request: the connection is reset.
    ResetBefore,
    /// The vendor does what was asked, and the connection is reset.
    ResetAfter,
    /// The vendor does what was asked, and the connection closes without an answer.
    LoseAnswer,
    /// The connection is reset, and the vendor does what was asked when this many further requests
    /// were answered: the one schedule that no client can tell from a request that never arrived.
    Postpone(u32),
    /// The connection is reset, all others are closed, and new ones are refused for this long.
    Refuse(Duration),
    /// The request waits this long, unseen, before the vendor sees it.
    Delay(Duration),
    /// The vendor does what was asked at once, and its answer waits this long.
    DelayAnswer(Duration),
    /// The vendor does what was asked, and its answer is damaged on the way.
    Damage(Damage),
    /// A page is answered with what another page of the same list was answered before.
    PageTwice,
    /// After this write so many reads still show what there was before it. Nothing for a read.
    Stale(u32),
    /// After this write so many reads that were asked before still show what there was before it; what
    /// is asked for the first time is shown as it is. Nothing for a read.
    StaleLists(u32),
    /// The vendor answers as if it had done what was asked, and keeps nothing of it. Nothing for a
    /// read.
    Pretend,
    /// Another client changes the vendor's data just before the request is answered.
    Edit(Edit),
}

impl Reply {
    /// Makes the refusal of a gateway that is not the vendor's.
    pub fn of_gateway(status: u16) -> Self {
        let body = serde_json::json!({"message": "gateway: no upstream answer"});
        Self { status, headers: Vec::new(), body }
    }
}

/// How a 429 says how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// Not at all.
    Absent,
    /// In seconds.
    Seconds(u64),
    /// As a date in HTTP's form, so many seconds from now.
    Date(u64),
}

/// What becomes of an answer's body on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The connection closes in the middle of it.
    Truncated,
    /// The second half is missing, and the length says that this is all.
    Malformed,
    /// It is a page for people with the status 200, as a proxy puts in the way.
    WebPage,
    /// It comes in so many pieces with a pause before each; nothing is missing.
    Slow(u32, Duration),
    /// The first member of its first object stands there twice, with `null` the first time.
    Twice,
    /// So many bytes of white space follow it, which JSON allows.
    Huge(usize),
}

/// Decides what happens to each request; it runs inside the server and must not call the sandbox.
pub type Script = Box<dyn FnMut(&Received) -> Fault + Send>;

/// The faults that can be drawn: everything but what needs a test's own words or edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`title` says what each of them is")]
pub enum Kind {
    Late,
    AnswerLate,
    TooManyRequests,
    TooManyRequestsSeconds,
    TooManyRequestsDate,
    ServerError,
    BadGateway,
    Unavailable,
    GatewayTimeout,
    Unauthorized,
    Forbidden,
    Refused,
    ResetBefore,
    ResetAfter,
    AnswerLost,
    GatewayRefusal,
    Truncated,
    Malformed,
    WebPage,
    SlowBody,
    HugeBody,
    PageTwice,
    StaleReads,
    StaleLists,
    Pretended,
}

/// Statuses with which gateways answer for a vendor that has carried the request out.
pub const GATEWAY_STATUSES: [u16; 9] = [404, 408, 409, 421, 425, 429, 451, 460, 499];

impl Kind {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::Late,
        Self::AnswerLate,
        Self::TooManyRequests,
        Self::TooManyRequestsSeconds,
        Self::TooManyRequestsDate,
        Self::ServerError,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
        Self::Unauthorized,
        Self::Forbidden,
        Self::Refused,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::AnswerLost,
        Self::GatewayRefusal,
        Self::Truncated,
        Self::Malformed,
        Self::WebPage,
        Self::SlowBody,
        Self::HugeBody,
        Self::PageTwice,
        Self::StaleReads,
        Self::StaleLists,
        Self::Pretended,
    ];

    /// Says what it is, for a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Late => "the request arrives late",
            Self::AnswerLate => "the answer comes late",
            Self::TooManyRequests => "429",
            Self::TooManyRequestsSeconds => "429 with seconds",
            Self::TooManyRequestsDate => "429 with a date",
            Self::ServerError => "500",
            Self::BadGateway => "502",
            Self::Unavailable => "503",
            Self::GatewayTimeout => "504",
            Self::Unauthorized => "401",
            Self::Forbidden => "403",
            Self::Refused => "connection refused",
            Self::ResetBefore => "reset before it took effect",
            Self::ResetAfter => "reset after it took effect",
            Self::AnswerLost => "answer lost",
            Self::GatewayRefusal => "a gateway's refusal after it took effect",
            Self::Truncated => "truncated body",
            Self::Malformed => "malformed body",
            Self::WebPage => "a web page as answer",
            Self::SlowBody => "slow body",
            Self::HugeBody => "huge body",
            Self::PageTwice => "a page twice",
            Self::StaleReads => "stale reads after it",
            Self::StaleLists => "stale lists after it",
            Self::Pretended => "accepted, not kept",
        }
    }

    /// Makes one, as short as it can be: tests have no time for a vendor's real minutes.
    pub fn fault(self, dice: &mut Dice) -> Fault {
        let moment = Duration::from_millis(1 + dice.below(4) as u64);
        match self {
            Self::Late => Fault::Delay(moment),
            Self::AnswerLate => Fault::DelayAnswer(moment),
            Self::TooManyRequests => Fault::RateLimited(RetryAfter::Absent),
            Self::TooManyRequestsSeconds => Fault::RateLimited(RetryAfter::Seconds(0)),
            Self::TooManyRequestsDate => Fault::RateLimited(RetryAfter::Date(0)),
            Self::ServerError => Fault::Status(500),
            Self::BadGateway => Fault::Status(502),
            Self::Unavailable => Fault::Status(503),
            Self::GatewayTimeout => Fault::Status(504),
            Self::Unauthorized => Fault::Status(401),
            Self::Forbidden => Fault::Status(403),
            Self::Refused => Fault::Refuse(moment),
            Self::ResetBefore => Fault::ResetBefore,
            Self::ResetAfter => Fault::ResetAfter,
            Self::AnswerLost => Fault::LoseAnswer,
            Self::GatewayRefusal => {
                Fault::ThenReply(Reply::of_gateway(*dice.pick(&GATEWAY_STATUSES)))
            }
            Self::Truncated => Fault::Damage(Damage::Truncated),
            Self::Malformed => Fault::Damage(Damage::Malformed),
            Self::WebPage => Fault::Damage(Damage::WebPage),
            Self::SlowBody => Fault::Damage(Damage::Slow(3, moment / 3)),
            Self::HugeBody => Fault::Damage(Damage::Huge(256 * 1024)),
            Self::PageTwice => Fault::PageTwice,
            Self::StaleReads => Fault::Stale(1 + dice.below(3) as u32),
            Self::StaleLists => Fault::StaleLists(1 + dice.below(3) as u32),
            Self::Pretended => Fault::Pretend,
        }
    }
}

/// Lets the first request that matches have this fault, and all others none.
pub fn once(mut matches: impl FnMut(&Received) -> bool + Send + 'static, fault: Fault) -> Script {
    let mut fault = Some(fault);
    Box::new(move |request| match fault.take_if(|_| matches(request)) {
        Some(fault) => fault,
        None => Fault::None,
    })
}

/// Lets so many requests in a hundred have one of these faults, as a seed decides.
pub fn drawn(seed: u64, percent: u32, kinds: &'static [Kind]) -> Script {
    let mut dice = Dice::new(seed);
    Box::new(
        move |_| {
            if dice.percent(percent) { dice.pick(kinds).fault(&mut dice) } else { Fault::None }
        },
    )
}
