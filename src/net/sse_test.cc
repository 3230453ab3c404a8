#include "net/sse.h"

#include <gtest/gtest.h>

namespace vedette::net {
namespace {

std::string Formatted(const SseEvent& event) {
  std::string out;
  AppendSseEvent(event, out);
  return out;
}

TEST(Sse, WritesIdEventAndData) {
  EXPECT_EQ(Formatted({.id = "7", .event = "incident", .data = "{}"}),
            "id: 7\nevent: incident\ndata: {}\n\n");
}

TEST(Sse, WritesOneDataFieldPerLine) {
  EXPECT_EQ(Formatted({.id = {}, .event = {}, .data = "a\nb\r\nc\rd"}),
            "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(Formatted({.id = {}, .event = {}, .data = "a\n"}), "data: a\ndata: \n\n");
  EXPECT_EQ(Formatted({}), "data: \n\n");
}

TEST(Sse, KeepsIdAndEventOnOneLine) {
  EXPECT_EQ(
      Formatted({.id = std::string_view("1\n\0data: x", 10), .event = "e\r\nid: 2", .data = "d"}),
      "id: 1data: x\nevent: eid: 2\ndata: d\n\n");
}

TEST(Sse, WritesCommentsOfSeveralLines) {
  std::string out;
  AppendSseComment("a\nid: 1", out);
  EXPECT_EQ(out, ": a\n: id: 1\n\n");
}

}  // namespace
}  // namespace vedette::net
