#include "sources/remote_read/messages.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <snappy.h>
#include <utility>

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <protozero/varint.hpp>

#include "sources/remote_read/xor_chunk.h"

namespace vedette::sources::remote_read {
namespace {

std::string Packed(const std::string& message) {
  std::string packed;
  snappy::Compress(message.data(), message.size(), &packed);
  return packed;
}

// A request of `queries` queries with `matchers` matchers of a type each.
std::string RequestOf(int queries, int matchers, int type, const std::vector<int32_t>& kinds = {}) {
  std::string message;
  protozero::pbf_writer writer(message);
  for (int q = 0; q < queries; ++q) {
    protozero::pbf_writer query(writer, 1);
    query.add_int64(1, -5);
    query.add_int64(2, 1000 + q);
    for (int m = 0; m < matchers; ++m) {
      protozero::pbf_writer matcher(query, 3);
      matcher.add_enum(1, type);
      matcher.add_string(2, "job");
      matcher.add_string(3, "a.*");
    }
    protozero::pbf_writer hints(query, 4);
    hints.add_int64(1, 15'000);
  }
  for (const int32_t kind : kinds) writer.add_enum(2, kind);
  return Packed(message);
}

TEST(RemoteRead, ReadsQueriesWithTheirMatchers) {
  const auto request = DecodeRequest(RequestOf(2, 1, 3), {});
  ASSERT_TRUE(request.ok()) << request.error().message;
  ASSERT_EQ(request->queries.size(), 2U);
  const Query& query = request->queries[1];
  EXPECT_EQ(query.from_ms, -5);
  EXPECT_EQ(query.to_ms, 1001);
  ASSERT_EQ(query.matchers.size(), 1U);
  EXPECT_EQ(query.matchers[0].name(), "job");
  EXPECT_EQ(query.matchers[0].op(), model::MatchOp::kNotRegex);
  EXPECT_EQ(query.matchers[0].value(), "a.*");
}

TEST(RemoteRead, KeepsTheClientsOrderOfKinds) {
  using Kinds = std::vector<AnswerKind>;
  const auto kinds = [](const std::vector<int32_t>& sent) {
    return DecodeRequest(RequestOf(1, 0, 0, sent), {})->kinds;
  };
  EXPECT_EQ(kinds({}), Kinds{AnswerKind::kSamples});
  EXPECT_EQ(kinds({1}), Kinds{AnswerKind::kStreamedChunks});
  EXPECT_EQ(kinds({1, 0, 1, 7}), (Kinds{AnswerKind::kStreamedChunks, AnswerKind::kSamples}));
  EXPECT_EQ(kinds({0, 1}), (Kinds{AnswerKind::kSamples, AnswerKind::kStreamedChunks}));
  EXPECT_EQ(kinds({7}), Kinds{});
}

TEST(RemoteRead, FramesHoldTheirChecksumAndSplitALongSeries) {
  const model::Labels labels({std::pair("__name__", "m")});
  std::vector<int64_t> times;
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) {
    times.push_back(i * 1000);
    values.push_back(i * 0.1);
  }
  FrameWriter writer(500);
  writer.Add(2, {labels, times, values, {}});
  const std::string stream = writer.Finish();
  EXPECT_EQ(writer.size(), 0U);

  const char* p = stream.data();
  const char* const end = p + stream.size();
  std::vector<int64_t> firsts, lasts;
  int frames = 0;
  for (; p != end; ++frames) {
    const uint64_t size = protozero::decode_varint(&p, end);
    uint32_t crc = 0;
    for (int i = 0; i < 4; ++i) crc = crc << 8 | static_cast<uint8_t>(*p++);
    const std::string_view frame(p, size);
    p += size;
    EXPECT_EQ(crc, Crc32c(frame));
    protozero::pbf_reader response(frame.data(), frame.size());
    ASSERT_TRUE(response.next(1));
    protozero::pbf_reader series = response.get_message();
    ASSERT_TRUE(response.next(2));
    EXPECT_EQ(response.get_int64(), 2);
    ASSERT_TRUE(series.next(1));  // each frame says whose chunks they are
    series.skip();
    while (series.next(2)) {
      protozero::pbf_reader chunk = series.get_message();
      ASSERT_TRUE(chunk.next(1));
      firsts.push_back(chunk.get_int64());
      ASSERT_TRUE(chunk.next(2));
      lasts.push_back(chunk.get_int64());
      ASSERT_TRUE(chunk.next(3));
      EXPECT_EQ(chunk.get_enum(), 1);
    }
  }
  EXPECT_GT(frames, 1);
  EXPECT_EQ(firsts, (std::vector<int64_t>{0, 120'000, 240'000}));
  EXPECT_EQ(lasts, (std::vector<int64_t>{119'000, 239'000, 299'000}));
}

TEST(RemoteRead, RefusesWhatIsNoRequestAndWhatIsTooMuch) {
  const DecodeLimits limits{.decoded_bytes_max = 200, .queries_max = 2, .matchers_max = 3};
  struct Case {
    std::string body;
    std::string_view message;
  };
  const Case cases[] = {
      {"", "not compressed with snappy"},
      {"\xFF\xFF\xFF\xFF\x0F zzz", "limit is 200"},
      {Packed("\x0A\x7F"), "no prometheus.ReadRequest"},
      {Packed(std::string(201, 'x')), "limit is 200"},
      {RequestOf(3, 0, 0), "more than 2 queries"},
      {RequestOf(1, 4, 0), "more than 3 matchers"},
      {RequestOf(1, 1, 4), "no matcher of type 4"},
  };
  for (const Case& c : cases) {
    const auto request = DecodeRequest(c.body, limits);
    ASSERT_FALSE(request.ok()) << c.message;
    EXPECT_EQ(request.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_NE(request.error().message.find(c.message), std::string::npos)
        << request.error().message;
  }
}

TEST(RemoteRead, WritesLabelsSamplesAndHistograms) {
  const model::Labels labels({{"__name__", "m"}, {"job", "a"}});
  auto histogram = std::make_shared<model::Histogram>();
  histogram->count = 3;
  histogram->sum = 4.5;
  histogram->positive_runs = {{-2, 1}};
  histogram->positive_buckets = {3};
  const std::vector<int64_t> times = {1000, 2000};
  const std::vector<double> values = {1.5, 4.5};
  const std::vector<std::shared_ptr<const model::Histogram>> histograms = {nullptr, histogram};
  ResponseWriter writer;
  writer.BeginQuery();
  writer.Add({labels, times, values, histograms});
  writer.EndQuery();
  EXPECT_GT(writer.size(), 20U);
  const std::string packed = writer.Finish();
  EXPECT_EQ(writer.size(), 0U);

  std::string message;
  ASSERT_TRUE(snappy::Uncompress(packed.data(), packed.size(), &message));
  protozero::pbf_reader response(message);
  ASSERT_TRUE(response.next(1));
  protozero::pbf_reader result = response.get_message();
  ASSERT_TRUE(result.next(1));
  protozero::pbf_reader series = result.get_message();
  std::map<std::string, std::string> found;
  int samples = 0;
  int native = 0;
  while (series.next()) {
    const auto tag = series.tag();
    protozero::pbf_reader part = series.get_message();
    if (tag == 1) {
      part.next();
      const std::string name = part.get_string();
      part.next();
      found[name] = part.get_string();
    } else if (tag == 2) {
      ++samples;
      ASSERT_TRUE(part.next(1));
      EXPECT_EQ(part.get_double(), 1.5);
      ASSERT_TRUE(part.next(2));
      EXPECT_EQ(part.get_int64(), 1000);
    } else {
      ++native;
      ASSERT_EQ(tag, 4U);
      ASSERT_TRUE(part.next(2));
      EXPECT_EQ(part.get_double(), 3);
      ASSERT_TRUE(part.next(11));
      protozero::pbf_reader span = part.get_message();
      ASSERT_TRUE(span.next(1));
      EXPECT_EQ(span.get_sint32(), -2);
      ASSERT_TRUE(part.next(15));
      EXPECT_EQ(part.get_int64(), 2000);
    }
  }
  EXPECT_EQ(found, (std::map<std::string, std::string>{{"__name__", "m"}, {"job", "a"}}));
  EXPECT_EQ(samples, 1);
  EXPECT_EQ(native, 1);
}

}  // namespace
}  // namespace vedette::sources::remote_read
