//! Reads the activity log of an account, page by page.
//!
//! Entries that anyone who knows the address can cause could fill the first page. A run of such entries is therefore
//! grouped: one entry for each kind, with the number, the first and the last time. No page break splits a run.

use sqlx::Row as _;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::device::Device;
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::db::{Cursor, PAGE_SIZE, Row, Start};
use crate::time::Millis;

/// An entry of the activity log, as the account's owner sees it.
#[derive(Clone, Debug)]
pub struct ActivityEntry {
    /// The time; of a group, that of its last event.
    pub at: Millis,
    /// The time of the first event of a group.
    pub since: Millis,
    /// The number of events in the group.
    pub count: i64,
    /// None: an event that only a newer version of the program, on another node, knows.
    pub event: Option<Event>,
    /// The browser and system, if known.
    pub device: Option<Device>,
    /// The client's masked IP. Without device and IP: by the operator.
    pub masked_ip: Option<String>,
    /// Whether the events of the group came from different addresses.
    pub ips_differ: bool,
    /// Whether anyone who knows the address can cause it.
    by_anybody: bool,
}

/// A page of the activity log, newest first.
#[derive(Clone, Debug)]
pub struct Activity {
    pub entries: Vec<ActivityEntry>,
    /// The end of the page of newer entries, if there is one.
    pub previous: Option<Cursor>,
    /// The beginning of the page of older entries, if there is one.
    pub next: Option<Cursor>,
}

/// Entries that are on one page: mostly a single one; of a run, one for each kind.
struct Run {
    entries: Vec<ActivityEntry>,
    /// The position of the first row that was read, and of the last.
    first: Spot,
    last: Spot,
}

/// The position of a row in the order.
#[derive(Clone)]
struct Spot {
    at: Millis,
    id: String,
}

/// The events that are grouped. Those of the operator, which have no client, are not.
macro_rules! by_anybody {
    () => {
        "(event IN ('sign_in_failed', 'password_reset_requested') AND masked_ip IS NOT NULL)"
    };
}

