// Rules that can never fire: their metric is gone, or their labels match nothing. Silence of such a
// rule means nothing, so it is said; when there is none, nothing is.
import { useQuery } from "@tanstack/react-query";
import { Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { unreachableQuery } from "./queries";

export function Unreachable() {
  const { data: rules = [] } = useQuery(unreachableQuery());
  if (rules.length === 0) return null;
  return (
    <Section title="Rules that cannot fire" count={rules.length}>
      <ul className="rows">
        {rules.map(({ file, group, name, reason }) => (
          <li key={`${file} ${group} ${name}`} className="row top" data-row>
            <StateMark tone="warning" />
            <div className="min-w-0 flex-1">
              <p className="break-words font-semibold">{name}</p>
              <p className="break-words text-sm">{reason}</p>
              <p className="row-facts">
                <span>{group}</span>
                <span>{file.split("/").at(-1)}</span>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
