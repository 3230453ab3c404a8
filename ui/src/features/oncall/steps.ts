// When the steps of a policy come, as long as nobody acknowledges. Pure.
import { formatDuration } from "../../kit/format";

const UNIT_S: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };

// "1h30m" in seconds; unknown parts count nothing.
export function secondsOf(duration: string): number {
  let seconds = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|[dhms])/g)) {
    seconds += Number(count) * (UNIT_S[unit ?? ""] ?? 0);
  }
  return seconds;
}

export function afterWords(seconds: number): string {
  return seconds === 0 ? "At once" : `After ${formatDuration(seconds * 1000)}`;
}

// For each step, how long after the page its turn comes.
export function stepStarts(steps: { wait: string }[]): number[] {
  let after = 0;
  return steps.map(({ wait }) => {
    const start = after;
    after += secondsOf(wait);
    return start;
  });
}
