// An alert beside the list: all that it says, who hears of it, and the incident that it is in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { acknowledge } from "../../api/actions";
import { incidentQuery } from "../../api/queries";
import { Drawer } from "../../frame/drawer";
import { ActButton } from "../../kit/permitted";
import { Answer } from "../../kit/section";
import { IncidentStateBadge, StateMark, severityTone } from "../../kit/state_mark";
import { Ago, Clock, ZoneText } from "../../kit/time";
import { safeAddress } from "../changes/address";
import { OwnerLine } from "../incident/owner_line";
import { holdWords, nameOf, severityOf } from "./group";
import type { Alert } from "./queries";

interface AlertPeekProps {
  alert: Alert;
  silence: () => void;
  onClose: () => void;
}

export default function AlertPeek({ alert, silence, onClose }: AlertPeekProps) {
  const { labels, annotations, startsAt, receivers, status, vedette } = alert;
  const { summary, ...others } = annotations;
  const name = nameOf(alert);
  const severity = severityOf(alert);
  const held = status.state === "suppressed";
  const title = labels.service ? `${name} of ${labels.service}` : name;
  const told = receivers.map((one) => one.name).join(", ");
  return (
    <Drawer title={title} onClose={onClose}>
      <p className="drawer-head">
        <StateMark tone={held ? "muted" : severityTone(severity)} />
        <span className="font-semibold capitalize">{severity}</span>
        <span className="badge">{holdWords(alert)}</span>
        <span className="text-muted text-sm">
          <Ago at={startsAt} />
        </span>
      </p>
      <h2>{title}</h2>
      {summary && (
        <p className="break-words">
          <ZoneText text={summary} at={startsAt} />
        </p>
      )}
      {vedette?.incident_id && <OfIncident id={vedette.incident_id} />}
      <p>
        <ActButton className="button small" onClick={silence}>
          Silence… <kbd>z</kbd>
        </ActButton>
      </p>
      <dl className="fact-list">
        <div>
          <dt>Since</dt>
          <dd>
            <Clock at={startsAt} />
          </dd>
        </div>
        <Fact name="Told" text={told || "nobody"} />
        {Object.entries(others).map(([key, text]) => (
          <Fact key={key} name={key.replaceAll("_", " ")} text={text} />
        ))}
        {Object.entries(labels).map(([key, text]) => (
          <Fact key={key} name={key} text={text} />
        ))}
      </dl>
    </Drawer>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  const address = safeAddress(text);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {address ? (
          <a href={address} className="link" target="_blank" rel="noreferrer">
            {text}
          </a>
        ) : (
          text
        )}
      </dd>
    </div>
  );
}

function OfIncident({ id }: { id: string }) {
  const cache = useQueryClient();
  const incident = useQuery(incidentQuery(id));
  return (
    <section aria-label="Its incident" className="note grid gap-1">
      <Answer what="Its incident" query={incident} rows={1}>
        {(data) => (
          <>
            <p className="flex flex-wrap items-center gap-2">
              <Link to="/incidents/$id" params={{ id }} className="link min-w-0 break-words">
                <ZoneText text={data.title} at={data.started_at} />
              </Link>
              <IncidentStateBadge state={data.state} />
            </p>
            <OwnerLine incident={data} />
            {data.state === "open" && (
              <ActButton
                className="button small justify-self-start"
                onClick={() => void acknowledge(cache, data)}
              >
                Acknowledge <kbd>e</kbd>
              </ActButton>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}
