//! `cargo xtask bench`: builds what is measured and what measures, and runs it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::command::{cargo, run};
use crate::interrupt::Interrupt;
use crate::packages;
use crate::python;

/// Debian's package, which brings nginx, and the file by which one sees that it is there.
const NCHAN: (&str, &str) = (
    "libnginx-mod-nchan",
    "/usr/lib/nginx/modules/ngx_nchan_module.so",
);

/// What `cargo xtask bench` is asked to do.
#[derive(Args)]
pub(crate) struct BenchOptions {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// One message to thousands of viewers: tasuki, plain loops, Nchan
    #[command(disable_help_flag = true)]
    Fanout(Passed),
    /// One server from a thousand viewers to nineteen thousand
    #[command(disable_help_flag = true)]
    Scale(Passed),
    /// Bytes for a viewer of a whole ekiden: a stream, compressed or not, or polling
    #[command(disable_help_flag = true)]
    Wire(Passed),
    /// A race day, as it is and five times as large: k6 enters, thousands watch
    #[command(disable_help_flag = true)]
    Scenarios(Passed),
    /// The server is ended and started again while everybody watches
    #[command(disable_help_flag = true)]
    Storm(Passed),
    /// People who come and go for an hour: whether anything is kept of them
    #[command(disable_help_flag = true)]
    Soak(Passed),
}

/// What is passed on.
#[derive(Args)]
struct Passed {
    /// For the measurement; `--help` names them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Measures.
pub(crate) fn bench(options: &BenchOptions, interrupt: &Interrupt) -> Result<ExitCode> {
    match &options.bench {
        Bench::Fanout(Passed { arguments }) => {
            if !asks_for_help(arguments) {
                install_nchan();
            }
            measure("fanout", arguments, interrupt)
        }
        Bench::Scale(Passed { arguments }) => measure("scale", arguments, interrupt),
        Bench::Wire(Passed { arguments }) => measure("wire", arguments, interrupt),
        Bench::Storm(Passed { arguments }) => measure("storm", arguments, interrupt),
        Bench::Soak(Passed { arguments }) => measure("soak", arguments, interrupt),
        Bench::Scenarios(Passed { arguments }) => {
            let mut arguments = arguments.clone();
            if !asks_for_help(&arguments) {
                let k6 = python::find_or_install_k6()?.display().to_string();
                arguments.splice(0..0, ["--k6".to_owned(), k6]);
            }
            measure("scenarios", &arguments, interrupt)
        }
    }
}

fn asks_for_help(arguments: &[String]) -> bool {
    arguments.iter().any(|it| it == "--help" || it == "-h")
}

/// Builds all, and runs one measurement.
fn measure(name: &str, arguments: &[String], interrupt: &Interrupt) -> Result<ExitCode> {
    let build = "build --release --locked -p tasuki -p tasuki-bench";
    run(&mut cargo(build.split(' ')), interrupt)?;
    let measure = "run --quiet --release --locked -p tasuki-bench --bin";
    let measure = measure.split(' ').chain([name, "--"]);
    run(cargo(measure).args(arguments), interrupt)?;
    Ok(ExitCode::SUCCESS)
}

/// Nchan is one of several to compare with: what stands in the way is told, and the
/// others are measured.
fn install_nchan() {
    let (package, module) = NCHAN;
    if Path::new(module).is_file() {
        return;
    }
    match packages::install(package) {
        Ok(()) => println!("Debian may have started its own nginx, on port 80: not needed here"),
        Err(error) => println!("without Nchan: {error:#}"),
    }
}
