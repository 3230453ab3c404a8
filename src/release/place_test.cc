#include "release/place.h"

#include <gtest/gtest.h>

namespace vedette::release {
namespace {

TEST(Place, IsTheSameUnlessItsNamesDivideIt) {
  struct Case {
    Place a, b;
    bool same;
  };
  const Case cases[] = {
      {{}, {}, true},
      {{.environment = "staging", .space = {}}, {}, true},
      {{.environment = "prod", .space = {}}, {.environment = "Production", .space = {}}, true},
      {{.environment = "staging", .space = {}}, {.environment = "production", .space = {}}, false},
      {{.environment = {}, .space = "prod"}, {.environment = {}, .space = "staging"}, false},
      {{.environment = "staging", .space = {}}, {.environment = {}, .space = "shop"}, false},
      {{.environment = "staging", .space = {}}, {.environment = {}, .space = "shop-stage"}, true},
      {{.environment = "production", .space = {}}, {.environment = {}, .space = "shop"}, true},
      {{.environment = "production", .space = {}}, {.environment = {}, .space = "test"}, false},
      {{.environment = "eu", .space = "a"}, {.environment = "eu", .space = "b"}, false},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(SamePlace(each.a, each.b), each.same)
        << each.a.environment << '/' << each.a.space << " and " << each.b.environment << '/'
        << each.b.space;
    EXPECT_EQ(SamePlace(each.b, each.a), each.same);
  }
}

TEST(Place, ProductionIsKnownByItsNames) {
  EXPECT_TRUE(IsProduction({.environment = "PROD", .space = {}}));
  EXPECT_TRUE(IsProduction({.environment = {}, .space = "shop-prod"}));
  EXPECT_FALSE(IsProduction({.environment = "staging", .space = "prod"}));
  EXPECT_FALSE(IsProduction({.environment = {}, .space = "products"}));
}

TEST(Place, OfASeriesIsReadOffTheUsualLabels) {
  const model::Labels labels({{"k8s_namespace_name", "shop"}, {"env", "staging"}});
  EXPECT_EQ(PlaceOf(model::LabelsView(labels)), (Place{.environment = "staging", .space = "shop"}));
}

}  // namespace
}  // namespace vedette::release
