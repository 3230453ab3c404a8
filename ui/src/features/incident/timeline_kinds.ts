// The kinds of timeline rows, in groups that people filter by. Kinds of later versions fall into
// "Machine" and are shown under their own name.

export type Group = "all" | "people" | "anomalies" | "pages" | "machine";

export const GROUPS: { id: Group; label: string }[] = [
  { id: "all", label: "All" },
  { id: "people", label: "People" },
  { id: "anomalies", label: "Anomalies" },
  { id: "pages", label: "Pages" },
  { id: "machine", label: "Changes of state" },
];

const MACHINE = "vedette";

const KINDS: Record<string, { word: string; group: Exclude<Group, "all"> }> = {
  opened: { word: "Opened", group: "machine" },
  anomaly_opened: { word: "Anomaly", group: "anomalies" },
  anomaly_closed: { word: "Anomaly over", group: "anomalies" },
  severity_changed: { word: "Severity", group: "machine" },
  acknowledged: { word: "Acknowledged", group: "people" },
  resolved: { word: "Resolved", group: "machine" },
  comment: { word: "Comment", group: "people" },
  page_sent: { word: "Told", group: "pages" },
  page_failed: { word: "Not told", group: "pages" },
};

export const kindWord = (kind: string) => KINDS[kind]?.word ?? kind.replaceAll("_", " ");

// What a person did is a person's row, whatever its kind.
export function rowGroup({ kind, actor }: { kind: string; actor: string }) {
  const group = KINDS[kind]?.group ?? "machine";
  return group === "machine" && actor !== MACHINE ? "people" : group;
}
