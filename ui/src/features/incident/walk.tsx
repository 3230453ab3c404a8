// From incident to incident, in the order of Now's list: [ and ].
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ChevronLeft, ChevronRight, type LucideIcon } from "lucide-react";
import { useEffect } from "react";
import { openIncidentsQuery } from "../../api/queries";
import { useAction } from "../../frame/keys";
import { useScope } from "../../frame/scope";
import { keptRange } from "../../frame/use_time_range";
import { showToast } from "../../kit/toast";
import { neighboursOf, walkOrder } from "./walk_order";

// Kept from page to page of incidents, and forgotten on any other.
let order: string[] = [];
function leave(): void {
  if (!location.pathname.startsWith("/incidents/")) order = [];
}

interface WalkProps {
  id: string;
  tab: string; // which is kept on the way
}

export function Walk({ id, tab }: WalkProps) {
  const navigate = useNavigate();
  const { data } = useQuery(openIncidentsQuery());
  const { within } = useScope(keptRange().team);
  useEffect(() => leave, []);
  if (data) {
    const { shown } = within(data.incidents, ({ entities }) => entities);
    const now = shown.map((incident) => incident.id);
    order = walkOrder(order, now, id);
  }
  const { at, count, previous, next } = neighboursOf(order, id);
  const go = (to: string | undefined, none: string) => {
    if (to) void navigate(targetOf(to, tab));
    else showToast({ tone: "news", text: none });
  };
  useAction("previous-incident", () => go(previous, "This is the first incident of the list."));
  useAction("next-incident", () => go(next, "This is the last incident of the list."));
  return (
    <nav className="walk" aria-label="Between incidents">
      <Link to="/" search={keptRange} className="link inline-flex items-center gap-1">
        <ArrowLeft size={14} aria-hidden /> Now
      </Link>
      {(previous || next) && (
        <>
          <span className="ml-auto text-muted">
            {at > 0 ? `${at} of ${count} open` : `${count} open`}
          </span>
          <Step id={previous} tab={tab} label="Previous incident ( [ )" Icon={ChevronLeft} />
          <Step id={next} tab={tab} label="Next incident ( ] )" Icon={ChevronRight} />
        </>
      )}
    </nav>
  );
}

const targetOf = (id: string, tab: string) =>
  tab
    ? ({ to: "/incidents/$id/$tab", params: { id, tab } } as const)
    : ({ to: "/incidents/$id", params: { id } } as const);

interface StepProps {
  id: string | undefined;
  tab: string;
  label: string;
  Icon: LucideIcon;
}

function Step({ id, tab, label, Icon }: StepProps) {
  if (!id) return null;
  return (
    <Link {...targetOf(id, tab)} className="icon-button small" aria-label={label} title={label}>
      <Icon size={18} aria-hidden />
    </Link>
  );
}
