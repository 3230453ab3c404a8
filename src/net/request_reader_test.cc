#include "net/request_reader.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zstd.h>

#include "base/random.h"
#include "net/gzip.h"

namespace vedette::net {
namespace {

using State = RequestReader::State;

constexpr size_t kBodyMax = 100'000;

ReaderLimits Limits() {
  ReaderLimits limits;
  limits.header_bytes_max = 2048;
  limits.headers_max = 10;
  limits.body_limit = [](std::string_view path) { return path == "/small" ? 10 : kBodyMax; };
  return limits;
}

// What a reader makes of a stream: requests as text, then "!status" when it refuses.
std::string Outcome(std::string_view stream, size_t piece) {
  const ReaderLimits limits = Limits();
  BodyBudget budget(16 << 20);
  RequestReader reader(limits, budget);
  std::string outcome;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty() && reader.state() != State::kFailed) {
      part.remove_prefix(reader.Feed(part));
      if (reader.state() == State::kComplete) {
        const Request request = reader.TakeRequest();
        outcome += request.method + " " + request.path + " [" + request.body + "] ";
        reader.Next();
      }
    }
  }
  if (reader.state() == State::kFailed) outcome += "!" + std::to_string(reader.failure().status);
  if (reader.state() == State::kBody || reader.started()) {
    outcome += reader.state() == State::kFailed ? "" : "...";
  }
  return outcome;
}

const std::string kGet = "GET / HTTP/1.1\r\nHost: h\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: h\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

struct Case {
  std::string stream;
  std::string want;
};

void ExpectOutcomes(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(Outcome(c.stream, c.stream.size()), c.want) << c.stream;
    EXPECT_EQ(Outcome(c.stream, 1), c.want) << "byte by byte: " << c.stream;
  }
}

