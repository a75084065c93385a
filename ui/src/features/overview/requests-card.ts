/** The requests of today and of the last days. */
import { html, nothing, svg } from "lit";
import { formatDate } from "../../lib/format/date";
import { formatCount } from "../../lib/format/number";
import type { DayUsage } from "../../stores/activity";
import { strings } from "../../strings";
import { barPath, chartBars } from "./bar-chart";

const WIDTH = 280;
const HEIGHT = 56;

/** Renders one bar a day: allowed requests, and the denied ones on top. */
function chart(days: DayUsage[]) {
  const bars = chartBars(days, WIDTH, HEIGHT);
  const now = Date.now();
  const sum = (pick: (day: DayUsage) => number) => days.reduce((total, day) => total + pick(day), 0);
  const label = strings.overview.chart(
    days.length,
    formatCount(sum(({ allowed }) => allowed)),
    formatCount(sum(({ denied }) => denied)),
  );
  return html`<svg
    class="request-chart"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    <path class="request-chart-base" d=${`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
    <path class="request-chart-allowed" d=${barPath(bars.map(({ x, width, allowed }) => ({ x, width, ...allowed })))} />
    <path class="request-chart-denied" d=${barPath(bars.map(({ x, width, denied }) => ({ x, width, ...denied })))} />
    ${days.map(({ day, allowed, denied }, index) => {
      const bar = bars[index];
      if (!bar) return nothing;
      const title = strings.overview.day(formatDate(day, now), formatCount(allowed), formatCount(denied));
      return svg`<rect class="request-chart-day" x=${bar.x} y="0" width=${bar.width} height=${HEIGHT}
        ><title>${title}</title></rect>`;
    })}
  </svg>`;
}

export function requestsCard(days: DayUsage[], isRead: boolean) {
  const today = days.at(-1) ?? { allowed: 0, denied: 0 };
  const count = (value: number, label: string, tone: string) => html`<p class="request-count ${tone}">
    <b>${isRead ? formatCount(value) : "–"}</b><span class="muted small">${label}</span>
  </p>`;
  return html`<section class="card overview-card" aria-labelledby="requests">
    <h2 id="requests" data-tooltip=${strings.overview.requestsAbout}>${strings.overview.requestsToday}</h2>
    <div class="request-counts">
      ${count(today.allowed, strings.overview.allowed, "")}${count(
        today.denied,
        strings.overview.denied,
        today.denied > 0 ? "has-denied" : "",
      )}
    </div>
    ${chart(days)}
    <p class="request-chart-scale faint small" aria-hidden="true">
      <span>${strings.overview.daysAgo(days.length)}</span><span>${strings.overview.today}</span>
    </p>
  </section>`;
}
