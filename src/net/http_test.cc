#include "net/http.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "net/gzip.h"
#include "net/request_target.h"
#include "net/response_head.h"

namespace vedette::net {
namespace {

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers;
  headers.Add("Content-Type", "a");
  headers.Add("X", "1");
  headers.Add("x", "2");
  EXPECT_EQ(headers.Get("content-type"), "a");
  EXPECT_EQ(headers.Get("X"), "1");
  EXPECT_EQ(headers.Get("Y"), "");
  EXPECT_TRUE(headers.Has("CONTENT-TYPE"));
  EXPECT_FALSE(headers.Has("Content"));
}

TEST(Headers, SetReplacesAllValues) {
  Headers headers;
  headers.Add("X", "1");
  headers.Add("Y", "2");
  headers.Add("x", "3");
  headers.Set("X", "4");
  headers.Set("Z", "5");
  ASSERT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers.Get("x"), "4");
  EXPECT_EQ(headers.Get("y"), "2");
  EXPECT_EQ(headers.Get("z"), "5");
}

TEST(ParseParameters, DecodesPairsInOrder) {
  const base::Result<Parameters> parsed =
      ParseParameters("query=up%7Bjob%3D%22a%22%7D&x=a+b&flag&=v&&match[]=1&match[]=2&x=%2B");
  ASSERT_TRUE(parsed.ok());
  const Parameters want = {{"query", "up{job=\"a\"}"}, {"x", "a b"},     {"flag", ""}, {"", "v"},
                           {"match[]", "1"},           {"match[]", "2"}, {"x", "+"}};
  EXPECT_EQ(*parsed, want);
  EXPECT_EQ(FindParameter(*parsed, "x"), "a b");
  EXPECT_EQ(FindParameter(*parsed, "none"), std::nullopt);
}

TEST(ParseParameters, RefusesBrokenEscapesAndTooMany) {
  for (const std::string_view bad : {"a=%", "a=%2", "a=%zz", "%g1=1", "a=%-1"}) {
    EXPECT_FALSE(ParseParameters(bad).ok()) << bad;
  }
  EXPECT_TRUE(ParseParameters("a&b", 2).ok());
  EXPECT_FALSE(ParseParameters("a&b&c", 2).ok());
  EXPECT_TRUE(ParseParameters("").ok());
}

TEST(RequestTarget, DecodesThePathOnce) {
  struct Case {
    std::string_view target;
    std::string_view path;
    std::string_view query;
  };
  for (const Case& c : {
           Case{"/", "/", ""},
           Case{"/a/b", "/a/b", ""},
           Case{"/a/", "/a/", ""},
           Case{"/a?b=c/../d;e//f", "/a", "b=c/../d;e//f"},
           Case{"/a%20b", "/a b", ""},
           Case{"/a+b", "/a+b", ""},
           Case{"/%61", "/a", ""},
           Case{"/caf%C3%A9", "/café", ""},
           Case{"/a..b/...", "/a..b/...", ""},
           Case{"/%252e%252e/", "/%2e%2e/", ""},
           Case{"/.well-known/x", "/.well-known/x", ""},
           Case{"http://h", "/", ""},
           Case{"http://h?q", "/", "q"},
           Case{"HTTPS://h:1/a?q", "/a", "q"},
       }) {
    const base::Result<RequestTarget> parsed = ParseRequestTarget("GET", c.target);
    ASSERT_TRUE(parsed.ok()) << c.target << parsed.error().message;
    EXPECT_EQ(parsed->path, c.path);
    EXPECT_EQ(parsed->query, c.query);
  }
}

