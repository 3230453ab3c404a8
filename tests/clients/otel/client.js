// Sends metrics, logs and one trace with the OpenTelemetry SDK, once, and ends.
//   node client.js PORT proto|http none|gzip
// What it prints as JSON is what the test looks for.
"use strict";

const { trace, context } = require("@opentelemetry/api");
const { SeverityNumber } = require("@opentelemetry/api-logs");
const { Resource } = require("@opentelemetry/resources");
const { LoggerProvider, SimpleLogRecordProcessor } = require("@opentelemetry/sdk-logs");
const metrics = require("@opentelemetry/sdk-metrics");
const { NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");

const [port, form, compression] = process.argv.slice(2);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${form}`);
const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${form}`);
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${form}`);

const service = `shop-${form}-${compression}`;
const resource = new Resource({
  "service.name": service,
  "service.namespace": "eu",
  "service.instance.id": "i-1",
  "host.name": "otel-host",
});
const options = (signal) => ({ url: `http://127.0.0.1:${port}/v1/${signal}`, compression });
const failed = [];
const watch = (exporter) => {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      if (result.code !== 0) failed.push(String(result.error));
      done(result);
    });
  return exporter;
};

async function main() {
  const tracer = new NodeTracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor(watch(new OTLPTraceExporter(options("traces"))))],
  });
  const loggers = new LoggerProvider({ resource });
  loggers.addLogRecordProcessor(
    new SimpleLogRecordProcessor(watch(new OTLPLogExporter(options("logs")))));
  const meters = new metrics.MeterProvider({
    resource,
    views: [
      new metrics.View({
        instrumentName: "payload.size",
        aggregation: new metrics.ExponentialHistogramAggregation(160),
      }),
    ],
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: watch(new OTLPMetricExporter(options("metrics"))),
        exportIntervalMillis: 3600_000,
      }),
    ],
  });

  const meter = meters.getMeter("shop.meter", "1.2.3");
  meter.createCounter("checkout.requests", { description: "Checkouts." })
    .add(7, { "http.method": "POST" });
  meter.createUpDownCounter("queue.length").add(-3);
  meter.createObservableGauge("memory.use", { unit: "By" }).addCallback((r) => r.observe(4096));
  const latency = meter.createHistogram("latency", {
    unit: "ms",
    advice: { explicitBucketBoundaries: [5, 50] },
  });
  const sizes = meter.createHistogram("payload.size", { unit: "By" });
  for (const value of [1, 20, 700]) {
    latency.record(value);
    sizes.record(value);
  }

  const span = tracer.getTracer("shop.tracer").startSpan("checkout", { kind: 1 });
  span.setAttribute("order.id", 42);
  span.addEvent("paid", { amount: 9.5 });
  const inside = trace.setSpan(context.active(), span);
  tracer.getTracer("shop.tracer").startSpan("charge card", { kind: 2 }, inside).end();
  loggers.getLogger("shop.logger").emit({
    severityNumber: SeverityNumber.ERROR,
    severityText: "ERROR",
    body: "card was declined",
    attributes: { "card.kind": "debit", tries: 3 },
    context: inside,
  });
  span.setStatus({ code: 2, message: "declined" });
  span.end();

  await Promise.all([tracer.shutdown(), loggers.shutdown(), meters.shutdown()]);
  console.log(JSON.stringify({ service, failed, ...span.spanContext() }));
}

main();
