// A silence of what incidents are of: with matchers that fit their alerts; of their services when
// none of them fires any more.
import { useQuery } from "@tanstack/react-query";
import type { IncidentSummary } from "../../api/types";
import { alertsQuery } from "../alerts/queries";
import { proposeMatchers, serviceMatchers } from "./matchers";
import SilenceDialog from "./silence_dialog";

interface SilenceIncidentsProps {
  incidents: IncidentSummary[];
  onClose: () => void;
}

export default function SilenceIncidents({ incidents, onClose }: SilenceIncidentsProps) {
  const alerts = useQuery(alertsQuery([]));
  if (alerts.isPending) return null;
  const ids = new Set(incidents.map(({ id }) => id));
  const own = alerts.data?.filter(({ vedette }) => ids.has(vedette?.incident_id)) ?? [];
  const proposed = proposeMatchers(own.map(({ labels }) => labels));
  const services = [...new Set(incidents.flatMap(({ entities }) => entities))];
  return (
    <SilenceDialog
      matchers={proposed.length > 0 ? proposed : serviceMatchers(services)}
      onClose={onClose}
    />
  );
}
