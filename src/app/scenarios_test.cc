#include "app/scenarios.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace vedette::app {
namespace {

using testing::HasSubstr;

TEST(Scenarios, WhatShipsIsValidAndNamedAfterItsFile) {
  std::set<sim::IncidentType> types;
  for (const base::EmbeddedFile& file : EmbeddedScenarios()) {
    const auto read = sim::ReadScenario(file.path, file.bytes);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(std::string(file.path), "catalog/scenarios/" + read->name + ".yml");
    EXPECT_FALSE(read->about.empty()) << read->name;
    for (const sim::PlannedFault& fault : read->faults) types.insert(fault.type);
    EXPECT_TRUE(sim::Stage(*read, 1, base::FromMillis(0)).ok()) << read->name;
  }
  EXPECT_EQ(types.size(), sim::kAllIncidentTypes) << "every type has a scenario";
}

TEST(Scenarios, AreFoundByNameAndWhoAsksForNoneIsToldWhatThereIs) {
  EXPECT_TRUE(FindScenario("rolling_update").ok());
  const auto none = FindScenario("no-such-thing");
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("cloud_outage"));
}

}  // namespace
}  // namespace vedette::app
