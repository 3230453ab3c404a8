// Checks an expression: whether it is right, how it is written, and how many series it gives now.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { keptRange } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { QueryBox } from "../../kit/query_box";
import { Section } from "../../kit/section";
import { completePromql } from "../../promql/complete_promql";
import { checkQuery } from "./queries";

export function CheckBox() {
  const cache = useQueryClient();
  const [query, setQuery] = useState("");
  const checked = useQuery({ ...checkQuery(query), enabled: query !== "" });
  return (
    <Section title="Check an expression">
      <QueryBox
        label="An expression, as a rule would have it"
        value={query}
        placeholder="rate(errors_total[5m]) > 0.5"
        onRun={setQuery}
        complete={(text, caret, asked) => completePromql(cache, text, caret, asked)}
      />
      {query && checked.isFetching && <p className="mt-2 text-muted text-sm">Checking…</p>}
      {query && !checked.isFetching && checked.error && (
        <p role="alert" className="tone-critical mt-2 break-words text-sm">
          {checked.error.message}
        </p>
      )}
      {query && !checked.isFetching && !checked.error && checked.data && (
        <div role="status" className="mt-2 grid gap-2">
          <p>
            <span className="tone-normal font-semibold">Right.</span> As an alert it would be active
            now for {plural(checked.data.series, "series", "series")}
            {checked.data.type === "vector" ? "" : `: it is a ${checked.data.type}, not a vector`}.{" "}
            <Link to="/explore/metrics" search={{ ...keptRange(), q: query }} className="link">
              See it over time
            </Link>
          </p>
          <pre className="code">{checked.data.formatted}</pre>
        </div>
      )}
    </Section>
  );
}
