#include "app/free_space.h"

#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

TEST(FreeSpace, RefusesBelowTheLimitAndSaysWhichItIs) {
  const base::TempFolder folder("free_space");
  const FreeSpace always_full(folder.File("."), UINT64_MAX);
  const base::Result<> refused = always_full.Check();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("storage.min_free_bytes"), std::string::npos);
  EXPECT_TRUE(FreeSpace(folder.File("."), 1).Check().ok());
  EXPECT_GT(FreeSpace(folder.File("."), 1).bytes().value_or(0), 0u);
}

TEST(FreeSpace, WithoutALimitOrAnAnswerNothingIsRefused) {
  EXPECT_TRUE(FreeSpace("/", 0).Check().ok());
  EXPECT_TRUE(FreeSpace("/no/such/folder", UINT64_MAX).Check().ok());
  EXPECT_FALSE(FreeSpace("/no/such/folder", 1).bytes().has_value());
}

}  // namespace
}  // namespace vedette::app
