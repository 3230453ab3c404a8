// The screens, in the order of a night. The rail, the palette, the keys and the help read them here.

export interface Screen {
  id: string;
  label: string; // in the palette and the help
  path: ScreenPath;
  key: string; // after "g"
  also?: string; // what the palette finds it by beside its label
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
  { id: "now", label: "Now", path: "/", key: "n", also: "what is wrong, incidents" },
  { id: "alerts", label: "Alerts", path: "/alerts", key: "a", also: "what fires" },
  { id: "metrics", label: "Explore metrics", path: "/explore/metrics", key: "x" },
  { id: "logs", label: "Explore logs", path: "/explore/logs", key: "l" },
  { id: "events", label: "Explore events", path: "/explore/events", key: "v" },
  { id: "anomalies", label: "Explore anomalies", path: "/explore/anomalies", key: "y" },
  { id: "traces", label: "Explore traces", path: "/explore/traces", key: "t" },
  { id: "map", label: "Map", path: "/map", key: "m", also: "who calls whom, services, topology" },
  { id: "dashboards", label: "Dashboards", path: "/dashboards", key: "b" },
  {
    id: "changes",
    label: "Changes",
    path: "/changes",
    key: "c",
    also: "deployments, flags, what changed",
  },
  { id: "releases", label: "Releases", path: "/releases", key: "e", also: "verdicts, bad release" },
  {
    id: "rules",
    label: "Rules",
    path: "/rules",
    key: "r",
    also: "slo, objectives, error budget, back-test",
  },
  { id: "detection", label: "Detection: feedback and models", path: "/detection", key: "q" },
  {
    id: "on-call",
    label: "On-call",
    path: "/on-call",
    key: "o",
    also: "who is on call, schedules, rota, overrides",
  },
  {
    id: "routing",
    label: "Routing and silences",
    path: "/routing",
    key: "h",
    also: "who is told of what, people, routes",
  },
  {
    id: "ledger",
    label: "Ledger: who was told",
    path: "/ledger",
    key: "p",
    also: "why was i paged, messages, pages",
  },
  {
    id: "system",
    label: "System",
    path: "/system",
    key: "s",
    also: "health, sources, targets, heartbeats",
  },
  { id: "simulate", label: "Simulate", path: "/simulate", key: "u", also: "faults, scenarios" },
  {
    id: "settings",
    label: "Settings",
    path: "/settings",
    key: ",",
    also: "theme, zone, shortcuts",
  },
  { id: "welcome", label: "Welcome", path: "/welcome", key: "w" },
  { id: "api", label: "API documentation", path: "/docs", key: "d" },
];

// Parts of an incident's page, by their keys: 1, 2, ...
export const INCIDENT_TABS = ["Timeline", "Why", "Impact", "Changes", "Tell", "Review"] as const;
