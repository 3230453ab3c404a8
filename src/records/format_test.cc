#include "records/format.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "records/cursor.h"
#include "records/text_filter.h"

namespace vedette::records {
namespace {

std::string RandomBytes(base::Random& random, uint64_t max) {
  std::string out(random.Below(max + 1), '\0');
  for (char& c : out) c = static_cast<char>(random.Below(256));
  return out;
}

model::LogRecord RandomLog(base::Random& random) {
  model::LogRecord log;
  log.id = RandomBytes(random, 40);
  log.time = base::FromMillis(static_cast<int64_t>(random.Next()));
  log.level = static_cast<model::LogSeverity>(random.Below(6));
  log.service = RandomBytes(random, 20);
  log.message = RandomBytes(random, 300);
  log.trace_id = RandomBytes(random, 16);
  for (uint64_t i = random.Below(5); i > 0; --i) {
    log.fields.emplace_back(RandomBytes(random, 10), RandomBytes(random, 200));
  }
  return log;
}

TEST(Format, ReadsBackAnyLog) {
  base::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const model::LogRecord log = RandomLog(random);
    const std::string key = RecordKey("a.tenant", Kind::kLog, base::ToMillis(log.time), log.id);
    const std::string value = EncodeValue(log);

    const auto parts = ParseKey(key);
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->tenant, "a.tenant");
    EXPECT_EQ(parts->kind, Kind::kLog);
    const auto view = ViewLog(value);
    ASSERT_TRUE(view.has_value());
    const auto read = Finish(*parts, *view);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->id, log.id);
    EXPECT_EQ(read->time, log.time);
    EXPECT_EQ(read->level, log.level);
    EXPECT_EQ(read->service, log.service);
    EXPECT_EQ(read->message, log.message);
    EXPECT_EQ(read->trace_id, log.trace_id);
    EXPECT_EQ(read->fields, log.fields);
  }
}

TEST(Format, ReadsBackAnEvent) {
  model::Event event;
  event.id = "deploy-7";
  event.time = base::FromMillis(-5);
  event.service = "payment";
  event.type = "deployment";
  event.severity = model::Severity::kCritical;
  event.message = "m";
  event.data_json = R"({"version":"1.2"})";
  event.labels = {{"region", "eu"}};
  const std::string key = RecordKey("t", Kind::kEvent, base::ToMillis(event.time), event.id);
  const std::string value = EncodeValue(event);

  const auto read = Finish(*ParseKey(key), *ViewEvent(value));

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, event.id);
  EXPECT_EQ(read->time, event.time);
  EXPECT_EQ(read->service, event.service);
  EXPECT_EQ(read->type, event.type);
  EXPECT_EQ(read->severity, event.severity);
  EXPECT_EQ(read->message, event.message);
  EXPECT_EQ(read->data_json, event.data_json);
  EXPECT_EQ(read->labels, event.labels);
}

TEST(Format, TheBytesAreThoseOfTheDocument) {
  model::LogRecord log;
  log.level = model::LogSeverity::kError;
  log.service = "api";
  log.message = "no";
  log.fields = {{"k", "v"}};
  EXPECT_EQ(EncodeValue(log), std::string("\x01\x04\x03"
                                          "api\x02"
                                          "no\x00\x01\x01k\x01v",
                                          15));
  EXPECT_EQ(RecordKey("t", Kind::kLog, 1, "id"), std::string("t\0l\x80\0\0\0\0\0\0\x01id", 13));
}

TEST(Format, KeysSortByTenantKindTimeAndId) {
  const std::string keys[] = {RecordKey("a", Kind::kEvent, INT64_MIN, "x"),
                              RecordKey("a", Kind::kEvent, -1, "x"),
                              RecordKey("a", Kind::kEvent, 0, "x"),
                              RecordKey("a", Kind::kEvent, 256, "x"),
                              RecordKey("a", Kind::kEvent, 256, "y"),
                              RecordKey("a", Kind::kEvent, INT64_MAX, "x"),
                              AfterPrefix(KindPrefix("a", Kind::kEvent)),
                              RecordKey("a", Kind::kLog, 0, "x"),
                              AfterPrefix(TenantPrefix("a")),
                              RecordKey("aa", Kind::kEvent, 0, "x"),
                              RecordKey("b", Kind::kEvent, 0, "x")};
  for (size_t i = 1; i < std::size(keys); ++i) EXPECT_LT(keys[i - 1], keys[i]) << i;
}

TEST(Format, DamagedBytesAreRecognizedOrHarmless) {
  base::Random random(2);
  for (int i = 0; i < 200; ++i) {
    const std::string value = EncodeValue(RandomLog(random));
    for (size_t cut = 0; cut < value.size(); cut += 7) {
      const auto view = ViewLog(std::string_view(value).substr(0, cut));
      if (view.has_value()) {
        EXPECT_FALSE(Finish(KeyParts{}, *view).has_value()) << cut;
      }
    }
    std::string flipped = value;
    flipped[random.Below(flipped.size())] = static_cast<char>(random.Below(256));
    if (const auto view = ViewLog(flipped)) static_cast<void>(Finish(KeyParts{}, *view));
    if (const auto view = ViewEvent(flipped)) static_cast<void>(Finish(KeyParts{}, *view));
  }
  std::string newer = EncodeValue(model::LogRecord{});
  newer[0] = kFormatVersion + 1;
  EXPECT_FALSE(ViewLog(newer).has_value());
  EXPECT_FALSE(ParseKey("").has_value());
  EXPECT_FALSE(ParseKey(std::string("t\0x12345678", 11)).has_value());
}

TEST(Cursor, ReturnsToItsKey) {
  const std::string id("\0\xff id", 5);
  const std::string cursor = EncodeCursor("t", Kind::kLog, 42, id);
  const auto key = DecodeCursor("t", Kind::kLog, cursor);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(*key, RecordKey("t", Kind::kLog, 42, id));
}

TEST(Cursor, RefusesThoseOfOthersAndNonsense) {
  const std::string cursor = EncodeCursor("t", Kind::kLog, 42, "id");
  EXPECT_FALSE(DecodeCursor("u", Kind::kLog, cursor).ok());
  EXPECT_FALSE(DecodeCursor("t", Kind::kEvent, cursor).ok());
  for (const char* nonsense : {"x", "zz", "00", "0011223344", "éé", "00000000000000000000000000"}) {
    const auto key = DecodeCursor("t", Kind::kLog, nonsense);
    ASSERT_FALSE(key.ok()) << nonsense;
    EXPECT_EQ(key.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(key.error().field, "cursor");
  }
}

TEST(TextFilter, IgnoresTheCaseOfAsciiOnly) {
  EXPECT_TRUE(TextFilter("").Matches(""));
  EXPECT_TRUE(TextFilter("TimeOut").Matches("connection TIMEOUT after 5 s"));
  EXPECT_TRUE(TextFilter("\xc3\xa9T\xc3\xa9").Matches("l'\xc3\xa9t\xc3\xa9"));
  EXPECT_FALSE(TextFilter("\xc3\x89").Matches("\xc3\xa9")) << "é and É differ";
  EXPECT_FALSE(TextFilter("timeout").Matches("time out"));
  EXPECT_FALSE(TextFilter("a").Matches(""));
  EXPECT_TRUE(TextFilter("aab").Matches("aaab"));
  EXPECT_TRUE(TextFilter(std::string("a\0b", 3)).Matches(std::string("xA\0B", 4)));
}

}  // namespace
}  // namespace vedette::records
