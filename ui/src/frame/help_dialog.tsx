import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../api/queries";
import { Dialog } from "../kit/dialog";
import { changeSettings, useSettings } from "../kit/settings";
import { ACTIONS, type Action } from "./keys";

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  "Mod+k": "Ctrl K",
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

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const { shortcuts } = useSettings();
  const status = useQuery(statusQuery());
  const groups = new Map<string, Action[]>();
  for (const action of ACTIONS) {
    groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  }
  return (
    <Dialog title="Keys and help" onClose={onClose} wide>
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
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={(event) => changeSettings({ shortcuts: event.target.checked })}
        />
        Single-key shortcuts are on
      </label>
      <section className="border-line border-t pt-4">
        <h3 className="font-semibold">Welcome to OpsBuddy - AI driven oncall support</h3>
        <p className="text-muted">
          This is Vedette {status.data?.version}: it watches metrics, logs and events, opens
          incidents, and tells people. Everything on these pages is also an API.
        </p>
      </section>
    </Dialog>
  );
}
