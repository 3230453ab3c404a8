#include "base/digest.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

TEST(Digest, EqualsThePublishedVectors) {
  // FIPS 180-4 examples; RFC 4231 test cases 2 and 6.
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HmacSha256Hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacSha256Hex(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, Md5EqualsThePublishedVectors) {  // RFC 1321, appendix A.5
  const std::string digest = Md5("abc");
  ASSERT_EQ(digest.size(), 16U);
  EXPECT_EQ(digest.substr(0, 4), "\x90\x01\x50\x98");
  EXPECT_EQ(Md5("").substr(0, 4), "\xd4\x1d\x8c\xd9");
}

TEST(Digest, TakesEmptyKeys) {
  EXPECT_EQ(HmacSha256Hex("", ""),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(SameSecret, ComparesWholeTexts) {
  EXPECT_TRUE(SameSecret("", ""));
  EXPECT_TRUE(SameSecret("abc", "abc"));
  EXPECT_FALSE(SameSecret("abc", "abd"));
  EXPECT_FALSE(SameSecret("abc", "ab"));
}

}  // namespace
}  // namespace vedette::base
