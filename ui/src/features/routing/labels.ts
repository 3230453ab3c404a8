// The labels of a page as one writes them to try the routes: service=payment, severity="critical".
// Pure.
import type { Labels } from "./queries";

const PAIR = /([a-zA-Z_][\w.:]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",{}]+))/g;

export function readLabels(text: string): Labels {
  const labels: Labels = {};
  for (const [, name, quoted, bare] of text.matchAll(PAIR)) {
    if (name) labels[name] = quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/g, "$1");
  }
  return labels;
}
