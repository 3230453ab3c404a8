// A person's name with the colour that is theirs on all pages: by their place in the plan.
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import { lineColor } from "../../kit/chart_data";
import { planQuery } from "./queries";

export interface Person {
  name: string; // as people know it
  color: string; // var(...)
}

export function usePeople(): (user: string) => Person {
  const plan = useQuery(planQuery());
  const users = plan.data?.users ?? [];
  return (user) => {
    const index = users.findIndex(({ name }) => name === user);
    const color = `var(${index < 0 ? "--line-strong" : lineColor({}, index)})`;
    return { name: users[index]?.full_name || user, color };
  };
}

export const personStyle = (color: string) => ({ "--person": color }) as CSSProperties;

export function PersonName({ user }: { user: string }) {
  const { name, color } = usePeople()(user);
  return (
    <span className="person">
      <span className="person-mark" style={personStyle(color)} aria-hidden />
      {name}
    </span>
  );
}
