// The scope: one team's services, as the status names their owners. In the address as `team`. Each
// list says how many rows it hides, so that nothing is missing unsaid.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { statusQuery } from "../api/queries";
import type { ServiceStatus } from "../api/types";

// Pure: whether something of these services, or that names the team itself, is the team's.
export function isOfTeam(
  team: string,
  services: ServiceStatus[] | undefined,
  of: (string | undefined)[],
  named?: string,
): boolean {
  // Before it is known what is whose, nothing is hidden.
  if (!team || !services || named === team) return true;
  return services.some(({ name, owner }) => owner === team && of.includes(name));
}

// `kept`: of the list that one came from, on a page that has no scope of its own.
export function useScope(kept = "") {
  const { team = kept } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { data } = useQuery({ ...statusQuery(), enabled: false }); // the frame asks for it
  const services = data?.services;
  const teams = [...new Set(services?.map(({ owner }) => owner ?? "").filter(Boolean))].sort();
  const choose = (next: string) =>
    void navigate({ to: ".", search: (have: object) => ({ ...have, team: next || undefined }) });
  // The rows of the team, and how many others there are.
  const within = <T,>(
    rows: T[],
    of: (row: T) => (string | undefined)[],
    named?: (row: T) => string | undefined,
  ) => {
    const shown = rows.filter((row) => isOfTeam(team, services, of(row), named?.(row)));
    return { shown, hidden: rows.length - shown.length };
  };
  return { team, teams, choose, within };
}

// At the head of a page: what it is narrowed to, and the way out.
export function ScopeChip() {
  const { team, choose } = useScope();
  if (!team) return null;
  return (
    <p className="chip scope-chip">
      Team: {team}
      <button
        type="button"
        className="chip-remove"
        aria-label="Show all teams"
        title="Show all teams"
        onClick={() => choose("")}
      >
        <X size={14} aria-hidden />
      </button>
    </p>
  );
}

export function Hidden({ count }: { count: number }) {
  return count > 0 && <p className="scope-hidden">{count} hidden by the scope</p>;
}
