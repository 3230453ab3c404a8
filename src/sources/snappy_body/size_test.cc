#include "sources/snappy_body/size.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <string>

namespace vedette::sources::snappy_body {
namespace {

TEST(SnappyBody, KnowsItsSize) {
  std::string body;
  const std::string zeros(1 << 20, '\0');
  snappy::Compress(zeros.data(), zeros.size(), &body);

  EXPECT_EQ(DecodedSize(body, 1 << 20).value(), zeros.size());
  const auto larger = DecodedSize(body, (1 << 20) - 1);
  ASSERT_FALSE(larger.ok());
  EXPECT_EQ(larger.error().message,
            "the body claims 1048576 bytes when decompressed; the limit is 1048575");
  EXPECT_FALSE(DecodedSize("", 100).ok());
}

TEST(SnappyBody, ClaimsNoMoreThanItCanHold) {
  const std::string body = "\x80\x80\x80\x10" + std::string(100, 'x');  // 32 MiB

  const auto size = DecodedSize(body, 64 << 20);

  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().message,
            "a snappy body of 104 bytes cannot hold the 33554432 that it claims");
}

}  // namespace
}  // namespace vedette::sources::snappy_body
