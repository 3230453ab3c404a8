import { plural } from "./format";

interface DaysProps {
  label: string; // for those who cannot see where it stands
  choices: readonly number[];
  days: number;
  onChoose: (days: number) => void;
}

// How many days to look back.
export function Days({ label, choices, days, onChoose }: DaysProps) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {choices.map((count) => (
        <button
          key={count}
          type="button"
          className="segment"
          aria-pressed={days === count}
          onClick={() => onChoose(count)}
        >
          {plural(count, "day")}
        </button>
      ))}
    </div>
  );
}
