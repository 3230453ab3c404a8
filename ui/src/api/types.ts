import type { components } from "./schema";

type Schemas = components["schemas"];

export type Status = Schemas["Status"];
export type ServiceStatus = Schemas["ServiceStatus"];
export type Verdict = Schemas["Verdict"];
export type Severity = Schemas["Severity"];
export type IncidentSummary = Schemas["IncidentSummary"];
export type IncidentState = Schemas["IncidentState"];
export type Incident = Schemas["Incident"];
export type IncidentPage = Schemas["IncidentPage"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Anomaly = Schemas["Anomaly"];
export type AnomalyPage = Schemas["AnomalyPage"];
export type Evidence = Schemas["Evidence"];
export type LedgerEntry = Schemas["LedgerEntry"];
export type LedgerPage = Schemas["LedgerPage"];
export type StreamPatch = Schemas["StreamPatch"];
export type StreamTopic = Schemas["StreamTopic"];
