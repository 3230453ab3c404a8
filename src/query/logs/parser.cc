#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "query/logs/condition.h"
#include "query/logs/extraction.h"
#include "query/logs/lexer.h"
#include "query/logs/query.h"

namespace vedette::query::logs {
namespace {

using records::LogCondition;

constexpr int kDepthMax = 64;
constexpr size_t kNamesMax = 16;
constexpr size_t kLimitMax = 10'000;
constexpr size_t kDefaultTop = 10;

// The message holds exactly this text. What is sure of it is said in words and in any case too,
// because that finds blocks.
LogCondition MessageHolds(const std::string& text) {
  LogCondition exact;
  exact.kind = LogCondition::Kind::kField;
  exact.field = "message";
  exact.test = [text](std::optional<std::string_view> message) {
    return message.value_or("").find(text) != std::string_view::npos;
  };
  return LogCondition::And({LogCondition::Part(text), std::move(exact)});
}

// Reads a query from its tokens. One method per rule of the grammar in docs/guide/logs.md.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens)
      : text_(text), tokens_(std::move(tokens)) {}

  base::Result<Query> ParseQuery() {
    VEDETTE_TRY_VOID(RefuseMetricQuery());
    if (!Peek().Is("|")) {
      VEDETTE_TRY(LogCondition condition, ParseOr());
      conditions_.push_back(std::move(condition));
    }
    while (true) {
      if (Take("|")) {
        VEDETTE_TRY_VOID(ParseStage());
      } else if (AtLineFilter() && !query_.aggregation.has_value()) {
        VEDETTE_TRY(LogCondition filter, ParseLineFilter());
        conditions_.push_back(std::move(filter));
      } else {
        break;
      }
    }
    if (Peek().kind != Token::Kind::kEnd) return Error("unexpected " + Shown(Peek()));
    query_.condition =
        std::make_shared<const LogCondition>(LogCondition::And(std::move(conditions_)));
    return std::move(query_);
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& Next() {
    const Token& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool Take(std::string_view sign) {
    if (!Peek().Is(sign)) return false;
    Next();
    return true;
  }
  bool TakeWord(std::string_view keyword) {
    if (!Peek().IsWord(keyword)) return false;
    Next();
    return true;
  }
  base::Error Error(std::string_view message) const {
    return ErrorAt(text_, Peek().offset, message);
  }
  base::Error ErrorOf(const Token& token, const base::Error& error) const {
    return ErrorAt(text_, token.offset, error.message);
  }
  static std::string Shown(const Token& token) {
    return token.kind == Token::Kind::kEnd ? "end of the query" : "\"" + token.text + "\"";
  }
  base::Result<> Expect(std::string_view sign) {
    if (Take(sign)) return {};
    return Error(fmt::format("expected \"{}\", not {}", sign, Shown(Peek())));
  }
  base::Result<std::string> ExpectName(std::string_view what) {
    if (Peek().kind == Token::Kind::kWord || Peek().kind == Token::Kind::kQuoted) {
      return Next().text;
    }
    return Error(fmt::format("expected {}, not {}", what, Shown(Peek())));
  }

  // -- Conditions

  // rate({service="shop"}[5m]): not ours, but one can say what is.
  base::Result<> RefuseMetricQuery() const {
    constexpr std::string_view kFunctions[] = {"count_over_time",
                                               "bytes_over_time",
                                               "bytes_rate",
                                               "sum_over_time",
                                               "avg_over_time",
                                               "rate",
                                               "sum",
                                               "avg",
                                               "min",
                                               "max",
                                               "count",
                                               "topk",
                                               "bottomk",
                                               "quantile_over_time"};
    const bool function = std::any_of(std::begin(kFunctions), std::end(kFunctions),
                                      [&](std::string_view name) { return Peek().IsWord(name); });
    const bool calls = Peek(1).Is("(") || Peek(1).IsWord("by");
    const bool selects = std::any_of(tokens_.begin(), tokens_.end(),
                                     [](const Token& token) { return token.Is("{"); });
    if (!function || !calls || !selects) return {};
    return Error(
        "counting is a stage here, behind the lines: {service=\"shop\"} |= \"refused\" | count by "
        "(level) [1m]; there are count, rate, sum(f), avg(f), min(f), max(f) and p99(f)");
  }

  bool EndsCondition() const {
    return Peek().kind == Token::Kind::kEnd || Peek().Is("|") || Peek().Is(")") ||
           Peek().IsWord("or");
  }

  base::Result<LogCondition> ParseOr() {
    LogCondition either;
    either.kind = LogCondition::Kind::kOr;
    do {
      VEDETTE_TRY(LogCondition part, ParseAnd());
      either.parts.push_back(std::move(part));
    } while (TakeWord("or"));
    return either.parts.size() == 1 ? std::move(either.parts[0]) : std::move(either);
  }

  base::Result<LogCondition> ParseAnd() {
    std::vector<LogCondition> parts;
    do {
      VEDETTE_TRY(LogCondition part, ParseNot());
      parts.push_back(std::move(part));
    } while (TakeWord("and") || !EndsCondition());
    return parts.size() == 1 ? std::move(parts[0]) : LogCondition::And(std::move(parts));
  }

  base::Result<LogCondition> ParseNot() {
    if (++depth_ > kDepthMax) return Error(fmt::format("nested deeper than {}", kDepthMax));
    const bool negated = TakeWord("not") || Take("!");
    auto condition = negated ? ParseNot() : ParsePrimary();
    --depth_;
    if (!condition.ok() || !negated) return condition;
    return Not(*std::move(condition));
  }

  base::Result<LogCondition> ParsePrimary() {
    if (Take("(")) {
      VEDETTE_TRY(LogCondition inner, ParseOr());
      VEDETTE_TRY_VOID(Expect(")"));
      return inner;
    }
    if (Take("{")) return ParseSelector();
    if (AtLineFilter()) return ParseLineFilter();
    if (Peek().Is("~") || Peek().Is("=~")) return ParseMessageRegex();
    const Token token = Peek();
    if (token.kind != Token::Kind::kWord && token.kind != Token::Kind::kQuoted) {
      return Error("expected a word, a \"phrase\" or field=value, not " + Shown(token));
    }
    Next();
    if (IsComparison(Peek())) return ParseComparison(token);
    if (token.kind == Token::Kind::kQuoted) return LogCondition::Phrase(token.text);
    return ParseWord(token);
  }

  // {service="shop", pod=~"p.*"}: all of these; expressions fit the whole value, as in LogQL.
  base::Result<LogCondition> ParseSelector() {
    std::vector<LogCondition> parts;
    while (!Take("}")) {
      if (!parts.empty()) VEDETTE_TRY_VOID(Expect(","));
      if (Take("}")) break;
      VEDETTE_TRY(const std::string field, ExpectName("the name of a field"));
      if (!IsComparison(Peek())) return Error("expected =, !=, =~ or !~, not " + Shown(Peek()));
      const std::string op = Next().text;
      const Token value = Peek();
      VEDETTE_TRY(std::string text, ExpectName("a value"));
      if (op.ends_with('~')) text = "^(?:" + text + ")$";
      auto condition = Compare(field, op, text);
      if (!condition.ok()) return ErrorOf(value, condition.error());
      parts.push_back(*std::move(condition));
    }
    return LogCondition::And(std::move(parts));
  }

  // |= "text", != "text", |~ "expression", !~ "expression" of LogQL, on the message.
  bool AtLineFilter() const {
    const bool sign = Peek().Is("|=") || Peek().Is("!=") || Peek().Is("|~") || Peek().Is("!~");
    return sign && Peek(1).kind == Token::Kind::kQuoted;
  }

  base::Result<LogCondition> ParseLineFilter() {
    const std::string op = Next().text;
    LogCondition any;
    any.kind = LogCondition::Kind::kOr;
    do {
      const Token text = Next();
      if (op.ends_with('~')) {
        auto condition = Compare("message", "=~", text.text);
        if (!condition.ok()) return ErrorOf(text, condition.error());
        any.parts.push_back(*std::move(condition));
      } else {
        any.parts.push_back(MessageHolds(text.text));
      }
    } while (Peek().IsWord("or") && Peek(1).kind == Token::Kind::kQuoted && TakeWord("or"));
    return op.starts_with('!') ? Not(std::move(any)) : std::move(any);
  }

  static bool IsComparison(const Token& token) {
    constexpr std::string_view kOps[] = {"=", "!=", "=~", "!~", ">", ">=", "<", "<="};
    return token.kind == Token::Kind::kSign &&
           std::find(std::begin(kOps), std::end(kOps), token.text) != std::end(kOps);
  }

  base::Result<LogCondition> ParseMessageRegex() {
    Next();
    const Token expression = Peek();
    if (expression.kind != Token::Kind::kQuoted) return Error("expected a quoted expression");
    Next();
    auto condition = Compare("message", "=~", expression.text);
    if (!condition.ok()) return ErrorOf(expression, condition.error());
    return condition;
  }

  base::Result<LogCondition> ParseComparison(const Token& field) {
    const std::string op = Next().text;
    const Token value = Peek();
    VEDETTE_TRY(const std::string text, ExpectName("a value"));
    auto condition = Compare(field.text, op, text);
    if (!condition.ok()) return ErrorOf(value, condition.error());
    return condition;
  }

  // *: every line; *part*: anywhere; word: as a word.
  base::Result<LogCondition> ParseWord(const Token& token) {
    std::string_view word = token.text;
    if (word == "*") {
      if (Peek().kind != Token::Kind::kQuoted || !Peek().glued) return LogCondition{};
      const std::string part = Next().text;  // *"any part"*
      if (Peek().glued && Peek().IsWord("*")) {
        Next();
        return LogCondition::Part(part);
      }
      return Error("expected * right behind the part");
    }
    if (word.find('*') == std::string_view::npos) return LogCondition::Phrase(word);
    if (word.size() > 2 && word.starts_with('*') && word.ends_with('*') &&
        word.substr(1, word.size() - 2).find('*') == std::string_view::npos) {
      return LogCondition::Part(word.substr(1, word.size() - 2));
    }
    return ErrorAt(text_, token.offset,
                   "a star stands alone or on both sides of a part: *part*; quote it otherwise");
  }

  // -- Stages

  base::Result<> ParseStage() {
    const Token name = Peek();
    const bool is_filter = name.Is("(") || (IsComparison(Peek(1)) && !IsForm(name));
    if (is_filter && !query_.aggregation.has_value()) return ParseWhere();  // | status >= 500
    VEDETTE_TRY_VOID(ExpectName("a stage such as count, rate, top, pattern, parse or where"));
    if (query_.aggregation.has_value() && !name.IsWord("limit") && !name.IsWord("sort")) {
      return ErrorAt(text_, name.offset, "only limit and sort may follow counted lines");
    }
    if (name.IsWord("where") || name.IsWord("filter")) return ParseWhere();
    if (name.IsWord("parse")) return ParseParse(TakeForm());
    if (IsForm(name)) return ParseParse(name);  // | json, as elsewhere
    if (name.IsWord("fields")) return ParseNames(query_.fields);
    if (name.IsWord("format") || name.IsWord("line_format")) return ParseFormat();
    if (name.IsWord("limit")) return ParseLimit();
    if (name.IsWord("sort")) return ParseSort();
    // Lines are counted as they are found, so there is nothing to cut or sort before.
    if (query_.limit > 0 || !query_.sort_by.empty()) {
      return ErrorAt(text_, name.offset, "limit and sort stand behind what counts lines");
    }
    if (name.IsWord("top")) return ParseTop();
    if (name.IsWord("pattern") || name.IsWord("patterns")) return ParsePattern();
    return ParseFunction(name);
  }

  base::Result<> ParseWhere() {
    VEDETTE_TRY(LogCondition condition, ParseOr());
    if (query_.extractions.empty()) {
      conditions_.push_back(std::move(condition));
      return {};
    }
    LogCondition where;
    where.kind = LogCondition::Kind::kLine;
    where.line_test = records::TestOf(
        std::move(condition), [extractions = query_.extractions](const records::LogLine& line) {
          return std::make_unique<ExtractedLine>(line, extractions);
        });
    conditions_.push_back(std::move(where));
    return {};
  }

  static bool IsForm(const Token& token) {
    return token.IsWord("json") || token.IsWord("logfmt") || token.IsWord("regex") ||
           token.IsWord("regexp");
  }
  Token TakeForm() {
    const Token form = Peek();
    if (form.kind != Token::Kind::kEnd) Next();
    return form;
  }

  base::Result<> ParseParse(const Token& form) {
    if (form.IsWord("json")) {
      query_.extractions.push_back(JsonExtraction());
    } else if (form.IsWord("logfmt")) {
      query_.extractions.push_back(LogfmtExtraction());
    } else if (form.IsWord("regex") || form.IsWord("regexp")) {
      const Token expression = Peek();
      VEDETTE_TRY(const std::string text, ExpectName("a quoted expression"));
      auto regex = RegexExtraction(text);
      if (!regex.ok()) return ErrorOf(expression, regex.error());
      query_.extractions.push_back(*std::move(regex));
    } else {
      return ErrorAt(text_, form.offset, "expected json, logfmt or regex, not " + Shown(form));
    }
    return {};
  }

  base::Result<> ParseNames(std::vector<std::string>& names) {
    do {
      VEDETTE_TRY(std::string name, ExpectName("the name of a field"));
      if (names.size() == kNamesMax) return Error(fmt::format("more than {} fields", kNamesMax));
      names.push_back(std::move(name));
    } while (Take(","));
    return {};
  }

  base::Result<> ParseFormat() {
    const Token text = Peek();
    if (text.kind != Token::Kind::kQuoted) return Error("expected a quoted format");
    Next();
    auto format = LineFormat::Parse(text.text);
    if (!format.ok()) return ErrorOf(text, format.error());
    query_.format = *std::move(format);
    return {};
  }

  base::Result<size_t> ParseNumber() {
    const Token token = Peek();
    size_t number = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto [rest, error] = std::from_chars(token.text.data(), end, number);
    if (error != std::errc{} || rest != end || number < 1 || number > kLimitMax) {
      return Error(fmt::format("expected a number from 1 to {}", kLimitMax));
    }
    Next();
    return number;
  }

  base::Result<> ParseLimit() {
    VEDETTE_TRY(const size_t number, ParseNumber());
    (query_.aggregation.has_value() ? query_.aggregation->top : query_.limit) = number;
    return {};
  }

  base::Result<> ParseSort() {
    TakeWord("by");
    VEDETTE_TRY(query_.sort_by, ExpectName("the name of a field"));
    query_.descending = TakeWord("desc");
    if (!query_.descending) TakeWord("asc");
    return {};
  }

  bool AtNumber() const {
    return Peek().kind == Token::Kind::kWord &&
           Peek().text.find_first_not_of("0123456789") == std::string::npos;
  }

  base::Result<> ParseTop() {
    Aggregation top;
    top.top = kDefaultTop;
    if (AtNumber()) {
      VEDETTE_TRY(top.top, ParseNumber());
    }
    TakeWord("by");
    VEDETTE_TRY_VOID(ParseNames(top.by));
    VEDETTE_TRY_VOID(ParseStep(top));
    query_.aggregation = std::move(top);
    return {};
  }

  base::Result<> ParsePattern() {
    Aggregation patterns;
    patterns.top = kDefaultTop * 10;
    if (AtNumber()) {
      VEDETTE_TRY(patterns.top, ParseNumber());
    }
    patterns.by = {"pattern"};
    VEDETTE_TRY_VOID(ParseStep(patterns));
    query_.aggregation = std::move(patterns);
    return {};
  }

  base::Result<> ParseFunction(const Token& name) {
    Aggregation aggregation;
    constexpr std::pair<std::string_view, Function> kFunctions[] = {
        {"count", Function::kCount},
        {"rate", Function::kRate},
        {"sum", Function::kSum},
        {"avg", Function::kAvg},
        {"min", Function::kMin},
        {"max", Function::kMax},
        {"p50", Function::kQuantile},
        {"p90", Function::kQuantile},
        {"p95", Function::kQuantile},
        {"p99", Function::kQuantile},
        {"count_distinct", Function::kDistinct}};
    const auto found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                    [&](const auto& f) { return name.IsWord(f.first); });
    if (found == std::end(kFunctions)) {
      return ErrorAt(text_, name.offset,
                     fmt::format("no stage is called {}; there are where, parse, fields, format, "
                                 "sort, limit, count, count_distinct, rate, sum, avg, min, max, "
                                 "p50, p90, p95, p99, top and pattern",
                                 Shown(name)));
    }
    aggregation.function = found->second;
    if (found->second == Function::kQuantile) {
      aggregation.quantile = (name.text[1] - '0') / 10.0 + (name.text[2] - '0') / 100.0;
    }
    const bool has_field =
        aggregation.function != Function::kCount && aggregation.function != Function::kRate;
    if (has_field) {
      VEDETTE_TRY_VOID(Expect("("));
      VEDETTE_TRY(aggregation.of, ExpectName("the name of a field"));
      VEDETTE_TRY_VOID(Expect(")"));
    } else if (Take("(")) {
      VEDETTE_TRY_VOID(Expect(")"));  // count() is count
    }
    if (TakeWord("by")) {
      const bool parentheses = Take("(");
      VEDETTE_TRY_VOID(ParseNames(aggregation.by));
      if (parentheses) VEDETTE_TRY_VOID(Expect(")"));
    }
    VEDETTE_TRY_VOID(ParseStep(aggregation));
    query_.aggregation = std::move(aggregation);
    return {};
  }

  base::Result<> ParseStep(Aggregation& aggregation) {
    if (!Take("[")) return {};
    const Token step = Peek();
    VEDETTE_TRY(const std::string text, ExpectName("a duration"));
    const auto duration = base::ParseDuration(text);
    if (!duration.ok() || duration->count() <= 0) {
      return ErrorAt(text_, step.offset, "expected a duration such as 30s or 5m");
    }
    aggregation.step = *duration;
    return Expect("]");
  }

  const std::string_view text_;
  const std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  Query query_;
  std::vector<LogCondition> conditions_;
};

}  // namespace

base::Result<Query> Parse(std::string_view text) {
  VEDETTE_TRY(std::vector<Token> tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).ParseQuery();
}

ExtractedLine::ExtractedLine(const records::LogLine& line,
                             const std::vector<std::shared_ptr<const Extraction>>& extractions)
    : line_(line) {
  for (const auto& extraction : extractions) extraction->Extract(line.message(), fields_);
}

std::optional<std::string_view> ExtractedLine::Field(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return line_.Field(name);
}

model::LogRecord ExtractedLine::Record() const {
  model::LogRecord record = line_.Record();
  for (const auto& [name, value] : fields_) {
    const bool known = std::any_of(record.fields.begin(), record.fields.end(),
                                   [&](const auto& field) { return field.first == name; });
    if (!known) record.fields.emplace_back(name, value);
  }
  return record;
}

model::LogRecord Shown(const records::LogLine& line, const Query& query) {
  model::LogRecord record = ExtractedLine(line, query.extractions).Record();
  if (query.format.has_value()) record.message = query.format->Of(record);
  return record;
}

}  // namespace vedette::query::logs
