//! `/language`: changes the language; the form is at the foot of every page.

use crate::accounts::settings::profile;
use std::sync::Arc;

use rocket::{FromForm, Route, State, post, routes};

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::i18n::Language;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::MaybeUser;
use crate::web::redirect::Redirect;
use crate::web::return_to::referring_page;
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
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<MaybeUser, Choice<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let language = Language::from_code(form.locale).ok_or(Error::NotFound)?;
    jar.set(Name::Language, language.code(), Some(YEAR));
    let flash = match user.session() {
        Some(session) => {
            profile::change_language(app, &client, session, language).await?;
            Flash::AccountLanguageChanged
        }
        None => Flash::LanguageChanged,
    };
    Ok(Redirect::to(referring_page(form.next)).with_flash(flash))
}
