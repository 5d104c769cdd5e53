//! Laws that hold for any input and every provider, and the table of Gong's settings against an
//! independent list.

mod calls;
mod direction;
mod every;
mod formats;
pub mod generate;
mod import;
mod lens;
mod markdown;
mod planner;
mod pulse;
mod state;
pub mod table;
