#include "sources/senders/mapping.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette::sources::senders {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

constexpr char kText[] = R"(
name: own
title: Our own
each: items
ignore:
  - {value: "{kind}", is_not: [alert], because: "a {kind}"}
key: "{id}"
state: {from: "{state}", resolved: [ok, "up*"], ignored: [muted]}
severity: {from: "{level}", critical: [p1], info: [p5], otherwise: warning}
alertname: "{name}"
service: "{svc|^.svc}"
labels: {zone: "{zone}"}
annotations: {summary: "{name} on {svc|^.svc}"}
link: "{url}"
starts_at: "{at}"
lasts: 2h
)";

Mapping Read(std::string_view text = kText) {
  std::vector<yaml::Diagnostic> problems;
  Mapping mapping = ReadMapping(text, problems);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("mapping");
  return mapping;
}

Translation Done(const Mapping& mapping, std::string_view message) {
  const auto translation = Translate(mapping, *base::ParseJson(message), kNow);
  EXPECT_TRUE(translation.ok()) << translation.error().message;
  return translation.ok() ? *translation : Translation();
}

TEST(Mapping, MakesAnAlertOfEachItem) {
  const Translation done = Done(Read(), R"({"svc": "shop", "items": [
    {"kind": "alert", "id": 1, "state": "DOWN", "level": "P1", "name": "Slow", "zone": "eu",
     "at": 1699999000, "url": "https://x.example/1"},
    {"kind": "alert", "id": 2, "state": "up again", "name": "Slow", "svc": "cart"}]})");
  ASSERT_EQ(done.alerts.size(), 2u);
  const Mapped& first = done.alerts[0];
  EXPECT_EQ(first.doing, Doing::kFiring);
  EXPECT_EQ(first.key, "1");
  EXPECT_EQ(first.alert.labels.ToString(),
            "{alert_key=\"1\",alertname=\"Slow\",sender=\"own\",service=\"shop\","
            "severity=\"critical\",zone=\"eu\"}");
  EXPECT_EQ(first.alert.annotations.Get("summary"), "Slow on shop");
  EXPECT_EQ(first.alert.generator_url, "https://x.example/1");
  EXPECT_EQ(first.alert.starts_at, base::FromMillis(1'699'999'000'000));
  EXPECT_EQ(first.alert.ends_at, kNow + std::chrono::hours(2));
  EXPECT_EQ(done.alerts[1].doing, Doing::kResolved);
  EXPECT_TRUE(done.alerts[1].alert.ResolvedAt(kNow));
  EXPECT_EQ(done.alerts[1].alert.labels.Get("severity"), "warning");
}

TEST(Mapping, SaysWhyAMessageIsNoAlert) {
  const Translation done = Done(Read(), R"({"items": [{"kind": "comment", "id": 1, "name": "x"},
    {"kind": "alert", "id": 2, "state": "muted", "name": "x"}]})");
  EXPECT_TRUE(done.alerts.empty());
  EXPECT_EQ(done.ignored,
            (std::vector<std::string>{"a comment", "the state \"muted\" says nothing"}));
}

