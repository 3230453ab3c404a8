// The parts of a screen that has several: a word of the address each.
import { Link } from "@tanstack/react-router";
import type { ScreenPath } from "./screens";
import { keptRange } from "./use_time_range";

interface ViewTabsProps {
  label: string;
  to: ScreenPath;
  views: Record<string, { label: string }>; // by their words; the first has none
  beside?: { label: string; to: ScreenPath }; // a screen that has no place of its own in the rail
}

export function ViewTabs({ label, to, views, beside }: ViewTabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {Object.entries(views).map(([name, view], index) => (
        <Link
          key={name}
          to={to}
          search={{ team: keptRange().team, view: index === 0 ? undefined : name }}
          // Other words of the address do not matter, but the first has no word of its own.
          activeOptions={{ explicitUndefined: true }}
        >
          {view.label}
        </Link>
      ))}
      {beside && (
        <Link to={beside.to} className="tab-beside">
          {beside.label}
        </Link>
      )}
    </nav>
  );
}
