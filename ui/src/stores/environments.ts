import type { Stores } from ".";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentChanges } from "../host/types/EnvironmentChanges";
import type { EnvironmentInput } from "../host/types/EnvironmentInput";
import { ListStore } from "./list-store";

export class Environments extends ListStore<Environment> {
  readonly byProject: ReadonlyMap<string, Environment[]> = this.lists;

  private readonly stores: Stores;

  constructor(stores: Stores) {
    super();
    this.stores = stores;
  }

  find(projectId: string, environmentId: string): Environment | null {
    return this.lists.get(projectId)?.find(({ id }) => id === environmentId) ?? null;
  }

  async create(projectId: string, input: EnvironmentInput): Promise<Environment> {
    const environment = await this.stores.host.createEnvironment({ projectId, environment: input });
    await this.readWithProjects(projectId);
    return environment;
  }

  async edit(environment: Environment, changes: EnvironmentChanges): Promise<Environment> {
    const edited = await this.stores.host.editEnvironment({ environmentId: environment.id, changes });
    await this.read(environment.projectId);
    return edited;
  }

  async delete(environment: Environment, confirmation: string | null): Promise<void> {
    await this.stores.host.deleteEnvironment({ environmentId: environment.id, confirmation });
    this.forgetEnvironment(environment.id);
    await this.readWithProjects(environment.projectId);
  }

  /** Lists the environment that was created with its project. Does not announce it, as the project is not announced. */
  addFirst(environment: Environment): void {
    this.reads.cancel(environment.projectId);
    this.lists.set(environment.projectId, [environment]);
  }

  /** Drops what is known about a deleted project and its environments. */
  forgetProject(projectId: string): void {
    for (const { id } of this.lists.get(projectId) ?? []) this.forgetEnvironment(id);
    this.forget(projectId);
  }

  protected override list(projectId: string): Promise<Environment[]> {
    return this.stores.host.listEnvironments({ projectId });
  }

  private forgetEnvironment(environmentId: string): void {
    const { keys, savedKeys, expiringKeys, gateways, requests, playground, activity } = this.stores;
    for (const store of [keys, savedKeys, expiringKeys, gateways, requests, playground, activity]) store.forget(environmentId);
  }

  /** Reads the list and the counts of the projects after a change. Failed reads must not fail the change. */
  private async readWithProjects(projectId: string): Promise<void> {
    await Promise.allSettled([this.read(projectId), this.stores.projects.read()]);
  }
}
