#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"

namespace vedette::rules {

// Templates of labels and annotations: the language of Go's text/template with Prometheus'
// functions and variables ($labels, $value, $externalLabels, $externalURL), interpreted here. An
// expansion is bounded: steps, depth, queries and the bytes that it makes.

struct TemplateSample {
  model::Labels labels;
  double value = 0;
};
// What the function `query` asks; at the time of the evaluation.
using TemplateQuery =
    std::function<base::Result<std::vector<TemplateSample>>(const std::string& promql)>;

class TemplateValue;

struct TemplateData {
  model::LabelsView labels;  // of the sample, with its name
  double value = 0;
  std::string value_text;  // of a histogram, which has no number; else empty
  model::LabelsView external_labels;
  std::string_view external_url;
  base::TimePoint now;
  const TemplateQuery* query = nullptr;  // null: query fails
  // What stands at the dot and in $, for templates about something else than a sample; null: the
  // labels, the value and what is external.
  const TemplateValue* dot = nullptr;
};

// A parsed template; cheap to copy, immutable, thread-safe.
class Template {
 public:
  // Error: kInvalidArgument, "error parsing template NAME: template: NAME:LINE: ...".
  static base::Result<Template> Parse(std::string_view name, std::string_view text);

  // Error: "error executing template NAME: template: NAME:LINE: ...".
  base::Result<std::string> Expand(const TemplateData& data) const;

  const std::string& text() const;

 private:
  struct Parsed;
  explicit Template(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace vedette::rules
