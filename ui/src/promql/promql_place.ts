// What may come at a place in a PromQL expression, and whether one is written to its end. Reads only
// what is needed to complete: brackets, strings and the words before them. Pure.

export type Place =
  | { kind: "name"; from: number; prefix: string } // a metric or a function
  | { kind: "label"; from: number; prefix: string; metric: string }
  | { kind: "value"; from: number; prefix: string; metric: string; label: string }
  | { kind: "duration"; from: number; prefix: string }
  | { kind: "none" };

const LISTS_OF_LABELS = /\b(by|without|on|ignoring|group_left|group_right)\s*$/;

interface Open {
  bracket: string;
  at: number;
}

interface Scan {
  open: Open[]; // brackets that are open at the caret, outermost first
  string: Open | null; // the string that the caret is in
}

const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

function scan(text: string): Scan {
  const open: Open[] = [];
  let string: Open | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (string) {
      if (char === "\\" && string.bracket !== "`") at += 1;
      else if (char === string.bracket) string = null;
    } else if (/["'`]/.test(char)) string = { bracket: char, at };
    else if (char === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (/[([{]/.test(char)) open.push({ bracket: char, at });
    else if (CLOSING[char] === open.at(-1)?.bracket) open.pop();
  }
  return { open, string };
}

const OPERATOR_LAST = /(?:[-+*/%^]|[=!<>]=?|=~|!~|\b(?:and|or|unless|bool|offset))\s*$/i;

// Why it cannot be asked yet, in words; empty: nothing is missing, as far as brackets, strings and
// operators tell. An expression that is still written is no error.
export function missingWords(text: string): string {
  if (text.trim() === "") return "Write a query.";
  const { open, string } = scan(text);
  const last = string ?? open.at(-1);
  if (last) return `The query is not finished: ${last.bracket} is open.`;
  const operator = OPERATOR_LAST.exec(text.replace(/#.*$/gm, ""))?.[0].trim();
  return operator ? `The query is not finished: what comes after ${operator}?` : "";
}

const ending = (text: string, pattern: RegExp) => pattern.exec(text)?.[0] ?? "";

// The metric that a list of labels is about: the first name of the expression that is one.
function firstMetric(text: string): string {
  const bare = text.replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)?/g, "");
  return ending(bare, /[a-zA-Z_:][\w:]*(?=\s*[{[)])/);
}

export function placeAt(text: string, caret: number): Place {
  const before = text.slice(0, caret);
  const { open, string } = scan(before);
  const inner = open.at(-1);
  if (inner?.bracket === "{") {
    const metric = ending(before.slice(0, inner.at), /[a-zA-Z_:][\w:]*$/);
    if (string) {
      const label = /([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*$/.exec(before.slice(0, string.at))?.[1];
      const prefix = before.slice(string.at + 1);
      if (!label) return { kind: "none" };
      return { kind: "value", from: string.at + 1, prefix, metric, label };
    }
    const prefix = ending(before, /\w*$/);
    const from = caret - prefix.length;
    // After "=" comes a string.
    if (/[=~!]\s*$/.test(before.slice(0, from))) return { kind: "none" };
    return { kind: "label", from, prefix, metric };
  }
  if (string) return { kind: "none" };
  if (inner?.bracket === "[") {
    const prefix = ending(before, /[\w.]*$/);
    return { kind: "duration", from: caret - prefix.length, prefix };
  }
  if (inner && LISTS_OF_LABELS.test(before.slice(0, inner.at))) {
    const prefix = ending(before, /\w*$/);
    return { kind: "label", from: caret - prefix.length, prefix, metric: firstMetric(text) };
  }
  const prefix = ending(before, /[a-zA-Z_:][\w:]*$/);
  const from = caret - prefix.length;
  if (/[\w)\]}]\s*$/.test(before.slice(0, from))) return { kind: "none" };
  return { kind: "name", from, prefix };
}
