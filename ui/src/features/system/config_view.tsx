import { useQuery } from "@tanstack/react-query";
import { Answer, Section } from "../../kit/section";
import { flagsQuery } from "./queries";

// Settings in effect; secrets are not among them.
export function ConfigView() {
  const flags = useQuery(flagsQuery());
  return (
    <Section title="Settings in effect">
      <Answer what="The settings" query={flags} rows={6}>
        {(data) => (
          <dl className="fact-list max-w-3xl">
            {Object.entries(data).map(([name, value]) => (
              <div key={name}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Answer>
    </Section>
  );
}
