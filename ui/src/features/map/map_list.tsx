// The map in words: the same nodes, the worst first, with the same selection.
import { useState } from "react";
import { formatNumber } from "../../kit/format";
import { StateMark, type Tone } from "../../kit/state_mark";
import { TableBox } from "../../kit/table_box";
import type { MapNode } from "./queries";
import { byTrouble, type Scene } from "./scene";

const ROWS_FIRST = 25;

const STATES: Record<MapNode["state"], { word: string; tone: Tone }> = {
  ok: { word: "Well", tone: "normal" },
  warning: { word: "Warning", tone: "warning" },
  critical: { word: "Critical", tone: "critical" },
  unknown: { word: "Not measured", tone: "muted" },
};

export const healthWord = (state: MapNode["state"]) => STATES[state] ?? STATES.unknown;

const WORDS = new Set(["Node", "State", "Team", "Version"]); // columns without numbers

interface MapListProps {
  scene: Scene;
  selected: string;
  select: (id: string) => void;
}

export function MapList({ scene, selected, select }: MapListProps) {
  const [all, setAll] = useState(false);
  const nodes = [...scene.nodes].sort(byTrouble);
  const shown = all ? nodes : nodes.slice(0, ROWS_FIRST);
  if (nodes.length === 0) return null;
  const value = (number: number | null, unit: string, times = 1) =>
    number === null ? "" : `${formatNumber(Number((number * times).toPrecision(3)))}${unit}`;
  return (
    <TableBox label="Nodes of the map">
      <table className="table map-table">
        <caption className="sr-only">Nodes of the map, the worst first</caption>
        <thead>
          <tr>
            {["Node", "State", "Team", "Calls", "Errors", "Latency", "Version"].map((name) => (
              <th key={name} scope="col" className={WORDS.has(name) ? "word" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((node) => {
            const { word, tone } = healthWord(node.state);
            return (
              <tr key={node.id} data-row data-selected={node.id === selected}>
                <th scope="row">
                  <button
                    type="button"
                    className="link-quiet font-semibold"
                    aria-pressed={node.id === selected}
                    onClick={() => select(node.id === selected ? "" : node.id)}
                  >
                    {node.name}
                  </button>{" "}
                  {node.kind !== "service" && <span className="text-muted">{node.kind}</span>}
                </th>
                <td className="word">
                  <span className="inline-flex items-center gap-1.5">
                    <StateMark tone={tone} size={14} /> {word}
                  </span>
                </td>
                <td className="word">{node.owner}</td>
                <td>{value(node.calls_per_second, "/s")}</td>
                <td>{value(node.error_ratio, " %", 100)}</td>
                <td>{value(node.latency_ms, " ms")}</td>
                <td className="word">{node.version}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {nodes.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {nodes.length - shown.length} more
        </button>
      )}
    </TableBox>
  );
}
