#include <gtest/gtest.h>
#include <limits>
#include <map>

#include "base/random.h"
#include "model/incident.h"
#include "model/labels.h"
#include "model/log_record.h"
#include "model/matcher.h"
#include "model/quantity.h"
#include "model/sample.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "model/write_batch.h"

namespace vedette::model {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Labels, AreSortedUniqueAndWithoutEmptyValues) {
  const Labels labels({{"b", "2"}, {"a", "0"}, {"__name__", "up"}, {"c", ""}, {"a", "1"}});

  EXPECT_EQ(labels.ToString(), "up{a=\"1\",b=\"2\"}");
  EXPECT_EQ(labels.view().size(), 3u);
  EXPECT_EQ(labels.Get("b"), "2");
  EXPECT_EQ(labels.Get("c"), "");
  EXPECT_EQ(labels.metric_name(), "up");
}

TEST(Labels, EqualSetsHaveEqualBytesInAnyOrder) {
  base::Random random(1);
  for (int round = 0; round < 200; ++round) {
    std::map<std::string, std::string> want;
    std::vector<std::pair<std::string, std::string>> pairs;
    for (uint64_t n = random.Below(12); n > 0; --n) {
      std::string name(1 + random.Below(3), static_cast<char>('a' + random.Below(4)));
      if (!want.emplace(name, std::string(1 + random.Below(200), 'x')).second) continue;
      pairs.insert(pairs.begin() + static_cast<long>(random.Below(pairs.size() + 1)),
                   {name, want[name]});
    }
    const Labels labels(pairs);
    const Labels sorted({want.begin(), want.end()});
    EXPECT_EQ(labels.bytes(), sorted.bytes());
    EXPECT_TRUE(LabelsView::ParseCanonical(labels.bytes()).ok());
    std::map<std::string, std::string> got;
    for (const Label& label : labels) got.emplace(label.name, label.value);
    EXPECT_EQ(got, want);
  }
}

TEST(Labels, OrderIsByNamesThenValues) {
  EXPECT_LT(Labels(Pairs{{"a", "1"}}), Labels(Pairs{{"a", "2"}}));
  EXPECT_LT(Labels(Pairs{{"a", "9"}}), Labels(Pairs{{"b", "1"}}));
  EXPECT_LT(Labels(Pairs{{"a", "1"}}), Labels(Pairs{{"a", "1"}, {"b", "1"}}));
}

TEST(Labels, DamagedBytesAreDataLoss) {
  const Labels labels({{"a", "1"}, {"b", "2"}});
  for (size_t size = 1; size < labels.bytes().size(); ++size) {
    const bool whole_label = size == 4;
    EXPECT_EQ(LabelsView::ParseCanonical(labels.bytes().substr(0, size)).ok(), whole_label) << size;
  }
  EXPECT_FALSE(LabelsView::ParseCanonical("\x01"
                                          "b\x01"
                                          "1\x01"
                                          "a\x01"
                                          "1")
                   .ok());
  EXPECT_FALSE(LabelsView::ParseCanonical("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f").ok());
}

