#include "api/comparisons.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace vedette::api {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

TEST(ComparisonRoutes, RefuseAWindowThatEndsInTheFuture) {
  std::optional<base::TimePoint> reference;
  const std::vector<Route> routes = ComparisonRoutes(
      {.list = {},
       .get = {},
       .runs = {},
       .run = [&](const auto&, const auto&,
                  const ComparisonRequest& asked) -> base::Result<release::compare::StoredRun> {
         reference = asked.reference;
         release::compare::StoredRun run;
         run.report_json = "{}";
         return run;
       }});
  const auto run_at = [&](base::TimePoint at) {
    net::Request request;
    request.method = "POST";
    request.query = {{"at", fmt::format("{}", base::ToMillis(at) / 1000)}};
    request.deadline = base::SteadyPoint::max();
    return routes.at(3).handler({.request = request,
                                 .caller = {"responder", model::TenantName("shop")},
                                 .path_values = {{"name", "weekly"}},
                                 .now = kNow});
  };

  EXPECT_EQ(run_at(kNow + std::chrono::seconds(1)).status, 400);
  EXPECT_FALSE(reference);
  EXPECT_EQ(run_at(kNow).status, 200);
  EXPECT_EQ(reference, kNow);
}

}  // namespace
}  // namespace vedette::api
