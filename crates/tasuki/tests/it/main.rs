//! Runs the program as a person or a script would, and looks at its exit
//! codes, what it prints, and what it leaves behind.

mod certificate;
mod configuration;
mod crash;
mod demo;
mod deploying;
mod enter;
mod exchange;
mod health;
mod idle;
mod import_export;
mod outage;
mod replay;
mod sample;
mod standings;
mod supervised;
mod tasuki;
mod verify;
