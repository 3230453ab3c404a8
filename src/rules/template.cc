#include "rules/template.h"

#include <fmt/core.h>
#include <optional>
#include <utility>

#include "rules/template_ast.h"
#include "rules/template_functions.h"
#include "rules/template_humanize.h"

namespace vedette::rules {
namespace {

constexpr int kStepsMax = 100'000;
constexpr int kCallDepthMax = 50;
constexpr int kQueriesMax = 100;
constexpr size_t kBytesMadeMax = 8 << 20;  // by all functions of one expansion

using Value = TemplateValue;

enum class Flow { kOn, kBreak, kContinue };

// Walks the tree once. Errors carry the line.
class Execution {
 public:
  Execution(const TemplateTree& tree, const TemplateData& data) : tree_(tree), data_(data) {}

  base::Result<std::string> Run() {
    const Value sample = Root();
    const TemplateMap& fields = *sample.map();
    const Value root = data_.dot == nullptr ? sample : *data_.dot;
    variables_ = {{"", root},
                  {"labels", fields.entries.at("Labels")},
                  {"externalLabels", fields.entries.at("ExternalLabels")},
                  {"externalURL", fields.entries.at("ExternalURL")},
                  {"value", fields.entries.at("Value")}};
    VEDETTE_TRY_VOID(Walk(tree_.root, root));
    return std::move(out_);
  }

 private:
  static Value ToMap(model::LabelsView labels) {
    TemplateMap map;
    for (const model::Label& label : labels) map.entries.emplace(label.name, Value(label.value));
    return Value(std::move(map));
  }

  Value Root() const {
    TemplateMap root{.entries = {}, .record = true};
    root.entries.emplace("Labels", ToMap(data_.labels));
    root.entries.emplace("ExternalLabels", ToMap(data_.external_labels));
    root.entries.emplace("ExternalURL", Value(data_.external_url));
    root.entries.emplace("Value",
                         data_.value_text.empty() ? Value(data_.value) : Value(data_.value_text));
    return Value(std::move(root));
  }

  base::Error Fail(std::string_view message) const {
    return base::InvalidArgument(fmt::format("{}: {}", line_, message));
  }

  base::Result<> Step(int line) {
    line_ = line;
    if (++steps_ > kStepsMax) return Fail(fmt::format("more than {} steps", kStepsMax));
    return {};
  }

  base::Result<> Write(std::string_view text) {
    if (out_.size() + text.size() > kTemplateOutputMax) {
      return Fail(fmt::format("writes more than {} bytes", kTemplateOutputMax));
    }
    out_ += text;
    return {};
  }

  base::Result<Flow> Walk(const TemplateNodes& nodes, const Value& dot) {
    const size_t scope = variables_.size();
    Flow flow = Flow::kOn;
    for (const TemplateNode& node : nodes) {
      VEDETTE_TRY_VOID(Step(node.line));
      VEDETTE_TRY(flow, Visit(node, dot));
      if (flow != Flow::kOn) break;
    }
    variables_.resize(scope);
    return flow;
  }

  base::Result<Flow> Visit(const TemplateNode& node, const Value& dot) {
    using Kind = TemplateNode::Kind;
    switch (node.kind) {
      case Kind::kText: VEDETTE_TRY_VOID(Write(node.text)); return Flow::kOn;
      case Kind::kAction: {
        VEDETTE_TRY(const Value value, Evaluate(node.pipeline, dot, true));
        if (node.pipeline.variables.empty()) VEDETTE_TRY_VOID(Write(TemplateText(value)));
        return Flow::kOn;
      }
      case Kind::kIf:
      case Kind::kWith: {
        const size_t scope = variables_.size();
        VEDETTE_TRY(const Value value, Evaluate(node.pipeline, dot, true));
        const bool with = node.kind == Kind::kWith;
        base::Result<Flow> flow =
            value.Truth() ? Walk(node.body, with ? value : dot) : Walk(node.otherwise, dot);
        variables_.resize(scope);
        return flow;
      }
      case Kind::kRange: return Range(node, dot);
      case Kind::kTemplate: return Call(node, dot);
      case Kind::kBreak: return Flow::kBreak;
      case Kind::kContinue: return Flow::kContinue;
    }
    return Flow::kOn;
  }

