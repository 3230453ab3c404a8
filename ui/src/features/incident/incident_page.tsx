// One incident: what is wrong and since when, what was seen, what was done, who was told.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { incidentQuery } from "../../api/queries";
import { Answer } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { IncidentHeader } from "./incident_header";
import { SeenList } from "./seen_list";
import { Timeline } from "./timeline";
import { Told } from "./told";

export default function IncidentPage() {
  const { id } = useParams({ from: "/incidents/$id" });
  const incident = useQuery(incidentQuery(id));
  usePageTitle(incident.data?.title ?? "Incident");
  return (
    <Answer what="The incident" query={incident} rows={5}>
      {(data) => (
        <div className="stack">
          <IncidentHeader incident={data} />
          <div className="columns wide-left">
            <div className="stack">
              <SeenList incident={data} />
            </div>
            <div className="stack">
              <Timeline incident={data} />
              <Told id={data.id} />
            </div>
          </div>
        </div>
      )}
    </Answer>
  );
}
