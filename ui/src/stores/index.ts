/** The window's stores. */
import type { Host } from "../host/host";
import { Activity } from "./activity";
import { Clipboard } from "./clipboard";
import { Dialogs } from "./dialogs";
import { Environments } from "./environments";
import { ExpiringKeys } from "./expiring-keys";
import { Gateways, gatewayUrl } from "./gateways";
import { HttpService } from "./http-service";
import { KeyRequests } from "./key-requests";
import { Keychain } from "./keychain";
import { Keys } from "./keys";
import { Links } from "./links";
import { LoginStart } from "./login-start";
import { Navigation, type Address } from "./navigation";
import { Notices } from "./notices";
import { OneTimePrompt } from "./prompt";
import { type EnvironmentFacts, Playground } from "./playground";
import { Projects } from "./projects";
import { Requests } from "./requests";
import { SavedKeys } from "./saved-keys";
import { Session } from "./session";
import { Toasts } from "./toasts";

export class Stores {
  readonly host: Host;
  readonly session: Session;
  readonly navigation: Navigation;
  readonly dialogs = new Dialogs();
  readonly toasts = new Toasts();
  readonly projects: Projects;
  readonly environments: Environments;
  readonly keys: Keys;
  readonly savedKeys: SavedKeys;
  readonly expiringKeys: ExpiringKeys;
  readonly keychain: Keychain;
  readonly prompt: OneTimePrompt;
  readonly notices: Notices;
  readonly clipboard: Clipboard;
  readonly gateways: Gateways;
  readonly httpService: HttpService;
  readonly requests: Requests;
  readonly keyRequests: KeyRequests;
  readonly playground: Playground;
  readonly activity: Activity;
  readonly links: Links;
  readonly loginStart: LoginStart;

  /** `address` is where the route is read and written. */
  constructor(host: Host, address: Address) {
    this.host = host;
    this.projects = new Projects(this);
    this.environments = new Environments(this);
    this.keys = new Keys(host);
    this.savedKeys = new SavedKeys(host);
    this.expiringKeys = new ExpiringKeys(host);
    this.keychain = new Keychain(host);
    this.prompt = new OneTimePrompt(host);
    this.notices = new Notices(host);
    this.clipboard = new Clipboard(host);
    this.gateways = new Gateways(host);
    this.httpService = new HttpService(host);
    this.requests = new Requests(host);
    this.keyRequests = new KeyRequests(host);
    this.playground = new Playground(host, (environmentId) => this.playgroundFacts(environmentId));
    this.activity = new Activity(host);
    this.loginStart = new LoginStart(host);
    this.navigation = new Navigation(address, this);
    this.session = new Session(this);
    this.links = new Links(this);
  }
  private playgroundFacts(environmentId: string): EnvironmentFacts {
    const gateway = this.gateways.byEnvironment.get(environmentId);
    return {
      keys: this.savedKeys.byEnvironment.get(environmentId) ?? [],
      isSample: gateway?.sample ?? false,
      gatewayUrl: gatewayUrl(gateway),
    };
  }
}
