// All keys, by what they are for.
import { ACTIONS, type Action } from "./keys";

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  "Mod+k": "Ctrl K",
  X: "Shift x",
};

export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(" ").map((key) => (
        <kbd key={key}>{NAMES[key] ?? key}</kbd>
      ))}
    </span>
  );
}

export function KeyTable() {
  const groups = new Map<string, Action[]>();
  for (const action of ACTIONS) {
    groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  }
  return (
    <div className="gap-x-8 sm:columns-2">
      {[...groups].map(([group, actions]) => (
        <section key={group} className="mb-5 break-inside-avoid">
          <h3 className="mb-1 font-semibold">{group}</h3>
          <dl className="grid gap-1">
            {actions.map((action) => (
              <div key={action.id} className="flex min-h-7 items-center justify-between gap-4">
                <dt>{action.label}</dt>
                <dd>
                  <Keys keys={action.keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
