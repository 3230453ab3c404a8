import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  ArrowLeft,
  BellOff,
  Check,
  CheckCheck,
  Ellipsis,
  Link2,
  Merge,
  RotateCcw,
  Split,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { runAction, useAction } from "../../frame/keys";
import { keptRange } from "../../frame/use_time_range";
import { ActButton, WhyNot } from "../../kit/permitted";
import { IncidentStateBadge, SeverityWord, StateMark, severityTone } from "../../kit/state_mark";
import { Clock, Stopwatch, ZoneText } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords } from "../../kit/use_request";
import { alertsQuery } from "../alerts/queries";
import { MarkButtons } from "../feedback/mark_buttons";
import { proposeMatchers, serviceMatchers } from "../silences/matchers";
import { harmWords } from "./impact_words";
import { SeenFrom } from "./seen_from";
import { diagnosisQuery, impactQuery } from "./why_queries";
import { laterOf, statusWord, summaryWords } from "./why_words";
import { reopen } from "./work_actions";

const ResolveDialog = lazy(() => import("./resolve_dialog"));
const SilenceDialog = lazy(() => import("../silences/silence_dialog"));
const MergeDialog = lazy(() => import("./merge_dialog"));
const SplitDialog = lazy(() => import("./split_dialog"));

const ENTITIES_MAX = 12;

type Opened = "resolve" | "silence" | "merge" | "split" | null;

interface IncidentHeaderProps {
  incident: Incident;
  brief: boolean; // on a phone: the room is another's
}

export function IncidentHeader({ incident, brief }: IncidentHeaderProps) {
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
  return (
    <header className={`incident-head edge-${severityTone(severity)}`} data-brief={brief}>
      <Link to="/" search={keptRange} className="link inline-flex items-center gap-1 text-sm">
        <ArrowLeft size={14} aria-hidden /> Now
      </Link>
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
      <Cause incident={incident} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Entities entities={entities} />
        <Owner incident={incident} />
      </div>
      <div className="actions" data-all={all}>
        {state === "open" && (
          <ActButton className="button primary" onClick={take}>
            <Check size={16} aria-hidden /> Acknowledge <kbd>e</kbd>
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
              <Merge size={16} aria-hidden /> Merge…
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
        <MarkButtons of={{ target_kind: "incident", target_id: id }} name={title} />
        <code className="ml-auto hidden break-all text-muted text-xs sm:block">{id}</code>
      </div>
      <WhyNot />
      <Suspense fallback={null}>
        {opened === "resolve" && <ResolveDialog incident={incident} onClose={close} />}
        {opened === "silence" && <SilenceIncident incident={incident} onClose={close} />}
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

// The cause in one sentence, with how sure it is, and who is hurt: what one wants to know first.
function Cause({ incident }: { incident: Incident }) {
  const { data: diagnosis } = useQuery(diagnosisQuery(incident));
  const { data: impact } = useQuery(impactQuery(incident));
  const { data: seen } = useQuery(incidentAnomaliesQuery(incident.id));
  if (!diagnosis || diagnosis.status === "pending") return null;
  const { word, tone } = statusWord(diagnosis.status);
  const later = laterOf(diagnosis, seen?.anomalies ?? []);
  const shown = later.open > 0 ? "muted" : tone;
  const [harm] = impact && impact.status !== "pending" ? harmWords(impact) : [];
  return (
    <p className="cause-line">
      <span className={`tone-${shown} inline-flex items-center gap-1 font-semibold`}>
        <StateMark tone={shown} size={14} /> {word}
      </span>
      <Link
        to="/incidents/$id/$tab"
        params={{ id: incident.id, tab: "why" }}
        resetScroll={false}
        className="link min-w-0 break-words"
      >
        {summaryWords(diagnosis)}
      </Link>
      {harm && (
        <Link
          to="/incidents/$id/$tab"
          params={{ id: incident.id, tab: "impact" }}
          resetScroll={false}
          className="link-muted text-sm"
        >
          {harm}
        </Link>
      )}
      <span className="cause-age">
        {later.words && <strong className="tone-warning">{later.words}. </strong>}
        <SeenFrom of={diagnosis} what="Found in what was seen" />
        {harm && impact?.to !== diagnosis.to && impact && (
          <>
            ; <SeenFrom of={impact} what="measured" />
          </>
        )}
      </span>
    </p>
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

function ReopenButton({ incident: { id, merged_into } }: { incident: Incident }) {
  const cache = useQueryClient();
  if (merged_into) return null;
  const run = () =>
    reopen(cache, id, "").catch((error) =>
      showToast({ tone: "error", text: `Not reopened: ${errorWords(error)}` }),
    );
  return (
    <ActButton className="button" onClick={() => void run()}>
      <RotateCcw size={16} aria-hidden /> Reopen
    </ActButton>
  );
}

interface SilenceIncidentProps {
  incident: Incident;
  onClose: () => void;
}

// With matchers that fit its alerts; of its services when none of them fires any more.
function SilenceIncident({ incident: { id, entities }, onClose }: SilenceIncidentProps) {
  const alerts = useQuery(alertsQuery([]));
  if (alerts.isPending) return null;
  const own = alerts.data?.filter(({ vedette }) => vedette?.incident_id === id) ?? [];
  const proposed = proposeMatchers(own.map(({ labels }) => labels));
  return (
    <SilenceDialog
      matchers={proposed.length > 0 ? proposed : serviceMatchers(entities)}
      onClose={onClose}
    />
  );
}

function Owner({ incident }: { incident: Incident }) {
  const { state, acknowledged_by, acknowledged_at, resolved_by, resolved_at } = incident;
  if (state === "resolved" && resolved_at) {
    return (
      <p className="text-muted text-sm">
        Resolved by {resolved_by || "vedette"} at <Clock at={resolved_at} />
      </p>
    );
  }
  if (acknowledged_at) {
    return (
      <p className="text-muted text-sm">
        Taken by {acknowledged_by || "someone"} at <Clock at={acknowledged_at} />
      </p>
    );
  }
  return <p className="text-sm font-medium">Nobody works on it yet</p>;
}
