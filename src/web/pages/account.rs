//! `/account`: name and language.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::profile::DisplayName;
use crate::accounts::{Accounts, Visitor};
use crate::i18n::Language;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::{name_problem, typed};
use crate::web::guards::CurrentUser;
use crate::web::page::{Done, Flash, Page, Problem};
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![show, save]
}

#[derive(FromForm)]
struct Profile<'r> {
    #[field(default = "")]
    display_name: &'r str,
    #[field(default = "")]
    locale: &'r str,
}

#[get("/account")]
fn show(user: CurrentUser) -> Page {
    let language = user.language.map_or("", Language::code);
    page(&user, &user.display_name, language)
}

fn page(user: &CurrentUser, name: &str, language: &str) -> Page {
    Page::new("account")
        .with("joined_at", user.joined_at)
        .with("values", json!({ "display_name": name, "locale": language }))
}

#[post("/account", data = "<form>")]
async fn save(
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<CurrentUser, Profile<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let UserForm { user, fields: form } = form;
    let language = match form.locale {
        "" => Ok(None),
        code => Language::from_code(code)
            .map(Some)
            .ok_or(Problem::with("locale", "problem-locale-unknown")),
    };
    match (DisplayName::parse(form.display_name), language) {
        (Ok(name), Ok(language)) => {
            accounts.change_profile(&visitor, &user, &name, language).await?;
            // "As the browser says" means it on this browser too.
            if language.is_none() {
                jar.remove(Name::Language);
            }
            Ok(Ok(Done::to("/account").saying(Flash::Saved)))
        }
        (name, language) => {
            let problems = name.err().map(name_problem).into_iter().chain(language.err()).collect();
            let page = page(&user, &typed(form.display_name), &typed(form.locale));
            Ok(Err(page.refusing(problems)))
        }
    }
}
