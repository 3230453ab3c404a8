#include "notify/wording/text.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "notify/delivery/testing/pages.h"
#include "notify/wording/page_text.h"

namespace vedette::notify::wording {
namespace {

TEST(Text, IsMadeFitForAMessage) {
  EXPECT_EQ(OneLine("a\r\nb\tc\x1b[31m\x7f", 100), "a b c [31m ");
  EXPECT_EQ(Lines("a\r\nb\tc", 100), "a\nb c");
  EXPECT_EQ(OneLine("\xff\xE2\x82", 100), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(OneLine("abc\xE2\x80\xAE"
                    "def\xE2\x81\xA6\xEF\xBB\xBFg",
                    100),
            "abcdefg");
  EXPECT_EQ(OneLine("a\xE2\x80\xA8"
                    "b\xC2\x85"
                    "c",
                    100),
            "a b c");
}

TEST(Text, IsCutBetweenCharactersWithDots) {
  EXPECT_EQ(OneLine("abcdef", 6), "abcdef");
  EXPECT_EQ(OneLine("abcdefg", 6), "abc...");
  EXPECT_EQ(OneLine("\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 5), "\xF0\x9F\x98\x80...");
  EXPECT_EQ(OneLine("abcdefg", 2), "");
}

TEST(Text, OfAnyBytesIsValidAndWithinItsLength) {
  base::Random random(7);
  for (int i = 0; i < 500; ++i) {
    std::string bytes;
    for (uint64_t n = random.Below(200); n > 0; --n) {
      bytes += static_cast<char>(random.Below(256));
    }
    const auto max = static_cast<size_t>(random.Below(60));
    for (const std::string& text : {OneLine(bytes, max), Lines(bytes, max)}) {
      EXPECT_TRUE(base::IsValidUtf8(text));
      EXPECT_LE(Utf16Units(text), max);
    }
    EXPECT_EQ(OneLine(bytes, max).find('\n'), std::string::npos);
  }
}

TEST(Text, IsEscaped) {
  EXPECT_EQ(EscapeMarkdown("[a](b) *c*"), "\\[a\\]\\(b\\) \\*c\\*");
  EXPECT_EQ(EscapeMarkdown("@all"),
            "@\xE2\x80\x8B"
            "all");
}

TEST(PageText, SaysLateAndForHowMany) {
  delivery::Attempt attempt;
  EXPECT_EQ(LateNote(attempt), "");
  attempt.delay = std::chrono::hours(2);
  EXPECT_EQ(LateNote(attempt), "This message is 7200 s old.");
  attempt.replaced = 1;
  EXPECT_EQ(LateNote(attempt), "This message is 7200 s old. It stands for 1 earlier one.");
}

TEST(PageText, NamesTheKindAndTheServices) {
  model::Page page = delivery::PageAbout("in_1", model::PageKind::kResolved);
  EXPECT_TRUE(Headline(page).starts_with("Resolved: payment"));
  EXPECT_EQ(Services(page), "payment, order");
  EXPECT_EQ(Services(page, 1), "payment and 1 more");
  page.entities.clear();
  EXPECT_EQ(Facts(page, {}).front().first, "Since");
}

}  // namespace
}  // namespace vedette::notify::wording
