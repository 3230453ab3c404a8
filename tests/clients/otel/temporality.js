// Records the same measurements with two providers, one of cumulative and one of delta temporality,
// and sends them three times each.
//   node temporality.js PORT proto|http
"use strict";

const { Resource } = require("@opentelemetry/resources");
const metrics = require("@opentelemetry/sdk-metrics");
const { AggregationTemporalityPreference } = require("@opentelemetry/exporter-metrics-otlp-http");

const [port, form] = process.argv.slice(2);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${form}`);
const failed = [];

function start(name, temporalityPreference) {
  const exporter = new OTLPMetricExporter({
    url: `http://127.0.0.1:${port}/v1/metrics`,
    temporalityPreference,
  });
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      if (result.code !== 0) failed.push(String(result.error));
      done(result);
    });
  const provider = new metrics.MeterProvider({
    resource: new Resource({ "service.name": `${name}-${form}`, "service.instance.id": "i-1" }),
    readers: [new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3600_000 })],
  });
  const meter = provider.getMeter("shop.meter");
  let pages = 0;
  meter.createObservableCounter("pages.read").addCallback((r) => r.observe((pages += 11)));
  const requests = meter.createCounter("checkout.requests");
  const queue = meter.createUpDownCounter("queue.length");
  const latency = meter.createHistogram("latency", {
    unit: "ms",
    advice: { explicitBucketBoundaries: [5, 50] },
  });
  return {
    provider,
    record(round) {
      for (const method of ["GET", "POST"]) {
        requests.add(round * method.length, { "http.method": method });
        latency.record(round * 20, { "http.method": method });
      }
      queue.add(round - 3);
      if (round === 2) requests.add(5, { "http.method": "PUT" }); // begins later, and rests in 3
    },
  };
}

async function main() {
  const both = [
    start("cumulative", AggregationTemporalityPreference.CUMULATIVE),
    start("delta", AggregationTemporalityPreference.DELTA),
  ];
  for (const round of [1, 2, 3]) {
    for (const one of both) one.record(round);
    await new Promise((done) => setTimeout(done, 20)); // each round has its own millisecond
    for (const one of both) await one.provider.forceFlush();
  }
  console.log(JSON.stringify({ failed }));
  process.exit(0); // a shutdown would send a fourth time
}

main();
