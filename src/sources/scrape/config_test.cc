#include "sources/scrape/config.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::sources::scrape {
namespace {

TEST(JobConfig, NamesTheFieldThatMakesNoSense) {
  const std::vector<std::pair<std::function<void(JobConfig&)>, std::string>> cases = {
      {[](JobConfig& j) { j.job_name.clear(); }, "job_name: is required"},
      {[](JobConfig& j) { j.scrape_interval = base::Duration(50); },
       "scrape_interval: must be at least 100ms"},
      {[](JobConfig& j) { j.scrape_timeout = base::Duration(61'000); },
       "scrape_timeout: must be more than 0 and at most the interval of 1m"},
      {[](JobConfig& j) { j.metrics_path = "metrics"; }, "metrics_path: must begin with /"},
      {[](JobConfig& j) { j.scheme = "ftp"; }, "scheme: must be http or https"},
      {[](JobConfig& j) { j.body_size_limit = 0; }, "body_size_limit: must be more than 0"},
      {[](JobConfig& j) { j.access.username = j.access.credentials_file = "x"; },
       "authorization: basic_auth and authorization exclude each other"},
      {[](JobConfig& j) { j.access.password = j.access.password_file = "x"; },
       "basic_auth: password and password_file exclude each other"},
      {[](JobConfig& j) { j.access.credentials = j.access.credentials_file = "x"; },
       "authorization: credentials and credentials_file (or bearer_token and bearer_token_file) "
       "exclude each other"},
      {[](JobConfig& j) { j.access.authorization_type = "Basic"; },
       "authorization: the type cannot be Basic: use basic_auth"},
      {[](JobConfig& j) { j.http_sd_configs = {{.url = "http://"}}; }, "url: has no host"},
      {[](JobConfig& j) { j.http_sd_configs = {{.url = "ftp://a"}}; },
       "url: must begin with http:// or https://"},
      {[](JobConfig& j) { j.file_sd_configs = {{.files = {"a.json", "a.txt"}}}; },
       "files: \"a.txt\" must end with .json, .yml or .yaml, and have * in its last part only"},
      {[](JobConfig& j) { j.file_sd_configs = {{.files = {"a*/b.json"}}}; },
       "files: \"a*/b.json\" must end with .json, .yml or .yaml, and have * in its last part only"},
      {[](JobConfig& j) { j.tenant = "a b"; }, "tenant: is no tenant name"},
      {[](JobConfig& j) { j.static_configs = {{.targets = {"http://a/"}, .labels = {}}}; },
       "targets: \"http://a/\" is not of the form host:port"},
      {[](JobConfig& j) { j.static_configs = {{.targets = {}, .labels = {{"__name__", "x"}}}}; },
       "labels: a target cannot have the label __name__"},
      {[](JobConfig& j) { j.file_sd_configs = {{.files = {}}}; },
       "files: at least one is required"},
  };
  JobConfig good;
  good.job_name = "node";
  good.file_sd_configs = {{.files = {"/etc/targets/*.yml", "one.json"}}};
  EXPECT_TRUE(good.Validate().ok());
  for (const auto& [change, want] : cases) {
    JobConfig job = good;
    change(job);
    const auto valid = job.Validate();
    ASSERT_FALSE(valid.ok()) << want;
    EXPECT_EQ(valid.error().field + ": " + valid.error().message, want);
  }
}

TEST(ParseTargetGroups, ReadsPrometheusForm) {
  const auto groups =
      ParseTargetGroups(R"([{"targets":["a:1","b:2"],"labels":{"env":"prod"}},{"targets":[]}])");

  ASSERT_TRUE(groups.ok());
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_EQ((*groups)[0].targets, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ((*groups)[0].labels, (LabelPairs{{"env", "prod"}}));
}

TEST(ParseTargetGroups, SaysWhatIsWrongWithWhichGroup) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", "must be a list of target groups"},
      {"[7]", "group 0: must be an object with \"targets\""},
      {R"([{"targets":[]},{"targets":"a"}])",
       "group 1: \"targets\" is unknown, or of the wrong type"},
      {R"([{"targets":[1]}])", "group 0: a target must be a text"},
      {R"([{"labels":{"a":1}}])", "group 0: the value of label \"a\" must be a text"},
      {R"([{"target":[]}])", "group 0: \"target\" is unknown, or of the wrong type"},
      {R"([{"targets":["a b"]}])", "group 0: \"a b\" is not of the form host:port"},
  };
  for (const auto& [json, want] : cases) {
    const auto groups = ParseTargetGroups(json);
    ASSERT_FALSE(groups.ok()) << json;
    EXPECT_EQ(groups.error().message, want);
  }
  EXPECT_FALSE(ParseTargetGroups("[").ok());
}

}  // namespace
}  // namespace vedette::sources::scrape
