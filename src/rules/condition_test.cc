#include "rules/condition.h"

#include <gtest/gtest.h>
#include <map>

namespace vedette::rules {
namespace {

FieldValue Number(double number) {
  FieldValue value;
  value.kind = FieldValue::Kind::kNumber;
  value.number = number;
  return value;
}

FieldValue Text(std::string text) {
  FieldValue value;
  value.kind = FieldValue::Kind::kText;
  value.empty = text.empty();
  value.text = std::move(text);
  return value;
}

bool Holds(const std::string& text) {
  const std::map<std::string, FieldValue, std::less<>> fields = {
      {"status", Text("success")}, {"items", Number(3)}, {"wanted", Number(3)},
      {"code", Text("200")},       {"name", Text("")},   {"order.id", Text("o 1")},
      {"more", Number(4)},
  };
  const base::Result<Condition> condition = Condition::Parse(text);
  if (!condition.ok()) {
    ADD_FAILURE() << text << ": " << condition.error().message;
    return false;
  }
  return condition->Holds([&](std::string_view path) {
    const auto found = fields.find(path);
    return found == fields.end() ? FieldValue{} : found->second;
  });
}

TEST(Condition, ReadsAsItIsSpoken) {
  EXPECT_TRUE(Holds("status is success"));
  EXPECT_FALSE(Holds("status is not success"));
  EXPECT_TRUE(Holds("result is null"));
  EXPECT_FALSE(Holds("result is not null"));
  EXPECT_TRUE(Holds("status is success and result is null"));
  EXPECT_TRUE(Holds("items exists and not (result exists)"));
  EXPECT_TRUE(Holds("name is empty and result is empty and status is not empty"));
  EXPECT_TRUE(Holds("status in (failed, success)"));
  EXPECT_TRUE(Holds("status not in (failed, 'half done')"));
}

TEST(Condition, ComparesNumbersAsNumbersAndTextsAsTexts) {
  EXPECT_TRUE(Holds("items > 2 and items >= 3 and items < 3.5 and items <= 3"));
  EXPECT_TRUE(Holds("code = 200.0")) << "a number that the record has as a text";
  EXPECT_FALSE(Holds("status > 2"));
  EXPECT_FALSE(Holds("result < 2")) << "what is missing is not small";
  EXPECT_TRUE(Holds("order.id = \"o 1\""));
  EXPECT_TRUE(Holds("status =~ '^succ' and code !~ \"^5\""));
  EXPECT_TRUE(Holds("items = $wanted and items < $more and items != $nothing"));
  EXPECT_TRUE(Holds("$items = $wanted and $items < $more")) << "the sign is allowed on both sides";
  EXPECT_FALSE(Holds("$items = $more"));
}

TEST(Condition, AndBindsTighterThanOr) {
  EXPECT_TRUE(Holds("status is success or status is x and status is y"));
  EXPECT_FALSE(Holds("(status is success or status is x) and status is y"));
}

TEST(Condition, NamesTheFieldsThatItLooksAt) {
  const auto condition = Condition::Parse("a is b or c = $d and a > 1");
  ASSERT_TRUE(condition.ok());
  EXPECT_EQ(condition->paths(), (std::vector<std::string>{"a", "c", "d"}));
}

TEST(Condition, SaysWhereAMistakeIs) {
  const auto fault = [](const std::string& text) {
    const auto condition = Condition::Parse(text);
    return condition.ok() ? std::string("ok") : condition.error().message;
  };
  EXPECT_EQ(fault(""), "1:1: expected a field, not the end");
  EXPECT_EQ(fault("status"),
            "1:7: expected is, =, !=, <, <=, >, >=, =~, !~, in or exists, not the end");
  EXPECT_EQ(fault("status is success result"),
            "1:19: expected and, or, or the end, not \"result\"");
  EXPECT_EQ(fault("items > many"), "1:9: only numbers are larger or smaller");
  EXPECT_EQ(fault("a = \"x"), "1:5: the quote is not closed");
  EXPECT_EQ(fault("a ? b"), "1:3: unexpected '?'");
  EXPECT_EQ(fault("$ = 1"), "1:1: expected a field behind the $");
  EXPECT_EQ(fault("a =~ '('").substr(0, 11), "1:6: regex:");
  EXPECT_NE(fault(std::string(100, '(') + "a = 1").find("nested deeper"), std::string::npos);
  EXPECT_NE(fault(std::string(5000, 'a')).find("the limit is 4096"), std::string::npos);
}

}  // namespace
}  // namespace vedette::rules
