//! The templates of pages, as last loaded.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tera::{Context, Tera};

use crate::assets::{self, overrides::Stamp};

/// The usual size of a page.
const PAGE_BYTES: usize = 8 * 1024;

/// Rocket loads the templates, and loads them again in debug builds when one changes. They are rendered here, because
/// Rocket would copy all variables of a page twice.
#[derive(Clone, Default)]
pub struct Templates {
    engine: Arc<RwLock<Arc<Tera>>>,
    overrides: Option<PathBuf>,
    seen: Arc<Mutex<Stamp>>,
}

impl Templates {
    #[must_use]
    pub fn new(overrides: Option<PathBuf>) -> Self {
        Self {
            overrides,
            ..Self::default()
        }
    }

    /// Loads all page templates into an engine and takes it. Rocket renders nothing with it; a copy would take megabytes.
    pub fn load(&self, engine: &mut Tera) -> tera::Result<()> {
        assets::load(engine, self.overrides.as_deref(), |name| !name.starts_with("mails/"))?;
        *self.engine.write() = Arc::new(std::mem::take(engine));
        Ok(())
    }

    /// Renders a page: `login` is `templates/pages/login.html`.
    pub fn render_page(&self, template: &str, context: &Context) -> tera::Result<Vec<u8>> {
        self.reload()?;
        let engine = self.engine();
        let mut page = Vec::with_capacity(PAGE_BYTES);
        engine.render_to(&format!("pages/{template}.html"), context, &mut page)?;
        Ok(page)
    }

    fn engine(&self) -> Arc<Tera> {
        Arc::clone(&self.engine.read())
    }

    /// In debug builds, loads the templates again when one in the operator's folder has changed. Rocket watches only
    /// the built-in ones.
    fn reload(&self) -> tera::Result<()> {
        let stamp = Stamp::of(self.overrides.as_deref());
        let mut seen = self.seen.lock();
        if *seen != stamp {
            self.load(&mut Tera::clone(&self.engine()))?;
            *seen = stamp;
        }
        Ok(())
    }
}
