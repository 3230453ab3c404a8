// The name of an anomaly, which leads to what it rests on; one of another system has nothing here.
import { Link } from "@tanstack/react-router";
import type { Anomaly } from "../../api/types";
import { hasEvidence } from "../seen";

export function SeenLink({ anomaly }: { anomaly: Anomaly }) {
  const name = `${anomaly.entity}: ${anomaly.labels.__name__ ?? anomaly.detector}`;
  if (!hasEvidence(anomaly)) return <span className="row-name">{name}</span>;
  return (
    <Link to="/e/$id" params={{ id: anomaly.evidence_id }} className="row-title">
      {name}
    </Link>
  );
}
