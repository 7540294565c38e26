//! `vestibule healthcheck`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use figment::Figment;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Failure;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the server of this machine and these settings for `/health/ready`.
pub async fn run(figment: &Figment) -> Result<(), Failure> {
    let address: IpAddr = figment.extract_inner("address").unwrap_or(Ipv4Addr::LOCALHOST.into());
    let port: u16 = figment.extract_inner("port").unwrap_or(8000);
    let address = match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    let asked = tokio::time::timeout(PATIENCE, ask(address, port)).await;
    match asked {
        Ok(Ok(status)) if status == "200" => Ok(()),
        Ok(Ok(status)) => Err(Failure::new(format!("not ready: status {status}"))),
        Ok(Err(error)) => Err(Failure::new(format!("no answer from {address}:{port}: {error}"))),
        Err(_) => Err(Failure::new(format!("no answer from {address}:{port} within 3 seconds"))),
    }
}

async fn ask(address: IpAddr, port: u16) -> std::io::Result<String> {
    const REQUEST: &[u8] = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut stream = TcpStream::connect((address, port)).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.take(256).read_to_end(&mut answer).await?;
    let first = String::from_utf8_lossy(&answer);
    Ok(first.split_whitespace().nth(1).unwrap_or("none").to_owned())
}