  base::Result<Flow> Range(const TemplateNode& node, const Value& dot) {
    const size_t scope = variables_.size();
    VEDETTE_TRY(const Value value, Evaluate(node.pipeline, dot, false));
    std::vector<std::pair<Value, Value>> items;
    if (const TemplateList* list = value.list()) {
      for (size_t i = 0; i < list->items.size(); ++i) {
        items.emplace_back(static_cast<int64_t>(i), list->items[i]);
      }
    } else if (const TemplateMap* map = value.map(); map != nullptr && !map->record) {
      for (const auto& [name, item] : map->entries) items.emplace_back(Value(name), item);
    } else if (!value.is_nil()) {
      return Fail(fmt::format("range can't iterate over {}", TemplateText(value)));
    }
    if (items.empty()) {
      base::Result<Flow> flow = Walk(node.otherwise, dot);
      variables_.resize(scope);
      return flow;
    }
    for (const auto& [key, item] : items) {
      const std::vector<std::string>& names = node.pipeline.variables;
      if (names.size() == 2) VEDETTE_TRY_VOID(Bind(node.pipeline, names[0], key));
      if (!names.empty()) VEDETTE_TRY_VOID(Bind(node.pipeline, names.back(), item));
      VEDETTE_TRY(const Flow flow, Walk(node.body, item));
      variables_.resize(scope);
      if (flow == Flow::kBreak) break;
    }
    return Flow::kOn;
  }

  base::Result<Flow> Call(const TemplateNode& node, const Value& dot) {
    const auto found = tree_.defined.find(node.text);
    if (found == tree_.defined.end()) {
      return Fail(fmt::format("template \"{}\" not defined", node.text));
    }
    if (++depth_ > kCallDepthMax) return Fail("templates call each other too deeply");
    Value argument;
    if (!node.pipeline.commands.empty()) {
      VEDETTE_TRY(argument, Evaluate(node.pipeline, dot, true));
    }
    std::vector<std::pair<std::string, Value>> outer = std::exchange(variables_, {{"", argument}});
    VEDETTE_TRY_VOID(Walk(found->second, argument));
    variables_ = std::move(outer);
    --depth_;
    return Flow::kOn;
  }

  base::Result<> Bind(const TemplatePipeline& pipeline, const std::string& name, Value value) {
    if (pipeline.declares) {
      variables_.emplace_back(name, std::move(value));
      return {};
    }
    for (size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i].first != name) continue;
      variables_[i].second = std::move(value);
      return {};
    }
    return Fail(fmt::format("undefined variable: ${}", name));
  }

  base::Result<Value> Evaluate(const TemplatePipeline& pipeline, const Value& dot, bool bind) {
    VEDETTE_TRY_VOID(Step(pipeline.line));
    std::optional<Value> value;
    for (const TemplateCommand& command : pipeline.commands) {
      VEDETTE_TRY(value, Run(command, dot, value));
    }
    if (!bind || pipeline.variables.empty()) return *std::move(value);
    VEDETTE_TRY_VOID(Bind(pipeline, pipeline.variables.front(), *value));
    return *std::move(value);
  }

  // `piped` is the value of the command before, the last argument of this one.
  base::Result<Value> Run(const TemplateCommand& command, const Value& dot,
                          const std::optional<Value>& piped) {
    const TemplateOperand& first = command.operands.front();
    if (first.kind != TemplateOperand::Kind::kFunction) {
      if (command.operands.size() > 1 || piped) {
        return Fail("can't give argument to non-function");
      }
      return Get(first, dot);
    }
    if (first.name == "and" || first.name == "or") return ShortCut(command, dot, piped);
    std::vector<Value> args;
    for (size_t i = 1; i < command.operands.size(); ++i) {
      VEDETTE_TRY(Value arg, Get(command.operands[i], dot));
      args.push_back(std::move(arg));
    }
    if (piped) args.push_back(*piped);
    return Invoke(first.name, args);
  }

