// What the colours of a chart stand for.
export function Swatch({ color }: { color: string }) {
  return <span className="swatch" style={{ background: `var(${color})` }} aria-hidden />;
}

interface SwatchesProps {
  label: string;
  items: { name: string; color: string }[];
}

export function Swatches({ label, items }: SwatchesProps) {
  return (
    <ul className="swatches" aria-label={label}>
      {items.map(({ name, color }) => (
        <li key={name}>
          <Swatch color={color} /> {name}
        </li>
      ))}
    </ul>
  );
}
