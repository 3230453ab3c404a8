// What changed before and while it lasted, over the symptom: nearest to its start first.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { changesQuery } from "../../api/data_queries";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Change, Incident } from "../../api/types";
import { Toggle } from "../../frame/fields";
import { formatDuration } from "../../kit/format";
import { Paged } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { ChangeRow } from "../changes/change_row";
import { AnomalyChart } from "./anomaly_chart";
import { byWeight } from "./seen_list";

const LEAD_MS = 6 * 3_600_000;
const REFRESH_MS = 30_000;

// "14 min before", "3 min after".
export function leadWords(change: number, start: number): string {
  const gap = start - change;
  if (Math.abs(gap) < 1000) return "as it began";
  return `${formatDuration(Math.abs(gap))} ${gap > 0 ? "before" : "after"} it began`;
}

// What can have caused it lies before its start, and the nearer the likelier.
export function byNearness(start: number) {
  const weight = (change: Change) => {
    const gap = start - Date.parse(change.time);
    return gap >= 0 ? gap : 2 * LEAD_MS - gap;
  };
  return (a: Change, b: Change) => weight(a) - weight(b);
}

export function ChangesTab({ incident }: { incident: Incident }) {
  const { started_at, resolved_at, entities } = incident;
  const [everywhere, setEverywhere] = useState(false);
  const start = Date.parse(started_at);
  const range = {
    from: new Date(start - LEAD_MS).toISOString(),
    to: resolved_at ?? "now",
  };
  const changes = useInfiniteQuery(changesQuery(range, {}, resolved_at ? 0 : REFRESH_MS));
  const anomalies = useQuery(incidentAnomaliesQuery(incident.id));
  const worst = [...(anomalies.data?.anomalies ?? [])].sort(byWeight)[0];
  const all = changes.data?.pages.flatMap((page) => page.changes) ?? [];
  const own = all.filter(({ service }) => entities.includes(service));
  const shown = [...(everywhere ? all : own)].sort(byNearness(start));
  return (
    <Section
      title="Changes"
      count={shown.length || undefined}
      aside={
        <Toggle label={`Of all services (${all.length})`} on={everywhere} change={setEverywhere} />
      }
    >
      {worst && (
        <div className="mb-3">
          <AnomalyChart
            anomaly={worst}
            incident={incident}
            marks={shown.map(({ time, title }) => ({
              at: Date.parse(time),
              word: title.slice(0, 24),
              quiet: true,
            }))}
          />
        </div>
      )}
      <Paged what="Changes" query={changes} more="Older changes">
        {() =>
          shown.length === 0 ? (
            <Empty
              title={
                everywhere || all.length === 0
                  ? "Nothing changed, as far as is known"
                  : "Nothing changed in these services, as far as is known"
              }
            >
              <p>
                From {formatDuration(LEAD_MS)} before it began until{" "}
                {resolved_at ? "its end" : "now"}. What was asked: the changes that deployments,
                flags and configuration send to <code>/api/v1/changes</code>
                {all.length > own.length && !everywhere
                  ? `. Other services had ${all.length - own.length}.`
                  : "."}
              </p>
            </Empty>
          ) : (
            <ul className="rows">
              {shown.map((change) => (
                <ChangeRow key={change.id} change={change}>
                  <span className={Date.parse(change.time) <= start ? "font-semibold" : ""}>
                    {leadWords(Date.parse(change.time), start)}
                  </span>
                </ChangeRow>
              ))}
            </ul>
          )
        }
      </Paged>
    </Section>
  );
}
