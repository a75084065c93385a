/**
 * The lists the screens show (projects, environments, keys) as Rust last sent them, and the commands that change them.
 * A known list is shown immediately and read again in the background, so that nothing jumps.
 */
import { toHostError } from "../host-error.js";

/** @typedef {typeof import("../host.js")} Host */
/** @typedef {import("../types/Project").Project} Project */
/** @typedef {import("../types/Environment").Environment} Environment */
/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../host-error.js").HostError} HostError */
/** @typedef {import("../types/EnvironmentInput").EnvironmentInput} EnvironmentInput */

export class Library {
  /**
   * @param {Host} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    /** @type {Project[]} */
    this.projects = [];
    /** @type {Map<string, Environment[]>} by project */
    this.environments = new Map();
    /** @type {Map<string, Key[]>} by environment */
    this.keys = new Map();
    /** @type {Map<string, HostError>} by the id of the project or environment whose list could not be read */
    this.failures = new Map();
    /** @type {Set<string>} keys with a running keychain command */
    this.busyKeys = new Set();
  }

  /** @param {string} projectId */
  project(projectId) {
    return this.projects.find((project) => project.id === projectId) ?? null;
  }

  /**
   * @param {string} projectId
   * @param {string} environmentId
   */
  environment(projectId, environmentId) {
    return this.environments.get(projectId)?.find((environment) => environment.id === environmentId) ?? null;
  }

  async readProjects() {
    this.projects = await this.host.listProjects();
    this.changed();
  }

  /** @param {string} projectId */
  readEnvironments(projectId) {
    return this.read(projectId, this.environments, () => this.host.listEnvironments({ projectId }));
  }

  /** @param {string} environmentId */
  readKeys(environmentId) {
    return this.read(environmentId, this.keys, () => this.host.listKeys({ environmentId }));
  }

  /**
   * @template T
   * @param {string} id
   * @param {Map<string, T>} into
   * @param {() => Promise<T>} list
   */
  async read(id, into, list) {
    try {
      into.set(id, await list());
      this.failures.delete(id);
    } catch (thrown) {
      this.failures.set(id, toHostError(thrown));
    }
    this.changed();
  }

  /**
   * Does not announce the change: the caller goes to the new place, which is rendered next.
   *
   * @param {string} name
   * @param {EnvironmentInput | null} environment
   */
  async createProject(name, environment) {
    const created = await this.host.createProject({ name, environment });
    if (created.environment) this.environments.set(created.project.id, [created.environment]);
    this.projects = [...this.projects.filter(({ id }) => id !== created.project.id), created.project];
    return created;
  }

  /** Creates a project with the sample API; does not announce the change either. */
  async createSample() {
    const { project, environment } = await this.host.createSample();
    this.environments.set(project.id, [environment]);
    this.projects = [...this.projects.filter(({ id }) => id !== project.id), project];
    return environment;
  }

  /**
   * @param {string} projectId
   * @param {string} name
   */
  async renameProject(projectId, name) {
    await this.host.renameProject({ projectId, name });
    await Promise.all([this.readProjects(), this.readEnvironments(projectId)]);
  }

  /**
   * @param {string} projectId
   * @param {string | null} confirmation
   */
  async deleteProject(projectId, confirmation) {
    await this.host.deleteProject({ projectId, confirmation });
    this.environments.delete(projectId);
    await this.readProjects();
  }

  /**
   * @param {string} projectId
   * @param {EnvironmentInput} input
   */
  async createEnvironment(projectId, input) {
    const environment = await this.host.createEnvironment({ projectId, environment: input });
    await Promise.all([this.readEnvironments(projectId), this.readProjects()]);
    return environment;
  }

  /**
   * @param {Environment} environment
   * @param {EnvironmentInput} input
   */
  async editEnvironment(environment, input) {
    const edited = await this.host.editEnvironment({ environmentId: environment.id, environment: input });
    await this.readEnvironments(environment.projectId);
    return edited;
  }

  /**
   * @param {Environment} environment
   * @param {string | null} confirmation
   */
  async deleteEnvironment(environment, confirmation) {
    await this.host.deleteEnvironment({ environmentId: environment.id, confirmation });
    this.keys.delete(environment.id);
    await Promise.all([this.readEnvironments(environment.projectId), this.readProjects()]);
  }

  /**
   * @param {string} keyId
   * @param {string | null} confirmation
   */
  async revokeKey(keyId, confirmation) {
    const key = await this.host.revokeKey({ keyId, confirmation });
    await this.readKeys(key.environmentId);
    return key;
  }

  /** @param {Key} key */
  async disableKey(key) {
    await this.host.disableKey({ keyId: key.id });
    await this.readKeys(key.environmentId);
  }

  /** @param {Key} key */
  async enableKey(key) {
    await this.host.enableKey({ keyId: key.id });
    await this.readKeys(key.environmentId);
  }

  /** @param {Key} key */
  copyFromKeychain(key) {
    return this.whileBusy(key, () => this.host.copyFromKeychain({ keyId: key.id }));
  }

  /** @param {Key} key */
  removeFromKeychain(key) {
    return this.whileBusy(key, async () => {
      await this.host.removeFromKeychain({ keyId: key.id });
      await this.readKeys(key.environmentId);
    });
  }

  /**
   * @param {Key} key
   * @param {() => Promise<unknown>} act
   */
  async whileBusy(key, act) {
    this.busyKeys = new Set(this.busyKeys).add(key.id);
    this.changed();
    try {
      await act();
    } finally {
      this.busyKeys = new Set([...this.busyKeys].filter((id) => id !== key.id));
      this.changed();
    }
  }
}
