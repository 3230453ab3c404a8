#include "series/cardinality.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <utility>

#include "model/labels.h"
#include "series/engine.h"
#include "series/shard.h"

namespace vedette::series {
namespace {

uint64_t HashOf(std::string_view label, std::string_view value) {
  const std::hash<std::string_view> hash;
  return hash(value) ^ (hash(label) * 0x9E3779B97F4A7C15u);
}

// Whether name=value begins with the prefix.
bool PairBegins(std::string_view name, std::string_view value, std::string_view prefix) {
  if (prefix.size() <= name.size()) return name.starts_with(prefix);
  return prefix.starts_with(name) && prefix[name.size()] == '=' &&
         value.starts_with(prefix.substr(name.size() + 1));
}

// The largest first, then by name; at most `limit`.
std::vector<NamedCount> Sorted(std::vector<NamedCount> list, size_t limit) {
  std::sort(list.begin(), list.end(), [](const NamedCount& a, const NamedCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  if (list.size() > limit) list.resize(limit);
  return list;
}

}  // namespace

void CardinalityCounter::Count(const Index* index) {
  if (index == nullptr) return;
  series_ += index->all().size();
  constexpr uint32_t kSizeMax = (1u << 30) - 1;  // what the field holds
  index->ForEachName([&](std::string_view name) {
    Label& label = labels_[std::string(name)];
    index->ForEachValue(name, [&](std::string_view value, const Postings& slots) {
      label.values.push_back(
          {.hash = HashOf(name, value),
           .series = static_cast<uint32_t>(slots.size()),
           .size = static_cast<uint32_t>(std::min<size_t>(value.size(), kSizeMax)) & kSizeMax,
           .in_values = value.starts_with(request_.prefix),
           .in_pairs = PairBegins(name, value, request_.prefix)});
    });
  });
}

void CardinalityCounter::AddTimes(int64_t first_ms, int64_t last_ms) {
  if (first_ms > last_ms) return;  // it has no samples yet
  min_ms_ = std::min(min_ms_, first_ms);
  max_ms_ = std::max(max_ms_, last_ms);
}

void CardinalityCounter::Merge(CardinalityCounter& other) {
  series_ += other.series_;
  AddTimes(other.min_ms_, other.max_ms_);
  for (auto& [name, label] : other.labels_) {
    Label& mine = labels_[name];
    mine.values.insert(mine.values.end(), label.values.begin(), label.values.end());
    label.values = {};
  }
}

void CardinalityCounter::Choose() {
  std::vector<Value> pairs;
  for (auto& [name, label] : labels_) {
    // The same value in several shards becomes one.
    std::sort(label.values.begin(), label.values.end(),
              [](const Value& a, const Value& b) { return a.hash < b.hash; });
    size_t kept = 0;
    for (const Value& value : label.values) {
      if (kept > 0 && label.values[kept - 1].hash == value.hash) {
        label.values[kept - 1].series += value.series;
      } else {
        label.values[kept++] = value;
        label.bytes += value.size;
      }
    }
    label.values.resize(kept);
    std::vector<Value> by_value;
    for (const Value& value : label.values) {
      if (value.in_values) by_value.push_back(value);
    }
    if (name == model::kMetricName) metrics_ = Largest(by_value);
    if (name == request_.label) values_ = Largest(std::move(by_value));
    std::copy_if(label.values.begin(), label.values.end(), std::back_inserter(pairs),
                 [](const Value& value) { return value.in_pairs != 0; });
    // Only a list's worth of each label can make the list.
    if (pairs.size() > 100'000) {
      const List largest = Largest(std::move(pairs));
      pairs = {};
      for (const auto& [hash, chosen] : largest) {
        pairs.push_back({hash, static_cast<uint32_t>(chosen.series), 0, 0, 1});
      }
    }
  }
  pairs_ = Largest(std::move(pairs));
}

CardinalityCounter::List CardinalityCounter::Largest(std::vector<Value> candidates) const {
  const size_t count = std::min(request_.limit, candidates.size());
  const auto middle = candidates.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(candidates.begin(), middle, candidates.end(),
                    [](const Value& a, const Value& b) {
                      return a.series != b.series ? a.series > b.series : a.hash < b.hash;
                    });
  List list;
  for (auto value = candidates.begin(); value != middle; ++value) {
    list[value->hash] = {value->series, ""};
  }
  return list;
}

void CardinalityCounter::Name(const Index* index) {
  if (index == nullptr) return;
  const auto name = [](List& list, uint64_t hash, auto text) {
    const auto found = list.find(hash);
    if (found != list.end() && found->second.text.empty()) found->second.text = text();
  };
  index->ForEachName([&](std::string_view label) {
    const bool metric = label == model::kMetricName;
    const bool wanted = label == request_.label;
    index->ForEachValue(label, [&](std::string_view value, const Postings& /*slots*/) {
      const uint64_t hash = HashOf(label, value);
      if (metric) name(metrics_, hash, [&] { return std::string(value); });
      if (wanted) name(values_, hash, [&] { return std::string(value); });
      name(pairs_, hash, [&] { return fmt::format("{}={}", label, value); });
    });
  });
}

Cardinality CardinalityCounter::Finish() const {
  Cardinality result;
  result.series = series_;
  result.labels = labels_.size();
  result.min_ms = min_ms_;
  result.max_ms = max_ms_;
  const auto list = [this](const List& chosen) {
    std::vector<NamedCount> named;
    for (const auto& [hash, one] : chosen) {
      // A series may have gone between the passes.
      if (!one.text.empty()) named.push_back({one.text, one.series});
    }
    return Sorted(std::move(named), request_.limit);
  };
  result.series_by_metric = list(metrics_);
  result.series_by_value = list(values_);
  result.series_by_pair = list(pairs_);
  for (const auto& [name, label] : labels_) {
    result.label_pairs += label.values.size();
    if (!name.starts_with(request_.prefix)) continue;
    uint64_t series = 0;
    for (const Value& value : label.values) series += value.series;
    result.series_by_label.push_back({name, series});
    result.values_by_label.push_back({name, label.values.size()});
    result.bytes_by_label.push_back({name, label.bytes});
  }
  result.series_by_label = Sorted(std::move(result.series_by_label), request_.limit);
  result.values_by_label = Sorted(std::move(result.values_by_label), request_.limit);
  result.bytes_by_label = Sorted(std::move(result.bytes_by_label), request_.limit);
  return result;
}

base::Result<Cardinality> Store::CountSeries(const CardinalityRequest& /*request*/) {
  return base::Unimplemented("this store does not count its series");
}

base::Result<Cardinality> Engine::CountSeries(const CardinalityRequest& request) {
  const Tenant* tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr) return Cardinality();
  std::vector<CardinalityCounter> counters;
  for (size_t i = 0; i < shards_.size(); ++i) counters.emplace_back(request);
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t i) -> base::Result<> {
    counters[i].Count(shard.IndexOf(tenant));
    shard.CountTimes(tenant, counters[i]);
    return {};
  }));
  CardinalityCounter& all = counters[0];
  for (size_t i = 1; i < counters.size(); ++i) all.Merge(counters[i]);
  all.Choose();
  // One shard after the other: the texts go to one place.
  base::Mutex mutex;
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t) -> base::Result<> {
    const base::MutexLock lock(mutex);
    all.Name(shard.IndexOf(tenant));
    return {};
  }));
  return all.Finish();
}

std::vector<NamedCount> Engine::SeriesByTenant() {
  std::vector<NamedCount> tenants;
  for (const Tenant* tenant : tenants_.all()) {
    tenants.push_back({tenant->name, tenant->series.load(std::memory_order_relaxed)});
  }
  return Sorted(std::move(tenants), SIZE_MAX);
}

}  // namespace vedette::series
