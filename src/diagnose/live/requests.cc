#include "diagnose/live/requests.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <utility>

#include "diagnose/graph.h"

namespace vedette::diagnose::live {
namespace {

// The trouble meets the world at the services that no others who are hurt call, however far up.
// What fails there is counted once for each: of services that call each other in a circle only one
// counts, that where most fails, or the same request would be told twice.

using evidence::Reading;

constexpr size_t kAskedMax = 30;  // services

// A service that counts its requests and failures, with the questions.
struct Door {
  std::string entity;
  std::string all;     // PromQL
  std::string failed;  // PromQL
  double hurt = 0;     // failures per second beyond the usual
};

struct Fronts {
  std::vector<std::vector<std::string>> circles;  // a single service is one, too
  std::vector<std::string> unknown;               // nothing is known of their calls
};

class Counter {
 public:
  Counter(const Gathered& gathered, const Exhibits& exhibits, const std::vector<HurtEntity>& hurt)
      : gathered_(gathered), exhibits_(exhibits), hurt_(hurt), graph_(gathered.tables.calls) {}

  std::optional<RequestsHurt> Run();

 private:
  Fronts FindFronts() const;
  std::optional<Door> DoorOf(const std::string& entity);
  std::optional<Door> WorstOf(const std::vector<std::string>& entities);
  std::vector<Door> Doors();
  std::optional<RequestsHurt> Count(const std::vector<Door>& doors) const;

  const Gathered& gathered_;
  const Exhibits& exhibits_;
  const std::vector<HurtEntity>& hurt_;
  const CallGraph graph_;
  size_t asked_ = 0;
};

Fronts Counter::FindFronts() const {
  Fronts fronts;
  std::vector<std::pair<int, std::vector<int>>> known;  // with the distances of who is above
  for (const HurtEntity& entity : hurt_) {
    const int number = graph_.Find(entity.entity);
    if (number < 0) {
      fronts.unknown.push_back(entity.entity);
    } else {
      known.emplace_back(number, graph_.DistancesUpwards(number));
    }
  }
  const auto is_above = [](int other, const auto& entity) {
    return entity.second[static_cast<size_t>(other)] >= 0;
  };
  for (const auto& entity : known) {
    std::vector<std::string> circle;
    bool called = false, told = false;  // told: with another one of its circle
    for (const auto& other : known) {
      if (!is_above(other.first, entity)) continue;
      if (is_above(entity.first, other)) {
        told |= other.first < entity.first;
        circle.push_back(graph_.Name(other.first));
      } else {
        called = true;
      }
    }
    if (!called && !told) fronts.circles.push_back(std::move(circle));
  }
  return fronts;
}

std::optional<Door> Counter::DoorOf(const std::string& entity) {
  for (size_t i = 0; i < gathered_.tables.series.size() && asked_ < kAskedMax; ++i) {
    const Series& series = gathered_.tables.series[i];
    const SeriesQuestion& question = gathered_.questions[i];
    Measure measure = gathered_.measures[question.measure];
    if (series.entity != entity || measure.form != Form::kErrorShare) continue;
    if (KindOfMetric(series.metric) != MetricKind::kErrors) continue;
    std::vector<std::string> values;
    for (const std::string& name : measure.by) values.emplace_back(question.labels.Get(name));
    const auto query = [&](Form form) {
      measure.form = form;
      return QueryOf(measure, gathered_.window.windows, values);
    };
    Door door{.entity = entity, .all = query(Form::kRate), .failed = query(Form::kFailedRate)};
    ++asked_;
    const std::optional<Exhibit> failed = exhibits_.OfQuery(door.failed, Reading::Rule::kMean);
    if (!failed) continue;
    door.hurt = failed->reading.after.value_or(0) - failed->reading.before.value_or(0);
    return door;
  }
  return std::nullopt;
}

std::optional<Door> Counter::WorstOf(const std::vector<std::string>& entities) {
  std::optional<Door> worst;
  for (const std::string& entity : entities) {
    std::optional<Door> door = DoorOf(entity);
    if (door && (!worst || door->hurt > worst->hurt)) worst = std::move(door);
  }
  return worst;
}

// The worst first; without those where no more fails than usual, unless that is so of all.
std::vector<Door> Counter::Doors() {
  const Fronts fronts = FindFronts();
  std::vector<Door> doors;
  for (const std::vector<std::string>& circle : fronts.circles) {
    if (std::optional<Door> door = WorstOf(circle)) doors.push_back(*std::move(door));
  }
  if (doors.empty()) {
    if (std::optional<Door> door = WorstOf(fronts.unknown)) doors.push_back(*std::move(door));
  }
  std::ranges::stable_sort(doors, std::ranges::greater(), &Door::hurt);
  while (doors.size() > 1 && doors.back().hurt <= 0) doors.pop_back();
  return doors;
}

// One question for all of them: one answer is the evidence of the sum.
std::string SumOf(const std::vector<Door>& doors, std::string Door::* query) {
  if (doors.size() == 1) return doors.front().*query;
  std::vector<std::string> parts;
  for (const Door& door : doors) parts.push_back(fmt::format("({})", door.*query));
  return fmt::format("sum({})", fmt::join(parts, " or "));
}

std::optional<RequestsHurt> Counter::Count(const std::vector<Door>& doors) const {
  std::optional<Exhibit> total = exhibits_.OfQuery(SumOf(doors, &Door::all), Reading::Rule::kMean);
  std::optional<Exhibit> failed =
      exhibits_.OfQuery(SumOf(doors, &Door::failed), Reading::Rule::kMean);
  if (!total || !failed || total->reading.after.value_or(0) <= 0) return std::nullopt;
  std::vector<std::string> names;
  for (const Door& door : doors) names.push_back(door.entity);
  const double seconds =
      static_cast<double>((exhibits_.until() - exhibits_.onset()).count()) / 1000;
  RequestsHurt hurt;
  hurt.entity = fmt::format("{}", fmt::join(names, " and "));
  hurt.total = total->reading.after.value_or(0) * seconds;
  hurt.usual_per_second = total->reading.before.value_or(total->reading.after.value_or(0));
  hurt.failed = failed->reading.after.value_or(0) * seconds;
  hurt.failed_usually = failed->reading.before.value_or(0) * seconds;
  hurt.hurt = std::max(0.0, hurt.failed - hurt.failed_usually);
  hurt.total_evidence = std::move(total->evidence);
  hurt.failed_evidence = std::move(failed->evidence);
  return hurt;
}

std::optional<RequestsHurt> Counter::Run() {
  const std::vector<Door> doors = Doors();
  return doors.empty() ? std::nullopt : Count(doors);
}

}  // namespace

std::optional<RequestsHurt> CountRequests(const Gathered& gathered, const Exhibits& exhibits,
                                          const std::vector<HurtEntity>& hurt) {
  return Counter(gathered, exhibits, hurt).Run();
}

}  // namespace vedette::diagnose::live
