//! `/account/activity`: what happened to one's account.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use serde_json::{Value, json};

use crate::accounts::activity::page::{ActivityEntry, own_activity};
use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::db::{Cursor, Start};
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::guards::CurrentUser;
use crate::web::page::Page;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// Where the page begins. What makes no sense is as if it were not there.
#[derive(FromForm)]
struct PageQuery<'r> {
    #[field(default = "")]
    after: &'r str,
    #[field(default = "")]
    before: &'r str,
}

#[get("/account/activity?<query..>")]
async fn show(
    user: CurrentUser,
    app: &State<Arc<App>>,
    frame: &State<SiteContext>,
    query: PageQuery<'_>,
) -> Result<Page, Error> {
    let from = Start::parse(query.after, query.before);
    let mut activity = own_activity(app, &user, from.as_ref()).await?;
    if activity.entries.is_empty() && from.is_some() {
        // Everything beyond that place is forgotten: the beginning is better than an empty page.
        activity = own_activity(app, &user, None).await?;
    }
    let url = |way, cursor: Cursor| format!("/account/activity?{way}={}", cursor.encode());
    Ok(Page::new("account/activity")
        .with("entries", activity.entries.iter().map(shown).collect::<Vec<_>>())
        .with("next_url", activity.next.map(|cursor| url("after", cursor)))
        .with("previous_url", activity.previous.map(|cursor| url("before", cursor)))
        .with("days", frame.config.activity_days))
}

/// An entry as the template sees it.
fn shown(entry: &ActivityEntry) -> Value {
    json!({
        "at": entry.at,
        "since": entry.since,
        "count": entry.count,
        "event": entry.event.map_or_else(|| "event-unknown".to_owned(), Event::key),
        "device": entry.device,
        "masked_ip": entry.masked_ip,
        "ips_differ": entry.ips_differ,
        "by_operator": entry.device.is_none() && entry.masked_ip.is_none(),
    })
}
