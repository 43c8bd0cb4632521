//! Recording: a request becomes facts in the log.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `POST /api/races` | admin | creates a race |
//! | `POST /api/races/{race}/events` | admin, recorder | appends facts |
//!
//! A handler reads and checks the form of each fact ([`submission`]); the
//! [`gate`] decides in log order what fits the race as it stands, and projects
//! what has become durable.

mod answer;
mod api;
mod gate;
mod permission;
mod routes;
mod submission;

pub(crate) use answer::{HeadShown, Outcome};
pub(crate) use gate::RaceGate;
pub(crate) use permission::{Named, forbids};
pub(crate) use routes::{routes, submit};
pub(crate) use submission::{FACTS_MAX, Prepared, Purpose, Submission};
