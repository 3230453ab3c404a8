// What one may do here: the session's key says it. Until that is known nothing is held back, for the
// server has the last word.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { ask, client } from "./client";
import type { Session } from "./types";

export type Permission = Session["permissions"][number];

// The least role that has it and sees these pages: one that only sends telemetry may not read.
const ROLES: Record<Permission, string> = {
  read: "viewer",
  respond: "responder",
  edit: "editor",
  ingest: "admin",
  admin: "admin",
};

export const sessionQuery = () =>
  queryOptions({
    queryKey: ["session"] as const,
    queryFn: ({ signal }) => ask(client.GET("/api/v1/session", { signal })),
  });

// In words; empty when one may.
export function whyNot(session: Session | undefined, needs: Permission): string {
  if (!session || session.permissions.includes(needs)) return "";
  return `Your key “${session.name}” may not do this: it takes a key of the role ${ROLES[needs]}.`;
}

// The frame asks for the session, once for all who want to know.
export function usePermission(needs: Permission): { may: boolean; why: string } {
  const { data } = useQuery({ ...sessionQuery(), enabled: false });
  const why = whyNot(data, needs);
  return { may: why === "", why };
}
