#include "detect/learned/model_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/core.h>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/duration.h"
#include "base/json.h"
#include "detect/learned/graph_history.h"

namespace vedette::detect::learned {
namespace {

using base::Json;

constexpr std::string_view kMagic = "VDTMODEL";
constexpr uint32_t kVersion = 1;
constexpr uint32_t kGraphVersion = 2;  // with `nodes` in place of `metrics`
constexpr size_t kHeaderMax = size_t{4} << 20;
constexpr size_t kDigest = 64;
constexpr size_t kNameMax = 4096;
constexpr size_t kLayersMax = 8;
constexpr size_t kSizeMax = 256;  // of a layer
constexpr double kNumberMax = 1e30;

base::Error Damaged(std::string_view what) {
  return base::DataLoss(fmt::format("model file: {}", what));
}

void PutU32(std::string& out, uint32_t value) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

uint32_t GetU32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value |= uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

Json FoundJson(const TrialReport::Found& found) {
  return {{"faults", found.faults},
          {"found_by_statistics", found.by_statistics},
          {"found_by_model", found.by_model},
          {"found_by_either", found.by_either}};
}

// The name of a row of TrialReport::by_kind.
std::string FaultName(learn::NetworkKind kind, size_t row) {
  if (kind == learn::NetworkKind::kGatv2) return std::string(CauseName(static_cast<Cause>(row)));
  return std::string(FaultKindName(static_cast<FaultKind>(row)));
}

Json TrialJson(const TrialReport& trial, learn::NetworkKind kind) {
  Json json = FoundJson(trial.total);
  json["gain"] = trial.Gain();
  json["held_out_days"] = trial.days;
  json["alarms_allowed"] = trial.alarms_allowed;
  json["alarms_of_statistics"] = trial.alarms_statistics;
  json["alarms_of_model"] = trial.alarms_model;
  json["alarms_of_either"] = trial.alarms_either;
  json["nats_alone"] = trial.nats;
  json["nats_beside_model"] = trial.nats_beside;
  json["median_delay_steps_of_statistics"] = trial.delay_statistics;
  json["median_delay_steps_of_either"] = trial.delay_either;
  for (size_t i = 0; i < trial.by_kind.size(); ++i) {
    json["by_fault"][FaultName(kind, i)] = FoundJson(trial.by_kind.at(i));
  }
  if (kind != learn::NetworkKind::kGatv2) return json;
  json["roots"] = {{"faults", trial.roots.faults},
                   {"named_by_rule", trial.roots.by_rule},
                   {"named_by_model", trial.roots.by_model}};
  return json;
}

// Of a graph what it is of, and the names of all metrics, each once.
void AddGraph(const Model& model, Json& json) {
  std::set<std::string> names;
  json["services"] = Json::array();
  for (const GraphNode& node : model.nodes) {
    json["services"].push_back(node.service);
    for (const auto& each : node.vitals) {
      if (each) names.insert(each->name);
    }
  }
  json["metrics"] = names;
}

size_t Parameters(const Model& model) {
  return model.graph || model.network ? model.parameters().Count() : 0;
}

Json SummaryJson(const Model& model) {
  Json json = {{"tenant", model.tenant},
               {"service", model.service},
               {"version", model.version},
               {"detector", learn::NetworkKindName(model.kind)},
               {"kept", model.kept},
               {"trained_at", base::FormatTime(model.trained_at)},
               {"learnt_from", base::FormatTime(model.learnt_from)},
               {"learnt_to", base::FormatTime(model.learnt_to)},
               {"step_seconds", static_cast<double>(model.step.count()) / 1000},
               {"window_steps", model.window},
               {"seed", model.seed},
               {"epochs", model.epochs},
               {"validation_loss", model.loss},
               {"threshold", model.threshold},
               {"parameters", Parameters(model)}};
  for (const Metric& metric : model.metrics) json["metrics"].push_back(metric.name);
  if (model.graph) AddGraph(model, json);
  json["trial"] = TrialJson(model.trial, model.kind);
  return json;
}

Json MetricJson(const Metric& metric, const Scale& scale) {
  return {{"name", metric.name},
          {"promql", metric.promql},
          {"counter", metric.counter},
          {"center", scale.center},
          {"width", scale.width}};
}

Json NodesJson(const Model& model) {
  Json nodes = Json::array();
  for (const GraphNode& node : model.nodes) {
    Json vitals = Json::object();
    for (size_t i = 0; i < kVitals; ++i) {
      if (!node.vitals.at(i)) continue;
      vitals[std::string(VitalName(static_cast<Vital>(i)))] =
          MetricJson(*node.vitals.at(i), node.scales.at(i));
    }
    nodes.push_back({{"service", node.service}, {"vitals", std::move(vitals)}});
  }
  return nodes;
}

Json HeaderJson(const Model& model) {
  const learn::NetworkOptions& o = model.options;
  Json json = SummaryJson(model);
  json["trained_at"] = base::ToMillis(model.trained_at);
  json["learnt_from"] = base::ToMillis(model.learnt_from);
  json["learnt_to"] = base::ToMillis(model.learnt_to);
  json["step_ms"] = model.step.count();
  json["floor"] = model.floor;
  json.erase("services");
  json["metrics"] = Json::array();
  for (size_t i = 0; i < model.metrics.size(); ++i) {
    json["metrics"].push_back(MetricJson(model.metrics[i], model.scales[i]));
  }
  if (model.graph) json["nodes"] = NodesJson(model);
  json["network"] = {{"autoencoder_hidden", o.autoencoder_hidden},
                     {"latent", o.latent},
                     {"hidden", o.hidden},
                     {"bidirectional", o.bidirectional},
                     {"layers", o.layers},
                     {"heads", o.heads},
                     {"channels", o.channels},
                     {"dilations", o.dilations},
                     {"width", o.width},
                     {"dropout", o.dropout}};
  if (model.graph) json["network"]["graph_hidden"] = o.graph_hidden;
  return json;
}

// Reads members of the header; the first that is wrong is remembered, and all after it are 0.
class HeaderReader {
 public:
  explicit HeaderReader(const Json& json) : json_(json) {}

