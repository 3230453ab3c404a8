// Ctrl/Cmd K: every screen, actions of this page, services, and what the server finds: incidents by
// title, open ones by service too, metrics, people, rules, dashboards, changes and releases.
import "../kit/nonce";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useState } from "react";
import { metricNamesQuery } from "../api/data_queries";
import { sessionQuery, whyNot } from "../api/permission";
import { incidentsQuery, statusQuery } from "../api/queries";
import { afterFocusBack, useFocusBack } from "../kit/focus";
import { changeSettings } from "../kit/settings";
import { IncidentStateBadge, StateMark, severityTone, verdictTone } from "../kit/state_mark";
import { ZoneText } from "../kit/time";
import { useSettled } from "../kit/use_settled";
import { Keys } from "./key_table";
import { ACTIONS, isActionHere, runAction, takeTyped } from "./keys";
import { PaletteFound } from "./palette_found";
import { SCREENS } from "./screens";
import { keptRange } from "./use_time_range";

const INCIDENTS_MAX = 12;
const OPEN_MAX = 50;
const SERVICES_MAX = 5;
const METRICS_MAX = 6;
const METRIC_CHARS_MIN = 2; // fewer fit too much
const ALL_STATES = ["open", "acknowledged", "resolved"] as const;

const SETTINGS: { label: string; run: () => void }[] = [
  { label: "Theme: dark", run: () => changeSettings({ theme: "dark" }) },
  { label: "Theme: light", run: () => changeSettings({ theme: "light" }) },
  { label: "Theme: as the system", run: () => changeSettings({ theme: "system" }) },
  { label: "Density: compact", run: () => changeSettings({ density: "compact" }) },
  { label: "Density: comfortable", run: () => changeSettings({ density: "comfortable" }) },
  { label: "Times in UTC", run: () => changeSettings({ zone: "utc" }) },
  { label: "Times in local time", run: () => changeSettings({ zone: "local" }) },
];

export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  useFocusBack();
  const [text, setText] = useState("");
  const settled = useSettled(text.trim(), 150);
  const found = useQuery(
    incidentsQuery({ states: [...ALL_STATES], text: settled, limit: INCIDENTS_MAX }),
  );
  const open = useQuery(incidentsQuery({ states: ["open", "acknowledged"], limit: OPEN_MAX }));
  const status = useQuery(statusQuery());
  const session = useQuery(sessionQuery());
  const searched = settled.length >= METRIC_CHARS_MIN;
  const metrics = useQuery({ ...metricNamesQuery(settled, METRICS_MAX), enabled: searched });
  const matches = (label: string) => label.toLowerCase().includes(text.trim().toLowerCase());
  const actions = ACTIONS.filter(
    ({ id, label, group }) =>
      isActionHere(id) &&
      group !== "Go to" &&
      !["palette", "escape"].includes(id) &&
      matches(label),
  );
  const screens = SCREENS.filter(({ label, also = "" }) => matches(label) || matches(also));
  const settings = text.trim() ? SETTINGS.filter(({ label }) => matches(label)) : [];
  const services = text.trim()
    ? (status.data?.services.filter(({ name }) => matches(name)).slice(0, SERVICES_MAX) ?? [])
    : [];
  const titled = found.data?.incidents ?? [];
  const concerned = (open.data?.incidents ?? []).filter(
    ({ id, entities }) =>
      text.trim() && entities.some(matches) && !titled.some((one) => one.id === id),
  );
  const incidents = [...titled, ...concerned].slice(0, INCIDENTS_MAX);
  const then = (run: () => void) => () => {
    onClose();
    afterFocusBack(run); // so that "next row" has a place to start from
  };
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      shouldFilter={false}
      label="Search and actions"
      overlayClassName="overlay"
      contentClassName="dialog palette"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        onFocus={() => setText((have) => have + takeTyped())}
        placeholder="Search incidents, services, metrics, people, rules, releases, log lines"
        maxLength={200}
      />
      <Command.List label="Results">
        <Command.Empty>{found.isFetching ? "Searching…" : "Nothing has that name."}</Command.Empty>
        {incidents.length > 0 && (
          <Command.Group heading="Incidents">
            {incidents.map((incident) => (
              <Command.Item
                key={incident.id}
                value={incident.id}
                onSelect={then(
                  () => void navigate({ to: "/incidents/$id", params: { id: incident.id } }),
                )}
              >
                <StateMark tone={severityTone(incident.severity)} />
                <span className="min-w-0 flex-1 truncate">
                  <ZoneText text={incident.title} at={incident.started_at} />
                </span>
                <IncidentStateBadge state={incident.state} />
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {services.length > 0 && (
          <Command.Group heading="Services">
            {services.map(({ name, state }) => (
              <Command.Item
                key={name}
                value={`service ${name}`}
                onSelect={then(
                  () => void navigate({ to: "/map", search: { focus: name, sel: name } }),
                )}
              >
                <StateMark tone={verdictTone(state)} />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span className={`tone-${verdictTone(state)} font-semibold text-xs`}>{state}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {screens.length > 0 && (
          <Command.Group heading="Screens">
            {screens.map(({ id, label, key, path }) => (
              <Command.Item
                key={id}
                value={`screen ${id}`}
                onSelect={then(() => void navigate({ to: path, search: keptRange() }))}
              >
                <span className="flex-1">{label}</span>
                <Keys keys={`g ${key}`} />
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {searched && (metrics.data?.length ?? 0) > 0 && (
          <Command.Group heading="Metrics">
            {metrics.data?.map((name) => (
              <Command.Item
                key={name}
                value={`metric ${name}`}
                onSelect={then(
                  () =>
                    void navigate({
                      to: "/explore/metrics",
                      search: { ...keptRange(), q: name },
                    }),
                )}
              >
                <code>{name}</code>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {searched && <PaletteFound text={settled} then={then} />}
        {actions.length > 0 && (
          <Command.Group heading="Actions">
            {actions.map(({ id, label, keys, needs }) => {
              const why = needs ? whyNot(session.data, needs) : "";
              return (
                <Command.Item
                  key={id}
                  value={`action ${id}`}
                  disabled={why !== ""}
                  onSelect={then(() => runAction(id))}
                >
                  <span className="min-w-0 flex-1">
                    {label}
                    {why && <span className="block text-sm">{why}</span>}
                  </span>
                  <Keys keys={keys} />
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {settings.length > 0 && (
          <Command.Group heading="Settings">
            {settings.map(({ label, run }) => (
              <Command.Item key={label} value={`setting ${label}`} onSelect={then(run)}>
                {label}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
