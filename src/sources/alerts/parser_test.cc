#include "sources/alerts/parser.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"

namespace vedette::sources::alerts {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

std::string Label(const model::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.labels) {
    if (key == name) return value;
  }
  return "(none)";
}

constexpr std::string_view kWebhook = R"({
  "version": "4", "groupKey": "{}:{alertname=\"HighLatency\"}", "status": "firing",
  "receiver": "vedette", "alerts": [
    {"status": "firing", "labels": {"alertname": "HighLatency", "job": "shop", "severity": "page"},
     "annotations": {"summary": "p99 is 2 s"}, "startsAt": "2026-11-21T10:00:00.5Z",
     "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "c0ffee"},
    {"status": "resolved",
     "labels": {"alertname": "DiskFull", "service": "db", "severity": "critical"},
     "annotations": {}, "startsAt": "2026-11-21T09:00:00Z", "endsAt": "2026-11-21T10:30:00Z"},
    {"status": "firing", "annotations": {}},
    7]})";

TEST(Alertmanager, MakesAnEventOfEachAlert) {
  const auto parsed = ParseAlertmanager(kWebhook, kNow);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->events.size(), 2U);
  const model::Event& firing = parsed->events[0];
  EXPECT_EQ(firing.service, "shop");
  EXPECT_EQ(firing.type, "alert");
  EXPECT_EQ(firing.severity, model::Severity::kCritical);
  EXPECT_EQ(firing.message, "p99 is 2 s");
  EXPECT_EQ(base::FormatTime(firing.time), "2026-11-21T10:00:00.500Z");
  EXPECT_EQ(firing.id, "alert-c0ffee-1795255200500-firing");
  EXPECT_EQ(Label(firing, "status"), "firing");
  const model::Event& resolved = parsed->events[1];
  EXPECT_EQ(resolved.service, "db");
  EXPECT_EQ(resolved.severity, model::Severity::kInfo);
  EXPECT_EQ(resolved.message, "resolved: DiskFull");
  EXPECT_EQ(base::FormatTime(resolved.time), "2026-11-21T10:30:00.000Z");
  ASSERT_EQ(parsed->rejected.size(), 2U);
  EXPECT_EQ(parsed->rejected[0].index, 2U);
  EXPECT_EQ(parsed->rejected[0].field, "labels");
  EXPECT_EQ(parsed->rejected[1].index, 3U);
}

TEST(Alertmanager, ARepeatedNotificationIsTheSameEvent) {
  const auto once = ParseAlertmanager(kWebhook, kNow);
  const auto again = ParseAlertmanager(kWebhook, kNow + std::chrono::hours(4));
  ASSERT_TRUE(once.ok() && again.ok());
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(once->events[i].id, again->events[i].id);
    EXPECT_EQ(once->events[i].time, again->events[i].time);
  }
}

TEST(Alertmanager, TakesWhatPrometheusSends) {
  const auto parsed = ParseAlertmanager(
      R"([{"labels":{"alertname":"Up","job":"a"},"annotations":{"description":"d"},
           "startsAt":"2026-11-21T10:00:00Z","endsAt":"2099-11-21T10:04:00Z"},
          {"labels":{"alertname":"Up","job":"b"},"startsAt":"2026-11-21T10:00:00Z",
           "endsAt":"2026-11-21T10:04:00Z"}])",
      kNow);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->events.size(), 2U);
  EXPECT_EQ(parsed->events[0].severity, model::Severity::kWarning);
  EXPECT_EQ(parsed->events[0].message, "d");
  EXPECT_EQ(Label(parsed->events[1], "status"), "resolved");
  EXPECT_NE(parsed->events[0].id, parsed->events[1].id);
}

TEST(Alertmanager, RefusesOtherBodies) {
  EXPECT_FALSE(ParseAlertmanager("", kNow).ok());
  EXPECT_FALSE(ParseAlertmanager("{}", kNow).ok());
  EXPECT_FALSE(ParseAlertmanager(R"({"alerts":{}})", kNow).ok());
  EXPECT_FALSE(ParseAlertmanager(R"([{},{}])", kNow, {.alerts_max = 1}).ok());
  EXPECT_FALSE(ParseAlertmanager(std::string(100, ' '), kNow, {.body_bytes_max = 10}).ok());
  const auto bad = ParseAlertmanager(
      R"([{"labels":{"a":1}},{"labels":{"a":"b"},"startsAt":"yesterday"},{"labels":[]}])", kNow);
  ASSERT_TRUE(bad.ok());
  ASSERT_EQ(bad->rejected.size(), 3U);
  EXPECT_EQ(bad->rejected[0].field, "labels.a");
  EXPECT_EQ(bad->rejected[1].field, "startsAt");
  EXPECT_EQ(bad->rejected[2].field, "labels");
}

