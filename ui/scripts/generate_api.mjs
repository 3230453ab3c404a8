// Writes src/api/schema.d.ts from the server's OpenAPI document; with --check it only compares,
// and fails when the two have drifted apart.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../src/api/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

const head = "// Generated from src/api/openapi.json by `npm run generate:api`. Do not edit.\n\n";
const text = head + astToString(await openapiTS(source));

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/api/schema.d.ts does not match src/api/openapi.json: npm run generate:api");
    process.exit(1);
  }
  console.log("schema.d.ts matches openapi.json");
} else {
  writeFileSync(target, text);
  console.log(`wrote ${fileURLToPath(target)}`);
}
