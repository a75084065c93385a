/**
 * An in-memory host for development (`?host=demo`), so that every page can be opened in a browser. It has the same
 * interface, without cryptography. Scenarios: first, many (1,000 keys), huge (100,000), notices, broken, copyfails, nokeychain, slow, waiting, and
 * those of `gateway.ts` and `playground.ts`. `globalThis.keystileDemo` simulates events.
 */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import { plainKey } from "../src/stores/key-input";
import * as activity from "./activity";
import * as bulk from "./bulk";
import * as clipboard from "./clipboard";
import * as database from "./database";
import * as gateway from "./gateway";
import * as httpService from "./http-service";
import * as keyLife from "./key-life";
import * as keyList from "./key-list";
import * as keychain from "./keychain";
import * as keys from "./keys";
import * as notices from "./notices";
import * as oldSecrets from "./old-secrets";
import * as locations from "./locations";
import * as playground from "./playground";
import * as projects from "./projects";
import * as rotation from "./rotation";
import { scenarios, wait } from "./scenario";

const DATA_FOLDER = "/home/anna/.local/share/dev.keystile.desktop/store";

let isBroken = scenarios.has("broken");

const start: Host["start"] = async () => {
  await wait(30);
  if (isBroken) {
    isBroken = false;
    const advice = `Nothing was changed. Restore a copy of ${DATA_FOLDER}, then try again.`;
    throw new CommandError("database_corrupt", "The database is damaged and was not opened.", advice);
  }
  const reloaded = { environmentId: "staging", key: plainKey("reloaded", true), idempotencyKey: "reloaded" };
  return {
    settings: clipboard.currentSettings(),
    projects: await projects.listProjects(),
    first: null,
    notices: await notices.listNotices(),
    prompt: scenarios.has("waiting") ? (await keys.issueKey(reloaded)).ticket : null,
    clipboard: clipboard.clipboardState(),
    ...gateway.gatewaysAtStart(),
    hasLink: false,
    httpService: httpService.currentService(),
    trial: playground.currentTrial(),
    version: "0.1.0",
    dataFolder: DATA_FOLDER,
    logPath: "/home/anna/.local/share/dev.keystile.desktop/logs/keystile.log",
    keychainName: keychain.KEYCHAIN,
  };
};

const quit: Host["quit"] = async ({ confirmed }) => {
  const uncopied = keys.findUncopiedPrompt();
  if (uncopied) database.emit({ kind: "closeBlocked", ticket: uncopied.ticket });
  else if (!confirmed) {
    const gateways = gateway.servingGateways();
    const clearsClipboard = clipboard.isHoldingKey();
    const service = httpService.serviceInUse();
    if (clearsClipboard || gateways.length > 0 || service !== null) {
      database.emit({ kind: "confirmQuit", clearsClipboard, gateways, httpService: service });
    }
  }
  return null;
};

export const demoHost = {
  start,
  subscribe: database.subscribe,
  takeLink: async () => null,
  createProject: projects.createProject,
  createSample: playground.createSample,
  listProjects: projects.listProjects,
  renameProject: projects.renameProject,
  deleteProject: projects.deleteProject,
  listEnvironments: projects.listEnvironments,
  previewEnvironment: projects.previewEnvironment,
  createEnvironment: projects.createEnvironment,
  editEnvironment: projects.editEnvironment,
  deleteEnvironment: projects.deleteEnvironment,
  listKeys: keyList.listKeys,
  findKeys: keyList.findKeys,
  keyPosition: keyList.keyPosition,
  copyKeyId: keyList.copyKeyId,
  environmentActivity: activity.environmentActivity,
  copyEnvironmentDetail: activity.copyEnvironmentDetail,
  searchKeys: activity.searchKeys,
  identifyText: activity.identifyText,
  revokeKey: keys.revokeKey,
  editKey: keyLife.editKey,
  keyHistory: keyLife.keyHistory,
  disableKey: keyLife.disableKey,
  enableKey: keyLife.enableKey,
  planBulkChange: bulk.planBulkChange,
  applyBulkChange: bulk.applyBulkChange,
  cancelBulkChange: bulk.cancelBulkChange,
  undoBulkChange: bulk.undoBulkChange,
  rotateKey: rotation.rotateKey,
  endOldSecret: oldSecrets.endOldSecret,
  keySecrets: oldSecrets.keySecrets,
  copyFromKeychain: keychain.copyFromKeychain,
  removeFromKeychain: keychain.removeFromKeychain,
  issueKey: keys.issueKey,
  revealKey: keys.revealKey,
  copyKey: keys.copyKey,
  saveKey: keys.saveKey,
  discardKey: keys.discardKey,
  closePrompt: keys.closePrompt,
  checkKey: playground.checkKey,
  listNotices: notices.listNotices,
  acknowledgeNotice: notices.acknowledgeNotice,
  copyText: gateway.copyText,
  copyCurl: gateway.copyCurl,
  clearClipboard: clipboard.clearClipboard,
  keychainStatus: keychain.keychainStatus,
  changeSettings: clipboard.changeSettings,
  startsAtLogin: async () => false,
  setStartAtLogin: async ({ on }) => on,
  openLocation: locations.openLocation,
  copyLocation: locations.copyLocation,
  quit,
  showGateway: gateway.showGateway,
  startGateway: gateway.startGateway,
  stopGateway: gateway.stopGateway,
  editGateway: gateway.editGateway,
  testRoute: gateway.testRoute,
  listRequests: gateway.listRequests,
  listRequestKeys: gateway.listRequestKeys,
  proxySnippet: gateway.proxySnippet,
  copySnippet: gateway.copySnippet,
  startHttpService: httpService.startHttpService,
  stopHttpService: httpService.stopHttpService,
  sendRequest: playground.sendRequest,
  tryKey: playground.tryKey,
  endTrial: playground.endTrial,
} satisfies Host;

gateway.simulateTraffic();

Object.assign(globalThis, {
  keystileDemo: {
    emit: database.emit,
    sendRequest: gateway.sendRandomRequest,
    repairCopy: keys.repairCopy,
    revokePrompted: keys.revokePrompted,
  },
});
