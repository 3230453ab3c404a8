import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../api/queries";
import { Dialog } from "../kit/dialog";
import { changeSettings, useSettings } from "../kit/settings";
import { KeyTable } from "./key_table";

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const { shortcuts } = useSettings();
  const status = useQuery(statusQuery());
  return (
    <Dialog title="Keys and help" onClose={onClose} wide>
      <KeyTable />
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
