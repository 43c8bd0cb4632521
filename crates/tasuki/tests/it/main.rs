//! Runs the program as a person or a script would, and looks at its exit
//! codes, what it prints, and what it leaves behind.

mod archive;
mod configuration;
mod crash;
mod demo;
mod enter;
mod exchange;
mod import_export;
mod outage;
mod postmortem;
mod replay;
mod sample;
mod standings;
mod tasuki;
mod verify;
