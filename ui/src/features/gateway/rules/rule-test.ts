/**
 * A test request that is not sent: which access it needs under the edited rules, and why. Rust decides; this keeps the
 * typed request and the latest result.
 */
import { type CommandError, toCommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { RouteRule } from "../../../host/types/RouteRule";
import type { RouteTest } from "../../../host/types/RouteTest";
import { Store } from "../../../lib/store";
import { routeRules } from "../../../strings/route-rules";
import { invalidRuleIndex } from "./rule-editor";

/** Delay after the last keystroke before the result is requested. */
const DEBOUNCE_MS = 90;

export class RuleTest extends Store {
  method = "GET";
  path = "";
  /** The result, with the rules that it is about. */
  result: (RouteTest & { rules: RouteRule[] }) | null = null;
  error: CommandError | null = null;

  private readonly host: Pick<Host, "testRoute">;
  private rules: RouteRule[] = [];
  private latestRequest = 0;
  private debounceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Pick<Host, "testRoute">) {
    super();
    this.host = host;
  }

  setMethod(method: string): Promise<void> {
    this.method = method;
    return this.run();
  }

  setPath(path: string): void {
    this.path = path;
    clearTimeout(this.debounceTimer);
    this.debounceTimer = setTimeout(() => void this.run(), DEBOUNCE_MS);
    this.changed();
  }

  /** Sets the rules that have a path. */
  async setRules(rules: RouteRule[]): Promise<void> {
    if (JSON.stringify(rules) === JSON.stringify(this.rules)) return;
    this.rules = rules;
    await this.run();
  }

  /** Requests the result; drops the response if a newer request was sent. */
  async run(): Promise<void> {
    this.cancel();
    const request = this.latestRequest;
    const { method, rules } = this;
    const path = this.path.trim();
    let result: RuleTest["result"] = null;
    let error: CommandError | null = null;
    if (path !== "") {
      try {
        const response = await this.host.testRoute({ rules, method, path: path.startsWith("/") ? path : `/${path}` });
        result = { ...response, rules };
      } catch (thrown) {
        error = toCommandError(thrown);
      }
    }
    if (request !== this.latestRequest) return;
    this.result = result;
    this.error = error;
    this.changed();
  }

  /** Drops the pending request. */
  cancel(): void {
    clearTimeout(this.debounceTimer);
    this.latestRequest += 1;
  }

  /** The number of the invalid rule, from 1. */
  get invalidRule(): number | null {
    const index = invalidRuleIndex(this.error);
    return index === null ? null : index + 1;
  }

  /** The result as a sentence; empty while there is none. */
  get summary(): string {
    const { invalidRule, result } = this;
    if (invalidRule !== null) return routeRules.fixFirst(invalidRule);
    if (!result) return "";
    const access = routeRules.access[result.access];
    const index = result.rule;
    const rule = index === null ? undefined : result.rules[index];
    const { reason } = result;
    if (index === null || !rule) return routeRules.result(access, routeRules.reasons[reason] ?? reason);
    const matched = routeRules.rule(rule.method, rule.path);
    return routeRules.result(access, routeRules.byRule(index + 1, matched));
  }
}
