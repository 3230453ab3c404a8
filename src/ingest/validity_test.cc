#include "ingest/validity.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace vedette::ingest {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

TEST(Labels, NeedAMetricNameUtf8AndToKeepToTheLimits) {
  const TenantLimits limits{
      .labels_max = 3, .label_name_bytes_max = 10, .label_value_bytes_max = 200};
  const std::vector<std::pair<Pairs, std::string>> cases = {
      {{{"__name__", "up"}}, ""},
      {{{"Z", "1"}, {"__name__", "up"}, {"a", "1"}}, ""},
      {{{"__name__", "\xC3\xA9"}, {"\xC3\xBC", "\xC3\xA4"}}, ""},
      {{}, "it has no metric name"},
      {{{"a", "1"}}, "it has no metric name"},
      {{{"__name_x", "1"}}, "it has no metric name"},
      {{{"__name__", "up"}, {"a", "1"}, {"b", "1"}, {"c", "1"}}, "4 labels; the limit is 3"},
      {{{"__name__", "up"}, {"abcdefghijk", "1"}}, "a label name has 11 bytes; the limit is 10"},
      {{{"__name__", "up"}, {"a", std::string(201, 'x')}},
       "the value of label \"a\" has 201 bytes; the limit is 200"},
      {{{"__name__", "up"}, {"a", std::string(200, 'x')}}, ""},
      {{{"__name__", "up"}, {"a", "\xFF"}}, "the value of label \"a\" is not valid UTF-8"},
      {{{"__name__", "up"}, {"\xFF", "1"}}, "a label name is not valid UTF-8"},
  };
  for (const auto& [pairs, want] : cases) {
    const model::Labels labels(pairs);
    EXPECT_EQ(LabelProblem(labels, limits), want);
    EXPECT_EQ(AreValidLabels(labels, limits), want.empty()) << want;
  }
}

// The quick check and the exact one never differ.
TEST(Labels, QuickAndExactCheckAgree) {
  const TenantLimits limits{.labels_max = 4};
  base::Random random(1);
  for (int round = 0; round < 5000; ++round) {
    Pairs pairs;
    if (random.Below(4) != 0) pairs.emplace_back("__name__", "m");
    for (size_t i = random.Below(6); i > 0; --i) {
      pairs.emplace_back(std::string(1 + random.Below(130), char('a' + i)),
                         std::string(1 + random.Below(140), random.Below(9) == 0 ? '\xE9' : 'v'));
    }
    const model::Labels labels(pairs);
    EXPECT_EQ(AreValidLabels(labels, limits), LabelProblem(labels, limits).empty());
  }
}

TEST(Labels, WhatTheWriterSawIsHeldToTheLimitsAllTheSame) {
  const model::Labels labels(Pairs{{"__name__", "up"}, {"job", "node"}});
  model::WriteBatch batch;
  batch.BeginSeries(labels, 2);
  batch.BeginSeries(labels);
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    EXPECT_TRUE(AreValidLabels(batch, entry, {}));
    EXPECT_FALSE(AreValidLabels(batch, entry, {.labels_max = 1}));
    EXPECT_FALSE(AreValidLabels(batch, entry, {.label_name_bytes_max = 7}));
    EXPECT_FALSE(AreValidLabels(batch, entry, {.label_value_bytes_max = 3}));
  }
}

TEST(LogRecord, IsCheckedFieldByField) {
  const TenantLimits limits{.record_bytes_max = 100};
  const auto problem = [&](auto change) {
    model::LogRecord record{
        .id = {}, .time = kNow, .service = "api", .message = "m", .trace_id = {}, .fields = {}};
    change(record);
    const Problem found = LogProblem(record, limits, kNow);
    return found.field + ": " + found.message;
  };
  EXPECT_EQ(problem([](auto&) {}), ": ");
  EXPECT_EQ(problem([](auto& r) { r.service.clear(); }), "service: is required");
  EXPECT_EQ(problem([](auto& r) { r.service = "a\nb"; }), "service: holds a control character");
  EXPECT_EQ(problem([](auto& r) { r.service = std::string(257, 's'); }),
            "service: has 257 bytes; the limit is 256");
  EXPECT_EQ(problem([](auto& r) { r.time += std::chrono::minutes(10); }), ": ");
  EXPECT_EQ(problem([](auto& r) { r.time += std::chrono::minutes(11); }),
            "time: 2023-11-14T22:24:20.000Z is more than 10m ahead of the server's clock");
  EXPECT_EQ(problem([](auto& r) { r.message = std::string(98, 'm'); }),
            ": has 101 bytes of text; the limit is 100");
  EXPECT_EQ(problem([](auto& r) { r.message = "\xFF"; }), "message: is not valid UTF-8");
  EXPECT_EQ(problem([](auto& r) { r.fields = {{"", "x"}}; }), "fields: a name in it is empty");
  EXPECT_EQ(problem([](auto& r) { r.fields = {{"a", "\xFF"}}; }), "fields: is not valid UTF-8");
}

TEST(Event, IsCheckedFieldByField) {
  const TenantLimits limits{.record_bytes_max = 1000};
  const auto problem = [&](auto change) {
    model::Event event{.id = {},
                       .time = kNow,
                       .service = "api",
                       .type = "deployment",
                       .message = {},
                       .labels = {}};
    change(event);
    const Problem found = EventProblem(event, limits, kNow);
    return found.field + ": " + found.message;
  };
  EXPECT_EQ(problem([](auto&) {}), ": ");
  EXPECT_EQ(problem([](auto& e) { e.type.clear(); }), "type: is required");
  EXPECT_EQ(problem([](auto& e) { e.service.clear(); }), "service: is required");
  EXPECT_EQ(problem([](auto& e) { e.id = std::string("\0", 1); }), "id: holds a control character");
  EXPECT_EQ(problem([](auto& e) { e.data_json = std::string(990, 'x'); }),
            ": has 1003 bytes of text; the limit is 1000");
  EXPECT_EQ(problem([](auto& e) { e.labels = {{"a", "\xFF"}}; }), "labels: is not valid UTF-8");
  EXPECT_EQ(problem([](auto& e) { e.time = kNow + std::chrono::hours(1); }),
            "time: 2023-11-14T23:13:20.000Z is more than 10m ahead of the server's clock");
}

}  // namespace
}  // namespace vedette::ingest
