import type { IncidentSummary } from "../../api/types";
import { Clock } from "../../kit/time";

// Who works on it, or ended it.
export function OwnerLine({ incident }: { incident: IncidentSummary }) {
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
