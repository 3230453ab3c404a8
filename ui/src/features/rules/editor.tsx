// The text of a rule file, checked as one writes and tried on what is stored before it is kept.
import { useQuery } from "@tanstack/react-query";
import { Copy, Download } from "lucide-react";
import { useRef, useState } from "react";
import { copyText } from "../../kit/clipboard";
import { plural } from "../../kit/format";
import { Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Refusal } from "../../kit/use_request";
import { useSettled } from "../../kit/use_settled";
import { BacktestPanel } from "./backtest_panel";
import { type RuleCheck, type RuleProblem, ruleCheckQuery } from "./editor_queries";
import { EXAMPLE } from "./group_text";

const SETTLE_MS = 400;
const STORE = "vedette.rules";

function readKept(): string {
  try {
    return sessionStorage.getItem(STORE) ?? EXAMPLE;
  } catch {
    return EXAMPLE;
  }
}

// What the editor begins with when it is opened next.
export function keepText(text: string): void {
  try {
    sessionStorage.setItem(STORE, text);
  } catch {
    // Storage is off or full: it lasts as long as the page.
  }
}

export function RuleEditor() {
  const [text, setTextState] = useState(readKept);
  const settled = useSettled(text, SETTLE_MS);
  const check = useQuery(ruleCheckQuery(settled));
  const area = useRef<HTMLTextAreaElement>(null);
  const setText = (next: string) => {
    setTextState(next);
    keepText(next);
  };
  const goTo = ({ line, column }: RuleProblem) => {
    const box = area.current;
    if (!box) return;
    const before = text.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
    box.focus();
    box.setSelectionRange(at, at);
  };
  return (
    <div className="columns wide-left">
      <Section
        title="Rule file"
        aside={
          <>
            <button
              type="button"
              className="button small"
              onClick={() => void copyText(text, "Rule file")}
            >
              <Copy size={14} aria-hidden /> Copy
            </button>
            <a
              className="button small"
              download="rules.yml"
              href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`}
            >
              <Download size={14} aria-hidden /> Keep as a file
            </a>
          </>
        }
      >
        <div className="rule-editor">
          <Gutter text={text} problems={check.data?.problems ?? []} />
          <textarea
            ref={area}
            aria-label="Rule file, in YAML"
            value={text}
            wrap="off"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Problems check={check.data} error={check.error} goTo={goTo} />
        <p className="mt-2 text-muted text-sm">
          Nothing is kept on the server: save it where <code>rule_files</code> of the configuration
          look, and reload.
        </p>
      </Section>
      <div className="stack">
        {check.data?.valid && <Outline check={check.data} />}
        <BacktestPanel rules={text} ready={check.data?.valid === true} />
      </div>
    </div>
  );
}

function Gutter({ text, problems }: { text: string; problems: RuleProblem[] }) {
  const worst = new Map<number, RuleProblem["severity"]>();
  for (const { line, severity } of problems) {
    if (worst.get(line) !== "error") worst.set(line, severity);
  }
  return (
    <ol className="rule-gutter" aria-hidden>
      {text.split("\n").map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
        <li key={index} data-problem={worst.get(index + 1)}>
          {index + 1}
        </li>
      ))}
    </ol>
  );
}

interface ProblemsProps {
  check: RuleCheck | undefined;
  error: Error | null;
  goTo: (problem: RuleProblem) => void;
}

function Problems({ check, error, goTo }: ProblemsProps) {
  if (error) return <Refusal error={error} />;
  if (!check) return null;
  const rules = check.groups.reduce((sum, group) => sum + group.rules.length, 0);
  return (
    <div role="status" className="rule-problems">
      {check.valid && (
        <p className="flex items-center gap-2">
          <StateMark tone="normal" /> Right: {plural(check.groups.length, "group")},{" "}
          {plural(rules, "rule")}
        </p>
      )}
      <ul>
        {check.problems.map((problem) => (
          <li key={`${problem.line} ${problem.column} ${problem.message}`}>
            <StateMark tone={problem.severity === "error" ? "critical" : "warning"} />
            <div className="min-w-0 flex-1">
              <p className="break-words">
                {problem.line > 0 && (
                  <button type="button" className="link" onClick={() => goTo(problem)}>
                    Line {problem.line}
                  </button>
                )}{" "}
                {problem.message}
              </p>
              {problem.hint && <p className="text-muted text-sm">{problem.hint}</p>}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Outline({ check }: { check: RuleCheck }) {
  return (
    <Section title="What it holds">
      {check.groups.map(({ name, interval, rules }) => (
        <div key={name} className="mb-2">
          <h3 className="font-semibold">
            {name} <span className="text-muted text-sm">every {interval}</span>
          </h3>
          <ul className="text-sm">
            {rules.map((rule) => (
              <li key={`${rule.line} ${rule.name}`} className="break-words">
                <span className="text-muted">{rule.kind}</span> {rule.name}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  );
}
