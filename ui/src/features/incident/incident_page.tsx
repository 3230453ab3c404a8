// One incident: what is wrong and since when, what was seen, what changed, what is done about it,
// who was told, and what is written up of it.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { incidentQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { useAction } from "../../frame/keys";
import { keptRange } from "../../frame/use_time_range";
import { Answer } from "../../kit/section";
import { useZoneText } from "../../kit/time";
import { NARROW } from "../../kit/use_narrow";
import { usePageTitle } from "../../kit/use_page_title";
import { ChangesTab } from "./changes_tab";
import { Files } from "./files";
import { ImpactTab } from "./impact_tab";
import { IncidentHeader } from "./incident_header";
import { ReviewTab } from "./review_tab";
import { SeenList } from "./seen_list";
import { TABS, type TabLabel } from "./tabs";
import { TellTab } from "./tell_tab";
import { Timeline } from "./timeline";
import { Walk } from "./walk";
import { WhyTab } from "./why_tab";
import { Work } from "./work";
import "./incident.css";

const VIEWS: Record<TabLabel, (props: { incident: Incident }) => React.ReactNode> = {
  Timeline: TimelineTab,
  Why: WhyTab,
  Impact: ImpactTab,
  Changes: ChangesTab,
  Tell: TellTab,
  Review: ReviewTab,
};

export default function IncidentPage() {
  const { id = "", tab = "" } = useParams({ strict: false });
  const incident = useQuery(incidentQuery(id));
  const label = TABS.find(({ path }) => path === tab)?.label ?? "Timeline";
  const zoneText = useZoneText();
  const { title = "Incident", started_at = "" } = incident.data ?? {};
  const shown = zoneText(title, started_at);
  usePageTitle(label === "Timeline" ? shown : `${label}: ${shown}`);
  const View = VIEWS[label];
  return (
    <>
      <Walk id={id} tab={label === "Timeline" ? "" : tab} />
      <Answer
        what="The incident"
        absent={{ title: "There is no such incident", leads: <WaysOn /> }}
        query={incident}
        rows={5}
      >
        {(data) => (
          <div className="incident-page">
            <IncidentHeader incident={data} brief={label !== "Timeline"} />
            <Tabs id={id} chosen={label} />
            <View incident={data} />
          </div>
        )}
      </Answer>
    </>
  );
}

function WaysOn() {
  return (
    <p className="flex flex-wrap gap-4">
      <Link to="/" search={keptRange} className="link">
        What is wrong now
      </Link>
      <Link to="/ledger" className="link">
        Who was told of what
      </Link>
    </p>
  );
}

const BAR_REM = 3.25; // the top bar stays above what scrolls

// A tab that was chosen is seen: where the header would fill the screen, and where one had scrolled
// past its end, its content begins below the top bar.
function useShownContent(chosen: TabLabel) {
  const nav = useRef<HTMLElement>(null);
  const before = useRef<TabLabel>("Timeline");
  useEffect(() => {
    const [row, tab] = [nav.current, nav.current?.querySelector(`[aria-current="page"]`)].map(
      (element) => element?.getBoundingClientRect(),
    );
    // On a phone not all tabs have room.
    if (row && tab) nav.current?.scrollBy({ left: Math.max(0, tab.right - row.right) });
    if (before.current === chosen) return;
    before.current = chosen;
    const bar = BAR_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const headEnd = nav.current?.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
    if (headEnd < bar || NARROW.matches) scrollBy({ top: headEnd - bar });
  }, [chosen]);
  return nav;
}

function Tabs({ id, chosen }: { id: string; chosen: TabLabel }) {
  const nav = useShownContent(chosen);
  return (
    <nav ref={nav} className="tabs incident-tabs" aria-label="Incident">
      {TABS.map(({ label, path }, index) => (
        <TabLink key={path} id={id} tab={path} number={index + 1} here={label === chosen}>
          {label}
        </TabLink>
      ))}
    </nav>
  );
}

interface TabLinkProps {
  id: string;
  tab: string;
  number: number; // its key
  here: boolean;
  children: string;
}

function TabLink({ id, tab, number, here, children }: TabLinkProps) {
  const navigate = useNavigate();
  const target = tab
    ? ({ to: "/incidents/$id/$tab", params: { id, tab } } as const)
    : ({ to: "/incidents/$id", params: { id } } as const);
  useAction(`tab-${number}`, () => void navigate({ ...target, resetScroll: false }));
  return (
    <Link
      {...target}
      resetScroll={false}
      data-status={here ? "active" : ""}
      aria-current={here ? "page" : undefined}
      activeOptions={{ exact: true }}
    >
      {children}
    </Link>
  );
}

function TimelineTab({ incident }: { incident: Incident }) {
  return (
    <div className="columns wide-left">
      <SeenList incident={incident} />
      <div className="stack">
        <Timeline incident={incident} />
        <Work incident={incident} />
        <Files incident={incident} />
      </div>
    </div>
  );
}
