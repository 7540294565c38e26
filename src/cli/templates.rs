//! Checks the templates before a page is shown.

use tera::Tera;

use super::command_error::CommandError;
use crate::config::Config;
use crate::mail::templates::{self as mails, MailTemplates};
use crate::time::Clock;
use crate::web::context::SiteContext;
use crate::web::forward_auth;
use crate::web::page_examples::{self, PageExamples};
use crate::web::pages::{self, StaticFiles};
use crate::web::templates::Templates;
use crate::{assets, i18n};

/// Checks the operator's templates, and renders every page and mail with examples in every language. Returns warnings,
/// one sentence each.
pub fn check(config: &Config) -> Result<Vec<String>, CommandError> {
    let named = |what: &str| format!("templates_dir (ROCKET_TEMPLATES_DIR): {what}.");
    let Some(folder) = config.templates_dir.as_deref() else {
        return Ok(Vec::new());
    };
    let clock = Clock::system();
    let files = StaticFiles::new(&config.site, &config.apps).map_err(|error| CommandError::new(format!("{error}.")))?;
    let (mut of_pages, mut of_mails) = (Tera::default(), Tera::default());
    pages::register_functions(&mut of_pages, &clock, &config.site.timezone, files.clone());
    mails::register_functions(&mut of_mails, &clock, &config.site.timezone, config.site.accent.unwrap_or_default());
    let checked = assets::check(folder, &of_pages, &of_mails);
    let mut problems = checked.problems;
    if problems.is_empty() {
        problems = rendered(config, of_pages, &files, &clock).unwrap_or_else(|error| vec![i18n::told(&error)]);
    }
    if !problems.is_empty() {
        let problems: Vec<String> = problems.iter().map(|problem| named(problem)).collect();
        return Err(CommandError::new(problems.join("\n")));
    }
    Ok(checked.warnings.iter().map(|warning| named(warning)).collect())
}

fn rendered(config: &Config, mut engine: Tera, files: &StaticFiles, clock: &Clock) -> tera::Result<Vec<String>> {
    let templates = Templates::new(config.templates_dir.clone());
    templates.load(&mut engine)?;
    let site = SiteContext::new(config.clone(), [files.logo(), files.icon()], files.app_logos(), templates);
    let mails = MailTemplates::new(config, clock)?;
    Ok(page_examples::check(&site, &all_pages())
        .into_iter()
        .chain(mails.check())
        .collect())
}

/// Those at the hosts of apps included.
fn all_pages() -> Vec<PageExamples> {
    pages::examples().into_iter().chain(forward_auth::examples()).collect()
}

#[cfg(test)]
mod tests;
