#include "query/label_hash.h"

#include <gtest/gtest.h>
#include <string_view>

namespace vedette::query {
namespace {

uint64_t Hash(std::string_view bytes) {
  return HashLabels(model::LabelsView::FromCanonical(bytes));
}

// Published values of XXH64 with seed 0.
TEST(LabelHash, IsXxh64) {
  EXPECT_EQ(Hash(""), 0xef46db3751d8e999U);
  EXPECT_EQ(Hash("a"), 0xd24ec4f1a98c6e5bU);
  EXPECT_EQ(Hash("abc"), 0x44bc2cf5ad770999U);
  EXPECT_EQ(Hash("The quick brown fox jumps over the lazy dog"), 0x0b242d361fda71bcU);
}

}  // namespace
}  // namespace vedette::query
