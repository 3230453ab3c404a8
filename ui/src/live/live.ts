// From the stream into the Query cache: patches are gathered, and applied together at most ten
// times a second, not while the person has paused the page and not while the tab is hidden.
import type { QueryClient } from "@tanstack/react-query";
import { type AnomaliesKey, type IncidentsKey, isAnomalyListFor, keys } from "../api/queries";
import { readAgain } from "../api/read_again";
import type {
  Anomaly,
  AnomalyPage,
  Incident,
  IncidentPage,
  IncidentSummary,
  Status,
  StreamPatch,
} from "../api/types";
import { serverNow, setServerNow } from "../kit/clock";
import { changeConnection, connection, newIncident } from "./connection";
import {
  mergeAnomalyPage,
  mergeIncident,
  mergeIncidentPage,
  mergeStatus,
  missesRevisions,
  parsePatch,
} from "./merge";
import { BrowserStream, type StreamSignal } from "./stream";

const APPLY_EVERY_MS = 100;
const WAITING_MAX = 5000; // then everything is read anew instead
const LIVE = {
  predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => keys.isLive(queryKey),
};

// Lives as long as the page.
export class Live {
  #waiting: StreamPatch[] = [];
  #reload = false; // something was missed: read everything when patches are next applied
  #late: StreamPatch[] = []; // merged since an answer is on its way, which may be older than they
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = new Set<string>(); // incidents that were announced

  constructor(private readonly cache: QueryClient) {
    new BrowserStream((signal) => this.#signal(signal));
    document.addEventListener("visibilitychange", () => this.#schedule());
    connection.subscribe(() => this.#schedule());
    cache.getQueryCache().subscribe((change) => {
      if (change.type !== "updated" || change.action.type !== "success") return;
      if (!change.action.manual && keys.isLive(change.query.queryKey)) this.#merge(this.#late);
    });
  }

  #signal(signal: StreamSignal): void {
    if (signal.type === "hello") return;
    if (signal.type === "lost") {
      changeConnection({ link: "lost" });
      return;
    }
    changeConnection({ link: "open", lastHeardAt: Date.now() });
    if (signal.type === "open" && !signal.resumed) this.#loadAgain();
    if (signal.type === "event") this.#event(signal.event.event, signal.event.data);
  }

  #event(event: string, data: string): void {
    if (event === "resync") {
      this.#loadAgain();
      return;
    }
    const patch = event === "patch" ? parsePatch(data) : null;
    if (!patch) return;
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(patch);
    else this.#reload = true;
    const { paused, waiting } = connection.get();
    // The status ticks all the time and is no news.
    if (paused && patch.topic !== "status") changeConnection({ waiting: waiting + 1 });
    this.#schedule();
  }

  #loadAgain(): void {
    this.#reload = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#waiting.length === 0 && !this.#reload) return;
    if (this.#timer !== undefined || document.hidden || connection.get().paused) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!document.hidden && !connection.get().paused) this.#apply();
    }, APPLY_EVERY_MS);
  }

  #apply(): void {
    const patches = this.#waiting;
    this.#waiting = [];
    this.#merge(patches);
    if (this.cache.isFetching(LIVE) === 0) this.#late = [];
    else if (this.#late.length < WAITING_MAX)
      this.#late.push(...patches.filter(({ topic }) => topic !== "status"));
    else this.#reload = true;
    if (this.#reload) {
      this.#reload = false;
      this.#late = [];
      void readAgain(this.cache, LIVE);
    }
  }

  #merge(patches: StreamPatch[]): void {
    if (patches.length === 0) return;
    this.#applyStatus(patches);
    this.#applyIncidents(patches);
    this.#applyAnomalies(patches);
  }

  #applyStatus(patches: StreamPatch[]): void {
    this.cache.setQueryData<Status>(keys.status, (have) => {
      if (!have) return have;
      const next = mergeStatus(have, patches);
      if (next !== have) setServerNow(next.now);
      return next;
    });
  }

  #applyIncidents(patches: StreamPatch[]): void {
    for (const [key, have] of this.cache.getQueriesData<IncidentPage>({
      queryKey: keys.incidents,
    })) {
      const filter = (key as IncidentsKey)[1];
      // Answers to a search and to a time that has passed stay as they were given.
      if (filter.text || (filter.range && filter.range.to !== "now")) continue;
      if (have) this.cache.setQueryData(key, mergeIncidentPage(have, patches, filter));
    }
    for (const patch of patches) {
      if (patch.topic !== "incidents") continue;
      const key = keys.incident(patch.id);
      const have = this.cache.getQueryData<Incident>(key);
      if (have) {
        const incomplete = missesRevisions(have, patch);
        const next = mergeIncident(have, patch);
        this.cache.setQueryData(key, next);
        if (incomplete) void readAgain(this.cache, { queryKey: key });
        if (next !== have) void readAgain(this.cache, { queryKey: keys.ledger(patch.id) });
        if (next.anomaly_ids.length !== have.anomaly_ids.length) {
          void readAgain(this.cache, { queryKey: keys.incidentAnomalies(patch.id) });
        }
      }
      this.#announce(patch);
    }
  }

  #announce({ id, patch }: StreamPatch): void {
    const incident = patch as Partial<IncidentSummary>;
    if (this.#seen.has(id) || incident.state !== "open" || incident.acknowledged_at) return;
    this.#seen.add(id);
    // Opened a moment ago, rather than an old one that changed.
    const age = serverNow() - Date.parse(incident.started_at ?? "");
    if (!(age < 10 * 60_000)) return;
    newIncident.set({ ...incident, id } as IncidentSummary);
  }

  #applyAnomalies(patches: StreamPatch[]): void {
    for (const [key, have] of this.cache.getQueriesData<AnomalyPage>({
      queryKey: keys.anomalies,
    })) {
      const admits = (anomaly: Anomaly) => isAnomalyListFor(key as AnomaliesKey, anomaly);
      if (have) this.cache.setQueryData(key, mergeAnomalyPage(have, patches, { admits }));
    }
  }
}
