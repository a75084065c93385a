/** The parts of the window that its first screen rarely needs. They are loaded after it. */
import "./environments/deletion-dialog";
import "./environments/environment-dialog";
import "./gateway/environment-gateway";
import "./keys/edit-key-dialog";
import "./keys/extend-key-dialog";
import "./keys/key-panel";
import "./keys/keychain-removal-dialog";
import "./keys/new-key-dialog";
import "./later.css";
import "./keys/revocation-dialog";
import "./palette/command-palette";
import "./playground/environment-playground";
import "./projects/project-dialog";
import "./settings/licenses-dialog";
import "./settings/settings-screen";
import "./shell/shortcuts-dialog";
