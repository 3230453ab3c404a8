// Explore events: what was sent as an event, with filters; each opens to its data.
import { useInfiniteQuery } from "@tanstack/react-query";
import { type EventFilter, eventsQuery } from "../../api/data_queries";
import type { OpsEvent, Severity } from "../../api/types";
import { SelectField, ServiceField, TextField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { useRefreshMs, useTimeRange } from "../../frame/use_time_range";
import { Paged, pagedCount } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { StateMark, severityTone } from "../../kit/state_mark";
import { Clock } from "../../kit/time";
import { ExploreHead } from "./explore_head";

const SEVERITIES: Severity[] = ["info", "warning", "critical"];

export default function EventsPage() {
  const [{ service, type, severity, q }] = useWords();
  const { range } = useTimeRange();
  const filter: EventFilter = {
    ...(service ? { service } : {}),
    ...(type ? { type } : {}),
    ...(q ? { text: q } : {}),
    ...(SEVERITIES.includes(severity as Severity) ? { severity: severity as Severity } : {}),
  };
  const events = useInfiniteQuery(eventsQuery(range, filter, useRefreshMs()));
  const all = events.data?.pages.flatMap((page) => page.events) ?? [];
  const types = [...new Set(all.map((event) => event.type))].sort();
  return (
    <div className="stack">
      <ExploreHead title="Events" />
      <Section title="Events in this range" count={pagedCount(all.length, events)}>
        <div className="toolbar mb-2">
          <TextField label="Words of the message" word="q" main />
          <ServiceField />
          <SelectField
            label="Type"
            word="type"
            all="All types"
            options={types.map((name) => [name, name.replaceAll("_", " ")])}
          />
          <SelectField
            label="Severity"
            word="severity"
            all="All severities"
            options={[
              ["warning", "warning and worse"],
              ["critical", "critical"],
            ]}
          />
        </div>
        <Paged what="Events" query={events} more="Older events">
          {() =>
            all.length === 0 ? (
              <Empty title="No events fit">
                <p>
                  They come by <code>POST /api/v1/events</code>, from an Alertmanager or CloudWatch.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {all.map((event) => (
                  <EventRow key={event.id} event={event} />
                ))}
              </ul>
            )
          }
        </Paged>
      </Section>
    </div>
  );
}

function EventRow({ event }: { event: OpsEvent }) {
  const { time, service, type, severity, message, data, labels } = event;
  const details = { ...labels, ...data };
  return (
    <li className="row top">
      <StateMark tone={severityTone(severity)} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">{message || type.replaceAll("_", " ")}</p>
        <p className="row-facts">
          <span>{service}</span>
          <span>{type.replaceAll("_", " ")}</span>
          <span>{severity}</span>
        </p>
        {Object.keys(details).length > 0 && (
          <details className="row-more" data-row>
            <summary>Data</summary>
            <pre className="code">{JSON.stringify(details, null, 2)}</pre>
          </details>
        )}
      </div>
      <p className="row-times">
        <Clock at={time} />
      </p>
    </li>
  );
}
