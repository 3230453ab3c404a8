// One node of the map: how it is, who calls it and whom it calls, and who is hurt when it fails.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useWords } from "../../frame/search_words";
import { keptRange } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { Answer } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago } from "../../kit/time";
import { callWords } from "./draw";
import { healthWord } from "./map_list";
import { blastQuery, type Entity, entityQuery } from "./queries";
import { nameOf } from "./scene";

const ROWS = 8;

interface EntityPanelProps {
  id: string;
  at: string;
  close: () => void;
  select: (id: string) => void;
}

export function EntityPanel({ id, at, close, select }: EntityPanelProps) {
  const entity = useQuery(entityQuery(id, at));
  return (
    <aside className="map-panel" aria-label={nameOf(id)}>
      <div className="flex items-start gap-2">
        <h3 className="min-w-0 flex-1 break-words text-lg font-semibold">{nameOf(id)}</h3>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          <X size={18} aria-hidden />
        </button>
      </div>
      <Answer what="It" query={entity} rows={3}>
        {(data) => <Details data={data} id={id} at={at} select={select} />}
      </Answer>
    </aside>
  );
}

interface DetailsProps {
  data: Entity;
  id: string;
  at: string;
  select: (id: string) => void;
}

function Details({ data: { entity, callers, callees, members }, id, at, select }: DetailsProps) {
  const [, setWords] = useWords();
  const { word, tone } = healthWord(entity.state);
  const facts: [string, string][] = [
    ["Kind", entity.kind],
    ["Team", entity.owner],
    ["Tier", entity.tier],
    ["Version", entity.version],
    ["Told by", entity.origins.join(", ")],
  ];
  return (
    <>
      <p className="flex items-center gap-2">
        <StateMark tone={tone} /> <span className={`tone-${tone} font-semibold`}>{word}</span>
        <span className="text-muted text-sm">
          seen <Ago at={entity.last_seen} />
        </span>
      </p>
      <p className="text-sm">{callWords(entity) || "Its calls are not measured."}</p>
      {(entity.open_incidents > 0 || entity.open_anomalies > 0) && (
        <p className="text-sm">
          <Link
            to="/explore/anomalies"
            search={{ ...keptRange(), service: entity.name }}
            className="link"
          >
            {plural(entity.open_incidents, "incident")},{" "}
            {plural(entity.open_anomalies, "anomaly", "anomalies")}
          </Link>
        </p>
      )}
      <dl className="fact-list">
        {facts
          .filter(([, text]) => text)
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
      <div className="actions">
        <button
          type="button"
          className="button small"
          onClick={() => setWords({ focus: id, problems: undefined })}
        >
          Only around it
        </button>
      </div>
      <Calls
        title="Called by"
        rows={callers.map((edge) => ({ ...edge, other: edge.caller }))}
        select={select}
      />
      <Calls
        title="Calls"
        rows={callees.map((edge) => ({ ...edge, other: edge.callee }))}
        select={select}
      />
      {members.length > 0 && (
        <p className="text-sm">
          <span className="font-semibold">{plural(members.length, "part")}</span>{" "}
          <span className="text-muted">
            {members
              .slice(0, ROWS)
              .map(({ name }) => name)
              .join(", ")}
            {members.length > ROWS && " …"}
          </span>
        </p>
      )}
      <Blast id={id} at={at} select={select} />
    </>
  );
}

interface CallsProps {
  title: string;
  rows: (Entity["callers"][number] & { other: string })[];
  select: (id: string) => void;
}

function Calls({ title, rows, select }: CallsProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h4 className="why-title">
        {title} <span className="count">{rows.length}</span>
      </h4>
      <ul className="text-sm">
        {rows.slice(0, ROWS).map((edge) => {
          const { tone } = healthWord(edge.state);
          return (
            <li key={edge.other} className="map-call">
              <StateMark tone={tone} size={12} />
              <button type="button" className="link" onClick={() => select(edge.other)}>
                {nameOf(edge.other)}
              </button>
              <span className="text-muted">{callWords(edge)}</span>
            </li>
          );
        })}
      </ul>
      {rows.length > ROWS && <p className="text-muted text-sm">and {rows.length - ROWS} more</p>}
    </section>
  );
}

function Blast({ id, at, select }: Pick<DetailsProps, "id" | "at" | "select">) {
  const { data } = useQuery(blastQuery(id, at));
  if (!data) return null;
  const { affected, entry_points, left_out } = data;
  return (
    <section aria-label="When it fails">
      <h4 className="why-title">
        Hurt when it fails <span className="count">{affected.length + left_out}</span>
      </h4>
      {affected.length === 0 && <p className="text-muted text-sm">Nobody calls it.</p>}
      <ul className="text-sm">
        {affected.slice(0, ROWS).map((one) => (
          <li key={one.id} className="map-call">
            <button type="button" className="link" onClick={() => select(one.id)}>
              {one.name}
            </button>
            <span className="text-muted">
              {one.distance === 1 ? one.how : `over ${plural(one.distance - 1, "other")}`}
            </span>
          </li>
        ))}
      </ul>
      {entry_points.length > 0 && (
        <p className="text-sm">
          Users feel it at{" "}
          <span className="font-semibold">{entry_points.slice(0, 5).map(nameOf).join(", ")}</span>
        </p>
      )}
    </section>
  );
}
