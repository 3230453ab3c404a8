#include "base/files.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::base {
namespace {

class ReadFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.File(name), std::ios::binary) << text;
    return folder_.File(name);
  }

  const TempFolder folder_{"files"};
};

TEST_F(ReadFileTest, GivesAllBytes) {
  const std::string text = std::string(200'000, 'x') + '\0' + "end";

  EXPECT_EQ(ReadFile(Write("f", text), text.size()).value(), text);
  EXPECT_EQ(ReadFile(Write("empty", ""), 0).value(), "");
}

TEST_F(ReadFileTest, AFolderIsAnError) {
  const auto text = ReadFile(folder_.path(), 100);

  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(text.error().message, folder_.path() + ": is a folder");
}

TEST_F(ReadFileTest, SaysWhenThereIsNone) {
  const std::string paths[] = {folder_.File("none"), Write("f", "x") + "/below"};
  for (const std::string& path : paths) {
    const auto text = ReadFile(path, 100);

    ASSERT_FALSE(text.ok()) << path;
    EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(text.error().message, path + ": no such file");
  }
}

TEST_F(ReadFileTest, ReadsNoFurtherThanTheLimit) {
  const auto longer = ReadFile(Write("f", "1234"), 3);
  const auto endless = ReadFile("/dev/zero", 1000);

  ASSERT_FALSE(longer.ok());
  EXPECT_EQ(longer.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(longer.error().message, folder_.File("f") + ": larger than 3 bytes");
  ASSERT_FALSE(endless.ok());
  EXPECT_EQ(endless.error().message, "/dev/zero: larger than 1000 bytes");
}

TEST_F(ReadFileTest, ReplacesAWholeFileOrLeavesIt) {
  const std::string path = folder_.File("deep/er/f");
  ASSERT_TRUE(ReplaceFile(path, "first").ok());
  ASSERT_TRUE(ReplaceFile(path, "2").ok());
  EXPECT_EQ(ReadFile(path, 100).value(), "2");

  const std::string folder = folder_.File("deep");
  EXPECT_EQ(ReplaceFile(folder, "x").error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(ReplaceFile(path + "/below", "x").error().message, testing::StartsWith(path));
  EXPECT_EQ(ReadFile(path, 100).value(), "2");
}

}  // namespace
}  // namespace vedette::base