TEST(RequestTarget, RefusesWhatIsNotCanonical) {
  for (const std::string_view target : {"",           "a",
                                        "*",          "//",
                                        "//a",        "/a//b",
                                        "/a//",       "/.",
                                        "/./",        "/a/./b",
                                        "/a/.",       "/..",
                                        "/../a",      "/a/..",
                                        "/a/../b",    "/%2e",
                                        "/%2e%2e/",   "/.%2e/a",
                                        "/a/%2E%2E",  "/a%2fb",
                                        "/a%2Fb",     "/%2f",
                                        "/a;b",       "/a%3bb",
                                        "/a;/../b",   "/a%00",
                                        "/%00",       "/a%0d%0ab",
                                        "/a%7f",      "/a%1f",
                                        "/a\\b",      "/a%5cb",
                                        "/..%5c",     "/%",
                                        "/%2",        "/%zz",
                                        "/a#b",       "/a b",
                                        "/a\tb",      "/caf\xc3\xa9",
                                        "/%c0%af",    "/%c0%ae%c0%ae/",
                                        "/%ff",       "/%ed%a0%80",
                                        "ftp://h/",   "http://",
                                        "http:///a",  "http://u@h/",
                                        "http://h//", "javascript:1",
                                        "/\x7f",      "http://h/../"}) {
    EXPECT_FALSE(ParseRequestTarget("GET", target).ok()) << target;
  }
  EXPECT_TRUE(ParseRequestTarget("OPTIONS", "*").ok());
}

ResponseFrame Frame(size_t length) { return {.content_length = length, .date = "D"}; }

TEST(ResponseHead, LetsNoValueForgeAHeader) {
  Response response{.status = 302, .headers = {}, .body = {}};
  response.headers.Add("Location", "/a\r\nSet-Cookie: evil=1");
  response.headers.Add("Bad Name", "x");
  response.headers.Add("Bad\r\nName", "x");
  response.headers.Add("Content-Length", "999");
  response.headers.Add("Transfer-Encoding", "chunked");
  std::string out;
  AppendResponseHead(response, Frame(5), out);
  EXPECT_EQ(out,
            "HTTP/1.1 302 Found\r\nLocation: /a  Set-Cookie: evil=1\r\nDate: D\r\n"
            "Content-Length: 5\r\n\r\n");
}

TEST(ResponseHead, WritesDates) {
  EXPECT_EQ(HttpDate(base::FromMillis(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate(base::FromMillis(1'792'830'245'999)), "Sat, 24 Oct 2026 08:24:05 GMT");
}

TEST(CompressResponse, CompressesOnlyWhatPays) {
  const std::string text(5000, 'a');
  const auto compressed = [](Response response, bool accepted) {
    CompressResponse(response, accepted, 1024);
    return response.headers.Get("Content-Encoding") == "gzip";
  };
  EXPECT_TRUE(compressed(JsonResponse(200, text), true));
  EXPECT_TRUE(compressed(TextResponse(404, text), true));
  EXPECT_FALSE(compressed(JsonResponse(200, text), false));
  EXPECT_FALSE(compressed(JsonResponse(200, std::string(1000, 'a')), true));
  Response image{.status = 200, .headers = {}, .body = text};
  image.headers.Add("Content-Type", "image/png");
  EXPECT_FALSE(compressed(image, true));
  Response encoded = TextResponse(200, text);
  encoded.headers.Add("Content-Encoding", "br");
  EXPECT_FALSE(compressed(encoded, true));
  std::string noise;
  for (uint32_t x = 1; noise.size() < 5000; x = x * 1664525u + 1013904223u) {
    noise.push_back(static_cast<char>(x >> 24));
  }
  EXPECT_FALSE(compressed(TextResponse(200, noise), true)) << "it would not be smaller";
}

TEST(CompressResponse, TellsCachesAndWeakensEtags) {
  Response response = JsonResponse(200, std::string(5000, 'a'));
  response.headers.Add("ETag", "\"v1\"");
  CompressResponse(response, true, 1024);
  EXPECT_EQ(response.headers.Get("Vary"), "Accept-Encoding");
  EXPECT_EQ(response.headers.Get("ETag"), "W/\"v1\"");
  GzipInflater inflater;
  std::string_view in = response.body;
  std::string_view out;
  ASSERT_TRUE(inflater.Next(in, out));
  EXPECT_EQ(out, std::string(5000, 'a'));
}

}  // namespace
}  // namespace vedette::net
