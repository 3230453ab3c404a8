// Incidents that were like this one, and what ended them.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Answer, Empty, Section } from "../../kit/section";
import { IncidentStateBadge } from "../../kit/state_mark";
import { Ago, ZoneText } from "../../kit/time";
import { similarQuery } from "./why_queries";
import { percent } from "./why_words";

export function Similar({ id }: { id: string }) {
  const similar = useQuery(similarQuery(id));
  return (
    <Section title="Similar incidents" count={similar.data?.length || undefined}>
      <Answer what="Similar incidents" query={similar} rows={2}>
        {(list) =>
          list.length === 0 ? (
            <Empty title="None that is much like it" />
          ) : (
            <ul className="rows">
              {list.map((one) => (
                <li key={one.id} className="row top" data-row>
                  <div className="min-w-0 flex-1">
                    <Link to="/incidents/$id" params={{ id: one.id }} className="row-title">
                      <ZoneText text={one.title} at={one.started_at} />
                    </Link>
                    <p className="row-facts">
                      <span>
                        <Ago at={one.started_at} />
                      </span>
                      <span>{percent(one.similarity)} alike</span>
                      {one.shared.slice(0, 3).map((shared) => (
                        <span key={shared}>{shared}</span>
                      ))}
                    </p>
                    {one.cause && (
                      <p className="break-words text-sm">
                        Cause ({one.cause_status === "told" ? "as people said" : one.cause_status}):{" "}
                        {one.cause}
                      </p>
                    )}
                    {one.resolution && (
                      <p className="break-words text-sm">Ended by: {one.resolution}</p>
                    )}
                  </div>
                  <IncidentStateBadge state={one.state} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}
