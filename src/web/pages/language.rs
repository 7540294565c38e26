//! `/language`: the switch at the foot of every page.

use std::sync::Arc;

use rocket::{FromForm, Route, State, post, routes};

use crate::accounts::{Accounts, Visitor};
use crate::i18n::Language;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::MaybeUser;
use crate::web::next::back_to;
use crate::web::page::{Done, Flash};
use crate::web::user_form::UserForm;

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

pub fn routes() -> Vec<Route> {
    routes![choose]
}

#[derive(FromForm)]
struct Choice<'r> {
    #[field(default = "")]
    locale: &'r str,
    #[field(default = "/")]
    next: &'r str,
}

#[post("/language", data = "<form>")]
async fn choose(
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<MaybeUser, Choice<'_>>,
) -> Result<Done, Error> {
    let UserForm { user, fields: form } = form;
    let language = Language::from_code(form.locale).ok_or(Error::NotFound)?;
    jar.set(Name::Language, language.code(), Some(YEAR));
    let flash = match user.present() {
        Some(present) => {
            accounts.change_language(&visitor, present, language).await?;
            Flash::AccountLanguageChanged
        }
        None => Flash::LanguageChanged,
    };
    Ok(Done::to(back_to(form.next)).saying(flash))
}
