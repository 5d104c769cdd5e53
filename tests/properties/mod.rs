//! Laws that hold for any input and every provider.

mod direction;
mod every;
mod formats;
pub mod generate;
mod import;
mod lens;
mod markdown;
mod planner;
mod published;
mod read_only;
mod review;
mod saved;
pub mod schema;
pub mod state;
