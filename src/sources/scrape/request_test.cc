#include "sources/scrape/request.h"

#include <gtest/gtest.h>
#include <string>

#include "sources/scrape/testing/temp_folder.h"

namespace vedette::sources::scrape {
namespace {

Target SomeTarget() {
  Target target;
  target.url = "http://a:1/metrics";
  return target;
}

TEST(MakeRequest, CarriesTheLimitsOfTheJob) {
  JobConfig job;
  job.scrape_timeout = base::Duration(2500);
  job.body_size_limit = 1000;

  const auto request = MakeRequest(job, SomeTarget());

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
  job.username = "ann";
  job.password = "secret";
  EXPECT_EQ(MakeRequest(job, SomeTarget())->headers.Get("Authorization"), "Basic YW5uOnNlY3JldA==");

  job.password_file = folder.Write("password", "other1\n");
  EXPECT_EQ(MakeRequest(job, SomeTarget())->headers.Get("Authorization"), "Basic YW5uOm90aGVyMQ==");
  folder.Write("password", "pass");
  EXPECT_EQ(MakeRequest(job, SomeTarget())->headers.Get("Authorization"), "Basic YW5uOnBhc3M=");
}

TEST(MakeRequest, SendsTheTokenOfTheFileAsItIsNow) {
  const TempFolder folder;
  JobConfig job;
  job.credentials_file = folder.Write("token", "abc\r\n");
  EXPECT_EQ(MakeRequest(job, SomeTarget())->headers.Get("Authorization"), "Bearer abc");

  folder.Write("token", "def");
  EXPECT_EQ(MakeRequest(job, SomeTarget())->headers.Get("Authorization"), "Bearer def");
}

TEST(MakeRequest, SaysWhichFileIsBadAndNeverWhatIsInIt) {
  const TempFolder folder;
  JobConfig job;
  job.credentials_file = folder.Path("missing");
  EXPECT_EQ(MakeRequest(job, SomeTarget()).error().message,
            "cannot open " + folder.Path("missing"));

  job.credentials_file = folder.Write("two", "secret-one\nsecret-two\n");
  EXPECT_EQ(MakeRequest(job, SomeTarget()).error().message,
            folder.Path("two") + " holds more than one line");

  job.credentials_file = folder.Write("huge", std::string(100'000, 'x'));
  EXPECT_EQ(MakeRequest(job, SomeTarget()).error().message,
            folder.Path("huge") + " is larger than 65536 bytes");
}

}  // namespace
}  // namespace vedette::sources::scrape
