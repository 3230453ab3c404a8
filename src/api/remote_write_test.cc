#include "api/remote_write.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"
#include "model/labels.h"

namespace vedette::api {
namespace {

void AddField(std::string& out, char tag, const std::string& bytes) {
  out += tag;
  model::AppendVarint(out, bytes.size());
  out += bytes;
}

std::string SampleMessage(const model::Sample& sample) {
  std::string message = "\x09";
  message.append(reinterpret_cast<const char*>(&sample.value), 8);
  message += '\x10';
  model::AppendVarint(message, static_cast<uint64_t>(sample.t_ms));
  return message;
}

// A snappy block of one literal.
std::string Pack(const std::string& message) {
  std::string body;
  model::AppendVarint(body, message.size());
  if (message.empty()) return body;
  body += '\xF4';
  body += static_cast<char>((message.size() - 1) & 0xFF);
  body += static_cast<char>((message.size() - 1) >> 8);
  return body + message;
}

// 1.0: up{job="x"} with these samples, packed.
std::string WriteBody(const std::vector<model::Sample>& samples, bool named = true) {
  const auto label = [&](std::string& out, const std::string& name, const std::string& value) {
    std::string message;
    AddField(message, '\x0A', name);
    AddField(message, '\x12', value);
    AddField(out, '\x0A', message);
  };
  std::string series;
  if (named) label(series, "__name__", "up");
  label(series, "job", "x");
  for (const model::Sample& sample : samples) AddField(series, '\x12', SampleMessage(sample));
  std::string request;
  AddField(request, '\x0A', series);
  return Pack(request);
}

// The handler over an ingester with stores in memory.
class RemoteWriteTest : public testing::Test {
 protected:
  net::Response Post(std::string body, const std::vector<net::Header>& headers) {
    net::Request request;
    request.method = "POST";
    request.path = "/api/v1/write";
    for (const net::Header& header : headers) request.headers.Add(header.name, header.value);
    request.body = std::move(body);
    request.body_bytes_max = body_bytes_max_;
    return routes_[0].handler(Call{.request = request,
                                   .caller = {"loopback", "shop", true},
                                   .path_values = {},
                                   .now = clock_.Now()});
  }
  static std::string Written(const net::Response& response) {
    std::string out;
    for (const std::string kind : {"Samples", "Histograms", "Exemplars"}) {
      const std::string name = "X-Prometheus-Remote-Write-" + kind + "-Written";
      out += (out.empty() ? "" : " ") +
             (response.headers.Has(name) ? std::string(response.headers.Get(name)) : "-");
    }
    return out;
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  size_t body_bytes_max_ = 32 << 20;
  std::vector<std::string> families_;
  std::vector<Route> routes_ = RemoteWriteRoutes(
      ingester_, {.decoder = {},
                  .on_metadata = [this](const model::TenantName& tenant, const FamilyMetadata& m) {
                    families_.push_back(tenant + " " + std::string(m.family) + " " +
                                        std::string(m.type) + " " + std::string(m.help));
                  }});
};

const std::vector<net::Header> kRemoteWrite = {{"Content-Type", "application/x-protobuf"},
                                               {"Content-Encoding", "snappy"},
                                               {"X-Prometheus-Remote-Write-Version", "0.1.0"}};

TEST_F(RemoteWriteTest, StoresAndAnswers204) {
  const net::Response response = Post(WriteBody({{1000, 1}, {2000, 0.5}}), kRemoteWrite);

  EXPECT_EQ(response.status, 204) << response.body;
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(series_.Dump("shop"), "up{job=\"x\"} 1000 1\nup{job=\"x\"} 2000 0.5\n");
}

TEST_F(RemoteWriteTest, NamesWhatItRefusedAndStoresTheRest) {
  const int64_t now = base::ToMillis(clock_.Now());

  const net::Response response = Post(WriteBody({{now, 1}, {now + 3'600'000, 2}}), kRemoteWrite);

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      response.body,
      "1 of 2 samples were refused, the others are stored; the first: series up{job=\"x\"} at "
      "1700003600000: too new\n");
  EXPECT_EQ(series_.Dump("shop"), "up{job=\"x\"} 1700000000000 1\n");
  EXPECT_EQ(Post(WriteBody({{1, 1}}, false), kRemoteWrite).body,
            "1 of 1 samples were refused, the others are stored; the first: series {job=\"x\"}: it "
            "has no metric name\n");
}

TEST_F(RemoteWriteTest, HoldsTheDecompressedBodyToTheLimitOfBodies) {
  body_bytes_max_ = 40;
  std::vector<net::Header> symbols = kRemoteWrite;
  symbols[0].value += "; proto=io.prometheus.write.v2.Request";

  EXPECT_EQ(Post(WriteBody({{1000, 1}}), kRemoteWrite).body,
            "remote write: the body claims 42 bytes when decompressed; the limit is 40\n");
  EXPECT_EQ(Post(WriteBody({{1000, 1}}), symbols).body,
            "remote write: the body claims 42 bytes when decompressed; the limit is 40\n");
}

TEST_F(RemoteWriteTest, RefusesABombAndBrokenBodies) {
  const net::Response bomb = Post(std::string("\x80\x80\x80\x80\x04") + "boom", kRemoteWrite);
  EXPECT_EQ(bomb.status, 400);
  EXPECT_EQ(bomb.body,
            "remote write: the body claims 1073741824 bytes when decompressed; the limit is "
            "33554432\n");
  EXPECT_EQ(Post("", kRemoteWrite).status, 400);
}

TEST_F(RemoteWriteTest, Answers415ForOtherProtocols) {
  const std::vector<std::pair<std::vector<net::Header>, std::string>> cases = {
      {{{"Content-Type", "application/json"}},
       "remote write: the content type application/json is not application/x-protobuf\n"},
      {{{"Content-Type", "application/x-protobuf;proto=io.prometheus.write.v3.Request"}},
       "remote write: only prometheus.WriteRequest (remote write 1.0) and "
       "io.prometheus.write.v2.Request (2.0) are understood, not io.prometheus.write.v3.Request\n"},
      {{{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "zstd"}},
       "remote write: the content encoding zstd is not snappy\n"},
  };
  for (const auto& [headers, want] : cases) {
    const net::Response response = Post(WriteBody({{1, 1}}), headers);
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(response.body, want);
  }
  EXPECT_EQ(Post(WriteBody({{1, 1}}),
                 {{"Content-Type", "application/x-protobuf;proto=prometheus.WriteRequest"}})
                .status,
            204);
}

TEST_F(RemoteWriteTest, SaysWhenToTryAgain) {
  series_.FailNext(base::Unavailable("the disk is full"));
  const net::Response full = Post(WriteBody({{1, 1}}), kRemoteWrite);
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.body, "the disk is full\n");
  EXPECT_EQ(full.headers.Get("Retry-After"), "1");

