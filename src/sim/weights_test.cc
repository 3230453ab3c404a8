#include "sim/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace vedette::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string ProblemOf(std::string_view text) {
  const base::Result<Weights> weights = ParseWeights(text);
  return weights.ok() ? "" : weights.error().message;
}

TEST(Weights, WhatNobodyNamesIsOneOrOther) {
  EXPECT_THAT(ParseWeights("").value_or(Weights{}), ElementsAre(1, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(ParseWeights("cpu_spike=2").value_or(Weights{}), ElementsAre(2, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(ParseWeights("other=0,memory_leak=0.5,cpu_spike=2").value_or(Weights{}),
              ElementsAre(2, 0.5, 0, 0, 0, 0, 0));
}

TEST(Weights, AnUnknownTypeListsTheTypes) {
  EXPECT_THAT(ProblemOf("flood=1"), AllOf(HasSubstr("\"flood\" is no type"), HasSubstr("cpu_spike"),
                                          HasSubstr("config_mismatch, other")));
  EXPECT_THAT(ProblemOf("bad_release=1"), HasSubstr("is no type that chance draws"));
}

TEST(Weights, RefusesWhatIsNoWeight) {
  EXPECT_EQ(ProblemOf("cpu_spike=-1"), "the weight of cpu_spike must be 0 or more");
  EXPECT_EQ(ProblemOf("cpu_spike=inf"), "the weight of cpu_spike must be 0 or more");
  EXPECT_EQ(ProblemOf("cpu_spike=1,cpu_spike=2"), "cpu_spike occurs twice");
  EXPECT_EQ(ProblemOf("other=0"), "one weight at least must be above 0");
  for (const char* text : {"cpu_spike", "cpu_spike=", "cpu_spike=much", "cpu_spike=1,,", "=1"}) {
    EXPECT_NE(ProblemOf(text), "") << text;
  }
}

}  // namespace
}  // namespace vedette::sim
