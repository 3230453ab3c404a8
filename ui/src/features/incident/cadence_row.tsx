// The clock of updates: how often there is to be one, and when the next is due.
import { useState } from "react";
import type { Incident } from "../../api/types";
import { useNow } from "../../kit/clock";
import { StateMark } from "../../kit/state_mark";
import { CADENCES, keepCadence, nextUpdate, readCadence } from "./cadence";
import { lastUpdate } from "./last_update";

export function CadenceRow({ incident }: { incident: Incident }) {
  const { id, started_at, timeline } = incident;
  const [minutes, setMinutes] = useState(() => readCadence(id));
  const now = useNow(1000);
  const from = Date.parse(lastUpdate(timeline)?.time ?? started_at);
  const due = minutes > 0 ? nextUpdate(from, minutes, now) : null;
  const choose = (next: number) => {
    setMinutes(next);
    keepCadence(id, next);
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <div
        className="segments items-center"
        role="group"
        aria-label="How often there is to be an update"
      >
        <span className="text-muted text-sm">An update every</span>
        {[...CADENCES, 0].map((each) => (
          <button
            type="button"
            key={each}
            className="segment"
            aria-pressed={each === minutes}
            onClick={() => choose(each)}
          >
            {each === 0 ? "Not set" : `${each} min`}
          </button>
        ))}
      </div>
      {due && (
        <p className="flex items-center gap-2 font-semibold tabular-nums">
          {due.overdue && <StateMark tone="warning" />}
          <span className={due.overdue ? "tone-warning" : undefined}>{due.words}</span>
        </p>
      )}
    </div>
  );
}