TEST(Mapping, WhatIsNotOfTheSenderIsRefused) {
  const Mapping mapping = Read();
  const auto fault = [&](std::string_view message) {
    const auto done = Translate(mapping, *base::ParseJson(message), kNow);
    return done.ok() ? "" : done.error().field;
  };
  EXPECT_EQ(fault(R"({"other": 1})"), "each");
  EXPECT_EQ(fault("[]"), "each");
  EXPECT_EQ(fault(R"({"items": [{"kind": "alert", "id": 1}]})"), "alertname");
  EXPECT_EQ(fault(R"({"items": [{"kind": "alert", "name": "x"}]})"), "key");
  EXPECT_EQ(fault(R"({"items": [1]})"), "") << "no alert, says ignore";
  std::string many = R"({"items": [0)";
  for (int i = 0; i < 1'000; ++i) many += ",0";
  EXPECT_FALSE(Translate(mapping, *base::ParseJson(many + "]}"), kNow).ok());
}

TEST(Mapping, LabelsOfTheSendersOwnAreTakenAsTheyAre) {
  const Mapping mapping =
      Read("{name: am, each: alerts, labels_from: labels, annotations_from: notes}");
  const Translation done = Done(
      mapping,
      R"({"alerts": [{"labels": {"alertname": "A", "n": 1, "none": null}, "notes": {"a": "b"}}]})");
  ASSERT_EQ(done.alerts.size(), 1u);
  EXPECT_EQ(done.alerts[0].alert.labels.ToString(), "{alertname=\"A\",n=\"1\"}");
  EXPECT_EQ(done.alerts[0].alert.annotations.Get("a"), "b");
  EXPECT_EQ(done.alerts[0].key, "");
}

TEST(Mapping, FormsAreObjectsOfTexts) {
  const auto message =
      ReadMessage("a=1&b=x+y%21", "application/x-www-form-urlencoded; charset=utf-8");
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(base::DumpJson(*message), R"({"a":"1","b":"x y!"})");
  EXPECT_EQ((*ReadMessage(R"({"a":1})", "text/plain"))["a"], 1);
  EXPECT_FALSE(ReadMessage("a=1", "application/json").ok());
  EXPECT_FALSE(ReadMessage(std::string(kMessageBytesMax + 1, ' '), "").ok());
}

TEST(Mapping, TimesOfTheFutureAndOddOnesAreNow) {
  const Mapping mapping = Read("{name: t, alertname: x, starts_at: '{at}'}");
  for (const char* at : {"\"\"", "\"soon\"", "1e40", "99999999999999999", "-1", "1700000001",
                         "\"2123-01-01T00:00:00Z\""}) {
    EXPECT_EQ(Done(mapping, std::string("{\"at\":") + at + "}").alerts[0].alert.starts_at, kNow)
        << at;
  }
  for (const char* at : {"1600000000", "1600000000.5", "\"1600000000\"", "1600000000000",
                         "\"2020-09-13T12:26:40Z\"", "\"2020-09-13T12:26:40.000+0000\""}) {
    EXPECT_EQ(Done(mapping, std::string("{\"at\":") + at + "}").alerts[0].alert.starts_at,
              base::FromMillis(1'600'000'000'000))
        << at;
  }
}

TEST(ReadMapping, NamesWhatIsWrong) {
  const auto problems = [](std::string_view text) {
    std::vector<yaml::Diagnostic> found;
    ReadMapping(text, found);
    std::string all;
    for (const yaml::Diagnostic& each : found) all += each.message + "\n";
    return all;
  };
  EXPECT_NE(problems("{alertname: x}").find("the name is missing"), std::string::npos);
  EXPECT_NE(problems("{name: A B, alertname: x}").find("a-z"), std::string::npos);
  EXPECT_NE(problems("{name: preview, alertname: x}").find("not preview"), std::string::npos);
  EXPECT_NE(problems("{name: a}").find("alertname is missing"), std::string::npos);
  EXPECT_NE(problems("{name: a, alertname: '{x'}").find("'}' is missing"), std::string::npos);
  EXPECT_NE(problems("{name: a, alertname: x, lasts: 1s}").find("lasts"), std::string::npos);
  EXPECT_NE(problems("{name: a, alertname: x, ignore: [{value: y}]}").find("is_not"),
            std::string::npos);
  EXPECT_NE(problems("{name: a, alertname: x, colour: red}").find("colour"), std::string::npos);
}

TEST(RunExamples, FindEachDifference) {
  Mapping mapping = Read(
      "{name: a, alertname: '{n}', examples: [{payload: '{\"n\": \"x\"}', alerts: [{state: firing, "
      "label.alertname: y}]}, {payload: 'no', alerts: []}, {payload: '{\"n\": \"x\"}'}]}");
  const std::vector<std::string> failures = RunExamples(mapping);
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0], "line 1: label.alertname is \"x\", expected \"y\"");
  EXPECT_EQ(failures[2], "line 1: makes 1 alerts, expected 0");
}

}  // namespace
}  // namespace vedette::sources::senders
