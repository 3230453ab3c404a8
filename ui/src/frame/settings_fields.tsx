// What one person chooses on one browser; in the bar's panel and on the Settings screen.
import { useId } from "react";
import { changeSettings, useSettings } from "../kit/settings";

export function SettingsFields() {
  const settings = useSettings();
  return (
    <>
      <Choices
        title="Theme"
        name="theme"
        value={settings.theme}
        options={{ system: "System", light: "Light", dark: "Dark" }}
        pick={(theme) => changeSettings({ theme })}
      />
      <Choices
        title="Density"
        name="density"
        value={settings.density}
        options={{ comfortable: "Comfortable", compact: "Compact" }}
        pick={(density) => changeSettings({ density })}
      />
      <Choices
        title="Times"
        name="zone"
        value={settings.zone}
        options={{ utc: "UTC", local: "Local" }}
        pick={(zone) => changeSettings({ zone })}
      />
      <label className="field">
        Your name, for acknowledgements and comments
        <input
          value={settings.name}
          maxLength={200}
          autoComplete="nickname"
          onChange={(event) => changeSettings({ name: event.target.value })}
        />
      </label>
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          checked={settings.shortcuts}
          onChange={(event) => changeSettings({ shortcuts: event.target.checked })}
        />
        Single-key shortcuts
      </label>
    </>
  );
}

interface ChoicesProps<T extends string> {
  title: string;
  name: string;
  value: T;
  options: Record<T, string>;
  pick: (value: T) => void;
}

function Choices<T extends string>({ title, name, value, options, pick }: ChoicesProps<T>) {
  const group = `${name}-${useId()}`; // the panel may be open over the screen
  return (
    <fieldset>
      <legend className="mb-1 text-muted text-sm">{title}</legend>
      <div className="segments">
        {(Object.entries(options) as [T, string][]).map(([option, label]) => (
          <label key={option} className="segment">
            <input
              type="radio"
              name={group}
              checked={option === value}
              onChange={() => pick(option)}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
