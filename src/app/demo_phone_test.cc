#include "app/demo_phone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/client.h"

namespace vedette::app {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPage = R"({"kind": "opened", "severity": "critical", "to": "+4915",
  "title": "payment: errors", "decided_at": "2026-11-22T02:14:31.250Z"})";

TEST(DemoPhone, APageIsALineThatSaysWhenWhoAndWhat) {
  EXPECT_EQ(PageLine("/phone", kPage).value_or(""),
            "  02:14:31  phone +4915: CRITICAL payment: errors");
}

TEST(DemoPhone, WhatIsNoPageIsRefusedByTheNameOfWhatIsMissing) {
  const auto line = PageLine("/phone", R"({"kind": "opened", "severity": 3})");
  ASSERT_FALSE(line.ok());
  EXPECT_THAT(line.error().message, HasSubstr("severity"));
  EXPECT_FALSE(PageLine("/phone", "[]").ok());
  EXPECT_FALSE(PageLine("/phone", "{").ok());
}

}  // namespace
}  // namespace vedette::app
