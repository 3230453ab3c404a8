// The last 24 hours in numbers: log records by service and level.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask, client } from "../../api/client";
import { formatNumber } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { HeadRow } from "../../kit/table_box";

interface Counts {
  total_logs: number;
  error_count: number;
  warning_count: number;
  info_count: number;
  debug_count: number;
}

interface DayStats {
  total_logs_24h: number;
  error_count_24h: number;
  error_rate_24h: number; // percent
  service_breakdown: Record<string, Counts>;
}

const REFRESH_MS = 30_000;

const dayQuery = () =>
  queryOptions({
    queryKey: ["day"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/analytics/stats", { signal }))) as unknown as DayStats,
    refetchInterval: REFRESH_MS,
  });

export function DayNumbers() {
  const day = useQuery(dayQuery());
  return (
    <Section title="The last 24 hours">
      <Answer what="The statistics" query={day} rows={4}>
        {({ total_logs_24h, error_count_24h, error_rate_24h, service_breakdown }) => {
          const services = Object.entries(service_breakdown).sort(
            ([, a], [, b]) => b.error_count - a.error_count,
          );
          return (
            <>
              <dl className="facts mb-3">
                {[
                  ["Log lines", formatNumber(total_logs_24h)],
                  ["Errors", formatNumber(error_count_24h)],
                  ["Error rate", `${formatNumber(error_rate_24h)} %`],
                ].map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd className="text-xl">{value}</dd>
                  </div>
                ))}
              </dl>
              {services.length === 0 ? (
                <Empty title="No log lines in a day" />
              ) : (
                <ServiceTable services={services} />
              )}
            </>
          );
        }}
      </Answer>
    </Section>
  );
}

function ServiceTable({ services }: { services: [string, Counts][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="table-box" role="region" aria-label="Log lines by service" tabIndex={0}>
      <table className="table">
        <HeadRow names={["Service", "Lines", "Errors", "Warnings", "Info", "Debug"]} />
        <tbody>
          {services.map(([name, counts]) => (
            <tr key={name}>
              <th scope="row">
                <Link
                  to="/explore/logs"
                  search={{ service: name, level: "error", from: "now-24h", to: "now" }}
                  className="link"
                >
                  {name}
                </Link>
              </th>
              <td>{formatNumber(counts.total_logs)}</td>
              <td>{formatNumber(counts.error_count)}</td>
              <td>{formatNumber(counts.warning_count)}</td>
              <td>{formatNumber(counts.info_count)}</td>
              <td>{formatNumber(counts.debug_count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
