#include "app/senders.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <set>

#include "app/config.h"
#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

using sources::senders::Mapping;

TEST(ShippedSenders, EachDoesWhatItsExamplesSay) {
  std::set<std::string> names;
  for (const base::EmbeddedFile& file : EmbeddedSenders()) {
    std::vector<yaml::Diagnostic> problems;
    const Mapping mapping = sources::senders::ReadMapping(file.bytes, problems);
    for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString(file.path);
    for (const std::string& failure : RunExamples(mapping)) {
      ADD_FAILURE() << file.path << ": " << failure;
    }
    EXPECT_FALSE(mapping.examples.empty()) << file.path;
    EXPECT_FALSE(mapping.setup.empty()) << file.path;
    EXPECT_TRUE(file.path.ends_with("/" + mapping.name + ".yml")) << file.path;
    names.insert(mapping.name);
  }
  for (const char* usual :
       {"alertmanager", "azure",      "checkmk",     "cloudwatch", "datadog",   "dynatrace",
        "elastic",      "gcp",        "gitlab",      "grafana",    "honeycomb", "icinga",
        "jenkins",      "nagios",     "newrelic",    "pingdom",    "prtg",      "sentry",
        "splunk",       "statuscake", "uptimerobot", "zabbix"}) {
    EXPECT_TRUE(names.contains(usual)) << usual;
  }
}

class OwnSendersTest : public ::testing::Test {
 protected:
  std::vector<std::string> Problems(const std::string& mapping) {
    std::ofstream(folder_.File("own.yml")) << mapping;
    std::vector<yaml::Diagnostic> problems;
    config_ = ReadConfig("intake: {mappings: [own.yml]}", folder_.path(), {}, problems);
    std::vector<std::string> texts;
    for (const yaml::Diagnostic& problem : problems) texts.push_back(problem.message);
    return texts;
  }
  base::TempFolder folder_{"senders_test"};
  Config config_;
};

TEST_F(OwnSendersTest, TakeThePlaceOfShippedOnes) {
  EXPECT_TRUE(Problems("{name: datadog, title: Ours, alertname: x}").empty());
  Senders senders;
  senders.Apply(config_.senders);
  const auto list = senders.list();
  const auto found = std::ranges::find(*list, "datadog", &Mapping::name);
  ASSERT_NE(found, list->end());
  EXPECT_EQ(found->title, "Ours");
  EXPECT_EQ(list->size(), ShippedSenders().size());
}

TEST_F(OwnSendersTest, WhatIsWrongIsAProblemOfTheConfiguration) {
  const auto unknown = Problems("{name: own, alertname: x, sevrity: {}}");
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_NE(unknown[0].find("own.yml:1:"), std::string::npos) << unknown[0];
  const auto failing = Problems(
      "{name: own, alertname: '{a}', examples: [{payload: '{\"a\":1}', alerts: "
      "[{label.alertname: '2'}]}]}");
  ASSERT_EQ(failing.size(), 1u);
  EXPECT_NE(failing[0].find("label.alertname is \"1\", expected \"2\""), std::string::npos)
      << failing[0];
}

}  // namespace
}  // namespace vedette::app