TEST(RequestReader, ReadsWellFormedRequests) {
  ExpectOutcomes({
      {kGet + "\r\n", "GET / [] "},
      {"GET / HTTP/1.0\r\n\r\n", "GET / [] "},
      {"\r\n" + kGet + "\r\n", "GET / [] "},
      {"GET http://h:1/a?b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a [] "},
      {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * [] "},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / [] "},
      {"GET / HTTP/1.1\r\nhOsT:\t h \t\r\n\r\n", "GET / [] "},
      {"GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n", "GET / [] "},
      {kPost + "Content-Length: 0\r\n\r\n", "POST / [] "},
      {kPost + "Content-Length: 3\r\n\r\nabc" + kGet + "\r\n", "POST / [abc] GET / [] "},
      {kPost + "Content-Length: 0003\r\n\r\nabc", "POST / [abc] "},
      {kChunked + "3\r\nabc\r\n0\r\n\r\n" + kGet + "\r\n", "POST / [abc] GET / [] "},
      {kChunked + "0\r\n\r\n", "POST / [] "},
      {kChunked + "a;x=\"y z\"\r\n0123456789\r\n00A\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
       "POST / [01234567890123456789] "},
      {kPost + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", "POST / [] "},
      {kPost + "Content-Encoding: snappy\r\nContent-Length: 2\r\n\r\nxy", "POST / [xy] "},
      {kPost + "Content-Length: 5\r\n\r\nabc", "..."},
      {kChunked + "3\r\nab", "..."},
      {"GET /", "..."},
  });
}

TEST(RequestReader, RefusesAmbiguousFraming) {
  ExpectOutcomes({
      {kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "!400"},
      {kPost + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"},
      {kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "!400"},
      {kPost + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 3, 3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 3,4\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: +3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: -3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 0x3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 3 3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 3.0\r\n\r\nabc", "!400"},
      {kPost + "Content-Length:\r\n\r\nabc", "!400"},
      {kPost + "Content-Length: 18446744073709551617\r\n\r\na", "!400"},
      {kPost + "Content-Length : 3\r\n\r\nabc", "!400"},
      {kPost + "Content-Length\t: 3\r\n\r\nabc", "!400"},
      {kPost + " Content-Length: 3\r\n\r\nabc", "!400"},
      {kPost + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: identity\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: xchunked\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: chunked, identity\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: \x0b"
               "chunked\r\n\r\n",
       "!400"},
      {kPost + "Transfer-Encoding:\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: \"chunked\"\r\n\r\n", "!400"},
      {kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", "!501"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"},
  });
}

TEST(RequestReader, RefusesMalformedLines) {
  ExpectOutcomes({
      {kGet + "X: a\r\n b\r\n\r\n", "!400"},
      {kGet + "X: a\r\n\tb\r\n\r\n", "!400"},
      {kGet + "X: a\n\r\n", "!400"},
      {"GET / HTTP/1.1\nHost: h\n\n", "!400"},
      {kGet + "X: a\rY: b\r\n\r\n", "!400"},
      {kGet + "\n", "!400"},
      {kGet + "X: a\r\r\n\r\n", "!400"},
      {kGet + std::string("X: a\0b\r\n\r\n", 10), "!400"},
      {kGet + "X: a\x7f\r\n\r\n", "!400"},
      {kGet + "X\r\n\r\n", "!400"},
      {kGet + ": a\r\n\r\n", "!400"},
      {kGet + "X(Y): a\r\n\r\n", "!400"},
      {kGet + "X Y: a\r\n\r\n", "!400"},
      {kGet + "X\x80: a\r\n\r\n", "!400"},
      {"\r\n\r\n\r\n" + kGet + "\r\n", "!400"},
      {"\n" + kGet + "\r\n", "!400"},
  });
}

TEST(RequestReader, RefusesMalformedRequestLinesAndHosts) {
  ExpectOutcomes({
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET /  HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "!400"},
      {"GET /\r\n\r\n", "!400"},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET / HTTP/1.10\r\nHost: h\r\n\r\n", "!400"},
      {"GET / HTTP/ 1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "!505"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!505"},
      {"GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "!501"},
      {"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", "!501"},
      {"get / HTTP/1.1\r\nHost: h\r\n\r\n", "!501"},
      {"\x16\x03\x01\x02", "!400"},
      {"GET / HTTP/1.1\r\n\r\n", "!400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "!400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "!400"},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "!400"},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "!400"},
      {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "!400"},
      {"GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
      {kPost + "Expect: 200-maybe\r\nContent-Length: 1\r\n\r\na", "!417"},
      {kPost + "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na",
       "!400"},
      {kPost + "Content-Encoding: zstd\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na",
       "!400"},
      {kPost + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\na", "!415"},
      {kPost + "Content-Encoding: gzip, zstd\r\nContent-Length: 1\r\n\r\na", "!415"},
  });
}

TEST(RequestReader, RefusesMalformedChunks) {
  const std::vector<std::string> bodies = {
      "x\r\n",
      "\r\n",
      "-1\r\n",
      "+1\r\n",
      "0x1\r\n",
      " 1\r\na\r\n",
      "1 \r\na\r\n",
      "1\na\n0\n\n",
      "1\r\nab\r\n",
      "1\r\na\n0\r\n\r\n",
      "1\r\na0\r\n\r\n",
      "1\r\na\rX",
      "1;a\nb\r\na\r\n",
      "1;a\rb\r\na\r\n",
      "1\rXa\r\n",
      "FFFFFFFFFFFFFFFF\r\na",
      "10000000000\r\na",
      "00000000000000001\r\na\r\n",
      "123456789ABCDEF01\r\na",
      "1,1\r\na\r\n",
      "0\r\nbad trailer\r\n\r\n",
      "0\r\nA : 1\r\n\r\n",
      "0\r\n A: 1\r\n\r\n",
      "0\r\nA: 1\n\r\n",
      "0\r\nA: \r\rX\r\n",
      "0\r\n\rX",
      "1;" + std::string(300, 'x') + "\r\na\r\n",
      "0\r\nA: " + std::string(5000, 'x') + "\r\n\r\n",
  };
  for (const std::string& body : bodies) {
    const std::string stream = kChunked + body;
    EXPECT_EQ(Outcome(stream, stream.size()), "!400") << body;
    EXPECT_EQ(Outcome(stream, 1), "!400") << "byte by byte: " << body;
  }
}

TEST(RequestReader, KeepsToItsLimits) {
  std::string many = kGet;
  for (int i = 0; i < 10; ++i) many += "X: y\r\n";
  ExpectOutcomes({
      {"GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", "!414"},
      {kGet + "X: " + std::string(3000, 'a') + "\r\n\r\n", "!431"},
      {many + "\r\n", "!431"},
      {"POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n", "!413"},
      {"POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789",
       "POST /small [0123456789] "},
      {"POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a",
       "!413"},
      {kPost + "Content-Length: 999999999999999999\r\n\r\n", "!413"},
  });
}

TEST(RequestReader, RefusesTooManyParameters) {
  std::string query;
  for (int i = 0; i < 257; ++i) query += "a&";
  const ReaderLimits limits = Limits();
  BodyBudget budget(16 << 20);
  RequestReader reader(limits, budget);
  reader.Feed("GET /?" + query + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(reader.state(), State::kFailed);
  EXPECT_EQ(reader.failure().status, 400);
}

std::string GzipPost(std::string_view compressed) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: " +
         std::to_string(compressed.size()) + "\r\n\r\n" + std::string(compressed);
}

std::string ZstdPost(std::string_view compressed) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: zstd\r\nContent-Length: " +
         std::to_string(compressed.size()) + "\r\n\r\n" + std::string(compressed);
}

std::string ZstdCompress(std::string_view text, int window_log = 20) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  // Without the size in the frame, as a stream is written.
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  while (ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_end) != 0) {
  }
  out.resize(output.pos);
  return out;
}

