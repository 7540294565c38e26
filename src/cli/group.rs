//! `vestibule group`: makes, deletes and lists groups.

use clap::Subcommand;
use figment::Figment;

use super::command_error::CommandError;
use super::database::open_app;
use super::output;
use crate::accounts::app::App;
use crate::accounts::apps::groups::{self, GroupError};
use crate::accounts::error::Failure;
use crate::config::{GroupDescription, GroupName, MAX_GROUP_DESCRIPTION, MAX_GROUP_NAME};

/// What can be done with groups.
#[derive(Subcommand)]
pub enum GroupCommand {
    /// List the groups: how many members, where it comes from (settings or pages), name, what it is for
    List,
    /// Make a group
    Add {
        /// Its name: letters from a to z, digits, '.', '_' and '-'
        name: String,
        /// What it is for, in one line
        description: Option<String>,
    },
    /// Delete a group; nobody is in it any more, at once
    Remove {
        /// Its name
        name: String,
    },
}

pub async fn run(figment: &Figment, command: GroupCommand) -> Result<(), CommandError> {
    let (_, pool, app) = open_app(figment).await?;
    let done = match command {
        GroupCommand::List => list(&app).await,
        GroupCommand::Add { name, description } => add(&app, &name, description.as_deref().unwrap_or_default()).await,
        GroupCommand::Remove { name } => remove(&app, &name).await,
    };
    pool.close().await;
    done
}

/// # Errors
/// When this is no name of a group.
pub(super) fn group_name(text: &str) -> Result<GroupName, CommandError> {
    GroupName::parse(text).ok_or_else(|| {
        CommandError::new(format!(
            "{text} is no name of a group, which has at most {MAX_GROUP_NAME} letters from a to z, digits, '.', '_' and '-', \
             the first a letter or a digit"
        ))
    })
}

async fn list(app: &App) -> Result<(), CommandError> {
    let lines: Vec<String> = groups::list(app)
        .await?
        .iter()
        .map(|group| {
            let source = if group.in_settings { "settings" } else { "pages" };
            format!("{:6} {source:8} {}\t{}", group.members, group.name, group.description)
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    output::say(&lines.join("\n"))
}

async fn add(app: &App, name: &str, description: &str) -> Result<(), CommandError> {
    let name = group_name(name)?;
    let description = GroupDescription::parse(description).ok_or_else(|| {
        CommandError::new(format!("the description must be one line of at most {MAX_GROUP_DESCRIPTION} characters"))
    })?;
    done(&name, groups::create(app, None, &name, &description).await, "is a group now")
}

async fn remove(app: &App, name: &str) -> Result<(), CommandError> {
    let name = group_name(name)?;
    done(&name, groups::delete(app, None, &name).await, "is deleted")
}

fn done(name: &GroupName, outcome: Result<(), Failure<GroupError>>, what: &str) -> Result<(), CommandError> {
    outcome.map_err(|why| CommandError::new(format!("{name}: {why}")))?;
    output::done(&format!("{name} {what}."))
}
