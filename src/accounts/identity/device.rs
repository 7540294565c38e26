//! Browser and system of a client, by names from fixed lists.

use schemars::JsonSchema;
use serde::Serialize;

/// A browser and its system. The names come from fixed lists; no text of the client is repeated.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, JsonSchema)]
pub struct Device {
    /// As `Firefox`.
    pub browser: String,
    /// As `Linux`.
    pub system: String,
}

impl Device {
    /// For checking the templates that show it.
    #[must_use]
    pub fn example() -> Self {
        Self {
            browser: "Firefox".to_owned(),
            system: "Linux".to_owned(),
        }
    }

    /// The device of a `User-Agent`, if browser and system are known.
    #[must_use]
    pub fn of(user_agent: &str) -> Option<Self> {
        let found = woothee::parser::Parser::new().parse(user_agent)?;
        // Windows 11 identifies itself as 10, so the version means nothing; "Mac OS X" is an old name.
        let system = match found.os {
            os if os.starts_with("Windows") => "Windows",
            "Mac OSX" => "macOS",
            os => os,
        };
        (found.name != "UNKNOWN" && found.os != "UNKNOWN").then(|| Self {
            browser: found.name.to_owned(),
            system: system.to_owned(),
        })
    }

    /// Parses the text of [`stored`](Self::stored).
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let (browser, system) = text.split_once('/')?;
        Some(Self {
            browser: browser.to_owned(),
            system: system.to_owned(),
        })
    }

    /// The text that is stored with mails and activity.
    #[must_use]
    pub fn stored(&self) -> String {
        format!("{}/{}", self.browser, self.system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_or_unknown() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
        let device = Device::of(firefox).unwrap();
        assert_eq!((&*device.browser, &*device.system), ("Firefox", "Linux"));
        assert_eq!(Device::from_stored(&device.stored()), Some(device));
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
        assert_eq!(Device::of(windows).unwrap().stored(), "Firefox/Windows");
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0";
        assert_eq!(Device::of(mac).unwrap().stored(), "Firefox/macOS");
        for nothing in ["", "curl", "<script>alert(1)</script>", "Firefox", &"x".repeat(10_000)] {
            assert_eq!(Device::of(nothing), None, "{nothing}");
        }
    }
}
