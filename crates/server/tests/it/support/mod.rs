//! What the stories are told with: servers, facts, viewers, and checks that
//! share no code with the product.

pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod certificates;
pub(crate) mod chain;
pub(crate) mod curl;
pub(crate) mod elsewhere;
pub(crate) mod engine;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod people;
pub(crate) mod proxy;
pub(crate) mod races;
pub(crate) mod secure;
pub(crate) mod server;
pub(crate) mod sse;
pub(crate) mod viewer;

pub(crate) use tasuki_testkit::waiting::{until, within};
