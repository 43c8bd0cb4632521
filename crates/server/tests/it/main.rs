//! The server as its clients see it: a listener on a port of its own, real
//! HTTP, and checks that share no code with what they check.

mod alerting;
mod correcting;
mod creating;
mod crowding;
mod datasets;
mod describing;
mod devices;
mod expecting;
mod exporting;
mod following;
mod following_some;
mod importing;
mod importing_badly;
mod joining;
mod lagging;
mod observing;
mod operating;
mod outage;
mod pairing;
mod permitting;
mod publishing;
mod recording;
mod refusing;
mod refusing_facts;
mod restarting;
mod resuming;
mod stopping;
mod support;
mod switching;
mod switching_off;
mod telling;
mod two_ways;
mod watching;
mod watching_parts;
mod watching_the_past;
