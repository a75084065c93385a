import type { Stores } from ".";
import { toCommandError } from "../host/command-error";
import type { CreatedProject } from "../host/types/CreatedProject";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentInput } from "../host/types/EnvironmentInput";
import type { Project } from "../host/types/Project";
import { keepIdentity } from "../lib/keep-identity";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

export class Projects extends Store {
  list: Project[] = [];

  private readonly stores: Stores;
  private readonly reads = new LatestRead();

  constructor(stores: Stores) {
    super();
    this.stores = stores;
  }

  find(id: string): Project | null {
    return this.list.find((project) => project.id === id) ?? null;
  }

  set(projects: Project[]): void {
    const list = keepIdentity(this.list, projects);
    if (list === this.list) return;
    this.list = list;
    this.changed();
  }

  read(): Promise<void> {
    return this.reads.run(
      "projects",
      () => this.stores.host.listProjects(),
      (projects) => this.set(projects),
      (error) => {
        throw toCommandError(error);
      },
    );
  }

  /**
   * Creates a project. Does not announce it: the caller goes to it next, and rendering the old route with the new
   * project would open another page in between.
   */
  async create(name: string, environment: EnvironmentInput | null): Promise<CreatedProject> {
    const created = await this.stores.host.createProject({ name, environment });
    this.add(created.project, created.environment);
    return created;
  }

  /** Creates a project with the sample API. Does not announce it, for the same reason. */
  async createSample(): Promise<Environment> {
    const { project, environment } = await this.stores.host.createSample();
    this.add(project, environment);
    return environment;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.stores.host.renameProject({ projectId: id, name });
    // Environments carry the name of their project. A failed read must not fail the change.
    await Promise.allSettled([this.read(), this.stores.environments.read(id)]);
  }

  async delete(id: string, confirmation: string | null): Promise<void> {
    await this.stores.host.deleteProject({ projectId: id, confirmation });
    this.stores.environments.forgetProject(id);
    this.set(this.list.filter((project) => project.id !== id));
    this.repeatRunningRead();
  }

  private add(project: Project, environment: Environment | null): void {
    this.list = [...this.list.filter(({ id }) => id !== project.id), project];
    if (environment) this.stores.environments.addFirst(environment);
    this.repeatRunningRead();
  }

  /** Reads again if a read is running: it began before the change and may still return the old list. */
  private repeatRunningRead(): void {
    // A failed read must not fail the change.
    if (this.reads.isRunning("projects")) this.read().catch(() => {});
  }
}
