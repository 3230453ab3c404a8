#include "base/base64.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

// The examples of RFC 4648.
TEST(Base64, EncodesAsTheStandardSays) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64(std::string_view("\0\xff\xfe", 3)), "AP/+");
}

TEST(Base64Url, GoesThereAndBack) {
  EXPECT_EQ(Base64Url(std::string_view("\0\xff\xfe", 3)), "AP_-");
  EXPECT_EQ(Base64Url("f"), "Zg");
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*DecodeBase64Url(Base64Url(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64Url, TakesOneFormOnly) {
  for (const char* text : {"Z", "Zg==", "Zh", "Zm9", "Zm8+", "Zm 8", "AP/+"}) {
    EXPECT_FALSE(DecodeBase64Url(text).ok()) << text;
  }
}

TEST(Base64, DecodesEitherAlphabetWithOrWithoutPadding) {
  EXPECT_EQ(DecodeBase64("Zg==").value(), "f");
  EXPECT_EQ(DecodeBase64("Zm8").value(), "fo");
  EXPECT_EQ(DecodeBase64("AP/+").value(), std::string("\0\xff\xfe", 3));
  EXPECT_EQ(DecodeBase64("AP_-").value(), std::string("\0\xff\xfe", 3));
  for (const char* bad : {"Z", "Zm9vY", "Zm=v", "Zm 9v"})
    EXPECT_FALSE(DecodeBase64(bad).ok()) << bad;
}

}  // namespace
}  // namespace vedette::base
