// The parts of a screen that has several: a word of the address each.
import { Link } from "@tanstack/react-router";
import type { ScreenPath } from "./screens";

interface ViewTabsProps {
  label: string;
  to: ScreenPath;
  views: Record<string, { label: string }>; // by their words; the first has none
}

export function ViewTabs({ label, to, views }: ViewTabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {Object.entries(views).map(([name, view], index) => (
        <Link
          key={name}
          to={to}
          search={{ view: index === 0 ? undefined : name }}
          // Other words of the address do not matter, but the first has no word of its own.
          activeOptions={{ explicitUndefined: true }}
        >
          {view.label}
        </Link>
      ))}
    </nav>
  );
}
