//! `/account/activity`: what happened to one's account.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::activity::page::{ActivityEntry, own_activity};
use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::device::Device;
use crate::db::{Cursor, Start};
use crate::time::Millis;
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::guards::CurrentUser;
use crate::web::page::{Page, PageContext, Visitors};

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
    site: &State<SiteContext>,
    query: PageQuery<'_>,
) -> Result<Page, Error> {
    let from = Start::parse(query.after, query.before);
    let mut activity = own_activity(app, &user, from.as_ref()).await?;
    if activity.entries.is_empty() && from.is_some() {
        // Everything beyond that place is forgotten: the beginning is better than an empty page.
        activity = own_activity(app, &user, None).await?;
    }
    let url = |way, cursor: Cursor| format!("/account/activity?{way}={}", cursor.encode());
    Ok(Page::of(&ActivityContext {
        entries: activity.entries.iter().map(EntryDetails::of).collect(),
        next_url: activity.next.map(|cursor| url("after", cursor)),
        previous_url: activity.previous.map(|cursor| url("before", cursor)),
        days: site.config.activity_days,
    }))
}

/// What happened to one's account.
#[derive(Serialize, JsonSchema)]
pub struct ActivityContext {
    /// Newest first.
    entries: Vec<EntryDetails>,
    next_url: Option<String>,
    previous_url: Option<String>,
    /// How long entries are kept.
    days: u32,
}

impl PageContext for ActivityContext {
    const TEMPLATE: &'static str = "account/activity";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let one = EntryDetails {
            at: 1_700_000_000_000,
            since: 1_700_000_000_000,
            count: 1,
            event: Event::SignedIn.key(),
            device: Some(Device::example()),
            masked_ip: Some("192.0.2.x".to_owned()),
            ips_differ: false,
            by_operator: false,
        };
        let several = EntryDetails {
            count: 3,
            event: Event::SignInFailed.key(),
            device: None,
            ips_differ: true,
            ..one.clone()
        };
        let by_operator = EntryDetails {
            device: None,
            masked_ip: None,
            by_operator: true,
            ..one.clone()
        };
        let of_a_newer_version = EntryDetails {
            event: "event-unknown".to_owned(),
            device: None,
            ..one.clone()
        };
        let example = |entries, url: Option<&str>| Self {
            entries,
            next_url: url.map(str::to_owned),
            previous_url: url.map(str::to_owned),
            days: 90,
        };
        vec![
            example(Vec::new(), None),
            example(vec![one, several, by_operator, of_a_newer_version], Some("/account/activity?after=1")),
        ]
    }
}

/// Something that happened, or several of one kind in a row.
#[derive(Clone, Serialize, JsonSchema)]
struct EntryDetails {
    /// Unix milliseconds; of several, the last of them.
    at: Millis,
    /// When the first of several was.
    since: Millis,
    /// How many in a row. From 2 on the text is the message `…-run`.
    count: i64,
    /// The key of its text.
    event: String,
    device: Option<Device>,
    masked_ip: Option<String>,
    /// Whether several came from more than one place.
    ips_differ: bool,
    by_operator: bool,
}

impl EntryDetails {
    fn of(entry: &ActivityEntry) -> Self {
        Self {
            at: entry.at,
            since: entry.since,
            count: entry.count,
            event: entry.event.map_or_else(|| "event-unknown".to_owned(), Event::key),
            device: entry.device.clone(),
            masked_ip: entry.masked_ip.clone(),
            ips_differ: entry.ips_differ,
            by_operator: entry.device.is_none() && entry.masked_ip.is_none(),
        }
    }
}
