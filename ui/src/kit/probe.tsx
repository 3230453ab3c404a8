// A request that tests a part of the server; its answer is shown as it came.
import { useState } from "react";
import { formatTook } from "./format";

export interface Probed {
  status: number; // 0: no answer
  tookMs: number;
  body: string;
}

const SHOWN_CHARS = 4000;

async function probe(path: string): Promise<Probed> {
  const began = performance.now();
  const took = () => performance.now() - began;
  try {
    const response = await fetch(path, { cache: "no-store" });
    const text = await response.text();
    return { status: response.status, tookMs: took(), body: pretty(text) };
  } catch {
    return { status: 0, tookMs: took(), body: "The server did not answer." };
  }
}

function pretty(text: string): string {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: as it came.
  }
  return shown.length > SHOWN_CHARS ? `${shown.slice(0, SHOWN_CHARS)}\n…` : shown;
}

export function useProbe(path: string, onDone?: (probed: Probed) => void) {
  const [probed, setProbed] = useState<Probed | null>(null);
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    const answer = await probe(path);
    setProbed(answer);
    setRunning(false);
    onDone?.(answer);
  };
  return { probed, running, run, clear: () => setProbed(null) };
}

export const isWell = ({ status }: Probed) => status >= 200 && status < 300;

export const probedWords = (probed: Probed) =>
  `${probed.status || "no answer"} in ${formatTook(probed.tookMs)}`;

export function ProbeAnswer({ path, probed }: { path: string; probed: Probed }) {
  return (
    <div className="probe" role="status">
      <p>
        <code>GET {path}</code>:{" "}
        <span className={isWell(probed) ? "tone-normal" : "tone-critical"}>
          {isWell(probed) ? "well" : "not well"}
        </span>
        , {probedWords(probed)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre className="code" tabIndex={0}>
        {probed.body}
      </pre>
    </div>
  );
}
