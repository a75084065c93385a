//! The packages of the operating system that building, running and testing need, and how to get them.
//! Called by every verb that compiles or opens a window. It looks for what is needed (a program, a library), not
//! for package names: whoever has it by other means is left alone. It knows apt, dnf and pacman, and no version.

use std::process::Command;

use crate::failure::Failure;
use crate::program;

/// What proves that a package is there.
enum Proof {
    Program(&'static str),
    Library(&'static str),
}

/// One thing a Linux system must have, and what each package program calls it.
struct Need {
    proof: Proof,
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
}

const fn program_need(
    name: &'static str,
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
) -> Need {
    Need {
        proof: Proof::Program(name),
        apt,
        dnf,
        pacman,
    }
}

/// What a build needs. The order matters: without pkg-config no library can be found.
static BUILD: [Need; 3] = [
    program_need("cc", "build-essential", "gcc", "base-devel"),
    program_need("pkg-config", "pkg-config", "pkgconf-pkg-config", "pkgconf"),
    Need {
        proof: Proof::Library("webkit2gtk-4.1"),
        apt: "libwebkit2gtk-4.1-dev",
        dnf: "webkit2gtk4.1-devel",
        pacman: "webkit2gtk-4.1",
    },
];

/// A screen where there is none.
static VIRTUAL_DISPLAY: [Need; 3] = [
    program_need("Xvfb", "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    program_need("xauth", "xauth", "xorg-x11-xauth", "xorg-xauth"),
    program_need("dbus-run-session", "dbus", "dbus-daemon", "dbus"),
];

/// Whatever drives the window from outside.
static DRIVER: [Need; 1] = [program_need(
    "WebKitWebDriver",
    "webkit2gtk-driver",
    "/usr/bin/WebKitWebDriver",
    "webkit2gtk-4.1",
)];

/// What the journeys read and pull strings with.
static JOURNEYS: [Need; 5] = [
    program_need(
        "gnome-keyring-daemon",
        "gnome-keyring",
        "gnome-keyring",
        "gnome-keyring",
    ),
    program_need("secret-tool", "libsecret-tools", "libsecret", "libsecret"),
    program_need("xclip", "xclip", "xclip", "xclip"),
    program_need("xdotool", "xdotool", "xdotool", "xdotool"),
    program_need("curl", "curl", "curl", "curl"),
];

/// The application servers that the service's tests put behind the gateway.
static SERVERS: [Need; 3] = [
    program_need("php", "php-cli", "php-cli", "php"),
    program_need("javac", "default-jdk-headless", "java-devel", "jdk-openjdk"),
    // By its place: it is a library without a program.
    program_need(
        "/usr/share/java/tomcat10-embed-core.jar",
        "libtomcat10-embed-java",
        "tomcat-lib",
        "tomcat10",
    ),
];

/// The proxies that the service's tests put in front of an API, and what checks its OpenAPI document.
static PROXIES: [Need; 3] = [
    // By its path: the search path of users other than root leaves /usr/sbin out.
    program_need("/usr/sbin/nginx", "nginx-light", "nginx", "nginx"),
    program_need("caddy", "caddy", "caddy", "caddy"),
    program_need("python3", "python3-venv", "python3", "python"),
];

/// What sends requests as fast as they are answered.
static LOAD: [Need; 1] = [program_need("wrk", "wrk", "wrk", "wrk")];

/// What is about to be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Build,
    VirtualDisplay,
    Screenshot,
    Tests,
    Load,
    /// As `Load`, with the proxies that are measured beside the gateway.
    ProxyLoad,
}

fn needs(purpose: Purpose) -> Vec<&'static Need> {
    let groups: &[&[Need]] = match purpose {
        Purpose::Build => &[&BUILD],
        Purpose::VirtualDisplay => &[&VIRTUAL_DISPLAY],
        Purpose::Screenshot => &[&VIRTUAL_DISPLAY, &DRIVER],
        Purpose::Load => &[&LOAD],
        Purpose::ProxyLoad => &[&LOAD, &PROXIES],
        // Tests are compiled first.
        Purpose::Tests => &[
            &BUILD,
            &VIRTUAL_DISPLAY,
            &DRIVER,
            &JOURNEYS,
            &PROXIES,
            &SERVERS,
        ],
    };
    groups.iter().flat_map(|group| group.iter()).collect()
}

/// Installs what is missing for `purpose`. On macOS and Windows, where no package program can be assumed, it says
/// what is needed.
///
/// # Errors
/// Something is missing and cannot be installed from here.
pub(crate) fn prepare(purpose: Purpose) -> Result<(), Failure> {
    if program::find("npm").is_none() && purpose == Purpose::Build {
        return Err(
            Failure::new("Node.js is missing; the window's files cannot be built.")
                .advise("Install Node.js 20.19 or later, with npm."),
        );
    }
    if cfg!(target_os = "macos") {
        if program::succeeds(Command::new("xcode-select").arg("-p")) {
            return Ok(());
        }
        return Err(Failure::new("Apple's command line tools are missing.")
            .advise("Run `xcode-select --install`, then this command again."));
    }
    if cfg!(windows) {
        // Rust's own installer asks for the C++ build tools, and Windows 10 and 11 bring WebView2.
        println!("Needed on Windows: the Visual Studio C++ build tools and WebView2.");
        return Ok(());
    }
    let missing: Vec<&Need> = needs(purpose)
        .into_iter()
        .filter(|need| !is_there(need))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)?;
    match missing.iter().find(|need| !is_there(need)) {
        None => Ok(()),
        Some(need) => Err(Failure::new(format!(
            "{} was installed, but {} is still not found.",
            need.apt,
            need.sought()
        ))),
    }
}

