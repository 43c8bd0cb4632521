//! What the stories are told with: servers, facts, viewers, and checks that
//! share no code with the product.

pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod chain;
pub(crate) mod elsewhere;
pub(crate) mod engine;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod people;
pub(crate) mod races;
pub(crate) mod server;
pub(crate) mod sse;
pub(crate) mod viewer;

pub(crate) use tasuki_testkit::waiting::{until, within};
