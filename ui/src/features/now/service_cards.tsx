import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PhoneCall } from "lucide-react";
import { useState } from "react";
import { onCallQuery } from "../../api/queries";
import type { IncidentSummary, ServiceStatus, Status } from "../../api/types";
import { Hidden, useScope } from "../../frame/scope";
import { formatNumber, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { Sparkline } from "../../kit/sparkline";
import { StateMark, verdictTone } from "../../kit/state_mark";
import { Ago } from "../../kit/time";

// More than this many are not looked at one by one: only those with problems are shown first.
const CARDS_MAX = 24;

interface ServiceCardsProps {
  status: UseQueryResult<Status>;
  incidents: IncidentSummary[];
}

export function ServiceCards({ status, incidents }: ServiceCardsProps) {
  const [all, setAll] = useState(false);
  const { shown: services, hidden } = useScope().within(status.data?.services ?? [], ({ name }) => [
    name,
  ]);
  const many = services.length > CARDS_MAX;
  const shown = many && !all ? services.slice(0, CARDS_MAX) : services;
  return (
    <Section
      title="Services"
      count={services.length}
      aside={
        many && (
          <button type="button" className="button" onClick={() => setAll(!all)}>
            {all ? "Show the worst only" : `Show all ${services.length}`}
          </button>
        )
      }
    >
      <Answer what="Services" query={status}>
        {() =>
          services.length === 0 && hidden === 0 ? (
            <Empty title="No services yet">
              <p>A service appears with its first sample, log line or event.</p>
            </Empty>
          ) : (
            <ul className="cards">
              {shown.map((service) => (
                <ServiceCard
                  key={service.name}
                  service={service}
                  incident={incidents.find(({ entities }) => entities.includes(service.name))}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      <Hidden count={hidden} />
    </Section>
  );
}

// The team that owns it, and who of it is called now.
function Owner({ team }: { team: string }) {
  const { data: onCall } = useQuery(onCallQuery());
  const duty = onCall?.teams.find((one) => one.team === team)?.on_call;
  return (
    <p className="card-facts break-words">
      {team}
      {duty && (
        <span className="text-muted">
          , <PhoneCall size={12} aria-hidden className="inline" />{" "}
          <span className="sr-only">on call: </span>
          {duty.full_name || duty.user}
        </span>
      )}
    </p>
  );
}

interface ServiceCardProps {
  service: ServiceStatus;
  incident: IncidentSummary | undefined; // the most urgent one
}

function ServiceCard({ service, incident }: ServiceCardProps) {
  const { name, state, open_incidents, open_anomalies, last_sample_at, sparkline, owner } = service;
  const tone = verdictTone(state);
  const traffic = sparkline?.at(-1);
  return (
    <li className="card" data-state={state}>
      <div className="flex items-center gap-2">
        <StateMark tone={tone} />
        <h3 className="card-name">{name}</h3>
      </div>
      <p className={`tone-${tone} font-semibold text-xs`}>{state}</p>
      {owner && <Owner team={owner} />}
      <Sparkline values={sparkline ?? []} />
      {traffic !== undefined && (
        <p
          className="card-facts text-muted"
          title="Requests, or samples where none are counted; the line is of the last hour"
        >
          traffic: {formatNumber(Math.round(traffic))} a minute
        </p>
      )}
      <p className="card-facts">
        {open_incidents === 0 && open_anomalies === 0 ? (
          "As expected"
        ) : (
          <>
            {incident ? (
              <Link to="/incidents/$id" params={{ id: incident.id }} className="link">
                {plural(Math.max(open_incidents, 1), "incident")}
              </Link>
            ) : (
              plural(open_incidents, "incident")
            )}
            , {plural(open_anomalies, "anomaly", "anomalies")}
          </>
        )}
      </p>
      <p className="card-facts">
        {last_sample_at ? (
          <>
            last sample <Ago at={last_sample_at} />
          </>
        ) : (
          "no samples"
        )}
      </p>
    </li>
  );
}
