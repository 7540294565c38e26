//! Every page rendered with its examples, for a test and for `vestibule check-config`.

use std::collections::BTreeSet;

use tera::Context;

use super::context::{FlashMessage, RequestContext, SiteContext, UserDetails, template_context};
use super::page::{PageContext, Visitors};
use crate::accounts::identity::profile::Profile;
use crate::i18n::{self, Language};

/// A page, with one context for each of its states.
pub struct PageExamples {
    pub template: &'static str,
    pub visitors: Visitors,
    pub fields: &'static [&'static str],
    contexts: Vec<Context>,
    #[cfg(test)]
    pub schema: schemars::Schema,
}

impl PageExamples {
    #[must_use]
    pub fn of<C: PageContext>() -> Self {
        Self {
            template: C::TEMPLATE,
            visitors: C::VISITORS,
            fields: C::FIELDS,
            contexts: C::examples().iter().map(template_context).collect(),
            #[cfg(test)]
            schema: super::page::schema::<C>(),
        }
    }
}

/// Renders the examples of all pages in every language and for every kind of visitor. Returns the problems, one
/// sentence each without its full stop.
#[must_use]
pub fn check(site: &SiteContext, pages: &[PageExamples]) -> BTreeSet<String> {
    let mut problems = BTreeSet::new();
    for language in Language::all() {
        for page in pages {
            for layout in layouts(page) {
                let mut around = site.shared(language);
                around.extend(template_context(&layout));
                for own in &page.contexts {
                    let mut context = around.clone();
                    context.extend(own.clone());
                    let name = format!("pages/{}.html", page.template);
                    let render = || site.templates.render_page(page.template, &context);
                    problems.extend(i18n::render_problems(language, &name, render));
                }
            }
        }
    }
    problems
}

/// The states of the layout in which a page is rendered.
fn layouts(page: &PageExamples) -> Vec<RequestContext> {
    let mut layouts = vec![signed_in(false), with_messages(signed_in(true), page.fields)];
    if page.visitors == Visitors::Everybody {
        layouts.extend([
            RequestContext::default(),
            with_messages(RequestContext::default(), page.fields),
        ]);
    }
    layouts
}

fn signed_in(is_admin: bool) -> RequestContext {
    RequestContext {
        path: "/account/email".to_owned(),
        here: "/account/email".to_owned(),
        user: Some(UserDetails {
            id: "1".to_owned(),
            email: "ada@example.org".to_owned(),
            profile: Profile::example(),
            user_name: is_admin.then(|| "ada".to_owned()),
            name: "Ada".to_owned(),
            is_admin,
            groups: if is_admin {
                vec!["crew".to_owned(), "staff".to_owned()]
            } else {
                Vec::new()
            },
            is_pending_deletion: !is_admin,
            factor_until: is_admin.then_some(1_700_000_000_000),
        }),
        form_token: "1".to_owned(),
        ..RequestContext::default()
    }
}

fn with_messages(mut layout: RequestContext, fields: &[&'static str]) -> RequestContext {
    layout.cookies_refused = true;
    layout.https_url = Some("https://accounts.example.org/".to_owned());
    layout.flash = Some(FlashMessage {
        kind: "good",
        key: "flash-password-reset-requested".to_owned(),
    });
    let all = std::iter::once(&"").chain(fields);
    layout.set_errors(all.map(|field| (*field, "An error.".to_owned())));
    layout
}