impl Need {
    fn sought(&self) -> &'static str {
        match self.proof {
            Proof::Program(name) | Proof::Library(name) => name,
        }
    }
}

fn is_there(need: &Need) -> bool {
    match need.proof {
        Proof::Program(name) => program::find(name).is_some(),
        Proof::Library(name) => {
            program::succeeds(Command::new("pkg-config").args(["--exists", name]))
        }
    }
}

fn install(missing: &[&Need]) -> Result<(), Failure> {
    let names = |pick: fn(&Need) -> &'static str| -> Vec<&'static str> {
        let mut names: Vec<&'static str> = missing.iter().map(|need| pick(need)).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    if program::find("apt-get").is_some() {
        // A fresh machine has no package lists, or old ones that name versions no longer offered.
        program::run(as_root(&["apt-get", "update", "-qq"])?.arg("-y"))?;
        let install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
        return program::run(as_root(&install)?.args(names(|need| need.apt)));
    }
    if program::find("dnf").is_some() {
        return program::run(as_root(&["dnf", "install", "-y"])?.args(names(|need| need.dnf)));
    }
    if program::find("pacman").is_some() {
        let install = ["pacman", "-Sy", "--needed", "--noconfirm"];
        return program::run(as_root(&install)?.args(names(|need| need.pacman)));
    }
    let sought: Vec<&str> = missing.iter().map(|need| need.sought()).collect();
    Err(Failure::new(format!("Missing on this system: {}.", sought.join(", "))).advise(
        "Neither apt-get, dnf nor pacman is here; install them with your system's package program.",
    ))
}

/// A command run by root: directly, or through sudo, which asks for a password only when somebody can answer.
fn as_root(words: &[&str]) -> Result<Command, Failure> {
    let mut line: Vec<&str> = Vec::new();
    let is_root = program::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !is_root {
        if program::find("sudo").is_none() {
            return Err(Failure::new(
                "System packages are missing and this user may not install them.",
            )
            .advise(format!(
                "As root, run `{} …`, then this command again.",
                words.join(" ")
            )));
        }
        line.push("sudo");
        if !program::may_ask() {
            line.push("-n");
        }
    }
    line.extend([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "NEEDRESTART_MODE=a",
    ]);
    line.extend(words);
    let mut command = Command::new(line[0]);
    command.args(&line[1..]);
    Ok(command)
}
