// The routes as a tree, read from the top: the first that matches takes the page.
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { TargetWord } from "../oncall/policies";
import type { Plan, PlanRoute, TakenRoute } from "../oncall/queries";

interface RouteTreeProps {
  plan: Plan;
  taken: TakenRoute[]; // those that take the labels which are tried
}

const CATCH_ALL = "catch-all";

export function RouteTree({ plan, taken }: RouteTreeProps) {
  const names = new Set(taken.map(({ route }) => route));
  return (
    <ol className="route-tree">
      {plan.routes.map((route) => (
        <RouteItem key={route.name} route={route} path="" taken={names} />
      ))}
      <li>
        <div className={clsx("route", names.has(CATCH_ALL) && "taken")}>
          <p className="route-head">
            <span className="font-semibold">Catch-all</span>
            {names.has(CATCH_ALL) && <Taken />}
          </p>
          <p className="text-muted text-sm">
            what no route takes, and what a route took without reaching anybody
          </p>
          <p className="flex flex-wrap gap-x-3">
            {plan.catch_all.map((target) => (
              <TargetWord key={`${target.kind} ${target.name}`} target={target} />
            ))}
          </p>
        </div>
      </li>
    </ol>
  );
}

// Which pages wait for the hours of a route.
export function deferWords(route: { defer_all: boolean; defer_below: string }): string {
  return route.defer_all ? "each page" : `less than ${route.defer_below}`;
}

const Taken = () => <span className="badge">takes it</span>;

interface RouteItemProps {
  route: PlanRoute;
  path: string; // names of its parents, with a slash
  taken: ReadonlySet<string>;
}

function RouteItem({ route, path, taken }: RouteItemProps) {
  const { name, match, policy, notify, nobody, hours, time_zone, routes } = route;
  const whole = `${path}${name}`;
  const takes = taken.has(whole);
  return (
    <li>
      <div className={clsx("route", takes && "taken")}>
        <p className="route-head">
          <span className="font-semibold">{name}</span>
          {match.length === 0 && <span className="text-muted text-sm">everything</span>}
          {match.map((one) => (
            <code key={one} className="chip">
              {one}
            </code>
          ))}
          {takes && <Taken />}
        </p>
        <p className="flex flex-wrap items-center gap-x-3">
          {policy && (
            <span>
              <span className="text-muted">policy</span>{" "}
              <Link to="/on-call" hash={`policy-${policy}`} className="link">
                {policy}
              </Link>
            </span>
          )}
          {!policy &&
            notify.map((target) => (
              <TargetWord key={`${target.kind} ${target.name}`} target={target} />
            ))}
          {!policy && notify.length === 0 && (
            <span className="text-muted">
              {nobody ? "tells nobody" : path ? "as its parent" : "nobody by itself"}
            </span>
          )}
          {route.continue && <span className="text-muted text-sm">and on to the next routes</span>}
        </p>
        {hours.length > 0 && (
          <p className="text-muted text-sm">
            {deferWords(route)} waits for {hours.join(", ")} ({time_zone})
          </p>
        )}
      </div>
      {routes.length > 0 && (
        <ol className="route-tree">
          {routes.map((child) => (
            <RouteItem key={child.name} route={child} path={`${whole}/`} taken={taken} />
          ))}
        </ol>
      )}
    </li>
  );
}
