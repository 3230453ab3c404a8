import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { evidenceQuery, rangeQuery } from "../../api/queries";
import type { Anomaly, Incident } from "../../api/types";
import { type Interval, parseRange, toSteps } from "../../frame/time_range";
import { useTimeRange } from "../../frame/use_time_range";
import { describeSeen, type Mark, readMatrix } from "../../kit/chart_data";
import { serverNow, useNow } from "../../kit/clock";
import { Answer, Empty, Loading } from "../../kit/section";
import { drawnBy } from "../evidence/reading";
import { expectedOf, observedOf, unitOf } from "../seen";

const Chart = lazy(() => import("../../kit/chart"));

const LEAD_MS = 30 * 60_000; // what normal looked like before
const TAIL_MS = 10 * 60_000;
const REFRESH_MS = 15_000;

// From half an hour before it began to a little after its end; the same while it lasts, up to now.
export function ownWindow(anomaly: Anomaly, now: number): Interval {
  const end = anomaly.ended_at ? Date.parse(anomaly.ended_at) + TAIL_MS : now;
  return { from: Date.parse(anomaly.started_at) - LEAD_MS, to: Math.min(end, now) };
}

function marksOf({ started_at, ended_at }: Anomaly): Mark[] {
  const start = { at: Date.parse(started_at), word: "start" };
  return ended_at ? [start, { at: Date.parse(ended_at), word: "end" }] : [start];
}

interface AnomalyChartProps {
  anomaly: Anomaly;
  incident: Incident;
  marks?: Mark[]; // beside its start and end
  reach?: number[]; // moments that are shown too, however long before it
}

const MARGIN_MS = 5 * 60_000;

export function AnomalyChart({ anomaly, incident, marks = [], reach = [] }: AnomalyChartProps) {
  const { chosen } = useTimeRange();
  useNow(REFRESH_MS); // moves the window while it lasts
  const now = serverNow();
  const own = ownWindow(anomaly, now);
  const from = Math.min(own.from, ...reach.map((at) => at - MARGIN_MS));
  const interval = (chosen && parseRange(chosen, now)) ?? { ...own, from };
  const window = toSteps(interval);
  const lasting = anomaly.state === "open" && incident.state !== "resolved";
  const evidence = useQuery(evidenceQuery(anomaly.evidence_id));
  const drawn = evidence.data ? drawnBy(evidence.data) : null;
  const answer = useQuery({
    ...rangeQuery(drawn ?? "", window, lasting ? REFRESH_MS : 0),
    enabled: drawn !== null,
  });
  if (evidence.error) {
    return (
      <Answer what="The evidence" query={evidence}>
        {() => null}
      </Answer>
    );
  }
  if (evidence.data && drawn === null) return null;
  return (
    <Answer what="The chart" query={answer} rows={4}>
      {(result) => {
        const data = readMatrix(result);
        if (!data || data.times.length === 0) {
          return <Empty title="No values in this window" />;
        }
        const caption = describeSeen({
          what: `${anomaly.labels.__name__ ?? anomaly.detector} of ${anomaly.entity}`,
          observed: observedOf(anomaly),
          expected: expectedOf(anomaly),
          unit: unitOf(anomaly),
          lastedMs:
            (anomaly.ended_at ? Date.parse(anomaly.ended_at) : now) -
            Date.parse(anomaly.started_at),
          over: anomaly.state === "closed",
        });
        return (
          <Suspense fallback={<Loading rows={4} what="the chart" />}>
            <Chart
              data={data}
              window={window}
              step={window.step}
              caption={caption}
              expected={expectedOf(anomaly)}
              unit={unitOf(anomaly)}
              marks={[...marksOf(anomaly), ...marks]}
            />
          </Suspense>
        );
      }}
    </Answer>
  );
}
