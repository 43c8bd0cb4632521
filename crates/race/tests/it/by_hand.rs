//! Small races worked out by hand, one file for each special rule: the rule in
//! words, the figures in comments, then figure by figure what both the
//! projector and the naive model make of it.

mod abandonment;
mod board;
mod countback;
mod cutlines;
mod expected;
mod laps;
mod leg_records;
mod missed_exchange;
mod open_entries;
mod pairing;
mod penalties;
mod review_list;
mod rolled_start;
mod rounding;
mod second_day;
mod sections;
mod story;
mod ties;
mod waves;