  auto limits = std::make_shared<ingest::Limits>();
  limits->standard.samples_per_second = 1;
  limits->standard.burst_seconds = 1;
  ingester_.SetLimits(limits);
  EXPECT_EQ(Post(WriteBody({{1, 1}}), kRemoteWrite).status, 204);
  const net::Response throttled = Post(WriteBody({{2, 1}}), kRemoteWrite);
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.headers.Get("Retry-After"), "1");
}

const std::vector<net::Header> kSymbols = {
    {"Content-Type", "application/x-protobuf; proto=io.prometheus.write.v2.Request"},
    {"Content-Encoding", "snappy"},
    {"X-Prometheus-Remote-Write-Version", "2.0.0"}};

// 2.0: up{job="x"} with these samples, what else the series holds, and other series.
std::string SymbolsBody(const std::vector<model::Sample>& samples, const std::string& more = "",
                        const std::string& refs = "\x01\x02\x03\x04",
                        const std::string& others = "") {
  std::string request;
  for (const std::string symbol : {"", "__name__", "up", "job", "x", "Is it up?", "trace_id"}) {
    AddField(request, '\x22', symbol);
  }
  std::string series;
  AddField(series, '\x0A', refs);
  for (const model::Sample& sample : samples) AddField(series, '\x12', SampleMessage(sample));
  AddField(request, '\x2A', series + more);
  return Pack(request + others);
}

