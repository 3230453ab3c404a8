// Writes .br and .gz beside each text file of dist: brotli 11 on the fly would cost a second.
// index.html stays plain: the server puts a nonce into it on every answer.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;

export function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

for (const file of filesBelow(dist)) {
  if (!/\.(js|css|svg)$/.test(file)) continue;
  const bytes = readFileSync(file);
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, brotli));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
// The manifest serves check:budget; it goes beside dist, so that it is not served.
const manifest = join(dist, ".vite");
writeFileSync(
  join(dist, "..", "node_modules", ".vedette-manifest.json"),
  readFileSync(join(manifest, "manifest.json")),
);
rmSync(manifest, { recursive: true });
