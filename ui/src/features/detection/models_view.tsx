// Learned models of services: what each was worth on held-out history, and training a new one.
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";
import { formatNumber, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { HeadRow, TableBox } from "../../kit/table_box";
import { Ago, Clock } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";

type Schemas = components["schemas"];
type Model = Schemas["Model"];
type Training = Schemas["ModelTraining"];

const WATCH_MS = 2000;
const DETECTORS: Record<Model["detector"], string> = {
  lstm_autoencoder: "LSTM autoencoder",
  lstm_attention: "LSTM with attention",
  tcn: "Temporal convolutions",
  transformer: "Transformer",
  gatv2: "Graph attention",
};
// What the model of the graph, which has no service of its own, is of.
const ALL_SERVICES = "All services together";

const modelsQuery = () =>
  queryOptions({
    queryKey: ["models"] as const,
    queryFn: async ({ signal }) => (await ask(client.GET("/api/v1/models", { signal }))).models,
  });

const trainingQuery = (cache: QueryClient) =>
  queryOptions({
    queryKey: ["models", "training"] as const,
    queryFn: async ({ signal }) => {
      const before = cache.getQueryData<Training>(["models", "training"]);
      const training = await ask(client.GET("/api/v1/models/training", { signal }));
      // It has just ended: what it made is worth reading.
      if (before?.state === "running" && training.state !== "running") {
        void readAgain(cache, { queryKey: modelsQuery().queryKey, exact: true });
      }
      return training;
    },
    refetchInterval: ({ state }) => (state.data?.state === "running" ? WATCH_MS : false),
  });

async function train(cache: QueryClient): Promise<void> {
  const begun = await ask(client.POST("/api/v1/models/training", { body: {} }));
  cache.setQueryData(trainingQuery(cache).queryKey, begun);
}

export function ModelsView() {
  const models = useQuery(modelsQuery());
  return (
    <div className="stack">
      <TrainingSection />
      <Section title="Models" count={models.data?.length || undefined}>
        <Answer what="Models" query={models}>
          {(list) =>
            list.length === 0 ? (
              <Empty title="No models yet">
                <p>
                  Detection judges each series by its own past; a model judges the metrics of a
                  service together, and is used only where that finds more.{" "}
                  <code>vedette train</code> or the button above makes one of stored history.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {list.map((model) => (
                  <ModelRow
                    key={`${model.service} ${model.version} ${model.detector}`}
                    model={model}
                  />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
    </div>
  );
}

function TrainingSection() {
  const cache = useQueryClient();
  const training = useQuery(trainingQuery(cache));
  const { busy, error, run } = useRequest();
  return (
    <Section
      title="Training"
      aside={
        <ActButton
          className="button small"
          disabled={busy || training.data?.state === "running"}
          onClick={() => void run(() => train(cache))}
        >
          Train all services now
        </ActButton>
      }
    >
      <Answer what="The training" query={training} rows={1}>
        {(data) => <TrainingState training={data} />}
      </Answer>
      <Refusal error={error} />
    </Section>
  );
}

function TrainingState({ training }: { training: Training }) {
  const { state, service, detector, epoch, epochs_max, services = 0, services_done = 0 } = training;
  switch (state) {
    case "running":
      return (
        <div role="status">
          <p>
            {service || (detector === "gatv2" ? ALL_SERVICES : "")}
            {service || detector === "gatv2" ? ", " : ""}
            {detector ? `${DETECTORS[detector as Model["detector"]] ?? detector}, ` : ""}
            {epoch === undefined ? "reading history" : `epoch ${epoch} of at most ${epochs_max}`}
          </p>
          <progress className="training" value={services_done} max={Math.max(services, 1)}>
            {services_done} of {services}
          </progress>
          <p className="text-muted text-sm">
            {services_done} of {plural(services, "service")} done
          </p>
        </div>
      );
    case "failed":
      return (
        <p className="tone-critical break-words">The last training failed: {training.error}</p>
      );
    case "busy":
      return <p className="text-muted">Another tenant’s training runs; one runs at a time.</p>;
    case "done":
      return (
        <p className="text-muted">
          The last one was of {plural(services, "service")}
          {training.started_at && (
            <>
              {" "}
              and began <Ago at={training.started_at} />
            </>
          )}
          .
        </p>
      );
    default:
      return <p className="text-muted">None since the server began.</p>;
  }
}

function ModelRow({ model }: { model: Model }) {
  const { service, detector, version, kept, trained_at, trial, metrics } = model;
  const tone = kept ? "normal" : "muted";
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">
          {service || ALL_SERVICES}{" "}
          <span className="text-muted">{DETECTORS[detector] ?? detector}</span>
        </p>
        <p className="text-sm">
          Of {plural(trial.faults, model.services ? "touched service" : "fault")} put into held-out
          history the statistics found {trial.found_by_statistics}, the model {trial.found_by_model}
          , both together <strong>{trial.found_by_either}</strong>.
          {trial.roots &&
            ` Of ${plural(trial.roots.faults, "fault")} it named the root of ${trial.roots.named_by_model}, a plain rule of ${trial.roots.named_by_rule}.`}
        </p>
        <p className="row-facts">
          <span>version {version}</span>
          <span>{plural(metrics.length, "metric")}</span>
          <span>
            learnt from <Clock at={model.learnt_from} seconds={false} /> to{" "}
            <Clock at={model.learnt_to} seconds={false} />
          </span>
          <span>{formatNumber(model.parameters)} parameters</span>
        </p>
        <details className="row-more">
          <summary>By kind of fault, and the metrics</summary>
          <FaultTable model={model} />
          <p className="mt-2 break-words text-muted text-sm">{metrics.join(", ")}</p>
        </details>
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{kept ? "In use" : "Not used"}</span>
        <span>{kept ? "it adds recall" : "it adds too little"}</span>
        <Ago at={trained_at} />
      </p>
    </li>
  );
}

function FaultTable({ model: { trial, service } }: { model: Model }) {
  return (
    <TableBox label={`Faults by kind, ${service || ALL_SERVICES}`}>
      <table className="table">
        <HeadRow names={["Fault", "Put in", "Statistics", "Model", "Together"]} />
        <tbody>
          {Object.entries(trial.by_fault).map(([name, found]) => (
            <tr key={name}>
              <th scope="row">{name.replaceAll("_", " ")}</th>
              <td>{found.faults}</td>
              <td>{found.found_by_statistics}</td>
              <td>{found.found_by_model}</td>
              <td>{found.found_by_either}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