TEST(RequestReader, DecodesZstd) {
  const std::string plain = std::string(50'000, 'a') + "end";
  const std::string once = ZstdCompress(plain);
  const std::string twice = once + ZstdCompress(std::string(200, 'b'));
  ExpectOutcomes({
      {ZstdPost(once), "POST / [" + plain + "] "},
      {ZstdPost(twice), "POST / [" + plain + std::string(200, 'b') + "] "},
      {ZstdPost(once.substr(0, once.size() - 1)), "!400"},
      {ZstdPost(once + "x"), "!400"},
      {ZstdPost("not zstd at all"), "!400"},
      {ZstdPost(once + once), "!413"},
  });
}

TEST(RequestReader, RefusesZstdThatWantsALargeWindow) {
  const std::string large(20 << 20, 'x');
  ExpectOutcomes({{ZstdPost(ZstdCompress(large, 24)), "!400"}});
}

TEST(RequestReader, DecodesGzip) {
  const std::string plain = std::string(50'000, 'a') + "end";
  const std::string once = GzipCompress(plain);
  const std::string twice = once + GzipCompress(std::string(200, 'b'));
  ExpectOutcomes({
      {GzipPost(once), "POST / [" + plain + "] "},
      {GzipPost(twice), "POST / [" + plain + std::string(200, 'b') + "] "},
      {GzipPost(once.substr(0, once.size() - 1)), "!400"},
      {GzipPost(once + "x"), "!400"},
      {GzipPost("not gzip at all"), "!400"},
      {GzipPost(once + once), "!413"},
  });
  const ReaderLimits limits = Limits();
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);
  reader.Feed(GzipPost(once));
  EXPECT_FALSE(reader.TakeRequest().headers.Has("Content-Encoding"));
}

TEST(RequestReader, StopsABombBeforeItHasUnfolded) {
  const std::string bomb = GzipCompress(std::string(64 << 20, '\0'));
  ASSERT_LT(bomb.size(), 100'000u);
  const ReaderLimits limits = Limits();
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);
  reader.Feed(GzipPost(bomb));
  EXPECT_EQ(reader.state(), State::kFailed);
  EXPECT_EQ(reader.failure().status, 413);
  EXPECT_LT(budget.used(), 2 * kBodyMax);
}

TEST(RequestReader, ChargesTheBudgetByWhatHasArrived) {
  const ReaderLimits limits = Limits();
  BodyBudget budget(20'000);
  RequestReader first(limits, budget);
  first.Feed(kPost + "Content-Length: 90000\r\n\r\nabc");
  EXPECT_LT(budget.used(), 10'000u);

  RequestReader second(limits, budget);
  second.Feed(kPost + "Content-Length: 90000\r\n\r\n" + std::string(30'000, 'x'));
  EXPECT_EQ(second.state(), State::kFailed);
  EXPECT_EQ(second.failure().status, 503);

  second.Next();
  first.Next();
  EXPECT_EQ(budget.used(), 0u);
}

TEST(RequestReader, LeavesRoomBehindTheBody) {
  const ReaderLimits limits = Limits();
  BodyBudget budget(1 << 20);
  for (const size_t size : {0u, 1u, 15u, 16u, 4096u, 50'000u}) {
    RequestReader reader(limits, budget);
    reader.Feed(kPost + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                std::string(size, 'x'));
    ASSERT_EQ(reader.state(), State::kComplete);
    const Request request = reader.TakeRequest();
    EXPECT_EQ(request.body.size(), size);
    EXPECT_GE(request.body.capacity(), size + 64);
  }
}

TEST(RequestReader, GivesTheSameHoweverTheBytesArrive) {
  const std::string stream = kGet + "\r\n" + kPost + "Content-Length: 5\r\n\r\nhello" + kChunked +
                             "3\r\nabc\r\n2;e\r\nde\r\n0\r\nT: v\r\n\r\n" +
                             GzipPost(GzipCompress(std::string(500, 'z'))) + kGet + "X : y\r\n\r\n";
  const std::string want = Outcome(stream, stream.size());
  base::Random random(7);
  for (int i = 0; i < 200; ++i) {
    const size_t piece = 1 + random.Below(97);
    ASSERT_EQ(Outcome(stream, piece), want) << "pieces of " << piece;
  }
}

// What the reader makes of a stream until it refuses it.
RequestFailure FailureOf(std::string_view stream) {
  const ReaderLimits limits = Limits();
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);
  while (!stream.empty() && reader.state() != State::kFailed) {
    stream.remove_prefix(reader.Feed(stream));
  }
  return reader.failure();
}

TEST(RequestReader, NamesTheLimit) {
  const std::string packed = GzipCompress(std::string(1000, 'a'));
  const std::string chunked =
      "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string many = kGet;
  for (int i = 0; i < 10; ++i) many += "X: y\r\n";
  const Case cases[] = {
      {"GET /" + std::string(3000, 'a') + " HTTP/1.1\r\n",
       "the request line is longer than 2048 bytes"},
      {kGet + "X: " + std::string(3000, 'a'),
       "the request line with the headers is longer than 2048 bytes"},
      {many, "more than 10 headers"},
      {"POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n",
       "the body is larger than 10 bytes (limits.body_bytes_max)"},
      {chunked + "b\r\n0123456789a", "the body is larger than 10 bytes (limits.body_bytes_max)"},
      {"POST /small HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
       "\r\n" +
           fmt::format("{:x}\r\n", packed.size()) + packed,
       "the body is larger than 10 bytes when decoded (limits.body_bytes_max)"},
  };
  for (const auto& [stream, want] : cases) EXPECT_EQ(FailureOf(stream).message, want);
}

TEST(RequestReader, NamesThePartAtFault) {
  struct Fault {
    std::string stream;
    std::string_view field;
    std::optional<size_t> limit;
  };
  const Fault faults[] = {
      {"GET /" + std::string(3000, 'a') + " HTTP/1.1\r\n", "request line", 2048},
      {kGet + "X: " + std::string(3000, 'a'), "headers", 2048},
      {"POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n", "limits.body_bytes_max",
       10},
      {kPost + "Content-Encoding: br\r\n", "Content-Encoding", std::nullopt},
      {GzipPost("no gzip"), "body", std::nullopt},
      {kChunked + "x", "body", std::nullopt},
  };
  for (const auto& [stream, field, limit] : faults) {
    const RequestFailure failure = FailureOf(stream + "\r\n");
    EXPECT_EQ(failure.field, field) << failure.message;
    EXPECT_EQ(failure.limit, limit) << failure.message;
  }
}

TEST(RequestReader, TellsTheLimitThatABodyWasHeldTo) {
  const ReaderLimits limits = Limits();
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);

  reader.Feed("GET /small HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(reader.TakeRequest().body_bytes_max, 10U);
  reader.Next();
  reader.Feed(kGet + "\r\n");
  EXPECT_EQ(reader.TakeRequest().body_bytes_max, kBodyMax);
}

}  // namespace
}  // namespace vedette::net
