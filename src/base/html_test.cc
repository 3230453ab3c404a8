#include "base/html.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

TEST(Html, TextCanNeitherOpenATagNorEndAnAttribute) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

}  // namespace
}  // namespace vedette::base