std::string Sns(std::string_view type, const std::string& message) {
  return base::DumpJson(base::Json{{"Type", type},
                                   {"MessageId", "m-1"},
                                   {"TopicArn", "arn:aws:sns:eu-west-1:1:alarms"},
                                   {"SubscribeURL", "https://sns.example/confirm"},
                                   {"Message", message}});
}

const std::string kAlarm = R"({"AlarmName":"db cpu","AlarmDescription":"too busy",
  "AWSAccountId":"1","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed",
  "StateChangeTime":"2026-11-21T10:00:00.000+0000","Region":"EU - Ireland",
                  "Trigger" : {
  "MetricName" : "CPUUtilization",
                 "Namespace" : "AWS/RDS",
                               "Dimensions"
      : [ {"name" : "DBInstanceIdentifier", "value" : "orders-db"} ]
}
})";

TEST(CloudWatch, ReadsAnAlarmInTheEnvelopeOfSns) {
  const auto event = ParseCloudWatch(Sns("Notification", kAlarm), kNow);
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(event->service, "orders-db");
  EXPECT_EQ(event->type, "cloudwatch_alarm");
  EXPECT_EQ(event->severity, model::Severity::kCritical);
  EXPECT_EQ(event->message, "db cpu is ALARM: Threshold Crossed");
  EXPECT_EQ(base::FormatTime(event->time), "2026-11-21T10:00:00.000Z");
  EXPECT_EQ(Label(*event, "dimension_DBInstanceIdentifier"), "orders-db");
  EXPECT_EQ(Label(*event, "metric"), "CPUUtilization");
  // Raw delivery leaves the envelope out, and is the same event.
  const auto raw = ParseCloudWatch(kAlarm, kNow);
  ASSERT_TRUE(raw.ok());
  EXPECT_EQ(raw->id, event->id);
}

TEST(CloudWatch, ReadsEventsOfEventBridge) {
  const auto event = ParseCloudWatch(
      R"({"detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch","account":"1",
          "time":"2026-11-21T10:00:00Z","region":"eu-west-1","detail":{"alarmName":"lb 5xx",
          "state":{"value":"OK","reason":"fine"},"configuration":{"description":"x","metrics":[
          {"metricStat":{"metric":{"namespace":"AWS/ApplicationELB","name":"HTTPCode",
          "dimensions":{"ServiceName":"shop"}}}}]}}})",
      kNow);
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(event->service, "shop");
  EXPECT_EQ(event->severity, model::Severity::kInfo);
  EXPECT_EQ(event->message, "lb 5xx is OK: fine");
}

TEST(CloudWatch, NeverConfirmsASubscription) {
  const auto event = ParseCloudWatch(Sns("SubscriptionConfirmation", "You have chosen"), kNow);
  ASSERT_FALSE(event.ok());
  EXPECT_EQ(event.error().code, base::ErrorCode::kPermissionDenied);
}

TEST(CloudWatch, NamesTheFieldAtFault) {
  const auto field = [](const std::string& body) {
    const auto event = ParseCloudWatch(body, kNow);
    return event.ok() ? std::string("ok") : event.error().field;
  };
  EXPECT_EQ(field(Sns("Notification", "hello")), "Message");
  EXPECT_EQ(field(Sns("Other", "{}")), "Type");
  EXPECT_EQ(field(R"({"AlarmName":"x","NewStateValue":"BAD"})"), "NewStateValue");
  EXPECT_EQ(field(R"({"NewStateValue":"OK"})"), "AlarmName");
  EXPECT_EQ(field(R"({"AlarmName":"x","NewStateValue":"OK","StateChangeTime":"now"})"),
            "StateChangeTime");
  EXPECT_EQ(field("[]"), "");
}

}  // namespace
}  // namespace vedette::sources::alerts
