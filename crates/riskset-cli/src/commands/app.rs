//! `riskset app`

use crate::Failure;
use crate::args::app::AppArgs;
use crate::output::Console;
use riskset_app::{Options, Server, open_browser};

/// Serves the page until it is ended.
pub fn run(args: &AppArgs, console: &mut Console) -> Result<(), Failure> {
    let file = args.file.clone();
    let server = Server::bind(&Options { port: args.port, file, ..Options::default() });
    let server = server.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            Failure::analysis(format!("port {} is in use; choose another", args.port))
        }
        _ => Failure::analysis(error),
    })?;
    let address = server.address();
    console.answer(format!("{address}\n").as_bytes())?;
    if !args.no_open && open_browser(&address).is_err() {
        console.note("No browser could be opened; open the address above yourself.");
    }
    console.note("The page runs on this computer alone. End it on the page, or with Ctrl-C.");
    server.run().map_err(Failure::analysis)
}
