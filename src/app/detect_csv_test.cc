#include "app/detect_csv.h"

#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

TEST(DetectCsv, AFolderIsAnErrorAndNoEmptyFile) {
  const base::TempFolder folder("detect_csv");

  const base::Result<std::string> out = DetectCsv({.file = folder.path()});

  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().message, folder.path() + ": cannot be read");
}

}  // namespace
}  // namespace vedette::app
