//! The templates of pages, as they were loaded last.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tera::{Context, Tera};

use crate::assets::{self, overrides::Stamp};

/// About as long as a page is.
const PAGE_BYTES: usize = 8 * 1024;

/// Rocket loads the templates, and in debug builds loads them again when one changes. They are rendered here: on its own
/// way it would copy everything that a page shows twice.
#[derive(Clone, Default)]
pub struct Templates {
    engine: Arc<RwLock<Arc<Tera>>>,
    overrides: Option<PathBuf>,
    seen: Arc<Mutex<Stamp>>,
}

impl Templates {
    /// Templates, those in the operator's folder in place of ours.
    #[must_use]
    pub fn new(overrides: Option<PathBuf>) -> Self {
        Self {
            overrides,
            ..Self::default()
        }
    }

    /// Gives an engine all templates of pages, and takes it over.
    ///
    /// # Errors
    /// When one cannot be read or parsed.
    pub fn load(&self, engine: &mut Tera) -> tera::Result<()> {
        assets::load(engine, self.overrides.as_deref(), |name| !name.starts_with("mails/"))?;
        *self.engine.write() = Arc::new(engine.clone());
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

    /// Loads them again if any in the operator's folder has changed, in debug builds. Rocket looks at our own alone.
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
