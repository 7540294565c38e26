//! The settings of apps and groups as written ([`super::raw`]).

use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::networks::{WrittenNetworks, networks};
use super::text::{WrittenList, list, scalar, text};

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawForwardAuth {
    /// The headers in which the proxies name the page that an app was asked for: `"x-forwarded"`: `X-Forwarded-Host` and
    /// `X-Forwarded-Uri`. `"x-original-url"`: `X-Original-URL`. The other ones are ignored.
    pub headers: ForwardedHeaders,
}

/// How a proxy names the page that an app was asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeaders {
    #[default]
    XForwarded,
    XOriginalUrl,
}

/// One app. Its id has at most 63 letters from `a` to `z`, digits and `-`, and begins with a letter or a digit.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawApp {
    /// The app's name, as its tile shows it.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "the id"))]
    pub name: Option<String>,
    /// Where the app's tile leads.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "the first of its hosts"))]
    pub url: Option<String>,
    /// The hosts at which the app is reached, as `["wiki.example.org"]`, with their port unless it is that of https. In
    /// debug they are reached by http, unless they begin with `https://`.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub hosts: Vec<String>,
    /// `"everyone"`: each person who has an account may enter. Without it only the app's groups may.
    pub access: Option<Everyone>,
    /// The groups whose members may enter. Without groups and without `access` nobody may.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub groups: Vec<String>,
    /// Paths that are open to everybody, signed in or not: exactly, as `"/robots.txt"`, or everything below, as `"/public/*"`.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub public_paths: Vec<String>,
    /// Networks from which the app is open to everybody, as `["192.0.2.0/24"]`.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "WrittenNetworks")]
    pub open_networks: Vec<IpNet>,
    /// What `Remote-User` holds: `"id"`, the id of the account, which never changes; or `"user_name"`, the user name, which
    /// admins can change.
    pub remote_user: RemoteUser,
    /// `true`: programs that cannot sign in on a page are asked for a name and a password (`WWW-Authenticate: Basic`), which
    /// many wait for before they send a token. Browsers are not asked.
    pub basic_challenge: bool,
    /// `true`: only those enter who gave a second factor when they signed in. Others are led to where they give it, or set one
    /// up. A program enters with the token of somebody who has one.
    pub second_factor: bool,
    /// An SVG or PNG file that is shown on the app's tile.
    pub logo: Option<PathBuf>,
}

/// The one word of `access`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Everyone {
    Everyone,
}

/// What `Remote-User` holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteUser {
    #[default]
    Id,
    UserName,
}

impl RemoteUser {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::UserName => "user_name",
        }
    }

    /// Its word in the settings.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Id, Self::UserName].into_iter().find(|value| value.as_str() == text)
    }
}

/// One group. Its name has at most 63 letters from `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter or a digit.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawGroup {
    /// What the group is for, in one line. The name of the group is a part of the key: at most 63 letters from `a` to `z`,
    /// digits, `.`, `_` and `-`, the first a letter or a digit. Pages show such a group, and who is in it can be changed there,
    /// but the group itself only here.
    #[serde(deserialize_with = "text")]
    pub description: String,
}
