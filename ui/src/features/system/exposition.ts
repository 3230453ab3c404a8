// The server's own metrics, as /metrics writes them. Pure.

export interface SelfSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Record<string, string> = { n: "\n" };

export function parseExposition(text: string): SelfSample[] {
  const samples: SelfSample[] = [];
  for (const line of text.split("\n")) {
    const [, name, inner = "", value] = LINE.exec(line) ?? [];
    if (!name || value === undefined) continue;
    const labels: Record<string, string> = {};
    for (const [, key = "", escaped = ""] of inner.matchAll(LABEL)) {
      labels[key] = escaped.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
    }
    samples.push({ name, labels, value: Number(value) });
  }
  return samples;
}

// Two readings of the metrics: what stands now, and how fast it grows.
export class SelfMetrics {
  constructor(
    private readonly now: SelfSample[],
    private readonly before: SelfSample[] = [],
    private readonly seconds = 0, // between the two
  ) {}

  // The sum over all series of the name that have these labels.
  value(name: string, labels: Record<string, string> = {}): number {
    return sum(this.now, name, labels);
  }

  // Growth per second of a counter; null until there are two readings.
  rate(name: string, labels: Record<string, string> = {}): number | null {
    if (this.seconds <= 0) return null;
    const grown = this.value(name, labels) - sum(this.before, name, labels);
    return grown < 0 ? null : grown / this.seconds; // less: the server began anew
  }

  // The label's values of a name, with their own values, largest first.
  by(name: string, label: string): { value: string; count: number }[] {
    return this.now
      .filter((sample) => sample.name === name)
      .map(({ labels, value }) => ({ value: labels[label] ?? "", count: value }))
      .sort((a, b) => b.count - a.count);
  }
}

function sum(samples: SelfSample[], name: string, labels: Record<string, string>): number {
  const wanted = Object.entries(labels);
  return samples
    .filter((one) => one.name === name && wanted.every(([key, value]) => one.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}