TEST(LabelsBuilder, ReplacesRemovesKeepsAndDrops) {
  const Labels start({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  LabelsBuilder builder(start);
  builder.Set("a", "9");
  builder.Remove("b");
  EXPECT_EQ(builder.Build().ToString(), "{a=\"9\",c=\"3\"}");

  builder.Reset(start);
  builder.Keep({"b", "x"});
  EXPECT_EQ(builder.Build().ToString(), "{b=\"2\"}");

  builder.Reset(start);
  builder.Drop({"b"});
  EXPECT_EQ(builder.Build().ToString(), "{a=\"1\",c=\"3\"}");
}

TEST(LabelsBuilder, TellsDuplicateNames) {
  LabelsBuilder builder;
  builder.Append("a", "1");
  builder.Append("a", "2");
  std::string bytes;

  EXPECT_FALSE(builder.AppendCanonical(bytes));
  EXPECT_EQ(LabelsView::FromCanonical(bytes).ToString(), "{a=\"2\"}");
}

TEST(Matcher, MatchesAsPrometheusDoes) {
  const struct {
    MatchOp op;
    const char* pattern;
    const char* value;
    bool want;
  } cases[] = {{MatchOp::kEqual, "a", "a", true},        {MatchOp::kEqual, "", "", true},
               {MatchOp::kNotEqual, "a", "", true},      {MatchOp::kNotEqual, "a", "a", false},
               {MatchOp::kRegex, "a.*", "abc", true},    {MatchOp::kRegex, "b", "abc", false},
               {MatchOp::kRegex, ".*", "", true},        {MatchOp::kRegex, ".+", "", false},
               {MatchOp::kRegex, "a|b", "b", true},      {MatchOp::kRegex, "a|b", "ab", false},
               {MatchOp::kRegex, ".*", "a\nb", true},    {MatchOp::kNotRegex, "a|b", "c", true},
               {MatchOp::kNotRegex, "a.*", "ab", false}, {MatchOp::kRegex, "", "", true}};
  for (const auto& [op, pattern, value, want] : cases) {
    const base::Result<Matcher> matcher = Matcher::Create("x", op, pattern);
    ASSERT_TRUE(matcher.ok());
    EXPECT_EQ(matcher->Matches(value), want) << matcher->ToString() << " on " << value;
  }
}

TEST(Matcher, ReadsItsOwnTextAndWhatPeopleWrite) {
  const auto text_of = [](std::string_view text) {
    const base::Result<Matcher> matcher = Matcher::Parse(text);
    return matcher.ok() ? matcher->ToString()
                        : std::string(base::ErrorCodeName(matcher.error().code));
  };

  EXPECT_EQ(text_of("service=payment"), "service=\"payment\"");
  EXPECT_EQ(text_of(" severity =~ \"critical|warning\" "), "severity=~\"critical|warning\"");
  EXPECT_EQ(text_of("team!=a b"), "team!=\"a b\"");
  EXPECT_EQ(text_of("x!~\"a\\\"b\\\\.c\""), "x!~\"a\\\"b\\\\.c\"");
  EXPECT_EQ(text_of("x=\"\""), "x=\"\"");
  for (const char* bad : {"", "service", "=x", "a!b", "a=\"b", "a=\"b\"c", "a=b,c=d", "{a}=b"}) {
    EXPECT_EQ(text_of(bad), "invalid_argument") << bad;
  }
  EXPECT_EQ(text_of("x=~a("), "invalid_argument");
}

TEST(Matcher, ReadsListsWithAndWithoutBraces) {
  const auto list_of = [](std::string_view text) -> std::string {
    const base::Result<std::vector<Matcher>> matchers = Matcher::ParseList(text);
    if (!matchers.ok()) return "error";
    std::string out;
    for (const Matcher& matcher : *matchers) out += matcher.ToString() + ";";
    return out;
  };

  EXPECT_EQ(list_of("a=\"b\",c!=\"d\""), "a=\"b\";c!=\"d\";");
  EXPECT_EQ(list_of("{ a=~\"x,y\" , b = \"\\\"}\" , }"), "a=~\"x,y\";b=\"\\\"}\";");
  EXPECT_EQ(list_of("severity=critical"), "severity=\"critical\";");
  EXPECT_EQ(list_of("{}"), "");
  EXPECT_EQ(list_of("\"kubernetes.io/name\"=\"x\""), "kubernetes.io/name=\"x\";");
  for (const char* bad : {"a=b,c", "{a=\"b\"", "a=\"b\" c=\"d\"", ",a=b"}) {
    EXPECT_EQ(list_of(bad), "error") << bad;
  }
}

TEST(Matcher, NamesABadExpression) {
  const base::Result<Matcher> matcher = Matcher::Create("job", MatchOp::kRegex, "a(");

  ASSERT_FALSE(matcher.ok());
  EXPECT_EQ(matcher.error().message, "bad regular expression \"a(\" for label job: missing ): a(");
}

TEST(Quantity, WritesNumbersWithTheirUnits) {
  EXPECT_EQ(FormatQuantity("latency_seconds", 0.48, false), "480 ms");
  EXPECT_EQ(FormatQuantity("latency_seconds", 2.5, false), "2.5 s");
  EXPECT_EQ(FormatQuantity("memory_bytes", 1.5 * 1024 * 1024, false), "1.5 MiB");
  EXPECT_EQ(FormatQuantity("requests_total", 33.333, true), "33.3 per s");
  EXPECT_EQ(FormatQuantity("things", 123456, false), "123456");
  EXPECT_EQ(FormatQuantity("things", 999.7, false), "1000");
  EXPECT_EQ(FormatQuantity("things_total", -2'500'000, true), "-2.5 M per s");
  EXPECT_EQ(FormatQuantity("things", 999.6e9, false), "1000 G");
  EXPECT_EQ(FormatQuantity("things", 1e18, false), "1e+18");
  EXPECT_EQ(FormatQuantity("latency_seconds", 0.9993, false), "999 ms");
  EXPECT_EQ(FormatQuantity("latency_seconds", 0.9997, false), "1 s");
  EXPECT_EQ(FormatQuantity("memory_bytes", 1010.0 * 1024, false), "1010 KiB");
  EXPECT_EQ(FormatQuantity("memory_bytes", 1023.6 * 1024, false), "1 MiB");
  EXPECT_EQ(FormatQuantity("memory_bytes", 1e300, true), "9.09e+287 TiB per s");
  EXPECT_EQ(FormatQuantity("memory_bytes", -std::numeric_limits<double>::infinity(), false),
            "-Inf");
  EXPECT_EQ(NameInWords("http_requests_total"), "http requests");
  EXPECT_EQ(NameInWords("http_request_latency_p95_seconds"), "http request latency p95");
  EXPECT_TRUE(IsCounterName("x_total"));
  EXPECT_FALSE(IsCounterName("total_x"));
}

TEST(WriteBatch, KeepsSeriesAndSamplesInOrder) {
  const Labels a(Pairs{{"__name__", "a"}}), b(Pairs{{"__name__", "b"}});
  WriteBatch batch;
  batch.BeginSeries(a);
  batch.Add(1, 1.5);
  batch.Add(2, 2.5);
  batch.BeginSeries(b);
  batch.Add(3, 3.5);

  ASSERT_EQ(batch.entries().size(), 2u);
  EXPECT_EQ(batch.labels(batch.entries()[1]), b.view());
  EXPECT_EQ(batch.samples(batch.entries()[0])[1].value, 2.5);
  EXPECT_EQ(batch.samples(batch.entries()[1])[0].t_ms, 3);
  EXPECT_EQ(batch.sample_count(), 3u);
}

TEST(Sample, OnlyTheOneNanIsStale) {
  EXPECT_TRUE(IsStale(StaleNan()));
  EXPECT_FALSE(IsStale(std::bit_cast<double>(0x7ff8000000000001)));
  EXPECT_FALSE(IsStale(0));
}

TEST(Names, LogLevelsHaveTheUsualSynonyms) {
  EXPECT_EQ(ParseLogSeverity("WARN"), LogSeverity::kWarning);
  EXPECT_EQ(ParseLogSeverity("Critical"), LogSeverity::kFatal);
  EXPECT_EQ(ParseLogSeverity("loud"), std::nullopt);
  EXPECT_EQ(SeverityName(SeverityOf(0.95)), "critical");
  EXPECT_EQ(SeverityOf(0.7), Severity::kWarning);
}

TEST(TenantName, HasALimitedAlphabet) {
  for (const char* name : {"default", "team-1", "a.b_c"}) EXPECT_TRUE(IsValidTenantName(name));
  for (const char* name : {"", ".", "..", "a/b", "a b", "\xC3\xA9"}) {
    EXPECT_FALSE(IsValidTenantName(name)) << name;
  }
  EXPECT_FALSE(IsValidTenantName(std::string(65, 'a')));
}

TEST(Incident, IsAwaitedSinceItWasOpenedAgain) {
  const auto at = [](int64_t minute) { return base::FromMillis(minute * 60'000); };
  Incident incident;
  incident.started_at = at(1);
  incident.phases = {{IncidentPhase::kDetection, at(2), "vedette"}};
  EXPECT_EQ(AwaitedSince(incident), at(1));
  incident.phases.push_back({IncidentPhase::kResolution, at(5), "vedette"});
  incident.phases.push_back({IncidentPhase::kDetection, at(60), "vedette"});
  EXPECT_EQ(AwaitedSince(incident), at(60));
  incident.acknowledged_at = at(61);
  incident.phases.push_back({IncidentPhase::kResolution, at(70), "ann"});
  incident.phases.push_back({IncidentPhase::kDetection, at(80), "vedette"});
  EXPECT_EQ(AwaitedSince(incident), at(60)) << "when the acknowledgement came";
}

TEST(SystemState, IsDegradedUntilWhatGoesOnIsMendedAndNormalAWhileAfterTheEnd) {
  const auto state = [](std::vector<Incident> unresolved, std::vector<Incident> resolved = {}) {
    return SystemStateName(SystemStateOf(unresolved, resolved));
  };
  Incident firing;
  firing.severity = Severity::kCritical;
  firing.open_anomaly_ids = {"an_1"};
  Incident mild = firing;
  mild.severity = Severity::kInfo;
  Incident silenced = firing;
  silenced.suppressed = true;
  Incident mitigated = firing;
  mitigated.phases = {{IncidentPhase::kMitigation, {}, "ann"}};
  Incident quiet = firing;
  quiet.open_anomaly_ids.clear();

  EXPECT_EQ(state({}), "NORMAL");
  EXPECT_EQ(state({mild, silenced}), "NORMAL");
  EXPECT_EQ(state({mitigated, firing}), "DEGRADED");
  EXPECT_EQ(state({mitigated}), "RECOVERING");
  EXPECT_EQ(state({quiet}), "RECOVERING");
  EXPECT_EQ(state({}, {quiet}), "RECOVERING");
  EXPECT_EQ(state({}, {mild}), "NORMAL");
}

}  // namespace
}  // namespace vedette::model
