#include "sources/scrape/request.h"

#include <gtest/gtest.h>
#include <string>

#include "sources/scrape/testing/temp_folder.h"

namespace vedette::sources::scrape {
namespace {

base::Result<net::ClientRequest> Request(const JobConfig& job) {
  return MakeRequest(job, "http://a:1/metrics", job.scrape_timeout);
}

TEST(MakeRequest, CarriesTheLimitsOfTheJob) {
  JobConfig job;
  job.scrape_timeout = base::Duration(2500);
  job.body_size_limit = 1000;

  const auto request = Request(job);

  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url, "http://a:1/metrics");
  EXPECT_EQ(request->timeout, base::Duration(2500));
  EXPECT_EQ(request->response_bytes_max, 1000u);
  EXPECT_EQ(request->addresses, net::AddressPolicy::kAny);
  EXPECT_EQ(request->headers.Get("X-Prometheus-Scrape-Timeout-Seconds"), "2.5");
  EXPECT_TRUE(request->headers.Get("Accept").starts_with("application/openmetrics-text"));
  EXPECT_FALSE(request->headers.Has("Authorization"));
}

TEST(MakeRequest, SendsBasicAuthFromTheTextOrTheFile) {
  const TempFolder folder;
  JobConfig job;
  job.access.username = "ann";
  job.access.password = "secret";
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "Basic YW5uOnNlY3JldA==");

  job.access.password_file = folder.Write("password", "other1\n");
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "Basic YW5uOm90aGVyMQ==");
  folder.Write("password", "pass");
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "Basic YW5uOnBhc3M=");
}

TEST(MakeRequest, SendsTheTokenOfTheFileAsItIsNow) {
  const TempFolder folder;
  JobConfig job;
  job.access.credentials_file = folder.Write("token", "abc\r\n");
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "Bearer abc");

  folder.Write("token", "def");
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "Bearer def");
}

TEST(MakeRequest, SaysWhichFileIsBadAndNeverWhatIsInIt) {
  const TempFolder folder;
  JobConfig job;
  job.access.credentials_file = folder.Path("missing");
  EXPECT_EQ(Request(job).error().message, folder.Path("missing") + ": no such file");

  job.access.credentials_file = folder.Write("two", "secret-one\nsecret-two\n");
  EXPECT_EQ(Request(job).error().message, folder.Path("two") + " holds more than one line");

  job.access.credentials_file = folder.Write("huge", std::string(100'000, 'x'));
  EXPECT_EQ(Request(job).error().message, folder.Path("huge") + ": larger than 65536 bytes");
}

TEST(MakeRequest, SendsTheCredentialsOfTheText) {
  JobConfig job;
  job.access.authorization_type = "ApiKey";
  job.access.credentials = "k";
  EXPECT_EQ(Request(job)->headers.Get("Authorization"), "ApiKey k");
}

TEST(MakeRequest, AsksForTheProtocolsInTheirOrder) {
  constexpr std::string_view kTexts =
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,"
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
      "*/*;q=0.1";
  constexpr std::string_view kProtobuf =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
      "encoding=delimited;escaping=allow-utf-8;q=0.";
  JobConfig job;
  EXPECT_EQ(Request(job)->headers.Get("Accept"), kTexts);

  job.scrape_native_histograms = true;
  EXPECT_EQ(Request(job)->headers.Get("Accept"),
            std::string(kProtobuf) + "5," + std::string(kTexts));

  job.scrape_protocols = {Protocol::kText0, Protocol::kProtobuf};
  EXPECT_EQ(Request(job)->headers.Get("Accept"),
            "text/plain;version=0.0.4;q=0.3," + std::string(kProtobuf) + "2,*/*;q=0.1");
}

TEST(MakeRequest, FollowsRedirectsUnlessToldNotTo) {
  JobConfig job;
  EXPECT_GT(Request(job)->redirects_max, 0);
  job.access.follow_redirects = false;
  EXPECT_EQ(Request(job)->redirects_max, 0);
}

TEST(MakeRequest, AsksForListsOfTargets) {
  HttpDiscovery discovery;
  discovery.url = "http://sd/targets";
  discovery.access.username = "ann";
  discovery.access.password = "secret";
  const auto request = MakeRequest(discovery);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->url, "http://sd/targets");
  EXPECT_EQ(request->headers.Get("Authorization"), "Basic YW5uOnNlY3JldA==");
  EXPECT_EQ(request->headers.Get("X-Prometheus-Refresh-Interval-Seconds"), "60");
}

}  // namespace
}  // namespace vedette::sources::scrape
