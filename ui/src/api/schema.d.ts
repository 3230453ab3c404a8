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
    "/api/v1/rules/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is wrong with the text of a rule file, and what it holds
         * @description Nothing is kept. Also rules that cannot fire on the data of the last 24 hours are problems, with the severity warning. Warns too of contracts that no event or log line of the last 24 hours is about, and of alerts whose two sides have series of which no two have the matched labels; JSON without `rules` is refused.
         */
        post: operations["checkRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What rules would have done over stored data
         * @description Evaluates the rules at the times of the live evaluation and says when each would have fired. Nothing is stored. It ends after 50 s with what is known then.
         */
        post: operations["backtestRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Service level objectives, the error budget that is left and how fast it burns */
        get: operations["listSlos"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/unreachable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Loaded alerting rules, thresholds and absence rules that cannot fire: their metric is gone, or their labels match nothing, in the last 24 hours */
        get: operations["listUnreachableRules"];
        put?: never;
        post?: never;
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
        /**
         * Judged events, newest first; `status` may repeat
         * @description `archived` is true or false; anything else is answered by 422.
         */
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
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The learned models of services, and what each was worth on held-out history */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/training": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The training that runs, or the last one with its report */
        get: operations["getModelTraining"];
        put?: never;
        /** Learns models of services from stored history, in the background */
        post: operations["trainModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analyze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judges the metrics that the request brings for a component, with the learned models that know it
         * @description Members of `metadata` may be null.
         */
        post: operations["s2Analyze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collect-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the stored series say of pods and cloud instances */
        get: operations["s2CollectMetrics"];
        put?: never;
        post?: never;
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
        /**
         * The trend of a metric over some hours, as S5 tells it
         * @description `hours` is from a minute (0.017) to 2160.
         */
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
        /**
         * A draft of the post-mortem, in Markdown
         * @description Sentences, each of a stored fact, with links to the evidence; blanks for what only people know
         */
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
        /**
         * Declare an incident that nothing has detected
         * @description Opens an incident by hand: it is paged and escalated like any other, by the routes of its first service and its severity, and ends when a person resolves it. What is found of its services joins it, but for alerts that are grouped by labels.
         */
        post: operations["declareIncident"];
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
    "/api/v1/incidents/{id}/unacknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an acknowledgement back
         * @description Nobody works on the incident any more: it is open again, and who was told of it is told again after `incidents.reopened_page_after` unless somebody takes it before. Nothing happens where it is open already. 409 when it is resolved.
         */
        post: operations["unacknowledgeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/timeline/{seq}/star": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Star a row of the timeline, or take its star away
         * @description A starred row stands in the post-mortem. At most 200 of an incident.
         */
        post: operations["starTimelineRow"];
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
    "/api/v1/incidents/{id}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why: ranked hypotheses with their evidence, or an honest unknown
         * @description The latest diagnosis. One is made two seconds after an incident opened, again as it grows and as more of it can be seen, and when it is over; the stream's topic `diagnoses` tells of each. `status` is that of the first hypothesis; `unknown` when nothing that was looked at is a cause (hypotheses are leads then, or ruled out); `pending` when none is made yet. Every claim has an `evidence_id`: following it shows the question, the answer, and in its `reading` the numbers of the claim.
         */
        get: operations["getDiagnosis"];
        put?: never;
        /** Diagnose anew, now */
        post: operations["diagnoseIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/diagnosis/verdicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether the diagnosis is right
         * @description About the first hypothesis, or about `unknown`. The last verdict on an incident counts in the score. 409 when there is no diagnosis yet.
         */
        post: operations["judgeDiagnosis"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/impact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is hurt, how much and since when
         * @description Made with each diagnosis, from the same window. Rows of `report` compare the mean before the onset with the mean since.
         */
        get: operations["getImpact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents of the past that were like this one, with what resolved them
         * @description The five most alike of those that began earlier, of the last 1,000 that were diagnosed: by services, metrics and cause, what is rare counting more.
         */
        get: operations["listSimilarIncidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was changed from a day before it until its end, and what the diagnosis says of it */
        get: operations["listIncidentChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/diagnosis/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How often the diagnoses were right, by people's verdicts */
        get: operations["getDiagnosisScore"];
        put?: never;
        post?: never;
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
        /**
         * What will disappoint somebody one night: people without a contact, routes that never match, gaps in schedules, alerts that reach nobody
         * @description The plan, against what is live of the caller's tenant: open alerts, alerting rules, heartbeats, and the values of labels in them, in what was open in the last 30 days and in the series of the last 7. Of labels of which nothing is known nothing is said.
         */
        get: operations["checkNotify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is told of what, as it is in effect: receivers, users, teams, policies, routes */
        get: operations["getNotifyPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which routes a page with these labels would take now, and who would be told when; nothing is sent */
        post: operations["tryNotifyRoute"];
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
    "/api/v1/push/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key that a browser's subscribe() takes as applicationServerKey */
        get: operations["getPushKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Browsers that people are woken by */
        get: operations["listPushDevices"];
        put?: never;
        /** Subscribe a browser */
        post: operations["addPushDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a browser */
        delete: operations["removePushDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of an incident */
        get: operations["listAttachments"];
        put?: never;
        /** Put a file to an incident; the body is the file, at most 10 MiB */
        post: operations["addAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/attachments/{attachment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file, as a download */
        get: operations["getAttachment"];
        put?: never;
        post?: never;
        /** Remove a file */
        delete: operations["removeAttachment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/updates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell stakeholders how things stand: into the timeline, and to Slack where that is configured */
        post: operations["updateStakeholders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notify/noise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who and which rule is over the noise budget, and what would have helped */
        get: operations["getNoise"];
        put?: never;
        post?: never;
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
    "/api/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the hash chain of the ledger is whole: no row changed, none removed without a word */
        get: operations["verifyLedger"];
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
    "/api/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Releases with their verdicts, newest first */
        get: operations["listReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One release with the evidence for its verdict */
        get: operations["getRelease"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/judge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Judge a release now
         * @description For pipelines and Argo Rollouts' web metric: computed from all data up to now, and kept. Ask as often as you like: looking does not make false alarms more likely. When no deployment is known, a version that the metrics show is judged as one, or one of `since`; then only the answer has it: it is no release, and ends no watch.
         */
        get: operations["judgeRelease"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/judge/flagger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer one of Flagger's webhooks
         * @description The service is `metadata.service`, or the canary's name; the version `metadata.version`, or the latest release, in the canary's `namespace` or in `metadata.environment` and `metadata.namespace`. `metadata.gate` says which hook asks: `rollout` (the default) goes on unless the release is bad, `confirm-promotion` once it is good, `rollback` once it is bad.
         */
        post: operations["judgeForFlagger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comparisons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scheduled comparisons with their latest runs */
        get: operations["listComparisons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comparisons/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a comparison found */
        get: operations["getComparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comparisons/{name}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of a comparison, newest first */
        get: operations["listComparisonRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comparisons/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare now */
        post: operations["runComparison"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Dashboards that people made, by title */
        get: operations["listDashboards"];
        put?: never;
        /** Save a new dashboard */
        post: operations["addDashboard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dashboard */
        get: operations["getDashboard"];
        /**
         * Save a dashboard under this id
         * @description With `revision` it is refused (409) when another has changed the dashboard since; 0 says that there is none. An id is of at most 64 letters, digits, `_` and `-`.
         */
        put: operations["putDashboard"];
        post?: never;
        /** Remove a dashboard */
        delete: operations["removeDashboard"];
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
         * @description What was seen. Evidence of an anomaly is taken again while it is open, and kept as it is once that has closed; evidence of a claim of a diagnosis never changes. With `again=true` the question is asked again now. The page `/e/{id}` shows it to people.
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
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The API keys of this tenant, the revoked ones too */
        get: operations["listKeys"];
        put?: never;
        /** Make an API key of this tenant */
        post: operations["addKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key for good: seen everywhere within five seconds */
        delete: operations["revokeKey"];
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
        /** Who asks, and what they may do */
        get: operations["getSession"];
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
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last replays, newest first, until the server ends */
        get: operations["listReplays"];
        put?: never;
        /**
         * Who would have been told with another configuration
         * @description Stored signals of some days go once more through the incident engine and the router, as they were and with the configuration given. Nothing is sent and nothing is saved. Without a configuration the replay proves that each decision follows from the record.
         */
        post: operations["replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the last replays */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/simulation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The story that the simulator tells now or told last, with the truth beside what Vedette says */
        get: operations["getSimulation"];
        put?: never;
        /**
         * Begin a scenario now
         * @description Only where the server is fed by the simulator (`vedette demo`); elsewhere 403. Faults by chance end, and come back when the story is over.
         */
        post: operations["startSimulation"];
        /** End the faults of the story that is told */
        delete: operations["stopSimulation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/simulation/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The scenarios that ship */
        get: operations["listScenarios"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is and who calls whom, now or then */
        get: operations["getTopology"];
        /** Tell of entities and edges, or of Kubernetes objects: one, a list, or {services, entities, edges, items} */
        put: operations["putTopology"];
        /**
         * Tell of entities and edges, or of Kubernetes objects: one, a list, or {services, entities, edges, items}
         * @description A ReplicaSet's new revision, and another image tag of a Deployment, StatefulSet, DaemonSet or Rollout, is a deployment of its service.
         */
        post: operations["postTopology"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/layout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The graph with places for drawing */
        get: operations["getTopologyLayout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/neighbourhood": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is around an entity */
        get: operations["getNeighbourhood"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The shortest way along the calls from one entity to another */
        get: operations["getTopologyPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/blast-radius": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is hurt when an entity fails */
        get: operations["getBlastRadius"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/callers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls an entity */
        get: operations["getCallers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/callees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom an entity calls */
        get: operations["getCallees"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/scenario": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The services that are known, as a scenario for the simulator
         * @description Who calls whom how often, how long each works itself, how often it fails, how many pods it has and how busy they are, with one fault to change. YAML for `vedette demo --scenario` and `vedette score`.
         */
        get: operations["getTopologyScenario"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The times that are kept */
        get: operations["listTopologySnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/entities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entity with its neighbours, pods and endpoints */
        get: operations["getTopologyEntity"];
        put?: never;
        post?: never;
        /** Forget an entity and its edges */
        delete: operations["deleteTopologyEntity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology/edges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget that one entity calls another */
        delete: operations["deleteTopologyEdge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/heartbeats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is expected to say that it lives, to whom this server says so, and how it is itself */
        get: operations["listHeartbeats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/heartbeats/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same, for those who can only fetch a URL */
        get: operations["beatByGet"];
        put?: never;
        /** A sign of life */
        post: operations["beat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ack/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page behind the link in a message; changes nothing */
        get: operations["showAcknowledgeLink"];
        put?: never;
        /** Acknowledge with the link in a message, once */
        post: operations["useAcknowledgeLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slack/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Slash commands of Slack: ack, resolve, comment, oncall, status; its signature stands for a key */
        post: operations["slackCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slack/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Events of Slack: the same words to the bot by its name; its signature stands for a key */
        post: operations["slackEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pagerduty/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PagerDuty's webhooks (version 3): what people do there to our incidents is done here; its signature stands for a key */
        post: operations["pagerDutyWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The systems whose webhooks are understood, and how to set them up */
        get: operations["listSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intake/{sender}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook of another system, as alerts by its mapping */
        post: operations["postFromSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intake/{sender}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a webhook would become; nothing is kept */
        post: operations["previewFromSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intake/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a message would become by a mapping that is being written */
        post: operations["tryMapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Webhook of GitHub: push, deployment, deployment_status, release, workflow_run */
        post: operations["postGitHubChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes/gitlab": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Webhook of GitLab: deployments, pipelines, pushes, tags, releases, feature flags */
        post: operations["postGitLabChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes/argocd": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notification of Argo CD: an Application */
        post: operations["postArgoCdChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes/jenkins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notification of Jenkins: a build that ended */
        post: operations["postJenkinsChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Errors of the last hours, grouped (OpsBuddy's incident service) */
        get: operations["s4Incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Errors of the last hours, grouped (OpsBuddy's incident service) */
        get: operations["s4IncidentsOfService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/errors/{service}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Errors of one service */
        get: operations["s4ErrorsOfService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Errors since the last check, as events */
        post: operations["s4CheckIncidents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the records can be read */
        get: operations["s4IncidentHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people marked as useful or noise, newest first */
        get: operations["listFeedback"];
        put?: never;
        /** Mark an anomaly, an incident or a page; nothing changes before it is applied */
        post: operations["addFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a mark that waits */
        delete: operations["withdrawFeedback"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What applying the marks that wait would have done to what was found */
        get: operations["previewFeedback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put marks that wait into force */
        post: operations["applyFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was applied and undone, newest first */
        get: operations["listFeedbackChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/changes/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a change back; its marks wait again */
        post: operations["undoFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/noise-budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the thresholds of detection stand, and why */
        get: operations["getNoiseBudget"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who sends metrics, log lines and spans, and who has stopped */
        get: operations["listSources"];
        put?: never;
        post?: never;
        delete?: never;
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
            days_of_month: number[];
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
            /** @description no_contact, never_matches, gap, unused, nobody, no_live_label or alert_reaches_nobody */
            kind: string;
            subject: string;
            message: string;
            line: number;
            /** @description Of the alert that reaches nobody; else empty */
            labels?: {
                [key: string]: string;
            };
        };
        NotifyTarget: {
            /** @enum {string} */
            kind: "user" | "schedule" | "team" | "receiver";
            name: string;
        };
        NotifyRoute: {
            name: string;
            match: string[];
            /** @description Empty: `notify`, or what the parent has */
            policy: string;
            notify: components["schemas"]["NotifyTarget"][];
            /** @description It tells nobody of what it takes */
            nobody: boolean;
            continue: boolean;
            hours: string[];
            time_zone: string;
            defer_below: components["schemas"]["Severity"];
            /** @description Pages of any severity wait for the hours */
            defer_all: boolean;
            routes: components["schemas"]["NotifyRoute"][];
        };
        NotifyUser: {
            name: string;
            full_name: string;
            time_zone: string;
            contacts: {
                receiver: string;
                to: string;
                after: string;
                severities: components["schemas"]["Severity"][];
            }[];
            quiet_hours: {
                hours: string[];
                below: components["schemas"]["Severity"];
            } | null;
        };
        NotifyPolicy: {
            name: string;
            repeat: number;
            steps: {
                notify: components["schemas"]["NotifyTarget"][];
                /** @enum {string} */
                mode: "all" | "round_robin";
                /** @description For an acknowledgement: `5m` */
                wait: string;
            }[];
        };
        NotifyPlan: {
            receivers: {
                name: string;
                channel: string;
            }[];
            users: components["schemas"]["NotifyUser"][];
            teams: {
                name: string;
                schedule: string;
                members: string[];
            }[];
            policies: components["schemas"]["NotifyPolicy"][];
            routes: components["schemas"]["NotifyRoute"][];
            catch_all: components["schemas"]["NotifyTarget"][];
        };
        TakenRoute: {
            /** @description `payments/nightly-jobs`, or `catch-all` */
            route: string;
            policy: string;
            hours: string[];
            time_zone: string;
            defer_below: components["schemas"]["Severity"];
            defer_all: boolean;
            /** @description The route tells nobody of what it takes */
            nobody: boolean;
            steps: {
                after_seconds: number;
                /** @enum {string} */
                mode: "all" | "round_robin";
                targets: {
                    /** @enum {string} */
                    kind: "user" | "schedule" | "team" | "receiver";
                    name: string;
                    people: string[];
                }[];
            }[];
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
        StreamTopic: "incidents" | "anomalies" | "status" | "diagnoses" | "releases";
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
        RuleProblem: {
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description From 1; 0 when the place is not known */
            line: number;
            /** @description From 1 */
            column: number;
            message: string;
            /** @description What to do about it; may be empty */
            hint: string;
        };
        RuleOutline: {
            /** @enum {string} */
            kind: "alert" | "recording" | "threshold" | "absence";
            name: string;
            query: string;
            line: number;
        };
        RuleCheck: {
            /** @description No problem is an error */
            valid: boolean;
            problems: components["schemas"]["RuleProblem"][];
            /** @description Empty for a text with errors */
            groups: {
                name: string;
                interval: string;
                rules: components["schemas"]["RuleOutline"][];
            }[];
        };
        BacktestEpisode: {
            labels: {
                [key: string]: string;
            };
            annotations?: {
                [key: string]: string;
            };
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /**
             * Format: date-time
             * @description Pending, or beyond its limit, since
             */
            active_at: string;
            /**
             * Format: date-time
             * @description When it fired
             */
            started_at: string;
            /**
             * Format: date-time
             * @description Null: it fires on at the end
             */
            ended_at: string | null;
            duration: string;
            /** @description The worst value: the lowest where low is bad */
            peak: number | null;
            /** @description It fired before `from` */
            started_before: boolean;
            /** @description Whether it would have paged, by itself and without silences */
            pages: boolean;
        };
        BacktestRule: {
            /** @enum {string} */
            kind: "alert" | "threshold" | "absence";
            name: string;
            group: string;
            query: string;
            line: number;
            evaluations: number;
            failures: number;
            last_error?: string;
            episodes_total: number;
            pages_total: number;
            would_page: boolean;
            /** @description How long, of all episodes together */
            firing: string;
            /** @description Each day of UTC, the quiet ones too */
            days: {
                /** Format: date */
                date: string;
                episodes: number;
                pages: number;
            }[];
            /** @description The first 1000 */
            episodes: components["schemas"]["BacktestEpisode"][];
        };
        Backtest: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * Format: date-time
             * @description Where a limit ended it; else `to`
             */
            reached: string;
            complete: boolean;
            /** @description Which limit: time */
            limit?: string;
            rules: components["schemas"]["BacktestRule"][];
            summary: {
                episodes: number;
                pages: number;
                pages_per_week: number;
            };
            /** @description Of recording rules that alerts read, in memory */
            recorded_samples: number;
        };
        SloBudget: {
            labels: {
                [key: string]: string;
            };
            /**
             * @description The worst alert that fires for it
             * @enum {string}
             */
            state: "ok" | "info" | "warning" | "critical";
            /** @description The share of the window that was bad */
            error_ratio: number;
            /** @description Of the budget: 1 is all of it */
            spent: number;
            /** @description 1 - spent; below 0 it is overdrawn */
            remaining: number;
            /** @description How long the rest lasts as it burned in the last hour; null: as long as the window */
            lasts_for: string | null;
            burn_rates: {
                window: string;
                /** @description 1 uses up the budget exactly in the objective's window */
                rate: number;
            }[];
        };
        Slo: {
            name: string;
            description: string;
            /** @description Percent */
            objective: number;
            window: string;
            file: string;
            labels: {
                [key: string]: string;
            };
            /** @description PromQL of the share that was bad */
            query: string;
            alerts: {
                severity: string;
                /** @description Of burn */
                factor: number;
                long: string;
                short: string;
            }[];
            /** @description One for each combination of the labels in `by`; none without traffic */
            budgets: components["schemas"]["SloBudget"][];
            /** @description Why there are none */
            error?: string;
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
            /**
             * Format: date-time
             * @description When it was written down
             */
            time: string;
            /**
             * Format: date-time
             * @description When it happened, where somebody said so later than that
             */
            happened_at?: string;
            /** @description One of opened, anomaly_opened, anomaly_closed, severity_changed, acknowledged, unacknowledged, declared, resolved, comment, page_sent, page_failed; later versions may add more */
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
            /** @description The rows of the timeline, by `seq`, that belong into the post-mortem */
            starred?: number[];
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
            /**
             * Format: date-time
             * @description When it happened, where that is told later: at most 30 days ago, never in the future. Default now
             */
            at?: string;
            /** @description Who; default the name of the key */
            by?: string;
        };
        IncidentInput: {
            title: string;
            severity?: components["schemas"]["Severity"];
            /** @description The services that it is about; may be empty */
            entities?: string[];
            /** @description What is known: the first comment */
            text?: string;
            /** @description Who; default the name of the key */
            by?: string;
        };
        StarInput: {
            starred: boolean;
            /** @description Who; default the name of the key */
            by?: string;
        };
        /**
         * @description What a key is for: viewer reads; responder also acknowledges and resolves; editor also changes rules and schedules; ingest only sends; admin may do everything
         * @enum {string}
         */
        Role: "viewer" | "responder" | "editor" | "ingest" | "admin";
        ApiKey: {
            /** @description The visible part of its token */
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Within a minute or so
             */
            last_used_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
        };
        LedgerEntry: {
            id: string;
            /**
             * Format: date-time
             * @description When the page was ordered
             */
            time: string;
            incident_id: string;
            /** @description opened, severity_raised, updated, acknowledged, resolved or silence_expiring */
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
            /** @description Of the page: the same in each attempt */
            dedup_key?: string;
            /** @description Its rows in the hash chain, oldest first */
            proof?: components["schemas"]["LedgerProof"][];
        };
        LedgerProof: {
            seq: number;
            /** Format: date-time */
            time: string;
            /**
             * @description ordered: on disk before anything is sent
             * @enum {string}
             */
            event: "ordered" | "attempt" | "answer" | "superseded" | "dropped" | "acknowledged" | "unacknowledged";
            attempt?: number;
            /** @description delivered, retry, refused or gave_up */
            outcome?: string;
            /** @description The provider's; 0: none */
            status?: number;
            latency_ms?: number;
            /** @description Since the order */
            delayed_seconds?: number;
            /** @description Of an order the chain: signal > rule > group > route > ... > receiver */
            detail: string;
            /** @description SHA-256 over the row before and this one */
            hash: string;
        };
        LedgerCheck: {
            /** @description That are there, of all tenants */
            rows: number;
            ok: boolean;
            /** @description The number of the first row that does not fit; absent when all do */
            broken_at?: number;
            /** @description In words; absent when all fit */
            reason?: string;
        };
        LedgerPage: {
            /** @description Newest first */
            entries: components["schemas"]["LedgerEntry"][];
            next_cursor: components["schemas"]["Cursor"];
            /** @description What was asked about; only then this and the next */
            alert?: string;
            /** @description Whether there is, or was, an anomaly or incident of that id */
            known?: boolean;
            /** @description Whether a message is known to have arrived; of an anomaly one that came since it began and does not tell of an end */
            told?: boolean;
            /** @description In words: who was told, when and how, or why nobody was */
            answer?: string[];
            /** @description Who acknowledged, and who took that back: `detail`, with the row's hash */
            acknowledgements?: components["schemas"]["LedgerProof"][];
            trail?: components["schemas"]["TrailRow"][];
            /** @description Everybody of the plan, and who was told and is not in it any more. What messages, trail and timeline do not say is read off the plan as it is now */
            people?: components["schemas"]["LedgerPerson"][];
        };
        LedgerPerson: {
            person: string;
            /** @description In full */
            name: string | null;
            /** @description Whether a message is known to have arrived */
            told: boolean;
            /**
             * @description deferred: waits for quiet hours or a route's; unreachable: no contact of that severity; acknowledged, over: before their turn came; waiting: for that turn
             * @enum {string}
             */
            reason: "told" | "undelivered" | "deferred" | "unreachable" | "acknowledged" | "over" | "waiting" | "not_on_call" | "not_of_the_route" | "silenced" | "no_page" | "unknown";
            /** @description The reason in words, to stand after the name */
            text: string;
            /**
             * Format: date-time
             * @description When that was: the first message that arrived, the acknowledgement
             */
            at: string | null;
            /** @description Ordered for the person, oldest first */
            messages: {
                /** Format: date-time */
                time: string;
                kind: string;
                receiver: string;
                state: string;
                /** Format: date-time */
                delivered_at: string | null;
                /** @description The chain from route to receiver */
                why: string;
            }[];
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
            /** @description null when data stopped, and of an alert that came without a value */
            observed: number | null;
            /** @description Without both bounds nothing was expected, as with the alerts of most rules and of other systems */
            expected: {
                /** @description null: no lower bound */
                low: number | null;
                /** @description null: no upper bound */
                high: number | null;
            };
            unit: components["schemas"]["Unit"];
            detector: string;
            /** @description One sentence for a person */
            summary: string;
            evidence_id: string;
        };
        /** @description Of the values beside it: `s`, `ms`, `B`, `percent` (of 100), `ratio` (of 1), `1` (a plain number), names of things such as `messages`; `B/s` and `1/s` per second. As the metric's senders told, else as the catalogue has it, else as its name says; of business measures as configured. null: not known */
        Unit: string | null;
        AnomalyPage: {
            anomalies: components["schemas"]["Anomaly"][];
            next_cursor: components["schemas"]["Cursor"];
        };
        /** @enum {string} */
        ReleaseVerdict: "good" | "bad" | "not_enough_traffic" | "no_data";
        /**
         * @description superseded: another release of the service took its place
         * @enum {string}
         */
        ReleaseState: "watching" | "finished" | "superseded";
        Release: {
            /** @description `rel_` and 24 hexadecimal digits; empty when nobody told of it: it is judged, and is no release */
            id: string;
            /** @description Of the change that told of it; begins with `asked:` when none did */
            change_id: string;
            service: string;
            /** @description Empty when it was not told */
            environment?: string;
            /** @description Empty when it was not told */
            namespace?: string;
            /** @description Empty when it was not told */
            version: string;
            /** @description What ran just before, as the metrics show it, else as it was told; empty: nobody did */
            previous_version: string;
            title: string;
            author: string;
            url: string;
            /** Format: date-time */
            released_at: string;
            /** Format: date-time */
            watched_until: string;
            state: components["schemas"]["ReleaseState"];
            verdict: components["schemas"]["ReleaseVerdict"];
            /** @description One sentence with the numbers */
            summary: string;
            /** @description Requests until the verdict can be good, as things look; null when it is decided */
            needs_requests: number | null;
            /**
             * Format: date-time
             * @description When the evidence against a bad release was enough
             */
            decided_at: string | null;
            /**
             * Format: date-time
             * @description null: not yet
             */
            judged_at: string | null;
            /** @description Of a bad release: what the diagnosis of an incident says for it; null: nothing */
            ruled_out_by: {
                incident_id: string;
                /** @description Empty: of no claim */
                evidence_id: string;
                why: string;
            } | null;
            /** @description Of a bad release: what opened the incident */
            anomaly_id: string | null;
        };
        ReleaseDetail: components["schemas"]["Release"] & {
            /** @description null: not judged yet */
            judgement: components["schemas"]["ReleaseJudgement"] | null;
        };
        ReleaseJudgement: {
            checks: components["schemas"]["ReleaseCheck"][];
            /** @description Kinds of log lines that the service never wrote before */
            new_patterns: {
                id: string;
                /** @description `<*>` where lines differ */
                text: string;
                example: string;
                /** @description From the release until the judgement */
                lines: number;
                /** Format: date-time */
                first_seen: string;
                /** @description The same of all of a judgement */
                evidence_id: string;
            }[];
            /** @description What could not be seen, and why; what is left out of the comparison; that requests fell */
            notes: string[];
        };
        ReleaseCheck: {
            /** @description errors, latency, cpu, memory or mean latency */
            signal: string;
            metric: string;
            /** @enum {string} */
            outcome: "worse" | "not_worse" | "undecided" | "no_data";
            /** @description One sentence with the numbers */
            text: string;
            /** @description Release to old version; null when it was never seen before */
            factor: number | null;
            /** @description Confidence sequence: valid at any time */
            factor_low: number | null;
            factor_high: number | null;
            /** @description Evidence that it is worse, at its height: so many to one against chance */
            e_value: number;
            /** @description What that must reach */
            threshold: number;
            /** @description How much more than by chance the old version's share wanders; 1: no more */
            dispersion: number;
            needs_requests: number | null;
            /** Format: date-time */
            decided_at: string | null;
            /** @description What was compared, the release first */
            sides: components["schemas"]["ReleaseSide"][];
        };
        ReleaseSide: {
            /** @enum {string} */
            name: "release" | "old_version" | "old_version_beside" | "previous_weeks" | "previous_weeks_before" | "other_services";
            text: string;
            /** @description Requests; null for levels */
            total: number | null;
            /** @description Of them failed, or slow */
            bad: number | null;
            /** @description Their share, or the level */
            value: number;
            /** @description Of this judgement: stays with the release when it brought another verdict, else for a quarter of an hour after the next one */
            evidence_id: string;
            /** @description PromQL of a range query */
            query: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description 30s */
            step: string;
        };
        ReleasePage: {
            releases: components["schemas"]["Release"][];
            next_cursor: components["schemas"]["Cursor"];
        };
        ReleaseAnswer: {
            verdict: components["schemas"]["ReleaseVerdict"];
            service: string;
            version: string;
            summary: string;
        };
        ComparisonRunSummary: {
            /** @description `cr_` and a ULID */
            id: string;
            name: string;
            /** Format: date-time */
            ran_at: string;
            /**
             * Format: date-time
             * @description Where its window ends
             */
            reference: string;
            findings: number;
        };
        ComparisonRun: components["schemas"]["ComparisonRunSummary"] & {
            report: components["schemas"]["ComparisonReport"];
        };
        ComparisonList: {
            comparisons: {
                name: string;
                /** @description 1h */
                window: string;
                /** @description 7d */
                offset: string;
                step: string;
                /**
                 * Format: date-time
                 * @description null: only when asked
                 */
                next_run_at: string | null;
                last_run: components["schemas"]["ComparisonRunSummary"] | null;
            }[];
        };
        ComparisonReport: {
            name: string;
            /** @description The window */
            now: {
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            };
            /** @description The window it is compared with */
            then: {
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            };
            step: string;
            findings: {
                /** @description Not in runs of earlier versions */
                evidence_id?: string;
                /** @description Of the window before; null where nothing is said of it; not in runs of earlier versions */
                then_evidence_id?: string | null;
                group: string;
                row: string;
                /** @description 2xx, 3xx, 4xx, 5xx, 0DC (no answer), unknown, level or members */
                what: string;
                /** @enum {string} */
                kind: "increase" | "unseen" | "in_a_row" | "above" | "changed" | "replaced";
                /** @description One sentence with the numbers */
                text: string;
                now: number;
                then: number | null;
                limit: number;
                query: string;
            }[];
            tables: {
                group: string;
                /** @enum {string} */
                kind: "requests" | "levels" | "members";
                query: string;
                unit: string;
                /** @description Why it could not be read; empty: it could */
                error: string;
                rows: {
                    name: string;
                    /** @description By class of answer, or `value`, or `members` */
                    values: {
                        [key: string]: {
                            now: number;
                            /** @description null: there was nothing to compare with */
                            then: number | null;
                        };
                    };
                    /** @description Sum of the largest run of steps above the limit, by class */
                    most_in_a_row: {
                        [key: string]: number;
                    };
                    members_now: string[];
                    members_then: string[];
                }[];
            }[];
            notes: string[];
        };
        Evidence: {
            id: string;
            /**
             * @description Of the query: PromQL over from..to; a log query that counts; the id of a change; `caller -> callee`; `operation of service since time`; an operation and two lines of its log, as JSON; the id of an event that the event rules judged
             * @enum {string}
             */
            language: "promql" | "logs" | "changes" | "edges" | "spans" | "pairs" | "events";
            query: string;
            /** @description Of a range; null: what a detector kept of single moments. Of a log query that names no step: the range as a whole */
            step_seconds: number | null;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description What the query answered when it was taken: a matrix, a change, a judged event, what was seen of the calls or spans, or for detectors any JSON value; `observed` in it has values of single moments. Where it has numbers that were claimed, `reading` says how they were read off it: the rule, its windows, `before`, `after`, `deviation`. */
            result: unknown;
            /** Format: date-time */
            taken_at: string;
            again?: components["schemas"]["EvidenceAgain"];
        };
        ServiceStatus: {
            name: string;
            /** @description By its own open anomalies; for being in an open incident a warning */
            state: components["schemas"]["Verdict"];
            open_incidents: number;
            open_anomalies: number;
            /** Format: date-time */
            last_sample_at: string | null;
            /** @description The team; absent when nobody says */
            owner?: string;
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
            /**
             * @description By incidents of a warning and worse: RECOVERING while what is left is being mended or has ended, and for ten minutes after the last
             * @enum {string}
             */
            system_state?: "NORMAL" | "DEGRADED" | "RECOVERING";
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
        Session: {
            /** @description Of the key, or `loopback`: what the audit log says */
            name: string;
            tenant: string;
            /** @description Who sits at the machine, and may name another tenant in X-Scope-OrgID */
            any_tenant: boolean;
            permissions: ("read" | "ingest" | "respond" | "edit" | "admin")[];
        };
        Health: {
            status: string;
        };
        ReplayTally: {
            /** @description As it was */
            recorded: number;
            /** @description With the new configuration */
            candidate: number;
            added: number;
            removed: number;
        };
        ReplayProof: {
            /** @description Rounds of which is known what they decided */
            compared: number;
            /** @description Those that decide bit for bit the same again */
            identical: number;
            /** Format: date-time */
            first_difference: string | null;
        };
        ReplayPerson: {
            name: string;
            /** @description Else a receiver of which nobody knows who reads it */
            is_person: boolean;
            messages: components["schemas"]["ReplayTally"];
            nights: components["schemas"]["ReplayTally"];
        };
        ReplayNight: {
            /** @description On which the night begins (22:00 to 06:00 by the person's clock) */
            date: string;
            name: string;
            messages: components["schemas"]["ReplayTally"];
        };
        ReplayChange: {
            /** @enum {string} */
            change: "added" | "removed" | "moved";
            /** Format: date-time */
            time: string;
            /**
             * Format: date-time
             * @description Of a message that moved
             */
            recorded_time: string | null;
            at_night: boolean;
            person: string;
            receiver: string;
            to: string;
            kind: string;
            severity: components["schemas"]["Severity"];
            incident_id: string;
            title: string;
            /** @description The chain that leads to this message */
            why: string;
        };
        ReplaySummary: {
            id: string;
            asked_by: string;
            /** Format: date-time */
            asked_at: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * Format: date-time
             * @description No replay can begin earlier
             */
            history_from: string;
            rounds: number;
            inputs: number;
            /** @description A configuration was given */
            has_candidate: boolean;
            /** @description It is what held all the time */
            same_configuration: boolean;
            /** @description Messages that would have come at another time */
            moved: number;
            reproduced: components["schemas"]["ReplayProof"];
            messages: components["schemas"]["ReplayTally"];
            incidents: components["schemas"]["ReplayTally"];
            unreachable: components["schemas"]["ReplayTally"];
        };
        Replay: components["schemas"]["ReplaySummary"] & {
            /** @description Most messages first */
            people: components["schemas"]["ReplayPerson"][];
            /** @description Latest first; only those with messages */
            nights: components["schemas"]["ReplayNight"][];
            /** @description In order of time */
            changes: components["schemas"]["ReplayChange"][];
            changes_left_out: number;
        };
        /** @enum {string} */
        EntityKind: "service" | "database" | "queue" | "external" | "endpoint" | "pod" | "node";
        /**
         * @description unknown: nothing is measured, and nobody says that it is bad
         * @enum {string}
         */
        HealthState: "ok" | "warning" | "critical" | "unknown";
        TopologyNode: {
            /** @description Kind and name: `service:payment` */
            id: string;
            kind: components["schemas"]["EntityKind"];
            name: string;
            /** @description The team; empty when nobody says */
            owner: string;
            tier: string;
            /** @description To which a pod or endpoint belongs */
            service: string;
            /** @description On which a pod runs */
            node: string;
            version: string;
            addresses: string[];
            /** @description Who told of it: spans, istio, linkerd, service_graph, clients, metrics, kubernetes, config, api */
            origins: string[];
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            last_seen: string;
            state: components["schemas"]["HealthState"];
            severity_score: number;
            open_anomalies: number;
            open_incidents: number;
            /** @description That arrive, of all callers; where no call is measured, as the service counts itself */
            calls_per_second: number | null;
            /** @description Of the calls that arrive, 0 to 1 */
            error_ratio: number | null;
            /** @description Mean of the calls that arrive */
            latency_ms: number | null;
        };
        TopologyEdge: {
            /** @description Id of a node */
            caller: string;
            /** @description Id of a node */
            callee: string;
            /** @description false: messages, nobody waits for an answer */
            waits: boolean;
            origins: string[];
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            last_seen: string;
            state: components["schemas"]["HealthState"];
            /** @description null: nobody measured it lately */
            calls_per_second: number | null;
            /** @description 0 to 1 */
            error_ratio: number | null;
            /** @description Mean */
            latency_ms: number | null;
            /** @description null: the origin knows no distribution */
            latency_p95_ms: number | null;
            /** @description The most exact of the origins that measured; spans may be a sample of the calls */
            measured_by: string | null;
            /** Format: date-time */
            measured_at: string | null;
        };
        Topology: {
            /**
             * Format: date-time
             * @description As of when it holds
             */
            at: string;
            nodes: components["schemas"]["TopologyNode"][];
            edges: components["schemas"]["TopologyEdge"][];
            /** @description Nodes beyond the limit */
            left_out: number;
        };
        PlacedNode: components["schemas"]["TopologyNode"] & {
            /** @description Grows from callers to callees */
            x: number;
            y: number;
            /** @description 0: nobody calls it */
            layer: number;
        };
        PlacedEdge: components["schemas"]["TopologyEdge"] & {
            /** @description x and y of each bend, from caller to callee */
            points: number[][];
            /** @description true: it closes a cycle and runs from right to left */
            back: boolean;
        };
        /** @description Nodes in layers from left to right, callers before callees. A node keeps its place from one answer to the next as far as possible */
        TopologyLayout: {
            /** Format: date-time */
            at: string;
            width: number;
            height: number;
            layers: number;
            nodes: components["schemas"]["PlacedNode"][];
            edges: components["schemas"]["PlacedEdge"][];
            left_out: number;
        };
        /** @description Who is hurt when the entity fails: its callers, their callers, and so on; consumers of a queue; what runs on a node */
        BlastRadius: {
            /** Format: date-time */
            at: string;
            entity: string;
            affected: {
                id: string;
                kind: components["schemas"]["EntityKind"];
                name: string;
                owner: string;
                tier: string;
                /** @description Calls between it and the entity */
                distance: number;
                /** @description Id of the neighbour by which trouble reaches it */
                through: string;
                /** @enum {string} */
                how: "calls" | "messages" | "runs on" | "belongs to";
                /** @description That arrive at it */
                calls_per_second: number | null;
            }[];
            /** @description Affected nodes that nobody calls: where users feel it */
            entry_points: string[];
            left_out: number;
        };
        TopologyPath: {
            /** Format: date-time */
            at: string;
            from: string;
            to: string;
            found: boolean;
            /** @description true: calls lead from `to` to `from` only */
            reversed: boolean;
            /** @description Ids along the shortest way */
            nodes: string[];
            edges: components["schemas"]["TopologyEdge"][];
        };
        TopologyEntity: {
            /** Format: date-time */
            at: string;
            entity: components["schemas"]["TopologyNode"];
            callers: components["schemas"]["TopologyEdge"][];
            callees: components["schemas"]["TopologyEdge"][];
            /** @description Pods and endpoints of a service, pods on a node */
            members: components["schemas"]["TopologyNode"][];
        };
        /** @description Newest first */
        TopologyHistory: {
            snapshots: {
                /** Format: date-time */
                at: string;
                nodes: number;
                edges: number;
            }[];
        };
        /** @enum {string} */
        DiagnosisStatus: "pending" | "confirmed" | "likely" | "inconclusive" | "unknown";
        /**
         * @description Set by rules: confirmed from 80 % on, likely from 50 % on, both only for what is abnormal enough to be a cause
         * @enum {string}
         */
        HypothesisStatus: "confirmed" | "likely" | "inconclusive" | "ruled_out";
        /** @enum {string} */
        DiagnosisOpinion: "agree" | "wrong";
        Claim: {
            /** @enum {string} */
            kind: "metric" | "edge" | "change" | "log_template" | "event_pair" | "span" | "absence";
            text: string;
            /** @description Whose metric or lines; the caller of an edge */
            entity: string;
            /** @description Metric, callee, id of a change, id of a pattern */
            subject: string;
            statistic: string | null;
            /**
             * Format: date-time
             * @description When it moved, was made, or was last seen
             */
            at: string | null;
            /** @description Usual value */
            before: number | null;
            /** @description Value in the incident */
            after: number | null;
            /** @description Robust standard deviations */
            deviation: number | null;
            evidence_id: string;
        };
        Hypothesis: {
            entity: string;
            probability: number;
            status: components["schemas"]["HypothesisStatus"];
            /** @description What within the entity: a metric of a resource, `network`, or the id of a change */
            region: string | null;
            claims: components["schemas"]["Claim"][];
        };
        /** @description How one kind of input fared: a diagnosis is as good as what it saw */
        DiagnosisInput: {
            /** @enum {string} */
            name: "metrics" | "logs" | "spans" | "changes" | "calls";
            /** @enum {string} */
            state: "ok" | "none" | "partial" | "failed";
            text: string;
            evidence_id: string | null;
        };
        DiagnosisVerdict: {
            id: string;
            verdict: components["schemas"]["DiagnosisOpinion"];
            why: string | null;
            cause: string | null;
            by: string;
            /** Format: date-time */
            at: string;
            /** @description Of the diagnosis that it is about */
            revision: number;
        };
        Diagnosis: {
            incident_id: string;
            /** @description 0 while it is pending */
            revision: number;
            status: components["schemas"]["DiagnosisStatus"];
            /** @description One sentence */
            summary: string;
            /** Format: date-time */
            made_at: string | null;
            /** Format: date-time */
            from: string | null;
            /** Format: date-time */
            to: string | null;
            step_seconds: number | null;
            /**
             * Format: date-time
             * @description When it began, as found in the data
             */
            onset: string | null;
            /** @description That were looked at */
            series: number;
            /** @description What the diagnosis itself took */
            engine_ms: number | null;
            /** @description With reading the stores */
            total_ms: number | null;
            /** @description Best first, ruled out ones last */
            hypotheses: components["schemas"]["Hypothesis"][];
            inputs: components["schemas"]["DiagnosisInput"][];
            /** @description Oldest first */
            verdicts: components["schemas"]["DiagnosisVerdict"][];
        };
        ImpactEntity: {
            entity: string;
            /** @enum {string} */
            role: "origin" | "propagator" | "affected";
            /** Format: date-time */
            first_seen: string;
            text: string;
            evidence_id: string;
        };
        ImpactRequests: {
            /** @description Where the trouble meets the world: hurt, and called by nobody else who is; several are summed: `web and shop` */
            entity: string;
            /** @description During the incident */
            total: number;
            failed: number;
            /** @description Would have in that time as before */
            failed_usually: number;
            /** @description Failed beyond the usual */
            hurt: number;
            total_evidence_id: string;
            failed_evidence_id: string;
        };
        ImpactUsers: {
            /** @description Of the log lines, by which they are told apart */
            field: string;
            hurt: number;
            evidence_id: string;
        };
        ImpactBudget: {
            objective: number;
            period: string;
            /** @description Share of the period's error budget, by this incident alone; 1 is all of it */
            burnt: number;
            evidence_id: string;
        };
        ImpactDifference: {
            entity: string;
            /** @description The label: endpoint, tenant, region, version, instance, ... */
            dimension: string;
            value: string;
            /** @description Its share of the failures, or of the time taken; 0 to 1 */
            inside: number;
            /** @description Its share of the rest */
            outside: number;
            text: string;
            /** @description The failures or the time, by value */
            evidence_id: string;
            /** @description All requests, by value */
            all_evidence_id: string;
        };
        ImpactComparison: {
            /** @description Null for business metrics */
            entity: string | null;
            metric: string;
            statistic: string | null;
            /** @enum {string} */
            kind: "traffic" | "errors" | "latency" | "cpu" | "memory" | "availability" | "business";
            unit: components["schemas"]["Unit"];
            /** @description Null without data */
            normal: number | null;
            /** @description Null without data */
            during: number | null;
            /** @description Of change; null when normal is 0 */
            percent: number | null;
            evidence_id: string;
        };
        ImpactSeverity: {
            score: number;
            /**
             * @description From .9, .7, .5
             * @enum {string}
             */
            level: "critical" | "high" | "medium" | "low";
        };
        Impact: {
            incident_id: string;
            revision: number;
            /** @enum {string} */
            status: "pending" | "ready";
            /** Format: date-time */
            made_at: string | null;
            /** Format: date-time */
            from: string | null;
            /** Format: date-time */
            to: string | null;
            /** Format: date-time */
            onset: string | null;
            severity: components["schemas"]["ImpactSeverity"] | null;
            /** @description The origin, then propagators, then affected, each by first_seen */
            entities: components["schemas"]["ImpactEntity"][];
            requests: components["schemas"]["ImpactRequests"] | null;
            users: components["schemas"]["ImpactUsers"] | null;
            error_budget: components["schemas"]["ImpactBudget"] | null;
            /** @description The clearest first */
            differences: components["schemas"]["ImpactDifference"][];
            report: components["schemas"]["ImpactComparison"][];
        };
        SimilarIncident: {
            id: string;
            title: string;
            similarity: number;
            /** @description What both have, the weightiest first */
            shared: string[];
            state: components["schemas"]["IncidentState"];
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            resolved_at: string | null;
            resolved_by: string | null;
            /** @description What was said when it was resolved */
            resolution: string | null;
            cause: string | null;
            /**
             * @description `told`: by a person's verdict
             * @enum {string}
             */
            cause_status: "told" | "confirmed" | "likely" | "inconclusive" | "unknown";
        };
        SimilarIncidents: {
            incident_id: string;
            incidents: components["schemas"]["SimilarIncident"][];
        };
        IncidentChange: {
            id: string;
            /** Format: date-time */
            time: string;
            service: string;
            kind: string;
            title: string;
            version: string | null;
            status: string | null;
            author: string | null;
            url: string | null;
            /** @description The incident began so much later; negative: earlier */
            seconds_before: number;
            /**
             * @description Of the diagnosis
             * @enum {string}
             */
            opinion: "suspect" | "ruled_out" | "none";
            probability: number | null;
            why: string | null;
            evidence_id: string | null;
        };
        IncidentChanges: {
            incident_id: string;
            /** @description Newest first */
            changes: components["schemas"]["IncidentChange"][];
        };
        DiagnosisScore: {
            judged: number;
            right: number;
            wrong: number;
            /** @description Share that was right */
            top_1: number | null;
            /** @description Right, or the cause that the verdict names was among the first three */
            top_3: number | null;
            /** @description Of those that named a cause */
            precision: number | null;
            unknown: {
                judged: number;
                right: number;
            };
            calibration: {
                /** @description Probability of the first hypothesis */
                from: number;
                to: number;
                judged: number;
                right: number;
            }[];
        };
        /** @description Only with `again=true` */
        EvidenceAgain: {
            /** @description What the query answers now, read anew; null after an error */
            result: unknown;
            /** Format: date-time */
            taken_at: string | null;
            /** @description As the stored one; null where the two cannot be compared */
            same: boolean | null;
            /** @description Of evidence that keeps values of single moments, these asked for again; else null */
            points: {
                /** @description Of them, so many have the same value */
                same: number;
                total: number;
            } | null;
            error: string | null;
        };
        Heartbeat: {
            name: string;
            /**
             * @description missing and failed have an alert fire
             * @enum {string}
             */
            state: "waiting" | "alive" | "late" | "missing" | "failed";
            interval: string;
            grace: string;
            severity: components["schemas"]["Severity"];
            description: string;
            /** Format: date-time */
            last_at: string | null;
            /**
             * Format: date-time
             * @description When somebody is told, should none come before
             */
            due_at: string;
            beats: number;
            /** @description Of the last one */
            message: string;
            /** @description Whose key it came with */
            source: string;
        };
        SelfPart: {
            /** @description engine, outbox, receivers, intake, detection or rules */
            name: string;
            ok: boolean;
            /**
             * Format: date-time
             * @description When the trouble began
             */
            since: string | null;
            text: string;
        };
        HeartbeatList: {
            heartbeats: components["schemas"]["Heartbeat"][];
            sent: {
                name: string;
                host: string;
                interval: string;
                /**
                 * Format: date-time
                 * @description That was taken
                 */
                last_at: string | null;
                detail: string;
            }[];
            self: {
                /** @description Heartbeats are sent only while this is so */
                healthy: boolean;
                parts: components["schemas"]["SelfPart"][];
            };
        };
        SenderAlert: {
            /** @enum {string} */
            state: "firing" | "resolved";
            key: string;
            labels: components["schemas"]["Labels"];
            annotations: components["schemas"]["Labels"];
            link: string;
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            ends_at: string;
        };
        SenderPreview: {
            alerts: components["schemas"]["SenderAlert"][];
            ignored: string[];
        };
        /** @description Log lines of one service that say the same */
        S4Error: {
            incident_id: string;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            first_seen: string;
            count: number;
            service: string;
            level: string;
            logger: string;
            operation: string;
            host: string;
            message: string;
        };
        DashboardPanel: {
            title: string;
            /** @description PromQL; names variables as `$service` */
            query: string;
            /** @description How values are written: `seconds`, `milliseconds`, `bytes`, `percent` (of 1), `percent100`; anything else stands behind the number */
            unit?: string;
            /** @description It takes the whole row */
            wide?: boolean;
            /**
             * @description `table` shows the values at the end of the range, `heatmap` how the buckets of a histogram fill; without it lines are drawn
             * @enum {string}
             */
            kind?: "table" | "heatmap";
        };
        DashboardVariable: {
            /** @description As queries name it, without the `$` */
            name: string;
            /** @description Its values are to choose from */
            label: string;
        };
        DashboardSummary: {
            id: string;
            title: string;
            panel_count: number;
            revision: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: string;
        };
        Dashboard: {
            id: string;
            title: string;
            panel_count: number;
            revision: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: string;
            definition: {
                variables: components["schemas"]["DashboardVariable"][];
                panels: components["schemas"]["DashboardPanel"][];
            };
        };
        DashboardInput: {
            title: string;
            /** @description The one that was read and changed */
            revision?: number;
            variables?: components["schemas"]["DashboardVariable"][];
            panels: components["schemas"]["DashboardPanel"][];
        };
        FeedbackCounts: {
            useful: number;
            noise: number;
        };
        FeedbackInput: {
            anomaly?: string;
            incident?: string;
            page?: string;
            /** @enum {string} */
            verdict: "useful" | "noise" | "none";
            why?: string;
            /** @description Who says so, where the key does not tell */
            by?: string;
        };
        Feedback: {
            id: string;
            /** @enum {string} */
            target_kind: "anomaly" | "incident" | "page";
            target_id: string;
            /** @enum {string} */
            verdict: "useful" | "noise" | "none";
            by: string;
            why: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            state: "waiting" | "applied";
            change_id: string;
            groups: {
                service: string;
                metric: string;
                detector: string;
                share: number;
                /** @description false: found by a rule, which no budget holds */
                weighed: boolean;
            }[];
        };
        FeedbackChange: {
            id: string;
            by: string;
            why: string;
            /** Format: date-time */
            at: string;
            marks: number;
            /** Format: date-time */
            undone_at: string | null;
            undone_by: string;
        };
        FeedbackEffect: {
            before: number;
            kept: number;
            lowered: number;
            raised: number;
            dropped: number;
            /** @description Of those kept: found by rules, or before grounds were kept */
            outside: number;
        };
        FeedbackPreview: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            marks: number;
            complete: boolean;
            anomalies: components["schemas"]["FeedbackEffect"];
            incidents: {
                before: number;
                kept: number;
                lowered: number;
                raised: number;
                dropped: number;
            };
            pages: {
                before: number;
                kept: number;
                dropped: number;
                added: number;
            };
            groups: {
                service: string;
                metric: string;
                detector: string;
                before: number;
                kept: number;
                lowered: number;
                raised: number;
                dropped: number;
                outside: number;
                weight_before: number;
                weight_after: number;
                feedback: components["schemas"]["FeedbackCounts"];
                feedback_elsewhere: components["schemas"]["FeedbackCounts"];
            }[];
            changed_anomalies: {
                id: string;
                text: string;
                /** @enum {string} */
                was: "info" | "warning" | "critical";
                /** @enum {string|null} */
                would_be: "info" | "warning" | "critical" | null;
            }[];
            changed_incidents: {
                id: string;
                text: string;
                /** @enum {string} */
                was: "info" | "warning" | "critical";
                /** @enum {string|null} */
                would_be: "info" | "warning" | "critical" | null;
            }[];
        };
        NoiseLevels: {
            listed_nats: number;
            alarm_nats: number;
            hurts_nats: number;
            critical_nats: number;
        };
        NoiseBudget: {
            false_alarms_per_week: number;
            series: number;
            levels: components["schemas"]["NoiseLevels"];
            weight_min: number;
            weight_max: number;
            beyond_doubt_nats: number;
            groups: {
                service: string;
                metric: string;
                weight: number;
                feedback: components["schemas"]["FeedbackCounts"];
                feedback_elsewhere: components["schemas"]["FeedbackCounts"];
                weight_when_applied: number;
                levels: components["schemas"]["NoiseLevels"];
                why: string;
            }[];
        };
        SimulationScenario: {
            name: string;
            about: string;
            lasts_seconds: number;
            faults: {
                /** @enum {string} */
                type: "cpu_spike" | "memory_leak" | "network_latency" | "error_rate_increase" | "cascading_failure" | "deployment_issue" | "config_mismatch" | "bad_release" | "bad_feature" | "slow_leak" | "partial_failure" | "config_drift" | "retry_storm" | "cache_loss" | "queue_backlog" | "pool_exhaustion" | "certificate_expiry" | "cloud_outage" | "traffic_surge";
                /** @enum {string} */
                severity: "critical" | "high" | "medium";
                /** @description The seed chooses one */
                services: string[];
                at_seconds: number;
                /** @description The seed puts it off by up to this */
                jitter_seconds: number;
                lasts_seconds: number;
            }[];
            /** @description Changes and surges that do no harm */
            harmless_changes: number;
        };
        SimulationTruth: {
            id: string;
            /** @enum {string} */
            type: "cpu_spike" | "memory_leak" | "network_latency" | "error_rate_increase" | "cascading_failure" | "deployment_issue" | "config_mismatch" | "bad_release" | "bad_feature" | "slow_leak" | "partial_failure" | "config_drift" | "retry_storm" | "cache_loss" | "queue_backlog" | "pool_exhaustion" | "certificate_expiry" | "cloud_outage" | "traffic_surge";
            variant: string;
            /** @description Where it starts */
            service: string;
            /** @enum {string} */
            severity: "critical" | "high" | "medium";
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string;
            affected: {
                service: string;
                /** Format: date-time */
                first_effect_at: string;
            }[];
        };
        SimulationFault: {
            truth: components["schemas"]["SimulationTruth"];
            /** @enum {string} */
            state: "to_come" | "active" | "over";
            /** @description The incident that took in an anomaly of a service that it hurt, which began in its time; null while there is none */
            verdict: {
                incident_id: string;
                title: string;
                /** @enum {string} */
                severity: "info" | "warning" | "critical";
                /** @enum {string} */
                state: "open" | "acknowledged" | "resolved";
                /** Format: date-time */
                started_at: string;
                /**
                 * Format: date-time
                 * @description When the first anomaly of the fault that is part of the incident began
                 */
                found_at: string;
                /** @description Whether the incident was open before the fault began */
                joined: boolean;
                /** @description null also while the last diagnosis of the incident is about another time than the fault's */
                diagnosis: {
                    /** @enum {string} */
                    status: "confirmed" | "likely" | "inconclusive" | "unknown";
                    summary: string;
                    /** @description The first three */
                    suspects: {
                        entity: string;
                        probability: number;
                    }[];
                    /** @description Place of the true service among the suspects, from 1; null when it is none of them, or is blamed for a change that was made before the fault */
                    rank_of_truth: number | null;
                } | null;
            } | null;
        };
        Simulation: {
            /** @description Whether this server is fed by the simulator */
            available: boolean;
            /** @description null when none was told */
            story: {
                scenario: string;
                seed: number;
                /** @description Simulated seconds per second */
                speed: number;
                running: boolean;
                /** Format: date-time */
                started_at: string;
                /** Format: date-time */
                ends_at: string;
                /** Format: date-time */
                now: string;
                faults: components["schemas"]["SimulationFault"][];
            } | null;
        };
        /** @description Faults put into held-out history, and who found them */
        ModelFound: {
            faults: number;
            found_by_statistics: number;
            found_by_model: number;
            found_by_either: number;
        };
        /** @description A model beside the statistical detectors, at equal false alarms */
        ModelTrial: {
            faults: number;
            found_by_statistics: number;
            found_by_model: number;
            found_by_either: number;
            gain: number;
            held_out_days: number;
            alarms_allowed: number;
            alarms_of_statistics: number;
            alarms_of_model: number;
            alarms_of_either: number;
            nats_alone: number;
            nats_beside_model: number;
            median_delay_steps_of_statistics: number;
            median_delay_steps_of_either: number;
            /** @description Of the graph only: faults whose root was named as the first of all services */
            roots?: {
                faults: number;
                named_by_rule: number;
                named_by_model: number;
            };
            by_fault: {
                [key: string]: components["schemas"]["ModelFound"];
            };
        };
        /** @description `kept`: it is used, because it adds recall */
        Model: {
            tenant: string;
            /** @description Empty: the graph of all services (`gatv2`) */
            service: string;
            /** @description Of the graph only: whom it has learnt */
            services?: string[];
            version: number;
            /** @enum {string} */
            detector: "lstm_autoencoder" | "lstm_attention" | "tcn" | "transformer" | "gatv2";
            kept: boolean;
            /** Format: date-time */
            trained_at: string;
            /** Format: date-time */
            learnt_from: string;
            /** Format: date-time */
            learnt_to: string;
            step_seconds: number;
            window_steps: number;
            seed: number;
            epochs: number;
            validation_loss: number;
            threshold: number;
            parameters: number;
            metrics: string[];
            trial: components["schemas"]["ModelTrial"];
        };
        ModelList: {
            models: components["schemas"]["Model"][];
        };
        ModelTrainingOrder: {
            services?: string[];
            detectors?: ("lstm_autoencoder" | "lstm_attention" | "tcn" | "transformer" | "gatv2")[];
            from?: string;
            to?: string;
            /** @example 1m */
            step?: string;
            seed?: number;
        };
        /** @description `busy`: one of another tenant runs */
        ModelTraining: {
            /** @enum {string} */
            state: "none" | "running" | "done" | "failed" | "busy";
            /** Format: date-time */
            started_at?: string;
            error?: string;
            services?: number;
            services_done?: number;
            service?: string;
            detector?: string;
            epoch?: number;
            epochs_max?: number;
            loss?: number;
            validation_loss?: number;
            best_validation_loss?: number;
            report?: (components["schemas"]["Model"] | {
                service: string;
                kept: boolean;
                error: string;
            })[];
        };
        SourceList: {
            sources: {
                /** @enum {string} */
                signal: "metrics" | "logs" | "spans";
                name: string;
                /** @enum {string} */
                state: "sending" | "stopped";
                /** Format: date-time */
                first_at: string;
                /** Format: date-time */
                last_at: string;
                longest_pause: string;
            }[];
            /** @description How many have stopped in all */
            stopped: number;
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
        /** @description The body is larger, when decoded, than `limit` bytes: `limits.body_bytes_max` for telemetry and files, 1 MiB for all others */
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
    checkRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The text of a rule file (docs/guide/rules.md), or of thresholds as in the section `rules` of the configuration */
                    rules: string;
                    /** @description Path of the file: it decides when groups have their turns; by default that of a loaded group of the same name */
                    file?: string;
                };
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Also for a text that is wrong */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleCheck"];
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
    backtestRules: {
        parameters: {
            query?: {
                /** @description RFC 3339 or seconds since 1970; by default seven days before `to` */
                from?: string;
                /** @description By default now; at most 366 days after `from` */
                to?: string;
                /** @description Path of the file: it decides when groups have their turns; by default that of a loaded group of the same name */
                file?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The text of a rule file (docs/guide/rules.md), or of thresholds as in the section `rules` of the configuration */
                    rules: string;
                    /** @description RFC 3339 or seconds since 1970; by default seven days before `to` */
                    from?: string;
                    /** @description By default now; at most 366 days after `from` */
                    to?: string;
                    /** @description Path of the file: it decides when groups have their turns; by default that of a loaded group of the same name */
                    file?: string;
                };
                "application/yaml": string;
            };
        };
        responses: {
            /** @description What they would have done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backtest"];
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
    listSlos: {
        parameters: {
            query?: {
                /** @description Only this one */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By rule file, computed from the samples now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        slos: components["schemas"]["Slo"][];
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
    listUnreachableRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 1000 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rules: {
                            /** @description Empty for thresholds and absence */
                            file: string;
                            /** @description The same */
                            group: string;
                            name: string;
                            /** @description no series has the name m */
                            reason: string;
                        }[];
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
    listModels: {
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
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    getModelTraining: {
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
                    "application/json": components["schemas"]["ModelTraining"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    trainModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ModelTrainingOrder"];
            };
        };
        responses: {
            /** @description It has begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelTraining"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            409: components["responses"]["FailedPrecondition"];
        };
    };
    s2Analyze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    component_id: string;
                    metrics: Record<string, never>;
                    metadata?: Record<string, never>;
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
                        component_id?: string;
                        anomaly_score?: number;
                        /** @description Where `graph` is not null, its `root_cause_probability` */
                        root_cause_confidence?: number;
                        /** @enum {string} */
                        severity?: "critical" | "high" | "medium" | "low";
                        recommendations?: string[];
                        /** Format: date-time */
                        timestamp?: string;
                        detector?: string;
                        learned?: Record<string, never> | null;
                        /** @description What the learned model of the service graph says, if it knows the component */
                        graph?: {
                            detector?: string;
                            version?: number;
                            anomaly_score?: number;
                            root_cause_probability?: number;
                            deviation?: number;
                            threshold?: number;
                            likely_root?: {
                                component_id?: string;
                                root_cause_probability?: number;
                            } | null;
                            metrics?: string[];
                        } | null;
                        metrics?: Record<string, never>[];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description What is wrong, in FastAPI's shape */
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
    s2CollectMetrics: {
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
    declareIncident: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IncidentInput"];
            };
        };
        responses: {
            /** @description The new incident */
            201: {
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
            429: components["responses"]["ResourceExhausted"];
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
    unacknowledgeIncident: {
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
    starTimelineRow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `in_` and a ULID */
                id: components["parameters"]["incident_id"];
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StarInput"];
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
    getDiagnosis: {
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
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    diagnoseIncident: {
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
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    judgeDiagnosis: {
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
                    verdict: components["schemas"]["DiagnosisOpinion"];
                    why?: string;
                    /** @description What it was: a service, or the id of a change. 400 when the verdict is `wrong` and it is the first hypothesis */
                    cause?: string;
                    /** @description Who; the key's name without it */
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The diagnosis with the verdict */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnosis"];
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
    getImpact: {
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
                    "application/json": components["schemas"]["Impact"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSimilarIncidents: {
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
                    "application/json": components["schemas"]["SimilarIncidents"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listIncidentChanges: {
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
                    "application/json": components["schemas"]["IncidentChanges"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDiagnosisScore: {
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
                    "application/json": components["schemas"]["DiagnosisScore"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
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
    getNotifyPlan: {
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
                    "application/json": components["schemas"]["NotifyPlan"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    tryNotifyRoute: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    labels: {
                        [key: string]: string;
                    };
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
                        taken: components["schemas"]["TakenRoute"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
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
    getPushKey: {
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
                        public_key: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPushDevices: {
        parameters: {
            query?: {
                person?: string;
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
                        devices: {
                            id: string;
                            person: string;
                            label: string;
                            /** @description Host of the push service */
                            service: string;
                            /** Format: date-time */
                            created_at: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    addPushDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A user of the configuration */
                    person: string;
                    subscription: {
                        endpoint: string;
                        keys: {
                            p256dh: string;
                            auth: string;
                        };
                    };
                    label?: string;
                };
            };
        };
        responses: {
            /** @description Subscribed */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        person: string;
                        label: string;
                        /** @description Host of the push service */
                        service: string;
                        /** Format: date-time */
                        created_at: string;
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
            /** @description The person has ten devices */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Unavailable"];
        };
    };
    removePushDevice: {
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
            /** @description Gone */
            204: {
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
    listAttachments: {
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
                    "application/json": {
                        attachments: {
                            id: string;
                            name: string;
                            content_type: string;
                            size: number;
                            sha256: string;
                            added_by: string;
                            /** Format: date-time */
                            added_at: string;
                            url: string;
                        }[];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    addAttachment: {
        parameters: {
            query: {
                name: string;
                /** @description Show it in Slack's thread of the incident too */
                share?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Attached */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        content_type: string;
                        size: number;
                        sha256: string;
                        added_by: string;
                        /** Format: date-time */
                        added_at: string;
                        url: string;
                        /** @description Places that have it, with share=true */
                        shared?: number;
                        share_error?: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            /** @description 50 files of an incident, 512 MiB of a tenant */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Unavailable"];
        };
    };
    getAttachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                attachment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    removeAttachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                attachment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
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
    updateStakeholders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
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
                        /** @description Places that have it */
                        told: number;
                        error?: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            /** @description Another content type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Unavailable"];
        };
    };
    getNoise: {
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
                    "application/json": {
                        /** Format: date-time */
                        from: string;
                        /** Format: date-time */
                        to: string;
                        complete: boolean;
                        people: {
                            name: string;
                            messages: number;
                            night: number;
                            incidents: number;
                            acknowledged: number;
                            budget?: number;
                            over?: boolean;
                        }[];
                        rules: {
                            name: string;
                            messages: number;
                            night: number;
                            incidents: number;
                            acknowledged: number;
                            budget?: number;
                            over?: boolean;
                            fixes: {
                                change: string;
                                messages_less: number;
                                acknowledged_lost: number;
                            }[];
                        }[];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
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
    verifyLedger: {
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
                    "application/json": components["schemas"]["LedgerCheck"];
                };
            };
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
    listReleases: {
        parameters: {
            query?: {
                /** @description Only this service */
                service?: string;
                /** @description Only these */
                verdict?: components["schemas"]["ReleaseVerdict"];
                /** @description Only these */
                state?: components["schemas"]["ReleaseState"];
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
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
                    "application/json": components["schemas"]["ReleasePage"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `rel_` and 24 hexadecimal digits */
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
                    "application/json": components["schemas"]["ReleaseDetail"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    judgeRelease: {
        parameters: {
            query: {
                /** @description The service */
                service: string;
                /** @description The version; absent: the latest release of the service */
                version?: string;
                /** @description When it was released, where that was not posted to /api/v1/changes; a release of that version within half an hour is meant */
                since?: components["schemas"]["PrometheusTime"];
                /** @description The environment; absent: any */
                environment?: string;
                /** @description The namespace; absent: any */
                namespace?: string;
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
                    "application/json": components["schemas"]["ReleaseDetail"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    judgeForFlagger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    namespace?: string;
                    phase?: string;
                    metadata?: {
                        service?: string;
                        version?: string;
                        /** @enum {string} */
                        gate?: "rollout" | "confirm-promotion" | "rollback";
                    } & {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Go on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseAnswer"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description Do not, or not yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseAnswer"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    listComparisons: {
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
                    "application/json": components["schemas"]["ComparisonList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    getComparison: {
        parameters: {
            query?: {
                /** @description Id of a run; absent: the latest */
                run?: string;
            };
            header?: never;
            path: {
                /** @description As configured; `weekly` when nothing is */
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
                    "application/json": components["schemas"]["ComparisonRun"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listComparisonRuns: {
        parameters: {
            query?: {
                /** @description At most this many rows */
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                /** @description As configured; `weekly` when nothing is */
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
                        runs: components["schemas"]["ComparisonRunSummary"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    runComparison: {
        parameters: {
            query?: {
                /** @description Where the window ends, not in the future; absent: as the schedule says */
                at?: components["schemas"]["PrometheusTime"];
                /** @description How long it is, for instance 1h */
                window?: string;
                /** @description How far back the window lies that it is compared with, for instance 7d */
                offset?: string;
            };
            header?: never;
            path: {
                /** @description As configured; `weekly` when nothing is */
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
                    "application/json": components["schemas"]["ComparisonRun"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDashboards: {
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
                        dashboards: components["schemas"]["DashboardSummary"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    addDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardInput"];
            };
        };
        responses: {
            /** @description The dashboard, durably, with its id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDashboard: {
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
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    putDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardInput"];
            };
        };
        responses: {
            /** @description The dashboard, durably */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            409: components["responses"]["FailedPrecondition"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    removeDashboard: {
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
            /** @description What was removed; PUT brings it back under its id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEvidence: {
        parameters: {
            query?: {
                /** @description Ask the same question again */
                again?: boolean;
            };
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
            400: components["responses"]["InvalidArgument"];
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
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["ApiKey"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    addKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    role: components["schemas"]["Role"];
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            /** @description The key and its token, which is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: components["schemas"]["ApiKey"];
                        token: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            409: components["responses"]["FailedPrecondition"];
            429: components["responses"]["ResourceExhausted"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeKey: {
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
            /** @description Revoked */
            204: {
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
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the key says, or the open loopback */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Unauthenticated"];
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
    listReplays: {
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
                        replays: components["schemas"]["ReplaySummary"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    replay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description A configuration file as a text; only what decides who is told is used */
                    config?: string;
                    /**
                     * Format: date-time
                     * @description Default: a week before `to`
                     */
                    from?: string;
                    /**
                     * Format: date-time
                     * @description Default: now
                     */
                    to?: string;
                    /**
                     * @description Changes that are listed
                     * @default 200
                     */
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
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description Nothing is recorded yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Unavailable"];
        };
    };
    getReplay: {
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
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    getSimulation: {
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
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    startSimulation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A name of GET /api/v1/simulation/scenarios, or a scenario in YAML */
                    scenario: string;
                    /** @description The same seed tells the same story; default: drawn */
                    seed?: number;
                    /** @description Simulated seconds per second from now on; default: as it is */
                    speed?: number;
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
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            /** @description Another story is being told, or the simulator does not feed this server */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    stopSimulation: {
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
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The simulator does not feed this server */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listScenarios: {
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
                        scenarios: components["schemas"]["SimulationScenario"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description The simulator does not feed this server */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getTopology: {
        parameters: {
            query?: {
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
                /** @description Only nodes of these kinds, and the edges between them */
                kind?: components["schemas"]["EntityKind"][];
                /** @description Only this service, its pods and endpoints, and its neighbours */
                service?: string;
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
                    "application/json": components["schemas"]["Topology"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    putTopology: {
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
    postTopology: {
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
    getTopologyLayout: {
        parameters: {
            query?: {
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
                /** @description Only nodes of these kinds, and the edges between them */
                kind?: components["schemas"]["EntityKind"][];
                /** @description Only the neighbourhood of this node: id or name */
                focus?: string;
                /** @description So many calls away */
                hops?: number;
                /** @description At most this many nodes */
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
                    "application/json": components["schemas"]["TopologyLayout"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getNeighbourhood: {
        parameters: {
            query: {
                /** @description Id or name of a node */
                entity: string;
                /** @description So many calls away */
                hops?: number;
                /** @description Only callers, or only callees */
                direction?: "both" | "callers" | "callees";
                /** @description At most this many nodes */
                limit?: number;
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/json": components["schemas"]["Topology"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTopologyPath: {
        parameters: {
            query: {
                /** @description Id or name */
                from: string;
                /** @description Id or name */
                to: string;
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/json": components["schemas"]["TopologyPath"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getBlastRadius: {
        parameters: {
            query: {
                /** @description Id or name of a node */
                entity: string;
                /** @description At most this many nodes */
                limit?: number;
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/json": components["schemas"]["BlastRadius"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCallers: {
        parameters: {
            query: {
                /** @description Id or name of a node */
                entity: string;
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/json": components["schemas"]["Topology"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCallees: {
        parameters: {
            query: {
                /** @description Id or name of a node */
                entity: string;
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/json": components["schemas"]["Topology"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTopologyScenario: {
        parameters: {
            query?: {
                /** @description As they were then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
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
                    "application/yaml": string;
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTopologySnapshots: {
        parameters: {
            query?: {
                /** @description Not before this time */
                from?: components["parameters"]["from"];
                /** @description Not after this time */
                to?: components["parameters"]["to"];
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
                    "application/json": components["schemas"]["TopologyHistory"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTopologyEntity: {
        parameters: {
            query?: {
                /** @description As it was then; now when absent */
                at?: components["schemas"]["PrometheusTime"];
            };
            header?: never;
            path: {
                /** @description Id or name of a node */
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
                    "application/json": components["schemas"]["TopologyEntity"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTopologyEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of a node */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten; what is still seen comes back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTopologyEdge: {
        parameters: {
            query: {
                /** @description Id or name */
                caller: string;
                /** @description Id or name */
                callee: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten; what is still seen comes back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    listHeartbeats: {
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
                    "application/json": components["schemas"]["HeartbeatList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    beatByGet: {
        parameters: {
            query?: {
                /** @description failed: something went wrong, and somebody is told at once */
                status?: "ok" | "failed";
                /** @description For people */
                message?: string;
            };
            header?: never;
            path: {
                /** @description Name of the heartbeat */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on disk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heartbeat"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    beat: {
        parameters: {
            query?: {
                /** @description failed: something went wrong, and somebody is told at once */
                status?: "ok" | "failed";
                /** @description For people */
                message?: string;
            };
            header?: never;
            path: {
                /** @description Name of the heartbeat */
                name: string;
            };
            cookie?: never;
        };
        /** @description A message, or an object with status and message; whatever else another system sends */
        requestBody?: {
            content: {
                "application/json": unknown;
                "text/plain": string;
            };
        };
        responses: {
            /** @description It is on disk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heartbeat"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    showAcknowledgeLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of the link in a message */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is about, with a button */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The link is not valid */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The incident is gone */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The link was used or has expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    useAcknowledgeLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of the link in a message */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Acknowledged */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The link is not valid */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The incident is gone */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The link was used or has expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not stored; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    slackCommand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    text?: string;
                    user_id?: string;
                    user_name?: string;
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
                        /** @enum {string} */
                        response_type: "ephemeral" | "in_channel";
                        text: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
        };
    };
    slackEvent: {
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
                        challenge?: string;
                        status?: string;
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
        };
    };
    pagerDutyWebhook: {
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
                        /** @enum {string} */
                        status: "ok" | "ignored";
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSenders: {
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
                        senders: {
                            name: string;
                            title: string;
                            path: string;
                            /** @description Markdown */
                            setup: string;
                            /** @description A message */
                            example: string;
                        }[];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    postFromSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description datadog, grafana, sentry ... */
                sender: string;
            };
            cookie?: never;
        };
        /** @description A message of the sender's */
        requestBody?: {
            content: {
                "application/json": unknown;
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
                    "application/json": {
                        accepted: number;
                        alerts: components["schemas"]["SenderAlert"][];
                        ignored: string[];
                        rejected: string[];
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
    previewFromSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description datadog, grafana, sentry ... */
                sender: string;
            };
            cookie?: never;
        };
        /** @description A message of the sender's */
        requestBody?: {
            content: {
                "application/json": unknown;
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
                    "application/json": components["schemas"]["SenderPreview"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
        };
    };
    tryMapping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description YAML */
                    mapping: string;
                    /** @description The message: JSON, or a text with its content_type */
                    payload?: unknown;
                    content_type?: string;
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
                        alerts: components["schemas"]["SenderAlert"][];
                        ignored: string[];
                        problems: string[];
                        failed_examples: string[];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
    postGitHubChange: {
        parameters: {
            query?: {
                /** @description Of which service all events are */
                service?: string;
            };
            header: {
                /** @description Which event */
                "X-GitHub-Event": string;
                /** @description Instead of a key, when changes.github_secret is set */
                "X-Hub-Signature-256"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": {
                    /** @description The JSON */
                    payload: string;
                };
            };
        };
        responses: {
            /** @description Durable; nothing is accepted of an event that tells of no change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused */
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
    postGitLabChange: {
        parameters: {
            query?: {
                /** @description Of which service all events are */
                service?: string;
            };
            header?: {
                /** @description Instead of a key, when changes.gitlab_token is set */
                "X-Gitlab-Token"?: string;
                /** @description A flag's event is told once for each; else for each X-Gitlab-Event-UUID; without both the same state within a minute counts once */
                "Idempotency-Key"?: string;
                "X-Gitlab-Event-UUID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Durable; nothing is accepted of an event that tells of no change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused */
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
    postArgoCdChange: {
        parameters: {
            query?: {
                /** @description Of which service all events are */
                service?: string;
            };
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
            /** @description Durable; nothing is accepted of an event that tells of no change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused */
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
    postJenkinsChange: {
        parameters: {
            query?: {
                /** @description Of which service all events are */
                service?: string;
            };
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
            /** @description Durable; nothing is accepted of an event that tells of no change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Some were refused */
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
    s4Incidents: {
        parameters: {
            query?: {
                /** @description How far to look back; 1 to 720, default 1 */
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
                    "application/json": {
                        total_errors: number;
                        services_affected: string[];
                        error_breakdown: {
                            [key: string]: number;
                        };
                        recent_errors: components["schemas"]["S4Error"][];
                        complete: boolean;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description S4's error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4IncidentsOfService: {
        parameters: {
            query?: {
                /** @description How far to look back; 1 to 720, default 1 */
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
                    "application/json": {
                        total_errors: number;
                        services_affected: string[];
                        error_breakdown: {
                            [key: string]: number;
                        };
                        recent_errors: components["schemas"]["S4Error"][];
                        complete: boolean;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description S4's error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4ErrorsOfService: {
        parameters: {
            query?: {
                /** @description How far to look back; 1 to 720, default 1 */
                hours?: number;
            };
            header?: never;
            path: {
                /** @description Name of the service */
                service: string;
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
                        service: string;
                        errors: components["schemas"]["S4Error"][];
                        total_errors: number;
                        count: number;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description S4's error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4CheckIncidents: {
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
                        message: string;
                        errors_found: number;
                        events: {
                            event_type: string;
                            /** Format: date-time */
                            timestamp: string;
                            source: string;
                            data: components["schemas"]["S4Error"];
                        }[];
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            /** @description S4's error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    s4IncidentHealth: {
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
            /** @description They cannot */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listFeedback: {
        parameters: {
            query?: {
                /** @description Only these */
                state?: "waiting" | "applied";
                /** @description Only marks of this anomaly, incident or page */
                target?: string;
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
                    "application/json": {
                        feedback: components["schemas"]["Feedback"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    addFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackInput"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
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
    withdrawFeedback: {
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
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["FailedPrecondition"];
            503: components["responses"]["Unavailable"];
        };
    };
    previewFeedback: {
        parameters: {
            query?: {
                /** @description How far back; 7 when absent */
                days?: number;
                /** @description Only these marks; may be repeated */
                mark?: string[];
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
                    "application/json": components["schemas"]["FeedbackPreview"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    applyFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description All that wait when absent */
                    marks?: string[];
                    why?: string;
                    /** @description Who says so, where the key does not tell */
                    by?: string;
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
                    "application/json": components["schemas"]["FeedbackChange"];
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
    listFeedbackChanges: {
        parameters: {
            query?: {
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
                    "application/json": {
                        changes: components["schemas"]["FeedbackChange"][];
                    };
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    undoFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    why?: string;
                    /** @description Who says so, where the key does not tell */
                    by?: string;
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
                    "application/json": components["schemas"]["FeedbackChange"];
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
    getNoiseBudget: {
        parameters: {
            query?: {
                /** @description Only this service; with a metric it is answered for also without marks */
                service?: string;
                /** @description Only this metric */
                metric?: string;
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
                    "application/json": components["schemas"]["NoiseBudget"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSources: {
        parameters: {
            query?: {
                /** @description Only these */
                state?: "sending" | "stopped";
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
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            400: components["responses"]["InvalidArgument"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["PermissionDenied"];
        };
    };
}
