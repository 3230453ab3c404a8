#include "sources/senders/pattern.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette::sources::senders {
namespace {

using base::Json;

const Json& Root() {
  static const Json root = *base::ParseJson(R"({
    "title": "slow", "empty": "", "none": null, "count": 3, "ratio": 0.5, "whole": 93.0,
    "yes": true,
    "host": {"name": "db1"}, "odd.name": {"x y": 1},
    "items": [{"name": "a", "v": 1}, {"name": "b", "v": 2}],
    "tags": ["env:prod", "service: web"], "line": "env:prod, service:api,team:x",
    "text": "{\"inner\": {\"state\": \"down\"}}", "names": ["a", "b"], "zero": 0})");
  return root;
}

std::string Filled(std::string_view text, const Json& item = Root()) {
  const base::Result<Pattern> pattern = Pattern::Parse(text);
  return pattern.ok() ? pattern->Fill(item, Root(), 100) : "error: " + pattern.error().message;
}

TEST(Pattern, TakesValuesFromWhereverTheyStand) {
  EXPECT_EQ(Filled("{title}"), "slow");
  EXPECT_EQ(Filled("{host.name}: {title}"), "db1: slow");
  EXPECT_EQ(Filled("{'odd.name'.'x y'}"), "1");
  EXPECT_EQ(Filled("{items[0].name}{items[-1].name}"), "ab");
  EXPECT_EQ(Filled("{items[name=b].v}"), "2");
  EXPECT_EQ(Filled("{tags[service:]} {line[service:]} {line[team:]}"), "web api x");
  EXPECT_EQ(Filled("{text.json().inner.state}"), "down");
  EXPECT_EQ(Filled("{host.json().name}"), "db1");
  EXPECT_EQ(Filled("{name} of {^.host.name}", Root()["items"][1]), "b of db1");
  EXPECT_EQ(Filled("{count} {ratio} {whole} {yes} {names} {zero}"), "3 0.5 93 true a, b 0");
}

TEST(Pattern, TheFirstAlternativeThatHasAValueCounts) {
  EXPECT_EQ(Filled("{nothing|empty|none|title}"), "slow");
  EXPECT_EQ(Filled("{nothing|\"no title\"}"), "no title");
  EXPECT_EQ(Filled("[{nothing}]"), "[]");
  for (const char* path :
       {"{items[7].name}", "{items.name}", "{title[0]}", "{host[name=x]}", "{tags[other:]}",
        "{title.json().x}", "{count.x}", "{items[name=z].v}"}) {
    EXPECT_EQ(Filled(path), "") << path;
  }
}

TEST(Pattern, SaysWhatIsWrongWithIt) {
  for (const char* text :
       {"{", "{}", "{a.}", "{.a}", "{a[}", "{a[x]}", "{a[]}", "{'a}", "{a|}", "{a..b}"}) {
    EXPECT_FALSE(Pattern::Parse(text).ok()) << text;
  }
  std::string deep = "{a";
  for (int i = 0; i < 30; ++i) deep += ".a";
  EXPECT_FALSE(Pattern::Parse(deep + "}").ok());
}

TEST(Pattern, WhatItMakesIsBoundedAndPlain) {
  const Json item = {{"long", std::string(99, 'x') + "\xC3\xA9"}, {"odd", "a\x1b[0m\tb"}};
  EXPECT_EQ(Filled("{long}", item), std::string(99, 'x')) << "cut at the edge of a character";
  EXPECT_EQ(Filled("{odd}", item), "a [0m b");
}

}  // namespace
}  // namespace vedette::sources::senders
