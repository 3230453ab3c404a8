// Who is expected to say that it lives, to whom this server says so, and how its own parts are.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";
import { formatPeriod, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { Ago } from "../../kit/time";

type Schemas = components["schemas"];
type Heartbeat = Schemas["Heartbeat"];
type HeartbeatList = Schemas["HeartbeatList"];

const REFRESH_MS = 10_000;

const heartbeatsQuery = () =>
  queryOptions({
    queryKey: ["heartbeats"] as const,
    queryFn: ({ signal }) => ask(client.GET("/api/v1/heartbeats", { signal })),
    refetchInterval: REFRESH_MS,
  });

const STATES: Record<Heartbeat["state"], { tone: Tone; word: string; rank: number }> = {
  missing: { tone: "critical", word: "Missing", rank: 0 },
  failed: { tone: "critical", word: "Failed", rank: 0 },
  late: { tone: "warning", word: "Late", rank: 1 },
  waiting: { tone: "muted", word: "Never heard of yet", rank: 2 },
  alive: { tone: "normal", word: "Alive", rank: 3 },
};

const rank = ({ state }: Heartbeat) => STATES[state]?.rank ?? 1;

export function Heartbeats() {
  const answer = useQuery(heartbeatsQuery());
  return (
    <Answer what="Heartbeats" query={answer} rows={5}>
      {({ heartbeats, sent, self }) => (
        <div className="stack">
          <Section title="Expected" count={heartbeats.length || undefined}>
            {heartbeats.length === 0 ? (
              <Empty title="No job is waited for">
                <p>
                  Jobs that must say that they live are named in the configuration under{" "}
                  <code>heartbeats.expected</code>; when one is silent, somebody is told.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {heartbeats
                  .toSorted((a, b) => rank(a) - rank(b))
                  .map((one) => (
                    <HeartbeatRow key={one.name} heartbeat={one} />
                  ))}
              </ul>
            )}
          </Section>
          <div className="columns">
            <Self self={self} />
            <Sent sent={sent} />
          </div>
        </div>
      )}
    </Answer>
  );
}

function HeartbeatRow({ heartbeat }: { heartbeat: Heartbeat }) {
  const { name, state, interval, grace, severity, description, last_at, due_at } = heartbeat;
  const { tone, word } = STATES[state] ?? STATES.late;
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">{name}</p>
        {description && <p className="break-words text-sm">{description}</p>}
        {heartbeat.message && (
          <p className="break-words text-sm">
            <span className="text-muted">It said:</span> {heartbeat.message}
          </p>
        )}
        <p className="row-facts">
          <span>every {formatPeriod(interval)}</span>
          <span>{formatPeriod(grace)} of grace</span>
          <span>{severity} when it is missing</span>
          <span>{plural(heartbeat.beats, "sign")} of life</span>
        </p>
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{word}</span>
        {last_at ? (
          <span>
            last <Ago at={last_at} />
          </span>
        ) : null}
        {rank(heartbeat) > 0 && (
          <span>
            due <Ago at={due_at} ahead />
          </span>
        )}
      </p>
    </li>
  );
}

function Self({ self }: { self: HeartbeatList["self"] }) {
  return (
    <Section title="This server itself">
      <p className="mb-2 flex items-center gap-2">
        <StateMark tone={self.healthy ? "normal" : "critical"} />
        {self.healthy ? "Every part works" : "A part fails: it does not say that it lives"}
      </p>
      <ul className="rows">
        {self.parts.map(({ name, ok, since, text }) => (
          <li key={name} className="row top">
            <StateMark tone={ok ? "normal" : "critical"} size={14} />
            <div className="min-w-0 flex-1">
              <p className="font-medium">{name}</p>
              <p className="break-words text-muted text-sm">{text || "works"}</p>
            </div>
            {since && (
              <p className="row-times">
                <Ago at={since} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Sent({ sent }: { sent: HeartbeatList["sent"] }) {
  return (
    <Section title="Told to others" count={sent.length || undefined}>
      {sent.length === 0 ? (
        <Empty title="Nobody watches this server">
          <p>
            With <code>heartbeats.send</code> it tells another system that it lives; that one tells
            you when it does not.
          </p>
        </Empty>
      ) : (
        <ul className="rows">
          {sent.map(({ name, host, interval, last_at, detail }) => (
            <li key={name} className="row top">
              <StateMark tone={last_at ? "normal" : "warning"} size={14} />
              <div className="min-w-0 flex-1">
                <p className="font-medium">{name}</p>
                <p className="row-facts">
                  <span>{host}</span>
                  <span>every {interval}</span>
                </p>
                {detail && <p className="break-words text-sm">{detail}</p>}
              </div>
              <p className="row-times">{last_at ? <Ago at={last_at} /> : "never taken"}</p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
