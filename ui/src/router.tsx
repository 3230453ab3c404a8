import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { NotFound, PageFault } from "./frame/fault_pages";
import { Frame } from "./frame/frame";
import { QUERY_WORDS, readDashboardWords, readWords } from "./frame/search_words";
import { readRangeSearch } from "./frame/use_time_range";

const root = createRootRoute({
  component: Frame,
  validateSearch: (search) => ({ ...readRangeSearch(search), ...readWords("team")(search) }),
  notFoundComponent: NotFound,
});

// Asked for while the rest of this file is still read: it is the page that is opened most.
const loadNow = () => import("./features/now/now_page");
if (location.pathname === "/") void loadNow().catch(() => {});

const now = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(loadNow),
});

// What is left when the id is cut off an incident's address.
const incidents = createRoute({
  getParentRoute: () => root,
  path: "/incidents",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

const incident = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$id",
  component: lazyRouteComponent(() => import("./features/incident/incident_page")),
});

const incidentTab = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$id/$tab",
  component: lazyRouteComponent(() => import("./features/incident/incident_page")),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  validateSearch: readWords("q", "state", "by"),
  component: lazyRouteComponent(() => import("./features/alerts/alerts_page")),
});

const onCall = createRoute({
  getParentRoute: () => root,
  path: "/on-call",
  validateSearch: readWords("schedule", "week"),
  component: lazyRouteComponent(() => import("./features/oncall/oncall_page")),
});

const routing = createRoute({
  getParentRoute: () => root,
  path: "/routing",
  validateSearch: readWords("view", "q"),
  component: lazyRouteComponent(() => import("./features/routing/routing_page")),
});

const evidence = createRoute({
  getParentRoute: () => root,
  path: "/e/$id",
  component: lazyRouteComponent(() => import("./features/evidence/evidence_page")),
});

// Explore begins with metrics.
const explore = createRoute({
  getParentRoute: () => root,
  path: "/explore",
  beforeLoad: () => {
    throw redirect({ to: "/explore/metrics" });
  },
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: "/explore/metrics",
  validateSearch: readWords(...QUERY_WORDS, "cmp", "step"),
  component: lazyRouteComponent(() => import("./features/explore/metrics/metrics_page")),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: "/explore/logs",
  validateSearch: readWords("q", "service", "level", "view", "tail"),
  component: lazyRouteComponent(() => import("./features/explore/logs/logs_page")),
});

const events = createRoute({
  getParentRoute: () => root,
  path: "/explore/events",
  validateSearch: readWords("q", "service", "type", "severity"),
  component: lazyRouteComponent(() => import("./features/explore/events_page")),
});

const anomalies = createRoute({
  getParentRoute: () => root,
  path: "/explore/anomalies",
  validateSearch: readWords("service", "state", "severity", "kind"),
  component: lazyRouteComponent(() => import("./features/explore/anomalies_page")),
});

const traces = createRoute({
  getParentRoute: () => root,
  path: "/explore/traces",
  validateSearch: readWords("service", "operation", "min", "max", "attribute", "failed"),
  component: lazyRouteComponent(() => import("./features/explore/traces/traces_page")),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: "/explore/traces/$id",
  component: lazyRouteComponent(() => import("./features/explore/traces/trace_page")),
});

const map = createRoute({
  getParentRoute: () => root,
  path: "/map",
  validateSearch: readWords("q", "team", "kind", "problems", "focus", "at", "sel"),
  component: lazyRouteComponent(() => import("./features/map/map_page")),
});

const dashboards = createRoute({
  getParentRoute: () => root,
  path: "/dashboards",
  validateSearch: readDashboardWords,
  component: lazyRouteComponent(() => import("./features/dashboards/dashboards_page")),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: "/changes",
  validateSearch: readWords("q", "service", "kind"),
  component: lazyRouteComponent(() => import("./features/changes/changes_page")),
});

const releases = createRoute({
  getParentRoute: () => root,
  path: "/releases",
  validateSearch: readWords("view", "service", "verdict", "q", "run"),
  component: lazyRouteComponent(() => import("./features/releases/releases_page")),
});

const release = createRoute({
  getParentRoute: () => root,
  path: "/releases/$id",
  component: lazyRouteComponent(() => import("./features/releases/release_page")),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  validateSearch: readWords("q", "state", "view"),
  component: lazyRouteComponent(() => import("./features/rules/rules_page")),
});

const detection = createRoute({
  getParentRoute: () => root,
  path: "/detection",
  validateSearch: readWords("view"),
  component: lazyRouteComponent(() => import("./features/detection/detection_page")),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: "/ledger",
  validateSearch: readWords("view", "incident", "state", "kind"),
  component: lazyRouteComponent(() => import("./features/ledger/ledger_page")),
});

const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  validateSearch: readWords("view", "sender"),
  component: lazyRouteComponent(() => import("./features/system/system_page")),
});

const simulate = createRoute({
  getParentRoute: () => root,
  path: "/simulate",
  component: lazyRouteComponent(() => import("./features/simulate/simulate_page")),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("./features/settings/settings_page")),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  validateSearch: readWords("q", "service", "level"),
  component: lazyRouteComponent(() => import("./features/welcome/welcome_page")),
});

const docs = createRoute({
  getParentRoute: () => root,
  path: "/docs",
  component: lazyRouteComponent(() => import("./features/docs/docs_page")),
});

// Addresses are plain words ("?from=now-6h&to=now"), not JSON: people read and write them.
function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function stringifySearch(search: Record<string, unknown>): string {
  const words = Object.entries(search).filter(([, value]) => typeof value === "string");
  const text = new URLSearchParams(words as [string, string][]).toString();
  return text && `?${text}`;
}

export const router = createRouter({
  routeTree: root.addChildren([
    ...[now, alerts, incidents, incident, incidentTab, evidence, onCall, routing],
    ...[explore, metrics, logs, events, anomalies, traces, trace],
    ...[
      map,
      dashboards,
      changes,
      releases,
      release,
      rules,
      detection,
      ledger,
      system,
      simulate,
      settings,
      welcome,
      docs,
    ],
  ]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// Dialogs that answer to a key are there before the key is pressed.
const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 500));
whenIdle(() => {
  void import("./frame/palette").catch(() => {});
  void import("./features/incident/resolve_dialog").catch(() => {});
});
