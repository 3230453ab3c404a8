#include <gtest/gtest.h>

#include "app/config.h"

namespace vedette::app {
namespace {

struct Outcome {
  Config config;
  std::vector<std::string> problems;
};

Outcome Read(std::string_view text) {
  std::vector<yaml::Diagnostic> problems;
  const yaml::EnvironmentLookup environment = [](std::string_view) { return std::nullopt; };
  Outcome outcome{ReadConfig(text, "/etc/v", environment, problems), {}};
  for (const yaml::Diagnostic& problem : problems)
    outcome.problems.push_back(problem.ToString("f"));
  return outcome;
}

TEST(ScrapeConfig, ReadsProtocolsAndTls) {
  const Outcome read = Read(R"(
scrape_configs:
  - job_name: node
    scheme: https
    scrape_protocols: [PrometheusProto, PrometheusText0.0.4]
    scrape_native_histograms: true
    always_scrape_classic_histograms: true
    follow_redirects: false
    tls_config:
      {ca_file: ca.pem, cert_file: /c.pem, key_file: k.pem, server_name: n,
       insecure_skip_verify: true}
  - job_name: bad
    scrape_protocols: [Fax]
    tls_config: {cert_file: c.pem}
)");

  const sources::scrape::JobConfig& job = read.config.scrape_jobs.at(0);
  EXPECT_EQ(job.scrape_protocols,
            (std::vector{sources::scrape::Protocol::kProtobuf, sources::scrape::Protocol::kText0}));
  EXPECT_TRUE(job.scrape_native_histograms);
  EXPECT_TRUE(job.always_scrape_classic_histograms);
  EXPECT_FALSE(job.access.follow_redirects);
  EXPECT_EQ(job.access.tls.ca_file, "/etc/v/ca.pem");
  EXPECT_EQ(job.access.tls.cert_file, "/c.pem");
  EXPECT_EQ(job.access.tls.key_file, "/etc/v/k.pem");
  EXPECT_EQ(job.access.tls.server_name, "n");
  EXPECT_TRUE(job.access.tls.insecure_skip_verify);
  ASSERT_EQ(read.problems.size(), 2U);
  EXPECT_NE(read.problems[0].find("\"Fax\" is none that is understood"), std::string::npos);
  EXPECT_NE(read.problems[1].find("cert_file and key_file belong together"), std::string::npos);
}

TEST(ScrapeConfig, ReadsWhatPrometheusReads) {
  const Outcome read = Read(R"(
scrape_configs:
  - job_name: node
    label_limit: 30
    label_name_length_limit: 100
    label_value_length_limit: 200
    target_limit: 5
    authorization: {credentials: secret}
    http_sd_configs:
      - url: http://sd/targets
        refresh_interval: 30s
        basic_auth: {username: ann, password_file: secret.txt}
    relabel_configs:
      - source_labels: [__address__, job]
        separator: /
        regex: '([^:]+):.*/(.*)'
        target_label: host
        replacement: ${1}-$2
    metric_relabel_configs:
      - {source_labels: [__name__], regex: 'go_.*', action: DROP}
ingest:
  relabel_configs:
    - {regex: pod, action: labeldrop}
)");

  ASSERT_TRUE(read.problems.empty()) << read.problems[0];
  ASSERT_EQ(read.config.scrape_jobs.size(), 1U);
  const sources::scrape::JobConfig& job = read.config.scrape_jobs[0];
  EXPECT_EQ(job.label_limit, 30U);
  EXPECT_EQ(job.label_name_length_limit, 100U);
  EXPECT_EQ(job.label_value_length_limit, 200U);
  EXPECT_EQ(job.target_limit, 5U);
  EXPECT_EQ(job.access.credentials, "secret");
  ASSERT_EQ(job.http_sd_configs.size(), 1U);
  EXPECT_EQ(job.http_sd_configs[0].url, "http://sd/targets");
  EXPECT_EQ(job.http_sd_configs[0].refresh_interval, std::chrono::seconds(30));
  EXPECT_EQ(job.http_sd_configs[0].access.password_file, "/etc/v/secret.txt");
  EXPECT_FALSE(job.metric_relabel.empty());
  EXPECT_FALSE(read.config.limits.relabel.empty());
  const model::Labels start({{"__address__", "web:9100"}, {"job", "node"}});
  model::LabelsBuilder labels(start);
  relabel::Texts texts;
  ASSERT_TRUE(relabel::Apply(job.relabel, labels, texts));
  EXPECT_EQ(labels.Build().Get("host"), "web-node");
}

TEST(ScrapeConfig, NamesTheStepThatIsWrong) {
  const auto problem = [](std::string_view step) {
    const Outcome read = Read("scrape_configs: [{job_name: a, relabel_configs: [{action: keep}, " +
                              std::string(step) + "]}]");
    return read.problems.empty() ? std::string() : read.problems[0];
  };
  EXPECT_NE(problem("{action: replace_all}")
                .find("scrape_configs[0].relabel_configs[1].action: \"replace_all\" is no action"),
            std::string::npos);
  EXPECT_NE(problem("{action: hashmod, target_label: x}").find("relabel_configs[1]: modulus"),
            std::string::npos);
  EXPECT_NE(problem("{regex: '(', action: drop}").find("relabel_configs[1]: regex \"(\""),
            std::string::npos);
  EXPECT_NE(problem("{action: keep, sources: [a]}").find("unknown key"), std::string::npos);
}

TEST(ScrapeConfig, RefusesTwoJobsOfOneName) {
  const Outcome read = Read(R"(
scrape_configs:
  - {job_name: a}
  - {job_name: a, tenant: bank}
  - {job_name: a}
)");

  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_NE(read.problems[0].find("there are two jobs \"a\""), std::string::npos);
}

TEST(ScrapeConfig, TakesNothingForTheDefaultAsPrometheusDoes) {
  const Outcome read = Read(R"(
scrape_configs:
  - {job_name: a, scrape_interval: 0s, scrape_timeout: 0s, metrics_path: ""}
)");

  EXPECT_TRUE(read.problems.empty());
  const sources::scrape::JobConfig& job = read.config.scrape_jobs.at(0);
  EXPECT_EQ(job.scrape_interval, std::chrono::minutes(1));
  EXPECT_EQ(job.scrape_timeout, std::chrono::seconds(10));
  EXPECT_EQ(job.metrics_path, "/metrics");
}

TEST(ScrapeConfig, RefusesTwoWaysToGiveOneSecret) {
  const Outcome read = Read(R"(
scrape_configs:
  - {job_name: a, bearer_token: x, bearer_token_file: y}
)");

  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_NE(read.problems[0].find("exclude each other"), std::string::npos);
}

TEST(ScrapeConfig, NamesTheKeyThatIsMissing) {
  const Outcome read = Read("scrape_configs: [{scrape_interval: 5s}]\n");

  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_EQ(read.problems[0], "f:1:18: scrape_configs[0].job_name: is required");
}

}  // namespace
}  // namespace vedette::app
