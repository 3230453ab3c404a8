// Reads the parts of an OpenAPI document that the page shows. Pure.

interface Parameter {
  name: string;
  description?: string;
  required?: boolean;
  $ref?: string;
}

interface RawOperation {
  operationId: string;
  tags?: string[];
  summary?: string;
  parameters?: Parameter[];
  "x-permission"?: string;
}

export interface OpenApi {
  info: { description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components?: { parameters?: Record<string, Parameter> };
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  permission: string;
  parameters: Parameter[];
}

export interface OperationGroup {
  tag: string;
  description: string;
  operations: Operation[];
}

export function listOperations(document: OpenApi): OperationGroup[] {
  const groups = new Map<string, OperationGroup>(
    (document.tags ?? []).map(({ name, description = "" }) => [
      name,
      { tag: name, description, operations: [] },
    ]),
  );
  const resolve = (parameter: Parameter): Parameter => {
    const name = parameter.$ref?.split("/").at(-1);
    return (name && document.components?.parameters?.[name]) || parameter;
  };
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, raw] of Object.entries(methods)) {
      const tag = raw.tags?.[0] ?? "other";
      const group = groups.get(tag) ?? { tag, description: "", operations: [] };
      groups.set(tag, group);
      group.operations.push({
        id: raw.operationId,
        method: method.toUpperCase(),
        path,
        summary: raw.summary ?? "",
        permission: raw["x-permission"] ?? "",
        parameters: (raw.parameters ?? []).map(resolve),
      });
    }
  }
  return [...groups.values()].filter(({ operations }) => operations.length > 0);
}
