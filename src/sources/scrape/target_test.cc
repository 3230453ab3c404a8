#include "sources/scrape/target.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace vedette::sources::scrape {
namespace {

JobConfig Job() {
  JobConfig job;
  job.job_name = "node";
  return job;
}

TEST(MakeTargets, GivesEachTargetItsUrlAndLabels) {
  const auto targets = MakeTargets(Job(), {{.targets = {"a:9100", "[::1]:9100"},
                                            .labels = {{"env", "prod"}, {"__meta_x", "y"}}}})
                           .targets;

  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[0].url, "http://a:9100/metrics");
  EXPECT_EQ(targets[0].labels.ToString(), "{env=\"prod\",instance=\"a:9100\",job=\"node\"}");
  EXPECT_EQ(targets[0].discovered.ToString(),
            "{__address__=\"a:9100\",__meta_x=\"y\",__metrics_path__=\"/metrics\","
            "__scheme__=\"http\",__scrape_interval__=\"1m\",__scrape_timeout__=\"10s\","
            "env=\"prod\",job=\"node\"}");
  EXPECT_EQ(targets[1].url, "http://[::1]:9100/metrics");
}

TEST(MakeTargets, EncodesTheParameters) {
  JobConfig job = Job();
  job.scheme = "https";
  job.metrics_path = "/federate";
  job.params = {{"match[]", "{job=\"x y\"}"}, {"match[]", "up"}};

  EXPECT_EQ(MakeTargets(job, {{.targets = {"a"}, .labels = {}}}).targets[0].url,
            "https://a/federate?match%5B%5D=%7Bjob%3D%22x%20y%22%7D&match%5B%5D=up");
}

TEST(MakeTargets, LetsAGroupChangeTheUrlAndTheJob) {
  JobConfig job = Job();
  job.params = {{"module", "http"}};

  const auto targets = MakeTargets(job, {{.targets = {"a"},
                                          .labels = {{"__scheme__", "https"},
                                                     {"__metrics_path__", "/probe?x=1"},
                                                     {"__param_module", "icmp"},
                                                     {"__param_target", "b"},
                                                     {"job", "probe"}}}})
                           .targets;

  EXPECT_EQ(targets[0].url, "https://a/probe?x=1&module=icmp&target=b");
  EXPECT_EQ(targets[0].labels.Get("job"), "probe");
}

TEST(MakeTargets, LeavesOutATargetThatOccursAgain) {
  EXPECT_EQ(MakeTargets(Job(), {{.targets = {"a", "a"}, .labels = {}},
                                {.targets = {"a"}, .labels = {}},
                                {.targets = {"a"}, .labels = {{"x", "y"}}}})
                .targets.size(),
            2u);
}

TEST(MakeTargets, RelabellingDecidesEverything) {
  JobConfig job = Job();
  job.params = {{"module", "http"}};
  job.relabel = *relabel::Rules::Compile(
      {{.source_labels = {"__address__"}, .target_label = "__param_target"},
       {.source_labels = {"__param_target"}, .target_label = "instance"},
       {.source_labels = {"__param_module"}, .target_label = "module"},
       {.target_label = "__address__", .replacement = "blackbox:9115"},
       {.target_label = "__scheme__", .replacement = "https"},
       {.target_label = "__metrics_path__", .replacement = "/probe"},
       {.target_label = "__scrape_interval__", .replacement = "30s"},
       {.target_label = "__scrape_timeout__", .replacement = "3s"},
       {.regex = "__meta_(.+)", .action = relabel::Action::kLabelMap}});

  const TargetSet set =
      MakeTargets(job, {{.targets = {"shop.example"}, .labels = {{"__meta_zone", "b"}}}});

  ASSERT_EQ(set.targets.size(), 1U) << set.error;
  EXPECT_EQ(set.targets[0].url, "https://blackbox:9115/probe?module=http&target=shop.example");
  EXPECT_EQ(set.targets[0].labels.ToString(),
            R"({instance="shop.example",job="node",module="http",zone="b"})");
  EXPECT_EQ(set.targets[0].interval, base::Duration(30'000));
  EXPECT_EQ(set.targets[0].timeout, base::Duration(3'000));
  EXPECT_EQ(set.targets[0].discovered.Get("__address__"), "shop.example");
}

TEST(MakeTargets, KeepsWhatWasDroppedAndSaysWhatIsBroken) {
  JobConfig job = Job();
  job.relabel = *relabel::Rules::Compile(
      {{.source_labels = {"__address__"}, .regex = "no.*", .action = relabel::Action::kDrop},
       {.source_labels = {"interval"}, .target_label = "__scrape_interval__"},
       {.regex = "interval", .action = relabel::Action::kLabelDrop}});
  const TargetSet set =
      MakeTargets(job, {{.targets = {"no1", "yes"}, .labels = {{"interval", "20s"}}},
                        {.targets = {"bad"}, .labels = {{"interval", "often"}}}});
  ASSERT_EQ(set.targets.size(), 1U);
  ASSERT_EQ(set.dropped.size(), 1U);
  EXPECT_EQ(set.dropped[0].discovered.Get("__address__"), "no1");
  EXPECT_EQ(set.error,
            "after relabelling, __scrape_interval__ \"often\" is no duration of at least 100ms");
}

TEST(MakeTargets, TooManyTargetsAreNone) {
  JobConfig job = Job();
  job.target_limit = 1;
  const TargetSet set = MakeTargets(job, {{.targets = {"a", "b"}, .labels = {}}});
  EXPECT_TRUE(set.targets.empty());
  EXPECT_EQ(set.error, "2 targets are more than target_limit = 1: none is scraped");
}

TEST(NextScrape, ComesOncePerIntervalAtAFixedOffset) {
  const base::Duration interval{15'000};
  const base::TimePoint first = NextScrape("key", interval, base::FromMillis(1'000'000));

  EXPECT_GT(first, base::FromMillis(1'000'000));
  EXPECT_LE(first, base::FromMillis(1'015'000));
  EXPECT_EQ(NextScrape("key", interval, first), first + interval);
  EXPECT_EQ(NextScrape("key", interval, first - base::Duration(1)), first);
  EXPECT_EQ(NextScrape("key", interval, first + base::Duration(7000)), first + interval);
  const base::TimePoint before_1970 = NextScrape("key", interval, base::FromMillis(-1'000'000));
  EXPECT_GT(before_1970, base::FromMillis(-1'000'000));
  EXPECT_LE(before_1970, base::FromMillis(-985'000));
}

TEST(NextScrape, SpreadsTargetsOverTheInterval) {
  std::set<int64_t> tenths;
  for (int i = 0; i < 200; ++i) {
    const base::TimePoint next =
        NextScrape("target " + std::to_string(i), base::Duration(10'000), base::FromMillis(0));
    tenths.insert(base::ToMillis(next) / 1000);
  }
  EXPECT_GE(tenths.size(), 9u);
}

}  // namespace
}  // namespace vedette::sources::scrape
