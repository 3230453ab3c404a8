// Generated from src/api/openapi.json by `npm run generate:api`. Do not edit.

export interface paths {
    "/api/v1/write": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prometheus remote write 1.0 and 2.0
         * @description The Content-Type says which: `application/x-protobuf` is 1.0, `application/x-protobuf;proto=io.prometheus.write.v2.Request` is 2.0. Floats, native histograms, exemplars and metadata are taken of both. Every answer to 2.0 says in `X-Prometheus-Remote-Write-Samples-Written`, `-Histograms-Written` and `-Exemplars-Written` what was stored. What can be stored is stored. When samples are refused (labels that are not valid, out of order, more than `ingest.max_future` ahead of the server's clock, ...), the answer is 400 with the number and the first reason as text; do not send them again.
         */
        post: operations["remoteWrite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: metrics of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: logs of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: traces of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpTraces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/otlp/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: metrics of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpMetricsBelowApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/otlp/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: logs of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpLogsBelowApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/otlp/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OTLP/HTTP: traces of OpenTelemetry
         * @description Protobuf or JSON; gzip, zstd or no encoding. What is refused for good is counted in partial_success, the rest is stored.
         */
        post: operations["otlpTracesBelowApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write what the recording rules of a rule file would have written
         * @description The body is a rule file. At most a day per request; what is there stays, so that a request may be sent again.
         */
        post: operations["backfillRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/prometheus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Text exposition or OpenMetrics, pushed
         * @description Samples without a timestamp get the time of arrival.
         */
        post: operations["importPrometheus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send one event, or a list */
        post: operations["postEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/alertmanager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Alertmanager's webhook: every alert becomes an event */
        post: operations["postAlertmanager"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/cloudwatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A CloudWatch alarm through SNS or EventBridge becomes an event; subscriptions are never confirmed */
        post: operations["postCloudWatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes, newest first */
        get: operations["queryChanges"];
        put?: never;
        /** Send one change (a deployment, a flag, a configuration), or a list */
        post: operations["postChanges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/loki/api/v1/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Loki's push request, in JSON or as a snappy block of protobuf */
        post: operations["lokiPush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/write": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** InfluxDB line protocol, as Telegraf's output influxdb sends it (`precision`, `db`) */
        post: operations["influxWriteV1"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/write": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** InfluxDB line protocol, as Telegraf's output influxdb_v2 sends it (`precision`, `bucket`) */
        post: operations["influxWriteV2"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/influx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** InfluxDB line protocol (`precision`, `db`) */
        post: operations["importInflux"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says hello to InfluxDB's clients */
        get: operations["influxPing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers `CREATE DATABASE`, which Telegraf sends before it writes (`q`) */
        get: operations["influxQuery"];
        put?: never;
        /** Answers `CREATE DATABASE`, which Telegraf sends before it writes (`q`) */
        post: operations["influxQueryPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log records of S4, newest first (`service`, `level`, `operation`, `start_time`, `end_time`, `limit`) */
        get: operations["s4ListLogs"];
        put?: never;
        /** A list of log records of S4 */
        post: operations["s4PostLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/logs/single": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One log record of S4 */
        post: operations["s4PostLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/logs/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log records of S4 with their derived fields */
        post: operations["s4QueryLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/analytics/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A metric in windows of a minute, by groups */
        post: operations["s4AnalyticsQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same as /api/analytics/analytics/query */
        post: operations["s4Query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log counts of the last 24 hours by service */
        get: operations["s4Metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log counts and error rate of the last 24 hours */
        get: operations["s4Stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/collector/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether logs are taken */
        get: operations["s4CollectorStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Name, version and paths */
        get: operations["s4Info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Health as a service of S4 tells it */
        get: operations["s4Health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The paths of S3 */
        get: operations["s3Index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The paths of S3 */
        get: operations["s3IndexSlash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an event and have it judged */
        post: operations["s3PostEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The worst of the last 100 events */
        get: operations["s3Health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Judged events, newest first; `status` may repeat */
        get: operations["s3Logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/logs/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same, with start_time and end_time */
        post: operations["s3QueryLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Numbers of all judged events */
        get: operations["s3Stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/analysis/re-evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge the last minutes again */
        post: operations["s3Reevaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/analysis/llm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a language model: there is none */
        post: operations["s3Analyze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/maintenance/cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Archive and remove what is older */
        post: operations["s3CleanUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/anomalies/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is or was wrong in the last minutes */
        get: operations["s5CurrentAnomalies"];
        put?: never;
        /** What is or was wrong in the last minutes */
        post: operations["s5CurrentAnomaliesPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/anomalies/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Anomalies of some hours by component */
        get: operations["s5AnomalySummary"];
        put?: never;
        /** Anomalies of some hours by component */
        post: operations["s5AnomalySummaryPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/anomalies/patterns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What anomalies of several components mean together */
        get: operations["s5AnomalyPatterns"];
        put?: never;
        /** What anomalies of several components mean together */
        post: operations["s5AnomalyPatternsPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether all is well, in one word */
        get: operations["s5SystemStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/trend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The trend of a metric over some hours, as S5 tells it */
        post: operations["s5MetricsTrend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send one log line, or a list */
        post: operations["postLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log lines, newest first */
        get: operations["queryLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/patterns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What kinds of log lines there are, with counts over time */
        get: operations["listLogPatterns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/tail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** New log lines as they come: server-sent events log (a Log) and dropped ({lines}) */
        get: operations["tailLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Traces with a span that fits, newest first */
        get: operations["listTraces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Services that sent spans, and their operations */
        get: operations["listTraceServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/{trace_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A trace: its spans by start, and who called whom */
        get: operations["getTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events, newest first */
        get: operations["queryEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** PromQL at one time */
        get: operations["queryInstant"];
        put?: never;
        /** PromQL at one time, parameters as a form */
        post: operations["queryInstantForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query_range": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** PromQL over a range */
        get: operations["queryRange"];
        put?: never;
        /** PromQL over a range, parameters as a form */
        post: operations["queryRangeForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Label sets of the series that match */
        get: operations["listSeries"];
        put?: never;
        /** Label sets of the series that match, parameters as a form */
        post: operations["listSeriesForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Label names */
        get: operations["listLabels"];
        put?: never;
        /** Label names, parameters as a form */
        post: operations["listLabelsForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/label/{name}/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Values of one label */
        get: operations["listLabelValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/format_query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A PromQL expression in its canonical form */
        get: operations["formatQuery"];
        put?: never;
        /** A PromQL expression in its canonical form */
        post: operations["formatQueryForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/parse_query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The syntax tree of a PromQL expression */
        get: operations["parseQuery"];
        put?: never;
        /** The syntax tree of a PromQL expression */
        post: operations["parseQueryForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/buildinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The version of Prometheus whose API and semantics these paths have */
        get: operations["getBuildInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Type, help and unit of metrics */
        get: operations["listMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query_exemplars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exemplars of the series that a query selects */
        get: operations["queryExemplars"];
        put?: never;
        /** Exemplars of the series that a query selects */
        post: operations["queryExemplarsForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prometheus remote read, answered with samples or streamed XOR chunks, whichever the request names first */
        post: operations["remoteRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recording and alerting rules and how they are */
        get: operations["listRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts of rules that are pending or firing */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scrape_pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of the scrape jobs that have targets */
        get: operations["listScrapePools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metric metadata by target */
        get: operations["listTargetMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alertmanagers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Always none: Vedette notifies by itself */
        get: operations["listAlertmanagers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the server wants its operator to know; none yet */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/features": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which optional behaviour of Prometheus there is */
        get: operations["listFeatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configuration in effect as YAML, without secrets */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settings in effect, by their keys */
        get: operations["getFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/runtimeinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Start, host, retention */
        get: operations["getRuntimeInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/walreplay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Always done: the server answers after recovery */
        get: operations["getWalReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/tsdb": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cardinality in Prometheus' form */
        get: operations["getTsdbStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cardinality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which metrics, labels and values cost how many series
         * @description Counts of the caller's tenant; who may act on all tenants also gets the series of each.
         */
        get: operations["exploreCardinality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/slow_queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queries that took longer than `limits.query_slow`, newest first */
        get: operations["listSlowQueries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scrape targets and their health */
        get: operations["listTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What fires, in Alertmanager's form */
        get: operations["v2GetAlerts"];
        put?: never;
        /** Alerts as Prometheus sends them to an Alertmanager: they fire until endsAt, or resolve_timeout when it is not told */
        post: operations["v2PostAlerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/alerts/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What fires, by group and receiver, in Alertmanager's form */
        get: operations["v2GetAlertGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Silences, in Alertmanager's form */
        get: operations["v2GetSilences"];
        put?: never;
        /** Add or change a silence, in Alertmanager's form */
        post: operations["v2PostSilences"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/silence/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One silence, in Alertmanager's form */
        get: operations["v2GetSilence"];
        put?: never;
        post?: never;
        /** End a silence */
        delete: operations["v2DeleteSilence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an Alertmanager says of itself */
        get: operations["v2GetStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/receivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of the receivers */
        get: operations["v2GetReceivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Silences, with what each hides */
        get: operations["listSilences"];
        put?: never;
        /** Add or change a silence */
        post: operations["putSilence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/silences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One silence, with what it hides */
        get: operations["getSilence"];
        put?: never;
        post?: never;
        /** End a silence now; once more is fine */
        delete: operations["expireSilence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a resolution back */
        post: operations["reopenIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take over another incident that is open */
        post: operations["mergeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give anomalies an incident of their own */
        post: operations["splitIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/phase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say how far the work is */
        post: operations["setIncidentPhase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say who does what */
        post: operations["assignIncidentRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write down what is to be done */
        post: operations["addIncidentTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/tasks/{task}/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It is done */
        post: operations["finishIncidentTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a link with the incident */
        post: operations["addIncidentLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/postmortem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A draft of the post-mortem, in Markdown */
        get: operations["getPostMortem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How soon incidents were acknowledged and resolved */
        get: operations["getIncidentReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents, worst and newest first
         * @description Open before acknowledged before resolved; within a state critical before warning before info; then the newest start first. `from` and `to` keep the incidents that were not resolved before `from` and started at or before `to`.
         */
        get: operations["listIncidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One incident with its timeline */
        get: operations["getIncident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that someone is working on it
         * @description Doing it again changes nothing and answers 200. 409 when the incident is resolved.
         */
        post: operations["acknowledgeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that it is over
         * @description Doing it again changes nothing and answers 200.
         */
        post: operations["resolveIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a row to the timeline */
        post: operations["commentIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oncall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is on call now, until when, and who comes next */
        get: operations["whoIsOnCall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All schedules with who is on call now */
        get: operations["listSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One schedule; with .ics after the name its duties as iCalendar */
        get: operations["getSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{name}/shifts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is on call when, the gaps, and how the load is shared */
        get: operations["listShifts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{name}/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Overrides of a schedule, past ones for 90 days */
        get: operations["listOverrides"];
        put?: never;
        /** Somebody else is on call for a while; with in_return a swap */
        post: operations["createOverride"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{name}/overrides/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an override */
        delete: operations["deleteOverride"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{name}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Overrides of an iCalendar file: one per event that names a user */
        post: operations["importCalendar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What will disappoint somebody one night: people without a contact, routes that never match, gaps in schedules */
        get: operations["checkNotify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test page to each contact of a user, or to a receiver */
        post: operations["sendTestPage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a receiver would be sent about a sample incident; nothing is sent */
        post: operations["previewNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slack/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where Slack reports the buttons of messages; its signature stands for a key */
        post: operations["slackInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was told what, when, and whether it arrived */
        get: operations["listLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/anomalies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Anomalies, newest start first
         * @description `from` and `to` keep the anomalies that had not ended before `from` and started at or before `to`.
         */
        get: operations["listAnomalies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was asked and what was seen, as it was then
         * @description What was seen: taken again while its anomaly is open, and kept as it is once that has closed. The page `/e/{id}` shows it to people.
         */
        get: operations["getEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is wrong now, in one answer */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes as they happen: server-sent events */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep an API key in the browser's session cookie */
        post: operations["openSession"];
        /** Forget the session's key */
        delete: operations["closeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Vedette's own metrics */
        get: operations["getSelfMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ready to take work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tsdb/delete_series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Delete the samples of matching series in a time range, at once and for good */
        put: operations["deleteSeriesPut"];
        /** Delete the samples of matching series in a time range, at once and for good */
        post: operations["deleteSeries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tsdb/clean_tombstones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give the space of deleted data back to the disk */
        put: operations["cleanTombstonesPut"];
        /** Give the space of deleted data back to the disk */
        post: operations["cleanTombstones"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tsdb/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Copy all data, as it is now, to a folder below DATA/snapshots */
        put: operations["makeSnapshotPut"];
        /** Copy all data, as it is now, to a folder below DATA/snapshots */
        post: operations["makeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tenants/{name}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Empty a tenant; answers when it is done */
        delete: operations["deleteTenantData"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Duty: {
            user: string;
            full_name: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
            /** @description "layer ..." or "override ..." */
            cause: string;
        };
        Override: {
            id: string;
            schedule: string;
            user: string;
            /** @description Only when this person would be on call; empty: whoever it is */
            replaces: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            reason: string;
            by: string;
            /** Format: date-time */
            created_at: string;
        };
        OverrideInput: {
            user: string;
            replaces?: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            reason?: string;
            by?: string;
            /** @description A swap: when `replaces` stands in for `user` */
            in_return?: {
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            };
        };
        ScheduleLayer: {
            name: string;
            start: string;
            rotation: string;
            users: string[];
            hours: string[];
        };
        Schedule: {
            name: string;
            time_zone: string;
            on_call: components["schemas"]["Duty"] | null;
            /** Format: date-time */
            until: string;
            next: components["schemas"]["Duty"] | null;
            layers: components["schemas"]["ScheduleLayer"][];
            overrides: components["schemas"]["Override"][];
        };
        ShiftList: {
            schedule: string;
            shifts: components["schemas"]["Duty"][];
            gaps: {
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                until: string;
            }[];
            load: {
                user: string;
                shifts: number;
                hours: number;
                night_hours: number;
                weekend_hours: number;
            }[];
            complete: boolean;
        };
        OnCallNow: {
            teams: {
                team: string;
                members: string[];
                schedule: string | null;
                on_call: components["schemas"]["Duty"] | null;
                /** Format: date-time */
                until?: string;
                next?: components["schemas"]["Duty"] | null;
            }[];
            schedules: {
                schedule: string;
                on_call: components["schemas"]["Duty"] | null;
                /** Format: date-time */
                until: string;
                next: components["schemas"]["Duty"] | null;
            }[];
        };
        NotifyFinding: {
            /** @enum {string} */
            kind: "no_contact" | "never_matches" | "gap" | "unused" | "nobody";
            subject: string;
            message: string;
            line: number;
        };
        TrailRow: {
            /** Format: date-time */
            time: string;
            incident_id: string;
            /** @description "notice", or what happened instead: deferred, nobody, escalated, fell_back, exhausted, stopped, failed, ... */
            kind: string;
            text: string;
        };
        LogStats: {
            stats: {
                by: string[];
                step: string;
                times: string[];
                series: {
                    labels: {
                        [key: string]: string;
                    };
                    text?: string;
                    total: number;
                    values: (number | null)[];
                }[];
                complete: boolean;
                warning?: string;
                lines_scanned?: number;
                bytes_read?: number;
            };
        };
        LogPatternList: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            step: string;
            complete: boolean;
            patterns: {
                id: string;
                service: string;
                pattern: string;
                example: string;
                count: number;
                /** Format: date-time */
                first_seen: string;
                /** Format: date-time */
                last_seen: string;
                buckets: number[];
            }[];
        };
        Change: {
            id: string;
            /** Format: date-time */
            time: string;
            service: string;
            kind: string;
            title: string;
            version: string;
            status: string;
            author: string;
            url: string;
            data: Record<string, never>;
            labels: {
                [key: string]: string;
            };
        };
        ChangePage: {
            changes: components["schemas"]["Change"][];
            next_cursor: components["schemas"]["Cursor"];
            warning?: string;
        };
        TraceSummary: {
            trace_id: string;
            service: string;
            operation: string;
            /** Format: date-time */
            start: string;
            duration_ms: number;
            span_count: number;
            error_count: number;
            services: string[];
        };
        TraceList: {
            traces: components["schemas"]["TraceSummary"][];
            next_cursor: components["schemas"]["Cursor"];
            warning?: string;
        };
        TraceServiceList: {
            services: {
                service: string;
                operations: string[];
            }[];
        };
        Span: {
            trace_id: string;
            span_id: string;
            parent_span_id: string;
            service: string;
            operation: string;
            /** @enum {string} */
            kind: "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";
            /** @enum {string} */
            status: "unset" | "ok" | "error";
            status_message: string;
            /** Format: date-time */
            start: string;
            start_ns: string;
            duration_ms: number;
            attributes: {
                [key: string]: string;
            };
            resource: {
                [key: string]: string;
            };
            events: {
                /** Format: date-time */
                time: string;
                time_ns: string;
                name: string;
                attributes: {
                    [key: string]: string;
                };
            }[];
            links: {
                trace_id: string;
                span_id: string;
            }[];
        };
        Trace: components["schemas"]["TraceSummary"] & {
            spans: components["schemas"]["Span"][];
            edges: {
                caller: string;
                callee: string;
                calls: number;
                errors: number;
                total_ms: number;
            }[];
        };
        /**
         * @description info < 0.7 <= warning < 0.9 <= critical on the scale of scores
         * @enum {string}
         */
        Severity: "info" | "warning" | "critical";
        /** @enum {string} */
        Verdict: "NORMAL" | "WARNING" | "CRITICAL";
        /** @enum {string} */
        IncidentState: "open" | "acknowledged" | "resolved";
        /** @enum {string} */
        AnomalyState: "open" | "closed";
        /**
         * @description baseline: left the range that is normal for the series; threshold: passed a configured limit; absence: data stopped; rule: an alerting rule fires
         * @enum {string}
         */
        AnomalyKind: "baseline" | "threshold" | "absence" | "rule" | "alert";
        /** @enum {string} */
        LogLevel: "trace" | "debug" | "info" | "warning" | "error" | "fatal";
        /** @enum {string} */
        StreamTopic: "incidents" | "anomalies" | "status";
        Labels: {
            [key: string]: string;
        };
        /** @description RFC 3339, or Unix seconds with a fraction */
        PrometheusTime: string | number;
        Error: {
            error: {
                /** @enum {string} */
                code: "invalid_argument" | "not_found" | "already_exists" | "failed_precondition" | "resource_exhausted" | "deadline_exceeded" | "unavailable" | "data_loss" | "unauthenticated" | "permission_denied" | "unimplemented" | "internal";
                /** @description For people; names what is wrong and what to do */
                message: string;
                /** @description The part of the request that is wrong, such as `[3].time` */
                field?: string;
                /** @description The limit that was passed */
                limit?: number | string;
            };
        };
        PrometheusError: {
            /** @constant */
            status: "error";
            errorType: string;
            error: string;
        };
        EventInput: {
            /** @description Makes sending again harmless; given when absent */
            id?: string;
            /**
             * Format: date-time
             * @description Default: when it arrived
             */
            time?: string;
            service: string;
            /** @description Such as deployment or job_result */
            type: string;
            severity?: components["schemas"]["Severity"];
            message?: string;
            /** @description Kept as it came */
            data?: Record<string, never>;
            labels?: components["schemas"]["Labels"];
        };
        LogInput: {
            /**
             * Format: date-time
             * @description Default: when it arrived
             */
            time?: string;
            /** @description Any case; the usual synonyms such as WARN and ERR are taken. Default info */
            level?: string;
            service: string;
            message: string;
            trace_id?: string;
            /** @description Values of any type, kept as text */
            fields?: Record<string, never>;
        };
        Accepted: {
            /** @description How many are durable */
            accepted: number;
            /** @description Their ids, in the order they were sent */
            ids: string[];
        };
        PartlyAccepted: {
            /** @description How many are durable */
            accepted: number;
            /** @description Of the accepted ones, in the order they were sent */
            ids: string[];
            rejected: {
                /** @description Its place in the request, from 0 */
                index: number;
                /** @description Empty when it is the item as a whole */
                field: string;
                message: string;
            }[];
        };
        Log: {
            id: string;
            /** Format: date-time */
            time: string;
            level: components["schemas"]["LogLevel"];
            service: string;
            message: string;
            trace_id: string;
            fields: {
                [key: string]: string;
            };
        };
        LogPage: {
            logs: components["schemas"]["Log"][];
            next_cursor: components["schemas"]["Cursor"];
            /** @description Why lines are missing: a limit was reached, or stored blocks are damaged */
            warning?: string;
        };
        Event: {
            id: string;
            /** Format: date-time */
            time: string;
            service: string;
            type: string;
            severity: components["schemas"]["Severity"];
            message: string;
            data: Record<string, never>;
            labels: components["schemas"]["Labels"];
        };
        EventPage: {
            events: components["schemas"]["Event"][];
            next_cursor: components["schemas"]["Cursor"];
            warning?: string;
        };
        /** @description Give it as `cursor` for the next page; null on the last */
        Cursor: string | null;
        /** @description [Unix seconds, value as text] */
        Sample: [
            number,
            string
        ];
        QueryResult: {
            /** @enum {string} */
            resultType: "vector" | "matrix" | "scalar" | "string";
            result: unknown[];
        };
        QueryResponse: {
            /** @constant */
            status: "success";
            data: components["schemas"]["QueryResult"];
            warnings?: string[];
            infos?: string[];
        };
        SeriesResponse: {
            /** @constant */
            status: "success";
            data: components["schemas"]["Labels"][];
        };
        StringsResponse: {
            /** @constant */
            status: "success";
            data: string[];
        };
        MetadataResponse: {
            /** @constant */
            status: "success";
            data: {
                [key: string]: {
                    type: string;
                    help: string;
                    unit: string;
                }[];
            };
        };
        TargetsResponse: {
            /** @constant */
            status: "success";
            data: {
                activeTargets: components["schemas"]["Target"][];
                droppedTargets: {
                    discoveredLabels: components["schemas"]["Labels"];
                }[];
            };
        };
        Target: {
            discoveredLabels: components["schemas"]["Labels"];
            labels: components["schemas"]["Labels"];
            scrapePool: string;
            scrapeUrl: string;
            globalUrl: string;
            lastError: string;
            /** Format: date-time */
            lastScrape: string;
            /** @description Seconds */
            lastScrapeDuration: number;
            /** @enum {string} */
            health: "up" | "down" | "unknown";
            scrapeInterval: string;
            scrapeTimeout: string;
        };
        TimelineEntry: {
            /** @description 1, 2, ... within the incident */
            seq: number;
            /** Format: date-time */
            time: string;
            /** @description One of opened, anomaly_opened, anomaly_closed, severity_changed, acknowledged, resolved, comment, page_sent, page_failed; later versions may add more */
            kind: string;
            /** @description `vedette`, or who */
            actor: string;
            text: string;
            /** @description Empty when the row is not about one */
            anomaly_id: string;
        };
        IncidentSummary: {
            /**
             * @description What people call where it stands
             * @enum {string}
             */
            status?: "firing" | "acknowledged" | "investigating" | "mitigating" | "resolved" | "suppressed";
            /** @description All that is open is silenced or held back */
            suppressed?: boolean;
            time_to_acknowledge_seconds?: number | null;
            time_to_resolve_seconds?: number | null;
            phases?: {
                phase: components["schemas"]["IncidentPhase"];
                /** Format: date-time */
                started_at: string;
                by: string;
            }[];
            roles?: {
                [key: string]: string;
            };
            tasks?: {
                number: number;
                title: string;
                assignee: string;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                done_at: string | null;
                done_by: string;
            }[];
            links?: {
                url: string;
                title: string;
            }[];
            /** @description The incident that took it over; empty: none */
            merged_into?: string;
            /** @description By which its alerts were grouped */
            group_labels?: {
                [key: string]: string;
            };
            /** @description `in_` and a ULID */
            id: string;
            title: string;
            severity: components["schemas"]["Severity"];
            state: components["schemas"]["IncidentState"];
            /** @description Services, in order of appearance */
            entities: string[];
            anomaly_ids: string[];
            open_anomaly_ids: string[];
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            acknowledged_at: string | null;
            /** Format: date-time */
            resolved_at: string | null;
            /** @description Empty when nobody has */
            acknowledged_by: string;
            /** @description Empty when it is not resolved */
            resolved_by: string;
            /** @description Grows with every change */
            revision: number;
        };
        Incident: components["schemas"]["IncidentSummary"] & {
            /** @description Oldest first */
            timeline: components["schemas"]["TimelineEntry"][];
        };
        /** @enum {string} */
        IncidentPhase: "detection" | "triage" | "mitigation" | "resolution" | "post_mortem";
        Silence: {
            id: string;
            /** @description Such as `service="payment"`; all must match */
            matchers: string[];
            /** @enum {string} */
            state: "pending" | "active" | "expired";
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            ends_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            comment: string;
            /** @description Ends when nothing that it hid fires any more */
            until_resolved: boolean;
            /** @description The maintenance window of the configuration that it is; empty: a person's */
            window: string;
            hides: {
                count: number;
                /** @description The first 100 */
                alerts: {
                    anomaly_id: string;
                    incident_id: string;
                    severity: components["schemas"]["Severity"];
                    labels: {
                        [key: string]: string;
                    };
                }[];
            };
        };
        SilenceInput: {
            /** @description Of the one to change; a change of the matchers ends it and makes a new one */
            id?: string;
            matchers: string[];
            /** Format: date-time */
            starts_at?: string;
            /** Format: date-time */
            ends_at?: string;
            /** @description Instead of ends_at: `2h` */
            duration?: string;
            until_resolved?: boolean;
            comment?: string;
            created_by?: string;
            /** @description Only say what it would hide */
            dry_run?: boolean;
        };
        IncidentPage: {
            incidents: (components["schemas"]["IncidentSummary"] & {
                timeline?: components["schemas"]["TimelineEntry"][];
            })[];
            next_cursor: components["schemas"]["Cursor"];
        };
        ActionInput: {
            /** @description Who; default the name of the key */
            by?: string;
            /** @description Goes into the timeline */
            comment?: string;
        };
        CommentInput: {
            text: string;
            /** @description Who; default the name of the key */
            by?: string;
        };
        LedgerEntry: {
            id: string;
            /**
             * Format: date-time
             * @description When the page was ordered
             */
            time: string;
            incident_id: string;
            /** @description opened, severity_raised, acknowledged or resolved */
            kind: string;
            /** @description Name in the configuration */
            receiver: string;
            /** @description Its kind: webhook, slack, email, ... */
            channel: string;
            /** @description Whom it went to there; empty: as the receiver is configured */
            to: string;
            /** @description User; empty: whoever reads the receiver */
            person?: string;
            /** @description route payments > policy payments, step 1 > schedule primary > ann > sms */
            why?: string;
            chain?: {
                route?: string;
                policy?: string;
                step?: number;
                round?: number;
            };
            /**
             * @description superseded: it waited so long that a newer one went in its place
             * @enum {string}
             */
            state: "pending" | "delivered" | "failed" | "superseded" | "dropped";
            attempts: number;
            /** @description How many superseded messages it went in the place of */
            replaced: number;
            /** Format: date-time */
            delivered_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @description What the receiver answered, or why it was not told */
            detail: string;
        };
        LedgerPage: {
            /** @description Newest first */
            entries: components["schemas"]["LedgerEntry"][];
            next_cursor: components["schemas"]["Cursor"];
            /** @description What was asked about; only then this and the next */
            alert?: string;
            /** @description Whether a message is known to have arrived */
            told?: boolean;
            /** @description In words: who was told, when and how, or why nobody was */
            answer?: string[];
            trail?: components["schemas"]["TrailRow"][];
        };
        Anomaly: {
            /** @description `an_` and a ULID */
            id: string;
            kind: components["schemas"]["AnomalyKind"];
            /** @description The service */
            entity: string;
            labels: components["schemas"]["Labels"];
            score: number;
            severity: components["schemas"]["Severity"];
            state: components["schemas"]["AnomalyState"];
            /**
             * Format: date-time
             * @description First sample outside the expected range
             */
            started_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** @description null when data stopped */
            observed: number | null;
            expected: {
                /** @description null: no lower bound */
                low: number | null;
                /** @description null: no upper bound */
                high: number | null;
            };
            detector: string;
            /** @description One sentence for a person */
            summary: string;
            evidence_id: string;
        };
        AnomalyPage: {
            anomalies: components["schemas"]["Anomaly"][];
            next_cursor: components["schemas"]["Cursor"];
        };
        Evidence: {
            id: string;
            /** @description PromQL */
            query: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description What the query answered when it was taken: a QueryResult, or for other detectors any JSON value */
            result: unknown;
            /** Format: date-time */
            taken_at: string;
        };
        ServiceStatus: {
            name: string;
            state: components["schemas"]["Verdict"];
            open_incidents: number;
            open_anomalies: number;
            /** Format: date-time */
            last_sample_at: string | null;
            /** @description Requests or samples per minute over the last hour, oldest first; absent when unknown */
            sparkline?: number[];
        };
        Status: {
            /**
             * Format: date-time
             * @description The server's clock
             */
            now: string;
            verdict: components["schemas"]["Verdict"];
            /** @description The worst open anomaly */
            severity_score: number;
            counts: {
                /** @description Incidents nobody has acknowledged */
                open: number;
                /** @description Incidents that someone works on */
                acknowledged: number;
                /** @description Open anomalies */
                anomalies: number;
            };
            /** @description Worst first; at most 200 */
            services: components["schemas"]["ServiceStatus"][];
            /** @description The one that started last, whatever its state */
            last_incident: components["schemas"]["IncidentSummary"] | null;
            ingest: {
                samples_per_second: number;
                series: number;
            };
            /** @description Fed by the simulator */
            demo: boolean;
            version: string;
        };
        StreamPatch: {
            topic: components["schemas"]["StreamTopic"];
            /** @description Of the row; `now` for status */
            id: string;
            /** @description Grows with every change of the row; for incidents its revision */
            rev: number;
            /** @description The members that changed (all of them for a new row). For incidents `timeline` holds only new rows, to be added by `seq`. */
            patch: Record<string, never>;
        };
        Health: {
            status: string;
        };
    };
    responses: {
        /** @description The request is wrong: `field` says where, `limit` what is allowed */
        InvalidArgument: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No API key, or an unknown one */
        Unauthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The key lacks the operation's permission */
        PermissionDenied: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description There is no such thing */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The state it is in does not allow this */
        FailedPrecondition: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is larger than `limit` bytes */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Over a limit of the tenant; Retry-After says when to come back */
        ResourceExhausted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A fault of ours */
        Internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not now; Retry-After says when to come back */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description In Prometheus' form */
        PrometheusError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PrometheusError"];
            };
        };
    };
    parameters: {
        /** @description At most this many rows */
        limit: number;
        /** @description `next_cursor` of the page before */
        cursor: string;
        /** @description Not before this time */
        from: components["schemas"]["PrometheusTime"];
        /** @description Not after this time */
        to: components["schemas"]["PrometheusTime"];
        /** @description `in_` and a ULID */
        incident_id: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    remoteWrite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
            };
        };
        responses: {
            /** @description Every sample of the request is durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Broken, or some samples were refused and the others are stored */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another message, content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    otlpMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedDataPoints?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    otlpLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedLogRecords?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    otlpTraces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedSpans?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    otlpMetricsBelowApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedDataPoints?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    otlpLogsBelowApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedLogRecords?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    otlpTracesBelowApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable, but for what partialSuccess names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partialSuccess?: {
                            rejectedSpans?: string;
                            errorMessage?: string;
                        };
                    };
                };
            };
            /** @description Broken, or beyond a limit of one request: google.rpc.Status */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            /** @description Another content type or encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Over the tenant's rate; try again after Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing is stored; try again after Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    backfillRules: {
        parameters: {
            query: {
                /** @description RFC 3339 or seconds since 1970 */
                from: string;
                /** @description RFC 3339 or seconds since 1970, at most a day later */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
            };
        };
        responses: {
            /** @description All is written */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Recording rules */
                        rules: number;
                        /** @description Samples written, stale markers included */
                        samples: number;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    importPrometheus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
                "application/openmetrics-text": string;
            };
        };
        responses: {
            /** @description Every sample is durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    postEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventInput"] | components["schemas"]["EventInput"][];
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused: `rejected` names them by their place in the request */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartlyAccepted"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    postAlertmanager: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused: `rejected` names them by their place in the request */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartlyAccepted"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCloudWatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused: `rejected` names them by their place in the request */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartlyAccepted"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    queryChanges: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only this service */
                service?: string;
                /** @description Only this kind: deployment, config, ... */
                kind?: string;
                /** @description Part of the title, in any case */
                text?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    postChanges: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | Record<string, never>[];
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused: `rejected` names them by their place in the request */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartlyAccepted"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    lokiPush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-protobuf": string;
            };
        };
        responses: {
            /** @description All are durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Lines were refused, the others are stored; the body says why */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    influxWriteV1: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
            };
        };
        responses: {
            /** @description All are durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Points were refused, the others are stored; the body names their lines, as InfluxDB does */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    influxWriteV2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
            };
        };
        responses: {
            /** @description All are durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Points were refused, the others are stored; the body names their lines, as InfluxDB does */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    importInflux: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
            };
        };
        responses: {
            /** @description All are durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Points were refused, the others are stored; the body names their lines, as InfluxDB does */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    influxPing: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Here */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    influxQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing to do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InfluxQL is not spoken here */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    influxQueryPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing to do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description InfluxQL is not spoken here */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s4ListLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4PostLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>[];
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description None of the records is valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4PostLog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4QueryLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4AnalyticsQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4Query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong; `field` names what */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4Metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s4Stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s4CollectorStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s4Info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s4Health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The record store does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s3Index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s3IndexSlash: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s3PostEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong: `detail` says where */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s3Health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s3Logs: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                source?: string;
                status?: string;
                archived?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong: `detail` says where */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s3QueryLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong: `detail` says where */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s3Stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s3Reevaluate: {
        parameters: {
            query?: {
                lookback_minutes?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong: `detail` says where */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s3Analyze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description There is no language model */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s3CleanUp: {
        parameters: {
            query?: {
                older_than_hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The input is wrong: `detail` says where */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    s5CurrentAnomalies: {
        parameters: {
            query?: {
                last_minutes?: number;
                component?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5CurrentAnomaliesPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5AnomalySummary: {
        parameters: {
            query?: {
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5AnomalySummaryPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5AnomalyPatterns: {
        parameters: {
            query?: {
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5AnomalyPatternsPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5SystemStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    s5MetricsTrend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    postLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogInput"] | components["schemas"]["LogInput"][];
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused: `rejected` names them by their place in the request */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartlyAccepted"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    queryLogs: {
        parameters: {
            query?: {
                /** @description A query in the log query language (docs/guide/logs.md) */
                query?: string;
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only this service */
                service?: string;
                /** @description This level and worse */
                level?: components["schemas"]["LogLevel"];
                /** @description Part of the message, in any case */
                text?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPage"] | components["schemas"]["LogStats"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listLogPatterns: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only this service */
                service?: string;
                /** @description This level and worse */
                level?: components["schemas"]["LogLevel"];
                /** @description Part of the message, in any case */
                text?: string;
                /** @description count (default) or first_seen: the newest kinds first */
                sort?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPatternList"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    tailLogs: {
        parameters: {
            query?: {
                /** @description A condition in the log query language; no counting */
                query?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream without end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            429: components["responses"]["ResourceExhausted"];
        };
    };
    listTraces: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only spans of this service */
                service?: string;
                /** @description Only spans of this name */
                operation?: string;
                /** @description Only spans that took so long, such as 250ms */
                min_duration?: string;
                /** @description Only spans that took no longer */
                max_duration?: string;
                /** @description Only spans of this status */
                status?: "unset" | "ok" | "error";
                /** @description name=value: only spans that have this attribute, or whose resource has it; all of them when repeated */
                attribute?: string[];
                /** @description true: only spans that failed */
                error?: boolean;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceList"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTraceServices: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceServiceList"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Up to 32 hexadecimal digits */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    queryEvents: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only this service */
                service?: string;
                /** @description Only this type */
                type?: string;
                /** @description This severity and worse */
                severity?: components["schemas"]["Severity"];
                /** @description Part of the message, in any case */
                text?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    queryInstant: {
        parameters: {
            query: {
                /** @description PromQL expression */
                query: string;
                /** @description Evaluation time; default now */
                time?: components["schemas"]["PrometheusTime"];
                /** @description Gives up after this long; at most the server's own limit */
                timeout?: string;
                /** @description Roll-ups of up to this resolution may answer in place of samples; 0s: samples alone; auto: a fifth of the step */
                max_source_resolution?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    queryInstantForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    query: string;
                    time?: components["schemas"]["PrometheusTime"];
                    /** @description Duration such as 30s */
                    timeout?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    queryRange: {
        parameters: {
            query: {
                /** @description PromQL expression */
                query: string;
                /** @description First time, inclusive */
                start: components["schemas"]["PrometheusTime"];
                /** @description Last time, inclusive */
                end: components["schemas"]["PrometheusTime"];
                /** @description Distance of two points; at most 11,000 points per series */
                step: string;
                /** @description Gives up after this long; at most the server's own limit */
                timeout?: string;
                /** @description Roll-ups of up to this resolution may answer in place of samples; 0s: samples alone; auto: a fifth of the step */
                max_source_resolution?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    queryRangeForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    query: string;
                    start: components["schemas"]["PrometheusTime"];
                    end: components["schemas"]["PrometheusTime"];
                    /** @description Seconds, or a duration such as 15s */
                    step: string;
                    /** @description Duration such as 30s */
                    timeout?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listSeries: {
        parameters: {
            query: {
                /** @description Series selector; repeat for a union */
                "match[]": string[];
                /** @description First time, inclusive */
                start?: components["schemas"]["PrometheusTime"];
                /** @description Last time, inclusive */
                end?: components["schemas"]["PrometheusTime"];
                /** @description At most this many; 0 for the server's limit */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listSeriesForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    "match[]": string[];
                    start?: components["schemas"]["PrometheusTime"];
                    end?: components["schemas"]["PrometheusTime"];
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listLabels: {
        parameters: {
            query?: {
                /** @description Series selector; repeat for a union */
                "match[]"?: string[];
                /** @description First time, inclusive */
                start?: components["schemas"]["PrometheusTime"];
                /** @description Last time, inclusive */
                end?: components["schemas"]["PrometheusTime"];
                /** @description At most this many; 0 for the server's limit */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StringsResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listLabelsForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    "match[]"?: string[];
                    start?: components["schemas"]["PrometheusTime"];
                    end?: components["schemas"]["PrometheusTime"];
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StringsResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listLabelValues: {
        parameters: {
            query?: {
                /** @description Series selector; repeat for a union */
                "match[]"?: string[];
                /** @description First time, inclusive */
                start?: components["schemas"]["PrometheusTime"];
                /** @description Last time, inclusive */
                end?: components["schemas"]["PrometheusTime"];
                /** @description At most this many; 0 for the server's limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Label name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StringsResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    formatQuery: {
        parameters: {
            query: {
                /** @description PromQL */
                query: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    formatQueryForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    query: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    parseQuery: {
        parameters: {
            query: {
                /** @description PromQL */
                query: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    parseQueryForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    query: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    getBuildInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    listMetadata: {
        parameters: {
            query?: {
                /** @description Only this metric */
                metric?: string;
                /** @description At most this many metrics */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetadataResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    queryExemplars: {
        parameters: {
            query: {
                /** @description PromQL; its selectors count */
                query: string;
                /** @description Default: the oldest kept */
                start?: components["schemas"]["PrometheusTime"];
                /** @description Default: the newest */
                end?: components["schemas"]["PrometheusTime"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    queryExemplarsForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    query: string;
                    start?: components["schemas"]["PrometheusTime"];
                    end?: components["schemas"]["PrometheusTime"];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    remoteRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
            };
        };
        responses: {
            /** @description snappy-compressed prometheus.ReadResponse, or frames of prometheus.ChunkedReadResponse */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                    "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse": string;
                };
            };
            /** @description Broken, or beyond a limit, which is named */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRules: {
        parameters: {
            query?: {
                /** @description Only alerting or only recording rules */
                type?: "alert" | "record";
                /** @description Only rules of these names */
                "rule_name[]"?: string[];
                /** @description Only these groups */
                "rule_group[]"?: string[];
                /** @description Only groups of these files */
                "file[]"?: string[];
                /** @description Only rules whose labels match */
                "match[]"?: string[];
                /** @description Without the alerts of the rules */
                exclude_alerts?: boolean;
                /** @description Groups of a page */
                group_limit?: number;
                /** @description groupNextToken of the page before */
                group_next_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listScrapePools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listTargetMetadata: {
        parameters: {
            query?: {
                /** @description Selector over the labels of targets */
                match_target?: string;
                /** @description Only this family */
                metric?: string;
                /** @description At most this many */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listAlertmanagers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listFeatures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    getFlags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    getRuntimeInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    getWalReplay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    getTsdbStatus: {
        parameters: {
            query?: {
                /** @description Entries of each list; default 10 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    exploreCardinality: {
        parameters: {
            query?: {
                /** @description Entries of each list; default 10 */
                limit?: number;
                /** @description Only names and values that begin so */
                prefix?: string;
                /** @description Also list the values of this label */
                label?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listSlowQueries: {
        parameters: {
            query?: {
                /** @description Default 100 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    listTargets: {
        parameters: {
            query?: {
                /** @description Default any */
                state?: "active" | "dropped" | "any";
                /** @description Only targets of this job */
                scrapePool?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetsResponse"];
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            422: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    v2GetAlerts: {
        parameters: {
            query?: {
                /** @description Those that are not muted */
                active?: boolean;
                /** @description Those that are silenced */
                silenced?: boolean;
                /** @description Those that another alert holds back */
                inhibited?: boolean;
                /** @description There are none */
                unprocessed?: boolean;
                /** @description A matcher such as `severity="critical"`; may be repeated */
                filter?: string[];
                /** @description A regular expression that the name of a receiver must match */
                receiver?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    v2PostAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>[];
            };
        };
        responses: {
            /** @description All are durable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    v2GetAlertGroups: {
        parameters: {
            query?: {
                /** @description Those that are not muted */
                active?: boolean;
                /** @description Those that are silenced */
                silenced?: boolean;
                /** @description Those that another alert holds back */
                inhibited?: boolean;
                /** @description A matcher such as `severity="critical"`; may be repeated */
                filter?: string[];
                /** @description A regular expression that the name of a receiver must match */
                receiver?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    v2GetSilences: {
        parameters: {
            query?: {
                /** @description A matcher such as `severity="critical"`; may be repeated */
                filter?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    v2PostSilences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        silenceID: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    v2GetSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    v2DeleteSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    v2GetStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    v2GetReceivers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    listSilences: {
        parameters: {
            query?: {
                /** @description Any of active, pending and expired, with commas */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        silences: components["schemas"]["Silence"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    putSilence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SilenceInput"];
            };
        };
        responses: {
            /** @description The silence as it is now, durably; with dry_run as it would be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    expireSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    reopenIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    mergeIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id */
                    incident: string;
                    comment?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    splitIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    anomaly_ids: string[];
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    setIncidentPhase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phase: components["schemas"]["IncidentPhase"];
                    comment?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    assignIncidentRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description commander, communications, ... */
                    role: string;
                    /** @description Empty: nobody */
                    person?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    addIncidentTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    assignee?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    finishIncidentTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
                task: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    addIncidentLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                    title?: string;
                    /** @description Who; default the name of the key */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPostMortem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getIncidentReport: {
        parameters: {
            query?: {
                /** @description Of those that began at or after */
                from?: string;
                /** @description Of those that began at or before */
                to?: string;
                /** @description Of this service */
                entity?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        incidents: number;
                        acknowledged: number;
                        resolved: number;
                        mtta_seconds: number | null;
                        mttr_seconds: number | null;
                        /** @description False when there were too many to count */
                        complete: boolean;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listIncidents: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only these states; repeat for several */
                state?: components["schemas"]["IncidentState"][];
                /** @description This severity and worse */
                severity?: components["schemas"]["Severity"];
                /** @description Only incidents of this service */
                entity?: string;
                /** @description Part of the title or of the id, in any case */
                text?: string;
                /** @description `summary` leaves out `timeline` */
                view?: "full" | "summary";
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentPage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    getIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    acknowledgeIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ActionInput"];
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["FailedPrecondition"];
            503: components["responses"]["Unavailable"];
        };
    };
    resolveIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ActionInput"];
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    commentIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommentInput"];
            };
        };
        responses: {
            /** @description The incident as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    whoIsOnCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OnCallNow"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    listSchedules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedules: components["schemas"]["Schedule"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                    "text/calendar": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    listShifts: {
        parameters: {
            query?: {
                /** @description Default now */
                from?: string;
                /** @description Default 30 days after from; at most 366 */
                to?: string;
            };
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftList"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    listOverrides: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        overrides: components["schemas"]["Override"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    createOverride: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideInput"];
            };
        };
        responses: {
            /** @description Durable; holds from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        overrides: components["schemas"]["Override"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteOverride: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
                /** @description Id of the override */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    importCalendar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schedule */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/calendar": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        imported: number;
                        overrides: components["schemas"]["Override"][];
                        /** @description One line each: what was left out, and why */
                        left_out: string[];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    checkNotify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        findings: components["schemas"]["NotifyFinding"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    sendTestPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user?: string;
                    receiver?: string;
                    severity?: components["schemas"]["Severity"];
                };
            };
        };
        responses: {
            /** @description Ordered; the ledger says whether it arrived */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        dedup_keys: string[];
                        /** @description Where to see whether it arrived */
                        ledger: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["FailedPrecondition"];
            503: components["responses"]["Unavailable"];
        };
    };
    previewNotification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name in the configuration; this or `kind` */
                    receiver?: string;
                    /** @description pagerduty, email, ... */
                    kind?: string;
                    /** @description Instead of the receiver's own */
                    template?: {
                        title?: string;
                        text?: string;
                    };
                    /** @description opened (the default), severity_raised, acknowledged, resolved, ... */
                    page?: string;
                    severity?: components["schemas"]["Severity"];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        receiver: string;
                        kind: string;
                        title: string;
                        text: string;
                        /** @description As it would go over the wire, without secrets */
                        payload: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description Another content type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    slackInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description JSON of Slack's */
                    payload: string;
                };
            };
        };
        responses: {
            /** @description Done, or of no use any more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            503: components["responses"]["Unavailable"];
        };
    };
    listLedger: {
        parameters: {
            query?: {
                /** @description Only pages about this incident */
                incident?: string;
                /** @description The same by the id of an anomaly or an incident, as `vedette why` asks */
                alert?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAnomalies: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
                /** @description Only this state */
                state?: components["schemas"]["AnomalyState"];
                /** @description Only this service */
                entity?: string;
                /** @description Only those of this incident, whatever their time */
                incident?: string;
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnomalyPage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ev_` and a ULID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    stream: {
        parameters: {
            query?: {
                /** @description Comma-separated; default all */
                topics?: components["schemas"]["StreamTopic"][];
            };
            header?: {
                /** @description Resume after this event */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `patch` with a StreamPatch as data and a growing `id:`; event `resync` (data `{}`) when the place to resume from is no longer known or the client must read everything again; a comment line every 15 s when there is nothing else. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["StreamPatch"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description The cookie is set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
        };
    };
    closeSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie is gone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getSelfMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Text exposition format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    deleteSeriesPut: {
        parameters: {
            query?: {
                /** @description Selectors; at least one, here or in the form */
                "match[]"?: string[];
                start?: components["schemas"]["PrometheusTime"];
                end?: components["schemas"]["PrometheusTime"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    deleteSeries: {
        parameters: {
            query?: {
                /** @description Selectors; at least one, here or in the form */
                "match[]"?: string[];
                start?: components["schemas"]["PrometheusTime"];
                end?: components["schemas"]["PrometheusTime"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    cleanTombstonesPut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    cleanTombstones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    makeSnapshotPut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        data: {
                            /** @description Folder below DATA/snapshots */
                            name: string;
                        };
                    };
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    makeSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        data: {
                            /** @description Folder below DATA/snapshots */
                            name: string;
                        };
                    };
                };
            };
            400: components["responses"]["PrometheusError"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            500: components["responses"]["PrometheusError"];
            503: components["responses"]["PrometheusError"];
        };
    };
    deleteTenantData: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing of the tenant is left */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
}
