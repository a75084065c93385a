//! Records the port of the HTTP service in the window, and whether the window offers to start it again. The process that
//! runs the service calls these functions when the service starts and stops.

use keystile_store::{Action, AuditEntry, Store};

use crate::error::RegistryError;
use crate::registry::Registry;

/// The port if none is stored, which is that of `keystile serve`.
const DEFAULT_PORT: u16 = 7878;

const PORT: &str = "http_service_port";
const AUTOSTART: &str = "http_service_autostart";

/// The stored settings of the HTTP service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpServiceSettings {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// Whether the window offers to start it again.
    pub autostart: bool,
}

impl Registry {
    /// Returns the settings of the HTTP service. An invalid stored port counts as the default.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn http_service(&self) -> Result<HttpServiceSettings, RegistryError> {
        let mut connection = self.store.read().await?;
        let port = Store::setting(&mut connection, PORT).await?;
        let autostart = Store::setting(&mut connection, AUTOSTART).await?;
        Ok(HttpServiceSettings {
            port: port
                .and_then(|text| text.parse().ok())
                .filter(|port| *port > 0)
                .unwrap_or(DEFAULT_PORT),
            autostart: autostart.as_deref() == Some("on"),
        })
    }

    /// Records that the service listens on this port, which it keeps. The window offers to start it again if the program
    /// ends before the service is stopped.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn mark_http_service_started(&self, port: u16) -> Result<(), RegistryError> {
        let settings = HttpServiceSettings {
            port,
            autostart: true,
        };
        self.record_http_service(settings, Action::HttpServiceStarted)
            .await
    }

    /// Records that the service was stopped. The window does not offer to start it again.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn mark_http_service_stopped(&self) -> Result<(), RegistryError> {
        let settings = HttpServiceSettings {
            autostart: false,
            ..self.http_service().await?
        };
        self.record_http_service(settings, Action::HttpServiceStopped)
            .await
    }

    async fn record_http_service(
        &self,
        settings: HttpServiceSettings,
        action: Action,
    ) -> Result<(), RegistryError> {
        if settings == self.http_service().await? {
            return Ok(());
        }
        let autostart = if settings.autostart { "on" } else { "off" };
        let mut write = self.store.write().await?;
        write.set_setting(PORT, &settings.port.to_string()).await?;
        write.set_setting(AUTOSTART, autostart).await?;
        let entry = AuditEntry::new(action).with("port", settings.port);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(())
    }
}
