// That nobody would hear of an incident: what is said of it on System and On-call is looked at too
// late.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { StateMark } from "../../kit/state_mark";
import { findingsQuery } from "../oncall/queries";

export function Unheard() {
  const { data: findings = [] } = useQuery(findingsQuery());
  const nobody = findings.filter(({ kind }) => kind === "nobody");
  if (nobody.length === 0) return null;
  return (
    <section className="section unheard" aria-label="Nobody is told">
      <StateMark tone="warning" />
      <ul className="min-w-0 flex-1">
        {nobody.map(({ subject, message }) => (
          <li key={`${subject} ${message}`} className="break-words">
            <span className="font-semibold">{subject}</span>: {message}
          </li>
        ))}
      </ul>
      <Link to="/routing" className="link text-sm">
        Routing
      </Link>
    </section>
  );
}
