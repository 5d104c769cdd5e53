//! What can go wrong between us and an API, in words for readers who do not program.

use std::fmt;
use std::time::Duration;

use crate::error::{Exit, Stop};
use crate::provider::http::unsent::not_sent;
use crate::provider::http::vendor_error::VendorError;

/// A request that did not get a whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The tenant's name.
    pub tenant: String,
    /// The HTTP method.
    pub method: String,
    /// The path and query.
    pub target: String,
    /// What happened.
    pub cause: Box<Cause>,
    /// What the provider says to do about it; without it, what is usual.
    pub advice: Option<&'static str>,
}

/// A limit of our own that ends a run, or keeps it from beginning something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The run has sent this many requests.
    Requests(usize),
    /// The calls of today are sent that are ours to use.
    Day {
        /// So many.
        most: u32,
        /// What the vendor takes a day.
        per_day: u32,
    },
    /// The run has taken this long.
    Time(Duration),
    /// The vendor asks for a longer pause than anybody waits for.
    Pause(Duration),
    /// A signal asked the run to stop.
    Interrupted,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(most) => write!(formatter, "`--max-requests {most}` is used up"),
            Self::Day { most, per_day } => write!(
                formatter,
                "today's calls are used up: permctl may send {most} of {per_day} a day (`limits`)"
            ),
            Self::Time(time) => write!(formatter, "`--timeout {}s` is over", time.as_secs_f64()),
            Self::Pause(time) => {
                write!(formatter, "the vendor asks to wait for {} s", time.as_secs())
            }
            Self::Interrupted => formatter.write_str("the run was interrupted"),
        }
    }
}

/// How long to wait before a repeat: at least this, and up to so much more, as chance has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pause {
    /// At least.
    pub least: Duration,
    /// At most so much more.
    pub spread: Duration,
    /// Whether the vendor asked for it.
    pub asked: bool,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A limit of our own kept it back. Certainly not processed.
    LimitReached(Limit),
    /// It never left: no connection. Certainly not processed.
    NotSent(String),
    /// It left, and no whole answer came back. It may have been processed.
    Lost(String),
    /// It left, and the wait for its answer was over. The vendor may still be working on it.
    TimedOut(String),
    /// 429. Certainly not processed where the words are the vendor's own.
    RateLimited {
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
        /// What the vendor said.
        words: VendorError,
    },
    /// The token was refused, and another one can be had. Not processed.
    TokenExpired,
    /// No token was given for the credentials. The request itself was not sent.
    SignIn {
        /// The status of the sign-in.
        status: u16,
    },
    /// Another 4xx. See [`ApiError::was_not_processed`].
    Refused {
        /// The status.
        status: u16,
        /// What the vendor said.
        words: VendorError,
    },
    /// A 5xx. It may have been processed.
    Unavailable {
        /// The status.
        status: u16,
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
        /// What the vendor said.
        words: VendorError,
    },
    /// A whole answer that makes no sense. It may have been processed.
    InvalidResponse(String),
}

impl ApiError {
    /// Describes a failed request.
    pub fn new(tenant: &str, method: &str, target: &str, cause: Cause) -> Self {
        Self {
            tenant: tenant.to_owned(),
            method: method.to_owned(),
            target: target.to_owned(),
            cause: Box::new(cause),
            advice: None,
        }
    }

    /// Tells whether the vendor certainly did nothing.
    ///
    /// A gateway in front of the vendor may answer after the vendor carried the request out, so a refusal
    /// counts only in the vendor's own words and with a status that it gives before it begins.
    pub fn was_not_processed(&self) -> bool {
        match &*self.cause {
            Cause::LimitReached(_)
            | Cause::NotSent(_)
            | Cause::TokenExpired
            | Cause::SignIn { .. } => true,
            Cause::RateLimited { words, .. } => words.own,
            Cause::Refused { status, words } => words.own && BEFORE.contains(status),
            Cause::Lost(_)
            | Cause::TimedOut(_)
            | Cause::Unavailable { .. }
            | Cause::InvalidResponse(_) => false,
        }
    }

