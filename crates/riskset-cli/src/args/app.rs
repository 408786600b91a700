//! `riskset app`

use clap::Args;

/// `riskset app`
#[derive(Debug, Args)]
#[command(
    after_help = "The page is served on this computer alone, under an address that holds a token; files \
                  are held in memory and nothing is sent anywhere. End it with the button on the page, or with Ctrl-C.\n\n\
                  Example:\n  riskset app @lung --no-open"
)]
pub struct AppArgs {
    /// A file, or a bundled set such as @lung, that is open when the page comes up
    pub file: Option<String>,

    /// The port on the loopback address [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub port: u16,

    /// Only print the address, and open no browser
    #[arg(long)]
    pub no_open: bool,
}
