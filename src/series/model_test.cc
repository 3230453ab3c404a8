// The engine against a naive map: random appends of several tenants, in and out of order, with
// duplicates and stale markers, crashes, checkpoints, retention, removal, deletion of time ranges,
// series that leave memory and come back; after each step random selections must give the same
// samples.

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/sample.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

constexpr int64_t kStart = 1'700'000'000'000;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kWindowMs = 6 * kHourMs;
constexpr int64_t kMaxAheadMs = 40 * 3'600'000;

using Samples = std::map<int64_t, uint64_t>;

struct ModelSeries {
  Samples samples;
  int64_t newest_ms = INT64_MIN;
};

struct Counts {
  uint64_t fresh = 0;  // must be accepted and new
  uint64_t known = 0;  // the time is taken: how it is counted depends on what memory still has
  uint64_t too_old = 0;
  uint64_t too_new = 0;
};

class Model {
 public:
  explicit Model(bool any_late) : any_late_(any_late) {}

  void Append(const std::string& tenant, const model::Labels& labels, const model::Sample& sample,
              int64_t max_time_ms, Counts& counts) {
    if (sample.t_ms > max_time_ms) {
      ++counts.too_new;
      return;
    }
    if (sample.t_ms < oldest_ms_) {
      ++counts.too_old;
      return;
    }
    ModelSeries& series = tenants_[tenant][labels];
    if (series.samples.contains(sample.t_ms)) {
      ++counts.known;
      return;
    }
    if (!any_late_ && series.newest_ms != INT64_MIN && series.newest_ms - sample.t_ms > kWindowMs) {
      ++counts.too_old;
      return;
    }
    ++counts.fresh;
    series.samples[sample.t_ms] = std::bit_cast<uint64_t>(sample.value);
    series.newest_ms = std::max(series.newest_ms, sample.t_ms);
  }

  void DropBefore(int64_t horizon_ms) {
    oldest_ms_ = BucketOf(horizon_ms) * kBucketMs;
    for (auto& [tenant, all] : tenants_) {
      std::erase_if(all, [&](const auto& s) { return s.second.newest_ms < horizon_ms; });
      for (auto& [labels, series] : all) {
        series.samples.erase(series.samples.begin(), series.samples.lower_bound(oldest_ms_));
      }
    }
  }
  void DeleteTenant(const std::string& tenant) { tenants_.erase(tenant); }
  void DeleteSamples(const SelectRequest& request) {
    for (auto& [labels, series] : tenants_[request.tenant]) {
      if (!model::MatchesAll(request.matchers, labels)) continue;
      series.samples.erase(series.samples.lower_bound(request.from_ms),
                           series.samples.upper_bound(request.to_ms));
      series.newest_ms = series.samples.empty() ? INT64_MIN : series.samples.rbegin()->first;
    }
  }

  // Series with samples in the range; each as its samples there.
  std::map<model::Labels, Samples> Select(const SelectRequest& request) const {
    std::map<model::Labels, Samples> found;
    const auto tenant = tenants_.find(request.tenant);
    if (tenant == tenants_.end()) return found;
    for (const auto& [labels, series] : tenant->second) {
      if (!model::MatchesAll(request.matchers, labels)) continue;
      const Samples range(series.samples.lower_bound(request.from_ms),
                          series.samples.upper_bound(request.to_ms));
      if (!range.empty()) found[labels] = range;
    }
    return found;
  }

 private:
  const bool any_late_;
  std::map<std::string, std::map<model::Labels, ModelSeries>> tenants_;
  int64_t oldest_ms_ = kMinTimeMs;
};

class Trial {
 public:
  // With deletions samples may be as late as they like: what is left of a series does not always
  // tell how new its newest sample was.
  Trial(uint64_t seed, EngineOptions options, bool deletes)
      : random_(seed), deletes_(deletes), model_(deletes), store_(options) {}