    /// Tells whether the vendor refused in its own words, whatever it did before.
    pub fn says_no(&self) -> bool {
        matches!(&*self.cause, Cause::Refused { words, .. } if words.own)
    }

    /// Returns how long to wait before the same request may be sent again without harm, when it was
    /// certainly not processed and may fare better then. `attempt` counts from 1.
    pub fn repeat_after(&self, attempt: u32) -> Option<Pause> {
        match &*self.cause {
            Cause::RateLimited { retry_after, .. } => {
                Some(asked(*retry_after).unwrap_or_else(|| back_off(SECOND, attempt)))
            }
            Cause::NotSent(_) => Some(back_off(FIRST, attempt)),
            Cause::TokenExpired => Some(Pause::default()),
            _ => None,
        }
    }

    /// Returns how long to wait before a request may be sent again that does no harm when it is
    /// processed twice.
    pub fn ask_again_after(&self, attempt: u32) -> Option<Pause> {
        let again = match &*self.cause {
            Cause::Unavailable { retry_after, .. } => asked(*retry_after),
            Cause::Lost(_) | Cause::TimedOut(_) => None,
            _ => return self.repeat_after(attempt),
        };
        Some(again.unwrap_or_else(|| back_off(FIRST, attempt)))
    }

    /// Returns the limit of our own that kept the request back, if one did.
    pub fn limit_reached(&self) -> Option<Limit> {
        match *self.cause {
            Cause::LimitReached(limit) => Some(limit),
            _ => None,
        }
    }

    /// Tells whether the wait for the answer was over.
    pub fn is_timed_out(&self) -> bool {
        matches!(*self.cause, Cause::TimedOut(_))
    }

