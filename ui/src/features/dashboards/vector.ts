// An instant answer as a table: a column for each label that tells rows apart. Pure.

export interface VectorTable {
  columns: string[]; // labels
  rows: { key: string; labels: Record<string, string>; value: number }[]; // the highest first
  left: number; // rows beyond the most that are shown
}

type Labels = Record<string, string>;

// Takes any JSON; null when it is neither a vector nor a scalar.
export function readVector(answer: unknown, rowsMax: number): VectorTable | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { resultType, result } = answer as { resultType?: unknown; result?: unknown };
  if (!Array.isArray(result)) return null;
  const samples: { metric?: Labels; value?: unknown }[] =
    resultType === "scalar" ? [{ value: result }] : resultType === "vector" ? result : [];
  if (resultType !== "scalar" && resultType !== "vector") return null;
  const all = samples.flatMap(({ metric = {}, value }) => {
    if (!Array.isArray(value)) return [];
    const { __name__: _name, ...labels } = metric;
    return [{ key: JSON.stringify(metric), labels, value: Number(value[1]) }];
  });
  all.sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1));
  const rows = all.slice(0, rowsMax);
  return {
    columns: columnsOf(rows.map(({ labels }) => labels)),
    rows,
    left: all.length - rows.length,
  };
}

// What all rows share tells none of them apart; of one row everything is told.
function columnsOf(all: Labels[]): string[] {
  const names = [...new Set(all.flatMap(Object.keys))].sort();
  if (all.length < 2) return names;
  return names.filter((name) => all.some((labels) => labels[name] !== all[0]?.[name]));
}
