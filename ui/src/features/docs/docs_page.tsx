// The operations of openapi.json, each with a line to try.
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/client";
import { MarkdownView } from "../../kit/markdown_view";
import { Answer, Section } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { listOperations, type OpenApi, type Operation } from "./operations";

async function load(): Promise<OpenApi> {
  const response = await fetch("/openapi.json").catch(() => null);
  if (!response?.ok) {
    throw new ApiError(response?.status ?? 0, "unavailable", "openapi.json was not answered.");
  }
  return (await response.json()) as OpenApi;
}

export default function DocsPage() {
  usePageTitle("API");
  const document = useQuery({ queryKey: ["openapi"], queryFn: load });
  return (
    <div className="stack max-w-4xl">
      <header className="incident-head">
        <h1 className="text-2xl font-semibold">API</h1>
        <Answer what="The document" query={document} rows={2}>
          {({ info }) => <MarkdownView text={info.description ?? ""} />}
        </Answer>
        <p>
          <a href="/openapi.json" className="link">
            openapi.json
          </a>
        </p>
      </header>
      {document.data &&
        listOperations(document.data).map(({ tag, description, operations }) => (
          <Section key={tag} title={description || tag} count={operations.length}>
            <ul className="rows">
              {operations.map((operation) => (
                <OperationRow key={operation.id} operation={operation} />
              ))}
            </ul>
          </Section>
        ))}
    </div>
  );
}

function OperationRow({ operation }: { operation: Operation }) {
  const { method, path, summary, permission, parameters, id } = operation;
  return (
    <li className="row" id={id}>
      <details className="min-w-0 flex-1">
        <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-3">
          <code className="font-semibold">{method}</code>
          <code className="break-all">{path}</code>
          <span className="text-muted">{summary}</span>
          <span className="chip ml-auto">{permission}</span>
        </summary>
        {parameters.length > 0 && (
          <dl className="mt-2 grid gap-1">
            {parameters.map(({ name, description, required }) => (
              <div key={name} className="flex flex-wrap gap-x-3">
                <dt>
                  <code>{name}</code>
                  {required && " (required)"}
                </dt>
                <dd className="text-muted">{description}</dd>
              </div>
            ))}
          </dl>
        )}
        <pre className="code mt-2">
          {`curl ${method === "GET" ? "" : `-X ${method} `}'${location.origin}${path}'`}
        </pre>
      </details>
    </li>
  );
}
