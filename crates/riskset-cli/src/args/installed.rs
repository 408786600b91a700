//! What a machine is told of the program: completions and manual pages.

use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// `riskset completions`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    riskset completions bash > ~/.local/share/bash-completion/completions/riskset")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `riskset man`
#[derive(Debug, Args)]
#[command(after_help = "Without --output the page of the program itself is printed.\n\n\
    Example:\n  riskset man --output ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write all pages into this folder, which must exist: riskset.1, riskset-km.1, ...
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