  base::Result<Value> Invoke(const std::string& name, const std::vector<Value>& args) {
    if (name == "query" && ++queries_ > kQueriesMax) {
      return Fail(fmt::format("more than {} queries", kQueriesMax));
    }
    const int line = line_;
    base::Result<Value> result = CallTemplateFunction(name, args, data_);
    line_ = line;
    if (!result.ok()) return Fail(result.error().message);
    if (const std::string* text = result->text()) made_ += text->size();
    if (made_ > kBytesMadeMax || (result->text() && result->text()->size() > kTemplateOutputMax)) {
      return Fail("the texts are too long");
    }
    return result;
  }

  base::Result<Value> ShortCut(const TemplateCommand& command, const Value& dot,
                               const std::optional<Value>& piped) {
    const bool stop_at = command.operands.front().name == "or";
    Value last;
    for (size_t i = 1; i < command.operands.size(); ++i) {
      VEDETTE_TRY(last, Get(command.operands[i], dot));
      if (last.Truth() == stop_at) return last;
    }
    if (piped) return *piped;
    if (command.operands.size() == 1) {
      return Fail(fmt::format("wrong number of args for {}: want at least 1 got 0",
                              command.operands.front().name));
    }
    return last;
  }

  base::Result<Value> Get(const TemplateOperand& operand, const Value& dot) {
    VEDETTE_TRY_VOID(Step(line_));
    Value value;
    switch (operand.kind) {
      case TemplateOperand::Kind::kDot: value = dot; break;
      case TemplateOperand::Kind::kConstant: value = operand.constant; break;
      case TemplateOperand::Kind::kVariable: {
        VEDETTE_TRY(value, Variable(operand.name));
        break;
      }
      case TemplateOperand::Kind::kPipeline: {
        VEDETTE_TRY(value, Evaluate(*operand.pipeline, dot, true));
        break;
      }
      case TemplateOperand::Kind::kFunction: {
        VEDETTE_TRY(value, Invoke(operand.name, {}));
        break;
      }
    }
    for (const std::string& name : operand.fields) {
      VEDETTE_TRY(Value next, FieldOf(value, name));
      value = std::move(next);
    }
    return value;
  }

  base::Result<Value> Variable(const std::string& name) const {
    for (size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i].first == name) return variables_[i].second;
    }
    return Fail(fmt::format("undefined variable: ${}", name));
  }

  base::Result<Value> FieldOf(const Value& value, const std::string& name) const {
    const TemplateMap* map = value.map();
    if (map == nullptr) {
      return Fail(value.is_nil()
                      ? fmt::format("nil data; no entry for key \"{}\"", name)
                      : fmt::format("can't evaluate field {} in type {}", name, value.TypeName()));
    }
    const auto found = map->entries.find(name);
    if (found != map->entries.end()) return found->second;
    if (!map->record) return Value(std::string());
    return Fail(fmt::format("can't evaluate field {} in type struct", name));
  }

  const TemplateTree& tree_;
  const TemplateData& data_;
  std::vector<std::pair<std::string, Value>> variables_;
  std::string out_;
  int line_ = 1;
  int steps_ = 0;
  int depth_ = 0;
  int queries_ = 0;
  size_t made_ = 0;
};

}  // namespace

struct Template::Parsed {
  std::string name;
  std::string text;
  std::optional<TemplateTree> tree;  // nothing: the text is the answer
};

base::Result<Template> Template::Parse(std::string_view name, std::string_view text) {
  auto parsed = std::make_shared<Parsed>(Parsed{std::string(name), std::string(text), {}});
  if (text.find("{{") != std::string_view::npos) {
    base::Result<TemplateTree> tree = ParseTemplate(text);
    if (!tree.ok()) {
      return base::InvalidArgument(fmt::format("error parsing template {}: template: {}:{}", name,
                                               name, tree.error().message));
    }
    parsed->tree = *std::move(tree);
  }
  return Template(std::move(parsed));
}

base::Result<std::string> Template::Expand(const TemplateData& data) const {
  if (!parsed_->tree) return parsed_->text;
  base::Result<std::string> text = Execution(*parsed_->tree, data).Run();
  if (text.ok()) return text;
  return base::InvalidArgument(fmt::format("error executing template {}: template: {}:{}",
                                           parsed_->name, parsed_->name, text.error().message));
}

const std::string& Template::text() const { return parsed_->text; }

}  // namespace vedette::rules
