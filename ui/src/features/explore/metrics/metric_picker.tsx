// For who does not know a name yet: the metrics there are, found by a part of their name.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { metadataQuery, metricNamesQuery } from "../../../api/data_queries";
import { Answer, Empty } from "../../../kit/section";
import { firstQuery } from "../../../promql/promql_words";

const NAMES_MAX = 60;

export function MetricPicker({ onPick }: { onPick: (query: string) => void }) {
  const [part, setPart] = useState("");
  const names = useQuery(metricNamesQuery(part.trim(), NAMES_MAX));
  const metadata = useQuery(metadataQuery());
  return (
    <div className="mt-4 grid gap-2">
      <label className="field max-w-sm">
        Find by a part of the name
        <input
          type="search"
          value={part}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setPart(event.target.value)}
        />
      </label>
      <Answer what="The metrics" query={names}>
        {(data) =>
          data.length === 0 ? (
            <Empty title={part ? "No metric has that in its name" : "No metrics yet"}>
              {!part && (
                <p>
                  They come by remote write, OpenTelemetry, InfluxDB's line protocol or scraping.
                </p>
              )}
            </Empty>
          ) : (
            <ul className="picker">
              {data.map((name) => (
                <li key={name}>
                  <button type="button" className="choice" onClick={() => onPick(firstQuery(name))}>
                    <code className="min-w-0 break-all">{name}</code>
                    <span className="metric-help truncate text-muted text-sm">
                      {metadata.data?.[name]?.[0]?.help}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {names.data?.length === NAMES_MAX && (
        <p className="text-muted text-sm">
          The first {NAMES_MAX}; a part of the name finds others.
        </p>
      )}
    </div>
  );
}
