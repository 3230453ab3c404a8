#include "app/keys.h"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

TEST(Keys, OnlyCreateMakesADataFolder) {
  const base::TempFolder folder("keys");
  KeysOptions options;
  options.data_dir = folder.File("data");
  options.name = "prometheus";

  const base::Result<std::string> list = ListKeys(options);
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.error().message, options.data_dir + ": no data folder of a server");
  EXPECT_FALSE(RevokeKey(options).ok());
  EXPECT_FALSE(std::filesystem::exists(options.data_dir));

  ASSERT_TRUE(CreateKey(options).ok());
  const base::Result<std::string> made = ListKeys(options);
  ASSERT_TRUE(made.ok());
  EXPECT_NE(made->find("prometheus"), std::string::npos);
}

}  // namespace
}  // namespace vedette::app
