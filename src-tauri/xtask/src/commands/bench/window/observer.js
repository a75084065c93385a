// Runs in the page: counts updates of the list, and later frame times. Requesting every frame prevents WebKitGTK's full
// garbage collections, so memory is measured before that. All data here has a fixed size.
const list = document.querySelector("request-log");
const BUCKETS_PER_MS = 2;
const MAX_MS = 10_000;

const observer = {
  frameTimes: new Uint32Array(MAX_MS * BUCKETS_PER_MS),
  lastUpdates: new Float64Array(64),
};

const nodes = () => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let count = 1;
  while (walker.nextNode()) count += 1;
  return count;
};

const rows = () => list.querySelectorAll("tbody tr").length;

/** The number of requests that were logged. Their ids have no gaps. */
const logged = () => list.stores.requests.rows[0]?.id ?? 0;

observer.start = () => {
  observer.startTime = performance.now();
  observer.loggedAtStart = logged();
  observer.updates = 0;
  observer.maxPerSecond = 0;
  observer.maxRows = rows();
  observer.nodesAtStart = nodes();
  observer.lastUpdates.fill(-Infinity);
};

observer.list = () => ({
  seconds: (performance.now() - observer.startTime) / 1000,
  logged: logged() - observer.loggedAtStart,
  updates: observer.updates,
  maxPerSecond: observer.maxPerSecond,
  maxRows: observer.maxRows,
  nodesAtStart: observer.nodesAtStart,
  nodesAtEnd: nodes(),
});

// Called once per batch of changes. A row that is reused changes its data-request.
new MutationObserver(() => {
  const now = performance.now();
  observer.lastUpdates[observer.updates % observer.lastUpdates.length] = now;
  observer.updates += 1;
  const perSecond = observer.lastUpdates.reduce((count, time) => count + (time > now - 1000 ? 1 : 0), 0);
  observer.maxPerSecond = Math.max(observer.maxPerSecond, perSecond);
  observer.maxRows = Math.max(observer.maxRows, rows());
}).observe(list.querySelector("tbody"), { subtree: true, childList: true, attributeFilter: ["data-request"] });

observer.startFrames = () => {
  observer.framesStartTime = performance.now();
  observer.frames = 0;
  observer.maxFrameTime = 0;
  let last = observer.framesStartTime;
  const frame = () => {
    const now = performance.now();
    const time = now - last;
    last = now;
    observer.frames += 1;
    observer.maxFrameTime = Math.max(observer.maxFrameTime, time);
    observer.frameTimes[Math.min(Math.floor(time * BUCKETS_PER_MS), observer.frameTimes.length - 1)] += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

observer.frameReport = () => {
  let remaining = Math.ceil(observer.frames / 100);
  let index = observer.frameTimes.length - 1;
  while (index > 0 && (remaining -= observer.frameTimes[index]) > 0) index -= 1;
  return {
    perSecond: (observer.frames * 1000) / (performance.now() - observer.framesStartTime),
    p99: (index + 1) / BUCKETS_PER_MS,
    max: observer.maxFrameTime,
  };
};

observer.start();
window.benchObserver = observer;
