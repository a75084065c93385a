/** The parts of the window that its first screen rarely needs. They are loaded after it. */
import "./environments/deletion-dialog";
import "./gateway/environment-gateway";
import "./keys/keychain-removal-dialog";
import "./later.css";
import "./keys/revocation-dialog";
import "./palette/command-palette";
import "./playground/environment-playground";
import "./projects/project-dialog";
import "./settings/licenses-dialog";
import "./settings/settings-screen";
import "./shell/shortcuts-dialog";
