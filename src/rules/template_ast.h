#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "rules/template_value.h"

namespace vedette::rules {

// The syntax tree of a template: Go's text/template, which Prometheus uses for labels and
// annotations. Immutable once parsed. `line` is for errors, from 1.

struct TemplatePipeline;

struct TemplateOperand {
  enum class Kind { kDot, kConstant, kVariable, kFunction, kPipeline };
  Kind kind = Kind::kDot;
  std::string name;        // of a variable (without $; empty is the root) or a function
  TemplateValue constant;  // kConstant; nil is one
  std::shared_ptr<const TemplatePipeline> pipeline;
  std::vector<std::string> fields;  // .A.B behind it
};

struct TemplateCommand {
  std::vector<TemplateOperand> operands;  // the first may be a function
};

struct TemplatePipeline {
  int line = 1;
  std::vector<std::string> variables;  // {{ $x := ... }}, {{ range $i, $x := ... }}
  bool declares = false;               // := and not =
  std::vector<TemplateCommand> commands;
};

struct TemplateNode;
using TemplateNodes = std::vector<TemplateNode>;

struct TemplateNode {
  enum class Kind { kText, kAction, kIf, kRange, kWith, kTemplate, kBreak, kContinue };
  Kind kind = Kind::kText;
  int line = 1;
  std::string text;           // kText; the name of kTemplate
  TemplatePipeline pipeline;  // no commands: none
  TemplateNodes body;
  TemplateNodes otherwise;
};

struct TemplateTree {
  TemplateNodes root;
  std::map<std::string, TemplateNodes, std::less<>> defined;
};

inline constexpr size_t kTemplateBytesMax = 64 * 1024;
inline constexpr int kTemplateNestingMax = 50;

// Error: kInvalidArgument, "LINE: what is wrong".
base::Result<TemplateTree> ParseTemplate(std::string_view text);

}  // namespace vedette::rules
