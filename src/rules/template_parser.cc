#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <utility>

#include "rules/template_ast.h"
#include "rules/template_functions.h"
#include "rules/template_lexer.h"

namespace vedette::rules {
namespace {

using Kind = TemplateToken::Kind;
using Node = TemplateNode;

constexpr std::string_view kKeywords[] = {"if",    "else",     "end",   "range",    "with",
                                          "block", "template", "break", "continue", "define"};

bool IsKeyword(const TemplateToken& token) {
  return token.kind == Kind::kIdentifier &&
         std::find(std::begin(kKeywords), std::end(kKeywords), token.text) != std::end(kKeywords);
}

class Parser {
 public:
  explicit Parser(std::vector<TemplateToken> tokens) : tokens_(std::move(tokens)) {}

  base::Result<TemplateTree> Run() {
    VEDETTE_TRY(tree_.root, List(0));
    if (Peek().kind != Kind::kEnd) return Fail("unexpected {{" + Word(1) + "}}");
    return std::move(tree_);
  }

 private:
  const TemplateToken& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const TemplateToken& Next() {
    const TemplateToken& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  std::string Word(size_t ahead) const { return Peek(ahead).text; }
  bool AtWord(std::string_view word) const {
    return Peek().kind == Kind::kOpen && Peek(1).kind == Kind::kIdentifier && Peek(1).text == word;
  }
  bool TakeSymbol(std::string_view symbol) {
    if (Peek().kind != Kind::kSymbol || Peek().text != symbol) return false;
    Next();
    return true;
  }
  base::Error Fail(std::string message) const {
    return base::InvalidArgument(fmt::format("{}: {}", Peek().line, message));
  }
  base::Result<> Close(std::string_view where) {
    if (Peek().kind != Kind::kClose) {
      return Fail(fmt::format("unexpected \"{}\" in {}", Peek().text, where));
    }
    Next();
    return {};
  }

  // Until {{end}}, {{else}} or the end, which stay.
  base::Result<TemplateNodes> List(int depth) {
    if (depth > kTemplateNestingMax) return Fail("nested too deeply");
    TemplateNodes nodes;
    while (Peek().kind != Kind::kEnd && !AtWord("end") && !AtWord("else")) {
      if (Peek().kind == Kind::kText) {
        Node node;
        node.line = Peek().line;
        node.text = Next().text;
        nodes.push_back(std::move(node));
        continue;
      }
      VEDETTE_TRY(std::optional<Node> node, Action(depth));
      if (node) nodes.push_back(*std::move(node));
    }
    return nodes;
  }

  // Nothing for a definition.
  base::Result<std::optional<Node>> Action(int depth) {
    Node node;
    node.line = Peek().line;
    Next();  // {{
    if (!IsKeyword(Peek())) {
      node.kind = Node::Kind::kAction;
      VEDETTE_TRY(node.pipeline, Pipeline(depth, "command"));
      VEDETTE_TRY_VOID(Close("command"));
      return node;
    }
    const std::string word = Next().text;
    if (word == "if" || word == "range" || word == "with") return Control(word, depth);
    if (word == "define") return Define(depth);
    if (word == "template" || word == "block") return Call(word, depth);
    if (word == "break" || word == "continue") {
      if (ranges_ == 0) return Fail(fmt::format("{{{{{}}}}} outside {{{{range}}}}", word));
      node.kind = word == "break" ? Node::Kind::kBreak : Node::Kind::kContinue;
      VEDETTE_TRY_VOID(Close(word));
      return node;
    }
    return Fail(fmt::format("unexpected {{{{{}}}}}", word));
  }

  // Behind the word: if, range or with.
  base::Result<std::optional<Node>> Control(const std::string& word, int depth) {
    if (depth > kTemplateNestingMax) return Fail("nested too deeply");
    Node node;
    node.line = Peek().line;
    node.kind = word == "if"      ? Node::Kind::kIf
                : word == "range" ? Node::Kind::kRange
                                  : Node::Kind::kWith;
    const size_t variables = variables_.size();
    VEDETTE_TRY(node.pipeline, Pipeline(depth, word));
    VEDETTE_TRY_VOID(Close(word));
    ranges_ += word == "range" ? 1 : 0;
    VEDETTE_TRY(node.body, List(depth + 1));
    ranges_ -= word == "range" ? 1 : 0;
    if (AtWord("else")) {
      Next();
      Next();
      if (word != "range" && Peek().kind == Kind::kIdentifier && Peek().text == word) {
        // {{else if}}: the inner one takes the {{end}}.
        Next();
        VEDETTE_TRY(std::optional<Node> inner, Control(word, depth + 1));
        node.otherwise.push_back(*std::move(inner));
        variables_.resize(variables);
        return node;
      }
      VEDETTE_TRY_VOID(Close("else"));
      VEDETTE_TRY(node.otherwise, List(depth + 1));
    }
    variables_.resize(variables);
    VEDETTE_TRY_VOID(End());
    return node;
  }

  base::Result<> End() {
    if (!AtWord("end")) {
      return Fail(Peek().kind == Kind::kEnd ? "unexpected EOF" : "expected {{end}}");
    }
    Next();
    Next();
    return Close("end");
  }

  base::Result<std::optional<Node>> Define(int depth) {
    if (depth > 0) return Fail("unexpected {{define}}");
    VEDETTE_TRY(const std::string name, Name("define"));
    VEDETTE_TRY_VOID(Close("define clause"));
    VEDETTE_TRY_VOID(Body(name, depth));
    return std::nullopt;
  }

  // {{define}} and {{block}} begin with no variables but $.
  base::Result<> Body(const std::string& name, int depth) {
    std::vector<std::string> outer = std::exchange(variables_, {""});
    const int ranges = std::exchange(ranges_, 0);
    VEDETTE_TRY(TemplateNodes body, List(depth + 1));
    VEDETTE_TRY_VOID(End());
    tree_.defined[name] = std::move(body);
    variables_ = std::move(outer);
    ranges_ = ranges;
    return {};
  }

  base::Result<std::optional<Node>> Call(const std::string& word, int depth) {
    Node node;
    node.line = Peek().line;
    node.kind = Node::Kind::kTemplate;
    VEDETTE_TRY(node.text, Name(word));
    if (Peek().kind != Kind::kClose) {
      VEDETTE_TRY(node.pipeline, Pipeline(depth, word + " clause"));
    }
    VEDETTE_TRY_VOID(Close(word + " clause"));
    if (word == "block") VEDETTE_TRY_VOID(Body(node.text, depth));
    return node;
  }

  base::Result<std::string> Name(const std::string& where) {
    const TemplateToken& token = Peek();
    if (token.kind != Kind::kConstant || token.constant.text() == nullptr) {
      return Fail(fmt::format("unexpected \"{}\" in {} clause", token.text, where));
    }
    return *Next().constant.text();
  }

  base::Result<TemplatePipeline> Pipeline(int depth, std::string_view where) {
    if (depth > kTemplateNestingMax) return Fail("nested too deeply");
    TemplatePipeline pipeline;
    pipeline.line = Peek().line;
    std::vector<std::string> declared;
    VEDETTE_TRY_VOID(Declaration(pipeline, where));
    if (pipeline.declares) declared = pipeline.variables;
    while (true) {
      VEDETTE_TRY(TemplateCommand command, Command(depth));
      if (command.operands.empty()) {
        return Fail(pipeline.commands.empty() ? fmt::format("missing value for {}", where)
                                              : fmt::format("missing value in {}", where));
      }
      if (!pipeline.commands.empty() &&
          command.operands.front().kind == TemplateOperand::Kind::kConstant) {
        return Fail("non executable command in pipeline");
      }
      pipeline.commands.push_back(std::move(command));
      if (!TakeSymbol("|")) break;
    }
    for (std::string& name : declared) variables_.push_back(std::move(name));
    return pipeline;
  }

  base::Result<> Declaration(TemplatePipeline& pipeline, std::string_view where) {
    const auto symbol = [&](size_t ahead, std::string_view text) {
      return Peek(ahead).kind == Kind::kSymbol && Peek(ahead).text == text;
    };
    if (Peek().kind != Kind::kVariable) return {};
    const bool pair = where == "range" && symbol(1, ",") && Peek(2).kind == Kind::kVariable;
    const size_t sign = pair ? 3 : 1;
    if (!symbol(sign, ":=") && !symbol(sign, "=")) return {};
    pipeline.declares = symbol(sign, ":=");
    pipeline.variables.push_back(Peek().text);
    if (pair) pipeline.variables.push_back(Peek(2).text);
    for (const std::string& name : pipeline.variables) {
      if (!pipeline.declares) VEDETTE_TRY_VOID(Known(name));
    }
    for (size_t i = 0; i <= sign; ++i) Next();
    return {};
  }

  base::Result<> Known(const std::string& name) const {
    if (std::find(variables_.begin(), variables_.end(), name) != variables_.end()) return {};
    return Fail(fmt::format("undefined variable \"${}\"", name));
  }

  base::Result<TemplateCommand> Command(int depth) {
    TemplateCommand command;
    while (true) {
      const bool spaced = Peek().spaced;
      VEDETTE_TRY(std::optional<TemplateOperand> operand, Operand(depth));
      if (!operand) return command;
      if (!command.operands.empty() && !spaced) {
        return Fail(fmt::format("unexpected <{}> in operand", Peek().text));
      }
      command.operands.push_back(*std::move(operand));
    }
  }

  // Nothing where none begins.
  base::Result<std::optional<TemplateOperand>> Operand(int depth) {
    TemplateOperand operand;
    const TemplateToken token = Peek();
    switch (token.kind) {
      case Kind::kDot: operand.kind = TemplateOperand::Kind::kDot; break;
      case Kind::kField:
        operand.kind = TemplateOperand::Kind::kDot;
        operand.fields.push_back(token.text);
        break;
      case Kind::kConstant:
        operand.kind = TemplateOperand::Kind::kConstant;
        operand.constant = token.constant;
        break;
      case Kind::kVariable:
        VEDETTE_TRY_VOID(Known(token.text));
        operand.kind = TemplateOperand::Kind::kVariable;
        operand.name = token.text;
        break;
      case Kind::kIdentifier: VEDETTE_TRY_VOID(Identifier(token.text, operand)); break;
      case Kind::kSymbol:
        if (token.text != "(") return std::nullopt;
        Next();
        {
          VEDETTE_TRY(TemplatePipeline inner, Pipeline(depth + 1, "parenthesized pipeline"));
          operand.pipeline = std::make_shared<const TemplatePipeline>(std::move(inner));
        }
        operand.kind = TemplateOperand::Kind::kPipeline;
        if (Peek().kind != Kind::kSymbol || Peek().text != ")") {
          return Fail("unclosed left paren");
        }
        break;
      default: return std::nullopt;
    }
    Next();
    while (Peek().kind == Kind::kField && !Peek().spaced) {
      if (operand.kind == TemplateOperand::Kind::kConstant ||
          operand.kind == TemplateOperand::Kind::kFunction) {
        return Fail(fmt::format("unexpected <.{}> in operand", Peek().text));
      }
      operand.fields.push_back(Next().text);
    }
    return operand;
  }

  base::Result<> Identifier(const std::string& name, TemplateOperand& operand) const {
    operand.kind = TemplateOperand::Kind::kConstant;
    if (name == "true" || name == "false") {
      operand.constant = TemplateValue(name == "true");
    } else if (name != "nil") {
      if (!HasTemplateFunction(name)) {
        return Fail(fmt::format("function \"{}\" not defined", name));
      }
      operand.kind = TemplateOperand::Kind::kFunction;
      operand.name = name;
    }
    return {};
  }

  std::vector<TemplateToken> tokens_;
  size_t at_ = 0;
  int ranges_ = 0;
  TemplateTree tree_;
  // In scope; the empty one is $. Prometheus declares the others before every template.
  std::vector<std::string> variables_{"", "labels", "externalLabels", "externalURL", "value"};
};

}  // namespace

base::Result<TemplateTree> ParseTemplate(std::string_view text) {
  if (text.size() > kTemplateBytesMax) {
    return base::InvalidArgument(fmt::format("1: longer than {} bytes", kTemplateBytesMax));
  }
  VEDETTE_TRY(std::vector<TemplateToken> tokens, LexTemplate(text));
  return Parser(std::move(tokens)).Run();
}

}  // namespace vedette::rules
