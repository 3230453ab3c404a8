#include "api/remote_read.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "query/testing/memory_store.h"

namespace vedette::api {
namespace {

namespace remote_read = sources::remote_read;

// A short protobuf field of bytes.
std::string Field(int tag, const std::string& bytes) {
  return std::string{static_cast<char>(tag << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}

// As snappy: the length and one literal.
std::string Packed(const std::string& message) {
  return std::string{static_cast<char>(message.size()),
                     static_cast<char>((message.size() - 1) << 2)} +
         message;
}

// Kinds of answers, as fields of a request.
const std::string kSamples("\x10\x00", 2);
const std::string kChunks("\x10\x01", 2);

// {job="a"} from 0 to 100 ms.
std::string RequestBody(const std::string& more = "") {
  return Packed(
      Field(1, std::string("\x08\x00\x10\x64", 4) + Field(3, Field(2, "job") + Field(3, "a"))) +
      more);
}

class RemoteReadRoute : public testing::Test {
 protected:
  RemoteReadRoute() {
    for (const int64_t t_ms : {0, 50, 100, 101}) {
      store_.Add("acme", model::Labels({{"__name__", "m"}, {"job", "a"}}), t_ms, 1);
      store_.Add("acme", model::Labels({{"__name__", "m"}, {"job", "b"}}), t_ms, 2);
      store_.Add("other", model::Labels({{"__name__", "m"}, {"job", "a"}}), t_ms, 3);
    }
  }
  net::Response Ask(std::string body, RemoteReadOptions options = {}) {
    net::Request request;
    request.method = "POST";
    request.body = std::move(body);
    request.body_bytes_max = body_bytes_max_;
    const Route route = RemoteReadRoutes(store_, options).at(0);
    EXPECT_EQ(route.permission, Permission::kRead);
    return route.handler(
        Call{.request = request, .caller = {"test", "acme"}, .path_values = {}, .now = {}});
  }
  query::testing::MemoryStore store_;
  size_t body_bytes_max_ = 1000;
};

TEST_F(RemoteReadRoute, AnswersWithTheSamplesOfTheCallersTenant) {
  remote_read::ResponseWriter want;
  const model::Labels labels({{"__name__", "m"}, {"job", "a"}});
  const std::vector<int64_t> times = {0, 50, 100};
  const std::vector<double> values = {1, 1, 1};
  want.BeginQuery();
  want.Add({labels, times, values, {}});
  want.EndQuery();

  const net::Response response = Ask(RequestBody());

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Get("Content-Type"), "application/x-protobuf");
  EXPECT_EQ(response.headers.Get("Content-Encoding"), "snappy");
  EXPECT_EQ(response.body, want.Finish());
}

TEST_F(RemoteReadRoute, StreamsChunksToAClientThatPrefersThem) {
  remote_read::FrameWriter want;
  const model::Labels labels({{"__name__", "m"}, {"job", "a"}});
  const std::vector<int64_t> times = {0, 50, 100};
  const std::vector<double> values = {1, 1, 1};
  want.Add(0, {labels, times, values, {}});

  const net::Response response = Ask(RequestBody(kChunks + kSamples));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Get("Content-Type"),
            "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
  EXPECT_EQ(response.headers.Get("Content-Encoding"), "");
  EXPECT_EQ(response.body, want.Finish());
  EXPECT_EQ(Ask(RequestBody(kSamples + kChunks)).headers.Get("Content-Encoding"), "snappy");
}

TEST_F(RemoteReadRoute, AnswersHistogramsWithSamplesOrNotAtAll) {
  model::Histogram histogram;
  histogram.count = 1;
  histogram.zero_count = 1;
  store_.AddHistogram("acme", model::Labels({{"__name__", "h"}, {"job", "a"}}), 50, histogram);
  const net::Response samples = Ask(RequestBody(kChunks + kSamples));
  EXPECT_EQ(samples.status, 200);
  EXPECT_EQ(samples.headers.Get("Content-Type"), "application/x-protobuf");
  const net::Response refused = Ask(RequestBody(kChunks));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("native histograms"), std::string::npos) << refused.body;
}

TEST_F(RemoteReadRoute, NamesTheLimitThatARequestMeets) {
  RemoteReadOptions few;
  few.samples_max = 2;
  EXPECT_EQ(Ask(RequestBody(), few).status, 400);
  EXPECT_NE(Ask(RequestBody(), few).body.find("too many samples"), std::string::npos);
  RemoteReadOptions small;
  small.answer_bytes_max = 10;
  EXPECT_NE(Ask(RequestBody(), small).body.find("more than 10 bytes"), std::string::npos);
  EXPECT_EQ(Ask("garbage").status, 400);
  // Streamed chunks have the same limits.
  EXPECT_NE(Ask(RequestBody(kChunks), small).body.find("more than 10 bytes"), std::string::npos);
  // A kind of answer that nobody knows.
  EXPECT_EQ(Ask(RequestBody("\x10\x07")).status, 400);
  body_bytes_max_ = 10;
  EXPECT_NE(Ask(RequestBody()).body.find("decompressed; the limit is 10"), std::string::npos);
}

}  // namespace
}  // namespace vedette::api
