#include "series/format.h"

#include <cmath>
#include <gtest/gtest.h>

#include "base/random.h"
#include "series/log_record.h"

namespace vedette::series {
namespace {

TEST(Format, ChunkKeysSortByDayTenantSeriesAndTime) {
  const ChunkId ordered[] = {
      {.tenant = 9, .ref = 9, .min_t_ms = -kBucketMs - 1},
      {.tenant = 1, .ref = 1, .min_t_ms = -1},
      {.tenant = 1, .ref = 1, .min_t_ms = 0},
      {.tenant = 1, .ref = 1, .min_t_ms = 0, .number = 4},
      {.tenant = 1, .ref = 1, .min_t_ms = 0, .kind = ChunkKind::kOutOfOrder, .number = 2},
      {.tenant = 1, .ref = 1, .min_t_ms = 500},
      {.tenant = 1, .ref = MakeRef(1, 0), .min_t_ms = 1},
      {.tenant = 2, .ref = 1, .min_t_ms = 0},
      {.tenant = 1, .ref = 1, .min_t_ms = kBucketMs},
  };
  std::string previous;
  for (const ChunkId& id : ordered) {
    const std::string key(KeyOfChunk(id));
    EXPECT_LT(previous, key);
    previous = key;

    const base::Result<ChunkId> back = ParseChunkKey(key);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->tenant, id.tenant);
    EXPECT_EQ(back->ref, id.ref);
    EXPECT_EQ(back->min_t_ms, id.min_t_ms);
    EXPECT_EQ(back->kind, id.kind);
    EXPECT_EQ(back->number, id.number);
    EXPECT_EQ(*ParseBucket(key), BucketOf(id.min_t_ms));
  }
}

TEST(Format, HeadRecordsSurviveAndNoticeDamage) {
  HeadRecord record{.applied_seq = 77,
                    .first_t_ms = -5,
                    .disk_max_t_ms = 12,
                    .next_number = 3,
                    .out_of_order_on_disk = true,
                    .open_chunk = "bytes",
                    .out_of_order = {{1, 2.5}, {3, -0.0}}};
  std::string bytes;
  EncodeHead(record, bytes);

  const base::Result<HeadRecord> back = DecodeHead(bytes);

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->applied_seq, 77u);
  EXPECT_EQ(back->first_t_ms, -5);
  EXPECT_EQ(back->disk_max_t_ms, 12);
  EXPECT_EQ(back->next_number, 3u);
  EXPECT_TRUE(back->out_of_order_on_disk);
  EXPECT_EQ(back->open_chunk, "bytes");
  ASSERT_EQ(back->out_of_order.size(), 2u);
  EXPECT_EQ(back->out_of_order[0].t_ms, 1);
  EXPECT_TRUE(std::signbit(back->out_of_order[1].value));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_FALSE(DecodeHead(damaged).ok()) << i;
    EXPECT_FALSE(DecodeHead(bytes.substr(0, i)).ok()) << i;
  }
}

TEST(Format, StoreRecordOfALaterVersionIsRefusedByName) {
  std::string bytes = EncodeStore({.shards = 2, .hash_seed = 5});
  bytes[0] = 9;
  EXPECT_EQ(DecodeStore(bytes).error().code, base::ErrorCode::kFailedPrecondition);
}

TEST(LogRecord, GivesBackEverySampleInOrder) {
  base::Random random(11);
  LogRecordWriter writer;
  for (int round = 0; round < 50; ++round) {
    writer.Clear();
    std::vector<LoggedSample> samples;
    for (uint64_t n = 1 + random.Below(3000); n > 0; --n) {
      samples.push_back({.counter = random.Below(uint64_t{1} << (1 + random.Below(48))),
                         .t_ms = static_cast<int64_t>(random.Next() >> random.Below(64)),
                         .value = std::bit_cast<double>(random.Next())});
      writer.Add(samples.back());
    }
    const std::string bytes(writer.Finish());

    std::vector<LoggedSample> back;
    std::vector<LoggedHistogram> histograms;
    ASSERT_TRUE(ReadLogRecord(bytes, back, histograms).ok());
    ASSERT_EQ(back.size(), samples.size());
    for (size_t i = 0; i < back.size(); ++i) {
      ASSERT_EQ(back[i].counter, samples[i].counter);
      ASSERT_EQ(back[i].t_ms, samples[i].t_ms);
      ASSERT_EQ(std::bit_cast<uint64_t>(back[i].value), std::bit_cast<uint64_t>(samples[i].value));
    }
    back.clear();
    EXPECT_FALSE(
        ReadLogRecord(std::string_view(bytes).substr(0, bytes.size() - 1), back, histograms).ok());
  }
}

}  // namespace
}  // namespace vedette::series
