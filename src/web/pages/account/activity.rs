//! `/account/activity`: the log of what happened to the user's account.

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

/// Where the page of the list begins. A value that cannot be parsed is ignored.
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
        // All entries beyond the cursor have been deleted: the first page is shown instead of an empty one.
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

/// The log of what happened to the user's account.
#[derive(Serialize, JsonSchema)]
pub struct ActivityContext {
    /// The entries of this page of the log, newest first.
    entries: Vec<EntryDetails>,
    /// The URL of the page with the next, older entries.
    next_url: Option<String>,
    /// The URL of the page with the previous, newer entries.
    previous_url: Option<String>,
    /// How many days an entry is stored (setting `activity_days`).
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

/// An event, or several equal events in a row.
#[derive(Clone, Serialize, JsonSchema)]
struct EntryDetails {
    /// When the event happened, in Unix milliseconds; of several, the last one.
    at: Millis,
    /// When the first of several events happened, in Unix milliseconds.
    since: Millis,
    /// How many events the entry stands for. If more than one, the key of its text is `event` with `-run` at the end.
    count: i64,
    /// The key of the entry's text.
    event: String,
    /// The browser and its system, if they are known.
    device: Option<Device>,
    /// The client's IP address without its last part.
    masked_ip: Option<String>,
    /// Whether several events came from different IP addresses.
    ips_differ: bool,
    /// Whether the operator caused the event, by a command.
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
