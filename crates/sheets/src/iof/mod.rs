//! The interface standard of the International Orienteering Federation,
//! version 3.0, which timing programs of many sports read and write.

mod class_result;
mod document;
mod result_list;
mod start_list;
mod starts;
mod status;
mod tree;

pub use start_list::start_list;

/// The name space of the standard.
pub(crate) const NAMESPACE: &str = "http://www.orienteering.org/datastandard/3.0";
