// Log lines by service, level and words; Explore has the whole language.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { logsQuery } from "../../api/data_queries";
import { SelectField, ServiceField, TextField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { Answer, Empty, Section } from "../../kit/section";
import { LogList } from "../explore/logs/log_list";
import { LEVELS, readLogFilter } from "../explore/logs/log_query";
import "../explore/explore.css";

const LINES_SHOWN = 25;
const DAY = { from: "now-24h", to: "now" };

export function LogQuery() {
  const [words] = useWords();
  const lines = useInfiniteQuery(logsQuery(DAY, readLogFilter(words), 15_000));
  const logs = lines.data?.pages.flatMap((page) => ("logs" in page ? page.logs : [])) ?? [];
  const { q, service, level } = words;
  return (
    <Section
      title="Log query"
      aside={
        <Link to="/explore/logs" search={{ q, service, level, ...DAY }} className="link">
          More in Explore
        </Link>
      }
    >
      <div className="toolbar mb-2">
        <TextField label="Words of the message" word="q" main size={24} />
        <ServiceField />
        <SelectField
          label="Level"
          word="level"
          all="All levels"
          options={LEVELS.map((one) => [one, `${one} and worse`])}
        />
      </div>
      <Answer what="Log lines" query={lines} rows={5}>
        {() =>
          logs.length === 0 ? (
            <Empty title="No lines fit in the last 24 hours" />
          ) : (
            <LogList logs={logs.slice(0, LINES_SHOWN)} />
          )
        }
      </Answer>
    </Section>
  );
}
