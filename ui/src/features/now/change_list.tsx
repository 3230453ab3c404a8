// What was changed of late: the first thing that is asked when something breaks.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { changesQuery } from "../../api/data_queries";
import { Hidden, useScope } from "../../frame/scope";
import { keptRange, useRefreshMs, useTimeRange } from "../../frame/use_time_range";
import { Answer, Empty, Section } from "../../kit/section";
import { Clock } from "../../kit/time";

const SHOWN = 5;

export function ChangeList() {
  const { range } = useTimeRange();
  const changes = useInfiniteQuery(changesQuery(range, {}, useRefreshMs()));
  const { shown, hidden } = useScope().within(
    changes.data?.pages[0]?.changes ?? [],
    ({ service }) => [service],
  );
  return (
    <Section
      title="Changes in this range"
      aside={
        <Link to="/changes" search={keptRange} className="link text-sm">
          All changes
        </Link>
      }
    >
      <Answer what="Changes" query={changes}>
        {() =>
          shown.length === 0 ? (
            <Empty title="Nothing was changed, as far as is known" />
          ) : (
            <ul className="rows">
              {shown.slice(0, SHOWN).map(({ id, time, kind, title, service, version, author }) => (
                <li key={id} className="row">
                  <div className="min-w-0 flex-1">
                    <p className="break-words font-semibold">{title}</p>
                    <p className="row-facts">
                      <span>{kind.replaceAll("_", " ")}</span>
                      {service && <span>{service}</span>}
                      {version && <span>{version}</span>}
                      {author && <span>by {author}</span>}
                    </p>
                  </div>
                  <p className="row-times">
                    <Clock at={time} seconds={false} />
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <Hidden count={hidden} />
    </Section>
  );
}
