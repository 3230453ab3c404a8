#include "app/training_order.h"

#include <fstream>
#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'040'000'000);

TrainingRequest Asked() {
  TrainingRequest request;
  request.tenant = "shop";
  request.services = {"pay/ment", "\"cart\""};
  request.kinds = {learn::NetworkKind::kTransformer, learn::NetworkKind::kGatv2};
  request.from = base::FromMillis(1'800'000'000'000);
  request.to = request.from + std::chrono::hours(9);
  request.step = std::chrono::seconds(10);
  request.seed = 8'999'999'999'999'999;
  request.time_max = std::chrono::minutes(3);
  request.go_on = request.bidirectional = true;
  request.begun_at = request.to + std::chrono::seconds(15);
  request.beginnings = 1;
  return request;
}

TEST(TrainingOrderFile, ReadsWhatItWroteUntilItIsRemoved) {
  const base::TempFolder folder("order");
  const TrainingOrderFile file(folder.path() + "/models");
  EXPECT_FALSE(file.Read(kNow));
  file.Write(Asked());
  const auto read = file.Read(kNow);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Asked());
  EXPECT_FALSE(file.Read(kNow + std::chrono::hours(25))) << "too long ago";
  file.Remove();
  EXPECT_FALSE(file.Read(kNow));
}

TEST(TrainingOrderFile, GivesUpWhatHasBegunOftenAndNeverEnded) {
  const base::TempFolder folder("order");
  const TrainingOrderFile file(folder.path());
  TrainingRequest request = Asked();
  request.beginnings = 2;
  file.Write(request);
  EXPECT_TRUE(file.Read(kNow));
  request.beginnings = 3;
  file.Write(request);
  EXPECT_FALSE(file.Read(kNow));
}

TEST(TrainingOrderFile, TakesNothingThatIsDamaged) {
  const base::TempFolder folder("order");
  const TrainingOrderFile file(folder.path());
  for (const char* text : {"", "[]", "{}", "{\"tenant\":7}", "{\"tenant\":\"../x\"}", "\xff"}) {
    std::ofstream(folder.path() + "/training.json", std::ios::trunc) << text;
    EXPECT_FALSE(file.Read(kNow)) << text;
  }
}

}  // namespace
}  // namespace vedette::app
