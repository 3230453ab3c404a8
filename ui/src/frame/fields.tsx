// Filters of a screen. Each is a word of the address.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { statusQuery } from "../api/queries";
import { useAction } from "./keys";
import { useWords } from "./search_words";

interface SelectFieldProps {
  label: string;
  word: string;
  all: string; // what no choice is called
  options: [value: string, text: string][];
}

export function SelectField({ label, word, all, options }: SelectFieldProps) {
  const [words, setWords] = useWords();
  const value = words[word] ?? "";
  const known = !value || options.some(([option]) => option === value);
  return (
    <label className="inline-field">
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => setWords({ [word]: event.target.value || undefined })}
      >
        <option value="">{all}</option>
        {!known && <option value={value}>{value}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ServiceField({ word = "service" }: { word?: string }) {
  const status = useQuery(statusQuery());
  const names = status.data?.services.map(({ name }) => name).sort() ?? [];
  return (
    <SelectField
      label="Service"
      word={word}
      all="All services"
      options={names.map((name) => [name, name])}
    />
  );
}

interface TextFieldProps {
  label: string;
  word: string;
  example?: string; // shown while it is empty; default: the label
  main?: boolean; // "/" goes here
  size?: number;
}

// Takes effect on Enter, or when one leaves it.
export function TextField({
  label,
  word,
  example = label,
  main = false,
  size = Math.max(18, example.length),
}: TextFieldProps) {
  const [words, setWords] = useWords();
  const field = useRef<HTMLInputElement>(null);
  const value = words[word] ?? "";
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (text !== value) setWords({ [word]: text || undefined });
  };
  return (
    <form onSubmit={submit} className="inline-field">
      {main && <FilterKey run={() => field.current?.focus()} />}
      <input
        key={value}
        ref={field}
        type="search"
        aria-label={label}
        placeholder={example}
        defaultValue={value}
        size={size}
        maxLength={1000}
        spellCheck={false}
        autoComplete="off"
        onBlur={() => submit()}
      />
    </form>
  );
}

function FilterKey({ run }: { run: () => void }) {
  useAction("filter", run);
  return null;
}

interface ToggleProps {
  label: string;
  on: boolean;
  change: (on: boolean) => void;
  disabled?: boolean;
}

export function Toggle({ label, on, change, disabled = false }: ToggleProps) {
  return (
    <button
      type="button"
      className="segment"
      aria-pressed={on}
      disabled={disabled}
      onClick={() => change(!on)}
    >
      {label}
    </button>
  );
}
