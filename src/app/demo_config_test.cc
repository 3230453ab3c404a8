#include "app/demo_config.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "app/config.h"
#include "base/testing/temp_folder.h"
#include "notify/routing/check.h"

namespace vedette::app {
namespace {

std::string TextOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(DemoConfig, IsValidAndReachesSomebodyForEveryService) {
  const base::TempFolder folder("demo-config");
  const auto path = PutDemoConfig(folder.path());
  ASSERT_TRUE(path.ok()) << path.error().message;
  const auto config = LoadConfig(*path);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_FALSE(config->rule_groups.empty());
  const auto now = base::FromMillis(1'795'000'000'000);  // 2026-11-18
  for (const auto& finding : notify::routing::Check(config->plan, {}, now)) {
    ADD_FAILURE() << finding.subject << ": " << finding.message;
  }
}

TEST(DemoConfig, WhatAPersonHasChangedStays) {
  const base::TempFolder folder("demo-config");
  const std::string path = PutDemoConfig(folder.path()).value_or("");
  std::ofstream(path) << "listen: 127.0.0.1:8001\n";
  ASSERT_TRUE(PutDemoConfig(folder.path()).ok());
  EXPECT_EQ(TextOf(path), "listen: 127.0.0.1:8001\n");
}

}  // namespace
}  // namespace vedette::app
