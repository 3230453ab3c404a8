import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { keptRange } from "../../frame/use_time_range";
import { formatBytes, formatNumber, formatTook } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { Clock } from "../../kit/time";
import { slowQueriesQuery } from "./queries";

export function SlowQueries() {
  const slow = useQuery(slowQueriesQuery());
  return (
    <Section title="Slow queries" count={slow.data?.queries.length}>
      <Answer what="Slow queries" query={slow} rows={4}>
        {({ thresholdSeconds, queries }) =>
          queries.length === 0 ? (
            <Empty title="None since the start">
              <p>
                Queries that take longer than {formatTook(thresholdSeconds * 1000)} are listed here
                (<code>limits.query_slow</code>).
              </p>
            </Empty>
          ) : (
            <ul className="rows">
              {queries.map((one) => (
                <li key={`${one.endedAt} ${one.query}`} className="row" data-row>
                  <div className="min-w-0 flex-1">
                    <Link
                      to="/explore/metrics"
                      search={{ ...keptRange(), q: one.query }}
                      className="row-title"
                    >
                      <code>{one.query}</code>
                    </Link>
                    <p className="row-facts">
                      <span>{one.kind}</span>
                      <span>{formatNumber(one.samplesRead)} samples read</span>
                      <span>{formatBytes(one.bytesPeak)} at most</span>
                      {one.error && <span className="tone-critical">{one.error}</span>}
                    </p>
                  </div>
                  <p className="row-times">
                    <span className="font-semibold">{formatTook(one.seconds * 1000)}</span>
                    <Clock at={one.endedAt} />
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}
