// What each request takes, as the server's own table of routes says it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OPENAPI = fileURLToPath(new URL("../../src/api/openapi.json", import.meta.url));
export const ALL = ["read", "ingest", "respond", "edit", "admin"];

const routes = Object.entries(JSON.parse(readFileSync(OPENAPI, "utf8")).paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      method: method.toUpperCase(),
      path: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      names: path.split("{").length,
      needs: route["x-permission"],
    })),
  )
  .sort((a, b) => a.names - b.names); // what is written out comes before what has a name in it

export function mayAsk(permissions, method, path) {
  const route = routes.find((one) => one.method === method && one.path.test(path));
  const needs = route?.needs ?? "read";
  return needs === "public" || permissions.includes(needs);
}
