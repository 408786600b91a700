//! `riskset completions` and `riskset man`: made from the arguments, so that they never lag behind.

use crate::Failure;
use crate::args::Cli;
use crate::args::installed::{CompletionsArgs, ManArgs};
use crate::output::Console;
use clap::{Command, CommandFactory};
use clap_complete::generate;
use clap_mangen::Man;

/// Prints the script that completes commands and options in a shell.
pub fn completions(args: &CompletionsArgs, console: &mut Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "riskset", &mut script);
    console.answer(&script)
}

/// Prints the manual page of the program, or writes the pages of all commands.
pub fn man(args: &ManArgs, console: &mut Console) -> Result<(), Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.output else { return console.answer(&page(command)?) };
    for (name, page) in pages("riskset", &command)? {
        console.write_file(&folder.join(name), &page)?;
    }
    Ok(())
}

/// The pages of a command and of all below it, by the names of their files.
fn pages(name: &str, command: &Command) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    // clap takes names that live as long as the program; these few do.
    let heading: &'static str = name.to_owned().leak();
    let named = command.clone().name(heading);
    let mut pages = vec![(format!("{name}.1"), page(named)?)];
    for inner in command.get_subcommands() {
        pages.extend(pages_of(name, inner)?);
    }
    Ok(pages)
}

fn pages_of(above: &str, command: &Command) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    pages(&format!("{above}-{}", command.get_name()), command)
}

fn page(command: Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(Failure::analysis)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(args: &[&str]) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = ["riskset"].iter().chain(args).map(Into::into);
        let status = crate::run(args, &mut out, &mut err);
        (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn completions_know_every_command() {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            let (status, script, _) = answer(&["completions", shell]);
            assert_eq!(status, 0);
            let commands = Cli::command();
            for command in commands.get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
            assert!(script.contains("--conf-level") || script.contains("conf-level"), "{shell}");
        }
        let (status, _, message) = answer(&["completions", "dos"]);
        assert_eq!(status, 2);
        assert!(message.contains("bash"), "{message}");
    }

    #[test]
    fn every_command_has_its_page() {
        let folder = tempfile::tempdir().unwrap();
        let (status, _, _) = answer(&["man", "--output", folder.path().to_str().unwrap()]);
        assert_eq!(status, 0);
        let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(page("riskset.1").contains("riskset"));
        assert!(page("riskset-plot-km.1").contains("risk\\-table"));
        assert!(page("riskset-km.1").contains("conf\\-type"));
        for command in Cli::command().get_subcommands() {
            assert!(folder.path().join(format!("riskset-{}.1", command.get_name())).exists());
        }
        assert!(answer(&["man"]).1.starts_with(".ie"));
    }
}
