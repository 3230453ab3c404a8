import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { rangeQuery } from "../../api/queries";
import { keptRange, useRangeWindow, useRefreshMs } from "../../frame/use_time_range";
import { readMatrix } from "../../kit/chart_data";
import { plural } from "../../kit/format";
import { Answer, Empty, Loading, Section } from "../../kit/section";

const Chart = lazy(() => import("../../kit/chart"));

const HEIGHT = 180;

// One chart; its title leads to the query in Explore.
export function PanelView({ title, query }: { title: string; query: string }) {
  const window = useRangeWindow();
  const answer = useQuery(rangeQuery(query, window, useRefreshMs()));
  return (
    <Section
      title={title}
      aside={
        <Link to="/explore/metrics" search={{ ...keptRange(), q: query }} className="link text-sm">
          Explore<span className="sr-only"> {title}</span>
        </Link>
      }
    >
      <Answer what="The panel" query={answer} rows={3}>
        {(result) => {
          const data = readMatrix(result);
          if (!data || data.times.length === 0) return <Empty title="No values in this range" />;
          const caption =
            data.left > 0
              ? `${plural(data.series.length, "series", "series")} of ${data.series.length + data.left}`
              : plural(data.series.length, "series", "series");
          return (
            <Suspense fallback={<Loading rows={3} what="the chart" />}>
              <Chart data={data} window={window} caption={caption} height={HEIGHT} />
            </Suspense>
          );
        }}
      </Answer>
    </Section>
  );
}
