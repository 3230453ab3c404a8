#include "api/prometheus_labels.h"

#include <fmt/format.h>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "api/prometheus_answer.h"
#include "api/prometheus_selection.h"
#include "base/json_writer.h"
#include "query/lexer.h"

namespace vedette::api {
namespace {

// What match[], start and end ask for; without match[] everything.
base::Result<std::vector<series::SelectRequest>> Selections(const Call& call) {
  VEDETTE_TRY(std::vector<series::SelectRequest> requests, SelectionsOf(call));
  if (requests.empty()) {
    VEDETTE_TRY(series::SelectRequest everything, SelectionOf(call));
    requests.push_back(std::move(everything));
  }
  return requests;
}

// Writes at most `limit` of the items (0: all) as a JSON array.
template <typename Items>
net::Response ListAnswer(const Items& items, size_t limit) {
  std::string data;
  base::JsonWriter json(data);
  json.BeginArray();
  size_t left = limit == 0 ? items.size() : limit;
  for (const auto& item : items) {
    if (left-- == 0) break;
    json.Value(item);
  }
  json.EndArray();
  if (limit > 0 && items.size() > limit) return PrometheusAnswer(data, {std::string(kTruncated)});
  return PrometheusAnswer(data);
}

// The union of what `find(request)` gives for all selections, sorted.
template <typename Item, typename Find>
base::Result<std::set<Item>> Union(const Call& call, Find find) {
  VEDETTE_TRY(const std::vector<series::SelectRequest> requests, Selections(call));
  std::set<Item> all;
  for (const series::SelectRequest& request : requests) {
    VEDETTE_TRY(std::vector<Item> found, find(request));
    all.insert(std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return all;
}

net::Response HandleSeries(series::Store& store, const Call& call) {
  if (call.Parameters("match[]").empty()) {
    return PrometheusError(base::InvalidArgument("no match[] parameter provided"));
  }
  const base::Result<size_t> limit = PrometheusLimit(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<model::Labels>(
      call, [&](const series::SelectRequest& request) { return store.Series(request); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit);
}

net::Response HandleLabels(series::Store& store, const Call& call) {
  const base::Result<size_t> limit = PrometheusLimit(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<std::string>(
      call, [&](const series::SelectRequest& request) { return store.LabelNames(request); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit);
}

// Label names beyond letters, digits and underscores come as Prometheus escapes them in paths:
// U__ in front, "__" for an underscore, _hex_ for other characters. Others are as they are.
std::string UnescapedName(std::string_view escaped) {
  std::string_view rest = escaped;
  if (!rest.starts_with("U__")) return std::string(escaped);
  rest.remove_prefix(3);
  std::string name;
  while (!rest.empty()) {
    if (rest.front() != '_' || rest.starts_with("__")) {
      name += rest.front();
      rest.remove_prefix(rest.front() == '_' ? 2 : 1);
      continue;
    }
    const size_t end = rest.find('_', 1);
    const std::string_view code = rest.substr(1, end == std::string_view::npos ? 0 : end - 1);
    const base::Result<std::string> character = query::Unquote(fmt::format("\"\\U{:0>8}\"", code));
    if (code.empty() || !character.ok()) return std::string(escaped);
    name += *character;
    rest.remove_prefix(end + 1);
  }
  return name;
}

net::Response HandleLabelValues(series::Store& store, const Call& call) {
  const std::string name = UnescapedName(call.PathValue("name"));
  if (name.empty()) {
    return PrometheusError(base::InvalidArgument("invalid label name: \"\"", "name"));
  }
  const base::Result<size_t> limit = PrometheusLimit(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<std::string>(
      call, [&](const series::SelectRequest& request) { return store.LabelValues(request, name); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit);
}

}  // namespace

std::vector<Route> LabelRoutes(series::Store& store) {
  const CallHandler series = [&store](const Call& call) { return HandleSeries(store, call); };
  const CallHandler labels = [&store](const Call& call) { return HandleLabels(store, call); };
  const CallHandler values = [&store](const Call& call) { return HandleLabelValues(store, call); };
  constexpr Permission kRead = Permission::kRead;
  std::vector<Route> routes = {
      {"GET", "/api/v1/series", kRead, series, "listSeries"},
      {"POST", "/api/v1/series", kRead, series, "listSeriesForm"},
      {"GET", "/api/v1/labels", kRead, labels, "listLabels"},
      {"POST", "/api/v1/labels", kRead, labels, "listLabelsForm"},
      {"GET", "/api/v1/label/{name}/values", kRead, values, "listLabelValues"},
  };
  for (Route& route : routes) route.heavy = true;
  return routes;
}

}  // namespace vedette::api