  void Step() {
    const uint64_t what = random_.Below(100);
    if (what < 70) {
      Append();
    } else if (what < 74) {
      store_.Reopen();
    } else if (what < 78) {
      ASSERT_TRUE(store_.engine().Checkpoint().ok());
    } else if (what < 79) {
      Forget();
      const int64_t horizon_ms = now_ms_ - 30 * 3'600'000;
      ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(horizon_ms)).ok());
      model_.DropBefore(horizon_ms);
    } else if (what == 79 && random_.Below(3) == 0) {
      Forget();
      const std::string tenant = RandomTenant();
      ASSERT_TRUE(store_.engine().DeleteTenant(tenant).ok());
      model_.DeleteTenant(tenant);
    } else if (what < 84) {
      Hold();
    } else if (what < 88) {
      for (uint64_t n = random_.Below(8); n > 0; --n) {
        ASSERT_TRUE(store_.engine().SweepIdle().ok());
      }
    } else if (what == 88 && deletes_) {
      Forget();
      SelectRequest request = RandomRequest();
      request.matchers.push_back(*model::Matcher::Create("pod", model::MatchOp::kRegex, "p.*"));
      ASSERT_TRUE(store_.engine().DeleteSeries(request).ok());
      model_.DeleteSamples(request);
    } else {
      Compare();
    }
    if (random_.Below(10) == 0) CheckHeld();
  }

  void Compare() {
    const SelectRequest request = RandomRequest();
    const auto found = store_.engine().Select(request);
    ASSERT_TRUE(found.ok()) << found.error().message;
    const std::map<model::Labels, Samples> want = model_.Select(request);
    ExpectEqual(*found, want);
    const auto pods = store_.engine().LabelValues(request, "pod");
    ASSERT_TRUE(pods.ok());
    for (const auto& [labels, samples] : want) {
      const std::string pod(labels.view().Get("pod"));
      ASSERT_TRUE(std::binary_search(pods->begin(), pods->end(), pod)) << pod;
    }
  }

 private:
  using Found = std::vector<std::unique_ptr<SelectedSeries>>;

  std::string RandomTenant() { return "tenant-" + std::to_string(random_.Below(3)); }

  model::Labels RandomSeries() {
    return LabelsOf("__name__=m" + std::to_string(random_.Below(3)) + ",pod=p" +
                    std::to_string(random_.Below(5)));
  }

  double RandomValue() {
    switch (random_.Below(5)) {
      case 0: return model::StaleNan();
      case 1: return random_.Normal();
      case 2: return std::bit_cast<double>(random_.Next());
      default: return static_cast<double>(random_.Below(100)) / 4;
    }
  }

  int64_t RandomTime() {
    switch (random_.Below(6)) {
      case 0: return now_ms_ - static_cast<int64_t>(random_.Below(kWindowMs));
      case 1: return now_ms_ - static_cast<int64_t>(random_.Below(20)) * 60'000;
      case 2: return now_ms_ - static_cast<int64_t>(random_.Below(4 * kWindowMs));
      default: return now_ms_ + static_cast<int64_t>(random_.Below(3)) * 60'000;
    }
  }

  void Append() {
    now_ms_ += static_cast<int64_t>(random_.Below(30)) * 60'000;
    AppendLimits limits;
    limits.out_of_order_window = base::Duration(kWindowMs);
    limits.unlimited_out_of_order = deletes_;
    limits.max_time_ms = now_ms_ + kMaxAheadMs;
    const std::string tenant = RandomTenant();
    model::WriteBatch batch;
    Counts counts;
    for (uint64_t n = 1 + random_.Below(8); n > 0; --n) {
      const model::Labels labels = RandomSeries();
      batch.BeginSeries(labels);
      const bool repeat = random_.Below(5) == 0;
      for (uint64_t m = 1 + random_.Below(4); m > 0; --m) {
        model::Sample sample{RandomTime(), RandomValue()};
        if (repeat) sample = last_sample_;
        if (random_.Below(40) == 0) sample.t_ms = limits.max_time_ms + 1;
        last_sample_ = sample;
        batch.Add(sample.t_ms, sample.value);
        model_.Append(tenant, labels, sample, limits.max_time_ms, counts);
      }
    }
    const auto report = store_.engine().Append(tenant, batch, limits);
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_EQ(report->accepted + report->refused(), batch.sample_count());
    ASSERT_EQ(report->too_new, counts.too_new);
    ASSERT_GE(report->accepted, counts.fresh);
    ASSERT_LE(report->accepted, counts.fresh + counts.known);
    ASSERT_GE(report->out_of_order, counts.too_old);
    ASSERT_LE(report->out_of_order, counts.too_old + counts.known);
    ASSERT_EQ(report->refused() == 0, report->first_refusal.empty());
  }

  SelectRequest RandomRequest() {
    SelectRequest request;
    request.tenant = RandomTenant();
    if (random_.Below(2) == 0) {
      request.matchers.push_back(*model::Matcher::Create("__name__", model::MatchOp::kEqual,
                                                         "m" + std::to_string(random_.Below(3))));
    }
    if (random_.Below(2) == 0) {
      request.matchers.push_back(
          *model::Matcher::Create("pod", model::MatchOp::kNotRegex, "p1|p2"));
    }
    if (random_.Below(3) != 0) {
      request.from_ms = now_ms_ - static_cast<int64_t>(random_.Below(4 * kBucketMs));
      request.to_ms = request.from_ms + static_cast<int64_t>(random_.Below(2 * kBucketMs));
    }
    return request;
  }

  static void ExpectEqual(const Found& found, std::map<model::Labels, Samples> want) {
    for (size_t i = 0; i < found.size(); ++i) {
      if (i > 0) {
        ASSERT_LT(found[i - 1]->labels(), found[i]->labels());
      }
      SampleColumns columns;
      ASSERT_TRUE(found[i]->Read(columns).ok());
      Samples samples;
      for (size_t j = 0; j < columns.t_ms.size(); ++j) {
        if (j > 0) {
          ASSERT_LT(columns.t_ms[j - 1], columns.t_ms[j]);
        }
        samples[columns.t_ms[j]] = std::bit_cast<uint64_t>(columns.values[j]);
      }
      if (samples.empty()) continue;  // it only may have had samples in the range
      const model::Labels labels(found[i]->labels());
      ASSERT_TRUE(want.contains(labels)) << labels.ToString();
      ASSERT_EQ(samples, want[labels]) << labels.ToString();
      want.erase(labels);
    }
    ASSERT_TRUE(want.empty()) << want.begin()->first.ToString();
  }

  // A selection that is read later must show what was there when it was made.
  void Hold() {
    const SelectRequest request = RandomRequest();
    auto found = store_.engine().Select(request);
    ASSERT_TRUE(found.ok());
    held_ = std::move(*found);
    held_want_ = model_.Select(request);
    holding_ = true;
  }
  void CheckHeld() {
    if (holding_) ExpectEqual(held_, held_want_);
  }
  void Forget() {
    holding_ = false;
    held_.clear();
  }

  base::Random random_;
  const bool deletes_;
  Model model_;
  EngineFixture store_;
  Found held_;  // must not outlive the store
  std::map<model::Labels, Samples> held_want_;
  bool holding_ = false;
  model::Sample last_sample_{kStart, 0};
  int64_t now_ms_ = kStart;
};

TEST(EngineModel, AgreesWithANaiveMapThroughCrashesRoundsAndRetention) {
  const bool full = std::getenv("VEDETTE_FULL") != nullptr;
  for (uint64_t seed = 1; seed <= (full ? 200 : 4); ++seed) {
    EngineOptions options;
    options.shards = 1 + static_cast<uint32_t>(seed % 3);
    options.chunk_samples = seed % 2 == 0 ? 4 : 13;
    options.checkpoint_bytes = seed % 3 == 0 ? 1 << 20 : 3000;
    options.slice_series = 2;  // many tasks come between the slices of a round
    options.closed_series_max = seed % 2 == 0 ? 1 : 5;
    Trial trial(seed, options, seed % 4 == 0);
    for (int step = 0; step < 250; ++step) {
      trial.Step();
      if (testing::Test::HasFatalFailure()) {
        FAIL() << "seed " << seed << ", step " << step;
      }
    }
    for (int i = 0; i < 20; ++i) {
      trial.Compare();
      if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " at the end";
    }
  }
}

}  // namespace
}  // namespace vedette::series
