#include "app/ruled_out.h"

#include <gtest/gtest.h>

namespace vedette::app {
namespace {

TEST(RuledOut, IsTheChangeOfAHypothesisThatIsNoCause) {
  constexpr std::string_view kBody =
      R"("status": "likely", "hypotheses": [{"entity": "db", "status": "likely", "region": null},)"
      R"({"entity": "web", "status": "ruled_out", "region": "change-w9"},)"
      R"({"entity": "web", "status": "inconclusive", "region": "change-w8"}])";

  EXPECT_TRUE(BodyRulesOut(kBody, "change-w9"));
  EXPECT_FALSE(BodyRulesOut(kBody, "change-w8"));
  EXPECT_FALSE(BodyRulesOut("", "change-w9"));
}

}  // namespace
}  // namespace vedette::app
