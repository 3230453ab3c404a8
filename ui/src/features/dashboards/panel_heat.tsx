// A panel that is a heat map: the buckets of a histogram over time.
import { lazy, Suspense } from "react";
import { Answer, Empty, Loading } from "../../kit/section";
import { useAnswers } from "../explore/metrics/answers";
import type { PanelBody } from "./panel_table";

const HeatMap = lazy(() => import("../../kit/heat_map"));

const HEIGHT = 220;
const SERIES_MAX = 200; // buckets, of a few series where nothing sums them

export function HeatPanel({ query, unit }: PanelBody) {
  const { window, parts, now } = useAnswers([query], SERIES_MAX);
  const [answer] = now;
  if (!answer) return null;
  return (
    <Answer what="The panel" query={answer} rows={3}>
      {() => {
        const data = parts[0]?.now;
        if (!data || data.times.length === 0) return <Empty title="No values in this range" />;
        return (
          <Suspense fallback={<Loading rows={3} what="the heat map" />}>
            <HeatMap data={data} window={window} height={HEIGHT} unit={unit} />
          </Suspense>
        );
      }}
    </Answer>
  );
}