TEST_F(RemoteWriteTest, TakesVersion2AndSaysWhatItWrote) {
  std::string exemplar;
  AddField(exemplar, '\x0A', "\x06\x04");
  std::string more;
  AddField(more, '\x22', exemplar);
  AddField(more, '\x2A', "\x08\x02\x18\x05");  // a gauge, with help

  const net::Response response = Post(SymbolsBody({{1000, 1}, {2000, 0.5}}, more), kSymbols);

  EXPECT_EQ(response.status, 204) << response.body;
  EXPECT_EQ(Written(response), "2 0 1");
  EXPECT_EQ(series_.Dump("shop"), "up{job=\"x\"} 1000 1\nup{job=\"x\"} 2000 0.5\n");
  EXPECT_EQ(families_, std::vector<std::string>{"shop up gauge Is it up?"});
}

TEST_F(RemoteWriteTest, Version2SaysWhatItWroteOfAPartialWrite) {
  const int64_t now = base::ToMillis(clock_.Now());
  const net::Response partial = Post(SymbolsBody({{now, 1}, {now + 3'600'000, 2}}), kSymbols);
  EXPECT_EQ(partial.status, 400);
  EXPECT_EQ(Written(partial), "1 0 0");

  const net::Response odd = Post(SymbolsBody({{now, 1}}, "", "\x01\x02\x03"), kSymbols);
  EXPECT_EQ(odd.status, 400);
  EXPECT_EQ(Written(odd), "0 0 0");
  EXPECT_EQ(odd.body,
            "1 of 1 samples were refused, the others are stored; the first: series up{}: it has an "
            "odd number of label references: 3\n");
  const net::Response empty = Post(SymbolsBody({}), kSymbols);
  EXPECT_EQ(empty.status, 400);
  EXPECT_EQ(empty.body,
            "1 series were refused, the others are stored; the first: series up{job=\"x\"}: it has "
            "neither samples nor histograms\n");
}

// A series up{x="job"} of empty native histograms at these times.
std::string HistogramSeries(const std::vector<int64_t>& times_ms) {
  std::string series;
  AddField(series, '\x0A', "\x01\x02\x04\x03");
  for (const int64_t t_ms : times_ms) {
    std::string message("\x08\x00\x30\x00\x78", 5);  // the counts, of all and of zero, and the time
    model::AppendVarint(message, static_cast<uint64_t>(t_ms));
    AddField(series, '\x1A', message);
  }
  std::string field;
  AddField(field, '\x2A', series);
  return field;
}

TEST_F(RemoteWriteTest, Version2TellsRefusedHistogramsFromRefusedSamples) {
  const int64_t now = base::ToMillis(clock_.Now());
  const int64_t late = now + 3'600'000;
  const auto post = [&](const std::vector<model::Sample>& samples,
                        const std::vector<int64_t>& histograms) {
    return Post(SymbolsBody(samples, "", "\x01\x02\x03\x04", HistogramSeries(histograms)),
                kSymbols);
  };
  EXPECT_EQ(Written(post({{now, 1}, {now + 2, 2}}, {now + 1, late})), "2 1 0");
  EXPECT_EQ(Written(post({{now, 1}, {late, 2}}, {now + 1})), "1 1 0");
  EXPECT_EQ(Written(post({{late, 1}}, {now + 1, late})), "0 1 0");
}

TEST_F(RemoteWriteTest, EveryAnswerToVersion2HasTheCounts) {
  EXPECT_EQ(Written(Post("garbage", kSymbols)), "0 0 0");
  series_.FailNext(base::Unavailable("the disk is full"));
  const net::Response full = Post(SymbolsBody({{1, 1}}), kSymbols);
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(Written(full), "0 0 0");
  // Sent again, all of it is there.
  EXPECT_EQ(Written(Post(SymbolsBody({{1, 1}}), kSymbols)), "1 0 0");
  EXPECT_EQ(Written(Post(SymbolsBody({{1, 1}}), kSymbols)), "1 0 0");
  std::vector<net::Header> zstd = kSymbols;
  zstd[1].value = "zstd";
  const net::Response foreign = Post(SymbolsBody({{1, 1}}), zstd);
  EXPECT_EQ(foreign.status, 415);
  EXPECT_EQ(Written(foreign), "0 0 0");
  EXPECT_EQ(Written(Post(WriteBody({{2, 1}}), kRemoteWrite)), "- - -");
}

}  // namespace
}  // namespace vedette::api