    /// Returns how long the vendor asks everybody to wait.
    pub fn vendors_pause(&self) -> Option<Duration> {
        match *self.cause {
            Cause::RateLimited { retry_after, .. } => Some(retry_after.unwrap_or(SECOND)),
            Cause::Unavailable { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Tells whether the vendor rejected who we are rather than what we asked.
    pub fn is_about_credentials(&self) -> bool {
        matches!(*self.cause, Cause::Refused { status: 401 | 403, .. } | Cause::SignIn { .. })
    }

    /// Tells whether the other workspaces of the tenant would fare no better: the vendor rejects us
    /// as a caller, can't be reached or keeps us waiting.
    pub fn ends_tenant(&self) -> bool {
        let away = matches!(*self.cause, Cause::NotSent(_) | Cause::RateLimited { .. });
        away || self.is_about_credentials()
    }

    /// Returns the vendor's id for the request, when its answer had one.
    pub fn request_id(&self) -> Option<&str> {
        match &*self.cause {
            Cause::RateLimited { words, .. }
            | Cause::Refused { words, .. }
            | Cause::Unavailable { words, .. } => words.request_id.as_deref(),
            _ => None,
        }
    }

    /// Returns the status of a refusal.
    pub fn refusal(&self) -> Option<u16> {
        match &*self.cause {
            Cause::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        let tenant = &self.tenant;
        if let Some(advice) = self.advice {
            return advice.replace("{tenant}", tenant);
        }
        match &*self.cause {
            Cause::LimitReached(Limit::Requests(_)) => {
                "allow more, or select less: a tenant, a workspace or a profile".to_owned()
            }
            Cause::LimitReached(Limit::Day { .. }) => format!(
                "run the command again tomorrow (UTC), select less, or raise `limits: {{perDay, share}}` of tenant {tenant}"
            ),
            Cause::LimitReached(Limit::Time(_)) => {
                "allow more time, or select less: a tenant, a workspace or a profile".to_owned()
            }
            Cause::LimitReached(Limit::Pause(_)) => format!(
                "the calls of tenant {tenant} may be used up for today; run the command again later"
            ),
            Cause::LimitReached(Limit::Interrupted) => "run the command again".to_owned(),
            Cause::NotSent(why) => not_sent(tenant, why),
            Cause::Lost(_) | Cause::TimedOut(_) | Cause::Unavailable { .. } => {
                "nothing to change here; run the command again later".to_owned()
            }
            Cause::RateLimited { .. } => format!(
                "another program uses up the calls of this account; lower `limits: {{share}}` of tenant {tenant}, or wait"
            ),
            Cause::SignIn { .. } => format!(
                "check the environment variables or files named under `credentials` of tenant {tenant}: a wrong, expired or unscoped key; and the host that gives tokens (`endpoint`, or `tokenEndpoint`): it is that of your own region and account"
            ),
            Cause::Refused { status: 401, .. } | Cause::TokenExpired => {
                format!(
                    "check the environment variables or files named under `credentials` of tenant {tenant}: a wrong, expired or unscoped key"
                )
            }
            Cause::Refused { status: 403, .. } => format!(
                "the key of tenant {tenant} lacks the right, or this machine's address is not among its trusted ones"
            ),
            Cause::Refused { status: 404 | 405, .. } => format!(
                "check `endpoint` of tenant {tenant}, its path included: the request above went there; and the `id` of the workspace"
            ),
            Cause::Refused { .. } => {
                "the words above are the vendor's; give it the request id when you ask its support"
                    .to_owned()
            }
            Cause::InvalidResponse(_) => format!(
                "check that `endpoint` of tenant {tenant} is the vendor's API and not a login page or a proxy"
            ),
        }
    }
}

/// Statuses of the vendor's own that come before it does anything.
const BEFORE: [u16; 4] = [400, 401, 403, 422];

const SECOND: Duration = Duration::from_secs(1);

/// Before the first repeat of what may just have met a bad moment.
const FIRST: Duration = Duration::from_millis(200);

/// Before repeats of what was refused together, so that it does not come back together.
const APART: Duration = Duration::from_millis(250);

/// Returns the pause that a vendor asked for.
fn asked(retry_after: Option<Duration>) -> Option<Pause> {
    retry_after.map(|least| Pause { least, spread: least.min(APART), asked: true })
}

/// Doubles with each attempt; half of it is chance.
fn back_off(first: Duration, attempt: u32) -> Pause {
    let half = first * (1 << attempt.clamp(1, 6)) / 4;
    Pause { least: half, spread: half, asked: false }
}

impl std::error::Error for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tenant, method, target, cause, advice: _ } = self;
        write!(formatter, "{tenant}: {method} {target}: ")?;
        match &**cause {
            Cause::LimitReached(limit) => write!(formatter, "was not sent: {limit}"),
            Cause::NotSent(why) => write!(formatter, "could not be sent: {why}"),
            Cause::Lost(why) | Cause::TimedOut(why) => {
                write!(formatter, "the answer was lost: {why}")
            }
            Cause::RateLimited { retry_after, words } => {
                write!(formatter, "429, too many requests")?;
                if let Some(time) = retry_after.filter(|time| !time.is_zero()) {
                    write!(formatter, ", come back in {} s", time.as_secs())?;
                }
                write!(formatter, "{}", Words(words))
            }
            Cause::TokenExpired => formatter.write_str("401, the token is no longer good"),
            Cause::SignIn { status } => write!(formatter, "{status}, no token for the credentials"),
            Cause::Refused { status, words } | Cause::Unavailable { status, words, .. } => {
                write!(formatter, "{status}{}", Words(words))
            }
            Cause::InvalidResponse(what) => write!(formatter, "the vendor sent {what}"),
        }
    }
}

/// The vendor's words behind a status: `: its message (request id abc)`.
struct Words<'a>(&'a VendorError);

impl fmt::Display for Words<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.messages.is_empty() {
            write!(formatter, ": {}", self.0.messages.join("; "))?;
        }
        match &self.0.request_id {
            Some(id) => write!(formatter, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::new(Exit::Api, error.to_string()).hint(error.hint())
    }
}
