//! Runs the program as a person or a script would, and looks at its exit
//! codes, what it prints, and what it leaves behind.

mod archive;
mod certificate;
mod collector;
mod configuration;
mod crash;
mod demo;
mod deploying;
mod enter;
mod exchange;
mod health;
mod idle;
mod import_export;
mod logging;
mod outage;
mod postmortem;
mod replay;
mod sample;
mod standings;
mod supervised;
mod tasuki;
mod tracing_passages;
mod user;
mod verify;
