import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { EnvironmentActivity } from "../host/types/EnvironmentActivity";
import type { HourlyUsage } from "../host/types/HourlyUsage";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

/** The days of the chart, with today. */
export const ACTIVITY_DAYS = 14;

/** The requests of one day in the system's time zone. */
export interface DayUsage {
  /** The start of the day. */
  day: number;
  allowed: number;
  denied: number;
}

/** The requests and the unused keys of the environments whose overview was shown. */
export class Activity extends Store {
  readonly byEnvironment = new Map<string, EnvironmentActivity>();
  readonly failures = new Map<string, CommandError>();

  private readonly host: Pick<Host, "environmentActivity">;
  private readonly now: () => number;
  private readonly reads = new LatestRead();

  constructor(host: Pick<Host, "environmentActivity">, now = () => Date.now()) {
    super();
    this.host = host;
    this.now = now;
  }

  /** Reads the activity of an environment. Never fails: an error is kept in `failures`. */
  read(environmentId: string): Promise<void> {
    const since = startsOfDays(this.now())[0] ?? 0;
    return this.reads.run(
      environmentId,
      () => this.host.environmentActivity({ environmentId, since }),
      (activity) => {
        this.failures.delete(environmentId);
        this.byEnvironment.set(environmentId, activity);
        this.changed();
      },
      (error) => {
        this.failures.set(environmentId, toCommandError(error));
        this.changed();
      },
    );
  }

  /** Returns the requests of the last days, today last. */
  days(environmentId: string): DayUsage[] {
    return usageByDay(this.byEnvironment.get(environmentId)?.hours ?? [], this.now());
  }

  /** Drops what is known about a deleted environment. */
  forget(environmentId: string): void {
    this.reads.cancel(environmentId);
    this.failures.delete(environmentId);
    if (this.byEnvironment.delete(environmentId)) this.changed();
  }
}

/** Adds up hours by day. Days are longer or shorter when the clock changes. */
export function usageByDay(hours: readonly HourlyUsage[], now: number): DayUsage[] {
  const days = startsOfDays(now).map((day) => ({ day, allowed: 0, denied: 0 }));
  for (const { hour, allowed, denied } of hours) {
    const day = days.findLast((each) => each.day <= hour);
    if (!day) continue;
    day.allowed += allowed;
    day.denied += denied;
  }
  return days;
}

function startsOfDays(now: number): number[] {
  const today = new Date(now);
  return Array.from({ length: ACTIVITY_DAYS }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (ACTIVITY_DAYS - 1 - index)).getTime(),
  );
}
