#include "sources/scrape/scraper.h"

#include <algorithm>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/bounded_queue.h"
#include "base/mutex.h"
#include "base/testing/fake_clock.h"
#include "sources/scrape/testing/temp_folder.h"

namespace vedette::sources::scrape {
namespace {

// Answers by host; what is not scripted is refused.
class FakePages final : public net::HttpClient {
 public:
  void Set(const std::string& url, std::string body) {
    base::MutexLock lock(mutex_);
    pages_[url] = std::move(body);
  }
  std::vector<std::string> Urls() {
    base::MutexLock lock(mutex_);
    return std::exchange(urls_, {});
  }
  base::Result<net::Response> Fetch(const net::ClientRequest& request) override {
    base::MutexLock lock(mutex_);
    urls_.push_back(request.url);
    if (on_fetch) on_fetch();
    const auto page = pages_.find(request.url);
    if (page == pages_.end()) return base::Unavailable("connection refused");
    net::Response response{.status = 200, .headers = {}, .body = page->second};
    if (page->second.starts_with('[')) response.headers.Set("Content-Type", "application/json");
    return response;
  }
  std::function<void()> on_fetch;

 private:
  base::Mutex mutex_;
  std::map<std::string, std::string> pages_ GUARDED_BY(mutex_);
  std::vector<std::string> urls_ GUARDED_BY(mutex_);
};

// Passes calls on to pages that the test keeps.
class SharedClient final : public net::HttpClient {
 public:
  explicit SharedClient(net::HttpClient& to) : to_(to) {}
  base::Result<net::Response> Fetch(const net::ClientRequest& request) override {
    return to_.Fetch(request);
  }

 private:
  net::HttpClient& to_;
};

// A scraper that scrapes in Poll, a second at a time.
class ScraperTest : public testing::Test {
 protected:
  static JobConfig Job(std::vector<std::string> targets, std::string name = "node") {
    JobConfig job;
    job.job_name = std::move(name);
    job.scrape_interval = std::chrono::seconds(10);
    job.static_configs = {{.targets = std::move(targets), .labels = {}}};
    return job;
  }
  std::unique_ptr<Scraper> Make(ScraperOptions options) {
    return std::make_unique<Scraper>(
        options,
        [this](const model::TenantName& tenant, const model::WriteBatch& batch) {
          return Take(tenant, batch);
        },
        [this](const TlsConfig& tls) -> base::Result<std::unique_ptr<net::HttpClient>> {
          if (tls.ca_file == "bad") return base::FailedPrecondition("no such CA file");
          return std::make_unique<SharedClient>(pages_);
        },
        GroupParser(), clock_, registry_);
  }
  base::Result<> Take(const model::TenantName& tenant, const model::WriteBatch& batch) {
    for (const auto& entry : batch.entries()) {
      const model::LabelsView labels = batch.labels(entry);
      if (labels.metric_name().starts_with("scrape_")) continue;
      for (const model::Sample& sample : batch.samples(entry)) {
        stored_.push_back(
            fmt::format("{} {}{{{}}} {}", tenant, labels.metric_name(), labels.Get("instance"),
                        model::IsStale(sample.value) ? "stale" : fmt::format("{}", sample.value)));
        times_.push_back(sample.t_ms);
      }
    }
    return sink_error_ ? base::Result<>(*sink_error_) : base::Result<>();
  }
  // What was stored in so many seconds, sorted.
  std::vector<std::string> Run(int seconds) {
    stored_.clear();
    times_.clear();
    for (int i = 0; i < seconds * 10; ++i) {
      clock_.Advance(base::Duration(100));
      scraper_->Poll(clock_.Now());
    }
    std::vector<std::string> sorted = stored_;
    std::ranges::sort(sorted);
    return sorted;
  }

