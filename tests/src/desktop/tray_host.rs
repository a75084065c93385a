//! A panel with a tray: owns `org.kde.StatusNotifierWatcher` on the session bus, reads the menus of the icons, and clicks
//! their items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::names::BusName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use super::error::{TestError, TestResult};
use super::headless::HeadlessDesktop;
use super::wait::wait_until;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// The bus names of the icons that were registered.
type Icons = Arc<Mutex<Vec<String>>>;

/// A tray. It ends with this handle.
pub struct TrayHost {
    connection: Connection,
    icons: Icons,
    delay: Delay,
}

/// The time until the tray says whether it shows icons.
type Delay = Arc<Mutex<Duration>>;

struct Watcher(Icons, Delay);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        service: String,
        #[zbus(header)] header: zbus::message::Header<'_>,
    ) {
        // Some programs give an object path instead of a name.
        let name = match header.sender() {
            Some(sender) if service.starts_with('/') => sender.to_string(),
            _ => service,
        };
        let mut icons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        icons.push(name);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        let delay = *self.1.lock().unwrap_or_else(PoisonError::into_inner);
        std::thread::sleep(delay);
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let icons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        icons.clone()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// An item of a menu.
struct Item {
    id: i32,
    label: String,
}

impl TrayHost {
    /// Starts a tray in this session.
    ///
    /// # Errors
    /// The session bus is gone, or has a tray.
    pub fn start(desktop: &HeadlessDesktop) -> TestResult<Self> {
        let (icons, delay) = (Icons::default(), Delay::default());
        let watcher = Watcher(Arc::clone(&icons), Arc::clone(&delay));
        let connection = connection::Builder::address(desktop.bus())?
            .serve_at("/StatusNotifierWatcher", watcher)?
            .name(WATCHER)?
            .build()?;
        Ok(Self {
            connection,
            icons,
            delay,
        })
    }

    /// Makes the tray slow to say whether it shows icons.
    pub fn respond_after(&self, delay: Duration) {
        *self.delay.lock().unwrap_or_else(PoisonError::into_inner) = delay;
    }

    /// Returns the labels of the menu of the only icon, without separators; none if there is no icon.
    ///
    /// # Errors
    /// There are several icons, or the icon does not respond.
    pub fn menu(&self) -> TestResult<Vec<String>> {
        let items = self.items()?;
        Ok(items.into_iter().map(|item| item.label).collect())
    }

    /// Waits until the menu has these labels.
    ///
    /// # Errors
    /// It did not in time.
    pub fn wait_for_menu(&self, labels: &[&str]) -> TestResult {
        wait_until(&format!("the menu of the tray was {labels:?}"), || {
            Ok((self.menu()? == labels).then_some(()))
        })
    }

    /// Clicks the item with this label.
    ///
    /// # Errors
    /// There is no such item.
    pub fn click(&self, label: &str) -> TestResult {
        let items = self.items()?;
        let item = items.iter().find(|item| item.label == label);
        let item = item.ok_or_else(|| TestError::new(format!("no item {label} in the tray")))?;
        let event = (item.id, "clicked", Value::from(0), 0u32);
        Ok(self.menu_proxy()?.call("Event", &event)?)
    }

    /// Clicks the icon itself.
    ///
    /// # Errors
    /// There is no icon.
    pub fn activate(&self) -> TestResult {
        Ok(self.icon_proxy()?.call("Activate", &(0, 0))?)
    }

    /// Returns the icons whose programs still run.
    fn icons(&self) -> TestResult<Vec<String>> {
        let registered = self.icons.lock().unwrap_or_else(PoisonError::into_inner);
        let bus = zbus::blocking::fdo::DBusProxy::new(&self.connection)?;
        let mut running = Vec::new();
        for name in registered.iter() {
            if bus.name_has_owner(BusName::try_from(name.as_str())?)? {
                running.push(name.clone());
            }
        }
        Ok(running)
    }

    fn icon_proxy(&self) -> TestResult<Proxy<'_>> {
        let mut icons = self.icons()?;
        match (icons.pop(), icons.is_empty()) {
            (Some(name), true) => Ok(Proxy::new(
                &self.connection,
                name,
                "/StatusNotifierItem",
                ITEM,
            )?),
            _ => Err(TestError::new("the tray must show one icon")),
        }
    }

    fn menu_proxy(&self) -> TestResult<Proxy<'_>> {
        let icon = self.icon_proxy()?;
        let path: OwnedObjectPath = icon.get_property("Menu")?;
        let name = icon.destination().to_owned();
        Ok(Proxy::new(&self.connection, name, path, MENU)?)
    }

    fn items(&self) -> TestResult<Vec<Item>> {
        if self.icons()?.is_empty() {
            return Ok(Vec::new());
        }
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let arguments = (0, -1, Vec::<&str>::new());
        let (_revision, (_, _, children)): (u32, Layout) =
            self.menu_proxy()?.call("GetLayout", &arguments)?;
        let mut items = Vec::new();
        for child in children {
            let fields = Structure::try_from(child)?.into_fields();
            let [Value::I32(id), Value::Dict(properties), _] = fields.as_slice() else {
                return Err(TestError::new(format!("not an item: {fields:?}")));
            };
            if let Some(label) = properties.get::<_, String>(&"label")? {
                items.push(Item { id: *id, label });
            }
        }
        Ok(items)
    }
}
