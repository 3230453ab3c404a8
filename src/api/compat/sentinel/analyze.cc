#include "api/compat/sentinel/analyze.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "detect/baseline/series_detector.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/judge.h"
#include "model/severity.h"

namespace vedette::api::compat::sentinel {
namespace {

using base::Json;
using detect::baseline::Levels;
using detect::baseline::SeriesDetector;

constexpr size_t kMetricsMax = 200;
constexpr size_t kValuesMax = 10'000;  // of all metrics together
constexpr size_t kNameBytesMax = 256;
constexpr int64_t kMinuteMs = 60'000;
constexpr base::Duration kHistory = std::chrono::hours(24);
constexpr double kListedScore = 0.5;  // of what is surprising enough to be listed
constexpr double kHighConfidence = 0.7;
constexpr std::array<std::string_view, 8> kIdentities = {
    "component", "component_id", "service", "service_name", "app", "job", "pod", "instance"};

// Where the answers come from.
struct Sources {
  query::Engine& queries;
  const detect::AnomalyStore& anomalies;
  const detect::learned::ModelStore* models;  // may be null
  GraphQuestionOf graph;                      // may be none
};

struct Metric {
  std::string name;
  std::vector<double> values;
  size_t history = 0;  // stored values that it was compared with
  double score = 0;
};

struct Input {
  std::string component;
  std::vector<Metric> metrics;
  std::string affected;  // metadata.component
  bool can_rollback = false;
  bool has_redundancy = false;
};

base::Error Wrong(std::string_view field, std::string_view message) {
  return base::InvalidArgument(std::string(message), std::string(field));
}

base::Result<double> ReadValue(const Json& json, const std::string& field) {
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!json.is_number()) return Wrong(field, "must be a number, or a list of numbers");
  return json.get<double>();
}

base::Result<std::vector<Metric>> ReadMetrics(const Json& json) {
  if (!json.is_object()) return Wrong("metrics", "must be an object of numbers");
  if (json.size() > kMetricsMax) {
    return Wrong("metrics", fmt::format("has more than {} metrics", kMetricsMax));
  }
  std::vector<Metric> metrics;
  size_t total = 0;
  for (const auto& [name, value] : json.items()) {
    Metric metric;
    metric.name = name;
    const std::string field = "metrics." + name.substr(0, kNameBytesMax);
    if (name.empty() || name.size() > kNameBytesMax) {
      return Wrong(field, fmt::format("a name has 1 to {} bytes", kNameBytesMax));
    }
    // As /collect-metrics tells the phase of a pod: it is no number to judge.
    if (value.is_string()) continue;
    const size_t count = value.is_array() ? value.size() : 1;
    total += count;
    if (total > kValuesMax) return Wrong("metrics", fmt::format("more than {} values", kValuesMax));
    for (size_t i = 0; i < count; ++i) {
      VEDETTE_TRY(const double each, ReadValue(value.is_array() ? value[i] : value, field));
      metric.values.push_back(each);
    }
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

base::Result<bool> ReadFlag(const Json& metadata, const char* name) {
  const auto found = metadata.find(name);
  if (found == metadata.end() || found->is_null()) return false;
  if (!found->is_boolean()) return Wrong(std::string("metadata.") + name, "must be true or false");
  return found->get<bool>();
}

base::Result<Input> ReadInput(const Call& call) {
  VEDETTE_TRY(const Json body, base::ParseJson(call.request.body));
  if (!body.is_object()) return Wrong("", "the body must be an object");
  Input input;
  const auto component = body.find("component_id");
  if (component == body.end()) return Wrong("component_id", "Field required");
  if (!component->is_string()) return Wrong("component_id", "must be a text");
  input.component = component->get<std::string>();
  if (input.component.empty() || input.component.size() > kNameBytesMax) {
    return Wrong("component_id", fmt::format("must have 1 to {} bytes", kNameBytesMax));
  }
  if (!body.contains("metrics")) return Wrong("metrics", "Field required");
  VEDETTE_TRY(input.metrics, ReadMetrics(body["metrics"]));
  const auto metadata = body.find("metadata");
  if (metadata == body.end() || metadata->is_null()) return input;
  if (!metadata->is_object()) return Wrong("metadata", "must be an object");
  VEDETTE_TRY(input.can_rollback, ReadFlag(*metadata, "can_rollback"));
  VEDETTE_TRY(input.has_redundancy, ReadFlag(*metadata, "has_redundancy"));
  const auto affected = metadata->find("component");
  if (affected != metadata->end() && !affected->is_null()) {
    if (!affected->is_string() || affected->get_ref<const std::string&>().size() > kNameBytesMax) {
      return Wrong("metadata.component", "must be a short text");
    }
    input.affected = affected->get<std::string>();
  }
  return input;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  base::AppendJsonEscaped(out, text);
  return out + '"';
}

// A minute's mean of the stored series, up to where the given values begin; none is no error.
base::Result<query::QueryResult> ReadHistory(query::Engine& queries, const Call& call,
                                             const std::string& component, const Metric& metric) {
  std::string any;
  for (const std::string_view identity : kIdentities) {
    any += fmt::format("{}{{__name__={},{}={}}}", any.empty() ? "" : " or ", Quoted(metric.name),
                       identity, Quoted(component));
  }
  const base::TimePoint end =
      call.now - base::Duration(kMinuteMs * static_cast<int64_t>(metric.values.size()));
  return queries.Range({.tenant = call.caller.tenant,
                        .text = "avg(" + any + ")",
                        .start = end - kHistory,
                        .end = end,
                        .step = base::Duration(kMinuteMs),
                        .lookback = base::Duration(kMinuteMs * 5),
                        .deadline = call.request.deadline,
                        .cancelled = call.request.cancelled});
}

base::Result<> Judge(query::Engine& queries, const Call& call, const std::string& component,
                     Metric& metric) {
  const Levels levels;
  const detect::baseline::BaselineOptions options;
  const detect::baseline::Signal signal =
      detect::baseline::ClassifySignal(model::Labels({std::pair("__name__", metric.name)}));
  SeriesDetector series;
  VEDETTE_TRY(const query::QueryResult stored, ReadHistory(queries, call, component, metric));
  if (!stored.matrix.empty()) {
    const auto& samples = stored.matrix[0].samples;
    metric.history = samples.values.size();
    for (size_t i = 0; i < metric.history; ++i) {
      Step(options, signal, levels, series, samples.t_ms[i], samples.values[i]);
    }
  }
  int64_t t_ms = base::ToMillis(call.now) - kMinuteMs * static_cast<int64_t>(metric.values.size());
  for (const double value : metric.values) {
    const double nats = Step(options, signal, levels, series, t_ms += kMinuteMs, value).nats;
    metric.score = std::max({metric.score, ScoreOf(levels, series),
                             kListedScore * std::min(1.0, nats / levels.listed)});
  }
  return {};
}

// The highest score of an open anomaly that is not the component's own.
base::Result<double> HighestElsewhere(const detect::AnomalyStore& store, const Call& call,
                                      const std::string& component) {
  VEDETTE_TRY(const detect::AnomalyPage page, store.List({.tenant = call.caller.tenant,
                                                          .state = model::AnomalyState::kOpen,
                                                          .limit = 1000}));
  double highest = 0;
  for (const model::Anomaly& anomaly : page.anomalies) {
    if (anomaly.entity != component) highest = std::max(highest, anomaly.score);
  }
  return highest;
}

std::string_view SeverityOf(double score) {
  if (score >= model::kCriticalScore) return "critical";
  if (score >= model::kWarningScore) return "high";
  return score >= kListedScore ? "medium" : "low";
}

std::vector<std::string> Recommendations(const Input& input, double score, double confidence) {
  std::vector<std::string> out;
  if (score < model::kWarningScore) return out;
  out.push_back(fmt::format("Immediate action required: {} anomaly in {}",
                            score >= model::kCriticalScore ? "CRITICAL" : "HIGH", input.component));
  if (confidence > kHighConfidence) {
    out.push_back(
        fmt::format("High confidence ({:.0f}%) that this is the root cause", confidence * 100));
  }
  if (!input.affected.empty()) out.push_back("Affected component: " + input.affected);
  if (input.can_rollback) out.push_back("Rollback recent changes");
  if (input.has_redundancy) out.push_back("Failover to standby instance");
  return out;
}

// What the learned model of the component said, if there is one and it takes a metric.
struct Learned {
  std::shared_ptr<const detect::learned::Model> model;  // null: none was asked
  detect::learned::Judgement judgement;
};

base::Result<Learned> AskModel(query::Engine& queries, const detect::learned::ModelStore* models,
                               const Call& call, const Input& input) {
  Learned learned;
  if (models == nullptr) return learned;
  auto model = models->Find(call.caller.tenant, input.component);
  std::vector<detect::learned::Brought> brought;
  for (const Metric& metric : input.metrics) brought.push_back({metric.name, metric.values});
  if (!model || !detect::learned::Takes(*model, brought)) return learned;
  VEDETTE_TRY(learned.judgement, detect::learned::JudgeAt(queries, *model, call.now, brought));
  if (learned.judgement.known) learned.model = std::move(model);
  return learned;
}

void WriteLearned(base::JsonWriter& json, const Learned& learned) {
  json.Key("learned");
  if (!learned.model) {
    json.Null();
    return;
  }
  const detect::learned::Model& model = *learned.model;
  json.BeginObject().Field("detector", learn::NetworkKindName(model.kind));
  json.Field("version", static_cast<uint64_t>(model.version));
  json.Field("anomaly_score", learned.judgement.score);
  json.Field("deviation", learned.judgement.deviation).Field("threshold", model.threshold);
  json.Key("metrics").BeginArray();
  for (const detect::learned::Metric& each : model.metrics) json.Value(each.name);
  json.EndArray().EndObject();
}

// What the learned model of the service graph said of the component, if there is one that knows it.
struct OfGraph {
  std::shared_ptr<const detect::learned::Model> model;  // null: none was asked
  detect::learned::ServiceJudgement component;
  std::optional<detect::learned::ServiceJudgement> root;  // the likely one, of all services
};

base::Result<OfGraph> AskGraph(const Sources& sources, const Call& call, const Input& input) {
  OfGraph graph;
  if (sources.models == nullptr || !sources.graph) return graph;
  auto model = sources.models->Find(call.caller.tenant, "");
  if (!model || !model->graph) return graph;
  detect::learned::GraphQuestion question = sources.graph(call.caller.tenant);
  if (!detect::learned::IsAbout(*model, question, input.component)) return graph;
  question.at = call.now;
  question.deadline = call.request.deadline;
  question.cancelled = call.request.cancelled;
  question.brought_to = input.component;
  for (const Metric& metric : input.metrics) {
    question.brought.push_back({metric.name, metric.values});
  }
  VEDETTE_TRY(const std::vector<detect::learned::ServiceJudgement> judged,
              detect::learned::JudgeGraphAt(sources.queries, *model, question));
  for (const detect::learned::ServiceJudgement& each : judged) {
    if (each.likely_root) graph.root = each;
    if (each.service != input.component || !each.judgement.known) continue;
    graph.component = each;
    graph.model = model;
  }
  return graph;
}

void WriteGraph(base::JsonWriter& json, const OfGraph& graph) {
  json.Key("graph");
  if (!graph.model) {
    json.Null();
    return;
  }
  const detect::learned::ServiceJudgement& component = graph.component;
  json.BeginObject().Field("detector", learn::NetworkKindName(graph.model->kind));
  json.Field("version", static_cast<uint64_t>(graph.model->version));
  json.Field("anomaly_score", component.judgement.score);
  json.Field("root_cause_probability", component.root_cause);
  json.Field("deviation", component.judgement.deviation);
  json.Field("threshold", graph.model->threshold).Key("likely_root");
  if (graph.root) {
    json.BeginObject().Field("component_id", graph.root->service);
    json.Field("root_cause_probability", graph.root->root_cause).EndObject();
  } else {
    json.Null();
  }
  json.Key("metrics").BeginArray();
  for (const detect::learned::Metric& each : component.metrics) json.Value(each.name);
  json.EndArray().EndObject();
}

net::Response Answer(const Input& input, const Learned& learned, const OfGraph& graph,
                     double elsewhere, base::TimePoint now) {
  double score = 0;
  for (const Metric& metric : input.metrics) score = std::max(score, metric.score);
  std::string_view detector = "statistical";
  if (learned.model && learned.judgement.score > score) {
    score = learned.judgement.score;
    detector = learn::NetworkKindName(learned.model->kind);
  }
  if (graph.model && graph.component.judgement.score > score) {
    score = graph.component.judgement.score;
    detector = learn::NetworkKindName(graph.model->kind);
  }
  double confidence = score > 0 ? score * score / (score + elsewhere) : 0;
  if (graph.model) confidence = graph.component.root_cause;
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("component_id", input.component).Field("anomaly_score", score);
  json.Field("root_cause_confidence", confidence).Field("severity", SeverityOf(score));
  json.Key("recommendations").BeginArray();
  for (const std::string& each : Recommendations(input, score, confidence)) json.Value(each);
  json.EndArray().Field("timestamp", now).Field("detector", detector);
  WriteLearned(json, learned);
  WriteGraph(json, graph);
  json.Key("metrics").BeginArray();
  for (const Metric& metric : input.metrics) {
    json.BeginObject().Field("name", metric.name).Field("anomaly_score", metric.score);
    json.Field("values", static_cast<uint64_t>(metric.values.size()));
    json.Field("history", static_cast<uint64_t>(metric.history)).EndObject();
  }
  json.EndArray().EndObject();
  return net::JsonResponse(200, std::move(out));
}

// {"detail": [{"loc": ["body", "metrics", "cpu"], "msg", "type"}]}, as FastAPI says it.
net::Response Unprocessable(const base::Error& error) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("detail").BeginArray().BeginObject().Key("loc").BeginArray();
  json.Value("body");
  const size_t dot = error.field.find('.');  // more of them belong to the metric's name
  if (!error.field.empty()) json.Value(error.field.substr(0, dot));
  if (dot != std::string::npos) json.Value(error.field.substr(dot + 1));
  json.EndArray().Field("msg", error.message).Field("type", "value_error");
  json.EndObject().EndArray().EndObject();
  return net::JsonResponse(422, std::move(out));
}

net::Response PostAnalyze(const Sources& sources, const Call& call) {
  base::Result<Input> input = ReadInput(call);
  if (!input.ok()) return Unprocessable(input.error());
  for (Metric& metric : input->metrics) {
    const base::Result<> judged = Judge(sources.queries, call, input->component, metric);
    if (!judged.ok()) return ErrorResponse(judged.error());
  }
  const base::Result<Learned> learned = AskModel(sources.queries, sources.models, call, *input);
  if (!learned.ok()) return ErrorResponse(learned.error());
  const base::Result<OfGraph> graph = AskGraph(sources, call, *input);
  if (!graph.ok()) return ErrorResponse(graph.error());
  const base::Result<double> elsewhere =
      HighestElsewhere(sources.anomalies, call, input->component);
  if (!elsewhere.ok()) return ErrorResponse(elsewhere.error());
  return Answer(*input, *learned, *graph, *elsewhere, call.now);
}

}  // namespace

std::vector<Route> AnalyzeRoutes(query::Engine& queries, const detect::AnomalyStore& anomalies,
                                 const detect::learned::ModelStore* models, GraphQuestionOf graph) {
  const Sources sources{queries, anomalies, models, std::move(graph)};
  return {{"POST",
           "/analyze",
           Permission::kRead,
           [sources](const Call& call) { return PostAnalyze(sources, call); },
           "s2Analyze",
           {},
           true}};
}

}  // namespace vedette::api::compat::sentinel
