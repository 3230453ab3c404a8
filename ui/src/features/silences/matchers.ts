// Matchers as people write them: service="payment", severity=~"critical|warning". Pure.

export type Labels = Record<string, string>;

const MATCHER =
  /^([a-zA-Z_][\w.:]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|((?![=~])[^\s",{}]*))$/s;

export interface Read {
  matchers: string[]; // each as the server writes it
  error: string; // empty: all were understood
}

// Pieces between commas, line ends and spaces that are not in quotes.
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = "";
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? "";
    if (char === "\\" && quoted) {
      piece += char + (text[index + 1] ?? "");
      index += 1;
      continue;
    }
    if (char === '"') quoted = !quoted;
    const ends = !quoted && (char === "," || char === "\n");
    if (ends) {
      found.push(piece);
      piece = "";
    } else piece += char;
  }
  found.push(piece);
  return found.map((one) => one.trim()).filter(Boolean);
}

export function readMatchers(text: string): Read {
  const inner = text.trim().replace(/^\{([\s\S]*)\}$/, "$1");
  const matchers: string[] = [];
  for (const piece of pieces(inner)) {
    const [, name, op, quoted, bare] = MATCHER.exec(piece) ?? [];
    if (name === undefined) {
      return { matchers, error: `“${piece}” is not a matcher such as service="payment".` };
    }
    matchers.push(quoted === undefined ? matcher(name, bare ?? "", op) : `${name}${op}"${quoted}"`);
  }
  return { matchers, error: "" };
}

export const matcher = (name: string, value: string, op = "=") =>
  `${name}${op}${JSON.stringify(value)}`;

const escapeRegex = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const VALUES_MAX = 5; // more in one expression are not read any more

// What fits all of these alerts and as little else as can be said shortly: labels that are the same
// everywhere, else the few services they are of.
export function proposeMatchers(all: Labels[]): string[] {
  const [first] = all;
  if (!first) return [];
  const proposed: string[] = [];
  for (const name of Object.keys(first).sort()) {
    const values = [...new Set(all.map((labels) => labels[name] ?? ""))];
    const [value] = values;
    if (values.length === 1 && value && name !== "severity") proposed.push(matcher(name, value));
    else if (name === "service" && values.length <= VALUES_MAX && values.every(Boolean)) {
      proposed.push(matcher(name, values.sort().map(escapeRegex).join("|"), "=~"));
    }
  }
  return proposed;
}

// For the incident's own services, when nothing is known of its alerts.
export function serviceMatchers(services: string[]): string[] {
  const [first] = services;
  if (!first) return [];
  return services.length === 1
    ? [matcher("service", first)]
    : [matcher("service", [...services].sort().map(escapeRegex).join("|"), "=~")];
}