/// The statements of a page, as literals, one of each per direction.
macro_rules! statements {
    ($onwards:literal, $back:literal, $order:literal, $against:literal) => {
        Statements {
            page: concat!(
                "
                SELECT id, at, event, device, masked_ip, CAST(CASE WHEN ",
                by_anybody!(),
                " THEN 1 ELSE 0 END AS BIGINT) AS by_anybody
                FROM activity
                WHERE user_id = $1
                  AND ($3 = '' OR (at, id) ",
                $onwards,
                " ($2, $3))
                ORDER BY at ",
                $order,
                ", id ",
                $order,
                "
                LIMIT 51"
            ),
            end: concat!(
                "
                SELECT at, id
                FROM activity
                WHERE user_id = $1
                  AND (at, id) ",
                $onwards,
                " ($2, $3)
                  AND NOT ",
                by_anybody!(),
                "
                ORDER BY at ",
                $order,
                ", id ",
                $order,
                "
                LIMIT 1"
            ),
            last: concat!(
                "
                SELECT at, id
                FROM activity
                WHERE user_id = $1
                  AND (at, id) ",
                $onwards,
                " ($2, $3)
                  AND ($5 = '' OR (at, id) ",
                $back,
                " ($4, $5))
                ORDER BY at ",
                $against,
                ", id ",
                $against,
                "
                LIMIT 1"
            ),
            rest: concat!(
                "
                SELECT event, COUNT(*) AS n, MIN(at) AS since, MAX(at) AS at, MIN(masked_ip) AS masked_ip, MAX(masked_ip) AS other
                FROM activity
                WHERE user_id = $1
                  AND (at, id) ",
                $onwards,
                " ($2, $3)
                  AND ($5 = '' OR (at, id) ",
                $back,
                " ($4, $5))
                GROUP BY event"
            ),
        }
    };
}

struct Statements {
    page: &'static str,
    /// The row that ends a run: the next one that belongs to no run.
    end: &'static str,
    /// The last row before that one.
    last: &'static str,
    /// The rows in between, counted.
    rest: &'static str,
}

const NEWER: Statements = statements!(">", "<", "ASC", "DESC");
const OLDER: Statements = statements!("<", ">", "DESC", "ASC");

/// A page of the caller's own activity log. An invalid cursor means the first page.
pub async fn own_activity(app: &App, session: &CurrentSession, from: Option<&Start>) -> Result<Activity, ServiceError> {
    let begin = from.map(Start::cursor).and_then(Spot::parse);
    let backwards = begin.is_some() && from.is_some_and(Start::is_backwards);
    let mut runs = runs(app, &session.user_id, begin.clone(), backwards).await?;
    let more = runs.len() > PAGE_SIZE;
    runs.truncate(PAGE_SIZE);
    if backwards {
        runs.reverse();
    }
    let (newer, older) = if backwards {
        (more, true)
    } else {
        (begin.is_some(), more)
    };
    let outer = |run: &Run, newest: bool| {
        if newest == backwards {
            run.last.cursor()
        } else {
            run.first.cursor()
        }
    };
    Ok(Activity {
        previous: runs.first().filter(|_| newer).map(|run| outer(run, true)),
        next: runs.last().filter(|_| older).map(|run| outer(run, false)),
        entries: runs.into_iter().flat_map(Run::newest_first).collect(),
    })
}

/// The runs from a position on: a page of finished runs, and at least one more if there are more.
async fn runs(app: &App, user: &UserId, begin: Option<Spot>, backwards: bool) -> sqlx::Result<Vec<Run>> {
    let statements = if backwards { &NEWER } else { &OLDER };
    let mut runs: Vec<Run> = Vec::new();
    let mut from = begin;
    loop {
        let rows = sqlx::query(statements.page)
            .bind(user.as_str())
            .bind(from.as_ref().map_or(0, |spot| spot.at))
            .bind(from.as_ref().map_or("", |spot| &spot.id))
            .fetch_all(app.pool.reading())
            .await?;
        for row in &rows {
            let (entry, spot) = (entry(row)?, Spot::of(row)?);
            match runs.last_mut().filter(|run| run.takes(&entry)) {
                Some(run) => run.add(entry, spot),
                None => runs.push(Run::new(entry, spot)),
            }
        }
        if rows.len() <= PAGE_SIZE || runs.len() > PAGE_SIZE {
            return Ok(runs);
        }
        let Some(run) = runs.last_mut() else {
            return Ok(runs);
        };
        if run.entries[0].by_anybody {
            finish(app, user, run, statements).await?;
        }
        from = Some(run.last.clone());
    }
}

/// Reads a run to its end by counting, whatever its length.
async fn finish(app: &App, user: &UserId, run: &mut Run, statements: &Statements) -> sqlx::Result<()> {
    let end = sqlx::query(statements.end)
        .bind(user.as_str())
        .bind(run.last.at)
        .bind(&run.last.id)
        .fetch_optional(app.pool.reading())
        .await?;
    let end = end.as_ref().map(Spot::of).transpose()?;
    let between = |statement: &'static str| {
        sqlx::query(statement)
            .bind(user.as_str())
            .bind(run.last.at)
            .bind(run.last.id.clone())
            .bind(end.as_ref().map_or(0, |spot| spot.at))
            .bind(end.as_ref().map_or(String::new(), |spot| spot.id.clone()))
            .fetch_all(app.pool.reading())
    };
    let (rest, last) = (between(statements.rest).await?, between(statements.last).await?);
    for row in &rest {
        let (counted, spot) = (counted(row)?, run.last.clone());
        run.add(counted, spot);
    }
    if let Some(row) = last.first() {
        run.last = Spot::of(row)?;
    }
    Ok(())
}

impl Run {
    fn new(entry: ActivityEntry, spot: Spot) -> Self {
        Self {
            entries: vec![entry],
            first: spot.clone(),
            last: spot,
        }
    }

    fn takes(&self, entry: &ActivityEntry) -> bool {
        entry.by_anybody && self.entries[0].by_anybody
    }

    fn add(&mut self, entry: ActivityEntry, spot: Spot) {
        self.last = spot;
        match self.entries.iter_mut().find(|same| same.event == entry.event) {
            Some(same) => same.add(entry),
            None => self.entries.push(entry),
        }
    }

    fn newest_first(mut self) -> Vec<ActivityEntry> {
        self.entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        self.entries
    }
}

impl ActivityEntry {
    fn add(&mut self, other: Self) {
        self.ips_differ |= other.ips_differ || self.masked_ip != other.masked_ip;
        if other.at > self.at {
            (self.device, self.masked_ip) = (other.device, other.masked_ip);
        }
        self.at = self.at.max(other.at);
        self.since = self.since.min(other.since);
        self.count += other.count;
    }
}

impl Spot {
    fn parse(cursor: &Cursor) -> Option<Self> {
        Some(Self {
            at: cursor.key.parse().ok()?,
            id: cursor.id.clone(),
        })
    }

    fn of(row: &Row) -> sqlx::Result<Self> {
        Ok(Self {
            at: row.try_get("at")?,
            id: row.try_get("id")?,
        })
    }

    fn cursor(&self) -> Cursor {
        Cursor {
            key: self.at.to_string(),
            id: self.id.clone(),
        }
    }
}

fn entry(row: &Row) -> sqlx::Result<ActivityEntry> {
    let event: String = row.try_get("event")?;
    let device: Option<String> = row.try_get("device")?;
    let at = row.try_get("at")?;
    Ok(ActivityEntry {
        at,
        since: at,
        count: 1,
        event: Event::parse(&event),
        device: device.as_deref().and_then(Device::from_stored),
        masked_ip: row.try_get("masked_ip")?,
        ips_differ: false,
        by_anybody: row.try_get::<i64, _>("by_anybody")? == 1,
    })
}

/// An entry for a group. Its device is not looked up.
fn counted(row: &Row) -> sqlx::Result<ActivityEntry> {
    let event: String = row.try_get("event")?;
    let masked_ip: Option<String> = row.try_get("masked_ip")?;
    let other: Option<String> = row.try_get("other")?;
    Ok(ActivityEntry {
        at: row.try_get("at")?,
        since: row.try_get("since")?,
        count: row.try_get("n")?,
        event: Event::parse(&event),
        device: None,
        ips_differ: masked_ip != other,
        masked_ip,
        by_anybody: true,
    })
}
