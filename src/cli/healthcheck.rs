//! `vestibule healthcheck`: requests `/health/ready` from the running server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use figment::Figment;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::command_error::CommandError;

/// How long the server may take to answer in addition to the timeout of its database.
const PATIENCE: Duration = Duration::from_secs(2);

/// The maximum length of the answer.
const MAX_BYTES: u64 = 16 * 1024;

/// Requests `/health/ready` from the server of this machine and these settings, and reports the answer.
pub async fn run(figment: &Figment) -> Result<(), CommandError> {
    let unusable =
        |name: &str| CommandError::new(format!("{name}: `vestibule check-config` says what is wrong with it"));
    let address: IpAddr = figment
        .extract_inner("address")
        .map_err(|_| unusable("address (ROCKET_ADDRESS)"))?;
    let port: u16 = figment.extract_inner("port").map_err(|_| unusable("port (ROCKET_PORT)"))?;
    let address = match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    // If the database is unavailable, the server answers only after this timeout.
    let database = figment.extract_inner("databases.vestibule.connect_timeout").unwrap_or(3);
    let patience = PATIENCE.saturating_add(Duration::from_secs(database));
    match tokio::time::timeout(patience, ask(address, port)).await {
        Ok(Ok(HealthReply { status, .. })) if status == "200" => Ok(()),
        Ok(Ok(HealthReply { status, said })) => Err(CommandError::new(format!("not ready: status {status}{said}"))),
        Ok(Err(error)) => Err(CommandError::new(format!("no answer from {address}:{port}: {error}"))),
        Err(_) => {
            Err(CommandError::new(format!("no answer from {address}:{port} within {} seconds", patience.as_secs())))
        }
    }
}

struct HealthReply {
    status: String,
    /// The first line of the body, as the end of a sentence.
    said: String,
}

async fn ask(address: IpAddr, port: u16) -> std::io::Result<HealthReply> {
    const REQUEST: &[u8] = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut stream = TcpStream::connect((address, port)).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    // The first line of an HTML page, as a proxy may answer, contains no reason.
    let line = body
        .lines()
        .next()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('<'));
    let shown: Option<String> = line.map(|line| line.chars().filter(|letter| !letter.is_control()).take(200).collect());
    Ok(HealthReply {
        status: head.split_whitespace().nth(1).unwrap_or("none").to_owned(),
        said: shown.map(|line| format!(": {line}")).unwrap_or_default(),
    })
}
