// A choice of the time that the charts of the page are compared with; it lives in the address.
import { useWords } from "../../../frame/search_words";
import { plural } from "../../../kit/format";
import { readDays } from "./answers";

const DAYS = [1, 2, 7, 14, 28];

const dayWord = (days: number) => `${plural(days, "day")} ago${days === 7 ? " (last week)" : ""}`;

export function CompareField() {
  const [words, setWords] = useWords();
  const days = readDays(words.cmp);
  const choices = days && !DAYS.includes(days) ? [...DAYS, days] : DAYS;
  return (
    <label className="inline-field">
      Compare with
      <select
        value={days || ""}
        onChange={(event) =>
          setWords({ cmp: event.target.value ? `-${event.target.value}d` : undefined })
        }
      >
        <option value="">nothing</option>
        {choices.map((one) => (
          <option key={one} value={one}>
            {dayWord(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
