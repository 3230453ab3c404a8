// The way between screens: a rail at the side, a bar at the foot of a phone, where the rarer
// screens are found by the palette.
import { Link, useLocation } from "@tanstack/react-router";
import {
  Bell,
  CalendarClock,
  Compass,
  Ellipsis,
  GitCommitVertical,
  ListChecks,
  type LucideIcon,
  Network,
  Radar,
  Rocket,
  Send,
  Server,
  Settings,
  Split,
} from "lucide-react";
import type { ScreenPath } from "./screens";
import { keptRange } from "./use_time_range";

interface RailItem {
  to: ScreenPath;
  within?: string[]; // also marked as here on pages below these paths
  label: string;
  Icon: LucideIcon;
  rare?: boolean; // not on a phone
}

// Twelve at most, with the foot: more are not told apart at a glance. Detection is beside Rules, and
// Simulate beside System.
const ITEMS: RailItem[] = [
  { to: "/", label: "Now", Icon: Radar },
  { to: "/alerts", label: "Alerts", Icon: Bell },
  { to: "/map", label: "Map", Icon: Network },
  { to: "/explore/metrics", within: ["/explore"], label: "Explore", Icon: Compass },
  { to: "/changes", label: "Changes", Icon: GitCommitVertical, rare: true },
  { to: "/releases", label: "Releases", Icon: Rocket, rare: true },
  { to: "/rules", within: ["/detection"], label: "Rules", Icon: ListChecks, rare: true },
  { to: "/on-call", label: "On-call", Icon: CalendarClock },
  { to: "/routing", label: "Routing", Icon: Split, rare: true },
  { to: "/ledger", label: "Ledger", Icon: Send, rare: true },
  { to: "/system", within: ["/simulate"], label: "System", Icon: Server, rare: true },
];

const FOOT: RailItem[] = [{ to: "/settings", label: "Settings", Icon: Settings, rare: true }];

export function Rail({ openPalette }: { openPalette: () => void }) {
  return (
    <nav className="rail" aria-label="Screens">
      <Link to="/" search={keptRange} className="rail-mark" aria-label="Vedette: Now">
        <span className="mark" />
      </Link>
      {ITEMS.map((item) => (
        <RailLink key={item.to} item={item} />
      ))}
      <span className="rail-gap" />
      {FOOT.map((item) => (
        <RailLink key={item.to} item={item} />
      ))}
      <button type="button" className="rail-link rail-more" onClick={openPalette}>
        <Ellipsis size={20} aria-hidden />
        More
      </button>
    </nav>
  );
}

function RailLink({ item: { to, within, label, Icon, rare } }: { item: RailItem }) {
  const here = useLocation({
    select: ({ pathname }) => within?.some((path) => pathname.startsWith(path)),
  });
  return (
    <Link
      to={to}
      search={keptRange}
      className="rail-link"
      data-rare={rare}
      {...(here ? { "data-status": "active", "aria-current": "true" } : {})}
      activeOptions={{ includeSearch: false, exact: to === "/" }}
    >
      <Icon size={20} aria-hidden />
      {label}
    </Link>
  );
}
