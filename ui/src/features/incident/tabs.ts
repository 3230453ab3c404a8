// The tabs of an incident, in the order of a night: frame/screens.ts has their keys. Each is a path.
import { INCIDENT_TABS } from "../../frame/screens";

export type TabLabel = (typeof INCIDENT_TABS)[number];

export const TABS = INCIDENT_TABS.map((label, index) => ({
  label,
  path: index === 0 ? "" : label.toLowerCase(),
}));
