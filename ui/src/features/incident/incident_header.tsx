import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Check, CheckCheck, Link2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import type { Incident } from "../../api/types";
import { runAction, useAction } from "../../frame/keys";
import { keptRange } from "../../frame/use_time_range";
import { IncidentStateBadge, SeverityWord, severityTone } from "../../kit/state_mark";
import { Clock, Stopwatch } from "../../kit/time";

const ResolveDialog = lazy(() => import("./resolve_dialog"));

export function IncidentHeader({ incident }: { incident: Incident }) {
  const { id, title, severity, state, entities, started_at, resolved_at } = incident;
  const cache = useQueryClient();
  const [resolving, setResolving] = useState(false);
  const take = () => void acknowledge(cache, incident);
  const askToResolve = () => state !== "resolved" && setResolving(true);
  useAction("acknowledge", take);
  useAction("resolve", askToResolve);
  return (
    <header className={`incident-head edge-${severityTone(severity)}`}>
      <Link to="/" search={keptRange} className="link inline-flex items-center gap-1 text-sm">
        <ArrowLeft size={14} aria-hidden /> Now
      </Link>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <SeverityWord severity={severity} />
        <IncidentStateBadge state={state} />
        <span className="clock" title="How long it has lasted">
          <Stopwatch from={started_at} to={resolved_at} />
        </span>
        <span className="text-muted text-sm">
          since <Clock at={started_at} />
        </span>
      </div>
      <h1 className="break-words text-2xl font-semibold leading-tight">{title}</h1>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ul className="flex flex-wrap gap-1.5" aria-label="Services">
          {entities.map((entity) => (
            <li key={entity} className="chip">
              {entity}
            </li>
          ))}
        </ul>
        <Owner incident={incident} />
      </div>
      <div className="actions">
        {state === "open" && (
          <button type="button" className="button primary" onClick={take}>
            <Check size={16} aria-hidden /> Acknowledge <kbd>e</kbd>
          </button>
        )}
        {state !== "resolved" && (
          <button type="button" className="button" onClick={askToResolve}>
            <CheckCheck size={16} aria-hidden /> Resolve… <kbd>r</kbd>
          </button>
        )}
        <button type="button" className="button" onClick={() => runAction("permalink")}>
          <Link2 size={16} aria-hidden /> Copy link <kbd>y</kbd>
        </button>
        <code className="ml-auto hidden break-all text-muted text-xs sm:block">{id}</code>
      </div>
      <Suspense fallback={null}>
        {resolving && <ResolveDialog incident={incident} onClose={() => setResolving(false)} />}
      </Suspense>
    </header>
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
