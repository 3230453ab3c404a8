// What else the palette finds: people with what they are on call for, rules, dashboards, changes,
// releases; and the way on to the log lines.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import type { ReactNode } from "react";
import {
  changesFoundQuery,
  dashboardNamesQuery,
  latestReleasesQuery,
  peopleQuery,
  ruleNamesQuery,
} from "../api/search_queries";
import { Clock } from "../kit/time";
import { keptRange } from "./use_time_range";

const ROWS_MAX = 5;

// A text with spaces is one phrase of the query language of logs.
export const phraseOf = (text: string) =>
  /^[\w./:-]+$/.test(text) ? text : JSON.stringify(text.replaceAll('"', ""));

// "order 4.2" finds 4.2.1 of order.
const holdsWords = (name: string, text: string) =>
  text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.toLowerCase().includes(word));

interface PaletteFoundProps {
  text: string; // as typed, settled, long enough
  then: (run: () => void) => () => void; // closes the palette first
}

export function PaletteFound({ text, then }: PaletteFoundProps) {
  const navigate = useNavigate();
  const people = useQuery(peopleQuery()).data ?? [];
  const rules = useQuery(ruleNamesQuery()).data ?? [];
  const dashboards = useQuery(dashboardNamesQuery()).data ?? [];
  const changes = useQuery(changesFoundQuery(text, ROWS_MAX)).data ?? [];
  const releases = useQuery(latestReleasesQuery()).data ?? [];
  const fits = (name: string) => name.toLowerCase().includes(text.toLowerCase());
  return (
    <>
      <Group heading="People">
        {people
          .filter(({ name, fullName }) => fits(name) || fits(fullName))
          .slice(0, ROWS_MAX)
          .map(({ name, fullName, onCallFor: [schedule, ...others] }) => (
            <Command.Item
              key={name}
              value={`person ${name}`}
              onSelect={then(
                () =>
                  void (schedule
                    ? navigate({ to: "/on-call", search: { schedule } })
                    : navigate({ to: "/routing", search: { view: "people" } })),
              )}
            >
              <span className="min-w-0 flex-1 truncate">{fullName}</span>
              {schedule && (
                <span className="text-muted text-xs">
                  on call for {[schedule, ...others].join(", ")}
                </span>
              )}
            </Command.Item>
          ))}
      </Group>
      <Group heading="Rules">
        {rules
          .filter(fits)
          .slice(0, ROWS_MAX)
          .map((name) => (
            <Command.Item
              key={name}
              value={`rule ${name}`}
              onSelect={then(() => void navigate({ to: "/rules", search: { q: name } }))}
            >
              <span className="min-w-0 flex-1 truncate">{name}</span>
            </Command.Item>
          ))}
      </Group>
      <Group heading="Dashboards">
        {dashboards
          .filter(({ title }) => fits(title))
          .slice(0, ROWS_MAX)
          .map(({ id, title }) => (
            <Command.Item
              key={id}
              value={`dashboard ${id}`}
              onSelect={then(
                () => void navigate({ to: "/dashboards", search: { ...keptRange(), id } }),
              )}
            >
              <span className="min-w-0 flex-1 truncate">{title}</span>
            </Command.Item>
          ))}
      </Group>
      <Group heading="Changes">
        {changes.map(({ id, title, time }) => (
          <Command.Item
            key={id}
            value={`change ${id}`}
            onSelect={then(
              () =>
                void navigate({
                  to: "/changes",
                  search: { q: text, from: "now-30d", to: "now" },
                }),
            )}
          >
            <span className="min-w-0 flex-1 truncate">{title}</span>
            <span className="text-muted text-xs">
              <Clock at={time} seconds={false} />
            </span>
          </Command.Item>
        ))}
      </Group>
      <Group heading="Releases">
        {releases
          .filter(({ id, service, version }) => id && holdsWords(`${service} ${version}`, text))
          .slice(0, ROWS_MAX)
          .map(({ id, service, version, title, released_at }) => (
            <Command.Item
              key={id}
              value={`release ${id}`}
              onSelect={then(() => void navigate({ to: "/releases/$id", params: { id } }))}
            >
              <span className="min-w-0 flex-1 truncate">
                {service} {version || title}
              </span>
              <span className="text-muted text-xs">
                <Clock at={released_at} seconds={false} />
              </span>
            </Command.Item>
          ))}
      </Group>
      <Group heading="Log lines">
        <Command.Item
          value="search logs"
          onSelect={then(
            () =>
              void navigate({
                to: "/explore/logs",
                search: { ...keptRange(), q: phraseOf(text) },
              }),
          )}
        >
          <span className="min-w-0 flex-1 truncate">Search log lines for “{text}”</span>
        </Command.Item>
      </Group>
    </>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  if (Array.isArray(children) && children.length === 0) return null;
  return <Command.Group heading={heading}>{children}</Command.Group>;
}
