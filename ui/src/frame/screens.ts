// The screens, in the order of a night. The rail, the palette, the keys and the help read them here.

export interface Screen {
  id: string;
  label: string; // in the palette and the help
  path: ScreenPath;
  key: string; // after "g"
}

export type ScreenPath =
  | "/"
  | "/alerts"
  | "/explore/metrics"
  | "/explore/logs"
  | "/explore/events"
  | "/explore/anomalies"
  | "/explore/traces"
  | "/map"
  | "/dashboards"
  | "/changes"
  | "/releases"
  | "/rules"
  | "/detection"
  | "/on-call"
  | "/routing"
  | "/ledger"
  | "/system"
  | "/simulate"
  | "/settings"
  | "/welcome"
  | "/docs";

export const SCREENS: Screen[] = [
  { id: "now", label: "Now", path: "/", key: "n" },
  { id: "alerts", label: "Alerts", path: "/alerts", key: "a" },
  { id: "metrics", label: "Explore metrics", path: "/explore/metrics", key: "x" },
  { id: "logs", label: "Explore logs", path: "/explore/logs", key: "l" },
  { id: "events", label: "Explore events", path: "/explore/events", key: "v" },
  { id: "anomalies", label: "Explore anomalies", path: "/explore/anomalies", key: "y" },
  { id: "traces", label: "Explore traces", path: "/explore/traces", key: "t" },
  { id: "map", label: "Map", path: "/map", key: "m" },
  { id: "dashboards", label: "Dashboards", path: "/dashboards", key: "b" },
  { id: "changes", label: "Changes", path: "/changes", key: "c" },
  { id: "releases", label: "Releases", path: "/releases", key: "e" },
  { id: "rules", label: "Rules", path: "/rules", key: "r" },
  { id: "detection", label: "Detection: feedback and models", path: "/detection", key: "q" },
  { id: "on-call", label: "On-call", path: "/on-call", key: "o" },
  { id: "routing", label: "Routing and silences", path: "/routing", key: "h" },
  { id: "ledger", label: "Ledger: who was told", path: "/ledger", key: "p" },
  { id: "system", label: "System", path: "/system", key: "s" },
  { id: "simulate", label: "Simulate", path: "/simulate", key: "u" },
  { id: "settings", label: "Settings", path: "/settings", key: "," },
  { id: "welcome", label: "Welcome", path: "/welcome", key: "w" },
  { id: "api", label: "API documentation", path: "/docs", key: "d" },
];

// Parts of an incident's page, by their keys: 1, 2, ...
export const INCIDENT_TABS = ["Timeline", "Why", "Impact", "Changes", "Tell", "Review"] as const;
