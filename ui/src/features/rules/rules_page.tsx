// Rules: groups in their order, each rule with its state, last evaluation, error and alerts; and a
// box that checks an expression before it becomes a rule.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { SelectField, TextField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { keptRange } from "../../frame/use_time_range";
import { ViewTabs } from "../../frame/view_tabs";
import { formatDuration, formatLabels, formatNumber, formatTook, plural } from "../../kit/format";
import { Paged } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago, Lasting } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { CheckBox } from "./check_box";
import { keepText, RuleEditor } from "./editor";
import { groupText } from "./group_text";
import { type Rule, type RuleAlert, type RuleGroup, rulesQuery } from "./queries";
import {
  countStates,
  filterGroups,
  type RuleState,
  ruleTone,
  STATES,
  stateWord,
} from "./rule_state";
import { Slos } from "./slos";
import { Unreachable } from "./unreachable";
import "./rules.css";

const VIEWS = {
  loaded: { label: "Loaded", View: Loaded },
  slos: { label: "Objectives", View: Slos },
  editor: { label: "Editor", View: RuleEditor },
};
const ALERTS_SHOWN = 50;

export default function RulesPage() {
  usePageTitle("Rules");
  const [{ view = "" }] = useWords();
  const { View } = view in VIEWS ? VIEWS[view as keyof typeof VIEWS] : VIEWS.loaded;
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Rules</h1>
        <ViewTabs
          label="Rules"
          to="/rules"
          views={VIEWS}
          beside={{ label: "Detection", to: "/detection" }}
        />
        <Counts />
      </header>
      <View />
    </div>
  );
}

const useGroups = () => {
  const rules = useInfiniteQuery(rulesQuery());
  return { rules, groups: rules.data?.pages.flatMap((page) => page.groups) ?? [] };
};

function Counts() {
  const { groups } = useGroups();
  const counts = countStates(groups);
  if (groups.length === 0) return null;
  return (
    <p className="rule-counts">
      {plural(groups.length, "group")},{" "}
      {plural(
        groups.reduce((sum, group) => sum + group.rules.length, 0),
        "rule",
      )}
      {(["failing", "firing", "pending"] as const).map(
        (one) =>
          counts[one] > 0 && (
            <span key={one} className={`tone-${STATES[one].tone}`}>
              , {counts[one]} {one}
            </span>
          ),
      )}
    </p>
  );
}

function Loaded() {
  const [{ state = "", q = "" }] = useWords();
  const { rules, groups } = useGroups();
  const shown = filterGroups(groups, state, q);
  return (
    <div className="stack">
      <div className="toolbar">
        <TextField label="Name, group or expression" word="q" main size={24} />
        <SelectField
          label="State"
          word="state"
          all="All states"
          options={(Object.keys(STATES) as RuleState[]).map((one) => [one, STATES[one].word])}
        />
      </div>
      <Paged what="Rules" query={rules} more="More groups">
        {() =>
          shown.length === 0 ? (
            <Empty title={groups.length === 0 ? "No rules yet" : "No rules fit"}>
              {groups.length === 0 && (
                <p>
                  Rule files are named in the configuration under <code>rule_files</code>; they have
                  Prometheus’ form. Anomalies are found without any.
                </p>
              )}
            </Empty>
          ) : (
            <div className="stack">
              {shown.map((group) => (
                <Group key={`${group.file} ${group.name}`} group={group} />
              ))}
            </div>
          )
        }
      </Paged>
      {!state && !q && <Unreachable />}
      <CheckBox />
    </div>
  );
}

function Group({ group }: { group: RuleGroup }) {
  const { name, file, interval, lastEvaluation, evaluationTime, rules } = group;
  return (
    <Section
      title={name}
      count={rules.length}
      aside={
        <>
          <span className="group-facts">
            {file.split("/").at(-1)}, every {formatDuration(interval * 1000)}, evaluated{" "}
            <Ago at={lastEvaluation} /> in {formatTook(evaluationTime * 1000)}
          </span>
          <Link
            to="/rules"
            search={{ view: "editor" }}
            className="button small"
            onClick={() => keepText(groupText(group))}
          >
            Try a change<span className="sr-only"> of {name}</span>
          </Link>
        </>
      }
    >
      <ul className="rows">
        {rules.map((rule) => (
          <RuleRow key={`${rule.name} ${rule.query}`} rule={rule} />
        ))}
      </ul>
    </Section>
  );
}

function RuleRow({ rule }: { rule: Rule }) {
  const { name, query, type, duration = 0, labels = {}, lastError, alerts = [] } = rule;
  const tone = ruleTone(rule);
  const severity = labels.severity;
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">{name}</p>
        <p className="rule-query">
          <Link to="/explore/metrics" search={{ ...keptRange(), q: query }}>
            <code>{query}</code>
          </Link>
        </p>
        <p className="row-facts">
          <span>{type}</span>
          {duration > 0 && <span>for {formatDuration(duration * 1000)}</span>}
          {severity && <span>{severity}</span>}
          {rule.onIngest && (
            <span title="Looked at whenever its samples come in, not by the clock">
              evaluated as samples come
            </span>
          )}
          {alerts.length > 0 && <span>{plural(alerts.length, "alert")}</span>}
        </p>
        {lastError && <p className="tone-critical break-words text-sm">{lastError}</p>}
        <Annotations rule={rule} />
        {alerts.length > 0 && <Alerts alerts={alerts} />}
      </div>
      <p className="row-times">
        <span className={clsx("font-semibold", `tone-${tone}`)}>{stateWord(rule)}</span>
        <span>
          <Ago at={rule.lastEvaluation} />, {formatTook(rule.evaluationTime * 1000)}
        </span>
      </p>
    </li>
  );
}

function Annotations({ rule: { annotations = {} } }: { rule: Rule }) {
  const words = Object.entries(annotations);
  if (words.length === 0) return null;
  return (
    <details className="row-more">
      <summary>What it tells people</summary>
      <dl className="fact-list">
        {words.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Alerts({ alerts }: { alerts: RuleAlert[] }) {
  return (
    <details className="row-more">
      <summary>{plural(alerts.length, "alert")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="scroll-box" role="region" aria-label="Alerts of the rule" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Since</th>
              <th scope="col">Value</th>
              <th scope="col">Labels</th>
            </tr>
          </thead>
          <tbody>
            {alerts.slice(0, ALERTS_SHOWN).map((alert) => (
              <tr key={formatLabels(alert.labels)}>
                <td>{alert.state}</td>
                <td>
                  <Lasting from={alert.activeAt} to={null} />
                </td>
                <td>{formatNumber(Number(alert.value))}</td>
                <td>
                  <code>{formatLabels(alert.labels)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {alerts.length > ALERTS_SHOWN && (
        <p className="text-muted text-sm">The first {ALERTS_SHOWN} of them.</p>
      )}
    </details>
  );
}