  using Lines = std::vector<std::string>;

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  FakePages pages_;
  std::vector<std::string> stored_;
  std::vector<int64_t> times_;
  std::optional<base::Error> sink_error_;
  std::unique_ptr<Scraper> scraper_ = Make({.threads = 0});
};

TEST_F(ScraperTest, ScrapesEachTargetOncePerInterval) {
  pages_.Set("http://a:1/metrics", "x 1\n");
  scraper_->ApplyConfig({Job({"a:1", "b:1"})});

  EXPECT_EQ(Run(10), (Lines{"default up{a:1} 1", "default up{b:1} 0", "default x{a:1} 1"}));
  EXPECT_EQ(pages_.Urls().size(), 2u);
  EXPECT_EQ(Run(20).size(), 6u);
}

TEST_F(ScraperTest, SamplesGetThePlannedTimeWhenTheScrapeIsLittleLate) {
  scraper_->ApplyConfig({Job({"a:1"})});
  const std::string key = "default\nhttp://a:1/metrics\n" +
                          model::Labels({{"instance", "a:1"}, {"job", "node"}}).bytes();
  const base::TimePoint planned = NextScrape(key, std::chrono::seconds(10), clock_.Now());

  clock_.Advance(planned - clock_.Now() + base::Duration(30));
  scraper_->Poll(clock_.Now());
  clock_.Advance(base::Duration(10'000 + 70));
  scraper_->Poll(clock_.Now());

  EXPECT_EQ(times_, (std::vector<int64_t>{base::ToMillis(planned), base::ToMillis(clock_.Now())}));
}

TEST_F(ScraperTest, TellsTheStateOfItsTargets) {
  pages_.Set("http://a:1/metrics", "x 1\ny 2\n");
  scraper_->ApplyConfig({Job({"b:1", "a:1"})});
  EXPECT_EQ(scraper_->Targets()[0].health, Health::kUnknown);

  Run(10);

  const std::vector<TargetStatus> targets = scraper_->Targets();
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[0].url, "http://a:1/metrics");
  EXPECT_EQ(targets[0].health, Health::kUp);
  EXPECT_EQ(targets[0].last_samples, 2u);
  EXPECT_EQ(targets[0].job, "node");
  EXPECT_EQ(targets[1].health, Health::kDown);
  EXPECT_EQ(targets[1].last_error, "connection refused");
  EXPECT_GT(targets[1].last_scrape, base::FromMillis(0));
}

TEST_F(ScraperTest, EndsTheSeriesOfARemovedTargetAndKeepsTheOthers) {
  pages_.Set("http://a:1/metrics", "x 1\n");
  pages_.Set("http://b:1/metrics", "x 2\n");
  scraper_->ApplyConfig({Job({"a:1", "b:1"})});
  Run(10);
  stored_.clear();

  scraper_->ApplyConfig({Job({"b:1"})});

  std::ranges::sort(stored_);
  EXPECT_EQ(stored_, (Lines{"default up{a:1} stale", "default x{a:1} stale"}));
  EXPECT_EQ(scraper_->Targets().size(), 1u);
  EXPECT_EQ(scraper_->Targets()[0].health, Health::kUp) << "its state survives the reload";
  EXPECT_EQ(Run(10), (Lines{"default up{b:1} 1", "default x{b:1} 2"}));
}

TEST_F(ScraperTest, RemembersSeriesOverAReload) {
  pages_.Set("http://a:1/metrics", "x 1\ny 1\n");
  scraper_->ApplyConfig({Job({"a:1"})});
  Run(10);
  pages_.Set("http://a:1/metrics", "x 1\n");

  JobConfig changed = Job({"a:1"});
  changed.honor_labels = true;
  scraper_->ApplyConfig({changed});

  EXPECT_EQ(Run(10), (Lines{"default up{a:1} 1", "default x{a:1} 1", "default y{a:1} stale"}));
}

TEST_F(ScraperTest, FollowsTargetFiles) {
  const TempFolder folder;
  folder.Write("t.json", R"([{"targets":["a:1"]}])");
  pages_.Set("http://a:1/metrics", "");
  pages_.Set("http://b:1/metrics", "");
  JobConfig job = Job({});
  job.file_sd_configs = {{.files = {folder.Path("*.json")}}};
  scraper_->ApplyConfig({job});
  EXPECT_EQ(Run(10), Lines{"default up{a:1} 1"});

  folder.Write("t.json", R"([{"targets":["b:1","b:2"]}])");
  Run(5);

  EXPECT_EQ(Run(10), (Lines{"default up{b:1} 1", "default up{b:2} 0"}));
}

TEST_F(ScraperTest, FollowsListsOfTargetsOverHttp) {
  pages_.Set("http://a:1/metrics", "x 1\n");
  pages_.Set("http://sd/list", R"([{"targets":["a:1"],"labels":{"env":"prod"}}])");
  JobConfig job = Job({});
  job.http_sd_configs = {{.url = "http://sd/list", .refresh_interval = std::chrono::seconds(30)}};
  scraper_->ApplyConfig({job});
  EXPECT_EQ(Run(12), (Lines{"default up{a:1} 1", "default x{a:1} 1"}));
  ASSERT_EQ(scraper_->Targets().size(), 1U);
  EXPECT_EQ(scraper_->Targets()[0].labels.Get("env"), "prod");
  EXPECT_EQ(scraper_->Targets()[0].discovered.Get("__meta_url"), "http://sd/list");

  // A list that cannot be had keeps the targets, and so does a reload; an empty list ends them.
  pages_.Set("http://sd/list", "{no list");
  EXPECT_EQ(Run(40).size(), 8U);
  scraper_->ApplyConfig({job});
  EXPECT_EQ(scraper_->Targets().size(), 1U);
  pages_.Set("http://sd/list", "[]");
  Run(31);
  EXPECT_TRUE(scraper_->Targets().empty());
}

TEST_F(ScraperTest, ShowsWhatRelabellingDropped) {
  JobConfig job = Job({"a:1", "b:1"});
  job.relabel = *relabel::Rules::Compile(
      {{.source_labels = {"__address__"}, .regex = "b:.*", .action = relabel::Action::kDrop}});
  scraper_->ApplyConfig({job});
  EXPECT_EQ(scraper_->Targets().size(), 1U);
  ASSERT_EQ(scraper_->Dropped().size(), 1U);
  EXPECT_EQ(scraper_->Dropped()[0].discovered.Get("__address__"), "b:1");
  EXPECT_EQ(scraper_->Dropped()[0].job, "node");
}

TEST_F(ScraperTest, WritesInTheNameOfTheTenantOfTheJob) {
  JobConfig job = Job({"a:1"});
  job.tenant = "shop";
  scraper_->ApplyConfig({job});

  EXPECT_EQ(Run(10), Lines{"shop up{a:1} 0"});
}

TEST_F(ScraperTest, SaysWhySamplesWereNotStored) {
  pages_.Set("http://a:1/metrics", "x 1\n");
  sink_error_ = base::Unavailable("the disk is full");
  scraper_->ApplyConfig({Job({"a:1"})});

  Run(10);

  EXPECT_EQ(scraper_->Targets()[0].last_error, "samples not stored: the disk is full");
  EXPECT_NE(registry_.WriteText().find("vedette_scrape_store_errors_total 1"), std::string::npos);
}

TEST_F(ScraperTest, AJobWithoutAClientIsDownWithTheReason) {
  JobConfig job = Job({"a:1"});
  job.access.tls.ca_file = "bad";
  scraper_->ApplyConfig({job});

  EXPECT_EQ(Run(10), Lines{"default up{a:1} 0"});
  EXPECT_EQ(scraper_->Targets()[0].last_error, "no such CA file");
}

TEST_F(ScraperTest, BoundsTheNumberOfTargets) {
  scraper_ = Make({.threads = 0, .targets_max = 2});

  scraper_->ApplyConfig({Job({"a:1", "b:1", "c:1"})});

  EXPECT_EQ(scraper_->Targets().size(), 2u);
}

TEST_F(ScraperTest, GoesOnWhenTheCalendarIsSetBack) {
  scraper_->ApplyConfig({Job({"a:1"})});
  Run(10);

  clock_.StepWallClock(-std::chrono::hours(5));

  EXPECT_GE(Run(20).size(), 1u);
}

TEST_F(ScraperTest, ASlowTargetIsSkippedAndDelaysNobody) {
  base::BoundedQueue<int> slow_begins(10, base::OverflowPolicy::kReject);
  base::BoundedQueue<int> slow_may_end(10, base::OverflowPolicy::kReject);
  base::BoundedQueue<std::string> stored(100, base::OverflowPolicy::kReject);
  class SlowClient final : public net::HttpClient {
   public:
    SlowClient(base::BoundedQueue<int>& begins, base::BoundedQueue<int>& may_end)
        : begins_(begins), may_end_(may_end) {}
    base::Result<net::Response> Fetch(const net::ClientRequest& request) override {
      if (request.url.starts_with("http://slow")) {
        EXPECT_TRUE(begins_.Push(1));
        may_end_.Pop();
      }
      return net::Response{.status = 200, .headers = {}, .body = ""};
    }

   private:
    base::BoundedQueue<int>& begins_;
    base::BoundedQueue<int>& may_end_;
  };
  scraper_ = std::make_unique<Scraper>(
      ScraperOptions{.threads = 2},
      [&](const model::TenantName&, const model::WriteBatch& batch) -> base::Result<> {
        const auto& entry = batch.entries().front();
        EXPECT_TRUE(stored.Push(std::string(batch.labels(entry).Get("instance"))));
        return {};
      },
      [&](const TlsConfig&) -> base::Result<std::unique_ptr<net::HttpClient>> {
        return std::make_unique<SlowClient>(slow_begins, slow_may_end);
      },
      GroupParser(), clock_, registry_);
  scraper_->ApplyConfig({Job({"slow:1", "fast:1"})});

  for (int round = 0; round < 3; ++round) {
    clock_.Advance(base::Duration(10'000));
    scraper_->Poll(clock_.Now());
    EXPECT_EQ(stored.Pop(), "fast:1");
    const auto fast_is_done = [&] {  // its worker has let go of it
      const std::vector<TargetStatus> targets = scraper_->Targets();
      return targets[0].last_scrape + base::Duration(10'000) > clock_.Now();
    };
    while (!fast_is_done()) std::this_thread::yield();
    if (round == 0) slow_begins.Pop();
  }
  EXPECT_NE(registry_.WriteText().find("vedette_scrape_skipped_total 2"), std::string::npos)
      << registry_.WriteText();
  EXPECT_TRUE(slow_may_end.Push(1));
  EXPECT_EQ(stored.Pop(), "slow:1");
  scraper_->Stop();  // before the queues that its threads use
}

TEST_F(ScraperTest, ATargetRemovedWhileItIsScrapedEndsAfterwards) {
  pages_.Set("http://a:1/metrics", "x 1\n");
  pages_.on_fetch = [this] { scraper_->ApplyConfig({}); };
  scraper_->ApplyConfig({Job({"a:1"})});

  EXPECT_EQ(Run(10), (Lines{"default up{a:1} 1", "default up{a:1} stale", "default x{a:1} 1",
                            "default x{a:1} stale"}));
  EXPECT_TRUE(scraper_->Targets().empty());
}

TEST_F(ScraperTest, RunsOnItsOwnThreadsAndStopsAtOnce) {
  base::BoundedQueue<int> stored(1000, base::OverflowPolicy::kReject);
  const base::SystemClock real;
  scraper_ = std::make_unique<Scraper>(
      ScraperOptions{.threads = 1},
      [&](const model::TenantName&, const model::WriteBatch&) -> base::Result<> {
        EXPECT_TRUE(stored.Push(1));
        return {};
      },
      [&](const TlsConfig&) -> base::Result<std::unique_ptr<net::HttpClient>> {
        return std::make_unique<SharedClient>(pages_);
      },
      GroupParser(), real, registry_);
  JobConfig job = Job({"a:1"});
  job.scrape_interval = job.scrape_timeout = base::Duration(100);
  scraper_->ApplyConfig({job});

  scraper_->Start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(stored.PopUntil(real.Steady() + std::chrono::seconds(60)).has_value());
  }
  scraper_->Stop();
}

}  // namespace
}  // namespace vedette::sources::scrape
