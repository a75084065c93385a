/** The facts about a key in its keyDetails. What is empty is left out. */
import { html, nothing } from "lit";
import { extendKey } from "../../commands/key";
import { badge } from "../../components/badge";
import "../../components/copy-button";
import { relativeTime, remainingTime } from "../../components/relative-time";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import type { Stores } from "../../stores";
import { isUsable } from "../../stores/key-state";
import { strings } from "../../strings";
import { keyDetails } from "../../strings/key-details";
import { revocation } from "../../strings/key-dialogs";
import { permissionBadges } from "./key-badges";
import { requestCounts } from "./request-counts";

const fact = (term: string, value: unknown) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;

const textFact = (term: string, text: string) =>
  text === "" ? nothing : fact(term, html`<bdi class="key-text">${text}</bdi>`);

function expiryFact(stores: Stores, key: Key, environment: Environment, now: number) {
  const { expiresAt } = key;
  if (!isUsable(key)) return nothing;
  if (expiresAt === null) return fact(keyDetails.expires, strings.keys.never);
  return fact(
    keyDetails.expires,
    html`<span class="key-expiry"
      >${remainingTime(expiresAt, now)}<button
        type="button"
        class="button small-button"
        @click=${() => extendKey(stores, key, environment)}
      >
        ${strings.keys.extend}
      </button></span
    >`,
  );
}

function endFacts(key: Key, now: number) {
  if (isUsable(key) || key.endedAt === null) return nothing;
  const { states } = strings.keys;
  return html`${fact(states[key.state], relativeTime(key.endedAt, now))}
  ${key.revokeReason === null ? nothing : fact(keyDetails.reason, revocation.reasons[key.revokeReason])}
  ${textFact(keyDetails.reasonNote, key.revokeNote)}`;
}

function lastUse({ lastUsedAt, lastClient }: Key, now: number) {
  if (lastUsedAt === null) return strings.keys.never;
  const client = lastClient === null ? nothing : strings.keys.fromClient(lastClient);
  return html`${relativeTime(lastUsedAt, now)}${client}`;
}

const tags = (key: Key) => html`<span class="key-tags">${key.tags.map((tag) => badge("", html`<bdi>${tag}</bdi>`))}</span>`;

function keychainText({ keychain, keychainOutdated }: Key, name: string): string {
  if (!keychain) return keyDetails.notSaved;
  return keychainOutdated ? keyDetails.savedOld(name) : keyDetails.saved(name);
}

export function keyFacts(stores: Stores, key: Key, environment: Environment, now: number) {
  return html`<dl class="key-facts">
    ${fact(
      keyDetails.id,
      html`<span class="key-full-id mono">${key.prefix}_${key.id}</span
        ><copy-button .label=${strings.general.copy} .copy=${() => stores.keys.copyId(key)}></copy-button>`,
    )}
    ${endFacts(key, now)} ${fact(strings.general.permissions, permissionBadges(key.permissions))}
    ${expiryFact(stores, key, environment, now)} ${textFact(keyDetails.owner, key.owner)}
    ${key.tags.length === 0 ? nothing : fact(keyDetails.tags, tags(key))} ${textFact(keyDetails.note, key.note)}
    ${fact(keyDetails.created, relativeTime(key.createdAt, now))} ${fact(strings.keys.columns.used, lastUse(key, now))}
    ${fact(keyDetails.requests, requestCounts(key))}
    ${fact(keyDetails.keychain, keychainText(key, stores.session.keychainName))}
  </dl>`;
}
