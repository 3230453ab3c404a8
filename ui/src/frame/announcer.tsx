// Says aloud what the eye would notice: new incidents, at most one sentence per five seconds;
// critical ones at once.
import { useEffect, useRef, useState } from "react";
import type { IncidentSummary } from "../api/types";
import { plural } from "../kit/format";
import { titleOf } from "../kit/time";
import { newIncident } from "../live/connection";

const POLITE_EVERY_MS = 5000;

export function Announcer() {
  const [polite, setPolite] = useState("");
  const [assertive, setAssertive] = useState("");
  const waiting = useRef<IncidentSummary[]>([]);
  useEffect(() => {
    const stop = newIncident.subscribe(() => {
      const incident = newIncident.get();
      if (!incident) return;
      if (incident.severity === "critical")
        setAssertive(`New critical incident: ${titleOf(incident)}`);
      else waiting.current.push(incident);
    });
    const timer = setInterval(() => {
      const [first, ...others] = waiting.current.splice(0);
      if (!first) return;
      setPolite(
        others.length === 0
          ? `New incident: ${titleOf(first)}`
          : `${plural(others.length + 1, "new incident")}, the first: ${titleOf(first)}`,
      );
    }, POLITE_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  return (
    <>
      <div role="status" className="sr-only">
        {polite}
      </div>
      <div role="alert" className="sr-only">
        {assertive}
      </div>
    </>
  );
}
