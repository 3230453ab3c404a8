// A card for each service that is watched and each part of OpsBuddy, with its state as it is now and
// a health check of one press.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { statusQuery } from "../../api/queries";
import { plural } from "../../kit/format";
import { isWell, type Probed, probedWords, useProbe } from "../../kit/probe";
import { Answer, Section } from "../../kit/section";
import { StateMark, verdictTone } from "../../kit/state_mark";
import { Ago } from "../../kit/time";

type Keep = (path: string) => (probed: Probed) => void;

const PARTS = [
  { name: "Gateway", path: "/readyz" },
  { name: "Log analytics", path: "/api/analytics/health" },
  { name: "Log collector", path: "/api/analytics/collector/status" },
  { name: "Incident store", path: "/api/v1/incidents?limit=1&view=summary" },
];
const CARDS_MAX = 24;

// What is wrong with a service now, or nothing.
const serviceProbe = (name: string) =>
  `/api/v1/anomalies?state=open&limit=20&entity=${encodeURIComponent(name)}`;

function aboutService(incidents: number, anomalies: number): string {
  if (incidents === 0 && anomalies === 0) return "As expected";
  return `${plural(incidents, "incident")}, ${plural(anomalies, "anomaly", "anomalies")}`;
}

export function ServiceChecks({ keep }: { keep: Keep }) {
  const status = useQuery(statusQuery());
  const [all, setAll] = useState(false);
  const services = status.data?.services ?? [];
  const shown = all ? services : services.slice(0, CARDS_MAX);
  return (
    <Section title="Services" count={services.length + PARTS.length}>
      <ul className="cards check-cards">
        {PARTS.map(({ name, path }) => (
          <CheckCard
            key={name}
            name={name}
            path={path}
            keep={keep(path)}
            about="Part of OpsBuddy"
          />
        ))}
        {shown.map(({ name, state, open_anomalies, open_incidents, last_sample_at }) => (
          <CheckCard
            key={`service ${name}`}
            name={name}
            state={state}
            path={serviceProbe(name)}
            keep={keep(serviceProbe(name))}
            about={aboutService(open_incidents, open_anomalies)}
            lastAt={last_sample_at}
          />
        ))}
      </ul>
      {services.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {services.length - shown.length} more
        </button>
      )}
      <Answer what="The services" query={status} rows={2}>
        {() => null}
      </Answer>
    </Section>
  );
}

interface CheckCardProps {
  name: string;
  path: string;
  about: string;
  keep: (probed: Probed) => void;
  state?: "NORMAL" | "WARNING" | "CRITICAL";
  lastAt?: string | null;
}

function CheckCard({ name, path, about, keep, state, lastAt }: CheckCardProps) {
  const { probed, running, run } = useProbe(path, keep);
  // A part of the server has no state of its own: it is as its check says.
  const known = state ?? (probed ? (isWell(probed) ? "NORMAL" : "CRITICAL") : undefined);
  const tone = known ? verdictTone(known) : "muted";
  return (
    <li className="card" data-state={known} data-row>
      <div className="flex items-center gap-2">
        <StateMark tone={tone} />
        <h3 className="card-name">{name}</h3>
      </div>
      <p className={`tone-${tone} font-semibold text-xs`}>{known ?? "NOT CHECKED YET"}</p>
      <p className="card-facts">{about}</p>
      {lastAt && (
        <p className="card-facts">
          last sample <Ago at={lastAt} />
        </p>
      )}
      <p className="card-facts" role="status">
        {probed && `Answered ${probedWords(probed)}`}
      </p>
      <button
        type="button"
        className="button small"
        disabled={running}
        aria-label={`Health check of ${name}`}
        onClick={() => void run()}
      >
        {running ? "Checking…" : "Health check"}
      </button>
    </li>
  );
}
