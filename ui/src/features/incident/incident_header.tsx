import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  BellOff,
  Check,
  CheckCheck,
  Ellipsis,
  Link2,
  Merge,
  RotateCcw,
  Split,
  Undo2,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { acknowledge, reopen, unacknowledge } from "../../api/actions";
import type { Incident } from "../../api/types";
import { runAction, useAction } from "../../frame/keys";
import { ActButton, WhyNot } from "../../kit/permitted";
import { IncidentStateBadge, SeverityWord, severityTone } from "../../kit/state_mark";
import { Clock, Stopwatch, useZoneText, ZoneText } from "../../kit/time";
import { MarkButtons } from "../feedback/mark_buttons";
import { CauseLine } from "./cause_line";
import { OwnerLine } from "./owner_line";

const ResolveDialog = lazy(() => import("./resolve_dialog"));
const SilenceIncidents = lazy(() => import("../silences/silence_incidents"));
const MergeDialog = lazy(() => import("./merge_dialog"));
const SplitDialog = lazy(() => import("./split_dialog"));

const ENTITIES_MAX = 12;

type Opened = "resolve" | "silence" | "merge" | "split" | null;

interface IncidentHeaderProps {
  incident: Incident;
  brief: boolean; // on a phone: the room is another's
}

export function IncidentHeader({ incident, brief }: IncidentHeaderProps) {
  const zoneText = useZoneText();
  const { id, title, severity, state, entities, started_at, resolved_at } = incident;
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>(null);
  const [all, setAll] = useState(false); // on a phone, where the rarer ones are left out at first
  const close = () => setOpened(null);
  const take = () => void acknowledge(cache, incident);
  const askToResolve = () => state !== "resolved" && setOpened("resolve");
  useAction("acknowledge", take);
  useAction("resolve", askToResolve);
  useAction("silence", () => setOpened("silence"));
  useAction("merge", () => state !== "resolved" && setOpened("merge"));
  return (
    <header className={`incident-head edge-${severityTone(severity)}`} data-brief={brief}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <SeverityWord severity={severity} />
        <IncidentStateBadge state={state} />
        {incident.suppressed && <span className="badge">Silenced</span>}
        <span className="text-muted text-sm">
          {resolved_at ? "lasted " : "for "}
          <span className="clock">
            <Stopwatch from={started_at} to={resolved_at} />
          </span>
          , since <Clock at={started_at} />
        </span>
      </div>
      <MergedInto incident={incident} />
      <h1 className="break-words text-2xl font-semibold leading-tight">
        <ZoneText text={title} at={started_at} />
      </h1>
      <CauseLine incident={incident} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {entities.length > 0 && <Entities entities={entities} />}
        <OwnerLine incident={incident} />
      </div>
      <div className="actions" data-all={all}>
        {state === "open" && (
          <ActButton className="button primary" onClick={take}>
            <Check size={16} aria-hidden /> Acknowledge <kbd>e</kbd>
          </ActButton>
        )}
        {state === "acknowledged" && (
          <ActButton
            className="button rarer"
            title="Nobody works on it any more: who was to be told next, is"
            onClick={() => void unacknowledge(cache, incident)}
          >
            <Undo2 size={16} aria-hidden /> Give back
          </ActButton>
        )}
        {state !== "resolved" && (
          <ActButton className="button" onClick={askToResolve}>
            <CheckCheck size={16} aria-hidden /> Resolve… <kbd>r</kbd>
          </ActButton>
        )}
        {state === "resolved" && <ReopenButton incident={incident} />}
        {state !== "resolved" && (
          <>
            <ActButton className="button" onClick={() => setOpened("silence")}>
              <BellOff size={16} aria-hidden /> Silence… <kbd>z</kbd>
            </ActButton>
            <ActButton className="button rarer" onClick={() => setOpened("merge")}>
              <Merge size={16} aria-hidden /> Merge… <kbd>m</kbd>
            </ActButton>
            {incident.anomaly_ids.length > 1 && (
              <ActButton className="button rarer" onClick={() => setOpened("split")}>
                <Split size={16} aria-hidden /> Split…
              </ActButton>
            )}
          </>
        )}
        <button type="button" className="button more" onClick={() => setAll(true)}>
          <Ellipsis size={16} aria-hidden /> More
        </button>
        <button type="button" className="button rarer" onClick={() => runAction("permalink")}>
          <Link2 size={16} aria-hidden /> Copy link <kbd>y</kbd>
        </button>
        <MarkButtons
          of={{ target_kind: "incident", target_id: id }}
          name={zoneText(title, started_at)}
        />
        <code className="ml-auto hidden break-all text-muted text-xs sm:block">{id}</code>
      </div>
      <WhyNot />
      <Suspense fallback={null}>
        {opened === "resolve" && <ResolveDialog incident={incident} onClose={close} />}
        {opened === "silence" && <SilenceIncidents incidents={[incident]} onClose={close} />}
        {opened === "merge" && <MergeDialog incident={incident} onClose={close} />}
        {opened === "split" && <SplitDialog incident={incident} onClose={close} />}
      </Suspense>
    </header>
  );
}

function Entities({ entities }: { entities: string[] }) {
  const [all, setAll] = useState(false);
  const shown = all || entities.length <= ENTITIES_MAX ? entities : entities.slice(0, ENTITIES_MAX);
  const left = entities.length - shown.length;
  return (
    <ul className="entities flex flex-wrap gap-1.5" aria-label="Services">
      {shown.map((entity) => (
        <li key={entity} className="chip">
          {entity}
        </li>
      ))}
      {left > 0 && (
        <li>
          <button type="button" className="link text-sm" onClick={() => setAll(true)}>
            and {left} more
          </button>
        </li>
      )}
    </ul>
  );
}

function MergedInto({ incident: { merged_into } }: { incident: Incident }) {
  if (!merged_into) return null;
  return (
    <p className="note">
      It goes on as{" "}
      <Link to="/incidents/$id" params={{ id: merged_into }} className="link">
        the incident that took it over
      </Link>
      .
    </p>
  );
}

function ReopenButton({ incident }: { incident: Incident }) {
  const cache = useQueryClient();
  if (incident.merged_into) return null;
  return (
    <ActButton className="button" onClick={() => void reopen(cache, incident)}>
      <RotateCcw size={16} aria-hidden /> Reopen
    </ActButton>
  );
}
