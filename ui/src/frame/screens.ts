// The screens, in the order of a night. The rail, the palette, the keys and the help read them here.

export interface Screen {
  id: string;
  label: string; // in the palette and the help
  path: ScreenPath;
  key: string; // after "g"
}

export type ScreenPath =
  | "/"
  | "/explore/metrics"
  | "/explore/logs"
  | "/explore/events"
  | "/explore/anomalies"
  | "/explore/traces"
  | "/changes"
  | "/rules"
  | "/ledger"
  | "/system"
  | "/settings"
  | "/welcome"
  | "/docs";

export const SCREENS: Screen[] = [
  { id: "now", label: "Now", path: "/", key: "n" },
  { id: "metrics", label: "Explore metrics", path: "/explore/metrics", key: "x" },
  { id: "logs", label: "Explore logs", path: "/explore/logs", key: "l" },
  { id: "events", label: "Explore events", path: "/explore/events", key: "v" },
  { id: "anomalies", label: "Explore anomalies", path: "/explore/anomalies", key: "y" },
  { id: "traces", label: "Explore traces", path: "/explore/traces", key: "t" },
  { id: "changes", label: "Changes", path: "/changes", key: "c" },
  { id: "rules", label: "Rules", path: "/rules", key: "r" },
  { id: "ledger", label: "Ledger: who was told", path: "/ledger", key: "p" },
  { id: "system", label: "System", path: "/system", key: "s" },
  { id: "settings", label: "Settings", path: "/settings", key: "," },
  { id: "welcome", label: "Welcome", path: "/welcome", key: "w" },
  { id: "api", label: "API documentation", path: "/docs", key: "d" },
];
