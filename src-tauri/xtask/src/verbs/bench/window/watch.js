// Runs in the page while requests pass: counts how often the live list changes and then, by itself, how long frames let
// wait. A loop that asks for every frame keeps WebKitGTK from its full garbage collections, and what the page holds then
// is the measurement's doing: so memory is read before that loop begins. Whatever is kept here has a fixed size.
const list = document.querySelector("decision-list");
const STEPS_PER_MS = 2;
const LONGEST_MS = 10_000;

const seen = {
  gaps: new Uint32Array(LONGEST_MS * STEPS_PER_MS),
  lastUpdates: new Float64Array(64),
};

const nodes = () => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let count = 1;
  while (walker.nextNode()) count += 1;
  return count;
};

const rows = () => list.querySelectorAll("tbody tr").length;

/** As the list itself counts them. */
const told = () => {
  const { accepted, refused, untold } = list.state.decisions.tally;
  return accepted + refused + untold;
};

seen.begin = () => {
  seen.begun = performance.now();
  seen.toldBefore = told();
  seen.updates = 0;
  seen.mostInASecond = 0;
  seen.mostRows = rows();
  seen.nodesBefore = nodes();
  seen.lastUpdates.fill(-Infinity);
};

seen.list = () => ({
  seconds: (performance.now() - seen.begun) / 1000,
  told: told() - seen.toldBefore,
  updates: seen.updates,
  mostInASecond: seen.mostInASecond,
  mostRows: seen.mostRows,
  nodesBefore: seen.nodesBefore,
  nodesAfter: nodes(),
});

// One call for all that was changed in one go. A row that is given to another decision is a change of its number.
new MutationObserver(() => {
  const now = performance.now();
  seen.lastUpdates[seen.updates % seen.lastUpdates.length] = now;
  seen.updates += 1;
  const inASecond = seen.lastUpdates.reduce((count, at) => count + (at > now - 1000 ? 1 : 0), 0);
  seen.mostInASecond = Math.max(seen.mostInASecond, inASecond);
  seen.mostRows = Math.max(seen.mostRows, rows());
}).observe(list.querySelector("tbody"), { subtree: true, childList: true, attributeFilter: ["data-decision"] });

seen.beginFrames = () => {
  seen.framesBegun = performance.now();
  seen.frames = 0;
  seen.longestGap = 0;
  let last = seen.framesBegun;
  const frame = () => {
    const now = performance.now();
    const gap = now - last;
    last = now;
    seen.frames += 1;
    seen.longestGap = Math.max(seen.longestGap, gap);
    seen.gaps[Math.min(Math.floor(gap * STEPS_PER_MS), seen.gaps.length - 1)] += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

seen.framesSeen = () => {
  let left = Math.ceil(seen.frames / 100);
  let at = seen.gaps.length - 1;
  while (at > 0 && (left -= seen.gaps[at]) > 0) at -= 1;
  return {
    perSecond: (seen.frames * 1000) / (performance.now() - seen.framesBegun),
    p99: (at + 1) / STEPS_PER_MS,
    longest: seen.longestGap,
  };
};

seen.begin();
window.keystileSeen = seen;
