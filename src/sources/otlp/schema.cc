#include "sources/otlp/schema.h"

#include <array>

// Field numbers and types: opentelemetry-proto, version 1 of common, resource, metrics, logs, trace
// and their collector services.

namespace vedette::sources::otlp {
namespace {

using enum FieldType;

// Values contain lists of values: the table of the value is known before its parts are.
extern const MessageSchema kAnyValue;
extern const MessageSchema kKeyValue;

constexpr std::array kArrayFields = {FieldSchema{"values", 1, kMessage, true, &kAnyValue}};
constexpr MessageSchema kArray{kArrayFields};
constexpr std::array kKeyValueListFields = {FieldSchema{"values", 1, kMessage, true, &kKeyValue}};
constexpr MessageSchema kKeyValueList{kKeyValueListFields};
constexpr std::array kAnyValueFields = {
    FieldSchema{"stringValue", 1, kString},
    FieldSchema{"boolValue", 2, kBool},
    FieldSchema{"intValue", 3, kVarint},
    FieldSchema{"doubleValue", 4, kDouble},
    FieldSchema{"arrayValue", 5, kMessage, false, &kArray},
    FieldSchema{"kvlistValue", 6, kMessage, false, &kKeyValueList},
    FieldSchema{"bytesValue", 7, kBytes},
};
constexpr MessageSchema kAnyValue{kAnyValueFields};
constexpr std::array kKeyValueFields = {
    FieldSchema{"key", 1, kString},
    FieldSchema{"value", 2, kMessage, false, &kAnyValue},
};
constexpr MessageSchema kKeyValue{kKeyValueFields};

constexpr std::array kScopeFields = {
    FieldSchema{"name", 1, kString},
    FieldSchema{"version", 2, kString},
    FieldSchema{"attributes", 3, kMessage, true, &kKeyValue},
};
constexpr MessageSchema kScope{kScopeFields};
constexpr std::array kResourceFields = {
    FieldSchema{"attributes", 1, kMessage, true, &kKeyValue},
};
constexpr MessageSchema kResource{kResourceFields};

// Metrics.

constexpr std::array kExemplarFields = {
    FieldSchema{"timeUnixNano", 2, kFixed64},
    FieldSchema{"asDouble", 3, kDouble},
    FieldSchema{"spanId", 4, kHexId},
    FieldSchema{"traceId", 5, kHexId},
    FieldSchema{"asInt", 6, kFixed64},
    FieldSchema{"filteredAttributes", 7, kMessage, true, &kKeyValue},
};
constexpr MessageSchema kExemplar{kExemplarFields};
constexpr std::array kNumberPointFields = {
    FieldSchema{"startTimeUnixNano", 2, kFixed64},
    FieldSchema{"timeUnixNano", 3, kFixed64},
    FieldSchema{"asDouble", 4, kDouble},
    FieldSchema{"exemplars", 5, kMessage, true, &kExemplar},
    FieldSchema{"asInt", 6, kFixed64},
    FieldSchema{"attributes", 7, kMessage, true, &kKeyValue},
    FieldSchema{"flags", 8, kVarint},
};
constexpr MessageSchema kNumberPoint{kNumberPointFields};
constexpr std::array kHistogramPointFields = {
    FieldSchema{"startTimeUnixNano", 2, kFixed64},
    FieldSchema{"timeUnixNano", 3, kFixed64},
    FieldSchema{"count", 4, kFixed64},
    FieldSchema{"sum", 5, kDouble},
    FieldSchema{"bucketCounts", 6, kFixed64, true},
    FieldSchema{"explicitBounds", 7, kDouble, true},
    FieldSchema{"exemplars", 8, kMessage, true, &kExemplar},
    FieldSchema{"attributes", 9, kMessage, true, &kKeyValue},
    FieldSchema{"flags", 10, kVarint},
};
constexpr MessageSchema kHistogramPoint{kHistogramPointFields};
constexpr std::array kBucketsFields = {
    FieldSchema{"offset", 1, kZigZag},
    FieldSchema{"bucketCounts", 2, kVarint, true},
};
constexpr MessageSchema kBuckets{kBucketsFields};
constexpr std::array kExponentialPointFields = {
    FieldSchema{"attributes", 1, kMessage, true, &kKeyValue},
    FieldSchema{"startTimeUnixNano", 2, kFixed64},
    FieldSchema{"timeUnixNano", 3, kFixed64},
    FieldSchema{"count", 4, kFixed64},
    FieldSchema{"sum", 5, kDouble},
    FieldSchema{"scale", 6, kZigZag},
    FieldSchema{"zeroCount", 7, kFixed64},
    FieldSchema{"positive", 8, kMessage, false, &kBuckets},
    FieldSchema{"negative", 9, kMessage, false, &kBuckets},
    FieldSchema{"flags", 10, kVarint},
    FieldSchema{"exemplars", 11, kMessage, true, &kExemplar},
    FieldSchema{"zeroThreshold", 14, kDouble},
};
constexpr MessageSchema kExponentialPoint{kExponentialPointFields};
constexpr std::array kQuantileFields = {
    FieldSchema{"quantile", 1, kDouble},
    FieldSchema{"value", 2, kDouble},
};
constexpr MessageSchema kQuantile{kQuantileFields};
constexpr std::array kSummaryPointFields = {
    FieldSchema{"startTimeUnixNano", 2, kFixed64},
    FieldSchema{"timeUnixNano", 3, kFixed64},
    FieldSchema{"count", 4, kFixed64},
    FieldSchema{"sum", 5, kDouble},
    FieldSchema{"quantileValues", 6, kMessage, true, &kQuantile},
    FieldSchema{"attributes", 7, kMessage, true, &kKeyValue},
    FieldSchema{"flags", 8, kVarint},
};
constexpr MessageSchema kSummaryPoint{kSummaryPointFields};

constexpr std::array kGaugeFields = {
    FieldSchema{"dataPoints", 1, kMessage, true, &kNumberPoint},
};
constexpr MessageSchema kGauge{kGaugeFields};
constexpr std::array kSumFields = {
    FieldSchema{"dataPoints", 1, kMessage, true, &kNumberPoint},
    FieldSchema{"aggregationTemporality", 2, kVarint},
    FieldSchema{"isMonotonic", 3, kBool},
};
constexpr MessageSchema kSum{kSumFields};
constexpr std::array kHistogramFields = {
    FieldSchema{"dataPoints", 1, kMessage, true, &kHistogramPoint},
    FieldSchema{"aggregationTemporality", 2, kVarint},
};
constexpr MessageSchema kHistogram{kHistogramFields};
constexpr std::array kExponentialFields = {
    FieldSchema{"dataPoints", 1, kMessage, true, &kExponentialPoint},
    FieldSchema{"aggregationTemporality", 2, kVarint},
};
constexpr MessageSchema kExponential{kExponentialFields};
constexpr std::array kSummaryFields = {
    FieldSchema{"dataPoints", 1, kMessage, true, &kSummaryPoint},
};
constexpr MessageSchema kSummary{kSummaryFields};
constexpr std::array kMetricFields = {
    FieldSchema{"name", 1, kString},
    FieldSchema{"description", 2, kString},
    FieldSchema{"unit", 3, kString},
    FieldSchema{"gauge", 5, kMessage, false, &kGauge},
    FieldSchema{"sum", 7, kMessage, false, &kSum},
    FieldSchema{"histogram", 9, kMessage, false, &kHistogram},
    FieldSchema{"exponentialHistogram", 10, kMessage, false, &kExponential},
    FieldSchema{"summary", 11, kMessage, false, &kSummary},
};
constexpr MessageSchema kMetric{kMetricFields};
constexpr std::array kScopeMetricsFields = {
    FieldSchema{"scope", 1, kMessage, false, &kScope},
    FieldSchema{"metrics", 2, kMessage, true, &kMetric},
    FieldSchema{"schemaUrl", 3, kString},
};
constexpr MessageSchema kScopeMetrics{kScopeMetricsFields};
constexpr std::array kResourceMetricsFields = {
    FieldSchema{"resource", 1, kMessage, false, &kResource},
    FieldSchema{"scopeMetrics", 2, kMessage, true, &kScopeMetrics},
};
constexpr MessageSchema kResourceMetrics{kResourceMetricsFields};
constexpr std::array kMetricsRequestFields = {
    FieldSchema{"resourceMetrics", 1, kMessage, true, &kResourceMetrics},
};
constexpr MessageSchema kMetricsRequest{kMetricsRequestFields};

// Logs.

constexpr std::array kLogRecordFields = {
    FieldSchema{"timeUnixNano", 1, kFixed64},
    FieldSchema{"severityNumber", 2, kVarint},
    FieldSchema{"severityText", 3, kString},
    FieldSchema{"body", 5, kMessage, false, &kAnyValue},
    FieldSchema{"attributes", 6, kMessage, true, &kKeyValue},
    FieldSchema{"traceId", 9, kHexId},
    FieldSchema{"spanId", 10, kHexId},
    FieldSchema{"observedTimeUnixNano", 11, kFixed64},
    FieldSchema{"eventName", 12, kString},
};
constexpr MessageSchema kLogRecord{kLogRecordFields};
constexpr std::array kScopeLogsFields = {
    FieldSchema{"scope", 1, kMessage, false, &kScope},
    FieldSchema{"logRecords", 2, kMessage, true, &kLogRecord},
};
constexpr MessageSchema kScopeLogs{kScopeLogsFields};
constexpr std::array kResourceLogsFields = {
    FieldSchema{"resource", 1, kMessage, false, &kResource},
    FieldSchema{"scopeLogs", 2, kMessage, true, &kScopeLogs},
};
constexpr MessageSchema kResourceLogs{kResourceLogsFields};
constexpr std::array kLogsRequestFields = {
    FieldSchema{"resourceLogs", 1, kMessage, true, &kResourceLogs},
};
constexpr MessageSchema kLogsRequest{kLogsRequestFields};

// Traces.

constexpr std::array kSpanEventFields = {
    FieldSchema{"timeUnixNano", 1, kFixed64},
    FieldSchema{"name", 2, kString},
    FieldSchema{"attributes", 3, kMessage, true, &kKeyValue},
};
constexpr MessageSchema kSpanEvent{kSpanEventFields};
constexpr std::array kSpanLinkFields = {
    FieldSchema{"traceId", 1, kHexId},
    FieldSchema{"spanId", 2, kHexId},
};
constexpr MessageSchema kSpanLink{kSpanLinkFields};
constexpr std::array kStatusFields = {
    FieldSchema{"message", 2, kString},
    FieldSchema{"code", 3, kVarint},
};
constexpr MessageSchema kStatus{kStatusFields};
constexpr std::array kSpanFields = {
    FieldSchema{"traceId", 1, kHexId},
    FieldSchema{"spanId", 2, kHexId},
    FieldSchema{"parentSpanId", 4, kHexId},
    FieldSchema{"name", 5, kString},
    FieldSchema{"kind", 6, kVarint},
    FieldSchema{"startTimeUnixNano", 7, kFixed64},
    FieldSchema{"endTimeUnixNano", 8, kFixed64},
    FieldSchema{"attributes", 9, kMessage, true, &kKeyValue},
    FieldSchema{"events", 11, kMessage, true, &kSpanEvent},
    FieldSchema{"links", 13, kMessage, true, &kSpanLink},
    FieldSchema{"status", 15, kMessage, false, &kStatus},
};
constexpr MessageSchema kSpan{kSpanFields};
constexpr std::array kScopeSpansFields = {
    FieldSchema{"scope", 1, kMessage, false, &kScope},
    FieldSchema{"spans", 2, kMessage, true, &kSpan},
};
constexpr MessageSchema kScopeSpans{kScopeSpansFields};
constexpr std::array kResourceSpansFields = {
    FieldSchema{"resource", 1, kMessage, false, &kResource},
    FieldSchema{"scopeSpans", 2, kMessage, true, &kScopeSpans},
};
constexpr MessageSchema kResourceSpans{kResourceSpansFields};
constexpr std::array kTracesRequestFields = {
    FieldSchema{"resourceSpans", 1, kMessage, true, &kResourceSpans},
};
constexpr MessageSchema kTracesRequest{kTracesRequestFields};

}  // namespace

const MessageSchema& RequestSchema(Signal signal) {
  switch (signal) {
    case Signal::kMetrics: return kMetricsRequest;
    case Signal::kLogs: return kLogsRequest;
    case Signal::kTraces: return kTracesRequest;
  }
  return kMetricsRequest;
}

}  // namespace vedette::sources::otlp
