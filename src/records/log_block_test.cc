#include "records/log_block.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/random.h"
#include "records/bits.h"
#include "records/log_matcher.h"
#include "records/message.h"
#include "records/word_filter.h"

namespace vedette::records {
namespace {

std::string ShapeOf(std::string_view message) {
  Splitter splitter;
  splitter.Split(message);
  std::string shape(splitter.shape());
  std::replace(shape.begin(), shape.end(), kHole, '*');
  return shape;
}

TEST(Message, KeepsWordsInTheShapeAndTakesValuesOut) {
  EXPECT_EQ(ShapeOf("took 5 ms"), "took * ms");
  EXPECT_EQ(ShapeOf("took 90ms at 21T10"), "took *ms at *T*");
  EXPECT_EQ(ShapeOf("id=4f1ca0 user"), "id=* user");
  EXPECT_EQ(ShapeOf("trace 550e8400-e29b-41d4-abcd-44665544aaaa"), "trace *-*-*-*-*");
  EXPECT_EQ(ShapeOf("token x9Yz81kQ3 ok"), "token * ok");
  EXPECT_EQ(ShapeOf("bad gateway"), "bad gateway");
  EXPECT_EQ(ShapeOf(""), "");
  EXPECT_EQ(ShapeOf("a\x01"
                    "b"),
            "*");
  EXPECT_EQ(ShapeOf(std::string(5000, 'z')), "*");
}

TEST(Bits, PackedNumbersReadBack) {
  base::Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint64_t> values(random.Below(400));
    const uint64_t mask =
        random.Below(65) == 64 ? UINT64_MAX : (uint64_t{1} << random.Below(64)) - 1;
    uint64_t sum = 0;
    for (uint64_t& v : values) {
      v = random.Below(2) != 0 ? random.Below(UINT64_MAX) & mask : sum;
      sum += 3;
    }
    std::string bytes;
    AppendPacked(bytes, values);
    std::string_view rest = bytes;
    std::vector<uint64_t> read;
    ASSERT_TRUE(ReadPacked(rest, values.size(), read));
    EXPECT_EQ(read, values);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(WordFilter, LetsEveryWordOfTheBlockThroughAndFewOthers) {
  std::vector<uint64_t> hashes;
  for (int i = 0; i < 10'000; ++i) hashes.push_back(WordHash("word" + std::to_string(i)));
  WordSet words;
  for (int twice = 0; twice < 2; ++twice) {
    for (const uint64_t hash : hashes) words.Add(hash);
  }
  EXPECT_EQ(words.words().size(), hashes.size());
  const std::string filter = MakeWordFilter(words);
  for (const uint64_t hash : hashes) ASSERT_TRUE(MayHoldWord(filter, hash));
  int others = 0;
  for (int i = 0; i < 10'000; ++i) {
    others += MayHoldWord(filter, WordHash("other" + std::to_string(i))) ? 1 : 0;
  }
  EXPECT_LT(others, 200);
  EXPECT_EQ(WordHash("WORD7"), WordHash("word7"));
}

// Messages of every kind that columns know, and hostile ones.
std::vector<model::LogRecord> RandomRecords(base::Random& random, size_t count) {
  std::vector<model::LogRecord> records;
  const uint64_t apart = random.Below(3) == 0 ? 1'000'000 : 1;  // ids of a run may leave room
  for (size_t i = 0; i < count; ++i) {
    model::LogRecord log;
    log.id = random.Below(5) == 0 ? "own-" + std::to_string(i) : FormatId(1000 + i * apart);
    log.time = base::FromMillis(static_cast<int64_t>(random.Below(1000)) - 10);
    log.level = static_cast<model::LogSeverity>(random.Below(6));
    log.service = "service" + std::to_string(random.Below(3));
    switch (random.Below(6)) {
      case 0:
        log.message = "took " + std::to_string(random.Below(100'000)) + "ms, status 007";
        break;
      case 1: log.message = "Refused user=" + std::to_string(random.Below(3)) + " beefbeef"; break;
      case 2: log.message = std::string("\0\xff\x01 raw", 7) + std::to_string(i); break;
      case 3: log.message = "key x9Yz" + std::to_string(random.Below(1000)) + "Q done"; break;
      case 4: log.message = ""; break;
      default: log.message = "connection refused: disk /dev/sda" + std::to_string(random.Below(9));
    }
    if (random.Below(2) == 0) log.trace_id = std::string(32, 'a');
    if (random.Below(2) == 0) log.fields = {{"pod", "p" + std::to_string(random.Below(4))}};
    if (random.Below(9) == 0) log.fields.emplace_back("n", std::to_string(i));
    records.push_back(std::move(log));
  }
  return records;
}

struct Sealed {
  std::shared_ptr<LogBatch> batch;
  EncodedLogBlock encoded;
  std::unique_ptr<LogBlock> block;
};

Sealed Seal(const std::vector<model::LogRecord>& records) {
  Sealed sealed;
  sealed.batch = *LogBatch::Parse(*LogBatch::Encode("t", records));
  std::vector<LogRowRef> rows;
  for (uint32_t i = 0; i < records.size(); ++i) rows.push_back({sealed.batch.get(), i});
  sealed.encoded = EncodeLogBlock(rows);
  sealed.block = std::move(*LogBlock::ParseHead(sealed.encoded.meta, sealed.encoded.head));
  EXPECT_TRUE(sealed.block->ParseBody(sealed.encoded.body).ok());
  return sealed;
}

TEST(LogBlock, GivesBackEveryLineAsItCame) {
  base::Random random(5);
  for (int round = 0; round < 20; ++round) {
    const Sealed sealed = Seal(RandomRecords(random, 1 + random.Below(500)));
    BatchLine before(*sealed.batch);
    BlockLine after(*sealed.block);
    for (size_t row = 0; row < sealed.block->rows(); ++row) {
      before.MoveTo(row);
      after.MoveTo(row);
      const model::LogRecord a = before.Record();
      const model::LogRecord b = after.Record();
      ASSERT_EQ(a.id, b.id);
      ASSERT_EQ(a.time, b.time);
      ASSERT_EQ(a.level, b.level);
      ASSERT_EQ(a.service, b.service);
      ASSERT_EQ(a.message, b.message);
      ASSERT_EQ(a.trace_id, b.trace_id);
      ASSERT_EQ(a.fields, b.fields);
    }
    EXPECT_EQ(LogMeta::Parse(sealed.encoded.meta.Encode())->levels, sealed.encoded.meta.levels);
  }
}

// What the block, its filter and its shapes say must never contradict the lines themselves.
TEST(LogMatcher, SaysTheSameOfABlockAsOfItsLines) {
  base::Random random(6);
  const char* texts[] = {"refused",    "REFUSED:", "connection refused",
                         "efuse",      "took",     "5",
                         "ms",         "beef",     "user=1",
                         "key",        "x9Yz12",   "Yz",
                         "status 007", "sda",      "done",
                         "raw",        "sda3",     "007"};
  for (int round = 0; round < 30; ++round) {
    const Sealed sealed = Seal(RandomRecords(random, 1 + random.Below(100)));
    const auto head_only = *LogBlock::ParseHead(sealed.encoded.meta, sealed.encoded.head);
    for (const char* text : texts) {
      for (const bool phrase : {false, true}) {
        SCOPED_TRACE(std::string(text) + (phrase ? " phrase" : " part"));
        const LogCondition condition =
            phrase ? LogCondition::Phrase(text) : LogCondition::Part(text);
        const LogMatcher matcher(condition);
        BatchLine line(*sealed.batch);
        bool any = false;
        for (size_t row = 0; row < sealed.block->rows(); ++row) {
          line.MoveTo(row);
          const bool matches = matcher.Matches(line);
          any |= matches;
          for (const LogBlock* block : {head_only.get(), sealed.block.get()}) {
            const Verdict verdict = matcher.OfShape(*block, block->shape_of(row));
            ASSERT_TRUE(verdict == Verdict::kMaybe || (verdict == Verdict::kYes) == matches)
                << line.message();
          }
        }
        const Verdict filter = matcher.OfFilter(std::string_view(sealed.encoded.filter).substr(1));
        ASSERT_TRUE(!any || filter != Verdict::kNo);
      }
    }
  }
}

TEST(LogMatcher, APhraseBeginsAndEndsWhereWordsDo) {
  const Sealed sealed = Seal([] {
    model::LogRecord log;
    log.id = "x";
    log.message = "Connection refused by 10.0.0.1 after 90ms";
    return std::vector{log};
  }());
  BatchLine line(*sealed.batch);
  line.MoveTo(0);
  const auto holds = [&](const LogCondition& condition) {
    return LogMatcher(condition).Matches(line);
  };
  EXPECT_TRUE(holds(LogCondition::Phrase("connection REFUSED")));
  EXPECT_TRUE(holds(LogCondition::Phrase("10.0.0.1")));
  EXPECT_FALSE(holds(LogCondition::Phrase("refuse")));
  EXPECT_FALSE(holds(LogCondition::Phrase("ms")));
  EXPECT_TRUE(holds(LogCondition::Part("efuse")));
  EXPECT_TRUE(holds(LogCondition::Part("0ms")));
}

TEST(LogBlock, DamagedBytesAreAnErrorAndNoMore) {
  base::Random random(7);
  const Sealed sealed = Seal(RandomRecords(random, 300));
  for (int round = 0; round < 400; ++round) {
    std::string head = sealed.encoded.head;
    std::string body = sealed.encoded.body;
    std::string& damaged = round % 2 == 0 ? head : body;
    damaged[random.Below(damaged.size())] ^= static_cast<char>(1 + random.Below(255));
    if (round % 5 == 0) damaged.resize(random.Below(damaged.size()));
    auto block = LogBlock::ParseHead(sealed.encoded.meta, head);
    if (!block.ok() || !(*block)->ParseBody(body).ok()) continue;
    BlockLine line(**block);
    for (size_t row = 0; row < (*block)->rows(); ++row) {
      line.MoveTo(row);
      EXPECT_LE(line.Record().message.size(), 10'000u);
    }
  }
}

}  // namespace
}  // namespace vedette::records
