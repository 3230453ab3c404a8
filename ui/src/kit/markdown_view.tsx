import type { ReactNode } from "react";
import { type Block, type Piece, readMarkdown } from "./markdown";
import "./markdown.css";

function Pieces({ pieces }: { pieces: Piece[] }): ReactNode {
  return pieces.map(({ text, style, href }, index) => {
    const key = `${index} ${text}`;
    if (href) {
      return (
        <a key={key} className="link" href={href}>
          {text}
        </a>
      );
    }
    if (style === "bold") return <strong key={key}>{text}</strong>;
    if (style === "italic") return <em key={key}>{text}</em>;
    if (style === "code") return <code key={key}>{text}</code>;
    return <span key={key}>{text}</span>;
  });
}

// `level`: of the headings that the text calls the first.
export function MarkdownView({ text, level = 2 }: { text: string; level?: number }) {
  return (
    <div className="markdown">
      {readMarkdown(text).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no names
        <BlockView key={index} block={block} level={level} />
      ))}
    </div>
  );
}

function BlockView({ block, level }: { block: Block; level: number }) {
  if (block.kind === "heading") {
    const Heading = `h${Math.min(6, block.level + level - 1)}` as "h2";
    return (
      <Heading>
        <Pieces pieces={block.pieces} />
      </Heading>
    );
  }
  if (block.kind === "text") {
    return (
      <p>
        <Pieces pieces={block.pieces} />
      </p>
    );
  }
  if (block.kind === "list") {
    return (
      <ul>
        {block.items.map(({ done, pieces }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no names
          <li key={index}>
            {done !== null && <span>{done ? "☑ " : "☐ "}</span>}
            <Pieces pieces={pieces} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="table-box">
      <table>
        <tbody>
          {block.rows
            .filter((row) => row.some((cell) => cell.length > 0))
            .map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names
              <tr key={index}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells have no names
                  <td key={column}>
                    <Pieces pieces={cell} />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
