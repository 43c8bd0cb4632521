//! What measurements of the whole server are put together from: the real
//! binary, spectators that cost next to nothing, a recorder at a steady pace.
//!
//! Everything talks over 127.0.0.1. The server and its clients share the
//! machine, so figures are the server's own processor time where that can be
//! told, and delays include what the clients take from it.

pub mod arguments;
pub mod control;
pub mod crowds;
pub mod curves;
pub mod figures;
pub mod gunzip;
pub mod kept;
pub mod machine;
pub mod narrow;
pub mod numbers;
pub mod process;
pub mod reading;
pub mod recorder;
pub mod relay;
pub mod run;
pub mod runtime;
pub mod server;
pub mod standings;
pub mod stream;
pub mod table;
pub mod tally;
pub mod unframe;
pub mod viewer;
