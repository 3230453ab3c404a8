// A small line without axes. Decoration: the numbers are said in words beside it.
export function Sparkline({ values }: { values: number[] }) {
  const points = values.filter(Number.isFinite);
  if (points.length < 2) return <div className="h-8" />;
  const low = Math.min(...points);
  const span = Math.max(...points) - low || 1;
  const x = (index: number) => ((index / (points.length - 1)) * 100).toFixed(1);
  const y = (value: number) => (28 - ((value - low) / span) * 24).toFixed(1);
  const line = points.map((value, index) => `${x(index)},${y(value)}`).join(" ");
  return (
    <svg
      viewBox="0 0 100 32"
      preserveAspectRatio="none"
      className="h-8 w-full text-accent"
      aria-hidden
    >
      <polygon points={`0,32 ${line} 100,32`} fill="currentColor" opacity="0.12" />
      <polyline
        points={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