  double Number(const char* key, double low, double high) {
    const auto found = json_.find(key);
    if (found == json_.end() || !found->is_number()) return Wrong(key);
    const double value = found->get<double>();
    return value >= low && value <= high ? value : Wrong(key);
  }
  size_t Count(const char* key, size_t low, size_t high) {
    const double value = Number(key, static_cast<double>(low), static_cast<double>(high));
    return static_cast<size_t>(value);
  }
  bool Flag(const char* key) {
    const auto found = json_.find(key);
    if (found != json_.end() && found->is_boolean()) return found->get<bool>();
    return Wrong(key) != 0;
  }
  std::string Text(const char* key) {
    const auto found = json_.find(key);
    if (found != json_.end() && found->is_string()) {
      auto text = found->get<std::string>();
      if (text.size() <= kNameMax) return text;
    }
    Wrong(key);
    return {};
  }
  std::vector<size_t> Counts(const char* key) {
    std::vector<size_t> out;
    const auto found = json_.find(key);
    const bool list =
        found != json_.end() && found->is_array() && !found->empty() && found->size() <= kLayersMax;
    if (!list) Wrong(key);
    for (size_t i = 0; list && i < found->size(); ++i) {
      const Json& each = (*found)[i];
      const double value = each.is_number() ? each.get<double>() : 0;
      if (value < 1 || value > static_cast<double>(kSizeMax)) Wrong(key);
      out.push_back(static_cast<size_t>(std::clamp(value, 1.0, static_cast<double>(kSizeMax))));
    }
    return out;
  }
  base::TimePoint Time(const char* key) {
    return base::FromMillis(static_cast<int64_t>(Number(key, 0, 4e12)));
  }
  const Json* Object(const char* key) {
    const auto found = json_.find(key);
    if (found != json_.end() && found->is_object()) return &*found;
    Wrong(key);
    return nullptr;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  double Wrong(const char* key) {
    if (wrong_.empty()) wrong_ = key;
    return 0;
  }

  const Json& json_;
  std::string wrong_;
};

base::Result<learn::NetworkOptions> ReadOptions(const Json& json, learn::NetworkKind kind) {
  HeaderReader reader(json);
  learn::NetworkOptions options;
  options.autoencoder_hidden = reader.Counts("autoencoder_hidden");
  options.latent = reader.Count("latent", 1, kSizeMax);
  options.hidden = reader.Count("hidden", 1, kSizeMax);
  // Files from before it could be chosen do not say so.
  options.bidirectional = !json.contains("bidirectional") || reader.Flag("bidirectional");
  options.layers = reader.Count("layers", 1, kLayersMax);
  options.heads = reader.Count("heads", 1, kLayersMax);
  options.channels = reader.Count("channels", 1, kSizeMax);
  options.dilations = reader.Counts("dilations");
  options.width = reader.Count("width", 1, kSizeMax);
  options.dropout = reader.Number("dropout", 0, 0.9);
  const bool graph = kind == learn::NetworkKind::kGatv2;
  if (graph) options.graph_hidden = reader.Count("graph_hidden", 2, kSizeMax);
  if (!reader.wrong().empty()) return Damaged("network." + reader.wrong());
  const size_t ways = options.bidirectional ? 2 : 1;
  if (options.width % options.heads != 0 || ways * options.hidden % options.heads != 0) {
    return Damaged("network.heads");
  }
  if (graph && (options.heads % 2 != 0 || options.graph_hidden % options.heads != 0)) {
    return Damaged("network.graph_hidden");
  }
  return options;
}

TrialReport::Found ReadFound(HeaderReader& reader) {
  constexpr size_t kMany = 1'000'000;
  return {.faults = reader.Count("faults", 0, kMany),
          .by_statistics = reader.Count("found_by_statistics", 0, kMany),
          .by_model = reader.Count("found_by_model", 0, kMany),
          .by_either = reader.Count("found_by_either", 0, kMany)};
}

base::Result<TrialReport> ReadTrial(const Json& json, learn::NetworkKind kind) {
  constexpr size_t kMany = 1'000'000;
  HeaderReader reader(json);
  TrialReport trial;
  trial.total = ReadFound(reader);
  trial.days = reader.Number("held_out_days", 0, kNumberMax);
  trial.alarms_allowed = reader.Count("alarms_allowed", 0, kMany);
  trial.alarms_statistics = reader.Count("alarms_of_statistics", 0, kMany);
  trial.alarms_model = reader.Count("alarms_of_model", 0, kMany);
  trial.alarms_either = reader.Count("alarms_of_either", 0, kMany);
  trial.nats = reader.Number("nats_alone", 0, kNumberMax);
  trial.nats_beside = reader.Number("nats_beside_model", 0, kNumberMax);
  trial.delay_statistics = reader.Number("median_delay_steps_of_statistics", 0, kNumberMax);
  trial.delay_either = reader.Number("median_delay_steps_of_either", 0, kNumberMax);
  const Json* const kinds = reader.Object("by_fault");
  if (!reader.wrong().empty()) return Damaged("trial." + reader.wrong());
  HeaderReader by_kind(*kinds);
  for (size_t i = 0; i < trial.by_kind.size(); ++i) {
    const std::string name = FaultName(kind, i);
    const Json* const row = by_kind.Object(name.c_str());
    if (row == nullptr) return Damaged("trial.by_fault." + name);
    HeaderReader found(*row);
    trial.by_kind.at(i) = ReadFound(found);
    if (!found.wrong().empty()) return Damaged("trial.by_fault." + name);
  }
  if (kind != learn::NetworkKind::kGatv2) return trial;
  const Json* const roots = reader.Object("roots");
  if (roots == nullptr) return Damaged("trial.roots");
  HeaderReader root(*roots);
  trial.roots = {.faults = root.Count("faults", 0, kMany),
                 .by_rule = root.Count("named_by_rule", 0, kMany),
                 .by_model = root.Count("named_by_model", 0, kMany)};
  if (!root.wrong().empty()) return Damaged("trial.roots." + root.wrong());
  return trial;
}

base::Result<std::pair<Metric, Scale>> ReadMetric(const Json& json) {
  if (!json.is_object()) return Damaged("metrics");
  HeaderReader reader(json);
  Metric metric{.name = reader.Text("name"),
                .promql = reader.Text("promql"),
                .counter = reader.Flag("counter")};
  const Scale scale{.center = reader.Number("center", -1e300, 1e300),
                    .width = reader.Number("width", 1e-300, 1e300)};
  if (!reader.wrong().empty()) return Damaged("metrics." + reader.wrong());
  return std::pair(std::move(metric), scale);
}

base::Result<> ReadMetrics(const Json& json, Model& model) {
  const auto list = json.find("metrics");
  if (list == json.end() || !list->is_array() || list->empty() || list->size() > kMetricsMax) {
    return Damaged("metrics");
  }
  for (const Json& each : *list) {
    VEDETTE_TRY(auto metric, ReadMetric(each));
    model.metrics.push_back(std::move(metric.first));
    model.scales.push_back(metric.second);
  }
  return {};
}

base::Result<> ReadNodes(const Json& json, Model& model) {
  const auto list = json.find("nodes");
  if (list == json.end() || !list->is_array() || list->empty() ||
      list->size() > kGraphServicesMax) {
    return Damaged("nodes");
  }
  for (const Json& each : *list) {
    if (!each.is_object()) return Damaged("nodes");
    HeaderReader reader(each);
    GraphNode node{.service = reader.Text("service"), .vitals = {}, .scales = {}};
    const Json* const vitals = reader.Object("vitals");
    if (!reader.wrong().empty()) return Damaged("nodes." + reader.wrong());
    for (size_t i = 0; i < kVitals; ++i) {
      const auto vital = vitals->find(VitalName(static_cast<Vital>(i)));
      if (vital == vitals->end()) continue;
      VEDETTE_TRY(auto metric, ReadMetric(*vital));
      node.vitals.at(i) = std::move(metric.first);
      node.scales.at(i) = metric.second;
    }
    model.nodes.push_back(std::move(node));
  }
  return {};
}

base::Result<std::unique_ptr<Model>> ReadHeader(const Json& json) {
  if (!json.is_object()) return Damaged("the header is no object");
  auto model = std::make_unique<Model>();
  HeaderReader reader(json);
  model->tenant = reader.Text("tenant");
  model->service = reader.Text("service");
  model->version = static_cast<uint32_t>(reader.Count("version", 0, 1'000'000'000));
  const auto kind = learn::ParseNetworkKind(reader.Text("detector"));
  if (!kind) return Damaged("detector");
  model->kind = *kind;
  model->kept = reader.Flag("kept");
  model->trained_at = reader.Time("trained_at");
  model->learnt_from = reader.Time("learnt_from");
  model->learnt_to = reader.Time("learnt_to");
  model->step = base::Duration(static_cast<int64_t>(reader.Number("step_ms", 1'000, 86'400'000)));
  model->window = reader.Count("window_steps", 4, 128);
  model->seed = static_cast<uint64_t>(reader.Number("seed", 0, 9e15));
  model->epochs = reader.Count("epochs", 0, 1'000'000);
  model->loss = reader.Number("validation_loss", 0, kNumberMax);
  model->threshold = reader.Number("threshold", 1e-9, kNumberMax);
  model->floor = reader.Number("floor", 1e-12, kNumberMax);
  const Json* const network = reader.Object("network");
  const Json* const trial = reader.Object("trial");
  if (!reader.wrong().empty()) return Damaged(reader.wrong());
  VEDETTE_TRY(model->options, ReadOptions(*network, model->kind));
  VEDETTE_TRY(model->trial, ReadTrial(*trial, model->kind));
  const bool graph = model->kind == learn::NetworkKind::kGatv2;
  VEDETTE_TRY_VOID(graph ? ReadNodes(json, *model) : ReadMetrics(json, *model));
  return model;
}

base::Result<> ReadWeights(std::string_view bytes, learn::Parameters& parameters) {
  if (bytes.size() != 4 * parameters.Count()) return Damaged("the weights are not the network's");
  for (learn::Parameter& each : parameters.all()) {
    for (double& value : each.value.values()) {
      value = std::bit_cast<float>(GetU32(bytes));
      if (!std::isfinite(value)) return Damaged("a weight is no number");
      bytes.remove_prefix(4);
    }
  }
  return {};
}

}  // namespace

std::string EncodeModel(const Model& model) {
  std::string out(kMagic);
  PutU32(out, model.graph ? kGraphVersion : kVersion);
  const std::string header = base::DumpJson(HeaderJson(model));
  PutU32(out, static_cast<uint32_t>(header.size()));
  out += header;
  for (const learn::Parameter& each : model.parameters().all()) {
    for (const double value : each.value.values()) {
      PutU32(out, std::bit_cast<uint32_t>(static_cast<float>(value)));
    }
  }
  out += base::Sha256Hex(out);
  return out;
}

base::Result<std::unique_ptr<Model>> DecodeModel(std::string_view bytes) {
  if (bytes.size() > kModelBytesMax) return Damaged("it is too large");
  if (bytes.size() < kDigest) return Damaged("it is cut off");
  const std::string_view body = bytes.substr(0, bytes.size() - kDigest);
  if (base::Sha256Hex(body) != bytes.substr(body.size())) return Damaged("the checksum differs");
  return DecodeModelBody(body);
}

base::Result<std::unique_ptr<Model>> DecodeModelBody(std::string_view bytes) {
  const size_t fixed = kMagic.size() + 8;
  if (bytes.size() < fixed || !bytes.starts_with(kMagic)) return Damaged("it is of another format");
  const uint32_t version = GetU32(bytes.substr(kMagic.size()));
  if (version != kVersion && version != kGraphVersion) return Damaged("it is of another version");
  const size_t header = GetU32(bytes.substr(kMagic.size() + 4));
  if (header > kHeaderMax || header > bytes.size() - fixed) return Damaged("it is cut off");
  const base::Result<Json> json = base::ParseJson(bytes.substr(fixed, header));
  if (!json.ok()) return Damaged(json.error().message);
  VEDETTE_TRY(std::unique_ptr<Model> model, ReadHeader(*json));
  const bool graph = model->kind == learn::NetworkKind::kGatv2;
  if (graph != (version == kGraphVersion)) return Damaged("its version is not the detector's");
  const std::string_view weights = bytes.substr(fixed + header);
  base::Random none(0);
  if (graph) {
    auto network = std::make_unique<learn::GraphNetwork>(kGraphFeatures, model->options, none);
    VEDETTE_TRY_VOID(ReadWeights(weights, network->parameters()));
    model->graph = std::move(network);
    return model;
  }
  auto network = learn::MakeNetwork(model->kind, model->metrics.size(), model->options, none);
  VEDETTE_TRY_VOID(ReadWeights(weights, network->parameters()));
  model->network = std::move(network);
  return model;
}

std::string ModelSummary(const Model& model) { return base::DumpJson(SummaryJson(model)); }

}  // namespace vedette::detect::learned
