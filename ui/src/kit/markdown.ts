// The part of Markdown that Vedette's own write-ups use: headings, lists with boxes, tables, bold,
// italic, links to the web and escapes. Everything else stays text; nothing becomes HTML. Pure.

export interface Piece {
  text: string;
  style?: "bold" | "italic" | "code";
  href?: string; // http or https
}

export type Block =
  | { kind: "heading"; level: number; pieces: Piece[] }
  | { kind: "text"; pieces: Piece[] }
  | { kind: "list"; items: { done: boolean | null; pieces: Piece[] }[] } // null: without a box
  | { kind: "table"; rows: Piece[][][] }; // rows of cells

// A mark behind a backslash, or inside a word such as page_sent, begins nothing: what it would end
// with may be the mark of a link further on.
const STYLED =
  /(?<![\\\w])(?:\*\*((?:\\.|[^*\\])+)\*\*|_((?:\\.|[^_\\])+)_(?!\w)|`([^`]+)`|\[((?:\\.|[^\]\\])+)\]\((https?:\/\/[^\s()]+)\))/g;
const withoutEscapes = (text: string) => text.replace(/\\([\\`*_{}[\]<>#|!.-])/g, "$1");

export function readPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(STYLED)) {
    const [whole, bold, italic, code, link, href] = match;
    const before = text.slice(at, match.index);
    if (before) pieces.push({ text: withoutEscapes(before) });
    if (bold) pieces.push({ text: withoutEscapes(bold), style: "bold" });
    else if (italic) pieces.push({ text: withoutEscapes(italic), style: "italic" });
    else if (link && href) pieces.push({ text: withoutEscapes(link), href });
    else pieces.push({ text: code ?? "", style: "code" });
    at = match.index + whole.length;
  }
  if (at < text.length) pieces.push({ text: withoutEscapes(text.slice(at)) });
  return pieces;
}

// Cells between bars that are not escaped.
function cellsOf(line: string): Piece[][] {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/);
  return cells.map((cell) => readPieces(cell.trim()));
}

export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n")) {
    const last = blocks.at(-1);
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*[-*]\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(line);
    if (line.trim() === "") {
      if (last?.kind === "text") blocks.push({ kind: "text", pieces: [] });
    } else if (heading) {
      blocks.push({
        kind: "heading",
        level: heading[1]?.length ?? 1,
        pieces: readPieces(heading[2] ?? ""),
      });
    } else if (item) {
      const one = {
        done: item[1] === undefined ? null : item[1] !== " ",
        pieces: readPieces(item[2] ?? ""),
      };
      if (last?.kind === "list") last.items.push(one);
      else blocks.push({ kind: "list", items: [one] });
    } else if (line.trim().startsWith("|")) {
      if (/^[|\s:-]+$/.test(line) && !/^[|\s]+$/.test(line)) continue;
      const row = cellsOf(line);
      if (last?.kind === "table") last.rows.push(row);
      else blocks.push({ kind: "table", rows: [row] });
    } else if (last?.kind === "text" && last.pieces.length > 0) {
      last.pieces.push({ text: " " }, ...readPieces(line));
    } else {
      blocks.push({ kind: "text", pieces: readPieces(line) });
    }
  }
  return blocks.filter((block) => block.kind !== "text" || block.pieces.length > 0);
}
