/** The geometry of a stacked bar chart. */

const GAP = 4;
/** A day with requests is visible beside a much busier one. */
const MIN_HEIGHT = 2;

interface Span {
  y: number;
  height: number;
}

export interface Bar {
  x: number;
  width: number;
  allowed: Span;
  /** On top of the allowed ones. */
  denied: Span;
}

export function chartBars(days: readonly { allowed: number; denied: number }[], width: number, height: number): Bar[] {
  const most = Math.max(1, ...days.map(({ allowed, denied }) => allowed + denied));
  const step = (width + GAP) / Math.max(1, days.length);
  const scaled = (count: number) => (count === 0 ? 0 : Math.max(MIN_HEIGHT, (count / most) * (height - MIN_HEIGHT)));
  return days.map(({ allowed, denied }, index) => {
    const allowedHeight = scaled(allowed);
    const deniedHeight = Math.min(scaled(denied), height - allowedHeight);
    return {
      x: round(index * step),
      width: round(step - GAP),
      allowed: { y: round(height - allowedHeight), height: round(allowedHeight) },
      denied: { y: round(height - allowedHeight - deniedHeight), height: round(deniedHeight) },
    };
  });
}

/** Returns one path for all rectangles that are not empty. */
export const barPath = (bars: readonly ({ x: number; width: number } & Span)[]): string =>
  bars
    .filter(({ height }) => height > 0)
    .map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`)
    .join("");

const round = (value: number): number => Math.round(value * 10) / 10;
